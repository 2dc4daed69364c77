//! JSON patches (RFC 6902) of the cloud-config of all earlier parts. A patch is applied as a whole or not at all, as by
//! Python's jsonpatch.

use serde::Deserialize;
use serde_json::Value as Json;

use super::node::{Map, TreeNode, Value};
use super::{Budget, MAX_NODES, MAX_YAML_DEPTH, Tree, too_much, yaml_loader};
use crate::cloud_init::ContentKind;
use crate::finding::{Diagnostic, rule};
use crate::text::source::{Place, byte_at};

/// A step of a patch.
#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "lowercase")]
enum Operation {
    Add { path: Pointer, value: Json },
    Remove { path: Pointer },
    Replace { path: Pointer, value: Json },
    Move { from: Pointer, path: Pointer },
    Copy { from: Pointer, path: Pointer },
    Test { path: Pointer, value: Json },
}

/// The keys that lead to a value (RFC 6901); empty for the whole document.
#[derive(Deserialize, PartialEq)]
#[serde(try_from = "String")]
struct Pointer(Vec<String>);

impl TryFrom<String> for Pointer {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.split('~').skip(1).any(|rest| !rest.starts_with(['0', '1'])) {
            return Err("~ is only allowed as ~0 or ~1");
        }
        let mut keys = text.split('/');
        match keys.next() {
            Some("") => Ok(Self(keys.map(unescaped).collect())),
            _ => Err("a path must begin with /"),
        }
    }
}

/// A key of a path without the escapes of RFC 6901.
pub(super) fn unescaped(key: &str) -> String {
    key.replace("~1", "/").replace("~0", "~")
}

/// The place of a patch's operations within the place of its part: without the header.
pub(super) fn operations(place: &Place) -> Place {
    let text = place.text().trim_start();
    let json = ContentKind::JsonPatch.header().and_then(|header| text.strip_prefix(header)).unwrap_or(text);
    Place { source: place.source.clone(), span: place.span.end - json.len()..place.span.end }
}

/// Why a step fails.
enum Why {
    Not(&'static str),
    TooMuch,
}

const MISSING: Why = Why::Not("its path does not exist");

/// Applies a patch to a cloud-config; the error says why it is not applied. `place` is the text of the part.
pub(super) fn apply(config: &Tree, place: &Place, budget: &mut Budget) -> Result<Tree, Diagnostic> {
    let list = self::operations(place);
    let operations: Vec<Operation> =
        serde_json::from_str(list.text()).map_err(|error| unread(&error, &list))?;
    // The same text as YAML has places. If it cannot be read as YAML, findings are at the part.
    let twins = yaml_loader::read(&list, budget).ok();
    let twin = |number: usize| twins.as_ref().and_then(|twins| twins.list()?.get(number));
    let mut patch = Patch { budget, base: place.first_line() };
    let mut patched = config.clone();
    for (number, operation) in operations.into_iter().enumerate() {
        let step = patch.step(&patched, operation, twin(number)).and_then(bounded);
        patched = step.map_err(|why| match why {
            Why::TooMuch => too_much(),
            Why::Not(why) => {
                let at = twin(number).map_or_else(|| patch.base.clone(), |twin| twin.place.first_line());
                rule::BAD_PATCH.at(&at, format!("operation {} fails: {why}", number + 1))
            }
        })?;
    }
    if patched.map().is_none() {
        return Err(rule::BAD_PATCH.at(&patch.base, "the result is not a mapping"));
    }
    Ok(patched)
}

fn bounded(tree: Tree) -> Result<Tree, Why> {
    if tree.depth <= MAX_YAML_DEPTH && tree.size <= MAX_NODES { Ok(tree) } else { Err(Why::TooMuch) }
}

fn unread(error: &serde_json::Error, list: &Place) -> Diagnostic {
    if !error.is_syntax() && !error.is_eof() {
        let message = "a JSON patch must be a list of operations, each with op and path";
        return rule::BAD_PATCH.at(&list.first_line(), message);
    }
    let start = list.span.start + byte_at(list.text(), error.line(), 1);
    let line = Place { source: list.source.clone(), span: start..list.span.end };
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    rule::BAD_PATCH.at(&line.first_line(), format!("this is not JSON: {said}"))
}

struct Patch<'a> {
    budget: &'a mut Budget,
    /// Where a value stands if nothing better is known.
    base: Place,
}

/// What happens at the end of a path.
enum Change {
    Insert(Tree),
    Replace(Tree),
    Remove,
}

impl Patch<'_> {
    fn step(&mut self, root: &Tree, operation: Operation, twin: Option<&Tree>) -> Result<Tree, Why> {
        let twin = twin.and_then(|twin| twin.get("value"));
        match operation {
            Operation::Add { path, value } => {
                let value = self.node(&value, twin)?;
                self.change(root, &path.0, Change::Insert(value))
            }
            Operation::Replace { path, value } => {
                let value = self.node(&value, twin)?;
                self.change(root, &path.0, Change::Replace(value))
            }
            Operation::Remove { path } => self.change(root, &path.0, Change::Remove),
            Operation::Copy { from, path } => {
                let value = find(root, &from.0).ok_or(MISSING)?.clone();
                self.change(root, &path.0, Change::Insert(value))
            }
            Operation::Move { from, path } => {
                let value = find(root, &from.0).ok_or(MISSING)?.clone();
                if from == path {
                    return Ok(root.clone());
                }
                let without = self.change(root, &from.0, Change::Remove)?;
                self.change(&without, &path.0, Change::Insert(value))
            }
            Operation::Test { path, value } => {
                let value = self.node(&value, twin)?;
                match find(root, &path.0).is_some_and(|found| equal(found, &value)) {
                    true => Ok(root.clone()),
                    false => Err(Why::Not("its test fails, so the whole patch is not applied")),
                }
            }
        }
    }

    /// A value of the patch, with the places of its twin that was read as YAML.
    fn node(&mut self, json: &Json, twin: Option<&Tree>) -> Result<Tree, Why> {
        self.take(1)?;
        let place = twin.map_or_else(|| self.base.clone(), |twin| twin.place.clone());
        let value = match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => match number.as_i128() {
                Some(whole) => Value::Int(whole),
                None => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(text) => Value::Text(text.clone()),
            Json::Array(items) => {
                let twin = |at: usize| twin.and_then(|twin| twin.list()?.get(at));
                let nodes = items.iter().enumerate().map(|(at, item)| self.node(item, twin(at)));
                Value::List(nodes.collect::<Result<_, _>>()?)
            }
            Json::Object(members) => {
                let key = |name: &String| TreeNode::made(place.clone(), Value::Text(name.clone()));
                let nodes = members.iter().map(|(name, member)| {
                    Ok((key(name), self.node(member, twin.and_then(|twin| twin.get(name)))?))
                });
                Value::Map(Map { entries: nodes.collect::<Result<_, _>>()?, merged: 0 })
            }
        };
        Ok(TreeNode::made(place, value))
    }

    /// The tree with a change at the end of a path. What is not on the path is shared.
    fn change(&mut self, node: &Tree, path: &[String], change: Change) -> Result<Tree, Why> {
        let Some((key, rest)) = path.split_first() else {
            return match change {
                Change::Insert(value) | Change::Replace(value) => Ok(value),
                Change::Remove => Err(MISSING),
            };
        };
        let change = if rest.is_empty() {
            change
        } else {
            Change::Replace(self.change(child(node, key).ok_or(MISSING)?, rest, change)?)
        };
        match &node.value {
            Value::Map(map) => {
                self.take(map.entries.len())?;
                let map = Map { entries: self.of_map(map, key, change)?, merged: 0 };
                Ok(TreeNode::made(node.place.clone(), Value::Map(map)))
            }
            Value::List(items) => {
                self.take(items.len())?;
                Ok(TreeNode::made(node.place.clone(), Value::List(of_list(items, key, change)?)))
            }
            _ => Err(MISSING),
        }
    }

    fn of_map(&self, map: &Map, key: &str, change: Change) -> Result<Vec<(Tree, Tree)>, Why> {
        let is_it = |entry: &(Tree, Tree)| entry.0.value.text() == Some(key);
        let name = match map.entries.iter().rev().find(|entry| is_it(entry)) {
            Some((name, _)) => name.clone(),
            None if matches!(change, Change::Insert(_)) => {
                TreeNode::made(self.base.clone(), Value::Text(key.to_owned()))
            }
            None => return Err(MISSING),
        };
        let mut entries: Vec<_> = map.entries.iter().filter(|entry| !is_it(entry)).cloned().collect();
        match change {
            Change::Insert(value) | Change::Replace(value) => entries.push((name, value)),
            Change::Remove => {}
        }
        Ok(entries)
    }

    fn take(&mut self, nodes: usize) -> Result<(), Why> {
        if self.budget.take_nodes(nodes) { Ok(()) } else { Err(Why::TooMuch) }
    }
}

fn of_list(items: &[Tree], key: &str, change: Change) -> Result<Vec<Tree>, Why> {
    let at = match index(key) {
        None if key == "-" && matches!(change, Change::Insert(_)) => items.len(),
        Some(at) if at < items.len() + usize::from(matches!(change, Change::Insert(_))) => at,
        _ => return Err(MISSING),
    };
    let (before, after) = items.split_at_checked(at).ok_or(MISSING)?;
    Ok(match change {
        Change::Insert(value) => [before, &[value], after].concat(),
        Change::Replace(value) => [before, &[value], after.get(1..).unwrap_or_default()].concat(),
        Change::Remove => [before, after.get(1..).unwrap_or_default()].concat(),
    })
}

/// jsonpointer takes leading zeros, too.
fn index(key: &str) -> Option<usize> {
    let digits = key.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| key.parse().ok()).flatten()
}

fn child<'a>(node: &'a Tree, key: &str) -> Option<&'a Tree> {
    match &node.value {
        Value::Map(map) => map.get(key),
        Value::List(items) => items.get(index(key)?),
        _ => None,
    }
}

fn find<'a>(root: &'a Tree, path: &[String]) -> Option<&'a Tree> {
    path.iter().try_fold(root, |node, key| child(node, key))
}

/// Whether two values are the same wherever they stand; to Python, so are 1, 1.0 and true.
fn equal(a: &Tree, b: &Tree) -> bool {
    let number = |value: &Value| match value {
        Value::Bool(value) => Some(f64::from(u8::from(*value))),
        Value::Int(value) => Some(*value as f64),
        Value::Float(value) => Some(*value),
        _ => None,
    };
    match (&a.value, &b.value) {
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Map(a), Value::Map(b)) => {
            let all_text = |map: &Map| map.entries.iter().all(|(key, _)| key.value.text().is_some());
            let same =
                |(_, key, value): (_, &str, &Tree)| b.get(key).is_some_and(|other| equal(value, other));
            all_text(a) && a.texts().count() == b.texts().count() && a.texts().all(same)
        }
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::Null, Value::Null) => true,
        (a, b) => number(a).is_some_and(|a| number(b) == Some(a)),
    }
}
