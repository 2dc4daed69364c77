//! Which files a configuration may name: those in its own repository or, if it is in none, in its folder.
//!
//! A configuration may come from somebody's pull request, and the content of the files that it names gets into a
//! document or a log.

use std::path::{Path, PathBuf};

/// The root of the git repository that contains a folder, or the folder itself if there is none. Symbolic links are
/// resolved.
pub(super) fn root(folder: &Path) -> PathBuf {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let repository = folder.ancestors().find(|above| above.join(".git").exists());
    repository.unwrap_or(&folder).to_owned()
}

/// Checks that a path stays below a root. Symbolic links are followed, as far as the path exists.
///
/// # Errors
/// A phrase that says why it does not.
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

/// What to do about a file that is not below the root.
pub(super) const HELP: &str =
    "move it inside; or add --allow-outside, if you trust the author of this configuration";
