//! Searches every value of a tree, by its address and by the name before it.

use super::address::Address;
use super::finding::{Finding, of_clue, of_value};
use super::remedy::Remedy;
use crate::evidence::{ClueKind, in_literal, in_text, reference, split_pair};
use crate::text::source::Place;
use crate::userdata::{Tree, Value};
use crate::yaml::{Kind as Yaml, Node};

/// Adds what is found in the values below a node of a configuration, each with its remedy.
pub(super) fn node(
    address: &Address,
    name: &str,
    node: &Node,
    remedy: &dyn Fn(&Address) -> Remedy,
    found: &mut Vec<Finding>,
) {
    match &node.kind {
        Yaml::Scalar { text, .. } => value(address, name, text, &node.place, false, remedy, found),
        Yaml::List(items) => {
            let words = items.iter().filter_map(|item| Some((item.text("").ok()?, &item.place)));
            list(address, &words.collect::<Vec<_>>(), remedy, found);
            for item in items {
                match &item.kind {
                    Yaml::Scalar { text, .. } => value(address, name, text, &item.place, true, remedy, found),
                    _ => self::node(address, name, item, remedy, found),
                }
            }
        }
        Yaml::Mapping(entries) => {
            for (key, item) in entries {
                let inner = address.below(&key.value);
                key_of(&inner, &key.value, &key.place, remedy, found);
                self::node(&inner, &key.value, item, remedy, found);
            }
        }
    }
}

/// Adds what is found in the values below a node of YAML for another program.
pub(super) fn tree(
    address: &Address,
    name: &str,
    node: &Tree,
    remedy: &dyn Fn(&Address) -> Remedy,
    found: &mut Vec<Finding>,
) {
    match &node.value {
        Value::List(items) => {
            let words = items.iter().filter_map(|item| Some((item.value.text()?, &item.place)));
            list(address, &words.collect::<Vec<_>>(), remedy, found);
            for item in items {
                match &item.value {
                    Value::Text(text) => value(address, name, text, &item.place, true, remedy, found),
                    _ => tree(address, name, item, remedy, found),
                }
            }
        }
        Value::Map(map) => {
            for (key, item) in &map.entries {
                let text = key.value.text().unwrap_or("");
                let inner = address.below(text);
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
        other => value(address, name, &other.python(), &node.place, false, remedy, found),
    }
}

fn value(
    address: &Address,
    name: &str,
    text: &str,
    place: &Place,
    is_item: bool,
    remedy: &dyn Fn(&Address) -> Remedy,
    found: &mut Vec<Finding>,
) {
    let bare = text.trim_start_matches('-');
    let pair = split_pair(bare).filter(|_| !text.contains('\n'));
    let part = |value: &str| place.part(text, text.len() - value.len()..text.len());
    match pair {
        // In a list of variables or options, the name is in the item itself.
        Some((name, value)) if is_item => {
            let address = address.below(name);
            found.extend(of_variable(&address, name, value, &part(value), &remedy(&address)));
        }
        _ => {
            let remedy = remedy(address);
            let whole = of_variable(address, name, text, place, &remedy);
            let is_sure = |found: &[Finding]| found.iter().any(|one| one.clue.is_sure);
            // A name within the value may suggest a secret although the value's own name does not.
            let inner = pair.filter(|_| !is_sure(&whole));
            let inner = inner.map(|(name, value)| of_value(address, name, value, &part(value), &remedy));
            found.extend(inner.filter(|inner| is_sure(inner)).unwrap_or(whole));
        }
    }
}

/// What is found in a value that may be that of a variable, where a reference has no effect.
pub(super) fn of_variable(
    address: &Address,
    name: &str,
    value: &str,
    place: &Place,
    remedy: &Remedy,
) -> Vec<Finding> {
    match reference(name, value).filter(|_| remedy.is_of_a_variable()) {
        Some(clue) => vec![of_clue(clue, address, value, place, remedy)],
        // Nothing replaces variables in the settings of a profile: templates write `$` as itself.
        None if matches!(remedy, Remedy::Entry { .. }) => {
            let clues = in_literal(name, value).into_iter();
            clues.map(|clue| of_clue(clue, address, value, place, remedy)).collect()
        }
        None => of_value(address, name, value, place, remedy),
    }
}

/// Adds what is found in a key.
fn key_of(
    address: &Address,
    key: &str,
    place: &Place,
    remedy: &dyn Fn(&Address) -> Remedy,
    found: &mut Vec<Finding>,
) {
    found.extend(of_value(address, "", key, place, &remedy(address)));
}

/// Adds what is found in a list of words as a command, in which an option says what the next word is.
fn list(
    address: &Address,
    words: &[(&str, &Place)],
    remedy: &dyn Fn(&Address) -> Remedy,
    found: &mut Vec<Finding>,
) {
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
