//! The list of the files in a folder that firstlight wrote, so that it replaces and removes only these.
//!
//! The list is a file in the folder itself, in the format of `sha256sum`. It may come from somebody else's repository,
//! so a list with a path that leads out of the folder is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::bail;

use super::terminal::named;

/// The file name of the list in its folder.
pub(super) const NAME: &str = ".firstlight-files";
/// The first line of the list.
const HEAD: &str =
    "# firstlight wrote these files, and replaces and removes no others. sha256sum -c checks them.\n";
/// The largest list that is read, in bytes.
const MAX_BYTES: u64 = 64 << 20;

/// SHA-256 digests by path. While files are being replaced, a path has two: of the old file and of the new one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Listing(BTreeMap<String, BTreeSet<String>>);

impl Listing {
    /// Reads the list of a folder; it is empty if the folder has none.
    pub(super) fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(NAME);
        match path.symlink_metadata() {
            Err(_) => return Ok(Self::default()),
            Ok(meta) if meta.is_file() && meta.len() <= MAX_BYTES => {}
            Ok(_) => bail!("cannot read {}: it is not a list of files", named(&path)),
        }
        match std::fs::read_to_string(&path).ok().as_deref().and_then(Self::parse) {
            Some(list) => Ok(list),
            None => bail!(
                "cannot read {}: it is damaged. Remove it, and add --force to overwrite the files that it listed",
                named(&path)
            ),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut list = Self::default();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (digest, path) = match line.strip_prefix('\\') {
                None => line.split_once("  ").map(|(digest, path)| (digest, path.to_owned()))?,
                Some(line) => {
                    line.split_once("  ").map(|(digest, path)| (digest, path.replace("\\\\", "\\")))?
                }
            };
            let is_digest = digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit());
            if !is_digest || !is_below(&path) {
                return None;
            }
            list.add(&path, digest);
        }
        Some(list)
    }

    /// Adds a digest for a path.
    pub(super) fn add(&mut self, path: &str, digest: &str) {
        self.0.entry(path.to_owned()).or_default().insert(digest.to_owned());
    }

    /// Adds all paths and digests of another list.
    pub(super) fn and(mut self, other: &Self) -> Self {
        for (path, digests) in &other.0 {
            self.0.entry(path.clone()).or_default().extend(digests.iter().cloned());
        }
        self
    }

    /// Whether the list has this digest for this path.
    pub(super) fn has(&self, path: &str, digest: &str) -> bool {
        self.0.get(path).is_some_and(|digests| digests.contains(digest))
    }

    /// Whether the list has this path.
    pub(super) fn names(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// All paths in the list, in order.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl std::fmt::Display for Listing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(HEAD)?;
        for (path, digests) in &self.0 {
            for digest in digests {
                // This is how sha256sum escapes a path; no path contains a line break.
                match path.contains('\\') {
                    false => writeln!(f, "{digest}  {path}")?,
                    true => writeln!(f, "\\{digest}  {}", path.replace('\\', "\\\\"))?,
                }
            }
        }
        Ok(())
    }
}

/// Whether a path stays below the folder, and is not the list itself.
fn is_below(path: &str) -> bool {
    path != NAME
        && !path.contains(char::is_control)
        && path.split('/').all(|name| !matches!(name, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut list = Listing::default();
        let (one, two) = ("0".repeat(64), "a".repeat(64));
        for path in ["main.tf", "a/b c", "a\\b", "#x"] {
            list.add(path, &one);
        }
        list.add("main.tf", &two);
        assert_eq!(Listing::parse(&list.to_string()), Some(list));
    }

    #[test]
    fn what_leaves_the_folder_is_no_list() {
        let digest = "0".repeat(64);
        for path in ["/etc/passwd", "../x", "a/../../x", "a//b", "", ".", NAME, "a\u{1b}b"] {
            assert_eq!(Listing::parse(&format!("{digest}  {path}\n")), None, "{path:?}");
        }
        for text in ["main.tf", "00  main.tf", &format!("{digest} main.tf")] {
            assert_eq!(Listing::parse(text), None, "{text}");
        }
    }
}
