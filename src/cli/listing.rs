//! Which files of a folder firstlight wrote, so that it replaces and removes these and no others.
//!
//! The list lies in the folder itself, as `sha256sum` reads it. It may come from somebody else's repository, so a path
//! in it counts only if it stays below the folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::bail;

use super::terminal::named;

/// The list's name in its folder.
pub(super) const NAME: &str = ".firstlight-files";
/// Its first line.
const HEAD: &str =
    "# The files here that firstlight wrote: it replaces and removes these alone. sha256sum -c reads this.\n";
/// Longest list read.
const MAX_BYTES: u64 = 64 << 20;

/// Digests by paths. While files are replaced a path has two: of the old file and of the new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Listing(BTreeMap<String, BTreeSet<String>>);

impl Listing {
    /// The list of a folder, empty if there is none.
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

    pub(super) fn add(&mut self, path: &str, digest: &str) {
        self.0.entry(path.to_owned()).or_default().insert(digest.to_owned());
    }

    /// What either has.
    pub(super) fn and(mut self, other: &Self) -> Self {
        for (path, digests) in &other.0 {
            self.0.entry(path.clone()).or_default().extend(digests.iter().cloned());
        }
        self
    }

    pub(super) fn has(&self, path: &str, digest: &str) -> bool {
        self.0.get(path).is_some_and(|digests| digests.contains(digest))
    }

    pub(super) fn names(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl std::fmt::Display for Listing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(HEAD)?;
        for (path, digests) in &self.0 {
            for digest in digests {
                // As sha256sum escapes it; no path has a line break.
                match path.contains('\\') {
                    false => writeln!(f, "{digest}  {path}")?,
                    true => writeln!(f, "\\{digest}  {}", path.replace('\\', "\\\\"))?,
                }
            }
        }
        Ok(())
    }
}

/// Whether a path stays below the folder, and is no list itself.
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
