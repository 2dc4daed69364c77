//! Folders that are given to the application or its container, and must not be; and secrets in the site's own folder.

use crate::compile::render::Rendered;
use crate::compile::resolve::Resolved;
use crate::compile::setting::Value;
use crate::finding::{Code, Diagnostic, Report};
use crate::host::placed;
use crate::value::{Arrival, GuestPath, Volume, is_below};

pub(super) fn check(rendered: &Rendered, resolved: &Resolved, report: &mut Report) {
    secrets(resolved, report);
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
