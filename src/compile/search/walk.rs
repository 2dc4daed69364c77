//! Every value of a tree, by its address and the name that stands before it.

use super::finding::{Finding, of_clue, of_value};
use super::remedy::Remedy;
use crate::evidence::{ClueKind, in_text, split_pair};
use crate::text::source::Place;
use crate::userdata::{Tree, Value};
use crate::yaml::{Kind as Yaml, Node};

/// What is found in the values below a node, each with the remedy that fits.
pub(super) fn node(
    address: &str,
    name: &str,
    node: &Node,
    remedy: &dyn Fn(&str) -> Remedy,
    found: &mut Vec<Finding>,
) {
    match &node.kind {
        Yaml::Scalar { text, .. } => value(address, name, text, &node.place, remedy, found),
        Yaml::List(items) => {
            let words = items.iter().filter_map(|item| Some((item.text("").ok()?, &item.place)));
            list(address, &words.collect::<Vec<_>>(), remedy, found);
            items.iter().for_each(|item| self::node(address, name, item, remedy, found));
        }
        Yaml::Mapping(entries) => {
            for (key, item) in entries {
                let inner = below(address, &key.value);
                key_of(&inner, &key.value, &key.place, remedy, found);
                self::node(&inner, &key.value, item, remedy, found);
            }
        }
    }
}

/// The same of foreign YAML.
pub(super) fn tree(
    address: &str,
    name: &str,
    node: &Tree,
    remedy: &dyn Fn(&str) -> Remedy,
    found: &mut Vec<Finding>,
) {
    match &node.value {
        Value::List(items) => {
            let words = items.iter().filter_map(|item| Some((item.value.text()?, &item.place)));
            list(address, &words.collect::<Vec<_>>(), remedy, found);
            items.iter().for_each(|item| tree(address, name, item, remedy, found));
        }
        Value::Map(map) => {
            for (key, item) in &map.entries {
                let text = key.value.text().unwrap_or("");
                let inner = below(address, text);
                match &key.value {
                    Value::Text(text) => key_of(&inner, text, &key.place, remedy, found),
                    _ => tree(&inner, "", key, remedy, found),
                }
                tree(&inner, map.name_of(name, text), item, remedy, found);
            }
        }
        Value::Bytes(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            found.extend(of_value(address, name, &text, &node.place, &remedy(address)));
        }
        other => value(address, name, &other.python(), &node.place, remedy, found),
    }
}

fn below(address: &str, key: &str) -> String {
    if address.is_empty() { key.to_owned() } else { format!("{address}.{key}") }
}

fn value(
    address: &str,
    name: &str,
    text: &str,
    place: &Place,
    remedy: &dyn Fn(&str) -> Remedy,
    found: &mut Vec<Finding>,
) {
    // A password can contain a `=` itself: the name of the whole value comes first.
    let whole = of_value(address, name, text, place, &remedy(address));
    if split_pair(text.trim_start_matches('-')).is_some() && whole.iter().any(|one| one.is_all_of(text)) {
        found.extend(whole);
        return;
    }

    // A list of variables or of options has the name in the value.
    let bare = text.trim_start_matches('-');
    let pair = split_pair(bare)
        .filter(|_| !text.contains('\n'))
        .map(|(name, value)| (format!("{address}.{name}"), name, value));
    let (address, name, value) = match &pair {
        Some((inner, name, value)) => (inner.as_str(), *name, *value),
        None => (address, name, text),
    };
    let at = text.len() - value.len();
    let inner = place.part(text, at..text.len());
    found.extend(of_value(address, name, value, &inner, &remedy(address)));
}

/// A secret where a name should be.
fn key_of(
    address: &str,
    key: &str,
    place: &Place,
    remedy: &dyn Fn(&str) -> Remedy,
    found: &mut Vec<Finding>,
) {
    found.extend(of_value(address, "", key, place, &remedy(address)));
}

/// A list of words may be a command, in which an option tells what the next word is.
fn list(address: &str, words: &[(&str, &Place)], remedy: &dyn Fn(&str) -> Remedy, found: &mut Vec<Finding>) {
    let line = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(" ");
    for clue in in_text(&line).into_iter().filter(|clue| clue.kind == ClueKind::Place) {
        let mut at = 0;
        for (word, place) in words {
            let (start, end) = (at, at + word.len());
            at = end + 1;
            if (start..end).contains(&clue.span.start) {
                let span = clue.span.start - start..clue.span.end.min(end) - start;
                found.push(of_clue(clue.at(span), address, word, place, &remedy(address)));
            }
        }
    }
}
