//! The beginning of a site, for `firstlight init`: what there is to ask, what an image's name suggests as an answer,
//! and the text of `firstlight.yaml` with the answers. It asks nobody; that is the work of `cli`.

mod access;
mod token;
mod typed;
mod written;

pub use crate::compile::compose_file::{Offered, offered};
pub use access::{Access, Pull, User, port};
pub use token::{Part, parts, reference, title};
pub use typed::shown;
pub use written::key_at;

use std::collections::BTreeMap;

use crate::compile::catalogue::plain;
use crate::compile::config::TopKey;
use crate::compile::profile::Profile;
use crate::compile::setting::{Setting, Type};

/// What was answered.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// The keys at the top.
    pub top: BTreeMap<TopKey, String>,
    /// The settings, in the order in which they were answered.
    pub settings: Vec<(String, Answer)>,
}

/// The value of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A single value.
    One(String),
    /// A list.
    List(Vec<String>),
    /// Values by their names.
    Map(Vec<(String, String)>),
}

impl Answers {
    /// The single value of a setting; `None` if there is none.
    #[must_use]
    pub fn setting(&self, key: &str) -> Option<&str> {
        self.settings.iter().find(|(known, _)| known == key).and_then(|(_, answer)| match answer {
            Answer::One(text) => Some(text.as_str()),
            Answer::List(_) | Answer::Map(_) => None,
        })
    }

    /// Whether a setting has a value.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.settings.iter().any(|(known, _)| known == key)
    }

    /// What was answered for a key, at the top or of a setting; `None` if it is no single value.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        let top = self.top.iter().find(|(known, _)| known.name() == key);
        top.map(|(_, text)| text.as_str()).or_else(|| self.setting(key))
    }

    /// Sets a single value.
    pub fn set(&mut self, key: &str, text: &str) {
        self.settings.retain(|(known, _)| known != key);
        self.settings.push((key.to_owned(), Answer::One(text.to_owned())));
    }

    /// The same with another value at the top.
    #[must_use]
    pub fn with(&self, key: TopKey, text: &str) -> Self {
        let mut answers = self.clone();
        answers.top.insert(key, text.to_owned());
        answers
    }

    /// The same with another setting.
    #[must_use]
    pub fn with_setting(&self, key: &str, text: &str) -> Self {
        let mut answers = self.clone();
        answers.set(key, text);
        answers
    }

    /// Adds a setting as the command line has it: `map.NAME` is one entry of a map, and a list has commas.
    pub fn add(&mut self, key: &str, text: &str, offered: &[&Setting]) {
        let (key, entry) = key.split_once('.').map_or((key, None), |(key, name)| (key, Some(name)));
        let is_list = offered.iter().any(|one| one.key.value == key && matches!(one.kind, Type::List(_)));
        let entry = entry.map(|name| (name.to_owned(), text.to_owned()));
        let known = self.settings.iter_mut().find(|(known, _)| known == key).map(|(_, answer)| answer);
        match (known, entry) {
            (Some(Answer::Map(entries)), Some(entry)) => entries.push(entry),
            (None, Some(entry)) => self.settings.push((key.to_owned(), Answer::Map(vec![entry]))),
            (_, _) if is_list => {
                let items = text.split(',').filter(|item| !item.is_empty()).map(str::to_owned);
                self.settings.push((key.to_owned(), Answer::List(items.collect())));
            }
            (_, None) => self.settings.push((key.to_owned(), Answer::One(text.to_owned()))),
            (Some(_), Some(entry)) => self.settings.push((key.to_owned(), Answer::Map(vec![entry]))),
        }
    }
}

/// The settings of a profile that a site cannot do without and that have no default, in the profile's order.
pub fn required(profile: &Profile) -> impl Iterator<Item = &Setting> {
    profile.settings.iter().filter(|setting| setting.is_required())
}

/// The value with which the answers before this one are tried, if a profile requires it; `None` if there is none that
/// is right for every such setting.
#[must_use]
pub fn stand_in(kind: &Type) -> Option<String> {
    match kind {
        Type::Image | Type::Port | Type::Name | Type::Path | Type::UrlPath | Type::Domain | Type::Text => {
            Some(plain(&kind.example()))
        }
        _ => None,
    }
}

/// The names of compose files that Compose finds by itself, in its order (docs.docker.com, "How Compose works").
pub const COMPOSE_FILES: [&str; 4] =
    ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
