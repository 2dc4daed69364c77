//! A tree of YAML as PyYAML reads it, in which every node knows its place.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Tree;
use crate::text::source::Place;

/// A value of YAML 1.1, of the type that PyYAML gives it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing: `~`, `null`, or an empty value.
    Null,
    /// A boolean: `true`, `yes`, `on`, or one of their opposites.
    Bool(bool),
    /// An integer: decimal, octal, hexadecimal, binary or sexagesimal.
    Int(i128),
    /// A floating-point number.
    Float(f64),
    /// A date or a time stamp, as it was written.
    Date(String),
    /// A text.
    Text(String),
    /// Bytes, decoded from `!!binary`.
    Bytes(Vec<u8>),
    /// A list.
    List(Vec<Tree>),
    /// A mapping.
    Map(Map),
}

/// A node of a YAML tree.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeNode {
    /// The place of the node in the document.
    pub place: Place,
    /// Whether the value was written without quotes.
    pub plain: bool,
    /// The value.
    pub value: Value,
    /// How many nodes it is when written out.
    pub(super) size: usize,
    /// How deep it is nested.
    pub(super) depth: usize,
}

/// A mapping in the order of the text. Entries from merge keys (`<<`) come first, so the last of several
/// equal keys counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    /// The keys with their values.
    pub entries: Vec<(Tree, Tree)>,
    /// How many of the first entries come from merge keys.
    pub merged: usize,
}

impl Value {
    /// The text, if it is one.
    #[must_use]
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What Python's `str` makes of it, as cloud-init does with the words of a command.
    #[must_use]
    pub(crate) fn python(&self) -> String {
        match self {
            Self::Null => "None".to_owned(),
            Self::Bool(true) => "True".to_owned(),
            Self::Bool(false) => "False".to_owned(),
            Self::Int(number) => number.to_string(),
            Self::Float(number) => format!("{number:?}"),
            Self::Date(text) | Self::Text(text) => text.clone(),
            Self::Bytes(_) | Self::List(_) | Self::Map(_) => format!("({})", self.what()),
        }
    }

    /// As cloud-init reads a yes or no.
    #[must_use]
    pub(crate) fn is_true(&self) -> bool {
        match self {
            Self::Bool(value) => *value,
            Self::Int(number) => *number == 1,
            Self::Text(text) => {
                matches!(text.trim().to_ascii_lowercase().as_str(), "true" | "1" | "on" | "yes")
            }
            _ => false,
        }
    }

    /// Whether PyYAML makes the same of both, wherever they stand. Of a key given twice the last counts.
    #[must_use]
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Float(one), Self::Float(two)) => one == two || one.is_nan() && two.is_nan(),
            (Self::List(one), Self::List(two)) => {
                one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.value.is_same(&two.value))
            }
            (Self::Map(one), Self::Map(two)) => {
                let (one, two) = (one.each(), two.each());
                let has = |(key, value): &(&Tree, &Tree)| {
                    let found = two.iter().find(|(other, _)| key.value.is_same(&other.value));
                    found.is_some_and(|(_, other)| value.value.is_same(&other.value))
                };
                one.len() == two.len() && one.iter().all(has)
            }
            _ => self == other,
        }
    }

    /// What it is, with its article.
    #[must_use]
    pub(crate) fn what(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Int(_) => "a number",
            Self::Float(_) => "a number with a point",
            Self::Date(_) => "a date",
            Self::Text(_) => "a text",
            Self::Bytes(_) => "binary",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
        }
    }
}

impl TreeNode {
    /// A node made of others.
    pub(super) fn made(place: Place, value: Value) -> Tree {
        let of = |nodes: &mut dyn Iterator<Item = &Tree>| {
            nodes.fold((1, 1), |(size, depth): (usize, usize), n| {
                (size.saturating_add(n.size), depth.max(n.depth + 1))
            })
        };
        let (size, depth) = match &value {
            Value::List(items) => of(&mut items.iter()),
            Value::Map(map) => of(&mut map.entries.iter().flat_map(|(key, value)| [key, value])),
            _ => (1, 1),
        };
        Arc::new(Self { place, plain: false, value, size, depth })
    }

    /// The value of a key, if it is a mapping that has it.
    #[must_use]
    pub(crate) fn get(&self, key: &str) -> Option<&Tree> {
        self.map()?.get(key)
    }

    /// The mapping, if it is one.
    #[must_use]
    pub(crate) fn map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The list, if it is one.
    #[must_use]
    pub(crate) fn list(&self) -> Option<&[Tree]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }
}

impl Map {
    /// The value of a key.
    #[must_use]
    pub(crate) fn get(&self, key: &str) -> Option<&Tree> {
        self.entries.iter().rev().find(|(own, _)| own.value.text() == Some(key)).map(|(_, value)| value)
    }

    /// Each key once, of whatever kind, with the value of the last of equal ones.
    #[must_use]
    pub(crate) fn each(&self) -> Vec<(&Tree, &Tree)> {
        let mut at: BTreeMap<String, usize> = BTreeMap::new();
        let mut each: Vec<(&Tree, &Tree)> = Vec::new();
        for (key, value) in &self.entries {
            let index = *at.entry(format!("{:?}", key.value)).or_insert(each.len());
            match each.get_mut(index) {
                Some(entry) => *entry = (key, value),
                None => each.push((key, value)),
            }
        }
        each
    }

    /// Each key once, as the last of equal ones has it.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&Tree, &str, &Tree)> {
        let text = |entry: usize| self.entries.get(entry).and_then(|(key, _)| key.value.text());
        let last: BTreeMap<_, _> = (0..self.entries.len()).map(|entry| (text(entry), entry)).collect();
        self.entries.iter().enumerate().filter_map(move |(at, (key, value))| {
            let text = key.value.text()?;
            (last.get(&Some(text)) == Some(&at)).then_some((key, text, value))
        })
    }

    /// By which name the value of a key is judged: `{name: A, value: B}` has it beside it, a list of passwords has it
    /// above it, and any other is its key's.
    #[must_use]
    pub(crate) fn name_of<'a>(&'a self, above: &'a str, key: &'a str) -> &'a str {
        let beside = || self.get("name").or_else(|| self.get("key")).and_then(|name| name.value.text());
        match (above, key) {
            (_, "value") => beside().unwrap_or(key),
            ("chpasswd", "list") => above,
            _ => key,
        }
    }

    /// Keys given twice in the text itself: the later one, and the one before.
    pub(crate) fn twice(&self) -> impl Iterator<Item = (&Tree, &Tree)> {
        let mut seen: BTreeMap<String, &Tree> = BTreeMap::new();
        self.entries.iter().skip(self.merged).filter_map(move |(key, _)| {
            let before = seen.insert(format!("{:?}", key.value), key)?;
            Some((key, before))
        })
    }
}
