//! What may be read on a file's word: what lies in its own repository, or, where there is none, in its folder.
//!
//! A configuration may come in somebody's pull request, and what it names ends up in a document, or in a log.

use std::path::{Path, PathBuf};

/// The repository that a folder is in, else the folder itself, without links.
pub(super) fn root(folder: &Path) -> PathBuf {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let repository = folder.ancestors().find(|above| above.join(".git").exists());
    repository.unwrap_or(&folder).to_owned()
}

/// Whether a path, its links followed as far as it exists, stays below a root.
///
/// # Errors
/// Why it does not, in words.
pub(super) fn check(root: &Path, path: &Path) -> Result<(), String> {
    let there = path.ancestors().find(|above| above.symlink_metadata().is_ok());
    match there.map(Path::canonicalize) {
        Some(Err(_)) => Err("it is a symbolic link whose target does not exist".to_owned()),
        Some(Ok(found)) if !found.starts_with(root) => Err(match root.join(".git").exists() {
            true => "it is outside of the repository".to_owned(),
            false => "it is outside of the configuration's folder".to_owned(),
        }),
        _ => Ok(()),
    }
}

/// What to do about it.
pub(super) const HELP: &str =
    "move it inside; or add --allow-outside, if you trust the author of this configuration";
