//! The compose files of a site as one project, merged as Compose merges them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::compile::compose_file::interpolate::Variables;
use crate::compile::compose_file::node::{Entry, Node};
use crate::finding::{Code, Diagnostic, Report};
use crate::text::source::Source;

/// One of the site's compose files.
#[derive(Debug)]
pub(super) struct ComposeFile {
    /// What it is called.
    pub name: String,
    /// What is in it.
    pub root: Node,
    /// Whether it is the user's own, and not of a profile that comes with firstlight.
    pub is_users: bool,
    /// The file on the user's machine, beside which others may lie.
    pub beside: Option<Arc<Source>>,
    /// Where each service is among the entries of `services`.
    services: BTreeMap<String, usize>,
}

impl ComposeFile {
    pub(super) fn new(name: String, root: Node, is_users: bool, beside: Option<Arc<Source>>) -> Self {
        let entries = root.get("services").map_or(&[][..], Node::entries).iter().enumerate();
        let services = entries.map(|(number, entry)| (entry.key.clone(), number)).collect();
        Self { name, root, is_users, beside, services }
    }

    /// A service by its name.
    pub(super) fn service(&self, name: &str) -> Option<Service<'_>> {
        let entry = self.root.get("services")?.entries().get(*self.services.get(name)?)?;
        Some(Service { file: self, entry })
    }
}

/// All of them, in Compose's order.
#[derive(Debug)]
pub(super) struct Project {
    pub files: Vec<ComposeFile>,
    /// The folder they lie in, on the server.
    pub home: String,
    /// The service that the site is for.
    pub service: String,
    /// What the site's `.env` sets.
    pub variables: Variables,
    /// The host to which the web server forwards requests, if it is known.
    pub upstream: Option<String>,
    /// The port it answers on, if it is known.
    pub port: Option<u16>,
    /// The network in which Traefik, which has a project of its own, looks for that host; `None` if Caddy is in front.
    pub traefik_network: Option<String>,
    /// Whether the user's own cloud-config configures the SSH server, which may then listen on another port.
    pub is_ssh_moved: bool,
}

/// The service that every site has beside its own.
pub(super) const WEB_SERVER: &str = "caddy";

/// One service, with what it extends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Service<'p> {
    pub file: &'p ComposeFile,
    pub entry: &'p Entry,
}

impl Project {
    /// The entries of a section of all files, `services` or `volumes`.
    pub(crate) fn section<'p>(
        &'p self,
        name: &'static str,
    ) -> impl Iterator<Item = (&'p ComposeFile, &'p Entry)> {
        let of = move |file: &'p ComposeFile| {
            let entries = file.root.get(name).map_or(&[][..], Node::entries);
            entries.iter().filter(|entry| !entry.key.starts_with("x-")).map(move |entry| (file, entry))
        };
        self.files.iter().flat_map(of)
    }

    /// All services.
    pub(crate) fn services(&self) -> impl Iterator<Item = Service<'_>> {
        self.section("services").map(|(file, entry)| Service { file, entry })
    }

    /// The services of the user's files.
    pub(crate) fn own_services(&self) -> impl Iterator<Item = Service<'_>> {
        self.services().filter(|service| service.file.is_users)
    }

    /// A service by its name.
    pub(crate) fn service(&self, name: &str) -> Option<Service<'_>> {
        let mut found = self.files.iter().filter(|_| !name.starts_with("x-")).map(|file| file.service(name));
        found.find_map(|service| service)
    }

    /// What keeps a service from being started unless somebody chooses a profile of Compose; `None` if nothing does, or
    /// if the settings choose profiles.
    pub(crate) fn profiles_of<'p>(&self, service: Service<'p>) -> Option<&'p Node> {
        let is_chosen = self.variables.set.contains_key("COMPOSE_PROFILES");
        service.get("profiles").filter(|node| !is_chosen && !node.items().is_empty())
    }

    /// The names in a section.
    pub(crate) fn names(&self, section: &'static str) -> Vec<&str> {
        self.section(section).map(|(_, entry)| entry.key.as_str()).collect()
    }

    /// Complains about what stands in two files, one of them the user's: Compose would make one of both.
    pub(crate) fn refuse_collisions(&self, report: &mut Report) {
        for (section, what) in [("services", "service"), ("volumes", "volume")] {
            let mut files: BTreeMap<&str, Vec<&ComposeFile>> = BTreeMap::new();
            for (file, entry) in self.section(section) {
                files.entry(&entry.key).or_default().push(file);
            }
            for (file, entry) in self.section(section).filter(|(file, _)| file.is_users) {
                let mut others = files.get(entry.key.as_str()).into_iter().flatten();
                let Some(other) = others.find(|other| other.name != file.name) else { continue };
                let message = format!(
                    "the {what} `{}` is also in {}, and Compose would merge the two",
                    entry.key, other.name
                );
                report.push(
                    Diagnostic::error(Code::DuplicateKey, message)
                        .at(&entry.at, "")
                        .help("choose another name"),
                );
            }
        }
    }
}

/// Most services of which one extends the other.
pub(super) const MOST_EXTENDED: usize = 16;

impl<'p> Service<'p> {
    pub(crate) fn name(&self) -> &'p str {
        &self.entry.key
    }

    /// The name of the service of the same file that this one extends.
    pub(crate) fn extends(&self) -> Option<&'p Node> {
        let extends = self.entry.node.get("extends")?;
        if extends.get("file").is_some() { None } else { extends.get("service").or(Some(extends)) }
    }

    /// This service and those it extends.
    pub(crate) fn line(self) -> impl Iterator<Item = Self> {
        let base = |service: &Self| service.file.service(service.extends()?.text()?);
        std::iter::successors(Some(self), base).take(MOST_EXTENDED)
    }

    /// The value of a key, its own or the nearest that it extends.
    pub(crate) fn get(self, key: &str) -> Option<&'p Node> {
        self.line().find_map(|service| service.entry.node.get(key))
    }

    /// The items of a list that grows when it is extended.
    pub(crate) fn all(self, key: &str) -> Vec<&'p Node> {
        let lists = self.line().filter_map(|service| service.entry.node.get(key));
        lists.flat_map(Node::items).collect()
    }

    /// Whether other containers reach it by this name.
    pub(crate) fn is_called(self, name: &str) -> bool {
        let is_name = |key: &str| self.get(key).and_then(Node::text) == Some(name);
        let aliases = self.get("networks").map_or(&[][..], Node::entries).iter();
        let mut aliases = aliases.flat_map(|entry| entry.node.get("aliases").map_or(&[][..], Node::items));
        self.name() == name
            || is_name("container_name")
            || is_name("hostname")
            || aliases.any(|alias| alias.text() == Some(name))
    }

    /// The networks it is on.
    pub(crate) fn networks(self) -> Vec<&'p str> {
        let networks = self.get("networks").map(Node::names).unwrap_or_default();
        if networks.is_empty() {
            vec!["default"]
        } else {
            networks.into_iter().map(|(name, _)| name).collect()
        }
    }
}
