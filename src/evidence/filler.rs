//! Text that stands where a secret will be, and is no secret: a variable, the expression of a template, `<password>`.

use super::name::{Tells, tells};

/// What encloses a name: the opening text, the closing text, and the check of the text between them.
struct Fence(&'static str, &'static str, fn(&str) -> bool);

const FENCES: &[Fence] = &[
    Fence("{{", "}}", is_expression),
    Fence("{%", "%}", |_| true),
    Fence("{", "}", is_placeholder),
    // The marks that a language model has for the end of a text and the like.
    Fence("<|", "|>", |_| true),
    Fence("<", ">", is_word),
    Fence("[", "]", |inner| inner.len() >= 2 && inner.bytes().all(|b| b.is_ascii_uppercase())),
    Fence("$(", ")", |_| true),
    Fence("$$(", ")", |_| true),
    Fence("%(", ")s", is_word),
];

/// The greatest length of a word in capitals that has digits between its letters, such as `K8S` or `OAUTH2`, in bytes.
const MOST_MIXED: usize = 6;

/// Whether a word has no letters and digits, such as `*`, `|` or `!`, or is empty.
pub(super) fn is_empty(word: &str) -> bool {
    !word.contains(char::is_alphanumeric)
}

/// Whether a value consists only of variables and placeholders, such as `${A}`, `${A:?message}`, `$A`, `{{ a }}`,
/// `{$A}`, `{env.A}` and `<a>`.
pub(super) fn is_only_variables(value: &str) -> bool {
    let mut rest = value;
    while !rest.is_empty() {
        let Some(left) = after_variable(rest) else { return false };
        rest = left;
    }
    true
}

/// The text after the variable or placeholder at the beginning; `None` if there is none, or it has a default that may
/// be a secret.
fn after_variable(text: &str) -> Option<&str> {
    let within = |open: &str, close: &str| text.strip_prefix(open)?.split_once(close);
    // An expression of GitHub's workflows.
    if let Some((name, rest)) = within("${{", "}}") {
        return is_expression(name).then_some(rest);
    }
    if let Some((name, rest)) = within("${", "}").or_else(|| within("$${", "}")) {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let sign = name.trim_start_matches(is_part);
        let sign = sign.strip_prefix(':').unwrap_or(sign);
        let default = sign.strip_prefix(['-', '=']);
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
    // `$ecret1` is a password, but `$password` is a variable of a shell.
    let is_name =
        is_upper_name(name) || !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    is_name.then_some(rest)
}

/// Whether a text, whose first word is `word`, begins with a variable or placeholder: `$NAME`, `${NAME}`, `$(COMMAND`,
/// `$1`, `{{ NAME`, `%s`.
pub(super) fn is_variable(text: &str, word: &str) -> bool {
    // In `"…: $name"` the quote at the end belongs to a string of the shell.
    let is_quoted = word.ends_with('"') && !word.starts_with('"');
    let is_number = |name: &str| name.len() == 1 && name.bytes().all(|b| b.is_ascii_digit());
    match word.strip_prefix("$$").or(word.strip_prefix('$')) {
        Some(rest) => rest.starts_with(['(', '{']) || is_upper_name(rest) || is_number(rest) || is_quoted,
        None if text.starts_with("{{") => !text.contains("}}") || after_variable(text).is_some(),
        None => word == "%s",
    }
}

/// The text between `<` and `>` or between `{{` and `}}`, without quotes; the whole text if it has none of these around
/// it. A single
/// brace can begin a mapping, so it does not count.
pub(super) fn unfenced(value: &str) -> &str {
    let fences = [("{{", "}}"), ("<", ">")];
    let inner = fences.iter().find_map(|(open, close)| Some((value.strip_prefix(open)?, close)));
    let Some((inner, close)) = inner else { return value.trim() };
    inner.strip_suffix(close).unwrap_or(inner).trim().trim_matches(['"', '\''])
}

/// Whether a text tells the reader what to write in its place: `password`, `your-token`, `DB_PASSWORD_1`, `token2`.
fn is_word(inner: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"_-.:/$ ".contains(&b);
    let has = |text: &str, what: fn(&u8) -> bool| text.as_bytes().iter().any(what);
    let unnumbered = inner.trim_end_matches(|c: char| c.is_ascii_digit());
    // `DB_PASSWORD_1`, `S3_TOKEN` and `K8S_TOKEN`, but not a password in capitals with digits between its letters.
    let is_upper = |part: &str| {
        part.len() <= MOST_MIXED
            || !part.trim_end_matches(|c: char| c.is_ascii_digit()).contains(|c: char| c.is_ascii_digit())
    };
    let is_spelt = !has(inner, u8::is_ascii_digit)
        || !has(inner, u8::is_ascii_lowercase)
            && inner.split(|c: char| !c.is_ascii_alphanumeric()).all(is_upper)
        || !has(unnumbered, u8::is_ascii_digit) && tells(inner) >= Tells::Perhaps;
    inner.bytes().all(is_plain) && is_spelt
}

/// Whether it is such a word, or a name that a server looks up: `env.A`, `http.request.header.a1`.
fn is_placeholder(inner: &str) -> bool {
    is_word(inner) || inner.contains('.') && is_word(inner.split('.').next().unwrap_or(""))
}

/// Whether a template evaluates the text. A text in quotes, an expression with a default in quotes, and a single word
/// with digits in it may be a secret instead.
fn is_expression(inner: &str) -> bool {
    let inner = inner.trim_matches(['-', ' ', '\t', '~', '#']);
    let has_text = |rest: &str| rest.split(['"', '\'']).nth(1).is_some_and(|text| !is_empty(text));
    let default = inner.split_once("default").map(|(_, rest)| rest);
    let is_lone = !inner.contains(|c: char| "._ |(:/$".contains(c));
    !inner.starts_with(['"', '\'']) && !default.is_some_and(has_text) && (!is_lone || is_word(inner))
}

/// Whether it is the name of a shell variable in capitals.
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
            "${{ secrets.A1 }}",
            "{env.A1}",
            "{$A1}",
            "{http.request.header.a1}",
            "%(password)s",
            "<K8S_TOKEN>",
            "${A:?is-not set}",
            "<|endoftext|>",
            "[UNK]",
        ] {
            assert!(is_only_variables(value), "{value}");
        }
        for value in [
            "<hunter2hunter2>",
            "<s3cretPassw0rd1>",
            "{{hunter2hunter2}}",
            "{{ 'hunter2' }}",
            "${{ 'hunter2' }}",
            "${{hunter2hunter2}}",
            "{{ a | default('hunter2') }}",
            "{hunter2hunter2}",
            "<HUNTER2HUNTER2>",
            "{HUNTER2HUNTER2}",
            "%(hunter2hunter2)s",
            "${A:-hunter2}",
            "${A:=hunter2}",
            "hunter2",
        ] {
            assert!(!is_only_variables(value), "{value}");
        }
    }
}
