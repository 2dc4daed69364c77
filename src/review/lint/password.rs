//! Finds passwords in plain text.

use super::is_variable;
use crate::finding::{Report, rule};
use crate::userdata::Tree;

/// What to write instead, by the key that has the password.
const HASH: &str =
    "use an SSH key instead; or write the hash of a password, as `openssl passwd -6` prints it";
const HASHED: &str =
    "write `hashed_passwd:` with the output of `openssl passwd -6`, or leave it out and use an SSH key";
const TYPED: &str =
    "write the output of `openssl passwd -6`, with `type: hash`; or `type: RANDOM` without a password";

pub(super) fn check(root: &Tree, report: &mut Report) {
    const PASSWORD: &str = "this is a password in plain text";
    if let Some(node) = root.get("password") {
        let text = node.value.text().filter(|text| !is_modern(text));
        clear(node, text, PASSWORD, HASH, report);
    }
    for user in root.get("users").and_then(|node| node.list()).unwrap_or_default() {
        for key in ["plain_text_passwd", "plain-text-passwd"] {
            let node = user.get(key).into_iter();
            node.for_each(|node| clear(node, node.value.text(), PASSWORD, HASHED, report));
        }
        for key in ["passwd", "hashed_passwd"] {
            if let Some(node) = user.get(key) {
                let text = node.value.text().filter(|text| !is_hash(text));
                clear(node, text, "this is not a hash: it may be the password itself", HASH, report);
            }
        }
    }
    let Some(chpasswd) = root.get("chpasswd") else { return };
    for user in chpasswd.get("users").and_then(|node| node.list()).unwrap_or_default() {
        let is_text = user.get("type").is_some_and(|node| node.value.text() == Some("text"));
        let node = user.get("password").filter(|_| is_text).into_iter();
        node.for_each(|node| clear(node, node.value.text(), PASSWORD, TYPED, report));
    }
    let Some(list) = chpasswd.get("list") else { return };
    let lines = list.value.text().into_iter().flat_map(str::lines).map(|line| (list, line));
    let items = list.list().unwrap_or_default().iter().filter_map(|item| Some((item, item.value.text()?)));
    for (node, line) in lines.chain(items) {
        let password = line.split_once(':').map(|(_, password)| password.trim());
        if password.is_some_and(|password| !is_modern(password) && is_clear(node, password)) {
            return clear(node, password, PASSWORD, HASH, report);
        }
    }
}

/// Whether cloud-init takes a text for a hash, such as `$6$SALT$HASH`.
fn is_modern(text: &str) -> bool {
    text.starts_with('$') && text.matches('$').count() >= 3
}

/// Whether a text can be in the password file: a hash, also of an old kind, or a mark that locks the account.
fn is_hash(text: &str) -> bool {
    is_modern(text) || text.len() == 13 || text.starts_with(['!', '*', '_'])
}

/// Whether a text is a password, and neither a request for a random one (`R` or `RANDOM`) nor a variable.
fn is_clear(node: &Tree, password: &str) -> bool {
    !matches!(password, "" | "R" | "RANDOM") && !is_variable(node, password)
}

fn clear(node: &Tree, password: Option<&str>, what: &str, help: &str, report: &mut Report) {
    if password.is_some_and(|password| is_clear(node, password)) {
        report.push(rule::CLEAR_PASSWORD.found(what).hidden_at(&node.place).help(help));
    }
}
