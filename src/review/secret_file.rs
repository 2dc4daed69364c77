//! Files whose paths say that their content is a secret: by their folders, or because a reference in a file of firstlight
//! names them.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::base::digest::sha256;
use crate::evidence::Known;
use crate::host::SITE;
use crate::userdata::UserData;
use crate::value::{Scheme, holds_a_secret};

/// The paths of such files; `files` are the paths and contents of all files.
#[must_use]
pub(crate) fn secret_files<'a>(
    files: impl Iterator<Item = (&'a str, &'a [u8])> + Clone,
) -> BTreeSet<&'a str> {
    let is_ours = files.clone().any(|(path, _)| path == SITE);
    let texts = files.clone().filter(|_| is_ours).filter_map(|(_, bytes)| std::str::from_utf8(bytes).ok());
    let mut named: BTreeSet<String> =
        texts.flat_map(|text| text.split("file://").skip(1).map(|rest| path(rest).to_owned())).collect();
    let sites = files.clone().filter(|(path, _)| *path == SITE);
    for site in sites.filter_map(|(_, bytes)| serde_json::from_slice::<Value>(bytes).ok()) {
        in_site(&site, &mut named);
    }
    files.map(|(path, _)| path).filter(|path| holds_a_secret(path) || named.contains(*path)).collect()
}

/// The paths of such files in a document.
#[must_use]
pub(crate) fn secret_paths(data: &UserData) -> BTreeSet<&str> {
    let files = data.config.files.iter();
    secret_files(files.map(|file| (file.path.as_str(), file.bytes().unwrap_or_default())))
}

/// The digest of a file, or `None` if the file is a secret or contains one: whoever knows the rest could try out a short
/// password with it. `paths` are those of [`secret_files`].
#[must_use]
pub(crate) fn shown_digest(
    path: &str,
    bytes: &[u8],
    paths: &BTreeSet<&str>,
    known: &Known,
) -> Option<String> {
    let is_secret = paths.contains(path) || known.is_in(&String::from_utf8_lossy(bytes));
    (!is_secret).then(|| sha256(bytes))
}

/// Adds the paths of the files that references in the site's data name.
fn in_site(value: &Value, named: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            let part = |key: &str| object.get(key).and_then(Value::as_str);
            if part("scheme") == Some(Scheme::File.name()) {
                named.extend(part("path").map(str::to_owned));
            }
            object.values().for_each(|inner| in_site(inner, named));
        }
        Value::Array(items) => items.iter().for_each(|inner| in_site(inner, named)),
        _ => {}
    }
}

/// The path at the beginning of a text; `@` ends a reference that the server replaces.
fn path(text: &str) -> &str {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "/._-+@".contains(c);
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or("").trim_end_matches('@')
}
