//! Secrets by their names: `DB_PASSWORD=…` in a file, a script or a command.

use super::within;
use crate::diagnostic::{Diagnostic, Report};
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
    let parts =
        data.parts.iter().filter(|part| part.kind.is_script()).filter_map(|part| part.payload.place());
    let scripts = parts.flat_map(|place| found(place.text(), move |name| in_script(place, name)));
    let commands = data.config.bootcmd.iter().chain(&data.config.runcmd);
    let commands = commands.flat_map(|command| {
        let text = command.words.as_ref().map_or_else(Clone::clone, |words| words.join(" "));
        found(&text, |name| in_script(&command.place, name))
    });
    let files = data.config.files.iter().flat_map(|file| {
        let text = file.bytes().and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("");
        let message = |name: &str| format!("{} holds a value for `{name}`, in clear", file.path);
        found(text, |name| rule::NAMED_SECRET.at(&first_line(&file.place), message(name)))
    });
    scripts.chain(commands).chain(files).take(MOST).for_each(|problem| report.push(problem));
}

fn in_script(place: &Place, name: &str) -> Diagnostic {
    let message = format!("`{name}` is set here, in clear");
    rule::NAMED_SECRET.at(&within(place, name), message)
}

/// The first such name in each line.
fn found(text: &str, problem: impl Fn(&str) -> Diagnostic) -> Vec<Diagnostic> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with(['#', ';']));
    lines
        .filter_map(|line| named(line).find(|(name, value)| is_one(name, value)))
        .map(|(name, _)| problem(name))
        .collect()
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
