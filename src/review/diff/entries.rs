//! One of the two things compared, as named entries: files, keys of the cloud-config, other parts.

use std::collections::BTreeMap;

use super::dump::dump;
use crate::cloud_init::{ContentKind, runs_every_boot};
use crate::evidence::{Known, hidden};
use crate::finding::{Diagnostic, rule};
use crate::provider::Provider;
use crate::userdata::{FileContent, Part, UserData, WrittenFile};
use crate::value::HOLES;

/// What an entry is, and its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKey {
    /// The comments at the document's head.
    Comments,
    /// A file on the server, by its path.
    File(String),
    /// A key of the merged cloud-config.
    Config(String),
    /// A part that is no cloud-config: a script, an include, a template.
    Part(String),
}

/// A file's permissions, as far as they are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permissions {
    /// As a document gives them.
    Bits(u32),
    /// As a folder keeps them that git has checked out.
    Executable(bool),
}

/// One thing that can be the same or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What is in it.
    pub bytes: Vec<u8>,
    /// Whether nothing of it is to be shown.
    pub secret: bool,
    /// A file's permissions.
    pub permissions: Option<Permissions>,
    /// A file's owner, where it is known.
    pub owner: Option<String>,
    /// What else holds of it: appended, deferred, fetched.
    pub notes: Vec<String>,
    /// Whether cloud-init acts on it at every boot, and not at the first alone.
    pub every_boot: bool,
}

/// One of the two things compared.
#[derive(Debug)]
pub struct Side {
    /// What the user calls it.
    pub name: String,
    /// The document itself; a folder has none.
    pub document: Option<Vec<u8>>,
    /// Whether a server that runs it has the command `firstlight apply`.
    pub is_ours: bool,
    /// Whether that command takes it as it stands: one plain cloud-config.
    pub is_plain: bool,
    /// The provider it is for, if it says so.
    pub provider: Option<&'static Provider>,
    /// Secrets in it, which are not shown wherever they stand.
    pub known: Known,
    /// What is in it.
    pub entries: BTreeMap<EntryKey, Entry>,
}

/// Keys of a cloud-config whose every line may hold a secret.
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
    /// A document, taken apart.
    ///
    /// # Errors
    /// It holds more than is looked at.
    pub fn document(data: &UserData, bytes: &[u8]) -> Result<Self, Diagnostic> {
        let too_much = |finding: &&Diagnostic| rule::TOO_MUCH.is_of(finding);
        if let Some(problem) = data.findings.iter().find(too_much) {
            return Err(problem.clone());
        }
        let mut entries = files(&data.config.files);
        for (key, value) in data.config.root.iter().filter_map(|root| root.map()).flat_map(|map| &map.entries)
        {
            let name = key.value.python();
            if name != "write_files" {
                let text = dump(value)?;
                // Its lines are shown without the key's name, which may tell what they are.
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
        let is_plain = data.layers.is_empty()
            && data.parts.iter().all(|part| part.kind == ContentKind::CloudConfig && !part.enclosed);
        Ok(Self {
            name: data.name.clone(),
            document: Some(bytes.to_vec()),
            is_ours: is_ours(&entries),
            is_plain,
            provider: None,
            known: data.known().clone(),
            entries,
        })
    }

    /// A folder of a server's files: path, content, whether it is executable.
    #[must_use]
    pub fn folder(name: &str, files: Vec<(String, Vec<u8>, bool)>) -> Self {
        // `inspect --extract` has them below files/.
        let below = files.iter().any(|(path, ..)| path.starts_with("files/"));
        let entry = |(path, bytes, executable): (String, Vec<u8>, bool)| {
            let key = match path.strip_prefix("files/") {
                Some(path) => EntryKey::File(format!("/{path}")),
                None if below => EntryKey::Part(path),
                None => EntryKey::File(format!("/{path}")),
            };
            let secret = matches!(&key, EntryKey::File(path) if path.starts_with(HOLES));
            let permissions = Some(Permissions::Executable(executable));
            (key, Entry { bytes, secret, permissions, ..Entry::text(String::new()) })
        };
        let entries: BTreeMap<_, _> = files.into_iter().map(entry).collect();
        let is_ours = is_ours(&entries);
        Self {
            name: name.to_owned(),
            document: None,
            is_ours,
            is_plain: false,
            provider: None,
            known: Known::default(),
            entries,
        }
    }
}

/// The host side is in it, and not to make an image, which no server runs on.
fn is_ours(entries: &BTreeMap<EntryKey, Entry>) -> bool {
    let has = |path: &str| entries.contains_key(&EntryKey::File(path.to_owned()));
    has("/etc/firstlight/site.sh") && !has("/usr/local/sbin/firstlight-bake")
}

/// A part of which the merged cloud-config does not tell all.
fn is_opaque(part: &Part) -> bool {
    part.template || part.kind != ContentKind::CloudConfig || part.config.is_none()
}

/// Files as they are when all are written; of two at one path, the later one stays, or is added to the first.
fn files(files: &[WrittenFile]) -> BTreeMap<EntryKey, Entry> {
    let mut entries: BTreeMap<EntryKey, Entry> = BTreeMap::new();
    let (early, late): (Vec<_>, Vec<_>) = files.iter().partition(|file| !file.defer);
    for file in early.into_iter().chain(late) {
        let key = EntryKey::File(file.path.clone());
        let bytes = match &file.body {
            FileContent::Bytes(bytes) => bytes.clone(),
            // Not known, or not to be had: the entry as it stands in the document.
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
            secret: file.path.starts_with(HOLES),
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

/// The lines of comment that follow the header.
fn comments(data: &UserData) -> String {
    let first = data.parts.first().filter(|part| !is_opaque(part)).and_then(|part| part.payload.place());
    let text = first.map_or("", |place| place.text());
    let lines = text.split_inclusive('\n').skip(1);
    lines.take_while(|line| line.starts_with('#')).collect()
}
