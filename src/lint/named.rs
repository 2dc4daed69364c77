//! Secrets by their names: `DB_PASSWORD=…` in a file, a script or a command.

use super::within;
use crate::diagnostic::Report;
use crate::rule;
use crate::shown::{first_word, named};
use crate::source::Place;
use crate::userdata::{UserData, first_line};

/// Most findings; whoever has more begins with these.
const MOST: usize = 20;
/// What a name ends in whose value is a secret, and not where one lies or how long it is.
const ENDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "api_key",
    "apikey",
    "api-key",
    "secret_key",
    "access_key",
    "private_key",
];
/// Shortest value that is taken for one.
const SHORTEST: usize = 6;

pub(super) fn check(data: &UserData, report: &mut Report) {
    let mut left = MOST;
    let scripts = data.parts.iter().filter(|part| part.kind.is_script());
    for place in scripts.filter_map(|part| part.payload.place()) {
        in_script(place, place.text(), &mut left, report);
    }
    for command in data.config.bootcmd.iter().chain(&data.config.runcmd) {
        let text = command.words.as_ref().map_or_else(Clone::clone, |words| words.join(" "));
        in_script(&command.place, &text, &mut left, report);
    }
    for file in &data.config.files {
        let text = file.bytes().and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("");
        for (_, name) in found(text, &mut left) {
            let message = format!("{} holds a value for `{name}`, in clear", file.path);
            report.push(rule::NAMED_SECRET.at(&first_line(&file.place), message));
        }
    }
}

fn in_script(place: &Place, text: &str, left: &mut usize, report: &mut Report) {
    for (line, name) in found(text, left) {
        let place = within(&within(place, line), name);
        report.push(rule::NAMED_SECRET.at(&place, format!("`{name}` is set here, in clear")));
    }
}

/// Lines with such a name, the first in each; as many as are left.
fn found<'a>(text: &'a str, left: &mut usize) -> Vec<(&'a str, &'a str)> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with(['#', ';']));
    let named =
        lines.filter_map(|line| Some((line, named(line).find(|(name, value)| is_one(name, value))?.0)));
    let found: Vec<_> = named.take(*left).collect();
    *left -= found.len();
    found
}

/// A finding too few is better than a wrong one: the value must look like one that is meant.
fn is_one(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let spaced = value.starts_with(' ');
    let value = value.trim_start();
    let is_quoted = value.starts_with(['"', '\'']);
    let word = first_word(value).trim_end_matches([',', ';']);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.!@#%^*+=/?~".contains(c);
    let has_mark = word.chars().any(|c| !c.is_ascii_lowercase());
    ENDS.iter().any(|end| name.ends_with(end))
        && word.len() >= SHORTEST
        && word.starts_with(|c: char| c.is_ascii_alphanumeric())
        && word.chars().all(is_plain)
        && (has_mark || is_quoted || !spaced)
}
