//! Writes one file, completely or not at all.

use std::io::{ErrorKind, Write};
use std::path::Path;

use anyhow::anyhow;

use super::read::in_words;
use super::terminal::named;

/// The most characters that are shown of a path that is too long.
const MOST_OF_A_PATH: usize = 80;

/// Writes to a file, which keeps its old content until the new content is complete; without a path, or with `-`,
/// writes to standard output.
///
/// A new file gets the permission bits `usual`, and an existing one keeps its own; a `private` file always gets 0600.
pub(super) fn file(to: Option<&Path>, bytes: &[u8], usual: u32, private: bool) -> anyhow::Result<()> {
    let Some(path) = to.filter(|path| !["-", "/dev/stdout"].map(Path::new).contains(path)) else {
        let mut out = std::io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()?;
        return Ok(());
    };
    if path.is_dir() {
        return Err(anyhow!("cannot write {}: it is a folder; add a file's name", named(path)));
    }
    // A device or a pipe cannot be replaced by a file.
    if path.metadata().is_ok_and(|meta| !meta.is_file()) {
        return std::fs::write(path, bytes).map_err(|error| why(&error, path, above(path)));
    }
    // A symbolic link stays, and the file to which it leads is replaced.
    let found = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let permissions = match found.metadata() {
        _ if private => mode(0o600),
        Ok(meta) => meta.permissions(),
        Err(_) => mode(usual),
    };
    replace(&found, bytes, permissions).map_err(|error| why(&error, path, above(path)))
}

/// Replaces a file in one step, when the new content is complete.
pub(super) fn replace(path: &Path, bytes: &[u8], permissions: std::fs::Permissions) -> std::io::Result<()> {
    let mut file = tempfile::Builder::new().permissions(permissions).tempfile_in(above(path))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a new file in a staged folder. Everything in that folder is new, so there is no symbolic link to follow.
pub(super) fn put(file: &Path, bytes: &[u8], bits: u32) -> std::io::Result<()> {
    std::fs::create_dir_all(above(file))?;
    std::fs::File::create_new(file)?.write_all(bytes)?;
    std::fs::set_permissions(file, mode(bits))
}

/// The error that a path could not be written. `folder` is the folder in which that was tried.
pub(super) fn why(error: &std::io::Error, path: &Path, folder: &Path) -> anyhow::Error {
    let is_there = folder.is_dir();
    let (path, folder) = (named(path), named(folder));
    match error.kind() {
        ErrorKind::InvalidFilename => {
            let start: String = path.chars().take(MOST_OF_A_PATH).collect();
            anyhow!("cannot write {start}…: a name in this path, or all of it, is too long")
        }
        ErrorKind::NotFound if !is_there => anyhow!("cannot write {path}: there is no folder {folder}"),
        // The folder is one such as /proc, in which no file can be created.
        ErrorKind::NotFound => anyhow!("cannot write {path}: no file can be created in the folder {folder}"),
        ErrorKind::NotADirectory => anyhow!("cannot write {path}: {folder} is not a folder"),
        ErrorKind::PermissionDenied => {
            anyhow!("cannot write {path}: you may not write in the folder {folder}")
        }
        _ => anyhow!("cannot write {path}: {}", in_words(error, "file")),
    }
}

/// The folder of a path; `.` if the path is only a name.
pub(super) fn above(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Permissions with these bits.
pub(super) fn mode(bits: u32) -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(bits)
}
