//! The content of a document as text for people.

use crate::cloud_init::ContentKind;
use crate::evidence::{Known, starred};
use crate::finding::Report;
use crate::host::ProgramFile;
use crate::review::known::known;
use crate::review::program::Program;
use crate::review::secret_file::{secret_paths, shown_digest};
use crate::text::printable::{count, label};
use crate::userdata::{
    BootCommand, CloudConfig, FileContent, Fit, Member, Part, Step, TransportLayer, User, UserData,
    WrittenFile,
};

/// The most characters of a command that are shown.
const LONGEST: usize = 100;

/// The most findings that are listed.
const MOST: usize = 20;

/// The content of a document as text, with one section for each kind of content, and `found`, the findings of lint,
/// at the end. Secrets are masked.
#[must_use]
pub fn human(data: &UserData, found: &Report) -> String {
    let config = &data.config;
    let known = &known(data);
    let secret = secret_paths(data);
    let digest = |path: &str, bytes: &[u8]| -> String {
        shown_digest(path, bytes, &secret, known)
            .map_or_else(|| "secret".to_owned(), |digest| digest.chars().take(12).collect())
    };
    let mut out = format!("{}: {}{}\n", label(&data.name), count(data.bytes, "byte"), around(&data.layers));
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            out.push_str(&format!("\n{title}\n"));
        }
        for line in lines {
            out.push_str(&format!("  {}\n", label(&known.without(&line)).trim_end()));
        }
    };
    section("Parts", data.parts.iter().map(part).collect());
    section("Fetched at boot", data.includes.iter().map(|include| include.url.clone()).collect());
    section("Files", config.files.iter().map(|one| file(one, digest)).collect());
    section("firstlight's program", Program::of(data).map_or(Vec::new(), |program| program.lines()));
    section("Files in archives", archives(&config.files, digest));
    section("systemd units", data.units().filter_map(|file| Some(file.unit()?.to_owned())).collect());
    section("Groups", wrapped(&config.groups));
    section("Users", users(config));
    section("Packages", wrapped(&config.packages));
    section("bootcmd, on every boot", config.bootcmd.iter().map(|one| command(one, known)).collect());
    section("runcmd, on the first boot", config.runcmd.iter().map(|one| command(one, known)).collect());
    section("What cloud-init does, in this order", data.steps().into_iter().map(step).collect());
    section("Size", sizes(&data.fits()));
    section("Findings", findings(found, &data.name));
    out
}

fn around(layers: &[TransportLayer]) -> String {
    let name = |layer: &TransportLayer| match layer {
        TransportLayer::Base64 => "base64",
        TransportLayer::Gzip => "gzip",
    };
    let names: Vec<_> = layers.iter().map(name).collect();
    if names.is_empty() { String::new() } else { format!(", encoded as {}", names.join(" and ")) }
}

fn part(part: &Part) -> String {
    let template = if part.template { ", a template" } else { "" };
    let kind = part.kind.name();
    let declared =
        if part.kind == ContentKind::Unknown { format!(" ({})", part.content_type) } else { String::new() };
    format!("{:<24} {:>8}  {kind}{template}{declared}", part.name, part.payload.bytes().len())
}

fn file(file: &WrittenFile, digest: impl Fn(&str, &[u8]) -> String) -> String {
    let size = match &file.body {
        FileContent::Bytes(bytes) => bytes.len().to_string(),
        FileContent::Rendered => "rendered".to_owned(),
        FileContent::Broken => "broken".to_owned(),
    };
    let mut more = String::new();
    for (holds, word) in [(file.append, "appended"), (file.defer, "deferred")] {
        if holds {
            more.push_str(&format!(", {word}"));
        }
    }
    if let Some(source) = &file.source {
        more.push_str(&format!(", fetched from {source}"));
    }
    let digest = file.bytes().map(|bytes| digest(&file.path, bytes)).unwrap_or_default();
    format!("{:04o} {:<12} {size:>8}  {digest:<12}  {}{more}", file.mode, file.owner, file.path)
}

/// The files in archives, but for firstlight's program, which has a section of its own.
fn archives(files: &[WrittenFile], digest: impl Fn(&str, &[u8]) -> String) -> Vec<String> {
    let others = files.iter().filter(|file| ProgramFile::of(&file.path).is_none());
    let line = |file: &WrittenFile, member: &Member| {
        let digest = digest(&member.path, &member.bytes);
        let size = member.bytes.len();
        format!("{:04o} {:<12} {size:>8}  {digest:<12}  {} in {}", member.mode, "", member.path, file.path)
    };
    others.flat_map(|file| file.members.iter().map(move |member| line(file, member))).collect()
}

/// The users that can log in, one line each: their groups, sudo rules and SSH keys.
fn users(config: &CloudConfig) -> Vec<String> {
    let keys = config.get("ssh_authorized_keys").and_then(|node| node.list()).map_or(0, <[_]>::len);
    let first = (keys > 0).then(|| format!("{:<24} {}", "(the first user)", count(keys, "SSH key")));
    first.into_iter().chain(config.users.iter().map(user)).collect()
}

fn user(user: &User) -> String {
    let mut said = Vec::new();
    if !user.groups.is_empty() {
        said.push(format!("in {}", user.groups.join(", ")));
    }
    said.extend(user.sudo.iter().map(|rule| format!("sudo {rule}")));
    if user.keys > 0 {
        said.push(count(user.keys, "SSH key"));
    }
    if !user.imports.is_empty() {
        said.push(format!("SSH keys of {}", user.imports.join(", ")));
    }
    format!("{:<24} {}", user.name, said.join("; "))
}

/// The first line of a command, with secrets masked, shortened to `LONGEST` characters.
fn command(command: &BootCommand, known: &Known) -> String {
    let line = starred(command.line().trim());
    let line = known.without(&line);
    let first = line.lines().next().unwrap_or("");
    let cut: String = first.chars().take(LONGEST).collect();
    if cut.len() < first.len() || line.contains('\n') { format!("{cut} …") } else { cut }
}

fn step(step: Step) -> String {
    let stage = step.stage.name();
    let often = if step.every_boot { " (every boot)" } else { "" };
    format!("{stage:<8} {:<30} {}{often}", step.module, step.what)
}

fn sizes(fits: &[Fit]) -> Vec<String> {
    let of = |wanted: Option<bool>| {
        let name = |fit: &Fit| match fit.limit {
            Some(limit) => format!("{} ({limit})", fit.provider),
            None => fit.provider.to_owned(),
        };
        fits.iter().filter(|fit| fit.fits == wanted).map(name).collect::<Vec<_>>().join(", ")
    };
    [("fits", of(Some(true))), ("too large for", of(Some(false))), ("limit not known", of(None))]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(what, names)| format!("{what}: {names}"))
        .collect()
}

fn findings(found: &Report, name: &str) -> Vec<String> {
    let mut lines = found.lines();
    if !lines.is_empty() {
        let more = lines.len().saturating_sub(MOST);
        lines.truncate(MOST);
        let rest = if more > 0 { format!("{more} more, with places") } else { "places".to_owned() };
        lines.push(format!("{rest} and remedies: firstlight lint {name}"));
    }
    lines
}

/// Joins words with commas into lines of about 80 characters.
fn wrapped(words: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut().filter(|line| line.len() + word.len() < 80) {
            Some(line) => line.push_str(&format!(", {word}")),
            None => lines.push(word.clone()),
        }
    }
    lines
}
