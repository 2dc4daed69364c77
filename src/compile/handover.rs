//! What an operator brings to the server: the files that references name, and the command for each.

use schemars::JsonSchema;
use serde::Serialize;

use crate::compile::operator::Operator;
use crate::compile::resolve::Resolved;
use crate::escape::shell::ascii_word;
use crate::value::{Arrival, SecretRef, SecretUri};

/// A file that the server waits for.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Brought {
    /// The path of the file on the server.
    pub path: String,
    /// The command that copies the file to the server; run it in the folder that contains the file.
    pub command: String,
}

/// Every file that the operator has to bring, the registry's token first.
#[must_use]
pub(crate) fn brought(resolved: &Resolved) -> Vec<Brought> {
    let token = match &resolved.token {
        SecretRef::At(uri) if uri.scheme.arrival() == Arrival::Copied => Some(uri),
        _ => None,
    };
    let mut files: Vec<Brought> = token.into_iter().map(|uri| one(uri, true, resolved)).collect();
    for uri in resolved.arriving(Arrival::Copied) {
        if files.iter().all(|other| other.path != uri.path.as_str()) {
            files.push(one(uri, false, resolved));
        }
    }
    files
}

fn one(uri: &SecretUri, is_token: bool, resolved: &Resolved) -> Brought {
    let path = uri.path.to_string();
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let command = if is_token {
        as_root(resolved, "firstlight token")
    } else {
        // A path on the server holds nothing that a shell would read.
        let is_there = ["", "/etc/firstlight"].contains(&folder);
        let made = if is_there { String::new() } else { format!("mkdir -p {folder}; ") };
        shell_as_root(resolved, &format!("umask 077; {made}cat >{path}"))
    };
    Brought { command: format!("{command} <{name}"), path }
}

/// A command that root runs on the server, from afar.
#[must_use]
pub(crate) fn as_root(resolved: &Resolved, command: &str) -> String {
    let Operator { user, needs_sudo, .. } = &resolved.operator;
    let sudo = if *needs_sudo { "sudo " } else { "" };
    format!("ssh {}@{} {sudo}{command}", ascii_word(user), resolved.domain)
}

/// A line of shell without quotes in it.
fn shell_as_root(resolved: &Resolved, line: &str) -> String {
    let Operator { user, needs_sudo, .. } = &resolved.operator;
    let quoted = if *needs_sudo { format!("\"sudo sh -c '{line}'\"") } else { format!("'{line}'") };
    format!("ssh {}@{} {quoted}", ascii_word(user), resolved.domain)
}
