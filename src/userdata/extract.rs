//! Files and parts as a folder: each at a safe path below it, whatever its own name is.

use std::collections::{BTreeMap, BTreeSet};

use super::UserData;
use crate::text::printable::is_odd;

/// Longest name of an extracted file, in bytes: below the 255 that Linux allows, so that `~` signs fit behind it.
const LONGEST_NAME: usize = 200;
/// Most names in a path.
const MOST_NAMES: usize = 64;

/// A file of [`UserData::extracted`].
#[derive(Debug, PartialEq, Eq)]
pub struct ExtractedFile {
    /// The relative path, as a list of names. No name is empty, `.` or `..`, or contains a slash or a control
    /// character.
    pub path: Vec<String>,
    /// The content.
    pub bytes: Vec<u8>,
    /// The permission bits without setuid, setgid and sticky; the owner can always read and write.
    pub mode: u32,
}

/// The parts below `parts/`, the files below `files/` as they are when all are written, and what is in archives among
/// them below `archives/` and the archive's path.
pub(super) fn all(data: &UserData) -> Vec<ExtractedFile> {
    let mut folder = Folder::default();
    for (number, part) in data.parts.iter().enumerate() {
        let name = format!("{:03}-{}", number + 1, plain(&part.name));
        folder.put(vec!["parts".to_owned(), name.clone()], &name, part.payload.bytes(), 0o600, false);
    }
    let (early, late): (Vec<_>, Vec<_>) = data.config.files.iter().partition(|file| !file.defer);
    for file in early.into_iter().chain(late) {
        let Some(bytes) = file.bytes() else { continue };
        folder.put(path("files", &file.path), &file.path, bytes, file.mode, file.append);
        for member in &file.members {
            let name = format!("{}/{}", file.path, member.path);
            folder.put(path("archives", &name), &name, &member.bytes, member.mode, false);
        }
    }
    folder.files.into_values().collect()
}

/// The names of a path below a folder.
fn path(top: &str, path: &str) -> Vec<String> {
    let names = path.split('/').filter(|name| !name.is_empty()).take(MOST_NAMES).map(plain);
    let mut path: Vec<String> = std::iter::once(top.to_owned()).chain(names).collect();
    if path.len() == 1 {
        path.push("_".to_owned());
    }
    path
}

/// What has been extracted so far.
#[derive(Default)]
struct Folder {
    files: BTreeMap<Vec<String>, ExtractedFile>,
    folders: BTreeSet<Vec<String>>,
    /// What each file calls itself. Two of these can become the same names, and neither file may be lost.
    owners: BTreeMap<Vec<String>, String>,
}

impl Folder {
    /// Adds a file, or appends to the one of the same owner. `owner` is what the file calls itself.
    fn put(&mut self, mut path: Vec<String>, owner: &str, bytes: &[u8], mode: u32, append: bool) {
        while let Some(at) = self.clash(&path, owner) {
            path.iter_mut().skip(at).take(1).for_each(|name| name.push('~'));
        }
        self.owners.insert(path.clone(), owner.to_owned());
        self.folders.extend((1..path.len()).filter_map(|length| path.get(..length)).map(<[String]>::to_vec));
        let mode = mode & 0o777 | 0o600;
        match self.files.get_mut(&path).filter(|_| append) {
            Some(before) => before.bytes.extend(bytes),
            None => {
                drop(self.files.insert(path.clone(), ExtractedFile { path, bytes: bytes.to_vec(), mode }))
            }
        }
    }

    /// Which name stands in the way: a file where a folder has to be, the other way round, or a file of another owner.
    fn clash(&self, path: &[String], owner: &str) -> Option<usize> {
        let is_file =
            |length: &usize| path.get(..*length).is_some_and(|above| self.files.contains_key(above));
        let length = (1..path.len()).find(is_file).or_else(|| {
            let is_taken = self.owners.get(path).is_some_and(|other| other != owner);
            (is_taken || self.folders.contains(path)).then_some(path.len())
        });
        length.map(|length| length.saturating_sub(1))
    }
}

/// A name that any file system takes and no terminal minds.
fn plain(name: &str) -> String {
    let kept = |c: char| if c == '/' || c == '\\' || c == '\t' || is_odd(c) { '_' } else { c };
    let mut plain: String = name.chars().map(kept).collect();
    while plain.len() > LONGEST_NAME {
        plain.pop();
    }
    match plain.as_str() {
        "" | "." | ".." => "_".to_owned(),
        _ => plain,
    }
}
