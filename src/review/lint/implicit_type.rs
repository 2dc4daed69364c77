//! Checks values to which YAML 1.1 gives a type that changes them: `022` is a number, and `no` is a boolean.

use crate::finding::{Report, rule};
use crate::userdata::{Tree, TreeNode, Value};

/// Checks the cloud-config of one part.
pub(super) fn check(root: &Tree, report: &mut Report) {
    numbers(root, report);
    for key in ["runcmd", "bootcmd"] {
        let commands = root.get(key).and_then(|node| node.list()).unwrap_or_default();
        commands.iter().filter_map(|command| command.list()).flatten().for_each(|word| text(word, report));
    }
    for key in ["packages", "ssh_authorized_keys", "groups"] {
        root.get(key)
            .and_then(|node| node.list())
            .unwrap_or_default()
            .iter()
            .for_each(|item| text(item, report));
    }
    for package in root.get("packages").and_then(|node| node.list()).unwrap_or_default() {
        package.list().into_iter().flatten().for_each(|word| text(word, report));
    }
    for key in ["hostname", "fqdn", "timezone", "locale", "final_message", "password"] {
        root.get(key).into_iter().for_each(|node| text(node, report));
    }
    for user in root.get("users").and_then(|node| node.list()).unwrap_or_default() {
        for key in [
            "name",
            "gecos",
            "passwd",
            "hashed_passwd",
            "plain_text_passwd",
            "shell",
            "homedir",
            "primary_group",
        ] {
            user.get(key).into_iter().for_each(|node| text(node, report));
        }
    }
}

/// Reports integers that are not read as they look, anywhere below a node; modes have a finding of their own.
fn numbers(node: &TreeNode, report: &mut Report) {
    match &node.value {
        Value::Map(map) => {
            let others = map.entries.iter().filter(|(key, _)| key.value.text() != Some("permissions"));
            others.for_each(|(_, value)| numbers(value, report));
        }
        Value::List(items) => items.iter().for_each(|item| numbers(item, report)),
        Value::Int(number) if is_odd(node) => {
            surprise(node, format!("YAML 1.1 reads {} as the number {number}", node.place.text()), report);
        }
        _ => {}
    }
}

/// Whether an integer has a leading zero without being hexadecimal, is sexagesimal, or has underscores.
fn is_odd(node: &TreeNode) -> bool {
    let digits = node.place.text().trim_start_matches(['-', '+']);
    let octal = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0x");
    node.plain && (octal || digits.contains([':', '_']))
}

/// Reports a value that is wanted as text, if YAML reads it as another type and thereby changes it.
fn text(node: &Tree, report: &mut Report) {
    let changes = match node.value {
        Value::Text(_) | Value::Null | Value::List(_) | Value::Map(_) => false,
        // `numbers` has reported it already.
        Value::Int(_) => !is_odd(node),
        _ => true,
    };
    let (raw, read) = (node.place.text(), node.value.python());
    if node.plain && changes && read != raw {
        surprise(node, format!("YAML 1.1 reads {raw} as {read}"), report);
    }
}

fn surprise(node: &TreeNode, message: String, report: &mut Report) {
    let fix = format!("\"{}\"", node.place.text());
    report.push(rule::YAML_SURPRISE.at(&node.place, message).help("put it in quotes").fix(fix));
}
