//! The files that a profile has for the repository of the application, such as a step of the workflow that makes its image.

use super::{Item, OutputFolder};
use crate::compile::render::Rendered;

/// The files, by their paths in the repository; none if the profile has none.
pub(super) fn repository(rendered: &Rendered) -> OutputFolder {
    let files = rendered.repository.iter();
    files.map(|(path, file)| (path.as_str().trim_start_matches('/').to_owned(), Item::from(file))).collect()
}
