//! The document as the first part of a MIME multipart message, for users who add parts of their own.
//!
//! Sources: RFC 2045 and 2046; cloud-init's `user_data.py` and its documentation of merging.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::compile::part::{MimePart, Subtype};

/// By default a later part's list takes the place of an earlier one's: our files and commands would be lost.
const MERGE: &str = "list(append)+dict(no_replace,recurse_list)+str()";

/// The value of the header `Merge-Type` that a part of the user's gets; `None` if it gets none.
#[must_use]
pub(crate) fn merge_type(subtype: Subtype) -> Option<&'static str> {
    // A template may be one of a cloud-config.
    let is_merged = subtype.name().starts_with("cloud-config") || subtype.name() == "jinja2";
    is_merged.then_some(MERGE)
}

/// The document and the parts after it.
#[must_use]
pub(crate) fn wrap(document: &str, parts: &[&MimePart]) -> String {
    let part = |part: &&MimePart| {
        let merge = merge_type(part.subtype).map_or_else(String::new, |how| format!("Merge-Type: {how}\n"));
        (part.subtype.name(), merge, part.source.name.clone(), part.source.text.clone())
    };
    let ours = ("cloud-config", String::new(), "firstlight".to_owned(), document.to_owned());
    let bodies: Vec<_> = std::iter::once(ours).chain(parts.iter().map(part)).collect();
    let boundary = boundary(bodies.iter().map(|(.., text)| text.as_str()));
    let mut out = format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\nMIME-Version: 1.0\n\n");
    for (subtype, merge, name, text) in bodies {
        out.push_str(&format!("--{boundary}\n{merge}Content-Type: text/{subtype}; charset=\"utf-8\"\n"));
        out.push_str(&format!("Content-Disposition: attachment; filename=\"{}\"\n", file_name(&name)));
        if text.bytes().all(|b| matches!(b, b'\n' | b'\t') || (b' '..=b'~').contains(&b)) {
            out.push_str(&format!("Content-Transfer-Encoding: 7bit\n\n{text}\n"));
        } else {
            out.push_str(&format!("Content-Transfer-Encoding: base64\n\n{}\n", STANDARD.encode(text)));
        }
    }
    out.push_str(&format!("--{boundary}--\n"));
    out
}

/// The same for the same parts, and in none of them.
fn boundary<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> String {
    let mut boundary = "firstlight".to_owned();
    while texts.clone().any(|text| text.contains(&format!("--{boundary}"))) {
        boundary.push('-');
    }
    boundary
}

/// A path's last part, in characters that a header takes unescaped.
fn file_name(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect()
}
