//! The secrets in a command line of firstlight's own, so that no message shows them.

use super::mask::is_withheld;
use super::pair::split_pair;
use super::value::in_value;
use crate::value::{Doubt, Scheme};

/// The secrets in the arguments of a command: what surely is one by its name, place or shape, or looks random. Of a
/// secret `user:password`, the password is returned as well.
#[must_use]
pub fn in_arguments<'a>(arguments: &'a [impl AsRef<str>]) -> Vec<String> {
    let mut found = Vec::new();
    let mut before = "";
    let is_option =
        |text: &str| text.starts_with("--") && !text.contains(|c: char| c != '-' && !c.is_ascii_lowercase());
    for argument in arguments.iter().map(AsRef::as_ref) {
        if is_option(argument) || before.contains("://") {
            before = if is_option(argument) { argument } else { "" };
        }
        if is_option(argument) {
            continue;
        }
        let bare = argument.trim_start_matches('-');
        let (name, value) = split_pair(bare).unwrap_or((before, argument));
        // A misspelt reference is shown, so that a message can say what is wrong with it.
        let is_reference = Scheme::of(value).is_some();
        let doubt = Doubt::of(value).filter(|_| is_reference);
        found.extend(doubt.and_then(|doubt| value.get(doubt.part)).map(str::to_owned));
        let withheld = |name: &str, value: &'a str| -> Vec<&'a str> {
            let clues = in_value(name, value).into_iter().filter(|clue| is_withheld(clue, value));
            clues.filter_map(|clue| value.get(clue.span)).collect()
        };
        let mut secrets = withheld(if is_reference { "" } else { name }, value);
        // In `--set=KEY=VALUE` the name is within the value, and in `--KEY VALUE` it is before it.
        if let Some((inner, value)) = split_pair(value).filter(|_| secrets.is_empty()) {
            secrets = withheld(inner, value);
        }
        for secret in secrets {
            // A message can contain the password of `user:password` alone.
            found.extend(secret.split_once(':').map(|(_, password)| password.to_owned()));
            found.push(secret.to_owned());
        }
        before = argument;
    }
    found
}
