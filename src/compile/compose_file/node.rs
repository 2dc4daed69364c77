//! A compose file as a tree, its variables filled in, in which every node knows its place.

use crate::text::source::Place;

/// A value and its place.
#[derive(Debug)]
pub(super) struct Node {
    pub place: Place,
    pub value: Value,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    /// A text that only the server knows, because a secret is in it.
    Unknown,
    List(Vec<Node>),
    /// Each key once.
    Map(Vec<Entry>),
}

/// One entry of a mapping.
#[derive(Debug)]
pub(super) struct Entry {
    pub key: String,
    pub at: Place,
    pub node: Node,
}

impl Node {
    /// The entries, if it is a mapping.
    pub(crate) fn entries(&self) -> &[Entry] {
        if let Value::Map(entries) = &self.value { entries } else { &[] }
    }

    /// The items, if it is a list.
    pub(crate) fn items(&self) -> &[Self] {
        if let Value::List(items) = &self.value { items } else { &[] }
    }

    /// The entry of a key.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The text, if it is a known one.
    pub(crate) fn text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// What Compose takes for a text: numbers as well.
    pub(crate) fn shown(&self) -> Option<String> {
        match &self.value {
            Value::Text(text) => Some(text.clone()),
            Value::Int(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Whether it is `true`, as a word as well.
    pub(crate) fn is_true(&self) -> bool {
        match &self.value {
            Value::Bool(value) => *value,
            Value::Text(text) => matches!(text.to_ascii_lowercase().as_str(), "true" | "y" | "yes" | "on"),
            _ => false,
        }
    }

    /// Names, each with its place: the items of a list that are texts, or the keys of a mapping.
    pub(crate) fn names(&self) -> Vec<(&str, &Place)> {
        let items = self.items().iter().filter_map(|item| Some((item.text()?, &item.place)));
        items.chain(self.entries().iter().map(|entry| (entry.key.as_str(), &entry.at))).collect()
    }

    /// As JSON, for the schema.
    pub(crate) fn json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            // One too large for JSON is no number that anybody means.
            Value::Int(number) => i64::try_from(*number).map_or(Json::from(i64::MAX), Json::from),
            Value::Float(number) => Json::from(*number),
            Value::Text(text) => Json::from(text.as_str()),
            Value::Unknown => Json::from("unknown"),
            Value::List(items) => items.iter().map(Self::json).collect(),
            Value::Map(entries) => entries
                .iter()
                .map(|entry| (entry.key.clone(), entry.node.json()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }
}
