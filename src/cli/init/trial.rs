//! Tries answers with the compiler, so that each is checked by the same rules as a configuration.

use std::sync::Arc;

use super::ask::Complaint;
use crate::cli::files::World;
use crate::cli::init_arguments::flag;
use crate::cli::input;
use crate::cli::offers::ASKED;
use crate::compile::config::{Flags, TopKey};
use crate::compile::document::DocumentOptions;
use crate::compile::files::ReadFile;
use crate::compile::profile::Profile;
use crate::compile::setting::Type;
use crate::compile::starter::{Answers, Offered, key_at, offered, required, stand_in};
use crate::compile::{Input, Output, compile};
use crate::finding::{Code, Diagnostic, Report, Severity};
use crate::review::check::CONFIG;
use crate::text::source::{Place, Source};

/// Most services of a compose file with which answers are tried.
const MOST: usize = 8;

/// The compiler with a profile.
#[derive(Clone, Debug)]
pub(super) struct Trial {
    pub(super) world: World,
    pub(super) host: Arc<Profile>,
    pub(super) profile: Arc<Profile>,
}

impl Trial {
    /// The configuration with these answers.
    pub(super) fn text(&self, answers: &Answers) -> String {
        answers.text(&self.host, &self.profile)
    }

    /// Compiles the configuration with these answers.
    pub(super) fn compile(&self, answers: &Answers, report: &mut Report) -> Option<Output> {
        let (flags, options) = (Flags::default(), DocumentOptions::default());
        let config = Some(Source::file(CONFIG, &self.text(answers)));
        compile(&Input { config, ..input::bare(&flags, &options) }, &self.world, report)
    }

    /// The errors because of these answers, as if everything else were answered well.
    pub(super) fn faults(&self, answers: &Answers) -> Vec<Diagnostic> {
        let tried = self.completed(answers).into_iter().map(|whole| self.faults_of(&whole, answers));
        tried.min_by_key(Vec::len).unwrap_or_default()
    }

    fn faults_of(&self, whole: &Answers, answers: &Answers) -> Vec<Diagnostic> {
        let mut report = Report::default();
        self.compile(whole, &mut report);
        let has_token = answers.top.contains_key(&TopKey::Token);
        let is_due = |found: &&Diagnostic| {
            let place = found.place.as_ref();
            let is_answered = match place.filter(|place| place.source.name == CONFIG) {
                Some(place) => key_at(&place.source.text, place.span.start)
                    .is_some_and(|key| answers.get(key).is_some() || answers.has(key)),
                None => place.is_some(),
            };
            // What to do about these is a question of its own.
            let is_asked = found.code == Code::TooLarge || found.code == Code::PrivateImage && !has_token;
            found.severity == Severity::Error && is_answered && !is_asked
        };
        report.diagnostics().iter().filter(is_due).map(|found| told(found, answers)).collect()
    }

    /// The answers with stand-ins for those that are missing. There are several if it depends on the service.
    fn completed(&self, answers: &Answers) -> Vec<Answers> {
        let mut whole = answers.clone();
        whole.top.entry(TopKey::Domain).or_insert_with(|| TopKey::Domain.example().to_owned());
        let mut services = None;
        for setting in required(&self.profile).filter(|setting| !answers.has(&setting.key.value)) {
            let key = &setting.key.value;
            match (&setting.kind, stand_in(&setting.kind)) {
                (Type::Service(of), _) => services = Some((key, self.services(answers, of))),
                (_, Some(text)) => whole.set(key, &text),
                (_, None) => {}
            }
        }
        match services {
            Some((key, names)) if !names.is_empty() => {
                let names = names.iter().take(MOST);
                names.map(|service| whole.with_setting(key, &service.name)).collect()
            }
            _ => vec![whole],
        }
    }

    /// The services of the compose file that the setting `of` names.
    pub(super) fn services(&self, answers: &Answers, of: &str) -> Vec<Offered> {
        let Some(path) = answers.setting(of) else { return Vec::new() };
        let place = Place::all(&Source::file(CONFIG, path));
        self.world.read_text(&place, path).map_or_else(|_| Vec::new(), |source| offered(&source))
    }

    /// What is wrong with the answers, for somebody who has just given the last of them.
    pub(super) fn complaint(&self, answers: &Answers) -> Option<Complaint> {
        let faults = self.faults(answers);
        let is_secret = |one: &Diagnostic| one.is_hidden || one.code == Code::LiteralSecret;
        let fault = faults.iter().find(|one| is_secret(one)).or(faults.first())?;
        let at = match &fault.place {
            Some(Place { source, span }) if !source.command_line => {
                format!("{}:{}: ", source.label(), source.line_column(span.start).0)
            }
            _ => String::new(),
        };
        let help = fault.help.text();
        let text = if help.is_empty() { String::new() } else { format!("\n{help}") };
        Some(Complaint { text: format!("{at}{}{text}", fault.message), is_secret: is_secret(fault) })
    }
}

/// The flag with which a key can be answered.
pub(super) fn flag_of(key: &str) -> String {
    let is_top = [TopKey::Domain, TopKey::Provider, TopKey::Profile, TopKey::Token]
        .iter()
        .any(|top| top.name() == key);
    if is_top || ASKED.iter().any(|offer| offer.key == key) {
        format!("--{}", flag(key))
    } else {
        format!("--set {key}")
    }
}

/// The same diagnostic at the answer instead of in the configuration, which nobody has seen.
pub(super) fn told(found: &Diagnostic, answers: &Answers) -> Diagnostic {
    let Some(place) = found.place.as_ref().filter(|place| place.source.name == CONFIG) else {
        return found.clone();
    };
    let Some(key) = key_at(&place.source.text, place.span.start) else { return found.clone() };
    let Some(answer) = answers.get(key) else { return found.clone() };
    let source = Source::flag(&flag_of(key), answer);
    let at = match answer.find(place.text()) {
        Some(start) if !place.text().is_empty() => start..start + place.text().len(),
        _ => 0..answer.len(),
    };
    Diagnostic { place: Some(Place { source, span: at }), ..found.clone() }
}
