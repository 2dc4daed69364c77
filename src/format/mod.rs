//! What `render` can make of a compiled document: one file a format.

mod json;
mod nocloud;
mod packer;
mod script;
mod terraform;
mod tree;

use std::collections::BTreeMap;

use crate::value::Mode;

pub use json::{Json, json};
pub use nocloud::{nocloud, volume};
pub use packer::packer;
pub(crate) use script::script;
pub use terraform::{module, template, terraform, variables};
pub use tree::tree;

/// Files by their paths below a folder.
pub type OutputFolder = BTreeMap<String, Item>;

/// A file in a folder.
#[derive(Clone)]
pub struct Item {
    /// Its mode.
    pub mode: Mode,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Item {
    /// A text that everyone may read.
    fn text(text: impl Into<String>) -> Self {
        Self { mode: Mode::DEFAULT, bytes: text.into().into_bytes() }
    }
}
