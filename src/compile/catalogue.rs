//! What can be set, for people and programs that look for it: profiles, their settings, the keys of a configuration.

use serde::Serialize;
use serde_json::{Map, Value};

use super::config::TopKey;
use super::profile::Profile;
use super::setting::{Setting, Type};
use crate::yaml::{Kind, Node};

/// A profile with everything that can be set in it.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// The value of `--profile`.
    pub name: String,
    /// What it runs, in one sentence without a full stop.
    pub help: String,
    /// Whether it is taken if none is named.
    pub default: bool,
    /// A whole command that makes a document with it.
    pub example: String,
    /// Its own settings.
    pub settings: Vec<Described>,
    /// The settings that it shares with all others.
    pub shared: Vec<Described>,
}

/// A setting.
#[derive(Debug, Serialize)]
pub struct Described {
    /// Its name.
    pub name: String,
    /// What it takes, in words.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it has to be given.
    pub required: bool,
    /// The value if none is given, as the profile writes it: it may be made of other settings. `None` if there is none.
    pub default: Option<Value>,
    /// What it is, in one sentence without a full stop.
    pub help: String,
    /// A value that it takes.
    pub example: Value,
}

impl Entry {
    /// Describes a profile; `host` is the part that all share, and `default` the one that is taken if none is named.
    #[must_use]
    pub fn of(host: &Profile, profile: &Profile, default: &str) -> Self {
        let settings: Vec<_> = profile.settings.iter().map(Described::of).collect();
        let needed = settings.iter().filter(|setting| setting.required);
        let set: String =
            needed.map(|setting| format!(" --set {}={}", setting.name, plain(&setting.example))).collect();
        let is_default = profile.name == default;
        let named = if is_default { String::new() } else { format!(" --profile {}", profile.name) };
        Self {
            name: profile.name.clone(),
            help: profile.help.clone(),
            default: is_default,
            example: format!("firstlight render{named} --domain www.example.com{set}"),
            settings,
            shared: host.settings.iter().map(Described::of).collect(),
        }
    }

    /// The profile and its settings as text.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { name, help, example, settings, shared, .. } = self;
        let blocks = |all: &[Described]| all.iter().map(Described::text).collect::<Vec<_>>().join("\n");
        format!(
            "{name}: {help}\n\n  {example}\n\n\
             Its settings, as `--set NAME=VALUE` or below `settings:` in a configuration:\n\n{}\n\
             Settings of every profile:\n\n{}",
            blocks(settings),
            blocks(shared)
        )
    }
}

impl Described {
    fn of(setting: &Setting) -> Self {
        Self {
            name: setting.key.value.clone(),
            kind: setting.kind.words(),
            required: setting.is_required(),
            default: setting.default.as_ref().map(|node| json(node, &setting.kind)),
            help: setting.help.clone(),
            example: example(setting),
        }
    }

    /// The setting as text: its name and type, and what else there is to say, a line each.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { name, kind, required, default, help, example } = self;
        let otherwise = match default {
            Some(value) if plain(value).is_empty() => ", nothing by default".to_owned(),
            Some(value) => format!(", default {}", plain(value)),
            None if *required => ", required".to_owned(),
            None => ", optional".to_owned(),
        };
        // A map is set one entry at a time.
        let written = match example {
            Value::Object(entries) => entries
                .iter()
                .next()
                .map_or_else(String::new, |(key, value)| format!("{name}.{key}={}", plain(value))),
            value => format!("{name}={}", plain(value)),
        };
        format!("  {name} ({kind}{otherwise})\n      {help}\n      --set {}\n", quoted(&written))
    }
}

/// A value as it is written on the command line.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        Value::Object(entries) => {
            entries.iter().map(|(key, value)| format!("{key}={}", plain(value))).collect::<Vec<_>>().join(",")
        }
        other => other.to_string(),
    }
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let is_plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "._/:@=,-".contains(c));
    if is_plain { word.to_owned() } else { format!("'{word}'") }
}

/// A value that a setting takes: the profile's example, or one of its type.
#[must_use]
pub(crate) fn example(setting: &Setting) -> Value {
    match &setting.example {
        Some(node) => json(node, &setting.kind),
        None => setting.kind.example(),
    }
}

/// The value that a setting has by default, if it is the same whatever else is set.
#[must_use]
pub(crate) fn fixed_default(setting: &Setting) -> Option<Value> {
    let value = json(setting.default.as_ref()?, &setting.kind);
    let is_template = value.to_string().contains("{{") || value.to_string().contains("{%");
    (!is_template).then_some(value)
}

/// A value from a profile, as a configuration would have it.
fn json(node: &Node, kind: &Type) -> Value {
    match (&node.kind, kind) {
        (Kind::List(items), Type::List(of)) => items.iter().map(|item| json(item, of)).collect(),
        (Kind::Mapping(entries), Type::Map(of)) => Value::Object(
            entries.iter().map(|(key, value)| (key.value.clone(), json(value, of))).collect::<Map<_, _>>(),
        ),
        (Kind::Scalar { text, .. }, Type::Bool) => (text == "true").into(),
        (Kind::Scalar { text, .. }, Type::Port) => {
            text.parse::<u16>().map_or_else(|_| text.clone().into(), Value::from)
        }
        (Kind::Scalar { text, .. }, _) => text.clone().into(),
        _ => Value::Null,
    }
}

/// All profiles, a line each; `folder` says how to name one's own.
#[must_use]
pub fn table(entries: &[Entry]) -> String {
    let width = entries.iter().map(|entry| entry.name.len()).max().unwrap_or(0).max("./FOLDER".len());
    let line = |name: &str, help: &str| format!("{name:width$}  {help}\n");
    let lines: String = entries
        .iter()
        .map(|entry| {
            let by_default = if entry.default { " (if none is named)" } else { "" };
            line(&entry.name, &format!("{}{by_default}", entry.help))
        })
        .collect();
    format!(
        "{lines}{}\n`firstlight profiles NAME` shows the settings of one of them.\n",
        line("./FOLDER", "a profile of your own")
    )
}

/// What is known about a name that somebody asks for: a key of the configuration, and settings of profiles. `None` if
/// there is nothing of this name.
#[must_use]
pub fn lookup(name: &str, entries: &[Entry]) -> Option<String> {
    let name = name.trim_start_matches("--").replace('-', "_");
    let mut found = Vec::new();
    if let Some(key) = TopKey::ALL.into_iter().find(|key| key.name() == name) {
        found.push(format!(
            "{name} (a key at the top of a configuration, and an option)\n    {}\n    --{name} {}\n",
            key.help(),
            key.value()
        ));
    }
    let is_it = |one: &&Described| one.name == name;
    for entry in entries {
        if let Some(one) = entry.settings.iter().find(is_it) {
            found.push(format!("A setting of the profile {}:\n\n{}", entry.name, one.text()));
        }
    }
    if let Some(one) = entries.first().and_then(|entry| entry.shared.iter().find(is_it)) {
        found.push(format!("A setting of every profile:\n\n{}", one.text()));
    }
    (!found.is_empty()).then(|| found.join("\n"))
}

/// All names that [`lookup`] knows.
pub fn names(entries: &[Entry]) -> impl Iterator<Item = &str> {
    let settings = entries.iter().flat_map(|entry| entry.settings.iter().chain(&entry.shared));
    let keys = TopKey::ALL.into_iter().map(|key| -> &str { key.name() });
    keys.chain(settings.map(|one| one.name.as_str()))
}
