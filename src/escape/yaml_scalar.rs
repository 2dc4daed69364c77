//! YAML scalars in printable ASCII, which YAML 1.1 (PyYAML, cloud-init) and YAML 1.2 read in the same way.

use std::fmt::Write;

use super::is_bare;

/// A scalar that every reader takes for the text `value`: plain if no reader can take it for something else, otherwise
/// in double quotes.
#[must_use]
pub(crate) fn token(value: &str) -> String {
    let bare = is_bare(value, "._-/:@+")
        && value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && !value.ends_with(':')
        && !is_word(value);
    if bare { value.to_owned() } else { quoted(value) }
}

/// A scalar in double quotes that stands for the text `value`.
#[must_use]
pub(crate) fn quoted(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            ' '..='~' => out.push(c),
            c => {
                let code = u32::from(c);
                // Writing to a String cannot fail.
                let _ = match code {
                    0..=0xff => write!(out, "\\x{code:02x}"),
                    0x100..=0xffff => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out.push('"');
    out
}

/// Whether YAML 1.1 takes a word for a boolean or null.
fn is_word(value: &str) -> bool {
    matches!(
        value.to_ascii_lowercase().as_str(),
        "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null"
    )
}
