//! The secrets of a document or a folder, which are masked wherever the output of the reviewer would show them.

use std::collections::BTreeSet;

use super::written::{FileValue, values};
use crate::evidence::{Known, in_text, in_value};
use crate::userdata::UserData;

/// The secrets of a document, also those that only the names of a file's values tell.
#[must_use]
pub(crate) fn known(data: &UserData) -> Known {
    let mut secrets = data.secrets();
    for file in &data.config.files {
        in_file(&file.path, file.text().unwrap_or(""), &mut secrets);
    }
    Known::of(secrets.iter().map(String::as_str))
}

/// The secrets of files, which are given by their paths and contents.
#[must_use]
pub(crate) fn known_in_files<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Known {
    let mut secrets = BTreeSet::new();
    for (path, bytes) in files {
        in_file(path, std::str::from_utf8(bytes).unwrap_or(""), &mut secrets);
    }
    Known::of(secrets.iter().map(String::as_str))
}

/// Adds the secrets that the names of a file's values tell, and those in its commands.
fn in_file(path: &str, text: &str, secrets: &mut BTreeSet<String>) {
    let found = values(path, text);
    for FileValue { name, value, .. } in &found.named {
        // Nobody has to be told a password that is a word of its own name, and the word is used elsewhere.
        let is_in_name = name.to_ascii_lowercase().contains(&value.to_ascii_lowercase());
        let sure = in_value(name, value).into_iter().filter(|clue| clue.is_sure && !is_in_name);
        secrets.extend(sure.filter_map(|clue| value.get(clue.span).map(str::to_owned)));
    }
    for command in &found.commands {
        let sure = in_text(command).into_iter().filter(|clue| clue.is_sure);
        secrets.extend(sure.filter_map(|clue| command.get(clue.span).map(str::to_owned)));
    }
}
