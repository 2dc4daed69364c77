//! Checks of SSH public keys: sshd ignores a line that is not a key, and then nobody can log in with it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::is_variable;
use crate::finding::{Report, rule};
use crate::userdata::Tree;

/// The types of keys. The type is in the line, and again inside of the key; that of a certificate also has
/// `-cert-v01`.
const TYPES: &[&str] = &[
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
];
const CERTIFICATE: &str = "-cert-v01@openssh.com";

const HELP: &str =
    "write the line of your public key, such as `cat ~/.ssh/id_ed25519.pub` prints: ssh-ed25519 AAAA… NAME";

pub(super) fn check(root: &Tree, report: &mut Report) {
    let users = root.get("users").and_then(|node| node.list()).unwrap_or_default();
    for holder in users.iter().chain(root.get("user")).chain([root]) {
        for name in ["ssh_authorized_keys", "ssh-authorized-keys"] {
            let Some(node) = holder.get(name) else { continue };
            let items = node.list().unwrap_or(std::slice::from_ref(node));
            items.iter().for_each(|item| one(item, report));
        }
    }
}

fn one(item: &Tree, report: &mut Report) {
    let Some(text) = item.value.text() else { return };
    // A private key is reported as a secret.
    if is_variable(item, text) || text.contains("PRIVATE KEY") {
        return;
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    if let Some((message, help)) = lines.filter_map(wrong).next() {
        report.push(rule::BAD_SSH_KEY.at(&item.place, message).help(help));
    }
}

/// What is wrong with a line of `authorized_keys`, `[OPTIONS] TYPE BASE64 [COMMENT]`, and what to do; `None` if the
/// line is a key.
fn wrong(line: &str) -> Option<(String, &'static str)> {
    let known = |word: &str| TYPES.contains(&plain(word).as_str());
    let mut rest = line;
    if !known(first(line)) {
        rest = line.get(options(line)..).unwrap_or("").trim_start();
    }
    let mut words = rest.split_whitespace();
    let (kind, key) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    if kind == "ssh-dss" || first(line) == "ssh-dss" {
        let help = "create another key with `ssh-keygen -t ed25519`, and write the line of its .pub file";
        return Some(("sshd no longer accepts keys of type ssh-dss".to_owned(), help));
    }
    if !known(kind) {
        return Some(("this is not an SSH public key".to_owned(), otherwise(line)));
    }
    let Ok(bytes) = STANDARD.decode(key) else {
        return Some((format!("the text after {kind} is not a key: it is damaged or incomplete"), HELP));
    };
    match fields(&bytes) {
        Some(inner) if inner == kind.as_bytes() => None,
        Some(_) => Some((format!("this says {kind}, but the key after it has another type"), HELP)),
        // A certificate also has fields of another form, which are not checked here.
        None if kind.ends_with(CERTIFICATE) => None,
        None => Some(("this key is damaged or incomplete".to_owned(), HELP)),
    }
}

fn first(line: &str) -> &str {
    line.split_whitespace().next().unwrap_or("")
}

/// The type of the key in a certificate; any other type is returned unchanged.
fn plain(kind: &str) -> String {
    match kind.strip_suffix(CERTIFICATE) {
        None => kind.to_owned(),
        Some(inner) if inner.starts_with("sk-") => format!("{inner}@openssh.com"),
        Some(inner) => inner.to_owned(),
    }
}

/// The index in bytes at which the options of a line end: the first space or tab that is not in quotes.
fn options(line: &str) -> usize {
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (at, c) in line.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            ' ' | '\t' if !is_quoted => return at,
            _ => {}
        }
    }
    line.len()
}

/// The first field of a key, which is its type. `None` if there is no other field, or if the fields do not fill the
/// key exactly; each field has its length before it.
fn fields(bytes: &[u8]) -> Option<&[u8]> {
    let (mut rest, mut kind) = (bytes, None);
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let (field, after) = after.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        kind = kind.or(Some(field));
        rest = after;
    }
    kind.filter(|kind| kind.len() < bytes.len().saturating_sub(4))
}

/// What to do about a line that is not a key.
fn otherwise(line: &str) -> &'static str {
    if line.starts_with("---- BEGIN") || line.starts_with("PuTTY") {
        "convert it to OpenSSH's format with `ssh-keygen -i -f FILE`, and write the output"
    } else if line.starts_with("gh:") || line.starts_with("lp:") || line.contains("://") {
        "write the key itself here: ssh-ed25519 AAAA… NAME; to let cloud-init download keys, use `ssh_import_id: [gh:NAME]`"
    } else if line.ends_with(".pub") {
        "the server does not have this file: write the line that it contains, ssh-ed25519 AAAA… NAME"
    } else {
        HELP
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(fields: &[&[u8]]) -> String {
        let of = |field: &&[u8]| [&u32::try_from(field.len()).expect("short").to_be_bytes(), *field].concat();
        STANDARD.encode(fields.iter().flat_map(of).collect::<Vec<_>>())
    }

    #[test]
    fn keys_with_options_and_comments() {
        let ed25519 = key(&[b"ssh-ed25519", &[7; 32]]);
        let rsa = key(&[b"ssh-rsa", &[1, 0, 1], &[5; 257]]);
        let security_key = key(&[b"sk-ssh-ed25519@openssh.com", &[7; 32], b"ssh:"]);
        let certificate = key(&[b"ssh-ed25519-cert-v01@openssh.com", &[7; 32]]) + "AAAA";
        for line in [
            format!("ssh-ed25519 {ed25519}"),
            format!("ssh-ed25519 {ed25519} joe at home"),
            format!("ssh-rsa {rsa} joe@example.com"),
            format!("no-pty,command=\"echo \\\"a b\\\" c\" ssh-rsa {rsa}"),
            format!("from=\"10.0.0.0/8, 192.168.0.1\"  ssh-ed25519 {ed25519}"),
            format!("sk-ssh-ed25519@openssh.com {security_key} key"),
            format!("ssh-ed25519-cert-v01@openssh.com {certificate}"),
        ] {
            assert_eq!(wrong(&line), None, "{line}");
        }
    }

    #[test]
    fn what_is_no_key() {
        let ed25519 = key(&[b"ssh-ed25519", &[7; 32]]);
        let cut = ed25519.get(..ed25519.len() - 8).expect("longer");
        let damaged = ed25519.replacen('A', "*", 1);
        for line in [
            "foo".to_owned(),
            "ssh-ed25519".to_owned(),
            "ssh-rsa AAAAB3NzaC1yc2E... joe@example.com".to_owned(),
            format!("ssh-ed25519 {cut} joe"),
            format!("ssh-ed25519 {damaged} joe"),
            format!("ssh-rsa {ed25519} joe"),
            format!("ssh-ed25519 {} joe", key(&[b"ssh-ed25519"])),
            format!("ssh-dss {}", key(&[b"ssh-dss", &[1; 20]])),
            ed25519,
            "~/.ssh/id_ed25519.pub".to_owned(),
        ] {
            assert!(wrong(&line).is_some(), "{line}");
        }
    }
}
