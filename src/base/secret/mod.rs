//! The search for secrets that can be recognised without their name. A text with such a secret is refused, and the
//! secret is never shown.

mod encoded;
mod random;
mod shape;
mod web_token;

use std::borrow::Cow;
use std::ops::Range;

pub(crate) use random::{random_word, random_words};
pub(crate) use shape::begins_like_one;
pub(crate) use web_token::is_public_token;

/// The name of a private key in messages.
pub(crate) const PRIVATE_KEY: &str = "a private key";

/// The name of a JSON Web Token in messages.
pub(crate) const WEB_TOKEN: &str = "a JSON Web Token";

/// The text that replaces a secret.
pub(crate) const REDACTED: &str = "[redacted]";

/// A secret found in a text.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// The byte range in the text.
    pub span: Range<usize>,
    /// What it is, with the article, such as `a GitHub OAuth token`.
    pub name: Cow<'static, str>,
}

/// Finds all secrets of a known shape in a text, as plain text or in base64.
///
/// They are in the order of the text and do not overlap: of two that do, one is returned whose range covers both.
#[must_use]
pub fn find(text: &str) -> Vec<Found> {
    let is_public = |span: &Range<usize>, name| name == WEB_TOKEN && web_token::is_public(text, span);
    let shapes = shape::all(text).into_iter().filter(|shaped| !is_public(&shaped.span, shaped.name));
    let plain = shapes.map(|shaped| (shaped.span, Cow::Borrowed(shaped.name)));
    let encoded = encoded::all(text).map(|(span, name)| (span, Cow::Owned(name)));
    let mut found: Vec<_> = plain.chain(encoded).map(|(span, name)| Found { span, name }).collect();
    found.sort_by_key(|f| (f.span.start, std::cmp::Reverse(f.span.end)));
    let mut apart: Vec<Found> = Vec::with_capacity(found.len());
    for next in found {
        match apart.last_mut().filter(|last| next.span.start < last.span.end) {
            // A secret that begins within another one may end after it, and that part must not be shown either.
            Some(last) => last.span.end = last.span.end.max(next.span.end),
            None => apart.push(next),
        }
    }
    apart
}

/// Replaces every secret of a known shape in a text by `[redacted]`.
#[must_use]
pub fn mask(text: &str) -> String {
    replace(text, |_| REDACTED.to_owned())
}

/// Replaces every byte of the secrets of a known shape by `*`, except for line feeds. All byte offsets stay the same.
#[must_use]
pub fn mask_same_length(text: &str) -> String {
    replace(text, |secret| secret.bytes().map(|b| if b == b'\n' { '\n' } else { '*' }).collect())
}

fn replace(text: &str, with: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for Found { span, .. } in find(text) {
        out.push_str(text.get(at..span.start).unwrap_or(""));
        out.push_str(&with(text.get(span.clone()).unwrap_or("")));
        at = span.end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_installation_tokens_with_dots_are_found_whole() {
        let text = format!("ghs_12345_{}", "eyJ.abc-_".repeat(60));
        assert_eq!(mask(&text), "[redacted]");
    }

    #[test]
    fn a_private_key_is_found_to_its_end() {
        let text =
            format!("a\n-----BEGIN OPENSSH {0}-----\nabc\n-----END OPENSSH {0}-----\nb\n", "PRIVATE KEY");
        assert_eq!(mask(&text), "a\n[redacted]\nb\n");
    }

    #[test]
    fn words_that_only_begin_alike_are_left() {
        for text in ["ghp_short", "xghp_aaaaaaaaaaaaaaaaaaaaaaaa", "AKIA", "-----BEGIN CERTIFICATE-----"] {
            assert_eq!(mask(text), text);
        }
    }
}
