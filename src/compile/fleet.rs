//! Many hosts from one configuration: each has its own domain, and can override other values.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use crate::compile::config::{Config, Exception, Origin, TopKey};
use crate::compile::files::ReadFile;
use crate::compile::profile::ReadProfile;
use crate::compile::search::raw;
use crate::compile::{Input, Output, Profiles, base, make, refuse_unknown};
use crate::finding::{Code, Diagnostic, Report};
use crate::text::source::{Place, Source, Spanned};
use crate::value::{Domain, HostName};
use crate::yaml::{self, Kind, Mapping, Node};

/// A list of hosts (`hosts.yaml`): each host's merged configuration, and the profiles that those
/// configurations name.
pub struct Fleet {
    /// The configurations by the names of the hosts.
    hosts: BTreeMap<HostName, Config>,
    /// The profiles by the names that the configurations give; `None` for the default.
    profiles: BTreeMap<Option<String>, Profiles>,
    /// What the user allowed for all hosts, and the addresses that a host needed.
    in_clear: Vec<Exception>,
    used: Mutex<BTreeSet<String>>,
    /// The sites of each host that was compiled. Hosts are compiled in parallel.
    sites: Mutex<BTreeMap<HostName, Vec<Domain>>>,
}

const HOSTS: &str =
    "write the hosts below it, each with its own name: `hosts: {web-1: {domain: www.example.com}}`";

impl Fleet {
    /// Reads `hosts: {NAME: {domain: …, …}}` from `source`. A host's keys override those of `input.config`,
    /// and flags override both. A host that is wrong is reported and left out. Returns `None`, with the
    /// reason in the report, if the text or its list of hosts cannot be read at all.
    pub fn read(
        source: &Arc<Source>,
        input: &Input<'_>,
        world: &impl ReadProfile,
        report: &mut Report,
    ) -> Option<Self> {
        let Some(mut base) = base(input, report) else {
            raw(source, &[], report);
            return None;
        };
        base.in_clear.iter_mut().for_each(|exception| exception.is_shared = true);
        // Those of flags are added after each host's.
        base.cloud_config.retain(|layer| layer.origin != Origin::Flag);
        let mut flags = Config::from_flags(input.flags, &mut Report::default());
        flags.in_clear.clear();
        let entries = entries(source, report)?;
        let in_clear = base.in_clear.clone();
        let (used, sites) = Default::default();
        let mut fleet = Self { hosts: BTreeMap::new(), profiles: BTreeMap::new(), in_clear, used, sites };
        let mut seen: BTreeMap<String, HostName> = BTreeMap::new();
        for (name, node) in entries {
            let parsed = HostName::parse(&name.value).map_err(|problem| problem.at(&name.place, &name.value));
            let (Some(host), Some(own)) =
                (report.keep(parsed), Config::from_node(node, Origin::Host, report))
            else {
                continue;
            };
            if let Some(first) = seen.insert(host.as_str().to_ascii_lowercase(), host.clone()) {
                let message = format!("the hosts {first} and {host} differ only in upper and lower case");
                let help = "choose another name: on macOS and Windows, the two would have the same files";
                report.push(Diagnostic::error(Code::DuplicateKey, message).at(&name.place, "").help(help));
                continue;
            }
            if own.get(TopKey::Domain).is_none() {
                report.push(
                    Diagnostic::error(Code::MissingKey, format!("the host {host} has no domain"))
                        .at(&name.place, "")
                        .help("add `domain: infrakt.example.com` below it"),
                );
                continue;
            }
            let config = flags.clone().over(own.over(base.clone()));
            fleet.add_profile(&config, input, world, report);
            refuse_unknown(&config, fleet.profiles.get(&profile_name(&config)), world, report);
            fleet.hosts.insert(host, config);
        }
        Some(fleet)
    }

    fn add_profile(
        &mut self,
        config: &Config,
        input: &Input<'_>,
        world: &impl ReadProfile,
        report: &mut Report,
    ) {
        let name = profile_name(config);
        if !self.profiles.contains_key(&name)
            && let Some(profiles) = Profiles::of(config, input, world, report)
        {
            self.profiles.insert(name, profiles);
        }
    }

    /// The names of all hosts that could be read, in alphabetical order.
    #[must_use]
    pub fn names(&self) -> Vec<&HostName> {
        self.hosts.keys().collect()
    }

    /// Compiles the document of the host `name`. Returns `None` if there is no document: the report says why,
    /// except where the host is unknown or its profile failed already in [`Self::read`].
    pub fn compile(
        &self,
        name: &HostName,
        input: &Input<'_>,
        files: &dyn ReadFile,
        report: &mut Report,
    ) -> Option<Output> {
        let config = self.hosts.get(name)?;
        let made = make(config.clone(), self.profiles.get(&profile_name(config))?, input, files, report)?;
        if let Ok(mut used) = self.used.lock() {
            used.extend(made.searched.in_clear.iter().cloned());
        }
        if let Ok(mut sites) = self.sites.lock() {
            sites.insert(name.clone(), made.resolved.site.domains.clone());
        }
        Some(made)
    }

    /// Warns of each shared entry of `in_clear` that no host compiled so far has used. Call it after the last
    /// host.
    pub fn report_unused(&self, report: &mut Report) {
        let Ok(used) = self.used.lock() else { return };
        for exception in self.in_clear.iter().filter(|one| !used.contains(&one.address.value)) {
            report.push(exception.unused());
        }
    }

    /// Reports an error for each domain that two of the hosts compiled so far serve. Call it after the last
    /// host.
    pub fn check_sites(&self, report: &mut Report) {
        let Ok(sites) = self.sites.lock() else { return };
        let mut owners: BTreeMap<&Domain, &HostName> = BTreeMap::new();
        for (host, site) in sites.iter().flat_map(|(host, sites)| sites.iter().map(move |site| (host, site)))
        {
            let Some(first) = owners.insert(site, host) else { continue };
            let message = format!("the site {site} belongs to two hosts, {first} and {host}");
            let problem = Diagnostic::error(Code::DuplicateKey, message)
                .help("give each host its own domain: a domain points to one server, and only that server gets a certificate");
            report.push(match (self.place(host, site), self.place(first, site)) {
                (Some(place), Some(other)) => {
                    let (line, _) = other.source.line_column(other.span.start);
                    problem.at(&place, format!("first on line {line}"))
                }
                _ => problem,
            });
        }
    }

    /// The place where a host's site was given: in a setting, or else as its domain.
    fn place(&self, host: &HostName, site: &Domain) -> Option<Place> {
        let config = self.hosts.get(host)?;
        let is_it = |text: &str| text.eq_ignore_ascii_case(site.as_str());
        let settings = config.settings.iter().find_map(|(_, node)| node.find(&is_it));
        settings.or(config.get(TopKey::Domain).map(|node| &node.place)).cloned()
    }
}

/// The entries of `hosts` in a list of hosts. If there are none, reports why and returns `None`.
fn entries(source: &Arc<Source>, report: &mut Report) -> Option<Vec<(Spanned<String>, Node)>> {
    let node = yaml::parse(source, report);
    let hosts = node.as_ref().and_then(|node| node.get("hosts")).map(Node::entries).unwrap_or_default();
    let settings = hosts.iter().flat_map(|(_, host)| host.get("settings")).flat_map(Node::entries);
    let own = hosts.iter().flat_map(|(_, host)| host.get("cloud_config")).flat_map(Node::places);
    raw(source, &settings.map(|(_, node)| &node.place).chain(own).collect::<Vec<_>>(), report);
    let node = node?;
    let mut mapping = report.keep(Mapping::of(node))?;
    let Some(hosts) = mapping.take(Config::HOSTS) else {
        let problem = Diagnostic::error(Code::MissingKey, "there is no `hosts:` in this list of hosts");
        report.push(problem.at(&Place::all(source).first_line(), "").help(HOSTS));
        return None;
    };
    mapping.finish(report);
    match hosts {
        Node { kind: Kind::Mapping(entries), place } if entries.is_empty() => {
            let problem = Diagnostic::error(Code::MissingKey, "the list of hosts is empty");
            report.push(problem.at(&place, "").help(HOSTS));
            None
        }
        Node { kind: Kind::Mapping(entries), .. } => Some(entries),
        node => report.keep(Err(node.no_mapping().help(HOSTS))),
    }
}

fn profile_name(config: &Config) -> Option<String> {
    config.get(TopKey::Profile).and_then(|node| node.text("").ok()).map(str::to_owned)
}
