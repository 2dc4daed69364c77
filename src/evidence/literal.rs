//! Values that are no secrets although their names suggest it, and the extent of those that are.

use std::borrow::Cow;
use std::ops::Range;

use super::filler::{is_empty, is_only_variables, is_variable};
use super::name::{Tells, tells};
use super::public::{is_account, is_resource};
use super::words::SETTINGS;
use crate::base::secret;
use crate::value::{GuestPath, SecretRef};

/// Words that switch something on or off, or say that there is no value.
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
    // Values of `credentials` in a browser's requests, and of `authorization` in Kubernetes.
    "include",
    "omit",
    "same-origin",
    "rbac",
];

/// The beginning of the tokens of Mapbox that are public.
const PUBLIC_MAP_TOKEN: &str = "pk.eyJ";

/// The greatest number of digits of a number that is no secret.
const MOST_DIGITS: usize = 3;

/// Authentication schemes, which are before the secret in an HTTP header.
const SCHEMES: &[&str] = &["bearer", "basic", "token"];

/// The greatest number of characters of a value that are examined; references are shorter.
const LONGEST: usize = 256;

/// Whether the value at the beginning of `value` is no secret; the rest of the line may follow it.
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

/// Whether a whole value is no secret: empty, a switch, a reference, or a variable without a default of its own.
pub(super) fn is_harmless_whole(value: &str) -> bool {
    let value = value.trim();
    let bare = match value.split_once(' ') {
        Some((scheme, rest)) if is_scheme(scheme) => rest.trim(),
        _ => value,
    };
    is_elsewhere(bare) || is_only_variables(bare)
}

/// Whether a word is empty, a switch, a small number, a reference, or a path on the server.
fn is_elsewhere(word: &str) -> bool {
    is_empty(word)
        || HARMLESS.contains(&word.to_ascii_lowercase().as_str())
        || is_small_number(word)
        || SecretRef::is_one(word)
        || word.strip_prefix('@').and_then(|word| word.strip_suffix('@')).is_some_and(is_held)
        || is_path(word)
        || is_nearly_a_file(word)
        || is_account(word)
        || is_resource(word)
        || is_version(word)
        || secret::is_public_token(word)
        || word.starts_with(PUBLIC_MAP_TOKEN)
}

/// Whether a word is a range of versions such as `^9.0.2` or `>=1.2`, or a version of three numbers, as in lists of
/// packages, whose names can end in `token`.
fn is_version(word: &str) -> bool {
    let bare = word.trim_start_matches(['^', '~', '>', '<', '=']);
    let parts: Vec<_> = bare.split('.').collect();
    let is_part = |part: &&str| *part == "x" || *part == "*" || is_digits(part);
    let is_range = bare.len() < word.len() && parts.first().is_some_and(|first| is_digits(first));
    parts.len() <= 3 && parts.iter().all(is_part) && (is_range || parts.len() == 3)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a value is the translation of its name, as in `{"password": "Passwort"}`.
pub(crate) fn is_label(name: &str, value: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_lowercase()) && is_about_a_secret(value.trim_matches(['"', '\'']))
}

/// Whether a value is a text for people about a secret, such as `Passwort` or `Your new password`: it begins with a
/// capital, has no digit, and contains a word for a secret.
fn is_about_a_secret(value: &str) -> bool {
    let is_part = |c: char| c.is_alphabetic() || " .,:!?'’-".contains(c);
    let has_name =
        |text: &str| text.split(|c: char| !c.is_alphabetic()).any(|word| tells(word) >= Tells::Perhaps);
    let rest = value.chars().skip(1).any(|c| c.is_uppercase() && !value.contains(' '));
    value.starts_with(char::is_uppercase) && !rest && value.chars().all(is_part) && has_name(value)
}

/// Whether a value of a name such as `NO_PASSWORD` or `VERIFY_TOKEN` is a setting: a switch, a number, or a word for one.
pub(super) fn is_setting(value: &str) -> bool {
    let value = value.trim_matches(['"', '\'']).trim_end_matches([',', ';', '}', ']', ')']);
    is_digits(value)
        || is_elsewhere(value)
        || SETTINGS.contains(&value.to_ascii_lowercase().as_str())
        || is_about_a_secret(value)
}

/// Whether a value of a name for several secrets, such as `requiredCredentials`, says only which kind is meant.
pub(super) fn is_kind(name: &str, value: &str) -> bool {
    let is_plural = ["credentials", "creds"].iter().any(|end| name.to_ascii_lowercase().ends_with(end));
    is_plural
        && value.bytes().all(|b| b.is_ascii_alphabetic() || b"_-".contains(&b))
        && tells(value) == Tells::Surely
}

/// Whether a word is a small number such as `0` or `64`; `0123` can be a password.
fn is_small_number(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    let is_written_so = digits == "0" || !digits.starts_with('0');
    (1..=MOST_DIGITS).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && is_written_so
}

/// Whether the server replaces `@WORD@` by a secret.
fn is_held(word: &str) -> bool {
    word != "none" && SecretRef::is_one(word)
}

/// Whether a part of a URL is a secret itself, and not empty, a variable or a reference.
pub(super) fn is_literal_part(part: &str) -> bool {
    !is_empty(part) && !is_only_variables(part) && !SecretRef::is_one(part)
}

/// The byte range of the secret in the text after a name's sign, without quotes and without a scheme such as `Bearer`.
pub(super) fn literal(value: &str) -> Range<usize> {
    let word = word_range(value);
    let text = value.get(word.clone()).unwrap_or("");
    let rest = value.get(word.end..).unwrap_or("");
    // The scheme is within the quotes: `"Bearer …"`.
    if let Some((_, inner)) = text.split_once([' ', '\t']).filter(|(scheme, _)| is_scheme(scheme)) {
        return word.end - inner.trim_start().len()..word.end;
    }
    if is_scheme(text) && rest.starts_with([' ', '\t']) {
        let inner = word_range(rest);
        return word.end + inner.start..word.end + inner.end;
    }
    word
}

/// Whether a name is that of the HTTP header `Authorization`, or of one like it.
pub(super) fn is_authorization(name: &str) -> bool {
    let start = name.len().saturating_sub("authorization".len());
    name.get(start..).is_some_and(|end| end.eq_ignore_ascii_case("authorization"))
}

/// The byte range of the secret in the value of such a header; `before` is the text before the value.
///
/// After a scheme that is not known, it is all of the rest of the header: `Digest username="…", response="…"`.
pub(super) fn credentials(value: &str, before: &str) -> Range<usize> {
    let word = literal(value);
    let first = value.get(..word.start).unwrap_or("").trim();
    let rest = value.get(word.end..).unwrap_or("");
    // `"Authorization: …"`, where the quote is before the name.
    let name = before.trim_end().trim_end_matches([':', '=', ' ']);
    let name = super::name::last_word(name);
    let opening = before.rfind(name).and_then(|at| before.get(..at)?.chars().next_back());
    let is_quoted = value.trim_start().starts_with(['"', '\'', '\\']);
    if is_quoted || !first.is_empty() || rest.trim_start_matches(['"', '\'', '\\']).trim().is_empty() {
        return word;
    }
    let quote = opening.filter(|c| ['"', '\''].contains(c));
    let end = quote.and_then(|quote| rest.find(quote)).unwrap_or_else(|| rest.trim_end().len());
    word.start..word.end + end
}

/// The byte range of the text between quotes, which can be escaped, or of the text before the first white space.
fn word_range(value: &str) -> Range<usize> {
    let bare = value.trim_start();
    // `$'…'` of a shell is a text in quotes too.
    let dollar = bare.strip_prefix('$').filter(|rest| rest.starts_with(['"', '\'']));
    let unescaped = dollar.unwrap_or(bare).trim_start_matches('\\');
    let is_escaped = dollar.is_none() && unescaped.len() < bare.len();
    let quote = unescaped.chars().next().filter(|c| ['"', '\''].contains(c));
    // `"""…"""` of TOML has three quotes.
    let quotes = if unescaped.starts_with("\"\"\"") { 3 } else { 1 };
    let start = value.len() - quote.map_or(bare.len(), |_| unescaped.len() - quotes);
    let rest = value.get(start..).unwrap_or("");
    let word = match quote {
        Some(quote) => rest.split(|c| c == quote || is_escaped && c == '\\').next().unwrap_or(""),
        // Quotes or brackets that were opened before the name are no part of the value.
        None => {
            let word = rest.split_whitespace().next().unwrap_or("");
            word.trim_end_matches(['"', '\'', '`', ',', ';', ')', ']', '}'])
        }
    };
    start..start + word.len()
}

fn is_scheme(word: &str) -> bool {
    SCHEMES.contains(&word.to_ascii_lowercase().as_str())
}

/// The text between quotes, or before the first white space; the end of a very long one is cut off.
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

/// The line with spaces instead of each `@REFERENCE@` after a `=`, which the server replaces.
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

/// Whether a word is a misspelt reference to a file, such as `file:/etc/x` or `file://etc/x`.
fn is_nearly_a_file(word: &str) -> bool {
    let rest = word.strip_prefix("file:").map(|rest| rest.trim_start_matches('/'));
    rest.is_some_and(|rest| is_path(&format!("/{rest}")))
}

/// Whether a word is a path on the server of at least two parts, such as `/etc/x`.
fn is_path(word: &str) -> bool {
    GuestPath::parse(word).is_ok() && word.matches('/').count() > 1
}
