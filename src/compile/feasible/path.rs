//! Folders that are given to the application or its container, and must not be.

use crate::compile::render::Rendered;
use crate::compile::resolve::{Chosen, Resolved};
use crate::compile::setting::{Type, Value};
use crate::finding::{Code, Diagnostic, Report};
use crate::host::STAGE;
use crate::value::{Volume, is_below};

pub(super) fn check(rendered: &Rendered, resolved: &Resolved, report: &mut Report) {
    for chosen in &resolved.settings {
        for (kind, text) in leaves(&chosen.kind, &chosen.value) {
            let problem = match kind {
                Type::Path => laid(text, rendered).map(|laid| gives(text, &laid, "the application")),
                Type::Volume => Volume::parse(text).ok().and_then(|volume| mounted(&volume, rendered)),
                _ => None,
            };
            if let Some(problem) = problem {
                report.push(at(problem, chosen, text));
            }
        }
    }
}

/// The single values of a setting, with the type of each.
fn leaves<'a>(kind: &'a Type, value: &'a Value) -> Vec<(&'a Type, &'a str)> {
    match (kind, value) {
        (Type::List(of), Value::List(items)) => items.iter().flat_map(|item| leaves(of, item)).collect(),
        (Type::Map(of), Value::Map(entries)) => {
            entries.iter().flat_map(|(_, item)| leaves(of, item)).collect()
        }
        (_, Value::Text(text)) => vec![(kind, text)],
        _ => Vec::new(),
    }
}

fn mounted(volume: &Volume, rendered: &Rendered) -> Option<Diagnostic> {
    if volume.is_engine() {
        let message = "whoever controls this container controls the server: it can start any other, as root";
        return Some(Diagnostic::warning(Code::HostAccess, message).help(
            "leave it out if the application can do without it; tecnativa/docker-socket-proxy lets through only what you name",
        ));
    }
    let path = volume.writable()?.as_str();
    laid(path, rendered).map(|laid| gives(path, &laid, "the container"))
}

/// A file of the document's that is, or lies below, a path.
fn laid(path: &str, rendered: &Rendered) -> Option<String> {
    let files = rendered.files.keys().map(|file| file.as_str().strip_prefix(STAGE).unwrap_or(file.as_str()));
    files.into_iter().find(|file| is_below(file, path)).map(str::to_owned)
}

fn gives(path: &str, laid: &str, whom: &str) -> Diagnostic {
    let message =
        format!("{path} would be {whom}'s to change, and firstlight lays {laid} there, which root obeys");
    Diagnostic::error(Code::HostAccess, message)
        .help("choose a folder that is for nothing else, such as /srv/data")
}

/// At the place where the user gave it.
fn at(problem: Diagnostic, chosen: &Chosen, text: &str) -> Diagnostic {
    match chosen.given.as_ref().and_then(|node| node.find(&|given| given.contains(text))) {
        Some(place) => problem.at(place, ""),
        None => problem,
    }
}
