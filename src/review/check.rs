//! Compares committed documents with their configurations: which files belong together, and which documents differ.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Code, Diagnostic};
use crate::text::source::{Place, Source};

/// The file name of a configuration: of one server, or of what all hosts of a fleet share.
pub(crate) const CONFIG: &str = "firstlight.yaml";
/// The other way to write the end of [`CONFIG`].
const SHORT: &str = "firstlight.yml";
/// The file name of the list of hosts, in the same folder.
pub(crate) const HOSTS: &str = "hosts.yaml";
/// The file name of a document; with hosts, the name of the folder that contains their documents.
pub(crate) const DOCUMENT: &str = "user-data";
/// The end of the file name of a document that Terraform fills in.
pub(crate) const TEMPLATE: &str = ".tftpl";

/// A configuration and its committed documents, by their names within one folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Case {
    /// One server: `firstlight.yaml` and `user-data`, or `NAME.firstlight.yaml` and `NAME.user-data`. The name of the
    /// document can have `.tftpl` at its end.
    One {
        /// The file name of the configuration.
        config: String,
        /// The file names of the documents that are committed; `user-data` or `NAME.user-data` if there is none.
        documents: Vec<String>,
    },
    /// Many hosts: `hosts.yaml`, and the folder `user-data` with one file for each host.
    Fleet {
        /// The file name of the configuration that the hosts share; `None` if there is none.
        config: Option<String>,
    },
}

impl Case {
    /// The name of the file that a person edits to change the document: the configuration, or `hosts.yaml`.
    #[must_use]
    pub fn source(&self) -> &str {
        match self {
            Self::One { config, .. } => config,
            Self::Fleet { .. } => HOSTS,
        }
    }

    /// Whether `file` is the name of a file from which the document is made.
    #[must_use]
    pub fn names(&self, file: &str) -> bool {
        self.source() == file || matches!(self, Self::Fleet { config: Some(config) } if config == file)
    }
}

/// Finds the configurations in one folder, by the names of its files and folders.
///
/// `named` is the name of the file that the user asked for, if there is one. A `hosts.yaml` counts only beside a
/// `firstlight.yaml` or a folder `user-data`, or if it is the file that was asked for.
#[must_use]
pub fn cases(files: &BTreeSet<String>, folders: &BTreeSet<String>, named: Option<&str>) -> Vec<Case> {
    let has_config = files.contains(CONFIG);
    let mut found = Vec::new();
    // A hosts.yaml alone may belong to another tool.
    if files.contains(HOSTS) && (has_config || folders.contains(DOCUMENT) || named == Some(HOSTS)) {
        found.push(Case::Fleet { config: has_config.then(|| CONFIG.to_owned()) });
    } else if has_config {
        found.push(Case::One { config: CONFIG.to_owned(), documents: documents(DOCUMENT, files) });
    }
    let is_config = |name: &&str| [CONFIG, SHORT].iter().any(|config| name.ends_with(&format!(".{config}")));
    let named = files.iter().map(String::as_str).filter(is_config);
    found.extend(named.filter_map(|config| {
        let name =
            config.rsplit_once(".firstlight.").map(|(name, _)| name).filter(|name| !name.is_empty())?;
        let documents = documents(&format!("{name}.{DOCUMENT}"), files);
        Some(Case::One { config: config.to_owned(), documents })
    }));
    found
}

/// The documents of this name that are committed: the document itself, a template of it, or both; the document if
/// there is none.
fn documents(name: &str, files: &BTreeSet<String>) -> Vec<String> {
    let names = [name.to_owned(), format!("{name}{TEMPLATE}")];
    let found: Vec<_> = names.into_iter().filter(|name| files.contains(name)).collect();
    if found.is_empty() { vec![name.to_owned()] } else { found }
}

/// Finds the documents in one folder that have no configuration, by the names of its files. Returns the name of
/// each document and the name that its configuration would have.
pub fn left_over(files: &BTreeSet<String>) -> impl Iterator<Item = (&String, String)> {
    // A user-data file beside a meta-data file belongs to a NoCloud seed.
    let is_seed = files.contains("meta-data");
    files.iter().filter_map(move |file| {
        let name = file.strip_suffix(TEMPLATE).unwrap_or(file).strip_suffix(DOCUMENT)?;
        let is_document = if name.is_empty() { !is_seed } else { name.len() > 1 && name.ends_with('.') };
        let config = format!("{name}{CONFIG}");
        let is_there = files.contains(&config) || files.contains(&format!("{name}{SHORT}"));
        (is_document && !is_there).then_some((file, config))
    })
}

/// How the header names firstlight: in documents of today, and in older ones.
const OURS: [&str; 2] = ["\n# Made by firstlight ", "\n# By firstlight "];

/// Whether a document says in its first 4096 bytes that firstlight made it, and is one that a server gets as user-data.
#[must_use]
pub fn is_ours(document: &[u8]) -> bool {
    let is_document = [&b"#cloud-config\n"[..], b"Content-Type: multipart/mixed; boundary=\"firstlight"];
    is_document.iter().any(|start| document.starts_with(start)) && has_our_header(document)
}

/// Whether a text says in its first 4096 bytes that firstlight made it.
pub(crate) fn has_our_header(text: &[u8]) -> bool {
    let head = String::from_utf8_lossy(text.get(..4096).unwrap_or(text));
    OURS.iter().any(|line| head.contains(line))
}

/// How a committed document differs from what its configuration makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The document should exist, but does not.
    Missing,
    /// The document exists, but its content is not what the configuration makes.
    Outdated,
    /// The document exists, but no configuration makes it.
    Orphan,
}

impl Difference {
    /// The error about the document at `path`. `source` is the path of the file that makes the document, or that
    /// should make it.
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

/// Compares the documents that should exist with those that were found, byte for byte.
///
/// The keys of the maps are paths. Paths whose documents are the same are not in the result.
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

/// The place of the first line of `old` that differs from the same line of `new`, in a source with the name
/// `path`. It is the end of `old` if none of its lines differs.
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
