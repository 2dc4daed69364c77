//! Merges several cloud-configs into one, as cloud-init does. By default, a later part replaces the keys of earlier
//! ones.

use std::collections::BTreeMap;

use super::node::{Map, TreeNode, Value};
use super::part::Part;
use super::{Budget, Tree, patch};
use crate::cloud_init::ContentKind;
use crate::finding::{Diagnostic, rule};
use crate::text::source::Place;

/// What cloud-init does when nothing is said.
const DEFAULT: &str = "dict(replace)+list()+str()";

/// All cloud-configs and JSON patches among the parts, put together in their order.
pub(super) fn all(parts: &[Part], budget: &mut Budget, findings: &mut Vec<Diagnostic>) -> Option<Tree> {
    let mut known = true;
    parts.iter().fold(None, |merged, part| one(merged, part, &mut known, budget, findings))
}

/// What the cloud-configs and JSON patches before a part become with that part. `known` says whether all that came
/// before could be read.
pub(super) fn one(
    merged: Option<Tree>,
    part: &Part,
    known: &mut bool,
    budget: &mut Budget,
    findings: &mut Vec<Diagnostic>,
) -> Option<Tree> {
    *known &= !part.template && !matches!(part.kind, ContentKind::Include | ContentKind::IncludeOnce);
    let place = part.payload.place().filter(|_| part.kind == ContentKind::JsonPatch && !part.template);
    if let Some(place) = place {
        let before = merged.clone().unwrap_or_else(|| nothing(place));
        match patch::apply(&before, place, budget) {
            Ok(patched) => return Some(patched),
            Err(problem) => findings.push(if *known { problem } else { on_the_server(place) }),
        }
    } else if let Some(config) = &part.config {
        return Some(joined(merged, config, part, budget, findings));
    }
    merged
}

fn nothing(place: &Place) -> Tree {
    TreeNode::made(place.clone(), Value::Map(Map::default()))
}

/// What is patched may come out of a template, or of what the server fetches.
fn on_the_server(place: &Place) -> Diagnostic {
    rule::NOT_ANALYSED.at(&place.first_line(), "the effect of this JSON patch is only known on the server")
}

/// A cloud-config merged into what is there, the way it asks for.
fn joined(
    before: Option<Tree>,
    config: &Tree,
    part: &Part,
    budget: &mut Budget,
    findings: &mut Vec<Diagnostic>,
) -> Tree {
    let (config, own) = without_merge_keys(config);
    let given: Vec<_> =
        own.into_iter().flatten().chain(part.merge.iter().flat_map(|text| mergers(text))).collect();
    let given = if given.is_empty() { mergers(DEFAULT) } else { given };
    let Some(before) = before else {
        let merges = given.iter().any(|merger| merger.name == "dict");
        return if merges { config } else { nothing(&config.place) };
    };
    note_replaced(&before, &config, &given, findings);
    let mut merge = Merge { mergers: given, budget, full: false };
    let both = merge.values(&before, &config);
    if merge.full {
        findings.push(super::too_much());
    }
    both
}

/// `list(append)`: what it is for, and its options.
struct Merger {
    name: String,
    options: Vec<String>,
}

impl Merger {
    fn has(&self, options: &[&str]) -> bool {
        self.options.iter().any(|own| options.contains(&own.as_str()))
    }
}

/// The mergers of a text such as `list(append)+dict(recurse_list)`.
fn mergers(text: &str) -> Vec<Merger> {
    let one = |part: &str| {
        let part = part.trim().to_lowercase().replace('-', "_");
        let (name, options) = part.strip_suffix(')')?.split_once('(')?;
        let options = options.split(',').map(|option| option.trim().to_owned()).collect();
        Some(Merger { name: name.to_owned(), options })
    };
    text.split('+').filter_map(one).collect()
}

/// The config without the keys that say how to merge it, and what they say.
fn without_merge_keys(config: &Tree) -> (Tree, Option<Vec<Merger>>) {
    let key = if config.get("merge_how").is_some() { "merge_how" } else { "merge_type" };
    let (Some(said), Some(map)) = (config.get(key), config.map()) else { return (config.clone(), None) };
    let entries = map.entries.iter().filter(|(own, _)| own.value.text() != Some(key)).cloned().collect();
    let rest = TreeNode::made(config.place.clone(), Value::Map(Map { entries, merged: 0 }));
    let said = match &said.value {
        Value::Text(text) => mergers(text),
        Value::List(items) => items.iter().filter_map(of_item).collect(),
        _ => Vec::new(),
    };
    (rest, Some(said))
}

/// `{name: list, settings: [append]}` or `[list, append]`.
fn of_item(item: &Tree) -> Option<Merger> {
    let words = |nodes: &[Tree]| nodes.iter().map(|node| node.value.python()).collect();
    if let Some(list) = item.list() {
        let (name, options) = list.split_first()?;
        return Some(Merger { name: name.value.text()?.to_owned(), options: words(options) });
    }
    let name = item.get("name")?.value.text()?.replace('-', "_").trim().to_owned();
    let options = item.get("settings").and_then(|node| node.list()).map(words).unwrap_or_default();
    Some(Merger { name, options })
}

/// Lists and mappings that a later part takes the place of.
fn note_replaced(before: &Tree, later: &Tree, given: &[Merger], findings: &mut Vec<Diagnostic>) {
    let replaces =
        given.iter().find(|merger| merger.name == "dict").is_some_and(|merger| merger.has(&["replace"]));
    let Some(map) = later.map().filter(|_| replaces) else { return };
    for (key, name, _) in map.texts() {
        if let Some(old) = before.get(name).filter(|old| matches!(old.value, Value::List(_) | Value::Map(_)))
        {
            let (line, _) = old.place.source.line_column(old.place.span.start);
            let message = format!("this replaces `{name}` of an earlier part");
            let help = format!(
                "the earlier one is in {}, line {line}; to join lists, add merge_how",
                old.place.source.label()
            );
            findings.push(rule::REPLACED.at(&key.place.first_line(), message).help(help));
        }
    }
}

struct Merge<'a> {
    mergers: Vec<Merger>,
    budget: &'a mut Budget,
    full: bool,
}

impl Merge<'_> {
    /// What the two become; a kind of value for which there is no merger stays as it was.
    fn values(&mut self, old: &Tree, new: &Tree) -> Tree {
        let size = match (&old.value, &new.value) {
            (Value::List(a), Value::List(b)) => a.len() + b.len(),
            (Value::Map(a), Value::Map(b)) => a.entries.len() + b.entries.len(),
            _ => 1,
        };
        if !self.budget.take_nodes(size) {
            self.full = true;
            return old.clone();
        }
        let kind = match &old.value {
            Value::Map(_) => "dict",
            Value::List(_) => "list",
            Value::Text(_) => "str",
            _ => return old.clone(),
        };
        let Some(at) = self.mergers.iter().position(|merger| merger.name == kind) else { return old.clone() };
        match (&old.value, &new.value) {
            (Value::Map(before), Value::Map(after)) => {
                let map = self.maps(at, before, after);
                TreeNode::made(new.place.clone(), Value::Map(map))
            }
            (Value::List(before), Value::List(after)) => {
                let list = self.lists(at, before, after);
                TreeNode::made(new.place.clone(), Value::List(list))
            }
            (Value::List(_), _) if !self.has(at, &["append", "prepend", "no_replace"]) => new.clone(),
            (Value::Text(before), Value::Text(after)) if self.has(at, &["append"]) => {
                TreeNode::made(new.place.clone(), Value::Text(format!("{before}{after}")))
            }
            (Value::Text(_), _) => new.clone(),
            _ => old.clone(),
        }
    }

    fn has(&self, merger: usize, options: &[&str]) -> bool {
        self.mergers.get(merger).is_some_and(|merger| merger.has(options))
    }

    fn maps(&mut self, merger: usize, before: &Map, after: &Map) -> Map {
        let name = |node: &Tree| format!("{:?}", node.value);
        let mut entries: Vec<(Tree, Tree)> = Vec::new();
        let mut at: BTreeMap<String, usize> = BTreeMap::new();
        for (key, value) in &before.entries {
            match at.get(&name(key)).and_then(|at| entries.get_mut(*at)) {
                Some(entry) => entry.1 = value.clone(),
                None => {
                    at.insert(name(key), entries.len());
                    entries.push((key.clone(), value.clone()));
                }
            }
        }
        for (key, new) in &after.entries {
            let Some(index) = at.get(&name(key)).copied() else {
                at.insert(name(key), entries.len());
                entries.push((key.clone(), new.clone()));
                continue;
            };
            let Some(old) = entries.get(index).map(|(_, old)| old.clone()) else { continue };
            let value = self.same_key(merger, &old, new);
            if let Some(entry) = entries.get_mut(index) {
                *entry = (key.clone(), value);
            }
        }
        Map { entries, merged: 0 }
    }

    fn same_key(&mut self, merger: usize, old: &Tree, new: &Tree) -> Tree {
        let recurse = match &new.value {
            Value::List(_) => self.has(merger, &["recurse_array", "recurse_list"]),
            Value::Text(_) => self.has(merger, &["recurse_str"]),
            Value::Map(_) => true,
            _ => false,
        };
        match (self.has(merger, &["replace"]), recurse) {
            (true, _) => new.clone(),
            (false, true) => self.values(old, new),
            (false, false) => old.clone(),
        }
    }

    fn lists(&mut self, merger: usize, before: &[Tree], after: &[Tree]) -> Vec<Tree> {
        let chain = |first: &[Tree], second: &[Tree]| first.iter().chain(second).cloned().collect();
        // Of several words, the one that cloud-init looks for first counts.
        if self.has(merger, &["append"]) {
            return chain(before, after);
        }
        if self.has(merger, &["prepend"]) {
            return chain(after, before);
        }
        let keep = self.has(merger, &["no_replace"]) && !self.has(merger, &["replace"]);
        let mut merged = before.to_vec();
        for (old, new) in merged.iter_mut().zip(after) {
            let recurse = match &new.value {
                Value::List(_) => self.has(merger, &["recurse_array", "recurse_list"]),
                Value::Text(_) => self.has(merger, &["recurse_str"]),
                Value::Map(_) => self.has(merger, &["recurse_dict"]),
                _ => false,
            };
            *old = match (keep, recurse) {
                (true, _) => continue,
                (false, true) => self.values(old, new),
                (false, false) => new.clone(),
            };
        }
        merged
    }
}
