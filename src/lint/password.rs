//! Passwords in clear.

use crate::diagnostic::Report;
use crate::rule;
use crate::userdata::Tree;

pub(super) fn check(root: &Tree, report: &mut Report) {
    if let Some(node) = root.get("password") {
        clear(node, node.value.text(), "a password", report);
    }
    for user in root.get("users").and_then(|node| node.list()).unwrap_or_default() {
        for key in ["plain_text_passwd", "plain-text-passwd"] {
            user.get(key).into_iter().for_each(|node| clear(node, node.value.text(), "a password", report));
        }
        for key in ["passwd", "hashed_passwd"] {
            if let Some(node) = user.get(key) {
                clear(
                    node,
                    node.value.text().filter(|text| !is_hash(text)),
                    "no hash, which is what is wanted here",
                    report,
                );
            }
        }
    }
    let Some(chpasswd) = root.get("chpasswd") else { return };
    for user in chpasswd.get("users").and_then(|node| node.list()).unwrap_or_default() {
        let text = user.get("type").is_some_and(|node| node.value.text() == Some("text"));
        user.get("password")
            .filter(|_| text)
            .into_iter()
            .for_each(|node| clear(node, node.value.text(), "a password", report));
    }
    let Some(list) = chpasswd.get("list") else { return };
    let lines = list.value.text().into_iter().flat_map(str::lines).map(|line| (list, line));
    let items = list.list().unwrap_or_default().iter().filter_map(|item| Some((item, item.value.text()?)));
    for (node, line) in lines.chain(items) {
        let password = line.split_once(':').map(|(_, password)| password.trim());
        if password.is_some_and(|password| !is_hash(password)) {
            return clear(node, password, "a password", report);
        }
    }
}

/// Hashes begin with `$`; a lone letter or mark locks the account.
fn is_hash(text: &str) -> bool {
    text.starts_with('$') && text.matches('$').count() >= 3
        || text.len() == 13
        || text.starts_with(['!', '*', '_'])
}

fn clear(node: &Tree, password: Option<&str>, what: &str, report: &mut Report) {
    let Some(password) = password.filter(|text| !matches!(*text, "" | "R" | "RANDOM")) else { return };
    // A variable of the template that it comes from.
    if !password.contains("${") && !password.contains("{{") && !password.starts_with('<') {
        report.push(rule::CLEAR_PASSWORD.found(format!("this is {what}, in clear")).hidden_at(&node.place));
    }
}
