//! Values that are no secret although their names say so.

use std::borrow::Cow;
use std::ops::Range;

use crate::value::{GuestPath, SecretRef};

/// What is switched on or off, asked for, or in another place.
const HARMLESS: &[&str] = &["true", "false", "yes", "no", "null", "none"];

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
        return rest.starts_with(['$', '{', '<', '%']) || is_empty(first_word(rest));
    }
    let word = word.trim_end_matches([',', ';', '}', ']', ')']);
    is_elsewhere(word) || is_variable(word)
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
        || SecretRef::parse(word).is_ok()
        || word.strip_prefix('@').and_then(|word| word.strip_suffix('@')).is_some_and(is_held)
        || is_path(word)
        || is_nearly_a_file(word)
}

/// Whether the server puts something in place of `@WORD@`.
fn is_held(word: &str) -> bool {
    SecretRef::parse(word).is_ok_and(|reference| reference != SecretRef::None)
}

/// `${A}`, `${A:?message}`, `$A`, `{{ a }}`, `{$A}`, `{env.A}`, `<a>`, one after the other.
fn is_only_variables(value: &str) -> bool {
    let mut rest = value;
    while !rest.is_empty() {
        let Some(left) = after_variable(rest) else { return false };
        rest = left;
    }
    true
}

/// What follows a variable that has no value of its own.
fn after_variable(text: &str) -> Option<&str> {
    let within = |open: &str, close: &str| text.strip_prefix(open)?.split_once(close);
    if let Some((name, rest)) = within("${", "}").or_else(|| within("$${", "}")) {
        let default = name.split_once('-').map(|(_, default)| default);
        return default.is_none_or(|default| is_empty(default) || is_variable(default)).then_some(rest);
    }
    let is_plain = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.:/$ ".contains(&b));
    for (open, close) in [("{{", "}}"), ("{%", "%}"), ("{", "}"), ("<", ">"), ("$(", ")"), ("%(", ")s")] {
        if let Some((name, rest)) = within(open, close)
            && (open.len() == 2 || is_plain(name))
        {
            return Some(rest);
        }
    }
    let name = text.strip_prefix("$$").or_else(|| text.strip_prefix('$'))?;
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(name.len());
    let (name, rest) = name.split_at_checked(end)?;
    // `$ecret1` is a password, `$password` a variable of a shell.
    let is_name =
        is_upper_name(name) || !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    is_name.then_some(rest)
}

/// Whether a part of a URL is a secret itself.
pub(super) fn is_literal_part(part: &str) -> bool {
    !is_empty(part) && !is_only_variables(part) && SecretRef::parse(part).is_err()
}

/// The range of the secret itself in what follows a name's sign: without quotes, and without `Bearer`.
pub(super) fn literal(value: &str) -> Range<usize> {
    let word = word_range(value);
    let rest = value.get(word.end..).unwrap_or("");
    match value.get(word.clone()).filter(|word| is_scheme(word)) {
        Some(_) if rest.starts_with([' ', '\t']) => {
            let inner = word_range(rest);
            word.end + inner.start..word.end + inner.end
        }
        _ => word,
    }
}

fn word_range(value: &str) -> Range<usize> {
    let bare = value.trim_start();
    let is_quoted = bare.starts_with(['"', '\'']);
    let start = value.len() - bare.len() + usize::from(is_quoted);
    let word = first_word(bare);
    // What closes quotes or brackets that were opened before the name is no part of it.
    let word = if is_quoted { word } else { word.trim_end_matches(['"', '\'', ',', ';', ')', ']', '}']) };
    start..start + word.len()
}

fn is_scheme(word: &str) -> bool {
    SCHEMES.contains(&word.to_ascii_lowercase().as_str())
}

/// What stands between quotes, or before the first blank; cut if it is very long.
pub(super) fn first_word(value: &str) -> &str {
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
pub(super) fn is_empty(word: &str) -> bool {
    !word.contains(char::is_alphanumeric)
}

/// `$NAME`, `${NAME}`, `$(COMMAND`, `$1`, `{{ NAME`, `%s`.
fn is_variable(word: &str) -> bool {
    // `"…: $name"`: the quotes are those of a shell's string.
    let is_quoted = word.ends_with('"') && !word.starts_with('"');
    let is_number = |name: &str| name.len() == 1 && name.bytes().all(|b| b.is_ascii_digit());
    match word.strip_prefix("$$").or(word.strip_prefix('$')) {
        Some(rest) => rest.starts_with(['(', '{']) || is_upper_name(rest) || is_number(rest) || is_quoted,
        None => word.starts_with("{{") || word == "%s",
    }
}

/// A variable's name in a shell, in capitals.
fn is_upper_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
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
