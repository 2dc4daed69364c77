//! Committed documents beside their configurations: which belong together, and what differs.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Code, Diagnostic};
use crate::text::source::{Place, Source};

/// The configuration of one server, and of what all hosts share.
pub(crate) const CONFIG: &str = "firstlight.yaml";
/// The hosts beside it.
pub(crate) const HOSTS: &str = "hosts.yaml";
/// The document made from it; with hosts, the folder of their documents.
pub(crate) const DOCUMENT: &str = "user-data";

/// A configuration and where its document is committed, by their names in one folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Case {
    /// `firstlight.yaml` and `user-data`, or `NAME.firstlight.yaml` and `NAME.user-data`.
    One {
        /// The configuration.
        config: String,
        /// The document.
        document: String,
    },
    /// `hosts.yaml` and the folder `user-data`, a file a host.
    Fleet {
        /// The configuration that the hosts share, if there is one.
        config: Option<String>,
    },
}

impl Case {
    /// The file a person edits.
    #[must_use]
    pub fn source(&self) -> &str {
        match self {
            Self::One { config, .. } => config,
            Self::Fleet { .. } => HOSTS,
        }
    }

    /// Whether a file's name is one of its configurations.
    #[must_use]
    pub fn names(&self, file: &str) -> bool {
        self.source() == file || matches!(self, Self::Fleet { config: Some(config) } if config == file)
    }
}

/// What belongs together among the names of a folder's files and folders; one file may be named.
#[must_use]
pub fn cases(files: &BTreeSet<String>, folders: &BTreeSet<String>, named: Option<&str>) -> Vec<Case> {
    let has_config = files.contains(CONFIG);
    let mut found = Vec::new();
    // A hosts.yaml may be another tool's: it counts beside what is ours, or if it was named.
    if files.contains(HOSTS) && (has_config || folders.contains(DOCUMENT) || named == Some(HOSTS)) {
        found.push(Case::Fleet { config: has_config.then(|| CONFIG.to_owned()) });
    } else if has_config {
        found.push(Case::One { config: CONFIG.to_owned(), document: DOCUMENT.to_owned() });
    }
    let named = files.iter().filter_map(|file| file.strip_suffix(".firstlight.yaml"));
    found.extend(named.filter(|name| !name.is_empty()).map(|name| Case::One {
        config: format!("{name}.{CONFIG}"),
        document: format!("{name}.{DOCUMENT}"),
    }));
    found
}

/// Documents whose configuration is not there, each with that configuration's name.
pub fn left_over(files: &BTreeSet<String>) -> impl Iterator<Item = (&String, String)> {
    // Beside meta-data it is a NoCloud seed.
    let is_seed = files.contains("meta-data");
    files.iter().filter_map(move |file| {
        let name = file.strip_suffix(DOCUMENT)?;
        let is_document = if name.is_empty() { !is_seed } else { name.len() > 1 && name.ends_with('.') };
        let config = format!("{name}{CONFIG}");
        (is_document && !files.contains(&config)).then_some((file, config))
    })
}

/// Whether a document says that firstlight made it.
#[must_use]
pub fn is_ours(document: &[u8]) -> bool {
    let head = document.get(..4096).unwrap_or(document);
    let is_document = [&b"#cloud-config\n"[..], b"Content-Type: multipart/mixed; boundary=\"firstlight"];
    is_document.iter().any(|start| head.starts_with(start))
        && String::from_utf8_lossy(head).contains("\n# By firstlight ")
}

/// How what is there differs from what should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It should be there.
    Missing,
    /// It is there, with another content.
    Outdated,
    /// Nothing makes it.
    Orphan,
}

impl Difference {
    /// A complaint about a path, and the file that should make what is there.
    #[must_use]
    pub fn complaint(self, path: &str, source: &str) -> Diagnostic {
        let update =
            "run firstlight check --update to write it, and review the changes before you commit them"
                .to_owned();
        let (code, message, help) = match self {
            Self::Missing => {
                (Code::MissingDocument, format!("{path} is missing; {source} describes it"), update)
            }
            Self::Outdated => {
                (Code::Outdated, format!("{path} is outdated: {source} renders another document"), update)
            }
            Self::Orphan => {
                let help = format!("remove it, or restore its configuration: {source}");
                (Code::Orphan, format!("{path} is an orphan: it has no configuration"), help)
            }
        };
        Diagnostic::error(code, message).help(help)
    }
}

/// Compares what is there with what should be, byte for byte; by path, in order.
#[must_use]
pub fn compare(
    expected: &BTreeMap<String, Vec<u8>>,
    found: &BTreeMap<String, Vec<u8>>,
) -> BTreeMap<String, Difference> {
    let wanted = expected.iter().filter_map(|(path, bytes)| match found.get(path) {
        None => Some((path.clone(), Difference::Missing)),
        Some(old) if old != bytes => Some((path.clone(), Difference::Outdated)),
        Some(_) => None,
    });
    let orphans = found.keys().filter(|path| !expected.contains_key(*path));
    wanted.chain(orphans.map(|path| (path.clone(), Difference::Orphan))).collect()
}

/// The first line of a text that is not in another, as a place in it.
#[must_use]
pub fn first_difference(path: &str, old: &[u8], new: &[u8]) -> Place {
    let text = String::from_utf8_lossy(old);
    let same: usize = text
        .split_inclusive('\n')
        .zip(String::from_utf8_lossy(new).split_inclusive('\n'))
        .take_while(|(old, new)| old == new)
        .map(|(line, _)| line.len())
        .sum();
    let start = same.min(text.len());
    let length = text.get(start..).and_then(|rest| rest.split('\n').next()).map_or(0, str::len);
    Place { source: Source::file(path, &text), span: start..start + length }
}
