//! Checks of keys: those that nothing reads, those that are deprecated, and values of the wrong type.

use super::is_filled_in;
use crate::base::nearest::nearest;
use crate::cloud_init::{
    CHPASSWD, ConfigKey, Deprecated, ELSEWHERE, EXAMPLES, FILE, NTP, POWER_STATE, SWAP, USER, ValueShape, top,
};
use crate::finding::{Report, rule};
use crate::userdata::{Map, Tree, Value};

pub(super) fn check(root: &Tree, report: &mut Report) {
    let Some(map) = root.map() else { return };
    keys(map, top(), "", report);
    for entry in items(root, "write_files") {
        match entry.map() {
            Some(map) => file(entry, map, report),
            None => {
                wrong(entry, "an entry of write_files must be a mapping", &example("write_files"), report)
            }
        }
    }
    for user in items(root, "users") {
        match (&user.value, user.map()) {
            (_, Some(map)) => keys(map, USER.iter(), "users", report),
            (Value::Text(_) | Value::List(_) | Value::Null, _) => {}
            _ => wrong(user, "a user must be a name or a mapping", &example("users"), report),
        }
    }
    for (name, table) in [("chpasswd", CHPASSWD), ("power_state", POWER_STATE), ("swap", SWAP), ("ntp", NTP)]
    {
        if let Some(map) = root.get(name).and_then(|node| node.map()) {
            keys(map, table.iter(), name, report);
        }
    }
    for name in ["runcmd", "bootcmd"] {
        items(root, name).iter().for_each(|node| command(node, report));
    }
    for key in items(root, "users").iter().chain([root]).flat_map(|node| items(node, "ssh_authorized_keys")) {
        if !matches!(key.value, Value::Text(_) | Value::Null) {
            wrong(key, "an SSH key must be text", &example("ssh_authorized_keys"), report);
        }
    }
    for mount in items(root, "mounts") {
        let is_open = mount.value.text().is_some_and(|text| is_filled_in(mount, text));
        if !matches!(mount.value, Value::List(_)) && !is_open {
            wrong(mount, "an entry of mounts must be a list", &example("mounts"), report);
        }
    }
    for package in items(root, "packages") {
        if matches!(package.value, Value::Bool(_) | Value::Float(_) | Value::Null) {
            wrong(package, "a package must be a name, or [name, version]", "put the name in quotes", report);
        }
    }
}

fn items<'a>(root: &'a Tree, key: &str) -> &'a [Tree] {
    root.get(key).and_then(|node| node.list()).unwrap_or_default()
}

fn file(entry: &Tree, map: &Map, report: &mut Report) {
    keys(map, FILE.iter(), "write_files", report);
    let path = entry.get("path");
    if path.is_none_or(|path| matches!(&path.value, Value::Null) || path.value.text() == Some("")) {
        let problem =
            rule::WRONG_TYPE.at(&entry.place.first_line(), "this file has no path, so it is not written");
        report.push(problem.help("add `path: /PATH/ON/THE/SERVER`"));
    }
}

/// The keys that a mapping may have.
trait Table: Iterator<Item = &'static ConfigKey> + Clone {}
impl<T: Iterator<Item = &'static ConfigKey> + Clone> Table for T {}

/// Checks each key of a mapping against its table. `below` is the key whose value the mapping is; it is empty at the
/// top level.
fn keys(map: &Map, table: impl Table, below: &str, report: &mut Report) {
    for (key, name, value) in map.texts() {
        if report.is_full() {
            return;
        }
        match table.clone().find(|known| known.name == name) {
            Some(known) => {
                if let Some(Deprecated { since, instead }) = known.deprecated {
                    let message = format!("`{name}` is deprecated since {since}");
                    report.push(rule::DEPRECATED.at(&key.place, message).help(format!("use {instead}")));
                }
                kind(known, name, value, report);
            }
            None => unknown(key, name, table.clone(), below, report),
        }
    }
}

fn unknown(key: &Tree, name: &str, table: impl Table, below: &str, report: &mut Report) {
    if let Some((_, why)) = ELSEWHERE.iter().find(|(elsewhere, _)| below.is_empty() && *elsewhere == name) {
        let message = format!("`{name}` is not read from user-data");
        return report.push(rule::UNKNOWN_KEY.at(&key.place, message).help(*why));
    }
    if let Some(rest) = name.strip_prefix('-').filter(|rest| !rest.starts_with('-')) {
        let problem = rule::MISSPELT
            .at(&key.place, "a space is missing after the dash, so this is a key and not a list item");
        return report.push(problem.help(format!("write `- {rest}`")).fix(format!("- {rest}")));
    }
    let at = if below.is_empty() { String::new() } else { format!(" in {below}") };
    let same = |known: &&ConfigKey| known.name.replace('-', "_") == name.replace('-', "_").to_lowercase();
    let known = table.clone().filter(|known| known.deprecated.is_none());
    let near = table.clone().find(same).map(|known| known.name);
    match near.or_else(|| nearest(name, known.map(|known| known.name)).filter(|_| name.len() > 3)) {
        Some(near) => {
            let problem =
                rule::MISSPELT.at(&key.place, format!("cloud-init does not know the key `{name}`{at}"));
            report.push(problem.help(format!("did you mean `{near}`?")).fix(near));
        }
        None => report.push(
            rule::UNKNOWN_KEY.at(&key.place, format!("no module of cloud-init reads the key `{name}`{at}")),
        ),
    }
}

fn kind(known: &ConfigKey, name: &str, value: &Tree, report: &mut Report) {
    let shape = match value.value {
        Value::List(_) => ValueShape::List,
        Value::Map(_) => ValueShape::Map,
        Value::Text(_) | Value::Bytes(_) => ValueShape::Text,
        Value::Bool(_) => ValueShape::Bool,
        Value::Int(_) => ValueShape::Number,
        Value::Float(_) => ValueShape::Float,
        Value::Date(_) => ValueShape::Date,
        Value::Null => ValueShape::Nothing,
    };
    // Where cloud-init wants text, it converts a number or the like. `yaml` reports values that this changes.
    let as_text = known.shapes.contains(&ValueShape::Text)
        && matches!(shape, ValueShape::Bool | ValueShape::Number | ValueShape::Float | ValueShape::Date)
        && !matches!(name, "path" | "owner" | "encoding");
    // The content of a file is checked where it is decoded.
    if known.shapes.contains(&shape) || as_text || name == "content" {
        return;
    }
    if shape == ValueShape::Nothing {
        return report.push(rule::EMPTY.at(&value.place, format!("`{name}` is empty")));
    }
    if let Value::Text(text) = &value.value {
        // A template can insert a value of any type, but in quotes it remains text.
        let is_open = is_filled_in(value, text) && (value.plain || known.shapes == [ValueShape::Bool]);
        if is_open || known.shapes == [ValueShape::Bool] && is_yes_or_no(text) {
            return;
        }
    }
    let help = match EXAMPLES.iter().any(|(key, _)| *key == name) {
        true => example(name),
        false => format!("write `{name}: {}`", known.shapes.first().map_or("TEXT", |shape| shape.sample())),
    };
    wrong(value, &format!("`{name}` must be {}", wanted(known.shapes)), &help, report);
}

/// A help text with an example of a key; empty if there is no example.
fn example(name: &str) -> String {
    let found = EXAMPLES.iter().find(|(key, _)| *key == name);
    found.map_or_else(String::new, |(_, example)| format!("write, for example, `{example}`"))
}

/// Whether a text means yes or no, which works in most places even in quotes.
fn is_yes_or_no(text: &str) -> bool {
    let word = text.to_lowercase();
    ["true", "false", "yes", "no", "on", "off", "1", "0"].contains(&word.as_str())
}

fn wanted(shapes: &[ValueShape]) -> String {
    shapes.iter().filter_map(|shape| shape.name()).collect::<Vec<_>>().join(", or ")
}

/// Checks the type of a command. One command of a wrong type stops the module, so that no command of the list runs.
fn command(node: &Tree, report: &mut Report) {
    match &node.value {
        Value::List(_) | Value::Text(_) | Value::Null => {}
        Value::Map(_) if !is_placeholder(node) => {
            let problem = rule::WRONG_TYPE.at(
                &node.place.first_line(),
                "this command is a mapping, because `: ` separates a key from a value",
            );
            report.push(problem.help(
                "put the command in quotes, or write it below `- |`; otherwise no command of the list runs",
            ));
        }
        _ => wrong(node, "a command must be text or a list of words", "put it in quotes", report),
    }
}

fn wrong(node: &Tree, wanted: &str, help: &str, report: &mut Report) {
    let message = format!("{wanted}, but this is {}", node.value.what());
    let problem = rule::WRONG_TYPE.at(&node.place.first_line(), message);
    report.push(if is_placeholder(node) {
        problem.help("this looks like a template variable that was not replaced: render the template first")
    } else {
        problem.help(help)
    });
}

/// Whether a node is a placeholder such as `{name}` in Python's format strings, which YAML reads as a mapping.
fn is_placeholder(node: &Tree) -> bool {
    let is_bare = |map: &Map| map.entries.iter().all(|(_, value)| matches!(value.value, Value::Null));
    node.place.text().starts_with('{') && node.map().is_some_and(is_bare)
}
