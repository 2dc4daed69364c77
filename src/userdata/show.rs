//! A document taken apart, as text for people and as JSON. Foreign text is shown with its secrets masked.

use serde_json::{Value as Json, json};

use super::{Body, Command, File, Fit, Layer, Part, Stage, Step, UserData};
use crate::secret::mask;
use crate::shown::starred;

/// Most characters of a command that are shown.
const LONGEST: usize = 100;

impl UserData {
    /// As data. What stands in files is not in it; its digest is.
    #[must_use]
    pub fn json(&self) -> Json {
        let part = |part: &Part| {
            json!({
                "name": mask(&part.name),
                "kind": part.kind,
                "template": part.template,
                "content_type": mask(&part.content_type),
                "bytes": part.payload.bytes().len(),
                "sha256": sha256(part.payload.bytes()),
            })
        };
        let lines = |commands: &[Command]| commands.iter().map(command).collect::<Vec<_>>();
        let names = |names: &[String]| names.iter().map(|name| mask(name)).collect::<Vec<_>>();
        json!({
            "file": mask(&self.name),
            "bytes": self.bytes,
            "counted": self.counted(),
            "layers": self.layers,
            "parts": self.parts.iter().map(part).collect::<Vec<_>>(),
            "includes": self.includes.iter().map(|i| json!({ "url": mask(&i.url), "once": i.once })).collect::<Vec<_>>(),
            "files": self.config.files.iter().map(file_json).collect::<Vec<_>>(),
            "units": self.units().map(|file| mask(&file.path)).collect::<Vec<_>>(),
            "groups": names(&self.config.groups),
            "users": self.config.users.iter().map(|user| mask(&user.name)).collect::<Vec<_>>(),
            "packages": names(&self.config.packages),
            "bootcmd": lines(&self.config.bootcmd),
            "runcmd": lines(&self.config.runcmd),
            "keys": self.keys(),
            "order": self.steps().iter().map(step_json).collect::<Vec<_>>(),
            "fits": self.fits(),
        })
    }

    /// For people.
    #[must_use]
    pub fn human(&self) -> String {
        let mut out = format!("{}: {} bytes{}\n", mask(&self.name), self.bytes, self.around());
        section(&mut out, "Parts", self.parts.iter().map(part_line).collect());
        section(
            &mut out,
            "Fetched at boot",
            self.includes.iter().map(|include| include.url.clone()).collect(),
        );
        section(&mut out, "Files", self.config.files.iter().map(file_line).collect());
        section(
            &mut out,
            "systemd units",
            self.units().filter_map(|file| Some(file.unit()?.to_owned())).collect(),
        );
        section(&mut out, "Packages", wrapped(&self.config.packages));
        let line = |command: &Command| short(&command.line());
        section(&mut out, "bootcmd, on every boot", self.config.bootcmd.iter().map(line).collect());
        section(&mut out, "runcmd, on the first boot", self.config.runcmd.iter().map(line).collect());
        section(&mut out, "What cloud-init does, in this order", self.order_lines());
        section(&mut out, "Size", self.size_lines());
        out
    }

    fn keys(&self) -> Vec<String> {
        let Some(map) = self.config.root.as_ref().and_then(|root| root.map()) else { return Vec::new() };
        map.texts().map(|(_, key, _)| mask(key)).collect()
    }

    fn around(&self) -> String {
        let name = |layer: &Layer| match layer {
            Layer::Base64 => "base64",
            Layer::Gzip => "gzip",
        };
        let names: Vec<_> = self.layers.iter().map(name).collect();
        if names.is_empty() { String::new() } else { format!(", {} around it", names.join(" and ")) }
    }

    fn order_lines(&self) -> Vec<String> {
        let line = |step: Step| {
            let stage = match step.stage {
                Stage::Reading => "reading",
                Stage::Init => "init",
                Stage::Config => "config",
                Stage::Final => "final",
            };
            let often = if step.every_boot { " (every boot)" } else { "" };
            format!("{stage:<8} {:<30} {}{often}", step.module, step.what)
        };
        self.steps().into_iter().map(line).collect()
    }

    fn size_lines(&self) -> Vec<String> {
        let fits = self.fits();
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
}

fn section(out: &mut String, title: &str, lines: Vec<String>) {
    if lines.is_empty() {
        return;
    }
    out.push_str(&format!("\n{title}\n"));
    for line in lines {
        out.push_str(&format!("  {}\n", printable(&mask(&line)).trim_end()));
    }
}

/// Control characters could change what a terminal shows.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

fn part_line(part: &Part) -> String {
    let template = if part.template { ", a template" } else { "" };
    let kind = part.kind.name();
    let declared = if kind == "unknown" { format!(" ({})", part.content_type) } else { String::new() };
    format!("{:<24} {:>8}  {kind}{template}{declared}", part.name, part.payload.bytes().len())
}

fn file_line(file: &File) -> String {
    let size = match &file.body {
        Body::Bytes(bytes) => bytes.len().to_string(),
        Body::Rendered => "rendered".to_owned(),
        Body::Broken => "broken".to_owned(),
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
    let digest: String = file.sha256().unwrap_or_default().chars().take(12).collect();
    format!("{:04o} {:<12} {size:>8}  {digest:<12}  {}{more}", file.mode, file.owner, file.path)
}

fn file_json(file: &File) -> Json {
    json!({
        "path": mask(&file.path),
        "mode": format!("{:04o}", file.mode),
        "owner": mask(&file.owner),
        "encoding": file.encoding.as_deref().map(mask),
        "bytes": file.bytes().map(<[u8]>::len),
        "sha256": file.sha256(),
        "source": file.source.as_deref().map(mask),
        "append": file.append,
        "defer": file.defer,
        "line": file.place.source.line_column(file.place.span.start).0,
    })
}

fn step_json(step: &Step) -> Json {
    let Step { stage, module, every_boot, what } = step;
    json!({ "stage": stage, "module": module, "every_boot": every_boot, "what": mask(what) })
}

fn command(command: &Command) -> Json {
    match &command.words {
        Ok(words) => words.iter().map(|word| starred(word)).collect::<Vec<_>>().into(),
        Err(line) => starred(line).into(),
    }
}

/// A command's first line, not too long; a secret may reach over the cut, so it is masked before.
fn short(line: &str) -> String {
    let masked = starred(line);
    let mut lines = masked.trim().lines();
    let first = lines.next().unwrap_or("");
    let cut: String = first.chars().take(LONGEST).collect();
    let more = cut.len() < first.len() || lines.next().is_some();
    if more { format!("{cut} …") } else { cut }
}

/// Words in lines of some eighty characters.
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

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
