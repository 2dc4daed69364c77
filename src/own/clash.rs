//! The user's files and texts against ours.

use super::Own;
use crate::diagnostic::{Code, Diagnostic, Report};
use crate::plan::{STAGE, hole};
use crate::render::Rendered;
use crate::resolve::Resolved;
use crate::source::Place;
use crate::userdata::{Tree, Value};

/// What the host side keeps for itself.
const STATE: &str = "/var/lib/firstlight";

impl Own {
    /// Complains about what would take the place of ours.
    pub fn check(&self, rendered: &Rendered, resolved: &Resolved, report: &mut Report) {
        let ours: Vec<&str> = rendered.files.keys().map(|path| path.as_str()).collect();
        let ours: Vec<&str> = ours
            .iter()
            .map(|path| path.strip_prefix(STAGE).filter(|rest| rest.starts_with('/')).unwrap_or(path))
            .collect();
        for entry in self.items("write_files") {
            let Some((node, path)) = entry.get("path").and_then(|node| Some((node, node.value.text()?)))
            else {
                continue;
            };
            if let Some(problem) = clash(&plainest(path), &ours) {
                report.push(problem.at(&node.place, "").help("choose another path"));
            }
        }
        let holes: Vec<_> = resolved.secrets.iter().map(|held| hole(&held.uri)).collect();
        if holes.is_empty() {
            return;
        }
        for (_, key, value) in &self.keys {
            [key, value].into_iter().for_each(|node| refuse_holes(node, &holes, report));
        }
        for part in self.parts.iter().filter(|part| holes.iter().any(|hole| part.source.text.contains(hole)))
        {
            report.push(filled_in(&part.place));
        }
    }
}

fn clash(path: &str, ours: &[&str]) -> Option<Diagnostic> {
    let below =
        |path: &str, folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    let message = if below(path, STATE) || path == STATE {
        format!("{STATE} is firstlight's own")
    } else if ours.contains(&path) {
        format!("firstlight lays {path} itself")
    } else if let Some(inner) = ours.iter().find(|own| below(own, path)) {
        format!("{path} would be a file, and firstlight lays {inner} in a folder of that name")
    } else if let Some(file) = ours.iter().find(|own| below(path, own)) {
        format!("{file} is a file that firstlight lays, and no folder")
    } else {
        return None;
    };
    Some(Diagnostic::error(Code::Conflict, message))
}

/// A path without `.`, `..`, and slashes that say nothing.
fn plainest(path: &str) -> String {
    let mut names = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => _ = names.pop(),
            name => names.push(name),
        }
    }
    format!("/{}", names.join("/"))
}

/// What fills our holes in would fill these in as well.
fn refuse_holes(node: &Tree, holes: &[String], report: &mut Report) {
    match &node.value {
        Value::Text(text) if holes.iter().any(|hole| text.contains(hole)) => {
            report.push(filled_in(&node.place))
        }
        Value::List(items) => items.iter().for_each(|item| refuse_holes(item, holes, report)),
        Value::Map(map) => map.entries.iter().flat_map(|(key, value)| [key, value]).for_each(|node| {
            refuse_holes(node, holes, report);
        }),
        _ => {}
    }
}

fn filled_in(place: &Place) -> Diagnostic {
    Diagnostic::error(Code::Conflict, "this holds the mark at which firstlight fills a secret in")
        .at(place, "")
        .help("remove it; the secret lies in a file on the server")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_meet_ours() {
        let ours = ["/opt/app/compose.yaml", "/usr/local/sbin/firstlight"];
        for path in [
            "/opt/app/compose.yaml",
            "/opt//app/./x/../compose.yaml",
            "/opt/app",
            "/usr/local/sbin/firstlight/x",
            "/var/lib/firstlight/files/x",
        ] {
            assert!(clash(&plainest(path), &ours).is_some(), "{path}");
        }
        for path in ["/opt/app/compose", "/opt/app/compose.yaml.d/x", "/etc/firstlight/mine", "/opt/apps"] {
            assert!(clash(&plainest(path), &ours).is_none(), "{path}");
        }
    }
}
