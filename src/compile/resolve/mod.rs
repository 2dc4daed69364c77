//! Checks every value that was given, and fills in every default.

mod choose;
mod effect;
mod report;
mod site;
mod top;

pub(crate) use site::SiteFacts;

use std::collections::{BTreeMap, BTreeSet};

use crate::compile::config::{Config, TopKey};
use crate::compile::files::ReadFile;
use crate::compile::operator::Operator;
use crate::compile::phase::Phase;
use crate::compile::profile::Profile;
use crate::compile::setting::{Setting, Type, Value};
use crate::compile::template::{self, Context};
use crate::finding::{Code, Diagnostic, Report};
use crate::host::{Check, StatusLine};
use crate::provider::Provider;
use crate::text::source::Place;
use crate::value::{AcmeDirectory, Arrival, Branch, Date, Domain, Repository, SecretRef, SecretUri};
use crate::yaml::Node;

/// The checked values for one document, with all defaults filled in.
#[derive(Debug)]
pub struct Resolved {
    /// The profile's name, or the path of its folder, as `--profile` takes it.
    pub profile: String,
    /// The profile's description of the site, in one line.
    pub summary: String,
    /// The site's public domain.
    pub domain: Domain,
    /// What the compiler needs to know of the site: domains, compose files, service, port, registry.
    pub site: SiteFacts,
    /// The reference that says where the server finds the token for the registry.
    pub token: SecretRef,
    /// The application's repository and its branch; `None` if the profile uses none.
    pub repository: Option<(Repository, Branch)>,
    /// The lines that `firstlight status` shows of a site that is up; at least one.
    pub lines: Vec<StatusLine>,
    /// The requests that `firstlight verify` sends to the site, besides that for its health.
    pub checks: Vec<Check>,
    /// Where the user gave the token's reference; `None` if it is the profile's default.
    pub token_place: Option<Place>,
    /// The last day on which the token works, and where the user gave it; `None` if unknown.
    pub expires: Option<(Date, Place)>,
    /// All references to secrets that the server resolves, each with its name and place.
    pub secrets: Vec<Held>,
    /// The provider that the document is for; `None` if none was named.
    pub provider: Option<&'static Provider>,
    /// The user who logs in to the server as its administrator.
    pub operator: Operator,
    /// The arguments of `firstlight render` that make the same document again.
    pub arguments: Vec<String>,
    /// The profile's settings in order, each with its value and where the user gave it.
    pub settings: Vec<Chosen>,
    /// The name of the setting that maps environment variables to secrets, if the profile has one.
    pub secrets_map: Option<String>,
    /// The names that templates can use.
    pub context: Context,
}

impl Resolved {
    /// Whether the profile has a setting of this name.
    #[must_use]
    pub(crate) fn offers(&self, key: &str) -> bool {
        self.settings.iter().any(|chosen| chosen.key == key)
    }

    /// The secrets that get to the server in one way.
    pub(crate) fn held(&self, arrival: Arrival) -> impl Iterator<Item = &Held> {
        self.secrets.iter().filter(move |held| held.uri.scheme.arrival() == arrival)
    }

    /// Their references.
    #[must_use]
    pub(crate) fn arriving(&self, arrival: Arrival) -> Vec<&SecretUri> {
        self.held(arrival).map(|held| &held.uri).collect()
    }

    /// The paths of the references to secrets that arrive in one way, such as the names of variables, with commas.
    #[must_use]
    pub(crate) fn names(&self, arrival: Arrival) -> String {
        self.arriving(arrival).iter().map(|uri| uri.path.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// A reference to a secret that the document uses.
#[derive(Debug)]
pub struct Held {
    /// What the secret is for: the token, a setting's name, or a variable's name in a setting that maps them.
    pub name: String,
    /// The reference itself.
    pub uri: SecretUri,
    /// Where the reference stands: in the user's configuration, or else in the profile.
    pub place: Place,
}

/// The value of one setting.
#[derive(Debug)]
pub struct Chosen {
    /// The setting's name.
    pub key: String,
    /// The value that counts, given or default.
    pub value: Value,
    /// What the user gave, with its place; `None` if the default counts.
    pub given: Option<Node>,
}

/// Checks everything that was given against the profile and fills in the rest.
pub(crate) fn resolve(
    config: &Config,
    host: &Profile,
    profile: &Profile,
    (phase, is_running): (Phase, bool),
    files: &dyn ReadFile,
    report: &mut Report,
) -> Option<Resolved> {
    let mut resolver = Resolver {
        phase,
        site: SiteFacts::default(),
        context: Context::default(),
        arguments: Vec::new(),
        secrets: Vec::new(),
        report,
    };
    resolver.context.add("phase", phase.name());
    resolver.context.add("is_running", is_running);
    if config.get(TopKey::Profile).is_some() {
        resolver.arguments.extend(["--profile".to_owned(), profile.name.clone()]);
    }
    let domain = resolver.domain(config.get(TopKey::Domain));
    let (given, default) = (config.get(TopKey::Token), profile.token.as_ref());
    let token = resolver.top(("token", "a reference"), given, default, SecretRef::token);
    let expires = config.get(TopKey::Expires).and_then(|node| resolver.expires(node));
    if let (Some(token), Some(node)) = (&token, given.or(default)) {
        resolver.hold(TOKEN, token, &node.place);
    }
    let (given, default) = (config.get(TopKey::Repo), profile.repo.as_ref());
    let repository = resolver.top(("repo", "a repository"), given, default, Repository::parse);
    let (given, default) = (config.get(TopKey::Branch), profile.branch.as_ref());
    let branch = resolver.top(("branch", "a branch"), given, default, Branch::parse);
    let provider = config.get(TopKey::Provider).and_then(|node| resolver.provider(node));
    let offered: Vec<&Setting> = profile.settings.iter().chain(&host.settings).collect();
    let settings = resolver.settings(&config.settings, &offered, files);
    resolver.schemes();
    resolver.values(profile);
    resolver.values(host);
    let summary = resolver.filled(&profile.summary.value, &profile.summary.place);
    let (lines, checks) = (resolver.lines(profile), resolver.checks(profile));
    resolver.refuse_twice(&settings);
    resolver.refuse_variables_twice(&settings);
    resolver.refuse_private(config, &settings);
    resolver.check_effects(config, profile, token.as_ref());
    let Resolver { site, context, arguments, secrets, .. } = resolver;
    if report.has_errors() {
        return None;
    }
    Some(Resolved {
        profile: profile.name.clone(),
        summary: summary?,
        domain: domain?,
        site,
        token: token?,
        repository: repository.zip(branch),
        lines,
        checks,
        token_place: config.get(TopKey::Token).map(|node| node.place.clone()),
        expires,
        secrets,
        provider,
        operator: Operator::of(provider),
        arguments,
        settings,
        secrets_map: secrets_map(&offered),
        context,
    })
}

/// What the registry's token is for.
pub(crate) const TOKEN: &str = "token";

struct Resolver<'a> {
    phase: Phase,
    site: SiteFacts,
    context: Context,
    arguments: Vec<String>,
    secrets: Vec<Held>,
    report: &'a mut Report,
}

impl Resolver<'_> {
    /// Notes the secrets that a reference names.
    fn hold(&mut self, name: &str, reference: &SecretRef, place: &Place) {
        let held = |uri: &SecretUri| Held { name: name.to_owned(), uri: uri.clone(), place: place.clone() };
        self.secrets.extend(reference.uris().into_iter().map(held));
    }

    /// Which schemes the server must know, and which systemd credentials its units must load.
    fn schemes(&mut self) {
        let uris = || self.secrets.iter().map(|held| &held.uri);
        let credentials =
            uris().filter(|uri| uri.scheme.arrival() == Arrival::Credential).map(|uri| uri.path.to_string());
        self.context.add("credentials", credentials.collect::<Vec<_>>());
        self.context.add("schemes", uris().map(|uri| uri.scheme.name()).collect::<Vec<_>>());
    }

    /// The names that a profile computes from what stands before them.
    fn values(&mut self, profile: &Profile) {
        for (name, template) in &profile.values {
            let Some(text) = self.filled(&template.value, &template.place) else { continue };
            let told = self.site.read(&name.value, &text);
            self.report.keep(told.map_err(|problem| problem.at(&template.place, "")));
            self.context.add(&name.value, text);
        }
    }

    /// What a template of the profile's makes; nothing if what it is made from is missing or wrong, which is reported
    /// already.
    fn filled(&mut self, text: &str, place: &Place) -> Option<String> {
        match template::fill(text, place, &self.context) {
            Err(_) if self.report.has_errors() => None,
            filled => self.report.keep(filled),
        }
    }

    /// A domain that the public DNS cannot have gets a certificate only from the user's own authority.
    fn refuse_private(&mut self, config: &Config, settings: &[Chosen]) {
        if settings.iter().any(|chosen| matches!(chosen.value, Value::Acme(AcmeDirectory::Url(_)))) {
            return;
        }
        let has_setting = settings.iter().any(|chosen| matches!(chosen.value, Value::Acme(_)));
        let given = settings.iter().filter_map(|chosen| chosen.given.as_ref());
        let nodes: Vec<&Node> = config.get(TopKey::Domain).into_iter().chain(given).collect();
        for domain in self.site.domains.iter().filter(|domain| !domain.is_public()) {
            // The profile's own names, such as www.DOMAIN, are not reported as well.
            let Some(place) = nodes.iter().find_map(|node| node.find(&|text| names(text, domain))) else {
                continue;
            };
            let message = format!(
                "`{domain}` is not a public domain, and no public certificate authority issues a certificate for it"
            );
            let or = if has_setting {
                "; or set the ACME directory of your own authority: acme=https://HOST/DIRECTORY"
            } else {
                ""
            };
            let problem = Diagnostic::error(Code::BadValue, message).at(place, "");
            self.report.push(problem.help(format!("write a domain such as infrakt.example.com{or}")));
        }
    }

    /// A variable has one value: a secret, or one that anybody can read.
    fn refuse_variables_twice(&mut self, settings: &[Chosen]) {
        let mut seen: BTreeMap<&str, (&Chosen, bool)> = BTreeMap::new();
        for chosen in settings {
            let Value::Map(entries) = &chosen.value else { continue };
            for (variable, value) in entries {
                let (name, is_secret) = (variable.as_str(), value.secret().is_some());
                let Some((first, _)) = seen.get(name).filter(|(_, other)| *other != is_secret) else {
                    seen.insert(name, (chosen, is_secret));
                    continue;
                };
                let place = |chosen: &Chosen| {
                    let entries = chosen.given.as_ref().map(Node::entries).unwrap_or_default();
                    entries.iter().find(|(key, _)| key.value == name).map(|(key, _)| key.place.clone())
                };
                let line = |place: Place| match place.source.command_line {
                    true => String::new(),
                    false => format!(", on line {}", place.source.line_column(place.span.start).0),
                };
                let line = place(first).map_or_else(String::new, line);
                let message = format!("the variable `{name}` is also in `{}`{line}", first.key);
                let problem = Diagnostic::error(Code::DuplicateKey, message).help("keep one of them");
                self.report.push(match place(chosen) {
                    Some(place) => problem.at(&place, ""),
                    None => problem,
                });
            }
        }
    }

    /// No web server takes the same site twice.
    fn refuse_twice(&mut self, settings: &[Chosen]) {
        let mut seen = BTreeSet::new();
        for domain in self.site.domains.iter().filter(|domain| !seen.insert(*domain)) {
            let given = settings.iter().filter_map(|chosen| chosen.given.as_ref());
            let place = given.filter_map(|node| node.find(&|text| names(text, domain))).next();
            let problem = Diagnostic::error(Code::DuplicateKey, format!("the site {domain} is given twice"))
                .help("keep one of them");
            self.report.push(match place {
                Some(place) => problem.at(place, ""),
                None => problem,
            });
        }
    }
}

/// Whether a domain, or a list of them on the command line, names a site.
fn names(text: &str, site: &Domain) -> bool {
    text.split(',').any(|domain| domain.eq_ignore_ascii_case(site.as_str()))
}

/// The setting that maps variables to secrets.
pub(crate) fn secrets_map(offered: &[&Setting]) -> Option<String> {
    let is_one = |setting: &&&Setting| setting.kind == Type::Map(Box::new(Type::Secret));
    offered.iter().find(is_one).map(|setting| setting.key.value.clone())
}
