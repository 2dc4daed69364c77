//! The server's files as a folder, for review.

use super::{Item, OutputFolder};
use crate::compile::program::ProgramForm;
use crate::compile::render::Rendered;
use crate::value::Mode;

/// The files that cloud-init will write on the server, by their paths without the first slash. The program is there as
/// people read it, whatever the encoding of the document, unless the server downloads it.
///
/// The user's own files are included, except those that are appended to others or fetched by the server.
#[must_use]
pub fn tree(rendered: &Rendered) -> OutputFolder {
    let rendered = rendered.carrying(ProgramForm::Folder);
    let ours = rendered.files.iter().map(|(path, file)| (path.as_str(), Item::from(file)));
    let own = rendered.own.whole_files().filter_map(|file| {
        Some((file.path.as_str(), Item { mode: Mode::of_bits(file.mode), bytes: file.bytes()?.to_vec() }))
    });
    ours.chain(own).map(|(path, item)| (path.trim_start_matches('/').to_owned(), item)).collect()
}
