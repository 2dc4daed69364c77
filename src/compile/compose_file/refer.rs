//! Checks the names that a compose file refers to, and what else Compose refuses beyond its schema.

use std::cell::Cell;
use std::collections::BTreeSet;

use crate::base::nearest::{nearest, suggest};
use crate::compile::compose_file::interpolate::Variables;
use crate::compile::compose_file::mount::{Mount, Source};
use crate::compile::compose_file::node::{Entry, Node, Value};
use crate::compile::compose_file::project::{MOST_EXTENDED, Project, Service};
use crate::finding::{Code, Diagnostic, Report};
use crate::text::source::Place;

/// Adds what Compose would refuse.
pub(super) fn check(project: &Project, report: &mut Report) {
    let names = Names::of(project);
    for service in project.services() {
        Check { project, names: &names, service, report }.all();
    }
    circles(project, "depends_on", |service| service.get("depends_on"), report);
    circles(project, "extends", |service| service.extends(), report);
    long_lines(project, report);
    for section in ["secrets", "configs"] {
        for (_, entry) in project.section(section) {
            one_origin(section, entry, report);
            set_variable(entry, &project.variables, report);
        }
    }
    for section in ["networks", "volumes", "secrets", "configs"] {
        for (_, entry) in project.section(section) {
            external(entry, report);
        }
    }
}

/// What a service names, and the file has to have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Service,
    Network,
    Volume,
    Secret,
    Config,
}

impl Part {
    const fn word(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Network => "network",
            Self::Volume => "volume",
            Self::Secret => "secret",
            Self::Config => "config",
        }
    }
}

/// The names of what a project has.
struct Names<'p> {
    services: BTreeSet<&'p str>,
    networks: BTreeSet<&'p str>,
    volumes: BTreeSet<&'p str>,
    secrets: BTreeSet<&'p str>,
    configs: BTreeSet<&'p str>,
    /// How many unknown names have been compared with them.
    compared: Cell<usize>,
}

impl<'p> Names<'p> {
    fn of(project: &'p Project) -> Self {
        let names = |section| project.names(section).into_iter().collect();
        let mut networks: BTreeSet<_> = names("networks");
        networks.insert("default");
        Self {
            services: names("services"),
            networks,
            volumes: names("volumes"),
            secrets: names("secrets"),
            configs: names("configs"),
            compared: Cell::new(0),
        }
    }
}

/// Most unknown names for which a known one is suggested: each is compared with all known names.
const MOST_COMPARED: usize = 20;

struct Check<'a, 'p> {
    project: &'p Project,
    names: &'a Names<'p>,
    service: Service<'p>,
    report: &'a mut Report,
}

impl<'p> Check<'_, 'p> {
    fn all(&mut self) {
        self.image();
        self.services();
        self.networks();
        self.sections();
        self.mounts();
        self.health();
        self.environment();
        self.twice();
    }

    fn image(&mut self) {
        let entry = self.service.entry;
        let has = |key| {
            let node = self.service.get(key);
            node.is_some_and(|node| !matches!(node.value, Value::Null) && node.text() != Some(""))
        };
        let is_elsewhere = entry.node.get("extends").is_some_and(|node| node.get("file").is_some());
        let is_read = self.service.line().count() < MOST_EXTENDED;
        if is_read && !is_elsewhere && !["image", "build", "provider"].into_iter().any(has) {
            let message = format!("the service `{}` has no image", entry.key);
            let problem = Diagnostic::error(Code::MissingKey, message).at(&entry.at, "");
            self.report.push(problem.help("write `image: NAME:TAG`"));
        }
    }

    /// Services that it names.
    fn services(&mut self) {
        let all = &self.names.services;
        for (name, place) in self.names("depends_on") {
            self.want(name, place, all, Part::Service);
            self.refuse_profiled(name, place);
        }
        if let Some((name, place)) = self.service.extends().and_then(|base| Some((base.text()?, &base.place)))
            && self.service.file.service(name).is_none()
        {
            let services = self.service.file.root.get("services").map(Node::names).unwrap_or_default();
            let own = services.into_iter().map(|(name, _)| name).collect();
            self.want(name, place, &own, Part::Service);
        }
        for key in ["links", "volumes_from"] {
            for (link, place) in self.names(key) {
                if !link.starts_with("container:") {
                    self.want(link.split(':').next().unwrap_or(link), place, all, Part::Service);
                }
            }
        }
        let mode = self.service.entry.node.get("network_mode");
        let other = mode.and_then(|mode| Some((mode.text()?.strip_prefix("service:")?, &mode.place)));
        other.into_iter().for_each(|(name, place)| self.want(name, place, all, Part::Service));
    }

    /// A service with profiles is not there unless somebody chooses one, and the server chooses none.
    fn refuse_profiled(&mut self, name: &str, place: &Place) {
        let is_profiled = |service: Service<'_>| self.project.profiles_of(service).is_some();
        let condition =
            self.service.entry.node.get("depends_on").and_then(|node| node.get(name)?.get("required"));
        let is_required = condition.is_none_or(Node::is_true);
        if is_required && !is_profiled(self.service) && self.project.service(name).is_some_and(is_profiled) {
            let message =
                format!("`{name}` only starts with a Compose profile, and the server does not use one");
            let problem = Diagnostic::error(Code::CannotWork, message).at(place, "");
            self.report.push(problem.help("remove its `profiles`, or do not depend on it"));
        }
    }

    fn networks(&mut self) {
        for (name, place) in self.names("networks") {
            self.want(name, place, &self.names.networks, Part::Network);
        }
        let Service { entry, .. } = self.service;
        if let (Some(_), Some(networks)) = (entry.node.get("network_mode"), entry.node.get("networks")) {
            let message = "`network_mode` and `networks` exclude each other";
            let problem = Diagnostic::error(Code::Unsuitable, message).at(&networks.place, "");
            self.report.push(problem.help("keep one of them"));
        }
    }

    /// Secrets and configurations that it names.
    fn sections(&mut self) {
        let Names { secrets, configs, .. } = self.names;
        for (section, what, known) in [("secrets", Part::Secret, secrets), ("configs", Part::Config, configs)]
        {
            for item in self.service.entry.node.get(section).map_or(&[][..], Node::items) {
                let source = item.get("source").unwrap_or(item);
                source.text().into_iter().for_each(|name| self.want(name, &source.place, known, what));
            }
        }
    }

    fn mounts(&mut self) {
        for item in self.service.entry.node.get("volumes").map_or(&[][..], Node::items) {
            match Mount::read(item) {
                Ok(Some(Mount { source: Source::Volume(name), place, .. })) => {
                    self.want(&name, &place, &self.names.volumes, Part::Volume);
                }
                Ok(_) => {}
                Err(problem) => self.report.push(problem),
            }
        }
    }

    fn health(&mut self) {
        let test = self.service.entry.node.get("healthcheck").and_then(|check| check.get("test"));
        let Some(first) = test.and_then(|test| test.items().first()) else { return };
        if !matches!(first.text(), None | Some("CMD" | "CMD-SHELL" | "NONE")) {
            let message = "the first word of a health check has to be CMD, CMD-SHELL or NONE";
            let problem = Diagnostic::error(Code::BadValue, message).at(&first.place, "");
            self.report.push(problem.help("write [CMD, PROGRAM, ARGUMENT], or one text for the shell"));
        }
    }

    /// A variable without a value gets the one that `.env` has for it, and is left out if there is none.
    fn environment(&mut self) {
        let variables = &self.project.variables;
        let Some(node) = self.service.entry.node.get("environment").filter(|_| self.service.file.is_users)
        else {
            return;
        };
        // A file of variables may set it.
        if self.service.get("env_file").is_some() {
            return;
        }
        let items = node.items().iter().filter_map(|item| Some((item.text()?, &item.place)));
        let items = items.filter(|(text, _)| !text.contains('='));
        let empty = node.entries().iter().filter(|entry| matches!(entry.node.value, Value::Null));
        let names = items.chain(empty.map(|entry| (entry.key.as_str(), &entry.at)));
        for (name, place) in names.filter(|(name, _)| !variables.has(name)) {
            let message = format!(
                "nothing sets the variable `{name}` on the server, so the container does not get it{}",
                variables.beside(name)
            );
            let problem = Diagnostic::warning(Code::UnsetVariable, message).at(place, "");
            self.report.push(match variables.how_to_set(name) {
                Some(how) => problem.help(format!("set it, with {how} in the settings")),
                None => problem.help("write its value here"),
            });
        }
    }

    /// What can be said in two ways is said once.
    fn twice(&mut self) {
        const WAYS: [(&str, &[&str]); 5] = [
            ("cpus", &["deploy", "resources", "limits", "cpus"]),
            ("mem_limit", &["deploy", "resources", "limits", "memory"]),
            ("mem_reservation", &["deploy", "resources", "reservations", "memory"]),
            ("pids_limit", &["deploy", "resources", "limits", "pids"]),
            ("scale", &["deploy", "replicas"]),
        ];
        let node = &self.service.entry.node;
        for (key, path) in WAYS {
            let other = path.iter().try_fold(node, |node, key| node.get(key));
            if let (Some(one), Some(other)) = (node.get(key), other)
                && one.shown() != other.shown()
            {
                let message = format!("`{key}` and `{}` contradict each other", path.join("."));
                let problem = Diagnostic::error(Code::Unsuitable, message).at(&one.place, "");
                self.report.push(problem.help("keep one of them"));
            }
        }
    }

    fn names(&self, key: &str) -> Vec<(&'p str, &'p Place)> {
        self.service.entry.node.get(key).map(Node::names).unwrap_or_default()
    }

    fn want(&mut self, name: &str, place: &Place, known: &BTreeSet<&str>, what: Part) {
        if !known.contains(name) {
            let problem = Diagnostic::error(
                Code::UnknownName,
                format!("there is no {} `{name}` in the file", what.word()),
            );
            self.names.compared.set(self.names.compared.get() + 1);
            if self.names.compared.get() > MOST_COMPARED {
                return self.report.push(problem.at(place, ""));
            }
            let help = match nearest(name, known.iter().copied()) {
                None if what == Part::Volume => {
                    format!("declare it at the top of the file: `volumes: {{{name}: {{}}}}`")
                }
                _ => suggest(name, known.iter().copied()),
            };
            self.report.push(problem.at(place, "").help(help));
        }
    }
}

/// Most cycles that are reported of one key.
const MOST_CIRCLES: usize = 20;

/// Most services of a cycle that are named.
const MOST_NAMED: usize = 12;

/// Services that wait for themselves, or extend themselves, through others perhaps. `next` is the value that names the
/// services to which a service leads.
fn circles<'p>(
    project: &'p Project,
    key: &str,
    next: impl Fn(Service<'p>) -> Option<&'p Node>,
    report: &mut Report,
) {
    let names = |service: Service<'p>| {
        let node = next(service);
        let single = node.and_then(Node::text).into_iter();
        let many = node.map(Node::names).unwrap_or_default().into_iter().map(|(name, _)| name);
        let mut names: Vec<_> = single.chain(many).collect();
        names.reverse();
        names
    };
    let (mut seen, mut found) = (BTreeSet::new(), 0);
    for start in project.services() {
        if !seen.insert(start.name()) {
            continue;
        }
        let (mut way, mut on_way) = (vec![(start, names(start))], BTreeSet::from([start.name()]));
        while let Some((service, left)) = way.last_mut() {
            let service = *service;
            let Some(name) = left.pop() else {
                on_way.remove(service.name());
                way.pop();
                continue;
            };
            if on_way.contains(name) {
                let circle = way.iter().map(|(service, _)| service.name()).skip_while(|other| *other != name);
                circle_of(service, key, &circle.collect::<Vec<_>>(), report);
                found += 1;
                if found == MOST_CIRCLES {
                    return;
                }
            } else if seen.insert(name)
                && let Some(other) = project.service(name)
            {
                on_way.insert(name);
                way.push((other, names(other)));
            }
        }
    }
}

fn circle_of(last: Service<'_>, key: &str, way: &[&str], report: &mut Report) {
    let place = last.entry.node.entry(key).map_or(&last.entry.at, |entry| &entry.at);
    let mut named: Vec<_> = way.iter().take(MOST_NAMED).map(|name| format!("`{name}`")).collect();
    if way.len() > MOST_NAMED {
        named.push("…".to_owned());
    }
    named.extend(named.first().cloned());
    let message = format!("`{key}` forms a cycle: {}", named.join(" → "));
    report.push(Diagnostic::error(Code::Unsuitable, message).at(place, "").help("leave one of these out"));
}

/// Refuses a service that extends more services than are read, one through the other. One is reported: all that extend it
/// have the same problem.
fn long_lines(project: &Project, report: &mut Report) {
    let is_long = |service: &Service<'_>| {
        let line: Vec<_> = service.line().collect();
        let names: BTreeSet<_> = line.iter().map(|service| service.name()).collect();
        let goes_on = line.last().and_then(|last| last.extends()).is_some();
        line.len() == MOST_EXTENDED && names.len() == MOST_EXTENDED && goes_on
    };
    let Some(service) = project.services().find(is_long) else { return };
    let place = service.entry.node.entry("extends").map_or(&service.entry.at, |entry| &entry.at);
    let message = format!(
        "`{}` extends more than {} services, one through the other, which firstlight does not read",
        service.name(),
        MOST_EXTENDED - 1
    );
    report.push(
        Diagnostic::error(Code::Unsuitable, message).at(place, "").help("extend the last one directly"),
    );
}

/// A secret or a configuration comes from one place.
fn one_origin(section: &str, entry: &Entry, report: &mut Report) {
    let keys: &[&str] =
        if section == "secrets" { &["file", "environment"] } else { &["file", "environment", "content"] };
    let given = keys.iter().filter(|key| entry.node.get(key).is_some()).count();
    let is_elsewhere = ["external", "driver"].iter().any(|key| entry.node.get(key).is_some());
    if given > 1 || (given == 0 && !is_elsewhere) {
        let message = format!("`{}` has to have one of {}", entry.key, keys.join(", "));
        report.push(Diagnostic::error(Code::MissingKey, message).at(&entry.at, ""));
    }
}

/// Compose makes none of a variable that nothing sets.
fn set_variable(entry: &Entry, variables: &Variables, report: &mut Report) {
    let Some(node) = entry.node.get("environment") else { return };
    if let Some(name) = node.text().filter(|name| !variables.set.contains_key(*name)) {
        let message =
            format!("nothing sets the variable `{name}` on the server, so there is no `{}`", entry.key);
        let problem = Diagnostic::error(Code::UnsetVariable, message).at(&node.place, "");
        report.push(match variables.can_be_set {
            true => problem.help(format!("set it: `secrets: {{{name}: generate}}` in the settings")),
            false => problem.help("name a file on the server instead: `file: /PATH`"),
        });
    }
}

/// What is made elsewhere has nothing but a name here.
fn external(entry: &Entry, report: &mut Report) {
    if !entry.node.get("external").is_some_and(Node::is_true) {
        return;
    }
    let is_more =
        |other: &&Entry| !matches!(other.key.as_str(), "name" | "external") && !other.key.starts_with("x-");
    for other in entry.node.entries().iter().filter(is_more) {
        let message = format!("`{}` is external, so `{}` is not allowed for it", entry.key, other.key);
        report.push(Diagnostic::error(Code::Unsuitable, message).at(&other.at, "").help("remove it"));
    }
}
