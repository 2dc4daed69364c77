//! Reads YAML into a tree in which every node knows its place.
//!
//! A configuration needs only mappings, lists and scalars. Anchors, aliases, tags and merge keys are refused, so a
//! small file cannot become large. Scalars remain text: the code that reads one knows which type it expects, so `no`,
//! `1.10` and `022` are never mistaken for something else.

mod events;
mod mapping;
mod node;
mod parse;
mod quoted;

pub(crate) use events::Events;
pub(crate) use mapping::{Mapping, unknown_key};
pub use node::{Kind, Node};
pub use parse::MAX_BYTES;
pub(crate) use parse::{is_deep, parse};
pub(crate) use quoted::end_of_quoted;
