//! One side of a comparison as named entries: files, keys of the cloud-config, and other parts.

use std::collections::BTreeMap;

use super::dump::dump;
use crate::cloud_init::{ContentKind, runs_every_boot};
use crate::evidence::{Known, hidden};
use crate::finding::{Diagnostic, rule};
use crate::host::{PROGRAM, ProgramFile, SITE, TERRAFORM_HOLE};
use crate::provider::Provider;
use crate::review::check::has_our_header;
use crate::review::known::{known, known_in_files};
use crate::review::program::Program;
use crate::review::secret_file::secret_files;
use crate::userdata::{DEFAULT_MODE, FileContent, Part, UserData, WrittenFile};

/// The kind and the name of an entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKey {
    /// The comments that directly follow the first line of the document.
    Comments,
    /// A file on the server, by its absolute path.
    File(String),
    /// A top-level key of the merged cloud-config, except `write_files`, whose entries are files.
    Config(String),
    /// A part that the merged cloud-config does not fully contain, such as a script or a template. The name includes
    /// the kind of part, as in `part-001 (script)`. In an extracted folder, it is the path of a file outside of
    /// `files/`.
    Part(String),
}

/// A file's permissions, as far as they are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permissions {
    /// The permission bits that a document gives, such as 0o644.
    Bits(u32),
    /// Whether the file is executable, which is all that git stores of a file's permissions.
    Executable(bool),
}

/// One of the things that are compared, such as a file or a key of the cloud-config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The content. Of a key it is the value as text; of a file whose content is not known it is the text of the
    /// entry in the document.
    pub bytes: Vec<u8>,
    /// Whether the whole content is a secret and must not be shown.
    pub secret: bool,
    /// The permissions of a file; `None` for comments, keys, and the parts of a document.
    pub permissions: Option<Permissions>,
    /// The owner of a document's file, as `user:group`; `None` for the files of a folder and for other entries.
    pub owner: Option<String>,
    /// Further properties of a document's file, in words, such as `appended`, `deferred` or `fetched from URL`.
    pub notes: Vec<String>,
    /// Whether cloud-init acts on it at every boot, and not only at the first.
    pub every_boot: bool,
}

/// One side of a comparison: a document, or a folder with a server's files.
#[derive(Debug)]
pub struct Side {
    /// The name in the output, such as the path that the user gave.
    pub name: String,
    /// The bytes of the document; `None` for a folder.
    pub document: Option<Vec<u8>>,
    /// Whether a server with this content has the command `firstlight apply`.
    pub is_ours: bool,
    /// Whether the document is a template that Terraform has to render first.
    pub is_template: bool,
    /// Whether the document is a script of firstlight's for a server that already runs.
    pub is_script: bool,
    /// The provider that the configuration names; `None` if there is no configuration, or if it names none.
    pub provider: Option<&'static Provider>,
    /// The secrets that were found in the document. They are masked wherever they occur.
    pub known: Known,
    /// firstlight's program, if the document brings one. All of it is one entry, at the path of its folder.
    pub program: Option<Program>,
    /// All entries, by kind and name.
    pub entries: BTreeMap<EntryKey, Entry>,
}

/// Keys of a cloud-config whose whole values are treated as secrets.
const SECRET_KEYS: &[&str] = &["chpasswd", "password", "ssh_keys", "random_seed"];

impl Entry {
    fn text(text: String) -> Self {
        Self {
            bytes: text.into_bytes(),
            secret: false,
            permissions: None,
            owner: None,
            notes: Vec::new(),
            every_boot: false,
        }
    }
}

impl Side {
    /// The entries of a document. `data` is the result of [`decode`](crate::decode) for `bytes`.
    ///
    /// # Errors
    /// The document, or the text of one of its keys, is larger than what firstlight reads.
    pub fn document(data: &UserData, bytes: &[u8]) -> Result<Self, Diagnostic> {
        let too_much = |finding: &&Diagnostic| rule::TOO_MUCH.is_of(finding);
        if let Some(problem) = data.findings.iter().find(too_much) {
            return Err(problem.clone());
        }
        let mut entries = files(&data.config.files);
        hide_secrets(&mut entries);
        let program = Program::of(data);
        if let Some(program) = &program {
            hide(program, &mut entries);
        }
        for (key, value) in data.config.root.iter().filter_map(|root| root.map()).flat_map(|map| &map.entries)
        {
            let name = key.value.python();
            if name != "write_files" {
                let text = dump(value)?;
                // The value is shown without its key, but the key's name may be what tells that the value is a secret.
                let is_told =
                    value.value.text().is_some_and(|text| hidden(&format!("{name}: {text}")).contains(&true));
                let secret = SECRET_KEYS.contains(&name.as_str()) || is_told;
                let every_boot = runs_every_boot(&name);
                let entry = Entry { secret, every_boot, ..Entry::text(text) };
                entries.insert(EntryKey::Config(name), entry);
            }
        }
        for part in data.parts.iter().filter(|part| is_opaque(part) && !part.payload.bytes().is_empty()) {
            let name = format!("{} ({})", part.name, part.kind.name());
            let twice = (2..).map(|number| format!("{name}, {number}"));
            let mut names = std::iter::once(name.clone()).chain(twice);
            let free = names.find(|name| !entries.contains_key(&EntryKey::Part(name.clone())));
            let bytes = part.payload.bytes().to_vec();
            let every_boot = matches!(part.kind, ContentKind::BootHook | ContentKind::ScriptPerBoot);
            let entry = Entry { bytes, every_boot, ..Entry::text(String::new()) };
            entries.insert(EntryKey::Part(free.unwrap_or(name)), entry);
        }
        let comments = comments(data);
        if !comments.is_empty() {
            entries.insert(EntryKey::Comments, Entry::text(comments));
        }
        Ok(Self {
            name: data.name.clone(),
            document: Some(bytes.to_vec()),
            is_ours: is_ours(&entries),
            is_template: is_template(bytes),
            is_script: bytes.starts_with(b"#!/bin/sh\n") && has_our_header(bytes),
            provider: None,
            known: known(data),
            program,
            entries,
        })
    }

    /// Has one entry for each module of firstlight's program, instead of one for all of it.
    #[must_use]
    pub fn with_modules(mut self) -> Self {
        if let Some(program) = self.program.take() {
            self.entries.remove(&EntryKey::File(PROGRAM.to_owned()));
            for (name, bytes) in program.modules {
                self.entries.insert(EntryKey::File(format!("{PROGRAM}{name}")), module(bytes));
            }
        }
        self
    }

    /// The entries of a folder with a server's files. Each file is given by its path relative to the folder, its
    /// content, and whether it is executable.
    ///
    /// If a path begins with `files/`, as in a folder that `inspect --extract` wrote, only the files below `files/`
    /// are the server's, and all others are parts.
    #[must_use]
    pub fn folder(name: &str, files: Vec<(String, Vec<u8>, bool)>) -> Self {
        // `inspect --extract` writes the server's files below files/.
        let below = files.iter().any(|(path, ..)| path.starts_with("files/"));
        let entry = |(path, bytes, executable): (String, Vec<u8>, bool)| {
            let key = match path.strip_prefix("files/") {
                Some(path) => EntryKey::File(format!("/{path}")),
                None if below => EntryKey::Part(path),
                None => EntryKey::File(format!("/{path}")),
            };
            let permissions = Some(Permissions::Executable(executable));
            (key, Entry { bytes, permissions, ..Entry::text(String::new()) })
        };
        let mut entries: BTreeMap<_, _> = files.into_iter().map(entry).collect();
        let program = Program::among(paths(&entries));
        if let Some(program) = &program {
            hide(program, &mut entries);
        }
        hide_secrets(&mut entries);
        let known = known_in_files(paths(&entries));
        let is_ours = is_ours(&entries);
        Self {
            name: name.to_owned(),
            document: None,
            is_ours,
            is_template: false,
            is_script: false,
            provider: None,
            known,
            program,
            entries,
        }
    }
}

/// Whether the host side for a running server is among the entries, and not the one that bakes an image.
fn is_ours(entries: &BTreeMap<EntryKey, Entry>) -> bool {
    let has = |path: &str| entries.contains_key(&EntryKey::File(path.to_owned()));
    has(SITE)
}

/// Puts one entry in the place of the files of the program: whose it is, and the names of its modules. The form in which
/// a document carries it makes no difference.
fn hide(program: &Program, entries: &mut BTreeMap<EntryKey, Entry>) {
    let is_other = |key: &EntryKey| !matches!(key, EntryKey::File(path) if ProgramFile::of(path).is_some());
    entries.retain(|key, _| is_other(key));
    let whose = match program.is_this_versions() || program.release().is_some() {
        true => program.version(),
        false => format!("sha256:{}", program.digest),
    };
    let from = program.address.iter().map(|address| format!("downloaded from {address}\n"));
    let names: String = from.chain(program.modules.keys().map(|name| format!("{name}\n"))).collect();
    entries.insert(EntryKey::File(PROGRAM.to_owned()), module(format!("{whose}\n{names}").into_bytes()));
}

fn module(bytes: Vec<u8>) -> Entry {
    let permissions = Some(Permissions::Bits(DEFAULT_MODE));
    Entry { bytes, permissions, ..Entry::text(String::new()) }
}

/// The paths and contents of the files.
fn paths(entries: &BTreeMap<EntryKey, Entry>) -> impl Iterator<Item = (&str, &[u8])> + Clone {
    entries.iter().filter_map(|(key, entry)| match key {
        EntryKey::File(path) => Some((path.as_str(), entry.bytes.as_slice())),
        _ => None,
    })
}

/// Marks the files whose content is a secret because of their paths.
fn hide_secrets(entries: &mut BTreeMap<EntryKey, Entry>) {
    let secret: Vec<_> =
        secret_files(paths(entries)).into_iter().map(|path| EntryKey::File(path.to_owned())).collect();
    for key in secret {
        entries.entry(key).and_modify(|entry| entry.secret = true);
    }
}

/// Whether a document has a placeholder that Terraform's `templatefile` replaces.
fn is_template(bytes: &[u8]) -> bool {
    bytes.windows(TERRAFORM_HOLE.len()).any(|part| part == TERRAFORM_HOLE.as_bytes())
}

/// Whether the merged cloud-config does not fully contain a part.
fn is_opaque(part: &Part) -> bool {
    part.template || part.kind != ContentKind::CloudConfig || part.config.is_none()
}

/// The files as they are when all have been written: of two files with the same path, the later one replaces the
/// first or is appended to it.
fn files(files: &[WrittenFile]) -> BTreeMap<EntryKey, Entry> {
    let mut entries: BTreeMap<EntryKey, Entry> = BTreeMap::new();
    let (early, late): (Vec<_>, Vec<_>) = files.iter().partition(|file| !file.defer);
    for file in early.into_iter().chain(late) {
        let key = EntryKey::File(file.path.clone());
        let bytes = match &file.body {
            FileContent::Bytes(bytes) => bytes.clone(),
            // The content is not known, so the text of the entry in the document is compared instead.
            FileContent::Rendered | FileContent::Broken => file.place.text().as_bytes().to_vec(),
        };
        if let Some(before) = entries.get_mut(&key).filter(|_| file.append) {
            before.bytes.extend(bytes);
            before.permissions = Some(Permissions::Bits(file.mode));
            before.owner = Some(file.owner.clone());
            continue;
        }
        let entry = Entry {
            bytes,
            secret: false,
            permissions: Some(Permissions::Bits(file.mode)),
            owner: Some(file.owner.clone()),
            notes: notes(file),
            every_boot: false,
        };
        entries.insert(key, entry);
    }
    entries
}

fn notes(file: &WrittenFile) -> Vec<String> {
    let body = match &file.body {
        FileContent::Bytes(_) => None,
        FileContent::Rendered => Some("rendered on the server"),
        FileContent::Broken => Some("does not decode"),
    };
    let flags = [(file.append, "appended"), (file.defer, "deferred")];
    let flags = flags.into_iter().filter_map(|(holds, word)| holds.then_some(word));
    let mut notes: Vec<String> = flags.chain(body).map(str::to_owned).collect();
    notes.extend(file.source.iter().map(|uri| format!("fetched from {uri}")));
    notes
}

/// The comment lines that directly follow the first line of the document; empty if the first part is not a
/// cloud-config.
fn comments(data: &UserData) -> String {
    let first = data.parts.first().filter(|part| !is_opaque(part)).and_then(|part| part.payload.place());
    let text = first.map_or("", |place| place.text());
    let lines = text.split_inclusive('\n').skip(1);
    lines.take_while(|line| line.starts_with('#')).collect()
}
