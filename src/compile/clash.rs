//! The user's files against ours.

use crate::compile::own::Own;
use crate::compile::render::Rendered;
use crate::finding::{Code, Diagnostic, Report};
use crate::host::placed;

/// What the host side keeps for itself.
const STATE: &str = "/var/lib/firstlight";

impl Own {
    /// Complains about what would take the place of ours.
    pub(crate) fn check(&self, rendered: &Rendered, report: &mut Report) {
        let ours: Vec<&str> = rendered.files.keys().map(|path| placed(path.as_str())).collect();
        for entry in self.items("write_files") {
            let Some((node, path)) = entry.get("path").and_then(|node| Some((node, node.value.text()?)))
            else {
                continue;
            };
            if let Some(problem) = clash(&plainest(path), &ours) {
                report.push(problem.at(&node.place, "").help("choose another path"));
            }
        }
    }
}

fn clash(path: &str, ours: &[&str]) -> Option<Diagnostic> {
    let below =
        |path: &str, folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    let message = if below(path, STATE) || path == STATE {
        format!("{STATE} belongs to firstlight")
    } else if ours.contains(&path) {
        format!("firstlight writes {path} itself")
    } else if let Some(inner) = ours.iter().find(|own| below(own, path)) {
        format!("{path} would be a file, but firstlight writes {inner} into a folder with this name")
    } else if let Some(file) = ours.iter().find(|own| below(path, own)) {
        format!("firstlight writes the file {file}, so no path can be below it")
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
