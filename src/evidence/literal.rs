//! Values that are no secret although their names say so.

use std::borrow::Cow;
use std::ops::Range;

use super::filler::{is_empty, is_only_variables, is_variable};
use crate::value::{GuestPath, SecretRef};

/// What is switched on or off, asked for, or in another place.
const HARMLESS: &[&str] = &[
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "null",
    "nil",
    "none",
    "enabled",
    "disabled",
    "enable",
    "disable",
    "required",
    "optional",
    "undefined",
    "default",
    "unset",
];

/// Most digits of a number that says how many, not what.
const MOST_DIGITS: usize = 3;

/// What says how an HTTP header's secret is meant.
const SCHEMES: &[&str] = &["bearer", "basic", "token"];

/// Most characters of a value that are looked at; a longer one is no reference.
const LONGEST: usize = 256;

/// Whether what begins here, in a line that goes on behind it, is no secret.
pub(super) fn is_harmless(value: &str) -> bool {
    let value = beginning(value);
    let word = first_word(value);
    if let (Some(rest), true) = (value.strip_prefix(word), is_scheme(word)) {
        let rest = rest.trim_start();
        return is_variable(rest, first_word(rest)) || is_empty(first_word(rest));
    }
    let bare = word.trim_end_matches([',', ';', '}', ']', ')']);
    is_elsewhere(bare) || is_variable(value.trim_start_matches(['"', '\'', '\\']), bare)
}

/// Whether a whole value is no secret: nothing, a switch, a reference, a variable without a value of its own.
pub(super) fn is_harmless_whole(value: &str) -> bool {
    let value = value.trim();
    let bare = match value.split_once(' ') {
        Some((scheme, rest)) if is_scheme(scheme) => rest.trim(),
        _ => value,
    };
    is_elsewhere(bare) || is_only_variables(bare)
}

/// Nothing, a switch, a reference, a path on the server.
fn is_elsewhere(word: &str) -> bool {
    is_empty(word)
        || HARMLESS.contains(&word.to_ascii_lowercase().as_str())
        || is_small_number(word)
        || SecretRef::is_one(word)
        || word.strip_prefix('@').and_then(|word| word.strip_suffix('@')).is_some_and(is_held)
        || is_path(word)
        || is_nearly_a_file(word)
}

/// `0`, `64`; not `0123`, which somebody made up.
fn is_small_number(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    let is_written_so = digits == "0" || !digits.starts_with('0');
    (1..=MOST_DIGITS).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && is_written_so
}

/// Whether the server puts something in place of `@WORD@`.
fn is_held(word: &str) -> bool {
    word != "none" && SecretRef::is_one(word)
}

/// Whether a part of a URL is a secret itself.
pub(super) fn is_literal_part(part: &str) -> bool {
    !is_empty(part) && !is_only_variables(part) && !SecretRef::is_one(part)
}

/// The range of the secret itself in what follows a name's sign: without quotes, and without `Bearer`.
pub(super) fn literal(value: &str) -> Range<usize> {
    let word = word_range(value);
    let text = value.get(word.clone()).unwrap_or("");
    let rest = value.get(word.end..).unwrap_or("");
    // `"Bearer …"`
    if let Some((_, inner)) = text.split_once([' ', '\t']).filter(|(scheme, _)| is_scheme(scheme)) {
        return word.end - inner.trim_start().len()..word.end;
    }
    if is_scheme(text) && rest.starts_with([' ', '\t']) {
        let inner = word_range(rest);
        return word.end + inner.start..word.end + inner.end;
    }
    word
}

/// What stands between quotes, be they escaped, or before the first blank.
fn word_range(value: &str) -> Range<usize> {
    let bare = value.trim_start();
    let unescaped = bare.trim_start_matches('\\');
    let is_escaped = unescaped.len() < bare.len();
    let quote = unescaped.chars().next().filter(|c| ['"', '\''].contains(c));
    let start = value.len() - quote.map_or(bare.len(), |_| unescaped.len() - 1);
    let rest = value.get(start..).unwrap_or("");
    let word = match quote {
        Some(quote) => rest.split(|c| c == quote || is_escaped && c == '\\').next().unwrap_or(""),
        // What closes quotes or brackets that were opened before the name is no part of it.
        None => {
            let word = rest.split_whitespace().next().unwrap_or("");
            word.trim_end_matches(['"', '\'', ',', ';', ')', ']', '}'])
        }
    };
    start..start + word.len()
}

fn is_scheme(word: &str) -> bool {
    SCHEMES.contains(&word.to_ascii_lowercase().as_str())
}

/// What stands between quotes, or before the first blank; cut if it is very long.
pub(super) fn first_word(value: &str) -> &str {
    let value = beginning(value);
    let unescaped = value.trim_start_matches('\\');
    if !unescaped.starts_with(['"', '\'']) {
        return value.split_whitespace().next().unwrap_or("");
    }
    value.get(word_range(value)).unwrap_or("")
}

fn beginning(value: &str) -> &str {
    let end = value.char_indices().nth(LONGEST).map_or(value.len(), |(at, _)| at);
    value.get(..end).unwrap_or("").trim_start()
}

/// A line with blanks for its `@REFERENCE@`s, which the server fills in.
pub(super) fn without_references(line: &str) -> Cow<'_, str> {
    if !line.contains("=@") {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("=@") {
        out.push_str(before);
        out.push('=');
        match after.split_once('@').filter(|(held, _)| is_held(held)) {
            Some((held, left)) => {
                out.push_str(&" ".repeat(held.len() + 2));
                rest = left;
            }
            None => {
                out.push('@');
                rest = after;
            }
        }
    }
    Cow::Owned(out + rest)
}

/// `file:/etc/x`, `file://etc/x`: a reference but for a slash.
fn is_nearly_a_file(word: &str) -> bool {
    let rest = word.strip_prefix("file:").map(|rest| rest.trim_start_matches('/'));
    rest.is_some_and(|rest| is_path(&format!("/{rest}")))
}

/// A path on the server: `/etc/x`.
fn is_path(word: &str) -> bool {
    GuestPath::parse(word).is_ok() && word.matches('/').count() > 1
}
