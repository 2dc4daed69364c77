//! Checks the names that a compose file refers to, and what else Compose refuses beyond its schema.

use crate::base::nearest::{nearest, suggest};
use crate::compile::compose_file::interpolate::Variables;
use crate::compile::compose_file::mount::{Mount, Source};
use crate::compile::compose_file::node::{Entry, Node, Value};
use crate::compile::compose_file::project::{Project, Service};
use crate::finding::{Code, Diagnostic, Report};
use crate::text::source::Place;

/// Adds what Compose would refuse.
pub(super) fn check(project: &Project, report: &mut Report) {
    for service in project.services() {
        Check { project, service, report }.all();
    }
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

struct Check<'a, 'p> {
    project: &'p Project,
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
        self.circles();
    }

    fn image(&mut self) {
        let entry = self.service.entry;
        let has = |key| {
            let node = self.service.get(key);
            node.is_some_and(|node| !matches!(node.value, Value::Null) && node.text() != Some(""))
        };
        let is_elsewhere = entry.node.get("extends").is_some_and(|node| node.get("file").is_some());
        if !is_elsewhere && !["image", "build", "provider"].into_iter().any(has) {
            let message = format!("the service `{}` has no image", entry.key);
            let problem = Diagnostic::error(Code::MissingKey, message).at(&entry.at, "");
            self.report.push(problem.help("write `image: NAME:TAG`"));
        }
    }

    /// Services that it names.
    fn services(&mut self) {
        let all = self.project.names("services");
        for (name, place) in self.names("depends_on") {
            self.want(name, place, &all, Part::Service);
            self.refuse_profiled(name, place);
        }
        if let Some(base) = self.service.extends() {
            let services = self.service.file.root.get("services").map(Node::names).unwrap_or_default();
            let own: Vec<_> = services.into_iter().map(|(name, _)| name).collect();
            base.text().into_iter().for_each(|name| self.want(name, &base.place, &own, Part::Service));
        }
        for key in ["links", "volumes_from"] {
            for (link, place) in self.names(key) {
                if !link.starts_with("container:") {
                    self.want(link.split(':').next().unwrap_or(link), place, &all, Part::Service);
                }
            }
        }
        let mode = self.service.entry.node.get("network_mode");
        let other = mode.and_then(|mode| Some((mode.text()?.strip_prefix("service:")?, &mode.place)));
        other.into_iter().for_each(|(name, place)| self.want(name, place, &all, Part::Service));
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
        let mut all = self.project.names("networks");
        all.push("default");
        for (name, place) in self.names("networks") {
            self.want(name, place, &all, Part::Network);
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
        for (section, what) in [("secrets", Part::Secret), ("configs", Part::Config)] {
            let known = self.project.names(section);
            for item in self.service.entry.node.get(section).map_or(&[][..], Node::items) {
                let source = item.get("source").unwrap_or(item);
                source.text().into_iter().for_each(|name| self.want(name, &source.place, &known, what));
            }
        }
    }

    fn mounts(&mut self) {
        let volumes = self.project.names("volumes");
        for item in self.service.entry.node.get("volumes").map_or(&[][..], Node::items) {
            match Mount::read(item) {
                Ok(Some(Mount { source: Source::Volume(name), place, .. })) => {
                    self.want(&name, &place, &volumes, Part::Volume);
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

    fn want(&mut self, name: &str, place: &Place, known: &[&str], what: Part) {
        if !known.contains(&name) {
            let problem = Diagnostic::error(
                Code::UnknownName,
                format!("there is no {} `{name}` in the file", what.word()),
            );
            let help = match nearest(name, known.iter().copied()) {
                None if what == Part::Volume => {
                    format!("declare it at the top of the file: `volumes: {{{name}: {{}}}}`")
                }
                _ => suggest(name, known.iter().copied()),
            };
            self.report.push(problem.at(place, "").help(help));
        }
    }

    /// A service that waits for itself, or extends itself, through others perhaps.
    fn circles(&mut self) {
        let start = self.service.name();
        let (mut open, mut seen) = (vec![vec![start]], Vec::new());
        while let Some(way) = open.pop() {
            let Some(service) = way.last().and_then(|name| self.project.service(name)) else { continue };
            for (name, _) in service.get("depends_on").map(Node::names).unwrap_or_default() {
                if name == start {
                    return self.circle(service, "depends_on", &way);
                }
                if !seen.contains(&name) {
                    seen.push(name);
                    open.push(way.iter().copied().chain([name]).collect());
                }
            }
        }
        let (mut at, mut way) = (self.service, vec![start]);
        for _ in self.project.services() {
            let base = at.extends().and_then(Node::text).and_then(|name| self.project.service(name));
            match base {
                Some(base) if base.name() == start => return self.circle(at, "extends", &way),
                Some(base) => {
                    at = base;
                    way.push(base.name());
                }
                None => return,
            }
        }
    }

    fn circle(&mut self, last: Service<'_>, key: &str, way: &[&str]) {
        let place = last.entry.node.entry(key).map_or(&last.entry.at, |entry| &entry.at);
        let way: Vec<_> = way.iter().map(|name| format!("`{name}`")).collect();
        let start = self.service.name();
        let message = format!("`{key}` forms a cycle: {} → `{start}`", way.join(" → "));
        self.report
            .push(Diagnostic::error(Code::Unsuitable, message).at(place, "").help("leave one of these out"));
    }
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
