//! The document as `#cloud-config`: printable ASCII, tab and LF, safe under YAML 1.1 as PyYAML reads it.
//!
//! Sources: cloud-init's cc_write_files and cc_runcmd, YAML 1.1. cloud-init's defaults (owner
//! root:root, mode 0644) are left out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::gzip::gzip;
use super::literal::literal;
use super::value;
use crate::compile::own::Own;
use crate::compile::render::{Rendered, RenderedFile};
use crate::escape::yaml_scalar;
use crate::host::Origin;
use crate::value::{GuestPath, Mode};

/// How files stand in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    /// As text wherever that is possible: a person can read it.
    Readable,
    /// As base64 of gzip where that saves much; a person can read the rest.
    Largest,
    /// Each as the smallest of text, base64, and base64 of gzip.
    Smallest,
}

/// So many bytes less are worth that a person cannot read a file.
const WORTH_IT: usize = 1024;

/// Writes the document, the header's lines first.
#[must_use]
pub(crate) fn encode(rendered: &Rendered, header: &str, packing: Packing) -> String {
    let mut out = String::from("#cloud-config\n");
    out.push_str(header);
    out.push_str("write_files:\n");
    for (path, file) in &rendered.files {
        out.push_str(&entry(path, file, packing));
    }
    value::items(&mut out, rendered.own.items("write_files"));
    commands(&mut out, "bootcmd", &rendered.bootcmd, &rendered.own);
    commands(&mut out, "runcmd", &rendered.runcmd, &rendered.own);
    others(&mut out, &rendered.own);
    out
}

/// The user's own keys alone, as a document; nothing if there are none.
#[must_use]
pub(crate) fn encode_own(own: &Own) -> Option<String> {
    let mut out = String::from("#cloud-config\n");
    others(&mut out, own);
    own.others().next().is_some().then_some(out)
}

fn others(out: &mut String, own: &Own) {
    own.others().for_each(|(key, node)| value::entry(out, key, node));
}

/// A list of commands, each a list of words: no shell reads them again. The user's come after ours: one of them may end
/// the script that cloud-init makes of them all.
fn commands(out: &mut String, key: &str, commands: &[Vec<String>], own: &Own) {
    let own = own.items(key);
    if !commands.is_empty() || !own.is_empty() {
        out.push_str(&format!("{key}:\n"));
    }
    for command in commands {
        let words: Vec<_> = command.iter().map(|word| yaml_scalar::token(word)).collect();
        out.push_str(&format!("- [{}]\n", words.join(", ")));
    }
    value::items(out, own);
}

/// The dash stands alone: the least indentation there is, so the most room for what the document says.
pub(super) fn entry(path: &GuestPath, file: &RenderedFile, packing: Packing) -> String {
    let mut head = format!("-\n path: {}\n", yaml_scalar::token(path.as_str()));
    if file.mode != Mode::DEFAULT {
        head.push_str(&format!(" permissions: \"{}\"\n", file.mode));
    }
    let readable = as_text(&file.bytes).unwrap_or_else(|| encoded("b64", &file.bytes));
    // A hole has to stay one: what fills it in looks for it as text.
    if packing == Packing::Readable || Origin::of(path.as_str()) == Some(Origin::Secret) {
        return head + &readable;
    }
    let packed = encoded("gz+b64", &gzip(&file.bytes));
    if packing == Packing::Largest && packed.len() + WORTH_IT > readable.len() {
        return head + &readable;
    }
    let plain = encoded("b64", &file.bytes);
    head + [readable, plain, packed].iter().min_by_key(|text| text.len()).map_or("", String::as_str)
}

fn as_text(bytes: &[u8]) -> Option<String> {
    let (indicator, text) = literal(bytes)?;
    let mut out = format!(" content: {indicator}\n");
    for line in text.split_terminator('\n') {
        let indent = if line.is_empty() { "" } else { "  " };
        out.push_str(&format!("{indent}{line}\n"));
    }
    Some(out)
}

/// Encodings have the names that cloud-init's `cc_write_files` knows.
fn encoded(encoding: &str, bytes: &[u8]) -> String {
    format!(" encoding: {encoding}\n content: \"{}\"\n", STANDARD.encode(bytes))
}
