//! Values that are no secret although their names say so.

use std::borrow::Cow;

use crate::value::{GuestPath, SecretRef};

/// What is switched on or off, asked for, or in another place.
const HARMLESS: &[&str] = &["true", "false", "yes", "no", "null", "none"];

/// What says how an HTTP header's secret is meant.
const SCHEMES: &[&str] = &["bearer", "basic", "token"];

/// Most characters of a value that are looked at; a longer one is no reference.
const LONGEST: usize = 256;

pub(super) fn is_harmless(value: &str) -> bool {
    let value = beginning(value);
    let word = first_word(value);
    if let (Some(rest), true) =
        (value.strip_prefix(word), SCHEMES.contains(&word.to_ascii_lowercase().as_str()))
    {
        let rest = rest.trim_start();
        return rest.starts_with(['$', '{', '<', '%']) || is_empty(first_word(rest));
    }
    let word = word.trim_end_matches([',', ';', '}', ']', ')']);
    is_empty(word)
        || HARMLESS.contains(&word.to_ascii_lowercase().as_str())
        || SecretRef::parse(word).is_ok()
        || is_variable(word)
        || is_path(word)
}

/// What stands between quotes, or before the first blank; cut if it is very long.
pub fn first_word(value: &str) -> &str {
    let value = beginning(value);
    let quote = value.chars().next().filter(|c| ['"', '\''].contains(c));
    match quote {
        Some(quote) => value.get(1..).and_then(|rest| rest.split(quote).next()).unwrap_or(""),
        None => value.split_whitespace().next().unwrap_or(""),
    }
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
        let is_held = |held: &str| held == "generate" || SecretRef::parse(held).is_ok();
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

/// Nothing, or marks alone: `*`, `|`, `!`.
fn is_empty(word: &str) -> bool {
    !word.contains(char::is_alphanumeric)
}

/// `$NAME`, `${NAME}`, `$(COMMAND`, `$1`, `{{ NAME`, `%s`.
fn is_variable(word: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    };
    // `"…: $name"`: the quotes are those of a shell's string.
    let is_quoted = word.ends_with('"') && !word.starts_with('"');
    let is_number = |name: &str| name.len() == 1 && name.bytes().all(|b| b.is_ascii_digit());
    match word.strip_prefix("$$").or(word.strip_prefix('$')) {
        Some(rest) => rest.starts_with(['(', '{']) || is_name(rest) || is_number(rest) || is_quoted,
        None => word.starts_with("{{") || word == "%s",
    }
}

/// A path on the server: `/etc/x`.
fn is_path(word: &str) -> bool {
    GuestPath::parse(word).is_ok() && word.matches('/').count() > 1
}
