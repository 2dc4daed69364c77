//! What `render` can make of a compiled document; each format has a file here.

mod json;
mod kind;
mod nocloud;
mod packer;
mod repository;
mod script;
mod terraform;
mod tree;

use std::collections::BTreeMap;

use crate::compile::Output;
use crate::compile::phase::Phase;
use crate::compile::render::RenderedFile;
use crate::text::printable;
use crate::value::Mode;

pub use json::{Json, json};
pub use kind::{Format, Use};
pub use nocloud::{nocloud, volume};
pub use packer::{packer, packer_source, packer_sources};
use repository::repository;
use script::script;
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

impl From<&RenderedFile> for Item {
    fn from(file: &RenderedFile) -> Self {
        Self { mode: file.mode, bytes: file.bytes.clone() }
    }
}

impl Item {
    /// A text file with the mode 0644.
    fn text(text: impl Into<String>) -> Self {
        Self { mode: Mode::DEFAULT, bytes: text.into().into_bytes() }
    }
}

/// What `render` writes of one document.
pub enum Made {
    /// One file: its text, its permission bits, and the ending that its name gets beside the files of other hosts.
    File(String, Mode, &'static str),
    /// A folder of files.
    Folder(OutputFolder),
}

/// Makes a document into a format.
///
/// # Errors
/// The document contains what JSON cannot represent.
pub fn make(format: Format, made: &Output, phase: Phase) -> Result<Made, serde_json::Error> {
    Ok(match format {
        Format::CloudConfig | Format::Mime => Made::File(made.document.text.clone(), Mode::DEFAULT, ""),
        Format::Json => {
            let text = serde_json::to_string_pretty(&json(made, phase))?;
            Made::File(printable::json(&format!("{text}\n")).into_owned(), Mode::DEFAULT, ".json")
        }
        Format::Script => Made::File(script(made, phase), Mode::EXECUTABLE, ""),
        Format::Nocloud => Made::Folder(nocloud(made)),
        Format::Tree => Made::Folder(tree(&made.rendered)),
        Format::Packer => Made::Folder(packer(made)),
        Format::Repository => Made::Folder(repository(&made.rendered)),
        Format::Terraform => Made::Folder(terraform(made)),
    })
}
