//! Writes one file, completely or not at all.

use std::io::{ErrorKind, Write};
use std::path::Path;

use super::platform::{Access, is_pipe, permit, temporary, write_pipe};
use super::read::in_words;
use super::terminal::{data, detail, named, plain, print};
use anyhow::anyhow;

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
    if let Some(meta) = path.metadata().ok().filter(|meta| !meta.is_file()) {
        let written =
            if is_pipe(meta.file_type()) { write_pipe(path, bytes) } else { std::fs::write(path, bytes) };
        return written.map_err(|error| match error.kind() {
            ErrorKind::NotConnected => {
                anyhow!(
                    "cannot write {}: it is a named pipe, and no program reads it; start the reader first",
                    named(path)
                )
            }
            _ => why(&error, path, above(path)),
        });
    }
    // A symbolic link stays, and the file to which it leads is replaced.
    let found = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let access = match found.metadata() {
        _ if private => Access::Bits(0o600),
        Ok(meta) => Access::Same(meta.permissions()),
        Err(_) => Access::Bits(usual),
    };
    replace(&found, bytes, access).map_err(|error| why(&error, path, above(path)))?;
    detail(|| format!("Wrote {}, {} bytes.\n", named(path), bytes.len()));
    Ok(())
}

/// Writes text to a file, without colours; without a file, to standard output.
pub(super) fn text(to: Option<&Path>, text: &str) -> anyhow::Result<()> {
    match to {
        Some(_) => file(to, plain(text).as_bytes(), 0o644, false),
        None => print(text),
    }
}

/// Writes JSON to a file; without one, to standard output.
pub(super) fn json(to: Option<&Path>, text: &str) -> anyhow::Result<()> {
    file(to, data(text).as_bytes(), 0o644, false)
}

/// Replaces a file in one step, when the new content is complete.
pub(super) fn replace(path: &Path, bytes: &[u8], access: Access) -> std::io::Result<()> {
    let mut file = temporary(access).tempfile_in(above(path))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a new file in a staged folder. Everything in that folder is new, so there is no symbolic link to follow.
pub(super) fn put(file: &Path, bytes: &[u8], bits: u32) -> std::io::Result<()> {
    std::fs::create_dir_all(above(file))?;
    std::fs::File::create_new(file)?.write_all(bytes)?;
    permit(file, bits)
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
