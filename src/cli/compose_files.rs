//! Reads files beside a compose file. Symbolic links are not followed, so nothing from elsewhere gets into a document.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use super::platform::is_executable;
use super::read::{in_words, read as read_text};
use crate::compile::files::{Beside, Found};
use crate::text::source::Source;

/// The most files that a folder may contain, with the folders below it.
const MAX_FILES: usize = 200;
/// The most bytes that these files may have together.
const MAX_BYTES: usize = 512 << 10;
/// The deepest nesting of folders.
const MAX_DEPTH: usize = 8;

/// Reads the file or folder at `path`, which is relative to the folder of `file`.
///
/// # Errors
/// A phrase that says why it cannot be read.
pub(super) fn read(file: &Source, path: &str) -> Result<Beside, String> {
    let mut at = Path::new(&file.name).parent().map_or_else(PathBuf::new, Path::to_owned);
    let mut meta = None;
    for part in path.split('/') {
        at.push(part);
        let Some(found) = look(&at)? else { return Ok(Beside::Nothing) };
        meta = Some(found);
    }
    match meta {
        None => Ok(Beside::Nothing),
        Some(meta) if meta.is_dir() => {
            let mut all = Folder { found: Vec::new(), bytes: 0 };
            all.collect(&at, "", 0)?;
            all.found.sort_by(|one, other| one.path.cmp(&other.path));
            Ok(Beside::Folder(all.found))
        }
        Some(meta) => Ok(Beside::File(found(&at, String::new(), &meta)?)),
    }
}

/// The metadata of a file or folder; `None` if there is nothing at the path.
///
/// # Errors
/// The path cannot be examined, or it is neither a file nor a folder; a symbolic link is neither.
fn look(path: &Path) -> Result<Option<Metadata>, String> {
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {}", path.display(), in_words(&error, "file"))),
        Ok(meta) if meta.is_dir() || meta.is_file() => Ok(Some(meta)),
        Ok(meta) if meta.is_symlink() => {
            Err(format!("{} is a symbolic link, which firstlight does not follow", path.display()))
        }
        Ok(_) => Err(format!("{} is neither a file nor a folder", path.display())),
    }
}

fn found(at: &Path, path: String, meta: &Metadata) -> Result<Found, String> {
    let shown = at.to_string_lossy();
    let text = read_text(at).map_err(|why| format!("{shown}: {why}"))?;
    Ok(Found { path, source: Source::file(&shown, &text), is_executable: is_executable(meta) })
}

/// The files of a folder that have been found so far.
struct Folder {
    found: Vec<Found>,
    bytes: usize,
}

impl Folder {
    fn collect(&mut self, folder: &Path, below: &str, depth: usize) -> Result<(), String> {
        if depth > MAX_DEPTH {
            return Err(format!("{} is nested more than {MAX_DEPTH} folders deep", folder.display()));
        }
        let why = |error: std::io::Error| format!("{}: {}", folder.display(), in_words(&error, "folder"));
        for entry in std::fs::read_dir(folder).map_err(why)? {
            let at = entry.map_err(why)?.path();
            let Some(name) = at.file_name().and_then(|name| name.to_str()) else {
                return Err(format!("{} is not UTF-8", at.display()));
            };
            let path = format!("{below}{name}");
            match look(&at)? {
                None => {}
                Some(meta) if meta.is_dir() => self.collect(&at, &format!("{path}/"), depth + 1)?,
                Some(meta) => {
                    let found = found(&at, path, &meta)?;
                    self.bytes += found.source.text.len();
                    self.found.push(found);
                }
            }
            if self.found.len() > MAX_FILES {
                return Err(format!("it contains more than {MAX_FILES} files"));
            }
            if self.bytes > MAX_BYTES {
                return Err(format!("it contains more than {} KiB", MAX_BYTES >> 10));
            }
        }
        Ok(())
    }
}
