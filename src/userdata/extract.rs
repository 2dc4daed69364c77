//! Files and parts as a folder: each at a safe path below it, whatever its own name is.

use std::collections::{BTreeMap, BTreeSet};

use super::UserData;
use crate::text::printable::is_odd;

/// Longest name of an extracted file, in bytes: below the 255 that Linux allows, so that `~` signs fit behind it.
const LONGEST_NAME: usize = 200;
/// Most names in a path.
const MOST_NAMES: usize = 64;

/// A file of [`UserData::lay`].
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

/// The parts below `parts/`, the files below `files/` as they are when all are written.
pub(super) fn all(data: &UserData) -> Vec<ExtractedFile> {
    let mut laid: BTreeMap<Vec<String>, ExtractedFile> = BTreeMap::new();
    for (number, part) in data.parts.iter().enumerate() {
        let name = format!("{:03}-{}", number + 1, plain(&part.name));
        let path = vec!["parts".to_owned(), name];
        laid.insert(path.clone(), ExtractedFile { path, bytes: part.payload.bytes().to_vec(), mode: 0o600 });
    }
    let mut folders: BTreeSet<Vec<String>> = BTreeSet::new();
    // Two paths can become the same names, and neither file may be lost.
    let mut owners: BTreeMap<Vec<String>, &str> = BTreeMap::new();
    let (early, late): (Vec<_>, Vec<_>) = data.config.files.iter().partition(|file| !file.defer);
    for file in early.into_iter().chain(late) {
        let Some(bytes) = file.bytes() else { continue };
        let names = file.path.split('/').filter(|name| !name.is_empty()).take(MOST_NAMES).map(plain);
        let mut path: Vec<String> = std::iter::once("files".to_owned()).chain(names).collect();
        if path.len() == 1 {
            path.push("_".to_owned());
        }
        let is_taken = |path: &Vec<String>| owners.get(path).is_some_and(|owner| *owner != file.path);
        while let Some(at) =
            clash(&path, &laid, &folders).or_else(|| is_taken(&path).then_some(path.len().saturating_sub(1)))
        {
            path.iter_mut().skip(at).take(1).for_each(|name| name.push('~'));
        }
        owners.insert(path.clone(), &file.path);
        folders.extend((1..path.len()).filter_map(|length| path.get(..length)).map(<[String]>::to_vec));
        let mode = file.mode & 0o777 | 0o600;
        match laid.get_mut(&path).filter(|_| file.append) {
            Some(before) => before.bytes.extend(bytes),
            None => drop(laid.insert(path.clone(), ExtractedFile { path, bytes: bytes.to_vec(), mode })),
        }
    }
    laid.into_values().collect()
}

/// Which name stands in the way: a file where a folder has to be, or the other way round.
fn clash(
    path: &[String],
    laid: &BTreeMap<Vec<String>, ExtractedFile>,
    folders: &BTreeSet<Vec<String>>,
) -> Option<usize> {
    let above =
        (1..path.len()).find(|length| path.get(..*length).is_some_and(|above| laid.contains_key(above)));
    above.or(folders.contains(path).then_some(path.len())).map(|length| length - 1)
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
