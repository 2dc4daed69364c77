//! Checks of the files in `write_files`: modes, owners, encodings and paths.

use super::is_filled_in;
use crate::base::nearest::nearest;
use crate::finding::{Report, rule};
use crate::userdata::{FileContent, Tree, UserData, Value, WrittenFile, mode};

/// The system users that images of Debian, Ubuntu or Red Hat have from the start.
const USERS: &[&str] = &[
    "root",
    "daemon",
    "bin",
    "sys",
    "sync",
    "games",
    "man",
    "lp",
    "mail",
    "news",
    "uucp",
    "proxy",
    "www-data",
    "backup",
    "list",
    "irc",
    "nobody",
    "_apt",
    "systemd-network",
    "systemd-resolve",
    "systemd-timesync",
    "messagebus",
    "sshd",
    "syslog",
    "adm",
    "operator",
    "ftp",
    "dbus",
    "polkitd",
    "chrony",
    "tss",
    "uuidd",
    "landscape",
    "pollinate",
];
/// The groups that these images have, without those that have the name of such a user.
const GROUPS: &[&str] = &[
    "wheel",
    "sudo",
    "tty",
    "disk",
    "users",
    "staff",
    "shadow",
    "utmp",
    "video",
    "audio",
    "cdrom",
    "plugdev",
    "nogroup",
    "systemd-journal",
    "dialout",
    "kmem",
    "input",
    "render",
    "crontab",
    "ssh",
    "netdev",
    "src",
];
/// The default users of images. cloud-init creates them together with all other users.
const DEFAULT_USERS: &[&str] = &[
    "ubuntu",
    "debian",
    "ec2-user",
    "centos",
    "fedora",
    "cloud-user",
    "rocky",
    "almalinux",
    "opensuse",
    "arch",
    "admin",
    "azureuser",
    "core",
    "freebsd",
    "alpine",
    "cloud",
];

const ENCODINGS: &[&str] =
    &["b64", "base64", "gz", "gzip", "gz+b64", "gz+base64", "gzip+b64", "gzip+base64", "text/plain"];

/// Checks each entry of `write_files` in a part, and the files that result from it.
pub(super) fn check(root: &Tree, data: &UserData, report: &mut Report) {
    for entry in root.get("write_files").and_then(|node| node.list()).unwrap_or_default() {
        if let Some(permissions) = entry.get("permissions") {
            permission(permissions, report);
        }
        if let Some(encoding) = entry.get("encoding") {
            known_encoding(encoding, report);
        }
        if let Some(owner) =
            entry.get("owner").filter(|_| !entry.get("defer").is_some_and(|d| d.value.is_true()))
        {
            exists(owner, data, report);
        }
        if let Some(path) = entry.get("path") {
            place(path, report);
        }
    }
    for file in data.config.files.iter().filter(|file| file.place.source == root.place.source) {
        let FileContent::Bytes(bytes) = &file.body else { continue };
        let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        if first.starts_with(b"#!") && first.ends_with(b"\r") {
            let message = format!(
                "the first line of {} ends in CR, so the kernel does not find its interpreter",
                file.path
            );
            report.push(rule::SCRIPT_CRLF.at(&file.place.first_line(), message));
        }
    }
}

/// Reports the files of a part that replace an earlier file.
pub(super) fn twice(root: &Tree, data: &UserData, report: &mut Report) {
    let files = &data.config.files;
    for (at, file) in files.iter().enumerate() {
        // What is deferred may be meant to replace a file that was needed before.
        let is_same = |other: &&WrittenFile| other.path == file.path && other.defer == file.defer;
        let before = files.iter().take(at).find(is_same);
        let is_here = file.place.source == root.place.source && !file.append;
        if let Some(before) = before.filter(|_| is_here) {
            let (line, _) = before.place.source.line_column(before.place.span.start);
            let message = format!("this replaces {}, which an earlier entry writes", file.path);
            let problem =
                rule::FILE_TWICE.found(message).at(&file.place.first_line(), format!("first on line {line}"));
            report.push(problem.help("remove one of them, or add `append: true` to this one"));
        }
    }
}

fn permission(node: &Tree, report: &mut Report) {
    let raw = node.place.text();
    let octal = matches!(raw.len(), 3..=4) && raw.bytes().all(|b| (b'0'..=b'7').contains(&b));
    let quoted = format!("\"{}{raw}\"", if raw.len() == 3 { "0" } else { "" });
    match (&node.value, mode(&node.value)) {
        (Value::Null, _) => {}
        (Value::Text(text), None) if is_filled_in(node, text) => {}
        (Value::Int(_), Some(mode)) if node.plain && raw.starts_with('0') && raw.len() > 1 => {
            let problem = rule::MODE_UNQUOTED
                .at(&node.place, format!("a mode should be in quotes; this is read as the octal {mode:04o}"));
            report.push(if octal { problem.help(format!("write {quoted}")).fix(quoted) } else { problem });
        }
        (Value::Text(_), Some(_)) => {}
        (Value::Int(_), Some(mode)) => {
            let problem =
                rule::BAD_MODE.at(&node.place, format!("this decimal number is the mode {mode:04o}"));
            report.push(if octal { problem.help(format!("write {quoted}")).fix(quoted) } else { problem });
        }
        _ => {
            let problem =
                rule::BAD_MODE.at(&node.place, "this is not an octal number, so the file gets the mode 0644");
            report.push(problem.help("write four octal digits in quotes, such as \"0600\""));
        }
    }
}

fn known_encoding(node: &Tree, report: &mut Report) {
    let Some(name) = node.value.text().map(|text| text.trim().to_lowercase()) else { return };
    let is_open = node.value.text().is_some_and(|text| is_filled_in(node, text));
    if name.is_empty() || ENCODINGS.contains(&name.as_str()) || is_open {
        return;
    }
    let problem =
        rule::BAD_ENCODING.at(&node.place, format!("cloud-init does not know the encoding `{name}`"));
    report.push(match nearest(&name, ENCODINGS.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("there are: {}; leave it out for text", ENCODINGS.join(", "))),
    });
}

/// Reports an owner or a group that may not exist when the file is written.
fn exists(node: &Tree, data: &UserData, report: &mut Report) {
    let Some(owner) = node.value.text() else { return };
    let (user, group) = owner.split_once(':').unwrap_or((owner, ""));
    let made = |name: &str| {
        let config = &data.config;
        config.users.iter().any(|user| user.name == name)
            || config.groups.iter().any(|group| group == name)
            || DEFAULT_USERS.contains(&name)
    };
    let in_base = |name: &str| USERS.contains(&name) || GROUPS.contains(&name);
    for name in [user.trim(), group.trim()] {
        // A name with such a character contains a variable of a template.
        let none =
            matches!(name.to_lowercase().as_str(), "" | "-1" | "none") || name.contains(['$', '{', '%']);
        if none || in_base(name) || is_filled_in(node, name) {
            continue;
        }
        let place = super::within(&node.place, name);
        let problem = if made(name) {
            rule::OWNER_TOO_EARLY.at(&place, format!("`{name}` does not exist yet when files are written"))
        } else {
            rule::OWNER_UNKNOWN.at(&place, format!("`{name}` may not exist when files are written"))
        };
        return report.push(problem.help("add `defer: true` to this file"));
    }
}

fn place(node: &Tree, report: &mut Report) {
    let Some(path) = node.value.text() else { return };
    if path.starts_with("/tmp/") {
        let problem = rule::TMP_FILE.at(&node.place, "files in /tmp may be gone before anything reads them");
        report.push(problem.help("write it below /root, /opt or /var/lib"));
    } else if !path.is_empty() && !path.starts_with(['/', '$', '{']) && !is_filled_in(node, path) {
        let problem = rule::RELATIVE_PATH.at(&node.place, "this path does not begin with /");
        report.push(problem.help("write an absolute path"));
    }
}
