//! Writes text to standard output and standard error. In all text, control characters are escaped, and secrets from
//! the command line are masked.
//!
//! Documents are written by `output`, byte for byte; everything else is written here.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::LazyLock;

use super::{environment, manner};
use crate::evidence::{Known, in_arguments};
use crate::finding::Report;
use crate::text::printable::{guard, json, label};

/// The secrets that were given on the command line or for it in the environment, so that no message repeats them.
static GIVEN: LazyLock<Known> = LazyLock::new(|| {
    let arguments = std::env::args_os().skip(1).map(|one| one.to_string_lossy().into_owned());
    let arguments: Vec<_> = arguments.chain(environment::given()).collect();
    let secrets = in_arguments(&arguments);
    Known::of(secrets.iter().map(String::as_str))
});

/// Writes a hint about what was done and what to do next to standard error, unless hints are not wanted.
pub(super) fn hint(text: &str) {
    if !manner::is_quiet() {
        say(text);
    }
}

/// Writes a detail of what is being done to standard error, if details are wanted.
pub(super) fn detail(text: impl FnOnce() -> String) {
    if manner::is_verbose() {
        say(&text());
    }
}

/// Writes to standard error. An error is ignored: if standard error is closed, there is nobody to tell.
pub(super) fn say(text: &str) {
    let _ = std::io::stderr().write_all(words(text, colours_stderr()).as_bytes());
}

/// A path for messages, with secrets masked and control characters escaped.
pub(super) fn named(path: &Path) -> String {
    label(&path.to_string_lossy())
}

/// Writes text to standard output.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    flush(&words(text, colours_stdout()))
}

/// Writes JSON to standard output.
pub(super) fn print_json(text: &str) -> anyhow::Result<()> {
    flush(&data(text))
}

/// Text as it is written where there are no colours.
pub(super) fn plain(text: &str) -> String {
    words(text, false)
}

/// JSON as it is written.
pub(super) fn data(text: &str) -> String {
    json(&GIVEN.without(text)).into_owned()
}

/// Writes a report to standard error, as JSON or as text; nothing if it is empty.
pub(super) fn show(report: &Report, as_json: bool) {
    if report.diagnostics().is_empty() {
        return;
    }
    match as_json {
        true => {
            let _ = std::io::stderr().write_all(json(&GIVEN.without(&report.json())).as_bytes());
        }
        false => say(&report.human(colours_stderr())),
    }
}

/// Whether text on standard output is coloured: as `--color` says; else if it is a terminal and `NO_COLOR` is not set.
pub(super) fn colours_stdout() -> bool {
    manner::colours(&std::io::stdout())
}

/// The same for what is written to a file, or to standard output if there is none.
pub(super) fn colours_output(to: Option<&Path>) -> bool {
    to.is_none() && colours_stdout()
}

/// The same for standard error.
pub(super) fn colours_stderr() -> bool {
    manner::colours(&std::io::stderr())
}

/// Whether standard output is a terminal.
pub(super) fn is_seen() -> bool {
    std::io::stdout().is_terminal()
}

/// Whether standard error is a terminal.
pub(super) fn is_heard() -> bool {
    std::io::stderr().is_terminal()
}

fn flush(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// A text with secrets masked and control characters escaped. If `coloured`, the sequences that set colours stay.
fn words(text: &str, coloured: bool) -> String {
    let text = GIVEN.without(text);
    let mut parts = text.split('\x1b');
    let mut out = guard(parts.next().unwrap_or("")).into_owned();
    for part in parts {
        let (colour, rest) = colour(part).filter(|_| coloured).unwrap_or(("", part));
        out.push_str(if colour.is_empty() { "\\u{1b}" } else { "\x1b" });
        out.push_str(colour);
        out.push_str(&guard(rest));
    }
    out
}

/// Splits a text after the rest of a sequence that sets a colour, such as `[1;31m`; `None` if it does not begin with
/// one.
fn colour(text: &str) -> Option<(&str, &str)> {
    let numbers = text.strip_prefix('[')?;
    let end = numbers.find(|c: char| !c.is_ascii_digit() && c != ';').filter(|end| *end <= 16)?;
    numbers.get(end..)?.starts_with('m').then(|| text.split_at_checked(end + 2))?
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn only_colours_pass_and_only_where_they_are_wanted() {
        let text = "\x1b[1;31mred\x1b[0m \x1b]0;title\x07 \x1b[2J \u{9b}1m \x1b";
        assert_eq!(
            words(text, true),
            "\x1b[1;31mred\x1b[0m \\u{1b}]0;title\\u{7} \\u{1b}[2J \\u{9b}1m \\u{1b}"
        );
        assert!(!words(text, false).contains('\x1b'));
    }
}
