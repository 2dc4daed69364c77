//! Folders that are given to the application or its container, and must not be; and secrets in the site's own folder.

use crate::compile::render::Rendered;
use crate::compile::resolve::{Held, Resolved};
use crate::compile::setting::Value;
use crate::finding::{Code, Diagnostic, Report};
use crate::host::placed;
use crate::value::{Arrival, GuestPath, Volume, is_below};

pub(super) fn check(rendered: &Rendered, resolved: &Resolved, report: &mut Report) {
    secrets(resolved, report);
    nested_secrets(resolved, report);
    mounts_at_one_path(resolved, report);
    for chosen in &resolved.settings {
        for value in chosen.value.singles() {
            let found = match value {
                Value::Folder(folder) => gives(folder.path(), "the application", rendered),
                Value::Volume(volume) => mounted(volume, rendered),
                _ => None,
            };
            let place = |text: String| chosen.given.as_ref()?.find(&|given| given.contains(&text));
            report.push_some(found.map(|found| match value.written().and_then(place) {
                Some(place) => found.at(place, ""),
                None => found,
            }));
        }
    }
}

/// Refuses secrets that a person would copy into the folder of the site's files.
fn secrets(resolved: &Resolved, report: &mut Report) {
    let Some(home) = &resolved.site.home else { return };
    for held in resolved.held(Arrival::Copied).filter(|held| is_below(held.uri.path.as_str(), home.as_str()))
    {
        let path = held.uri.path.as_str();
        let message = format!(
            "a secret cannot be stored at {path}: {home} is the folder of the site's own files, which the compose file can \
             mount into containers"
        );
        let name = path.rsplit('/').next().unwrap_or_default();
        let help = format!("use a separate file for it: file:///etc/firstlight/{name}");
        report.push(Diagnostic::error(Code::HostAccess, message).at(&held.place, "").help(help));
    }
}

/// Refuses a secret below the path of another, which would have to be a file and a folder.
fn nested_secrets(resolved: &Resolved, report: &mut Report) {
    let path = |held: &Held| held.uri.path.to_string();
    for held in resolved.held(Arrival::Copied) {
        let is_above = |other: &&Held| path(other) != path(held) && is_below(&path(held), &path(other));
        let Some(other) = resolved.held(Arrival::Copied).find(is_above) else { continue };
        let message = format!(
            "{} cannot be a file, because {}, which is the file of `{}`, would have to be a folder then",
            path(held),
            path(other),
            other.name
        );
        let help = format!("use another path, such as {}-2", path(other));
        report.push(Diagnostic::error(Code::Conflict, message).at(&held.place, "").help(help));
    }
}

/// Refuses two mounts at one path of the container, which Docker refuses as well.
fn mounts_at_one_path(resolved: &Resolved, report: &mut Report) {
    for chosen in &resolved.settings {
        let mut seen: Vec<&Volume> = Vec::new();
        for value in chosen.value.singles() {
            let Value::Volume(volume) = value else { continue };
            if let Some(first) = seen.iter().find(|other| other.target() == volume.target()) {
                let message = format!(
                    "`{volume}` is mounted at {}, where `{first}` is mounted already",
                    volume.target()
                );
                let problem = Diagnostic::error(Code::CannotWork, message)
                    .help("give each mount a path of its own in the container");
                let is_it = |given: &str| given.contains(&volume.to_string());
                report.push(match chosen.given.as_ref().and_then(|node| node.find(&is_it)) {
                    Some(place) => problem.at(place, ""),
                    None => problem,
                });
            }
            seen.push(volume);
        }
    }
}

fn mounted(volume: &Volume, rendered: &Rendered) -> Option<Diagnostic> {
    if volume.is_engine() {
        let message = "everybody who controls this container controls the server: it can start other containers as root";
        return Some(Diagnostic::warning(Code::HostAccess, message).help(
            "leave it out if the application does not need it; tecnativa/docker-socket-proxy only allows the requests \
             that you choose",
        ));
    }
    gives(volume.writable()?, "the container", rendered)
}

/// The complaint about a path that is, or holds, a file of the document's.
fn gives(path: &GuestPath, whom: &str, rendered: &Rendered) -> Option<Diagnostic> {
    let file =
        rendered.files.keys().map(|file| placed(file.as_str())).find(|file| is_below(file, path.as_str()))?;
    let message = match path.as_str() == file {
        true => format!("{whom} could change {path}, which firstlight writes and root uses"),
        false => format!(
            "{whom} could change the files in {path}, such as {file}, which firstlight writes and root uses"
        ),
    };
    let problem = Diagnostic::error(Code::HostAccess, message);
    Some(problem.help("choose a folder that is used for nothing else, such as /srv/data"))
}
