//! Files whose paths say that their content is a secret: by their folders, or because a reference in a file of firstlight
//! names them.

use std::collections::BTreeSet;

use crate::host::SITE;
use crate::value::holds_a_secret;

/// The files of which every document of firstlight for a server has one.
const SITES: [&str; 2] = [SITE, "/etc/firstlight/site.sh"];

/// The paths of such files; `files` are the paths and contents of all files.
#[must_use]
pub(crate) fn secret_files<'a>(
    files: impl Iterator<Item = (&'a str, &'a [u8])> + Clone,
) -> BTreeSet<&'a str> {
    let is_ours = files.clone().any(|(path, _)| SITES.contains(&path));
    let texts = files.clone().filter(|_| is_ours).filter_map(|(_, bytes)| std::str::from_utf8(bytes).ok());
    let named: BTreeSet<_> = texts.flat_map(|text| text.split("file://").skip(1).map(path)).collect();
    files.map(|(path, _)| path).filter(|path| holds_a_secret(path) || named.contains(path)).collect()
}

/// The path at the beginning of a text; `@` ends a reference that the server replaces.
fn path(text: &str) -> &str {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "/._-+@".contains(c);
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or("").trim_end_matches('@')
}
