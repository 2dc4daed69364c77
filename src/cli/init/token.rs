//! The questions about the registry's token: whether one is needed, whose it is, and where it will be.

use super::ask::{Complaint, Item, Question};
use super::interview::{Interview, missing};
use crate::cli::offers::USER;
use crate::compile::config::TopKey;
use crate::compile::starter::{Access, Part, Pull, User, parts, reference, title};
use crate::finding::Report;
use crate::text::printable::label;
use crate::value::{Scheme, SecretRef};

/// The name of the setting for the registry that a token is for.
const REGISTRY: &str = "registry";

impl Interview {
    /// Where the registry's token is, if one is needed.
    pub(super) fn token(&mut self, report: &mut Report) -> anyhow::Result<()> {
        let Some(default) =
            self.trial.profile.token.as_ref().and_then(|node| node.text("").ok().map(str::to_owned))
        else {
            return Ok(());
        };
        if self.answers.top.contains_key(&TopKey::Token) {
            return Ok(());
        }
        let images = self.images();
        let mut pulls = images.iter().map(|image| (image, Pull::of(image)));
        let closed = pulls.find(|(_, pull)| pull.access != Access::Open);
        let none = SecretRef::None.to_string();
        let (image, pull) = match closed {
            Some((image, pull)) => (label(image.as_str()), Some(pull)),
            None if default == none => {
                self.answers.top.insert(TopKey::Token, none);
                return Ok(());
            }
            None => ("its image".to_owned(), None),
        };
        if let Some(pull) = &pull {
            let is_usually_open = pull.access == Access::Unknown(true);
            let is_open = match (&self.asker, pull.access) {
                (_, Access::Closed) => false,
                (None, _) => is_usually_open,
                (Some(asker), _) => {
                    let help = format!("At {}, {}.", label(&pull.registry), pull.why);
                    asker.confirm(&Question::new(format!("Is {image} public?"), help), is_usually_open)?
                }
            };
            if is_open {
                if self.asker.is_none() {
                    self.assume(TopKey::Token.name(), &none);
                }
                self.answers.top.insert(TopKey::Token, none);
                return Ok(());
            }
        }
        let file = pull.as_ref().map_or("ghcr-token", Pull::file);
        let reference = self.reference(&image, file)?;
        if self.asker.is_none() {
            self.assume(TopKey::Token.name(), &reference);
            if let Some(pull) = pull.as_ref().filter(|pull| pull.access != Access::Closed) {
                let host = label(&pull.registry);
                self.assumed.push(format!("(at {host}, {}; if {image} is public: --token {none})", pull.why));
            }
        }
        self.answers.top.insert(TopKey::Token, reference);
        if let Some(pull) = pull {
            let has_registry =
                self.trial.profile.settings.iter().any(|setting| setting.key.value == REGISTRY);
            if has_registry && !self.answers.has(REGISTRY) {
                self.answers.set(REGISTRY, &pull.registry);
            }
            self.user(&pull, report)?;
        }
        Ok(())
    }

    /// The name of the registry's user, if the registry does not accept any.
    fn user(&mut self, pull: &Pull, report: &mut Report) -> anyhow::Result<()> {
        let (usual, whose) = match &pull.user {
            User::Any => return Ok(()),
            _ if self.answers.has(USER) => return Ok(()),
            User::Known(name) => (name.as_str(), "the name that it expects"),
            User::Asked(whose) => ("", *whose),
        };
        let text = match &self.asker {
            None if usual.is_empty() => {
                report.push(missing(USER, &format!("the user name that {} wants: {whose}", pull.registry)));
                return Ok(());
            }
            None => {
                self.assume(USER, usual);
                usual.to_owned()
            }
            Some(asker) => {
                let help = format!("{} wants a user name beside the token: {whose}.", label(&pull.registry));
                let (trial, answers) = (self.trial.clone(), self.answers.clone());
                asker.text(&Question::new("User of the registry", help).usually(usual), move |text| {
                    trial.complaint(&answers.with_setting(USER, text))
                })?
            }
        };
        self.answers.set(USER, &text);
        Ok(())
    }

    /// Asks where the token is; the default is a file that is copied to the server.
    fn reference(&self, image: &str, file: &str) -> anyhow::Result<String> {
        let Some(asker) = &self.asker else { return Ok(reference(Scheme::File, &[], file)) };
        let question = Question::new(
            "Where will the token be?",
            format!("The server needs it to pull {image}. firstlight never wants to see it, only its place."),
        );
        let item = |scheme: &Scheme| {
            let hint = scheme.name();
            Some(Item { value: Some(*scheme), label: title(*scheme)?.to_owned(), hint: format!("{hint}://") })
        };
        let other =
            Item { value: None, label: "elsewhere: I write the reference".to_owned(), hint: String::new() };
        let items: Vec<_> = Scheme::ALL.iter().filter_map(item).chain([other]).collect();
        let Some(scheme) = asker.choice(&question, &items, None, false)? else {
            let question = Question {
                is_reference: true,
                ..Question::new("Reference", format!("Such as {}.", Scheme::AwsSsm.example()))
            };
            return Ok(asker.text(&question, self.token_check(str::to_owned))?);
        };
        let mut values: Vec<String> = Vec::new();
        for (at, part) in parts(scheme).iter().enumerate() {
            let Part { title, help, usual, can_be_empty, .. } = *part;
            let before = values.clone();
            let file = file.to_owned();
            let check = self.token_check(move |text| {
                let rest = parts(scheme).iter().skip(at + 1).map(|part| part.example.to_owned());
                let all: Vec<_> = before.iter().cloned().chain([text.to_owned()]).chain(rest).collect();
                reference(scheme, &all, &file)
            });
            let question = Question::new(title, help).usually(usual);
            let text = asker.text(&question, move |text| match text {
                "" if can_be_empty => None,
                text => check(text),
            })?;
            values.push(text);
        }
        Ok(reference(scheme, &values, file))
    }

    /// The check of a reference that is made from what was typed.
    fn token_check(
        &self,
        made: impl Fn(&str) -> String + Clone + 'static,
    ) -> impl Fn(&str) -> Option<Complaint> + Clone + 'static {
        let (trial, answers) = (self.trial.clone(), self.answers.clone());
        move |text| trial.complaint(&answers.with(TopKey::Token, &made(text)))
    }
}
