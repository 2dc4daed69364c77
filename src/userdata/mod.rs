//! What is in somebody's user-data: bytes in, a typed model and findings out.
//!
//! Takes a document apart as cloud-init does: base64 and gzip around it, MIME parts, archives, cloud-configs merged,
//! files decoded. Nothing is fetched, rendered or run. What is read is bounded by the limits below, whatever is given.

mod config;
mod encoding;
mod extract;
mod file;
mod merge;
mod mime;
mod node;
mod order;
mod part;
mod parts;
mod patch;
mod put;
mod scalar;
mod secrets;
mod template;
mod transport;
mod yaml;

use std::sync::{Arc, OnceLock};

use serde::Serialize;

pub(crate) use config::{BootCommand, CloudConfig, User, Words};
pub(crate) use extract::ExtractedFile;
pub(crate) use file::mode;
pub use file::{FileContent, WrittenFile};
pub(crate) use node::Value;
pub(crate) use node::{Map, TreeNode};
pub(crate) use order::Step;
pub use part::{Include, Part, Payload};
pub(crate) use template::marks;
pub(crate) use transport::TransportLayer;
pub(crate) use yaml::{Dialect, read_as};

use crate::evidence::Known;
use crate::finding::{Diagnostic, rule};
use crate::provider::{Limit, PROVIDERS, Provider, Takes};
use crate::text::source::Place;

/// Most bytes of input that are read.
pub const MAX_INPUT: usize = 16 << 20;
/// Most bytes that all of it may come to when decoded.
pub(crate) const MAX_DECODED: usize = 64 << 20;
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

/// A document, taken apart.
#[derive(Debug)]
pub struct UserData {
    /// What the user calls it: a path, or `-`.
    pub name: String,
    /// Its size as given.
    pub bytes: usize,
    /// What was around it, from outside in.
    pub layers: Vec<TransportLayer>,
    /// Its parts in their order, those in archives in the archive's place.
    pub parts: Vec<Part>,
    /// What the server will fetch.
    pub includes: Vec<Include>,
    /// The cloud-config that comes out when the parts are merged.
    pub config: CloudConfig,
    /// What stands in cloud-init's way.
    pub findings: Vec<Diagnostic>,
    /// Its size without base64 around it, which is what providers count.
    counted: usize,
    /// Its secrets, once somebody has asked for them.
    known: OnceLock<Known>,
}

/// Takes a document apart. Whatever is wrong with it stands in the findings.
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
    UserData {
        name: name.to_owned(),
        bytes: bytes.len(),
        layers,
        parts,
        includes,
        config,
        findings,
        counted,
        known: OnceLock::new(),
    }
}

/// Reads cloud-configs that stand at places, without headers of their own. Of a key that several have the last counts.
#[must_use]
pub(crate) fn read_configs(places: &[Place]) -> UserData {
    let (mut budget, mut findings) = (Budget::default(), Vec::new());
    let mut parts = Vec::new();
    for place in places {
        let config = match yaml::read(place, &mut budget) {
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
    UserData {
        name,
        bytes: 0,
        layers: Vec::new(),
        parts,
        includes,
        config,
        findings,
        counted: 0,
        known: OnceLock::new(),
    }
}

/// Reads a document that has no parts, as its values.
///
/// # Errors
/// It is not YAML as cloud-init reads it.
pub(crate) fn read_yaml(place: &Place) -> Result<Tree, Diagnostic> {
    yaml::read(place, &mut Budget::default())
}

impl UserData {
    /// What cloud-init does with it, in its order.
    #[must_use]
    pub(crate) fn steps(&self) -> Vec<Step> {
        order::steps(self)
    }

    /// Its size held against the limit of every provider that takes such documents.
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

    /// Its files and parts, each at a path below a folder of its own, whatever they call themselves.
    #[must_use]
    pub fn lay(&self) -> Vec<ExtractedFile> {
        extract::all(self)
    }

    /// The files that are systemd units, drop-ins or links between them.
    pub(crate) fn units(&self) -> impl Iterator<Item = &WrittenFile> {
        self.config.files.iter().filter(|file| file.unit().is_some())
    }
}

/// Whether a provider takes a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fit {
    /// The provider's name.
    pub provider: &'static str,
    /// Its limit in bytes, if it has a known one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// Whether the document fits; nothing if the limit is not known.
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
}

impl Default for Budget {
    fn default() -> Self {
        Self { bytes: MAX_DECODED, nodes: MAX_NODES }
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
