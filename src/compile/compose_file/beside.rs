//! The files that a compose file names: those beside it become part of the document, others have to be on the server.

use std::collections::BTreeMap;

use crate::compile::compose_file::mount::{Mount, Source as From};
use crate::compile::compose_file::node::{Node, Value};
use crate::compile::compose_file::project::{ComposeFile, Project};
use crate::compile::files::{Beside, Found, ReadFile};
use crate::compile::plan::{Content, Planned};
use crate::finding::{Code, Diagnostic, Report};
use crate::host::STAGE;
use crate::text::source::{Place, Source};
use crate::value::{GuestPath, Mode};

/// What lies in the site's folder anyway.
pub(super) struct OnServer<'a> {
    /// Files, by their paths on the server.
    pub files: &'a [String],
    /// Folders that the server makes.
    pub folders: &'a [String],
    /// The names of the variables in the file of variables that the server makes.
    pub variables: Vec<&'a str>,
}

/// What names a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// A mount; in its long form Compose makes no folder.
    Mount {
        is_long: bool,
    },
    /// A file of variables or labels, which may be left out.
    Variables {
        is_required: bool,
    },
    Config,
    Secret,
}

/// A path in a compose file.
struct Named<'n> {
    path: &'n str,
    place: &'n Place,
    by: Use,
}

/// The files that come with the user's compose files, each staged where it is looked for on the server.
pub(super) fn bring(
    project: &Project,
    on_server: &OnServer<'_>,
    files: &dyn ReadFile,
    report: &mut Report,
) -> BTreeMap<GuestPath, Planned> {
    let mut brought = BTreeMap::new();
    for file in &project.files {
        let Some(beside) = &file.beside else { continue };
        working_folder(file, report);
        let mounts = mounts(file);
        let mounted = mounts.iter().map(|(path, place, is_long)| Named {
            path,
            place,
            by: Use::Mount { is_long: *is_long },
        });
        for named in mounted.chain(named(file)) {
            let can_set = project.variables.can_be_set;
            let mut bringer =
                Bringer { home: &project.home, on_server, beside, can_set, brought: &mut brought, report };
            bringer.one(&named, files);
        }
    }
    brought
}

/// Refuses paths that begin with `$PWD`: on the server, Compose runs in another folder than that of the compose file.
fn working_folder(file: &ComposeFile, report: &mut Report) {
    let services = file.root.get("services").map_or(&[][..], Node::entries).iter();
    let of = |key: &str, inner: &'static str| {
        let named = services.clone().filter_map(|service| service.node.get(key));
        let each = named
            .flat_map(|node| if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() });
        each.map(|item| item.get(inner).unwrap_or(item)).collect::<Vec<_>>()
    };
    let section = |name: &str| file.root.get(name).map_or(&[][..], Node::entries).iter();
    let files = section("configs").chain(section("secrets")).filter_map(|entry| entry.node.get("file"));
    let all = [of("volumes", "source"), of("env_file", "path"), of("label_file", "path"), files.collect()];
    for node in all.iter().flatten() {
        if matches!(node.value, Value::Unknown) && variable(node.place.text()) == Some("PWD") {
            let message = "on the server, `PWD` is not the folder of the compose file, because Compose runs in another one there";
            let help = "write a relative path, such as ./data: Compose looks for it beside the compose file";
            report.push(Diagnostic::error(Code::CannotWork, message).at(&node.place, "").help(help));
        }
    }
}

fn mounts(file: &ComposeFile) -> Vec<(String, Place, bool)> {
    let services = file.root.get("services").map_or(&[][..], Node::entries).iter();
    let items = services.flat_map(|service| service.node.get("volumes").map_or(&[][..], Node::items));
    let path = |item: &Node| match Mount::read(item) {
        Ok(Some(Mount { source: From::Path(path), place, is_long, .. })) => Some((path, place, is_long)),
        _ => None,
    };
    items.filter_map(path).collect()
}

fn named(file: &ComposeFile) -> Vec<Named<'_>> {
    let services = file.root.get("services").map_or(&[][..], Node::entries).iter();
    let lists = services
        .flat_map(|service| ["env_file", "label_file"].into_iter().filter_map(|key| service.node.get(key)));
    let mut all: Vec<_> = lists.flat_map(variables).collect();
    for (section, by) in [("configs", Use::Config), ("secrets", Use::Secret)] {
        let entries = file.root.get(section).map_or(&[][..], Node::entries);
        let paths = entries.iter().filter_map(|entry| entry.node.get("file"));
        all.extend(paths.filter_map(|node| Some(Named { path: node.text()?, place: &node.place, by })));
    }
    all
}

/// The files of variables in one entry: a path, a list of paths, or mappings in that list.
fn variables(node: &Node) -> Vec<Named<'_>> {
    let items = if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() };
    let named = items.iter().filter_map(|item| {
        let path = item.get("path").unwrap_or(item);
        let is_required = item.get("required").is_none_or(Node::is_true);
        Some(Named { path: path.text()?, place: &path.place, by: Use::Variables { is_required } })
    });
    named.collect()
}

struct Bringer<'a> {
    home: &'a str,
    on_server: &'a OnServer<'a>,
    beside: &'a Source,
    /// Whether the settings can set a variable.
    can_set: bool,
    brought: &'a mut BTreeMap<GuestPath, Planned>,
    report: &'a mut Report,
}

impl Bringer<'_> {
    fn one(&mut self, named: &Named<'_>, files: &dyn ReadFile) {
        let Named { path, place, by } = *named;
        if path.starts_with(['/', '~']) {
            return self.on_the_server(named);
        }
        let relative = match inside(path) {
            Ok(relative) => relative,
            Err((message, help)) => {
                return self
                    .report
                    .push(Diagnostic::error(Code::CannotWork, message).at(place, "").help(help));
            }
        };
        let there = format!("{}/{relative}", self.home);
        let is_ours = self.on_server.files.contains(&there);
        let below = format!("{there}/");
        if self.on_server.folders.contains(&there)
            || self.on_server.files.iter().any(|file| file.starts_with(&below))
        {
            return;
        }
        let found = match files.read_beside(self.beside, &relative) {
            found if is_ours => return self.made_on_server(place, &relative, found),
            Err(why) => {
                let message = format!("this cannot be embedded: {why}");
                let help = "put it into the image, or on the server, and give its absolute path there";
                return self
                    .report
                    .push(Diagnostic::error(Code::CannotRead, message).at(place, "").help(help));
            }
            Ok(found) => found,
        };
        match found {
            Beside::Nothing if by == Use::Variables { is_required: false } => {}
            Beside::Nothing => self.missing(named, &relative),
            _ if by == Use::Secret => self.refuse_secret(place),
            Beside::File(found) => self.add(&there, found, place),
            Beside::Folder(found) => {
                let is_unmade = found.is_empty() && by == Use::Mount { is_long: true };
                if is_unmade || !matches!(by, Use::Mount { .. }) {
                    let message = if is_unmade {
                        "this folder is empty, so it would not exist on the server"
                    } else {
                        "this is a folder"
                    };
                    let help = if is_unmade { "add `bind: {create_host_path: true}`" } else { "name a file" };
                    return self
                        .report
                        .push(Diagnostic::error(Code::CannotRead, message).at(place, "").help(help));
                }
                for found in found {
                    self.add(&format!("{there}/{}", found.path), found, place);
                }
            }
        }
    }

    /// What the server makes itself does not come with it; of a file of variables, each has to be given.
    fn made_on_server(&mut self, place: &Place, name: &str, found: Result<Beside, String>) {
        let here = format!("the {name} beside {}", self.beside.name);
        let is_variables = name == VARIABLES;
        let (message, help) = match found {
            Ok(Beside::Nothing) if !is_variables || !self.on_server.variables.is_empty() => return,
            Ok(Beside::Nothing) => {
                let message = format!(
                    "the server generates {name} from the settings, and no setting has a value for it yet"
                );
                return self
                    .report
                    .push(Diagnostic::note(Code::MadeOnServer, message).at(place, "").help(GIVE));
            }
            Ok(Beside::File(found)) if is_variables => {
                let given = &self.on_server.variables;
                let names = names(&found.source.text);
                let left: Vec<_> = names.into_iter().filter(|name| !given.contains(name)).collect();
                if left.is_empty() {
                    return;
                }
                let message = format!(
                    "the server generates {name} from the settings, and the settings do not contain these variables of {here}: {}",
                    left.join(", ")
                );
                (message, GIVE)
            }
            Ok(_) | Err(_) => {
                let message = format!("the server generates {name} itself; {here} is not copied to it");
                (message, if is_variables { GIVE } else { "rename your file" })
            }
        };
        self.report.push(Diagnostic::warning(Code::MadeOnServer, message).at(place, "").help(help));
    }

    /// What has to be there is not ours to bring; a mount that is not there becomes an empty folder.
    fn on_the_server(&mut self, named: &Named<'_>) {
        let Named { path, place, by } = *named;
        if path.starts_with('~') {
            let message = format!(
                "`{path}` is in root's home directory on the server, which does not contain your files"
            );
            let help = "write a path in the compose file's folder, such as ./NAME; its content is copied to the server";
            self.report.push(Diagnostic::warning(Code::CannotWork, message).at(place, "").help(help));
        } else if !matches!(by, Use::Mount { .. } | Use::Variables { is_required: false })
            && !self.on_server.files.iter().any(|file| file == path)
        {
            let message = format!("{path} has to exist on the server: this document does not contain it");
            self.report.push(Diagnostic::note(Code::CannotWork, message).at(place, ""));
        }
    }

    fn missing(&mut self, named: &Named<'_>, relative: &str) {
        let message = format!(
            "there is no {relative} in the folder of {}, so it cannot be copied to the server",
            self.beside.name
        );
        let help = match named.by {
            Use::Mount { .. } => {
                let last = relative.rsplit('/').next().unwrap_or(relative);
                let here = match variable(named.place.text()).filter(|_| self.can_set) {
                    Some(name) => format!("set `environment: {{{name}: /srv/{last}}}` in the settings"),
                    None => format!("write an absolute path, such as /srv/{last}"),
                };
                format!(
                    "for data that the service itself writes, {here}: Docker creates this folder on the server. Or use a volume: \
                     `volumes: {{data: {{}}}}` at the top of the file, and `data:/PATH` here. For files that the service \
                     reads, create {relative} beside the compose file, and it is copied to the server"
                )
            }
            Use::Secret => SECRET.to_owned(),
            _ => "write the file, or correct its name".to_owned(),
        };
        self.report.push(Diagnostic::error(Code::CannotRead, message).at(named.place, "").help(help));
    }

    /// Anybody on the server can read user-data.
    fn refuse_secret(&mut self, place: &Place) {
        let message =
            "this file is a secret, and the document would show it to anybody who can read user-data";
        self.report.push(Diagnostic::error(Code::LiteralSecret, message).at(place, "").help(SECRET));
    }

    fn add(&mut self, there: &str, found: Found, place: &Place) {
        let at = match GuestPath::parse(&format!("{STAGE}{there}")) {
            Ok(at) => at,
            Err(problem) => {
                let message = format!("{} cannot be embedded: {}", found.source.name, problem.message);
                return self
                    .report
                    .push(Diagnostic::error(Code::BadValue, message).at(place, "").help("rename it"));
            }
        };
        let mode = if found.is_executable { Mode::EXECUTABLE } else { Mode::DEFAULT };
        self.brought.insert(at, Planned { mode, body: Content::Verbatim(found.source), syntax: None });
    }
}

/// The variable with which a path begins, if it begins with one.
fn variable(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(['"', '\'']).strip_prefix('$')?;
    let rest = rest.strip_prefix('{').unwrap_or(rest);
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    rest.get(..end).filter(|name| !name.is_empty())
}

/// The file of variables that Compose reads without being told.
pub(super) const VARIABLES: &str = ".env";

/// The names that a file of variables sets.
pub(super) fn names(text: &str) -> Vec<&str> {
    let lines = text.lines().map(|line| line.trim_start().trim_start_matches("export "));
    let set = lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
    set.map(|(name, _)| name.trim()).filter(|name| !name.is_empty()).collect()
}

const GIVE: &str = "give them as settings: `environment: {NAME: VALUE}`, and for secrets `secrets: {NAME: generate}` or \
    `secrets: {NAME: file:///etc/firstlight/NAME}`; or rename your file, for example to web.env, and it is copied to the \
    server";

const SECRET: &str = "let the server generate the secret: `environment: NAME` here and `secrets: {NAME: generate}` in \
    the settings; or put the file on the server, and give its absolute path";

/// A relative path in its plainest form, if it stays in the folder.
fn inside(path: &str) -> Result<String, (String, &'static str)> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => {
                let message = format!(
                    "`{path}` is outside of the compose file's folder, and only files in this folder are copied to the server"
                );
                return Err((message, "move it into the compose file's folder"));
            }
            ".." => {}
            part => parts.push(part),
        }
    }
    if parts.is_empty() {
        let message = format!(
            "`{path}` is the whole folder of the site on the server, with its secrets and without your files"
        );
        return Err((
            message,
            "name the files and folders that the service needs, or put them into the image",
        ));
    }
    Ok(parts.join("/"))
}
