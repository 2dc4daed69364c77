//! Writes one file, completely or not at all.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use anyhow::anyhow;
use rustix::fs::OFlags;
use rustix::io::Errno;

use super::read::in_words;
use super::terminal::{data, detail, named, plain, print};

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
            if meta.file_type().is_fifo() { pipe(path, bytes) } else { std::fs::write(path, bytes) };
        return written.map_err(|error| match Errno::from_io_error(&error) {
            Some(Errno::NXIO) => {
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
    let permissions = match found.metadata() {
        _ if private => mode(0o600),
        Ok(meta) => meta.permissions(),
        Err(_) => mode(usual),
    };
    replace(&found, bytes, permissions).map_err(|error| why(&error, path, above(path)))?;
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

/// How often the reader of a named pipe is waited for, and how long each time.
const WAITS: (usize, Duration) = (20, Duration::from_millis(100));

/// Writes to a named pipe. Opening one waits for its reader, for ever if there is none, so the wait is limited.
fn pipe(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0);
    let open = || OpenOptions::new().write(true).custom_flags(flags).open(path);
    let mut opened = open();
    for _ in 0..WAITS.0 {
        match &opened {
            Err(error) if Errno::from_io_error(error) == Some(Errno::NXIO) => sleep(WAITS.1),
            _ => break,
        }
        opened = open();
    }
    let mut left = bytes;
    let mut pipe: File = opened?;
    while !left.is_empty() {
        match pipe.write(left) {
            Ok(written) => left = left.get(written..).unwrap_or(&[]),
            // The pipe is full until the reader takes something out of it.
            Err(error) if error.kind() == ErrorKind::WouldBlock => sleep(Duration::from_millis(10)),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
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
