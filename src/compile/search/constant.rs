//! Searches what is the same in every document of a run, and does so only once: a profile's own texts, and the user's
//! MIME parts.

use super::address::Address;
use super::finding::{Finding, file_of_a_secret, of_text};
use super::made::in_file;
use super::remedy::Remedy;
use super::written::in_written;
use super::{Search, refuse_mark, walk};
use crate::compile::own::Own;
use crate::compile::part::MimePart;
use crate::compile::profile::Profile;
use crate::evidence::ClueKind;
use crate::finding::Report;
use crate::host::{PROFILE, PROGRAM};
use crate::review::written::Form;
use crate::text::source::Place;
use crate::userdata::{Part, Tree, Value, WrittenFile, decode};
use crate::yaml::Node;

/// What was found, and the texts that were searched.
pub(crate) struct Constants {
    findings: Vec<Finding>,
    texts: Vec<Place>,
}

/// Keys of a profile's description whose values get into documents.
const KEYS: &[&str] =
    &["summary", "repo", "branch", "token", "values", "status", "verify", "runcmd", "bootcmd"];

impl Constants {
    pub(crate) fn of(profiles: &[&Profile], parts: &[MimePart]) -> Self {
        let mut constants = Self { findings: Vec::new(), texts: Vec::new() };
        profiles.iter().for_each(|profile| constants.profile(profile));
        parts.iter().for_each(|part| constants.part(part));
        constants
    }

    fn profile(&mut self, profile: &Profile) {
        let remedy = |_: &Address| Remedy::Profile;
        let profiles = Address::new("profile");
        let found = &mut self.findings;
        for (key, node) in profile.description.entries() {
            if KEYS.contains(&key.value.as_str()) {
                walk::node(&profiles.below(&key.value), &key.value, node, &remedy, found);
            }
        }
        for (name, default) in defaults(&profile.description) {
            let address = profiles.below("settings").below(name).below("default");
            walk::node(&address, name, default, &remedy, found);
        }
        let description = Place::all(&profile.description.place.source);
        found.extend(shapes(of_text(&profiles, description.text(), &description, &Remedy::Profile)));
        // The modules of the program contain no secret, but names and types of Python look like some.
        let is_module = |path: &str| profile.name == PROFILE && path.starts_with(PROGRAM);
        for (path, source) in profile.files.iter().filter(|(path, _)| !is_module(path)) {
            let place = Place::all(source);
            // Its name gets into the document as well.
            self.findings.extend(of_text(&Address::new(path), path, &Place::start(source), &Remedy::Profile));
            let (path, form) = match path.strip_suffix(".j2") {
                Some(path) => (path, Form::Text),
                None => (path.as_str(), Form::of(path)),
            };
            self.findings.extend(in_file(&Address::new(path), form, &place, None));
            self.texts.push(place);
        }
    }

    fn part(&mut self, part: &MimePart) {
        self.findings.extend(in_part(part));
        self.texts.push(Place::all(&part.source));
    }
}

/// What is found in a MIME part: in the values and files of a cloud-config, in scripts, and by shape in any part.
pub(super) fn in_part(part: &MimePart) -> Vec<Finding> {
    let whole = Place::all(&part.source);
    let address = Address::new("part").below(&part.source.name);
    let data = decode(&part.source.name, part.source.text.as_bytes());
    let mut found: Vec<_> = shapes(of_text(&address, whole.text(), &whole, &Remedy::Server)).collect();
    // Its name gets into the document as well.
    found.extend(shapes(of_text(&address, &part.argument, &part.place, &Remedy::Server)));
    for part in &data.parts {
        part.configs().iter().for_each(|config| in_config(&address, "", config, &mut found));
        if let (None, Some(place)) = (&part.config, part.payload.place()) {
            found.extend(of_text(&address, place.text(), place, &Remedy::Server));
        }
    }
    data.config.files.iter().for_each(|file| in_written(&address, file, &mut found));
    let configs: Vec<_> = data.parts.iter().flat_map(Part::configs).collect();
    let lists = configs.iter().filter_map(|config| config.get("write_files")?.list());
    found.extend(files_of_secrets(&data.config.files, &lists.flatten().cloned().collect::<Vec<_>>()));
    // A finding in a part that had to be decoded is shown at the beginning of the part.
    let is_known = |place: &Place| place.source.name == part.source.name || place.source == part.place.source;
    for finding in found.iter_mut().filter(|finding| !is_known(&finding.place)) {
        finding.place = Place::start(&part.source);
    }
    found
}

/// Keys of users and of `chpasswd` whose value is a password or the hash of one.
const PASSWORDS: &[&str] =
    &["passwd", "hashed_passwd", "hashed-passwd", "plain_text_passwd", "plain-text-passwd", "password"];

/// Whether a value belongs to a user of the server.
fn is_user(address: &Address) -> bool {
    address.is(&["cloud_config", "password"])
        || ["users", "chpasswd"].iter().any(|key| address.is_within(key))
}

/// Whether a value is the list with a user and a password in each line.
fn is_list(address: &Address) -> bool {
    address.ends_with(&["chpasswd", "list"])
}

/// Adds what is found in the values of a cloud-config, except hashes of passwords, which it may contain. Files are
/// searched by [`in_written`].
pub(super) fn in_config(address: &Address, name: &str, config: &Tree, found: &mut Vec<Finding>) {
    let remedy = |address: &Address| match is_user(address) {
        true => Remedy::Password,
        false => Remedy::Server,
    };
    let mut values = Vec::new();
    walk::tree(address, name, config, &remedy, &mut values);
    let is_made = |text: &str| {
        text.starts_with('$') && text.matches('$').count() >= 3 || matches!(text, "R" | "RANDOM")
    };
    // `USER:HASH`, in a list or on a line of its own.
    let is_made_line = |line: &str| {
        line.split_once(':').is_none_or(|(_, made)| is_made(made.trim().trim_matches(['"', '\''])))
    };
    let is_meant = |one: &Finding| {
        let text = one.place.text().trim_matches(['"', '\'']);
        PASSWORDS.contains(&one.address.last()) && is_made(text)
            || is_list(&one.address) && text.lines().all(is_made_line)
            || one.address.ends_with(&["write_files", "content"]) && one.clue.kind == ClueKind::Random
    };
    found.extend(values.into_iter().filter(|one| !is_meant(one)));
}

/// A finding for each file that is not empty, at the place of its content; `entries` are those of `write_files`.
/// Whether a file is for a secret is decided later.
fn files_of_secrets<'a>(files: impl IntoIterator<Item = &'a WrittenFile>, entries: &[Tree]) -> Vec<Finding> {
    let files = files.into_iter().filter(|file| file.bytes().is_some_and(|bytes| !bytes.is_empty()));
    let content = |file: &WrittenFile| {
        let entry = entries.iter().find(|entry| entry.place == file.place)?;
        Some(entry.get("content")?.place.clone())
    };
    files
        .map(|file| {
            let place = content(file).unwrap_or_else(|| file.place.clone());
            file_of_a_secret(&file.path, &place)
        })
        .collect()
}

/// Refuses placeholders for embedded secrets in all keys and values.
fn refuse_marks(node: &Tree, report: &mut Report) {
    match &node.value {
        Value::Text(text) => refuse_mark(text, &node.place, report),
        Value::List(items) => items.iter().for_each(|item| refuse_marks(item, report)),
        Value::Map(map) => map
            .entries
            .iter()
            .flat_map(|(key, value)| [key, value])
            .for_each(|node| refuse_marks(node, report)),
        _ => {}
    }
}

fn shapes(found: Vec<Finding>) -> impl Iterator<Item = Finding> {
    found.into_iter().filter(|finding| finding.clue.kind == ClueKind::Shape)
}

/// The defaults of a profile's settings, by the settings' names.
fn defaults(description: &Node) -> impl Iterator<Item = (&str, &Node)> {
    let settings = description.get("settings").map(Node::entries).unwrap_or_default();
    settings.iter().filter_map(|(name, setting)| Some((name.value.as_str(), setting.get("default")?)))
}

impl Search {
    /// Searches the user's own cloud-config keys and parts.
    pub(crate) fn own(&mut self, own: &Own, report: &mut Report) {
        let mut found = Vec::new();
        for (name, key, value) in &own.keys {
            let address = Address::new("cloud_config").below(name);
            in_config(&address, "", key, &mut found);
            in_config(&address, name, value, &mut found);
            [key, value].into_iter().for_each(|node| refuse_marks(node, report));
        }
        let files = Address::new("cloud_config").below("write_files");
        own.files.iter().for_each(|file| in_written(&files, file, &mut found));
        let files = own.files.iter().map(AsRef::as_ref);
        found.extend(files_of_secrets(files, own.items("write_files")));
        for part in &own.parts {
            let place = Place::all(&part.source);
            refuse_mark(place.text(), &place, report);
            found.extend(in_part(part));
        }
        self.judge_all(&found, report);
    }

    /// Reports what was found in the texts that are the same in every document.
    pub(crate) fn constants(&mut self, constants: &Constants, report: &mut Report) {
        constants.texts.iter().for_each(|place| refuse_mark(place.text(), place, report));
        self.judge_all(&constants.findings, report);
    }
}
