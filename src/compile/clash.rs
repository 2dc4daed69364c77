//! Compares the user's files, packages and parts with firstlight's own.

use crate::compile::document::{Packing, encode, merge_type};
use crate::compile::own::{Own, check_in_part, lint};
use crate::compile::part::MimePart;
use crate::compile::render::Rendered;
use crate::finding::{Code, Diagnostic, Report, rule};
use crate::host::{UNITS, placed};
use crate::text::source::{Place, Source};
use crate::userdata::{Part, Tree, Value, merged, read_parts, read_yaml};

/// What the host side keeps for itself.
const STATE: &str = "/var/lib/firstlight";

impl Own {
    /// Complains about what would take the place of ours.
    pub(crate) fn check(&self, rendered: &Rendered, report: &mut Report) {
        check_files(self.items("write_files").iter(), rendered, report);
        check_packages(self.get("packages"), self.get("snap"), report);
        check_mounts(self.get("mounts"), rendered, report);
    }
}

/// Complains about mounts that hide files of ours: in the network stage, cloud-init mounts after it has written files
/// (`config/cloud.cfg.tmpl`, `cloud_init_modules`). The site's own files get to their folder later, so that can be
/// mounted.
fn check_mounts(mounts: Option<&Tree>, rendered: &Rendered, report: &mut Report) {
    for entry in mounts.and_then(|node| node.list()).unwrap_or_default() {
        let fields = entry.list().unwrap_or_default();
        let Some((node, path)) = fields.get(1).and_then(|node| Some((node, node.value.text()?))) else {
            continue;
        };
        let options = fields.get(3).and_then(|node| node.value.text()).unwrap_or_default();
        let at = plainest(path);
        // The root is mounted already, and `none` is no folder.
        if !path.starts_with('/') || at == "/" || options.split(',').any(|option| option == "noauto") {
            continue;
        }
        let mut ours = rendered.files.keys().map(|path| path.as_str());
        let message = if is_at_or_below(&at, STATE) {
            format!("{STATE} belongs to firstlight")
        } else if let Some(hidden) = ours.find(|own| is_at_or_below(own, &at)) {
            format!("cloud-init mounts this after it has written firstlight's files, and hides {hidden}")
        } else {
            continue;
        };
        let problem = Diagnostic::error(Code::Conflict, message).at(&node.place, "");
        report.push(problem.help("mount it at another folder, such as /srv or /var/lib/docker"));
    }
}

fn is_at_or_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Complains about packages that stop the host side's first step.
fn check_packages(packages: Option<&Tree>, snap: Option<&Tree>, report: &mut Report) {
    let all = packages.and_then(|node| node.list()).unwrap_or_default();
    all.iter().for_each(|item| package(item, false, report));
    let commands = snap.and_then(|snap| snap.get("commands"));
    commands.into_iter().for_each(|commands| snaps(commands, report));
}

/// Packages of Debian and Ubuntu that start a web server on port 80 when they are installed.
const WEB_SERVERS: &[&str] =
    &["apache2", "caddy", "lighttpd", "nginx", "nginx-core", "nginx-extras", "nginx-full", "nginx-light"];

/// An entry of `packages`: a name, a name and a version, or the packages of one package manager below its name.
fn package(item: &Tree, is_snap: bool, report: &mut Report) {
    let name = match &item.value {
        Value::Map(map) => {
            for (_, manager, packages) in map.texts() {
                let all = packages.list().unwrap_or_default().iter();
                all.for_each(|item| package(item, manager == "snap", report));
            }
            return;
        }
        Value::List(pair) => pair.first(),
        _ => Some(item),
    };
    let Some((node, text)) = name.and_then(|node| Some((node, node.value.text()?))) else { return };
    let name = text.split(['=', '/', ' ']).next().unwrap_or(text);
    if is_snap && name == "docker" {
        report.push(docker_of_snap(node));
    } else if !is_snap && WEB_SERVERS.contains(&name) {
        let message = format!(
            "the package {name} starts a web server on port 80, which Caddy needs, so firstlight stops on the server"
        );
        report.push(Diagnostic::warning(Code::Conflict, message).at(&node.place, "").help("remove it"));
    }
}

/// The commands of `snap`, each a text or a list of words.
fn snaps(commands: &Tree, report: &mut Report) {
    let lists = commands.list().into_iter().flatten();
    let named = commands.map().into_iter().flat_map(|map| map.texts()).map(|(.., command)| command);
    for command in lists.chain(named) {
        let words: Vec<&str> = match &command.value {
            Value::Text(text) => text.split_whitespace().collect(),
            Value::List(words) => words.iter().filter_map(|word| word.value.text()).collect(),
            _ => continue,
        };
        let after = words.iter().skip_while(|word| **word != "install");
        if after.skip(1).any(|word| *word == "docker") {
            report.push(docker_of_snap(command));
        }
    }
}

fn docker_of_snap(node: &Tree) -> Diagnostic {
    let message = "firstlight does not work with the Docker of snap, and stops on the server";
    Diagnostic::warning(Code::Conflict, message)
        .at(&node.place, "")
        .help("remove it: firstlight installs Docker from the distribution")
}

fn check_files<'a>(entries: impl Iterator<Item = &'a Tree>, rendered: &Rendered, report: &mut Report) {
    let ours: Vec<&str> = rendered.files.keys().map(|path| placed(path.as_str())).collect();
    for entry in entries {
        let Some((node, path)) = entry.get("path").and_then(|node| Some((node, node.value.text()?))) else {
            continue;
        };
        if let Some(problem) = clash(&plainest(path), &ours) {
            report.push(problem.at(&node.place, "").help("choose another path"));
        }
    }
}

/// Checks the user's parts with lint's rules, and complains about those that would take something of the document away
/// when cloud-init merges them.
pub(crate) fn check_parts(rendered: &Rendered, parts: &[&MimePart], report: &mut Report) {
    if parts.is_empty() {
        return;
    }
    let given =
        |part: &&MimePart| (Place::all(&part.source), part.subtype.content_type(), merge_type(part.subtype));
    let data = read_parts(&parts.iter().map(given).collect::<Vec<_>>());
    lint(&data, report);
    let document = Source::file("user-data", &encode(rendered, "", Packing::Readable));
    let Some(document) = report.keep(read_yaml(&Place::all(&document))) else { return };
    let lists = [
        ("write_files", rendered.files.len()),
        ("bootcmd", rendered.bootcmd.len()),
        ("runcmd", rendered.runcmd.len()),
    ];
    let ours = lists.map(|(key, count)| (key, items(&document, key).get(..count).unwrap_or_default()));
    let (mut before, mut known) = (document.clone(), true);
    for part in &data.parts {
        let (after, found) = merged(&before, part, &mut known);
        // What of the user's own replaces the user's own is the user's decision.
        found.into_iter().filter(|one| !rule::REPLACED.is_of(one)).for_each(|one| report.push(one));
        let is_new = |name: &str, value: &Tree| {
            !before.get(name).is_some_and(|other| other.value.is_same(&value.value))
        };
        for (key, name, value) in after.map().into_iter().flat_map(|map| map.texts()) {
            if is_new(name, value) {
                check_in_part(name, key, value, report);
            }
        }
        let old = items(&before, "write_files");
        let is_new = |item: &&Tree| !old.iter().any(|other| other.value.is_same(&item.value));
        check_files(items(&after, "write_files").iter().filter(is_new), rendered, report);
        let config = part.config.as_ref();
        let get = |key: &str| config.and_then(|config| config.get(key));
        check_packages(get("packages"), get("snap"), report);
        check_mounts(get("mounts"), rendered, report);
        match ours.iter().find(|(key, ours)| !is_kept(ours, items(&after, key))) {
            Some((key, _)) => report.push(takes_away(key, part)),
            None => before = after,
        }
    }
}

fn items<'a>(root: &'a Tree, key: &str) -> &'a [Tree] {
    root.get(key).and_then(|node| node.list()).unwrap_or_default()
}

/// Whether all items of a list are in another.
fn is_kept(list: &[Tree], after: &[Tree]) -> bool {
    list.iter().all(|item| after.iter().any(|other| other.value.is_same(&item.value)))
}

fn takes_away(key: &str, part: &Part) -> Diagnostic {
    let how = part.config.as_ref().and_then(|config| config.map()).and_then(|map| {
        map.texts().find(|(_, name, _)| ["merge_how", "merge_type"].contains(name)).map(|(key, ..)| key)
    });
    let place = how.map(|key| &key.place).or_else(|| part.payload.place());
    let message = format!("when cloud-init merges this part, firstlight's own entries of `{key}` are lost");
    let help = match (how, part.config.is_some()) {
        (Some(_), _) => "remove it: firstlight makes cloud-init append the lists of the part",
        (None, true) => "add `merge_how: \"list(append)+dict(no_replace,recurse_list)+str()\"` to it",
        (None, false) => "add to the list instead",
    };
    let problem = Diagnostic::error(Code::Conflict, message).help(help);
    match place {
        Some(place) => problem.at(&place.first_line(), ""),
        None => problem,
    }
}

fn clash(path: &str, ours: &[&str]) -> Option<Diagnostic> {
    let below =
        |path: &str, folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    let message = if below(path, STATE) || path == STATE {
        format!("{STATE} belongs to firstlight")
    } else if path.starts_with(UNITS) {
        "the systemd units whose names begin with `firstlight` belong to firstlight".to_owned()
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
            "/etc/systemd/system/firstlight@.service.d/x.conf",
        ] {
            assert!(clash(&plainest(path), &ours).is_some(), "{path}");
        }
        for path in ["/opt/app/compose", "/opt/app/compose.yaml.d/x", "/etc/firstlight/mine", "/opt/apps"] {
            assert!(clash(&plainest(path), &ours).is_none(), "{path}");
        }
    }
}
