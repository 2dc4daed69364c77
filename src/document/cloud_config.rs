//! The document as `#cloud-config`: printable ASCII, tab and LF, safe under YAML 1.1 as PyYAML reads it.
//!
//! Sources: cloud-init's cc_write_files and cc_runcmd, YAML 1.1. cloud-init's defaults (owner
//! root:root, mode 0644) are left out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::escape::yaml;
use crate::render::{File, Rendered};
use crate::value::{GuestPath, Mode};

/// Writes the document, the header's lines first.
#[must_use]
pub fn encode(rendered: &Rendered, header: &str) -> String {
    let mut out = String::from("#cloud-config\n");
    out.push_str(header);
    out.push_str("write_files:\n");
    for (path, file) in &rendered.files {
        entry(&mut out, path, file);
    }
    commands(&mut out, "bootcmd", &rendered.bootcmd);
    commands(&mut out, "runcmd", &rendered.runcmd);
    out
}

/// A list of commands, each a list of words: no shell reads them again.
fn commands(out: &mut String, key: &str, commands: &[Vec<String>]) {
    if !commands.is_empty() {
        out.push_str(&format!("{key}:\n"));
    }
    for command in commands {
        let words: Vec<_> = command.iter().map(|word| yaml::scalar(word)).collect();
        out.push_str(&format!("- [{}]\n", words.join(", ")));
    }
}

/// The dash stands alone: the least indentation there is, so the most room for what the document says.
fn entry(out: &mut String, path: &GuestPath, file: &File) {
    out.push_str(&format!("-\n path: {}\n", yaml::scalar(path.as_str())));
    if file.mode != Mode::DEFAULT {
        out.push_str(&format!(" permissions: \"{}\"\n", file.mode));
    }
    match literal(&file.bytes) {
        Some((indicator, text)) => {
            out.push_str(&format!(" content: {indicator}\n"));
            for line in text.split_terminator('\n') {
                let indent = if line.is_empty() { "" } else { "  " };
                out.push_str(&format!("{indent}{line}\n"));
            }
        }
        None => {
            out.push_str(" encoding: b64\n");
            out.push_str(&format!(" content: \"{}\"\n", STANDARD.encode(&file.bytes)));
        }
    }
}

/// A text that a literal block holds as it is, and the block's indicator; nothing for what has to go as base64.
fn literal(bytes: &[u8]) -> Option<(&'static str, &str)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let printable = text.bytes().all(|b| b == b'\n' || b == b'\t' || (b' '..=b'~').contains(&b));
    let body = text.trim_end_matches('\n');
    if !printable || body.is_empty() || body.trim_start_matches('\n').starts_with([' ', '\t']) {
        return None;
    }
    match text.len() - body.len() {
        0 => Some(("|-", text)),
        1 => Some(("|", text)),
        _ => None,
    }
}
