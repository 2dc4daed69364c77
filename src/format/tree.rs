use super::{Folder, Item};
use crate::render::Rendered;

/// The server's files as they will lie there, for review.
#[must_use]
pub fn tree(rendered: &Rendered) -> Folder {
    let item = |file: &crate::render::File| Item { mode: file.mode, bytes: file.bytes.clone() };
    rendered
        .files
        .iter()
        .map(|(path, file)| (path.as_str().trim_start_matches('/').to_owned(), item(file)))
        .collect()
}
