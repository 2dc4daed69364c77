//! The document as the first part of a MIME multipart, for those who add parts of their own.
//!
//! Sources: RFC 2045 and 2046; cloud-init's `user_data.py` and its documentation of merging.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::diagnostic::{Problem, suggest};
use crate::source::{Place, Source};

/// A part of the user's.
pub struct Part {
    /// What cloud-init takes it for.
    pub subtype: Subtype,
    /// Its text.
    pub source: Arc<Source>,
    /// The argument of `--part` that gives it.
    pub argument: String,
    /// Where it is named.
    pub place: Place,
}

/// Its secrets masked.
impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Part").field(&self.subtype).field(&self.source).finish()
    }
}

/// A MIME type that cloud-init has a handler for, without its `text/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subtype(&'static str);

/// The types, and the first characters by which cloud-init knows some of them; the longer come first.
const SUBTYPES: &[(&str, &str)] = &[
    ("cloud-config-archive", "#cloud-config-archive"),
    ("cloud-config-jsonp", "#cloud-config-jsonp"),
    ("cloud-config", "#cloud-config"),
    ("cloud-boothook", "#cloud-boothook"),
    ("x-include-once-url", "#include-once"),
    ("x-include-url", "#include"),
    ("part-handler", "#part-handler"),
    ("jinja2", "## template: jinja"),
    ("x-shellscript", "#!"),
    ("x-shellscript-per-boot", ""),
    ("x-shellscript-per-instance", ""),
    ("x-shellscript-per-once", ""),
];

/// By default a later part's list takes the place of an earlier one's: our files and commands would be lost.
const MERGE: &str = "Merge-Type: list(append)+dict(no_replace,recurse_list)+str()\n";

impl Subtype {
    /// The one with this name, with or without `x-`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let known =
            |(subtype, _): &&(&str, &str)| *subtype == name || subtype.strip_prefix("x-") == Some(name);
        SUBTYPES.iter().find(known).map(|(subtype, _)| Self(subtype))
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }

    /// The one that a text's first line tells.
    ///
    /// # Errors
    /// A text that begins otherwise.
    pub fn of(text: &str) -> Result<Self, Problem> {
        let known = |(_, start): &&(&str, &str)| !start.is_empty() && text.starts_with(start);
        SUBTYPES.iter().find(known).map(|(subtype, _)| Self(subtype)).ok_or_else(|| {
            Problem::new(
                "its first line does not tell cloud-init what it is",
                "begin it with #cloud-config or #!/bin/sh, or write --part FILE:TYPE",
            )
        })
    }

    /// All names.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SUBTYPES.iter().map(|(subtype, _)| *subtype)
    }

    /// The complaint about a name that is none.
    #[must_use]
    pub fn unknown(name: &str) -> Problem {
        Problem::new(format!("cloud-init knows no part of type `{name}`"), suggest(name, Self::names()))
    }
}

/// The document and the parts after it.
#[must_use]
pub fn wrap(document: &str, parts: &[&Part]) -> String {
    let bodies: Vec<_> = std::iter::once(("cloud-config", "firstlight", document))
        .chain(
            parts.iter().map(|part| (part.subtype.0, part.source.name.as_str(), part.source.text.as_str())),
        )
        .collect();
    let boundary = boundary(bodies.iter().map(|(_, _, text)| *text));
    let mut out = format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\nMIME-Version: 1.0\n\n");
    for (index, (subtype, name, text)) in bodies.into_iter().enumerate() {
        let merge = if index > 0 && subtype.starts_with("cloud-config") { MERGE } else { "" };
        out.push_str(&format!("--{boundary}\n{merge}Content-Type: text/{subtype}; charset=\"utf-8\"\n"));
        out.push_str(&format!("Content-Disposition: attachment; filename=\"{}\"\n", file_name(name)));
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
