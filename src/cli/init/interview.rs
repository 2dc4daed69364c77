//! The questions, in their order: each is asked only if no flag answers it.

use std::path::Path;
use std::sync::Arc;

use super::ask::{Asker, Complaint, Item, Question};
use super::trial::{Trial, flag_of};
use crate::cli::files::World;
use crate::cli::init_arguments::Init;
use crate::cli::offers::{ASKED, HOST, PROFILES, PROGRAM};
use crate::compile::config::TopKey;
use crate::compile::profile::{Profile, ReadProfile, is_folder};
use crate::compile::setting::{Setting, Type};
use crate::compile::starter::{Answers, COMPOSE_FILES, Offered, port, required};
use crate::finding::{Code, Diagnostic, Report};
use crate::provider::{Limit, PROVIDERS, Provider, Takes};
use crate::text::printable::label;
use crate::text::source::{Place, Source};
use crate::value::Image;

/// The name of a provider that is in no table.
const OTHER: &str = "other";

/// The questions and answers so far.
#[derive(Debug)]
pub(super) struct Interview {
    /// The terminal; `None` if nothing is asked.
    pub(super) asker: Option<Asker>,
    pub(super) trial: Trial,
    pub(super) answers: Answers,
    /// What was not asked and got its default, each with its flag.
    pub(super) assumed: Vec<String>,
    /// Whether the flags name the provider, or say that it is another one.
    has_provider: bool,
    has_profile: bool,
}

impl Interview {
    /// Takes the answers that are flags. Wrong ones are reported, before anything is asked.
    pub(super) fn begin(arguments: &Init, report: &mut Report) -> Option<Self> {
        let (host, first) = (HOST.clone()?, PROFILES.first()?);
        let mut interview = Self {
            asker: None,
            trial: Trial { world: World { allow_outside: false }, host, profile: Arc::clone(first) },
            answers: Answers::default(),
            assumed: Vec::new(),
            has_provider: arguments.provider.is_some(),
            has_profile: false,
        };
        let provider = arguments.provider.as_ref().filter(|name| *name != OTHER);
        for (key, given) in [
            (TopKey::Domain, arguments.domain.as_ref()),
            (TopKey::Provider, provider),
            (TopKey::Token, arguments.token.as_ref()),
        ] {
            if let Some(text) = given {
                interview.answers.top.insert(key, text.trim().to_owned());
            }
        }
        match &arguments.profile {
            Some(name) => interview.choose_named(name, report),
            None => interview.choose_by_settings(arguments, report),
        }
        let profile = Arc::clone(&interview.trial.profile);
        let offered: Vec<&Setting> = profile.settings.iter().chain(&interview.trial.host.settings).collect();
        for (key, text) in &arguments.settings.0 {
            interview.answers.add(key, text.trim(), &offered);
        }
        for argument in &arguments.set {
            match argument.split_once('=') {
                Some((key, text)) if !key.is_empty() => interview.answers.add(key, text, &offered),
                _ => report.push(
                    Diagnostic::error(Code::BadValue, "this is not KEY=VALUE")
                        .at(&Place::all(&Source::flag("--set", argument)), "")
                        .help("write, for example, --set acme=staging"),
                ),
            }
        }
        refuse_scripts(&interview.answers, report);
        if !report.has_errors() {
            let faults = interview.trial.faults(&interview.answers);
            faults.into_iter().for_each(|fault| report.push(fault));
        }
        (!report.has_errors()).then_some(interview)
    }

    fn choose(&mut self, profile: Arc<Profile>) {
        self.answers.top.insert(TopKey::Profile, profile.name.clone());
        self.trial.profile = profile;
        self.has_profile = true;
    }

    fn choose_named(&mut self, name: &str, report: &mut Report) {
        let place = Place::all(&Source::flag("--profile", name));
        let tree = report.keep(self.trial.world.read_profile(name, Some(&place)));
        if let Some(profile) = tree.and_then(|tree| Profile::read(name, &tree, report)) {
            self.choose(Arc::new(profile));
        }
    }

    /// Chooses the profile that the flags for settings are for, if there are any.
    fn choose_by_settings(&mut self, arguments: &Init, report: &mut Report) {
        let of_profiles = |key: &&String| PROFILES.iter().any(|profile| requires(profile, key));
        let given: Vec<&String> = arguments.settings.0.keys().filter(of_profiles).collect();
        if given.is_empty() {
            return;
        }
        let fits = |profile: &&Arc<Profile>| given.iter().all(|key| requires(profile, key));
        match PROFILES.iter().find(fits) {
            Some(profile) => self.choose(Arc::clone(profile)),
            None => {
                let whose = |key: &&String| {
                    let names = PROFILES.iter().filter(|profile| requires(profile, key));
                    let names: Vec<_> = names.map(|profile| profile.name.as_str()).collect();
                    format!("{} is for --profile {}", flag_of(key), names.join(" or "))
                };
                let whose: Vec<_> = given.iter().map(whose).collect();
                let message = "these flags are for different profiles";
                report.push(Diagnostic::error(Code::Unsuitable, message).help(whose.join("; ")));
            }
        }
    }

    /// Asks everything that is not answered yet, or takes the defaults.
    pub(super) fn ask(&mut self, report: &mut Report) -> anyhow::Result<()> {
        self.domain(report)?;
        self.provider()?;
        self.profile(report)?;
        let profile = Arc::clone(&self.trial.profile);
        for setting in required(&profile) {
            self.setting(setting, report)?;
        }
        if !report.has_errors() {
            self.token(report)?;
            self.program(report)?;
        }
        Ok(())
    }

    fn domain(&mut self, report: &mut Report) -> anyhow::Result<()> {
        if self.answers.top.contains_key(&TopKey::Domain) {
            return Ok(());
        }
        let question = Question::new("Domain", "Where the site will be, such as shop.example.com.");
        match &self.asker {
            None => report.push(missing(TopKey::Domain.name(), "such as shop.example.com")),
            Some(asker) => {
                let (trial, answers) = (self.trial.clone(), self.answers.clone());
                let text = asker
                    .text(&question, move |text| trial.complaint(&answers.with(TopKey::Domain, text)))?;
                self.answers.top.insert(TopKey::Domain, text);
            }
        }
        Ok(())
    }

    fn provider(&mut self) -> anyhow::Result<()> {
        let Some(asker) = self.asker.as_ref().filter(|_| !self.has_provider) else { return Ok(()) };
        let question = Question::new("Provider", "Where the server will be. Type to search.");
        let known = PROVIDERS.iter().filter(|provider| provider.takes == Takes::Document);
        let known = known.map(|provider| Item {
            value: provider.name,
            label: provider.name.to_owned(),
            hint: match provider.limit {
                Limit::Bytes(bytes) => format!("at most {bytes} bytes of user-data"),
                Limit::None | Limit::Unknown => String::new(),
            },
        });
        let other = Item { value: OTHER, label: "other, or not sure".to_owned(), hint: String::new() };
        let items: Vec<_> = [other].into_iter().chain(known).collect();
        let chosen = asker.choice(&question, &items, None, true)?;
        if chosen != OTHER {
            self.answers.top.insert(TopKey::Provider, chosen.to_owned());
        }
        Ok(())
    }

    fn profile(&mut self, report: &mut Report) -> anyhow::Result<()> {
        if self.has_profile {
            return Ok(());
        }
        let Some(asker) = &self.asker else {
            let first = Arc::clone(&self.trial.profile);
            self.assume(TopKey::Profile.name(), &first.name);
            self.choose(first);
            return Ok(());
        };
        let question = Question::new("What should the server run?", "It gets HTTPS, whatever it is.");
        let item = |(at, profile): (usize, &Arc<Profile>)| Item {
            value: Some(at),
            label: label(&profile.help),
            hint: format!("profile {}", profile.name),
        };
        let own = Item { value: None, label: "A profile folder of your own".to_owned(), hint: String::new() };
        let items: Vec<_> = PROFILES.iter().enumerate().map(item).chain([own]).collect();
        // Where a compose file lies, the site is probably for that.
        let is_for_file = |setting: &Setting| setting.kind.is_file() && self.usual(&setting.kind).is_some();
        let first = PROFILES.iter().position(|profile| required(profile).any(is_for_file));
        let chosen = asker.choice(&question, &items, first.map(Some), false)?;
        if let Some(profile) = chosen.and_then(|at| PROFILES.get(at)) {
            self.choose(Arc::clone(profile));
            return Ok(());
        }
        let question =
            Question::new("Folder of the profile", "A folder with a profile.yaml, such as ./shop.");
        let (trial, answers) = (self.trial.clone(), self.answers.clone());
        let text = asker
            .text(&question, move |text| trial.complaint(&answers.with(TopKey::Profile, &folder(text))))?;
        self.choose_named(&folder(&text), report);
        Ok(())
    }

    /// One setting that the profile requires.
    fn setting(&mut self, setting: &Setting, report: &mut Report) -> anyhow::Result<()> {
        let key = setting.key.value.clone();
        if self.answers.has(&key) {
            return Ok(());
        }
        let usual = self.usual(&setting.kind);
        let Some(asker) = &self.asker else {
            match usual {
                Some(text) => {
                    self.assume(&key, &text);
                    self.answers.set(&key, &text);
                }
                // The file that is missing has the services.
                None if setting.kind.service_of().is_some_and(|of| !self.answers.has(of)) => {}
                None => report.push(missing(&key, &setting.help)),
            }
            return Ok(());
        };
        let such = setting.example.as_ref().and_then(|node| node.text("").ok()).filter(|_| usual.is_none());
        let such = such.map_or_else(String::new, |example| format!(", such as {example}"));
        let services = setting.kind.service_of().map(|of| self.trial.services(&self.answers, of));
        let question = Question {
            is_reference: setting.kind == Type::Secret,
            ..Question::new(words(&key), format!("{}{such}.", setting.help.trim_end_matches('.')))
        };
        let text = match services.filter(|services| !services.is_empty()) {
            Some(services) => {
                let item = |(at, service): (usize, &Offered)| Item {
                    value: at,
                    label: label(&service.name),
                    hint: service.image.as_deref().map_or_else(String::new, label),
                };
                let items: Vec<_> = services.iter().enumerate().map(item).collect();
                let first = usual.and_then(|usual| services.iter().position(|service| service.name == usual));
                let chosen = asker.choice(&question, &items, first, false)?;
                services.get(chosen).map_or_else(String::new, |service| service.name.clone())
            }
            None => {
                let (trial, answers) = (self.trial.clone(), self.answers.clone());
                let question = question.usually(usual.unwrap_or_default());
                asker.text(&question, move |text| match text {
                    "" => Some(Complaint { text: "an answer is needed".to_owned(), is_secret: false }),
                    text => trial.complaint(&answers.with_setting(&key, text)),
                })?
            }
        };
        self.answers.set(&setting.key.value, &text);
        Ok(())
    }

    /// The answer that is right for most, as far as the answers before it tell; `None` if they tell nothing.
    fn usual(&self, kind: &Type) -> Option<String> {
        match kind {
            Type::Port => Some(self.usual_port().to_string()),
            Type::File(_) => {
                let mut found = COMPOSE_FILES.iter().filter(|name| Path::new(name).is_file());
                found.next().filter(|_| found.next().is_none()).map(|name| format!("./{name}"))
            }
            Type::Service(of) => {
                let services = self.trial.services(&self.answers, of);
                let with_port = services.iter().find(|service| !service.ports.is_empty());
                with_port.or(services.first()).map(|service| service.name.clone())
            }
            _ => None,
        }
    }

    /// A port that the compose file names, or that the image's name suggests.
    fn usual_port(&self) -> u16 {
        for setting in required(&self.trial.profile) {
            let answer = self.answers.setting(&setting.key.value);
            match (&setting.kind, answer) {
                (Type::Service(of), Some(name)) => {
                    let services = self.trial.services(&self.answers, of);
                    let service = services.into_iter().find(|service| service.name == name);
                    let image =
                        service.as_ref().and_then(|service| Image::parse(service.image.as_ref()?).ok());
                    let named = service.and_then(|service| service.ports.first().copied());
                    if let Some(found) = named.or(image.map(|image| port(&image))) {
                        return found;
                    }
                }
                (Type::Image, Some(name)) => {
                    if let Ok(image) = Image::parse(name) {
                        return port(&image);
                    }
                }
                _ => {}
            }
        }
        8080
    }

    /// The images that the server will pull, as far as the answers name them.
    pub(super) fn images(&self) -> Vec<Image> {
        let mut names: Vec<String> = Vec::new();
        for setting in &self.trial.profile.settings {
            let key = &setting.key.value;
            match (&setting.kind, self.answers.setting(key)) {
                (Type::Image, Some(name)) => names.push(name.to_owned()),
                (Type::File(_), Some(_)) => {
                    let services = self.trial.services(&self.answers, key);
                    names.extend(services.into_iter().filter_map(|service| service.image));
                }
                _ => {}
            }
        }
        names.iter().filter_map(|name| Image::parse(name).ok()).collect()
    }

    /// Where the server gets its program from, if the provider accepts no document that contains it.
    fn program(&mut self, report: &mut Report) -> anyhow::Result<()> {
        let mut found = Report::default();
        self.trial.compile(&self.answers, &mut found);
        let is_too_large = found.diagnostics().iter().any(|one| one.code == Code::TooLarge);
        let (true, false, Some(provider)) =
            (is_too_large, self.answers.has(PROGRAM), self.answers.top.get(&TopKey::Provider))
        else {
            return Ok(());
        };
        let Some(asker) = &self.asker else {
            let message = format!("{provider} accepts no document that contains firstlight's program");
            let help = "add --program https://…, the address at which you will put the file that `firstlight program` \
                        writes: a web server, or a public bucket; nothing in it is secret";
            report.push(Diagnostic::error(Code::MissingKey, message).help(help));
            return Ok(());
        };
        let question = Question::new(
            "Address of the program",
            format!(
                "{provider} accepts no document that contains firstlight's program, so the server downloads it. Where \
                 will you put the file, such as https://files.example.com/firstlight.tar.bz2? Nothing in it is secret."
            ),
        );
        let (trial, answers) = (self.trial.clone(), self.answers.clone());
        let text =
            asker.text(&question, move |text| trial.complaint(&answers.with_setting(PROGRAM, text)))?;
        self.answers.set(PROGRAM, &text);
        Ok(())
    }

    pub(super) fn assume(&mut self, key: &str, text: &str) {
        self.assumed.push(format!("{} {}", flag_of(key), label(text)));
    }
}

fn requires(profile: &Profile, key: &str) -> bool {
    required(profile).any(|setting| setting.key.value == key)
}

/// The path of a folder as a profile's name: without a slash or a dot, it would be one that comes with firstlight.
fn folder(text: &str) -> String {
    if is_folder(text) { text.to_owned() } else { format!("./{text}") }
}

/// The name of a setting as a heading.
fn words(key: &str) -> String {
    let text = key.replace('_', " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The error that nobody is asked for an answer that is missing.
pub(super) fn missing(key: &str, what: &str) -> Diagnostic {
    let known = ASKED.iter().find(|offer| offer.key == key);
    let value = known.map_or_else(|| key.to_uppercase(), |offer| offer.value.clone());
    let flag = flag_of(key);
    let joint = if flag.contains(' ') { "=" } else { " " };
    let message = format!("no {} was given", key.replace('_', " "));
    Diagnostic::error(Code::MissingKey, message).help(format!("add {flag}{joint}{value} ({what})"))
}

/// No document is made for a provider that accepts only scripts.
fn refuse_scripts(answers: &Answers, report: &mut Report) {
    let name = answers.top.get(&TopKey::Provider);
    let provider = name.and_then(|name| Provider::named(name)).filter(|one| one.takes == Takes::Script);
    if let (Some(provider), Some(name)) = (provider, name) {
        let message = format!("{} runs user-data as a script and does not read cloud-config", provider.name);
        let help = "use --provider other, and then: firstlight render --format script --output setup.sh";
        let place = Place::all(&Source::flag(&flag_of(TopKey::Provider.name()), name));
        report.push(Diagnostic::error(Code::Unsuitable, message).at(&place, "").help(help));
    }
}
