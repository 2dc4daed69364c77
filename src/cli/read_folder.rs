//! Reads folders: those of profiles, those that are compared, and the names in all folders of a repository.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::listing;
use super::platform::is_executable;
use super::read::{in_words, read};
use super::terminal::named;
use crate::compile::profile::ProfileTree;

/// The most files that the folder of a profile may contain.
const MAX_FILES: usize = 1000;
/// The deepest nesting of folders.
const MAX_DEPTH: usize = 16;

/// The most files and folders that `walk` examines.
const MAX_WALKED: usize = 1_000_000;

/// The most files that a folder to be compared may contain.
const MAX_FOLDER_FILES: usize = 10_000;
/// The most bytes that these files may have together.
const MAX_FOLDER_BYTES: usize = 64 << 20;

/// Reads the folder of a profile into `tree`. A symbolic link is an error, so nothing from elsewhere gets into a
/// document.
pub(super) fn collect(
    folder: &Path,
    below: &str,
    depth: usize,
    tree: &mut ProfileTree,
) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err(format!("folders nested more than {MAX_DEPTH} deep"));
    }
    for entry in std::fs::read_dir(folder).map_err(|e| in_words(&e, "folder"))? {
        let entry = entry.map_err(|e| in_words(&e, "folder"))?;
        let kind = entry.file_type().map_err(|e| in_words(&e, "file"))?;
        let name = entry
            .file_name()
            .into_string()
            .map_err(|name| format!("{} is not UTF-8", named(name.as_ref())))?;
        let path = format!("{below}{name}");
        if kind.is_dir() {
            collect(&entry.path(), &format!("{path}/"), depth + 1, tree)?;
        } else if kind.is_file() {
            tree.insert(
                path.clone(),
                read(&entry.path()).map_err(|why| format!("{path}: {why}"))?.into_bytes(),
            );
        } else {
            return Err(format!("{path} is neither a file nor a folder (links are not followed)"));
        }
        if tree.len() > MAX_FILES {
            return Err(format!("more than {MAX_FILES} files"));
        }
    }
    Ok(())
}

/// The files below a folder to be compared: the relative path, the content, and whether the file is executable. The
/// content of a symbolic link is a phrase with the path to which it leads.
pub(super) fn read_folder(folder: &Path) -> Result<Vec<(String, Vec<u8>, bool)>, String> {
    let (mut found, mut open, mut left) =
        (Vec::new(), vec![(folder.to_owned(), String::new(), 0)], MAX_FOLDER_BYTES);
    while let Some((folder, below, depth)) = open.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|e| in_words(&e, "folder"))? {
            let entry = entry.map_err(|e| in_words(&e, "folder"))?;
            let name = entry
                .file_name()
                .into_string()
                .map_err(|name| format!("{} is not UTF-8", named(name.as_ref())))?;
            if depth == 0 && name == listing::NAME {
                continue;
            }
            let (path, at) = (format!("{below}{name}"), entry.path());
            let why = |error: std::io::Error| format!("{path}: {}", in_words(&error, "file"));
            let meta = entry.metadata().map_err(why)?;
            if meta.is_dir() {
                if depth == MAX_DEPTH {
                    return Err(format!("folders nested more than {MAX_DEPTH} deep"));
                }
                open.push((at, format!("{path}/"), depth + 1));
                continue;
            }
            let bytes = if meta.is_symlink() {
                format!("a link to {}\n", std::fs::read_link(&at).map_err(why)?.display()).into_bytes()
            } else if meta.is_file() {
                let mut bytes = Vec::new();
                let file = std::fs::File::open(&at).map_err(why)?;
                file.take(left as u64 + 1).read_to_end(&mut bytes).map_err(why)?;
                bytes
            } else {
                return Err(format!("{path} is neither a file nor a folder"));
            };
            left = left
                .checked_sub(bytes.len())
                .ok_or_else(|| format!("it contains more than {} MiB", MAX_FOLDER_BYTES >> 20))?;
            found.push((path, bytes, is_executable(&meta)));
            if found.len() > MAX_FOLDER_FILES {
                return Err(format!("more than {MAX_FOLDER_FILES} files"));
            }
        }
    }
    Ok(found)
}

/// The names of the files and of the folders in each folder, by its path. Hidden folders and symbolic links to folders
/// are left out.
pub(super) type Names = BTreeMap<PathBuf, (BTreeSet<String>, BTreeSet<String>)>;

/// The names in a folder and, if `deep`, in the folders below it.
pub(super) fn walk(top: &Path, deep: bool) -> Result<Names, String> {
    let (mut found, mut open, mut count) = (Names::new(), vec![(top.to_owned(), 0)], 0);
    while let Some((folder, depth)) = open.pop() {
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
        let (mut files, mut folders) = (BTreeSet::new(), BTreeSet::new());
        for entry in std::fs::read_dir(here).map_err(|e| in_words(&e, "folder"))? {
            let entry = entry.map_err(|e| in_words(&e, "folder"))?;
            let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) else { continue };
            count += 1;
            if name == listing::NAME {
                continue;
            }
            if kind.is_dir() && !name.starts_with('.') {
                if deep && depth < MAX_DEPTH {
                    open.push((folder.join(&name), depth + 1));
                }
                folders.insert(name);
            } else if kind.is_file() || entry.path().is_file() {
                files.insert(name);
            }
        }
        if count > MAX_WALKED {
            return Err(format!("it contains more than {MAX_WALKED} files"));
        }
        found.insert(folder, (files, folders));
    }
    Ok(found)
}
