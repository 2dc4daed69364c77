//! `env://NAME`, the only way in which a secret gets into a document. The core writes a placeholder, which is replaced
//! with the value here.

use std::path::Path;

use super::arguments::Render;
use super::output;
use crate::compile::Output;
use crate::compile::plan::hole;
use crate::evidence::Known;
use crate::finding::{Code, Diagnostic, Report};
use crate::format::Format;
use crate::value::Arrival;

/// Replaces the placeholders in a document with the values of the environment variables. If that is not possible,
/// reports why and returns `None`.
pub(super) fn fill(mut made: Output, arguments: &Render, report: &mut Report) -> Option<Output> {
    let held: Vec<_> = made.resolved.held(Arrival::Embedded).collect();
    if let (Some(first), Some(problem)) = (held.first(), refusal(arguments)) {
        report.push(problem.at(&first.place, ""));
        return None;
    }
    for held in held {
        let name = held.uri.path.as_str();
        let value = std::env::var(name).unwrap_or_default();
        if value.is_empty() || !value.bytes().all(|b| (b'!'..=b'~').contains(&b)) {
            let message = match value.is_empty() {
                true => format!("the environment variable {name} is not set"),
                false => format!("the value of {name} contains spaces, line breaks or non-ASCII characters"),
            };
            let help = format!("for example: {name}=$(cat token) firstlight render …");
            report.push(Diagnostic::error(Code::EmbeddedSecret, message).at(&held.place, "").help(help));
            continue;
        }
        let mark = hole(&held.uri);
        // A second placeholder is from somebody else, and the secret must not get there.
        if made.document.text.matches(&mark).count() != 1 {
            let message = format!("the document contains {mark} more than once");
            report.push(
                Diagnostic::error(Code::EmbeddedSecret, message)
                    .at(&held.place, "")
                    .help("remove the other one"),
            );
            continue;
        }
        if let Some(problem) = elsewhere(&made, name, &value) {
            report.push(problem.at(&held.place, ""));
            continue;
        }
        made.document.text = made.document.text.replacen(&mark, &value, 1);
    }
    (!report.has_errors()).then_some(made)
}

/// The error if the document contains the value of a variable at another place already, such as its header's command;
/// `None` if it does not.
fn elsewhere(made: &Output, name: &str, value: &str) -> Option<Diagnostic> {
    let known = Known::of([value]);
    let has = |text: &str| known.find(text).next().is_some();
    let file = made.rendered.files.iter().find(|(_, file)| has(&String::from_utf8_lossy(&file.bytes)));
    if file.is_none() && !has(&made.document.text) {
        return None;
    }
    let place = file.map_or_else(|| "the document".to_owned(), |(path, _)| path.to_string());
    let message = format!("{place} contains the value of {name} as well, in plain text");
    let help = "remove it from the settings, so that the secret is only where the reference is";
    Some(Diagnostic::error(Code::LiteralSecret, message).help(help))
}

/// The error if the document would be written to where no secret may be; `None` if it would not.
fn refusal(arguments: &Render) -> Option<Diagnostic> {
    let to = arguments.output.as_deref().filter(|path| *path != Path::new("-"));
    let (message, help) = if !matches!(arguments.format, Format::CloudConfig | Format::Mime) || arguments.size
    {
        ("a secret can be embedded only in the document itself", "leave out --format and --size")
    } else if to.is_some_and(is_in_repository) {
        (
            "this would put a secret into a git repository",
            "write it to a file outside of the repository; or, if git ignores the file: (umask 077; firstlight render … >FILE)",
        )
    } else if to.is_none() && super::terminal::is_seen() {
        ("a document that contains a secret is not printed on a terminal", "add --output FILE")
    } else {
        return None;
    };
    Some(Diagnostic::error(Code::EmbeddedSecret, message).help(help))
}

/// Whether a file would be in the work tree of a git repository, so that the next commit may contain it.
fn is_in_repository(file: &Path) -> bool {
    let folder = output::above(file);
    let found = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    found.ancestors().any(|folder| folder.join(".git").exists())
}
