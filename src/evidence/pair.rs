//! Names and their values in a line of a text that was not parsed.

use super::name::last_word;

/// A name and its value in a line.
pub(super) struct Pair<'a> {
    pub(super) name: &'a str,
    /// The byte offset at which the value begins, after the sign.
    pub(super) at: usize,
    /// The rest of the line; of a default, only to the end of the expansion.
    pub(super) value: &'a str,
    /// What is between the name and the value.
    pub(super) sign: Sign,
}

/// What is between a name and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// `NAME=VALUE`, `NAME: VALUE`, `'NAME' => 'VALUE'`.
    Assigned,
    /// `${NAME:-VALUE}`: the value if the variable is not set.
    Default,
    /// `('NAME', 'VALUE')`, `<NAME>VALUE</NAME>`, `NAME || 'VALUE'`.
    Enclosed,
}

/// Every name in a line that a sign follows, with its value.
pub(super) fn pairs(line: &str) -> impl Iterator<Item = Pair<'_>> {
    // The next `}` is searched for once, not at each expansion before it.
    let mut brace = 0;
    line.match_indices(['=', ':', '-', ',', '>', '|', '?']).filter_map(move |(at, sign)| {
        let (before, rest) = (line.get(..at)?, line.get(at + 1..)?);
        let (name, sign, skipped) = match sign {
            "=" | ":" => assigned(before, sign, rest)?,
            "-" => defaulted(before)?,
            "," => (called(before, rest)?, Sign::Enclosed, 0),
            "|" | "?" => (fallen_back(before, sign, rest)?, Sign::Enclosed, 0),
            _ => (element(before)?, Sign::Enclosed, 0),
        };
        let value = rest.get(skipped..)?;
        // A text in quotes that a template evaluates is the value itself: `{{ "…" }}`.
        let skipped = skipped + before_quoted_expression(value);
        let value = rest.get(skipped..)?;
        // A default ends with the expansion.
        let start = at + 1 + skipped;
        if sign == Sign::Default && brace < start {
            brace = start + value.find('}').unwrap_or(value.len());
        }
        let value = if sign == Sign::Default { line.get(start..brace)? } else { value };
        (!name.is_empty()).then_some(Pair { name, at: at + 1 + skipped, value, sign })
    })
}

/// The greatest number of characters of an expression that are examined.
const LONGEST_EXPRESSION: usize = 300;

/// The length of `{{ ` before a text in quotes that is the whole expression; 0 if a text begins otherwise.
fn before_quoted_expression(value: &str) -> usize {
    let is_whole = |inner: &&str| {
        let end = inner.char_indices().nth(LONGEST_EXPRESSION).map_or(inner.len(), |(at, _)| at);
        let expression =
            inner.get(..end).and_then(|near| near.split_once("}}")).map(|(expression, _)| expression);
        let text = expression.map_or("", |text| text.trim_end_matches(['-', ' ']));
        ['"', '\''].into_iter().any(|quote| {
            let inside = text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
            inside.is_some_and(|inside| !inside.contains(quote))
        })
    };
    let inner = value.trim_start().strip_prefix("{{").map(|inner| inner.trim_start_matches(['-', ' ']));
    inner.filter(is_whole).map_or(0, |inner| value.len() - inner.len())
}

/// The name before the sign `=` or `:`, and how many bytes after the sign belong to the sign.
fn assigned<'a>(before: &'a str, sign: &str, rest: &str) -> Option<(&'a str, Sign, usize)> {
    let before = indexed(before).filter(|_| rest.trim_start().starts_with(['"', '\''])).unwrap_or(before);
    let name = last_word(before);
    let outside = before.strip_suffix(name).unwrap_or("");
    // `arn:aws:secretsmanager:eu-central-1:1:secret:app` says where a secret is.
    if sign == ":" && outside.ends_with(':') || rest.starts_with("//") {
        return None;
    }
    match (outside.ends_with("${"), sign) {
        (true, "=") => Some((name, Sign::Default, 0)),
        // `${NAME:-VALUE}` has a value; `${NAME:?message}` has none.
        (true, _) => rest.starts_with(['-', '=']).then_some((name, Sign::Default, 1)),
        (false, _) => Some((name, Sign::Assigned, usize::from(sign == "=" && rest.starts_with('>')))),
    }
}

/// The text up to the name in `['NAME']` at the end of a text; `None` if it does not end so.
fn indexed(before: &str) -> Option<&str> {
    before.trim_end().strip_suffix(']').filter(|inner| inner.ends_with(['"', '\'']))
}

/// The name in `${NAME-VALUE}`.
fn defaulted(before: &str) -> Option<(&str, Sign, usize)> {
    let name = before.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next()?;
    before.strip_suffix(name)?.ends_with("${").then_some((name, Sign::Default, 0))
}

/// The name that is the first argument of a call, as in `define('NAME', 'VALUE'`.
fn called<'a>(before: &'a str, rest: &str) -> Option<&'a str> {
    let quoted = before.trim_end();
    let quote = quoted.chars().last().filter(|c| ['"', '\''].contains(c))?;
    let name = last_word(quoted);
    let outside = quoted.strip_suffix(quote)?.strip_suffix(name)?.strip_suffix(quote)?;
    (outside.trim_end().ends_with('(') && rest.trim_start().starts_with(['"', '\''])).then_some(name)
}

/// The name in `NAME || 'VALUE'` and `NAME ?? 'VALUE'`.
fn fallen_back<'a>(before: &'a str, sign: &str, rest: &str) -> Option<&'a str> {
    let name = before.strip_suffix(sign).filter(|_| rest.trim_start().starts_with(['"', '\'']))?;
    Some(last_word(name))
}

/// The name in `<NAME>`.
fn element(before: &str) -> Option<&str> {
    let name = last_word(before);
    before.strip_suffix(name)?.ends_with('<').then_some(name)
}

/// The name and the value of `NAME=VALUE`, as in a list of variables or options.
///
/// `None` if there is no `=`, if the name is not made of letters, digits and `_-.`, or if the value is empty.
#[must_use]
pub fn split_pair(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii() || "_-.".contains(c);
    // base64 can end in `=` or `==` too.
    let is_padding = value.is_empty() || value == "=";
    (!name.is_empty() && !is_padding && name.chars().all(is_part)).then_some((name, value))
}
