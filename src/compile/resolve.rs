//! From what was given to what holds: every value checked, every default filled in.

use crate::base::nearest::suggest;
use crate::base::problem::Problem;
use crate::compile::config::Config;
use crate::compile::operator::Operator;
use crate::compile::phase::Phase;
use crate::compile::profile::Profile;
use crate::compile::setting::{ReadFile, Setting, Type, Value};
use crate::compile::template::{self, Context, Failure};
use crate::finding::{Code, Diagnostic, Report};
use crate::provider::Provider;
use crate::text::source::{Place, Spanned};
use crate::value::{Branch, Date, Domain, Folder, Image, Repository, SecretRef, SecretUri};
use crate::yaml::{self, Kind, Node};

/// What holds, for one document.
#[derive(Debug)]
pub struct Resolved {
    /// The profile's name, as `--profile` takes it.
    pub profile: String,
    /// The profile's one line about itself.
    pub summary: String,
    /// The site's domain.
    pub domain: Domain,
    /// Where the registry's token comes from.
    pub token: SecretRef,
    /// Where the user said so; none if it is the profile's default.
    pub token_place: Option<Place>,
    /// The last day on which it works, and where that was given.
    pub expires: Option<(Date, Place)>,
    /// All secrets that the server fetches, and where they were given.
    pub secrets: Vec<Held>,
    /// The provider the document is for, if one was named.
    pub provider: Option<&'static Provider>,
    /// Who logs in to the server.
    pub operator: Operator,
    /// Arguments of `firstlight render` that give the same document again.
    pub arguments: Vec<String>,
    /// All names that templates can use.
    pub context: Context,
    /// The settings and where the user gave them.
    pub settings: Vec<Chosen>,
    /// The setting that maps variables to secrets, if the profile has one.
    pub secrets_map: Option<String>,
}

impl Resolved {
    /// The names at which it answers.
    #[must_use]
    pub fn sites(&self) -> Vec<String> {
        let sites = self.context.get("domains").map(ToString::to_string).unwrap_or_default();
        sites.split_whitespace().map(str::to_owned).collect()
    }

    /// The secrets of one scheme.
    #[must_use]
    pub fn of_scheme(&self, name: &str) -> Vec<&SecretUri> {
        self.secrets.iter().map(|held| &held.uri).filter(|uri| uri.scheme.name == name).collect()
    }
}

/// A secret by its reference.
#[derive(Debug)]
pub struct Held {
    /// What it is for: the token, a setting, or a variable of a setting that maps them.
    pub name: String,
    /// The reference.
    pub uri: SecretUri,
    /// Where it was given, in the profile if not by the user.
    pub place: Place,
}

/// A setting's value.
#[derive(Debug)]
pub struct Chosen {
    /// The setting's name.
    pub key: String,
    /// Its type.
    pub kind: Type,
    /// What holds.
    pub value: Value,
    /// What the user gave; none if it is the default.
    pub given: Option<Node>,
}

/// Checks everything that was given against the profile and fills in the rest.
pub fn resolve(
    config: Config,
    host: &Profile,
    profile: &Profile,
    phase: Phase,
    files: &dyn ReadFile,
    report: &mut Report,
) -> Option<Resolved> {
    let mut resolver =
        Resolver { phase, context: Context::new(), arguments: Vec::new(), secrets: Vec::new(), report };
    resolver.context.insert("phase".to_owned(), phase.name().into());
    if config.profile.is_some() {
        resolver.arguments.extend(["--profile".to_owned(), profile.name.clone()]);
    }
    let domain = resolver.domain(config.domain);
    let given_token = config.token.as_ref().map(|node| node.place.clone());
    let token_place = config.token.as_ref().or(profile.token.as_ref()).map(|node| node.place.clone());
    let token =
        resolver.top(("token", "a reference"), config.token, profile.token.as_ref(), SecretRef::token);
    let expires = config.expires.and_then(|node| resolver.expires(&node));
    if let (Some(token), Some(place)) = (&token, token_place) {
        resolver.hold(TOKEN, token, &place);
    }
    resolver.top(("repo", "a repository"), config.repo, profile.repo.as_ref(), Repository::parse);
    resolver.top(("branch", "a branch"), config.branch, profile.branch.as_ref(), Branch::parse);
    let provider = config.provider.and_then(|node| resolver.provider(&node));
    let offered: Vec<&Setting> = profile.settings.iter().chain(&host.settings).collect();
    let secrets_map = secrets_map(&offered);
    let settings = resolver.settings(config.settings, &offered, files);
    resolver.schemes();
    resolver.values(profile);
    resolver.values(host);
    resolver.sites(&settings);
    let Resolver { context, arguments, secrets, .. } = resolver;
    if report.has_errors() {
        return None;
    }
    Some(Resolved {
        profile: profile.name.clone(),
        summary: profile.summary.clone(),
        domain: domain?,
        token: token?,
        token_place: given_token,
        expires,
        secrets,
        provider,
        operator: Operator::of(provider),
        arguments,
        context,
        settings,
        secrets_map,
    })
}

/// What the registry's token is for.
pub const TOKEN: &str = "token";

/// The value with the folder that the application may read.
const KEYS_DIR: &str = "keys_dir";

struct Resolver<'a> {
    phase: Phase,
    context: Context,
    arguments: Vec<String>,
    secrets: Vec<Held>,
    report: &'a mut Report,
}

impl Resolver<'_> {
    fn domain(&mut self, node: Option<Node>) -> Option<Domain> {
        let Some(node) = node else {
            if !self.report.has_suggested("domain") {
                self.report.push(Diagnostic::error(Code::MissingKey, "no domain was given").help(
                    "add --domain infrakt.example.com, or `domain: infrakt.example.com` in the configuration",
                ));
            }
            return None;
        };
        let text = self.report.keep(node.text("a domain").map(str::to_owned))?;
        let domain =
            self.report.keep(Domain::parse(&text).map_err(|problem| problem.at(&node.place, &text)))?;
        self.context.insert("domain".to_owned(), domain.as_str().into());
        if self.phase != Phase::Bake {
            self.arguments.extend(["--domain".to_owned(), domain.to_string()]);
        }
        Some(domain)
    }

    /// A top-level key that a profile may have, and what its value is called; with the profile's default.
    fn top<T: std::fmt::Display>(
        &mut self,
        (key, wanted): (&str, &str),
        given: Option<Node>,
        default: Option<&Node>,
        parse: impl Fn(&str) -> Result<T, crate::base::problem::Problem>,
    ) -> Option<T> {
        let is_given = given.is_some();
        if let (Some(node), None) = (&given, default) {
            self.report.push(
                Diagnostic::error(Code::UnknownKey, format!("this profile does not use `{key}`"))
                    .at(&node.place, "")
                    .help("remove it"),
            );
            return None;
        }
        let node = given.as_ref().or(default)?;
        let text = self.report.keep(node.text(wanted).map(str::to_owned))?;
        let value = self.report.keep(parse(&text).map_err(|problem| problem.at(&node.place, &text)))?;
        self.context.insert(key.to_owned(), value.to_string().into());
        let differs = default.and_then(|d| d.text("").ok()) != Some(value.to_string().as_str());
        if is_given && differs {
            self.arguments.extend([format!("--{key}"), value.to_string()]);
        }
        Some(value)
    }

    fn expires(&mut self, node: &Node) -> Option<(Date, Place)> {
        let text = self.report.keep(node.text("a day").map(str::to_owned))?;
        let date = self.report.keep(Date::parse(&text).map_err(|problem| problem.at(&node.place, &text)))?;
        self.arguments.extend(["--expires".to_owned(), text]);
        Some((date, node.place.clone()))
    }

    /// Notes the secrets that a reference names.
    fn hold(&mut self, name: &str, reference: &SecretRef, place: &Place) {
        let uris = reference.uris().into_iter();
        self.secrets.extend(uris.map(|uri| Held { name: name.to_owned(), uri, place: place.clone() }));
    }

    /// Which schemes the server must know, and which systemd credentials its units must load.
    fn schemes(&mut self) {
        let of = |name: &str| -> Vec<&str> {
            let all = self.secrets.iter().filter(|held| held.uri.scheme.name == name);
            all.map(|held| held.uri.path.as_str()).collect()
        };
        let schemes: Vec<_> = self.secrets.iter().map(|held| held.uri.scheme.name).collect();
        let credentials = of("credential");
        self.context.insert("credentials".to_owned(), credentials.into_iter().collect());
        self.context.insert("schemes".to_owned(), schemes.into_iter().collect());
    }

    fn provider(&mut self, node: &Node) -> Option<&'static Provider> {
        let name = self.report.keep(node.text("a provider's name").map(str::to_owned))?;
        let found = Provider::named(&name);
        match found {
            Some(_) => self.arguments.extend(["--provider".to_owned(), name]),
            None => self.report.push(
                Diagnostic::error(Code::UnknownName, format!("there is no provider `{name}`"))
                    .at(&node.place, "")
                    .help(suggest(&name, Provider::names())),
            ),
        }
        found
    }

    fn settings(
        &mut self,
        given: Vec<(Spanned<String>, Node)>,
        offered: &[&Setting],
        files: &dyn ReadFile,
    ) -> Vec<Chosen> {
        let mut chosen = Vec::new();
        for setting in offered {
            let key = &setting.key.value;
            let node = given.iter().find(|(known, _)| known.value == *key).map(|(_, node)| node);
            let value = self.setting(setting, node, files);
            self.context.insert(
                key.clone(),
                value.as_ref().map_or(minijinja::Value::from(()), minijinja::Value::from),
            );
            if let Some(value) = value {
                if let Some(node) = node.or(setting.default.as_ref()) {
                    for (name, reference, place) in secret_refs(key, &setting.kind, &value, node) {
                        self.hold(name, &reference, &place);
                    }
                }
                if let (Type::Service(of), Some(node)) = (&setting.kind, node) {
                    self.check_service(&value, node, of, &chosen);
                }
                chosen.push(Chosen {
                    key: key.clone(),
                    kind: setting.kind.clone(),
                    value,
                    given: node.cloned(),
                });
            }
        }
        chosen
    }

    fn setting(&mut self, setting: &Setting, node: Option<&Node>, files: &dyn ReadFile) -> Option<Value> {
        let key = &setting.key.value;
        let default = setting.default.as_ref().and_then(|node| self.default(setting, node, files));
        let Some(node) = node else {
            if default.is_none() && setting.default.is_none() && !setting.optional {
                if !self.report.has_suggested(key) {
                    self.report.push(missing(setting));
                }
                return None;
            }
            return default.or(Some(Value::Absent));
        };
        let value = setting.kind.read_value(node, files, self.report)?;
        if let (Some(program), Value::Text(text)) = (&setting.program, &value) {
            let image = Image::parse(text).ok().filter(|_| default.as_ref() != Some(&value));
            let found = image.and_then(|image| program.complaint(&image));
            self.report.push_some(found.map(|found| found.at(&node.place, "")));
        }
        if Some(&value) != default.as_ref() {
            self.arguments
                .extend(value.arguments(key).into_iter().flat_map(|argument| ["--set".to_owned(), argument]));
        }
        Some(value)
    }

    /// A default may be a template over what stands before it.
    fn default(&mut self, setting: &Setting, node: &Node, files: &dyn ReadFile) -> Option<Value> {
        let Kind::Scalar { text, .. } = &node.kind else {
            return setting.kind.read_value(node, files, self.report);
        };
        let text = match template::render_plain(text, &self.context) {
            Ok(text) => text,
            // A default over a value that is missing or wrong: that is reported already.
            Err(_) if self.report.has_errors() => return None,
            Err(failure) => {
                self.report.push(in_profile(&failure, &node.place, text));
                return None;
            }
        };
        let node = Node { place: node.place.clone(), kind: Kind::Scalar { text, plain: false } };
        setting.kind.read_value(&node, files, self.report)
    }

    /// The service must be one of the embedded compose file's.
    fn check_service(&mut self, value: &Value, node: &Node, of: &str, chosen: &[Chosen]) {
        let file = chosen.iter().find(|c| c.key == of).and_then(|c| match &c.value {
            Value::File { source, .. } => Some(source),
            _ => None,
        });
        let (Some(source), Value::Text(name)) = (file, value) else { return };
        // A file that is no YAML is reported when it is rendered.
        if yaml::is_deep(&source.text) {
            return;
        }
        let Ok(file) = serde_yaml::from_str::<serde_yaml::Value>(&source.text) else { return };
        let services = file.get("services").and_then(serde_yaml::Value::as_mapping);
        let services: Vec<_> =
            services.into_iter().flat_map(serde_yaml::Mapping::keys).filter_map(|key| key.as_str()).collect();
        // So is one without services.
        if !services.is_empty() && !services.contains(&name.as_str()) {
            self.report.push(
                Diagnostic::error(Code::UnknownName, format!("{} has no service `{name}`", source.label()))
                    .at(&node.place, "")
                    .help(suggest(name, services)),
            );
        }
    }

    fn values(&mut self, profile: &Profile) {
        for (key, text) in &profile.values {
            match template::render_plain(&text.value, &self.context) {
                Ok(value) => {
                    // The application becomes the owner of what lies there.
                    if let (KEYS_DIR, false, Err(problem)) =
                        (key.value.as_str(), value.is_empty(), Folder::parse(&value))
                    {
                        self.report.push(Problem { part: None, ..problem }.at(&text.place, ""));
                    }
                    self.context.insert(key.value.clone(), value.into());
                }
                Err(_) if self.report.has_errors() => {}
                Err(failure) => self.report.push(in_profile(&failure, &text.place, &text.value)),
            }
        }
    }

    /// No web server takes the same site twice.
    fn sites(&mut self, settings: &[Chosen]) {
        let sites = self.context.get("domains").map(ToString::to_string).unwrap_or_default();
        let mut seen = Vec::new();
        for site in sites.split_whitespace() {
            if seen.contains(&site) {
                let given = settings.iter().filter_map(|chosen| chosen.given.as_ref());
                let place = given.filter_map(|node| node.find(&|text| names(text, site))).next();
                let problem = Diagnostic::error(Code::DuplicateKey, format!("the site {site} stands twice"))
                    .help("keep one of them");
                self.report.push(match place {
                    Some(place) => problem.at(place, ""),
                    None => problem,
                });
            }
            seen.push(site);
        }
    }
}

/// Whether a domain, or a list of them on the command line, names a site.
fn names(text: &str, site: &str) -> bool {
    text.split(',').any(|domain| domain.eq_ignore_ascii_case(site))
}

/// The setting that maps variables to secrets.
pub(crate) fn secrets_map(offered: &[&Setting]) -> Option<String> {
    let is_one = |setting: &&&Setting| setting.kind == Type::Map(Box::new(Type::Secret));
    offered.iter().find(is_one).map(|setting| setting.key.value.clone())
}

/// The references in a setting's value, what each is for, and where each stands.
fn secret_refs<'a>(
    name: &'a str,
    kind: &Type,
    value: &'a Value,
    node: &Node,
) -> Vec<(&'a str, SecretRef, Place)> {
    match (kind, value) {
        (Type::Secret, Value::Text(text)) => SecretRef::parse(text)
            .into_iter()
            .map(|reference| (name, reference, node.place.clone()))
            .collect(),
        // On the command line a list is one text.
        (Type::List(of), Value::List(items)) => {
            let at = |at: usize| match &node.kind {
                Kind::List(nodes) => nodes.get(at).unwrap_or(node),
                _ => node,
            };
            items
                .iter()
                .enumerate()
                .flat_map(|(number, item)| secret_refs(name, of, item, at(number)))
                .collect()
        }
        (Type::Map(of), Value::Map(entries)) => {
            let at = |key: &str| node.get(key).unwrap_or(node);
            entries.iter().flat_map(|(key, item)| secret_refs(key, of, item, at(key))).collect()
        }
        _ => Vec::new(),
    }
}

/// The complaint about a setting that has no default and was not given.
fn missing(setting: &Setting) -> Diagnostic {
    let key = &setting.key.value;
    let what = if setting.help.is_empty() { String::new() } else { format!("{}: ", setting.help) };
    Diagnostic::error(Code::MissingKey, format!("the setting `{key}` is missing"))
        .help(format!("{what}add --set {key}=…, or `{key}:` under `settings`"))
}

/// A profile's fault, in the template `text` at the place in the profile.
pub(crate) fn in_profile(failure: &Failure, place: &Place, text: &str) -> Diagnostic {
    let place = failure.part.clone().map_or_else(|| place.clone(), |part| place.part(text, part));
    Diagnostic::error(Code::BadProfile, failure.message.clone())
        .at(&place, "in the profile")
        .help(failure.help.clone())
}

/// Whether an expression of a profile's holds; if there is none, it does.
pub(crate) fn holds(when: Option<&Spanned<String>>, context: &Context) -> Result<bool, Diagnostic> {
    when.map_or(Ok(true), |when| {
        template::holds(&when.value, context)
            .map_err(|failure| in_profile(&failure, &when.place, &when.value))
    })
}
