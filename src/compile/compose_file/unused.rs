//! Variables of the site's `.env` that no compose file uses.

use crate::compile::compose_file::node::{Node, Value};
use crate::compile::compose_file::project::Project;
use crate::compile::resolve::Resolved;
use crate::compile::setting;
use crate::finding::{Code, Diagnostic, Report};

/// Variables that Compose itself reads, by their beginnings.
const OF_COMPOSE: [&str; 2] = ["COMPOSE_", "DOCKER_"];

/// Warns of each variable that a setting puts into `.env` and that gets into no container.
pub(super) fn check(project: &Project, resolved: &Resolved, report: &mut Report) {
    if has_whole_file(project) {
        return;
    }
    let maps = resolved.settings.iter().filter(|chosen| matches!(chosen.value, setting::Value::Map(_)));
    for (key, _) in maps.filter_map(|chosen| chosen.given.as_ref()).flat_map(|node| node.entries()) {
        let name = key.value.as_str();
        let is_read = OF_COMPOSE.iter().any(|start| name.starts_with(start)) || is_used(project, name);
        if is_read || !project.variables.set.contains_key(name) {
            continue;
        }
        let message = format!("no service uses the variable `{name}`");
        let help = format!(
            "write `environment: {{{name}: \"${{{name}}}\"}}` at the service in the compose file: a container only \
             gets the variables that its service names"
        );
        report.push(Diagnostic::warning(Code::UnusedVariable, message).at(&key.place, "").help(help));
    }
}

/// Whether a service gets all of `.env`.
fn has_whole_file(project: &Project) -> bool {
    let is_it = |node: &Node| {
        let path = node.get("path").unwrap_or(node).text();
        path.is_some_and(|path| path.rsplit('/').next() == Some(".env"))
    };
    let files = project.services().filter_map(|service| service.entry.node.get("env_file"));
    files.into_iter().any(|node| is_it(node) || node.items().iter().any(is_it))
}

/// Whether a compose file uses a variable in a value, passes it on by its name alone, or makes a secret of it.
fn is_used(project: &Project, name: &str) -> bool {
    let is_in_text = project.files.iter().any(|file| interpolates(&file.root.place.source.text, name));
    let is_passed = |node: &Node| {
        let is_null = |node: &Node| matches!(node.value, Value::Null);
        node.items().iter().any(|item| item.text() == Some(name)) || node.get(name).is_some_and(is_null)
    };
    is_in_text
        || project.services().filter_map(|service| service.entry.node.get("environment")).any(is_passed)
        || ["secrets", "configs"].into_iter().any(|section| {
            let mut of = project.section(section).filter_map(|(_, entry)| entry.node.get("environment"));
            of.any(|node| node.text() == Some(name))
        })
}

/// Whether a text contains `$NAME` or `${NAME…`; `$$` is a literal `$`.
fn interpolates(text: &str, name: &str) -> bool {
    text.replace("$$", " ").split('$').skip(1).any(|rest| {
        let after = rest.strip_prefix('{').unwrap_or(rest).strip_prefix(name);
        after.is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    })
}
