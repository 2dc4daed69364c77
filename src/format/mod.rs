//! What `render` can make of a compiled document; each format has a file here.

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

/// The files of an output folder, by their paths relative to it.
pub type OutputFolder = BTreeMap<String, Item>;

/// A file of an output folder.
#[derive(Clone)]
pub struct Item {
    /// The permission bits of the file.
    pub mode: Mode,
    /// The content of the file.
    pub bytes: Vec<u8>,
}

impl Item {
    /// A text file with the mode 0644.
    fn text(text: impl Into<String>) -> Self {
        Self { mode: Mode::DEFAULT, bytes: text.into().into_bytes() }
    }
}
