//! Reads user-data from anywhere: from bytes to typed values and findings.
//!
//! A document is taken apart as cloud-init does it: base64 and gzip around it are decoded, MIME parts and archives are
//! divided, cloud-configs are merged, and files are decoded. Nothing is fetched, rendered or run. The limits below
//! apply to every input.

mod config;
mod encoding;
mod extract;
mod file;
mod members;
mod merge;
mod mime;
mod node;
mod order;
mod part;
mod parts;
mod patch;
mod patch_values;
mod scalar;
mod secrets;
mod template;
mod transport;
mod yaml_loader;

use std::sync::Arc;

use serde::Serialize;

pub(crate) use config::{BootCommand, CloudConfig, User, Words};
pub(crate) use extract::ExtractedFile;
pub(crate) use file::{DEFAULT_MODE, mode};
pub use file::{FileContent, WrittenFile};
pub use members::Member;
pub(crate) use node::Value;
pub(crate) use node::{Map, TreeNode};
pub(crate) use order::Step;
pub use part::{Include, Part, Payload};
pub(crate) use template::marks;
pub(crate) use transport::TransportLayer;
pub(crate) use yaml_loader::{Dialect, read_as};

use crate::finding::{Diagnostic, rule};
use crate::provider::{Limit, PROVIDERS, Provider, Takes};
use crate::text::source::Place;

/// The largest document that [`decode`] reads, in bytes (16 MiB).
pub const MAX_INPUT: usize = 16 << 20;
/// Most bytes that all of it may come to when decoded.
pub(crate) const MAX_DECODED: usize = 64 << 20;
/// Most bytes that the archives in it may come to when decompressed. What is beyond is not looked into.
pub(crate) const MAX_ARCHIVES: usize = 16 << 20;
/// Deepest nesting of messages.
pub(crate) const MAX_DEPTH: usize = 16;
/// Most parts.
pub(crate) const MAX_PARTS: usize = 1000;
/// Most bytes of a single text of YAML.
pub(crate) const MAX_YAML: usize = 2 << 20;
/// Deepest nesting of YAML.
pub(crate) const MAX_YAML_DEPTH: usize = 64;
/// Most nodes of YAML in all, aliases written out.
pub(crate) const MAX_NODES: usize = 200_000;

/// A user-data document that was taken apart as cloud-init does it.
#[derive(Debug)]
pub struct UserData {
    /// The document's name in messages, such as its path, or `-` for the standard input.
    pub name: String,
    /// The size in bytes as given, before base64 and gzip are removed.
    pub bytes: usize,
    /// The encodings around the whole document, the outermost first; empty for plain text.
    pub layers: Vec<TransportLayer>,
    /// The parts in order; those of a MIME message or an archive stand where that stood. A plain document is
    /// one part.
    pub parts: Vec<Part>,
    /// The addresses that the server would fetch. Nothing is fetched here.
    pub includes: Vec<Include>,
    /// The meaning of the cloud-config that results when all parts are merged.
    pub config: CloudConfig,
    /// What hinders cloud-init in reading the document. [`lint`](crate::lint()) finds much more.
    pub findings: Vec<Diagnostic>,
    /// Its size without base64 around it, which is what providers count.
    counted: usize,
}

/// Takes a user-data document apart as cloud-init does: base64, gzip, MIME, archives, merging.
///
/// It never fails: what is wrong, such as more than [`MAX_INPUT`] bytes, stands in [`UserData::findings`].
/// `name` is used in messages alone.
#[must_use]
pub fn decode(name: &str, bytes: &[u8]) -> UserData {
    let mut budget = Budget::default();
    let mut findings = Vec::new();
    let unpacked = transport::unpack(bytes, &mut budget, &mut findings);
    let mut reader = parts::Reader::new(name, &mut budget, findings);
    let label = if unpacked.layers.is_empty() { name.to_owned() } else { format!("{name} (unpacked)") };
    reader.message(&label, unpacked.bytes);
    let parts::Reader { parts, includes, mut findings, .. } = reader;
    let merged = merge::all(&parts, &mut budget, &mut findings);
    let config = CloudConfig::read(merged.as_ref(), &mut budget, &mut findings);
    let counted = unpacked.counted;
    let layers = unpacked.layers;
    UserData { name: name.to_owned(), bytes: bytes.len(), layers, parts, includes, config, findings, counted }
}

/// Reads cloud-configs that stand at places, without headers of their own. Of a key that several have the last counts.
#[must_use]
pub(crate) fn read_configs(places: &[Place]) -> UserData {
    let (mut budget, mut findings) = (Budget::default(), Vec::new());
    let mut parts = Vec::new();
    for place in places {
        let config = match yaml_loader::read(place, &mut budget) {
            Ok(root) if root.map().is_some() => Some(root),
            Ok(root) if root.value == Value::Null => None,
            Ok(root) => {
                let message = format!("a cloud-config must be a mapping, but this is {}", root.value.what());
                findings.push(rule::WRONG_TYPE.at(&root.place.first_line(), message));
                None
            }
            Err(problem) => {
                findings.push(problem);
                None
            }
        };
        parts.push(Part::config(place, config));
    }
    let all: Vec<_> =
        parts.iter().filter_map(|part| Some((part.config.as_ref()?, part.config.as_ref()?.map()?))).collect();
    let root = all.first().map(|(first, _)| {
        let entries = all.iter().flat_map(|(_, map)| map.entries.iter().cloned()).collect();
        TreeNode::made(first.place.clone(), Value::Map(Map { entries, merged: 0 }))
    });
    let config = CloudConfig::read(root.as_ref(), &mut budget, &mut findings);
    let includes = Vec::new();
    let name = places.first().map_or_else(String::new, |place| place.source.name.clone());
    UserData { name, bytes: 0, layers: Vec::new(), parts, includes, config, findings, counted: 0 }
}

/// Reads parts that come after a document's own cloud-config, each with its place, its content type and the value of its
/// header `Merge-Type`, if it has one.
#[must_use]
pub(crate) fn read_parts(given: &[(Place, &str, Option<&str>)]) -> UserData {
    let (mut budget, mut findings) = (Budget::default(), Vec::new());
    let (mut parts, mut includes) = (Vec::new(), Vec::new());
    for (place, content_type, merge) in given {
        let mut reader = parts::Reader::new(&place.source.name, &mut budget, findings);
        reader.given(place, content_type, *merge);
        parts.extend(reader.parts);
        includes.extend(reader.includes);
        findings = reader.findings;
    }
    // How they are merged depends on the document before them: `merged_one_by_one` says it.
    let merged = merge::all(&parts, &mut budget, &mut Vec::new());
    let config = CloudConfig::read(merged.as_ref(), &mut budget, &mut findings);
    UserData {
        name: String::new(),
        bytes: 0,
        layers: Vec::new(),
        parts,
        includes,
        config,
        findings,
        counted: 0,
    }
}

/// What a cloud-config becomes with a part that comes after it, and what hinders cloud-init in merging the two. `known`
/// says whether all parts before it could be read, and is then true of this one as well.
#[must_use]
pub(crate) fn merged(before: &Tree, part: &Part, known: &mut bool) -> (Tree, Vec<Diagnostic>) {
    let mut findings = Vec::new();
    let merged = merge::one(Some(before.clone()), part, known, &mut Budget::default(), &mut findings);
    (merged.unwrap_or_else(|| before.clone()), findings)
}

/// Reads a document that has no parts, as its values.
///
/// # Errors
/// It is not YAML as cloud-init reads it.
pub(crate) fn read_yaml(place: &Place) -> Result<Tree, Diagnostic> {
    yaml_loader::read(place, &mut Budget::default())
}

impl UserData {
    /// What cloud-init does with it, in its order.
    #[must_use]
    pub(crate) fn steps(&self) -> Vec<Step> {
        order::steps(self)
    }

    /// Compares the document's size with the limit of every provider that accepts cloud-init's user-data.
    #[must_use]
    pub fn fits(&self) -> Vec<Fit> {
        let takes = |provider: &&'static Provider| provider.takes == Takes::Document;
        PROVIDERS.iter().filter(takes).map(|provider| Fit::of(provider, self.counted)).collect()
    }

    /// The size that providers count: without base64 around it.
    #[must_use]
    pub(crate) fn counted(&self) -> usize {
        self.counted
    }

    /// Returns the files of `write_files` below `files/` and all parts below `parts/`, at safe relative
    /// paths. Files whose content is not known are left out.
    #[must_use]
    pub fn extracted(&self) -> Vec<ExtractedFile> {
        extract::all(self)
    }

    /// The files that are systemd units, drop-ins or links between them.
    pub(crate) fn units(&self) -> impl Iterator<Item = &WrittenFile> {
        self.config.files.iter().filter(|file| file.unit().is_some())
    }
}

/// Whether a document is small enough for a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fit {
    /// The provider's name.
    pub provider: &'static str,
    /// The provider's limit in bytes; `None` if it has none, or if it is not documented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// Whether the document is small enough; `None` if the limit is not documented.
    pub fits: Option<bool>,
}

impl Fit {
    /// One provider's answer.
    #[must_use]
    pub(crate) fn of(provider: &'static Provider, bytes: usize) -> Self {
        let (limit, fits) = match provider.limit {
            Limit::Bytes(limit) => (Some(limit), Some(bytes <= limit)),
            Limit::None => (None, Some(true)),
            Limit::Unknown => (None, None),
        };
        Self { provider: provider.name, limit, fits }
    }
}

/// What may still be read.
#[derive(Debug)]
struct Budget {
    bytes: usize,
    nodes: usize,
    /// How many bytes of compressed archives may still be decompressed.
    archives: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { bytes: MAX_DECODED, nodes: MAX_NODES, archives: MAX_ARCHIVES }
    }
}

impl Budget {
    /// Takes what a decoded text needs.
    fn take(&mut self, bytes: usize) -> Result<(), Diagnostic> {
        self.bytes = self.bytes.checked_sub(bytes).ok_or_else(too_much)?;
        Ok(())
    }

    /// Takes a number of YAML nodes.
    fn take_nodes(&mut self, nodes: usize) -> bool {
        let left = self.nodes.checked_sub(nodes);
        self.nodes = left.unwrap_or(0);
        left.is_some()
    }
}

fn too_much() -> Diagnostic {
    rule::TOO_MUCH.found(format!("it is larger than {} MiB after decompression", MAX_DECODED >> 20))
}

/// A tree, shared by all who name it.
pub(crate) type Tree = Arc<TreeNode>;
