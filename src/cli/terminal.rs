//! Where words leave the program, to a terminal or to whatever reads them: nothing odd passes, whoever made the text, and
//! no secret of the command line.
//!
//! Documents go by `output`, byte for byte; all else goes here.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::LazyLock;

use crate::evidence::{Known, in_arguments};
use crate::finding::Report;
use crate::text::printable::{guard, json, label};

/// What the command line should not have held: whatever repeats an argument repeats no secret.
static GIVEN: LazyLock<Known> = LazyLock::new(|| {
    let arguments: Vec<_> =
        std::env::args_os().skip(1).map(|one| one.to_string_lossy().into_owned()).collect();
    let secrets = in_arguments(&arguments);
    Known::of(secrets.iter().map(String::as_str))
});

/// To standard error; when that is closed there is nobody to tell.
pub(super) fn say(text: &str) {
    let _ = std::io::stderr().write_all(words(text, colours_stderr()).as_bytes());
}

/// A path, fit to be shown.
pub(super) fn named(path: &Path) -> String {
    label(&path.to_string_lossy())
}

/// To standard output, as what was asked for.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    flush(&words(text, colours_stdout()))
}

/// JSON, to standard output.
pub(super) fn print_json(text: &str) -> anyhow::Result<()> {
    flush(&json(&GIVEN.without(text)))
}

/// What was found, to standard error, as asked for.
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

/// Whether standard output takes colours.
pub(super) fn colours_stdout() -> bool {
    colours(&std::io::stdout())
}

/// Whether standard error does.
pub(super) fn colours_stderr() -> bool {
    colours(&std::io::stderr())
}

/// Whether somebody looks at standard output.
pub(super) fn is_seen() -> bool {
    std::io::stdout().is_terminal()
}

fn colours(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

fn flush(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// A text without anything odd; where there are colours, sequences that set them stay.
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

/// `[1;31m` at the beginning, and what follows.
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
