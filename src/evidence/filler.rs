//! What is not the secret itself, but stands where it will: a variable, a template's expression, `<password>`.

use super::name::{Tells, tells};

/// What encloses a name: how it opens and closes, and what may stand within.
struct Fence(&'static str, &'static str, fn(&str) -> bool);

const FENCES: &[Fence] = &[
    Fence("{{", "}}", is_expression),
    Fence("{%", "%}", |_| true),
    Fence("{", "}", is_placeholder),
    Fence("<", ">", is_word),
    Fence("$(", ")", |_| true),
    Fence("%(", ")s", |_| true),
];

/// Nothing, or marks alone: `*`, `|`, `!`.
pub(super) fn is_empty(word: &str) -> bool {
    !word.contains(char::is_alphanumeric)
}

/// `${A}`, `${A:?message}`, `$A`, `{{ a }}`, `{$A}`, `{env.A}`, `<a>`, one after the other.
pub(super) fn is_only_variables(value: &str) -> bool {
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
        let is_none = |default: &str| is_empty(default) || is_variable(default, default);
        return default.is_none_or(is_none).then_some(rest);
    }
    let fenced =
        FENCES.iter().find_map(|Fence(open, close, fits)| within(open, close).filter(|(name, _)| fits(name)));
    if let Some((_, rest)) = fenced {
        return Some(rest);
    }
    let name = text.strip_prefix("$$").or_else(|| text.strip_prefix('$'))?;
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(name.len());
    let (name, rest) = name.split_at_checked(end)?;
    // `$ecret1` is a password, `$password` a variable of a shell.
    let is_name =
        is_upper_name(name) || !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    is_name.then_some(rest)
}

/// Whether a text, whose first word is given, begins with `$NAME`, `${NAME}`, `$(COMMAND`, `$1`, `{{ NAME`, `%s`.
pub(super) fn is_variable(text: &str, word: &str) -> bool {
    // `"…: $name"`: the quotes are those of a shell's string.
    let is_quoted = word.ends_with('"') && !word.starts_with('"');
    let is_number = |name: &str| name.len() == 1 && name.bytes().all(|b| b.is_ascii_digit());
    match word.strip_prefix("$$").or(word.strip_prefix('$')) {
        Some(rest) => rest.starts_with(['(', '{']) || is_upper_name(rest) || is_number(rest) || is_quoted,
        None if text.starts_with("{{") => !text.contains("}}") || after_variable(text).is_some(),
        None => word == "%s",
    }
}

/// What stands between `<` and `>` or between `{{` and `}}`, if it is no filler. A single brace opens a mapping.
pub(super) fn unfenced(value: &str) -> &str {
    let fences = [("{{", "}}"), ("<", ">")];
    let inner = fences.iter().find_map(|(open, close)| Some((value.strip_prefix(open)?, close)));
    inner.map_or(value, |(inner, close)| inner.strip_suffix(close).unwrap_or(inner)).trim()
}

/// `password`, `your-token`, `DB_PASSWORD_1`, `token2`: what tells a reader what to put there.
fn is_word(inner: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"_-.:/$ ".contains(&b);
    let has = |text: &str, what: fn(&u8) -> bool| text.as_bytes().iter().any(what);
    let unnumbered = inner.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_spelt = !has(inner, u8::is_ascii_digit)
        || !has(inner, u8::is_ascii_lowercase)
        || !has(unnumbered, u8::is_ascii_digit) && tells(inner) >= Tells::Perhaps;
    inner.bytes().all(is_plain) && is_spelt
}

/// Also what a server looks up: `env.A`, `http.request.header.a1`.
fn is_placeholder(inner: &str) -> bool {
    is_word(inner) || inner.contains('.') && is_word(inner.split('.').next().unwrap_or(""))
}

/// What a template evaluates; but not a text in quotes, not a default in quotes, nor a lone word with digits in it.
fn is_expression(inner: &str) -> bool {
    let inner = inner.trim_matches(['-', ' ', '\t', '~', '#']);
    let has_text = |rest: &str| rest.split(['"', '\'']).nth(1).is_some_and(|text| !is_empty(text));
    let default = inner.split_once("default").map(|(_, rest)| rest);
    let is_lone = !inner.contains(|c: char| "._ |(:/$".contains(c));
    !inner.starts_with(['"', '\'']) && !default.is_some_and(has_text) && (!is_lone || is_word(inner))
}

/// A variable's name in a shell, in capitals.
fn is_upper_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::is_only_variables;

    #[test]
    fn a_filler_is_a_word_that_says_what_to_put_there() {
        for value in [
            "<password>",
            "<your-token>",
            "<DB_PASSWORD_1>",
            "<token2>",
            "{{ password }}",
            "{{ db1_password }}",
            "{{password1}}",
            "{{ lookup('env', 'A1') }}",
            "{{ .Values.a1 }}",
            "{env.A1}",
            "{$A1}",
            "{http.request.header.a1}",
            "%(password)s",
        ] {
            assert!(is_only_variables(value), "{value}");
        }
        for value in [
            "<hunter2hunter2>",
            "<s3cretPassw0rd1>",
            "{{hunter2hunter2}}",
            "{{ 'hunter2' }}",
            "{{ a | default('hunter2') }}",
            "{hunter2hunter2}",
            "${A:-hunter2}",
            "hunter2",
        ] {
            assert!(!is_only_variables(value), "{value}");
        }
    }
}
