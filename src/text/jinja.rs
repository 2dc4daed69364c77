//! The limits of a Jinja template. The parser of templates calls itself for each operator, and a value is removed with
//! the values in it, so a text with many of them would use up the stack.

use std::ops::Range;

/// The most characters of one expression or statement; a text in quotes counts as one.
const MOST_IN_A_TAG: usize = 2000;

/// The most statements `elif` in a template: each is parsed as a part of the one before it.
const MOST_ELIF: usize = 200;

/// The most statements `set` in a template: each can put the value of the one before it into another.
const MOST_SET: usize = 1000;

/// A part of a template that is beyond the limits.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Excess {
    /// Where it begins, in bytes.
    pub at: usize,
    /// What is wrong.
    pub message: String,
}

/// The first part of a template that is beyond the limits; `None` if there is none. `comment` begins and ends a comment.
#[must_use]
pub(crate) fn excess(text: &str, comment: (&str, &str)) -> Option<Excess> {
    let mut at = 0;
    let mut kinds = [("elif", MOST_ELIF, 0), ("set", MOST_SET, 0)];
    while let Some(start) = text.get(at..).and_then(|rest| rest.find('{')).map(|offset| at + offset) {
        let rest = text.get(start..).unwrap_or("");
        let end = if rest.starts_with("{{") {
            "}}"
        } else if rest.starts_with("{%") {
            "%}"
        } else if rest.starts_with(comment.0) {
            let from = comment.0.len();
            at = start + from + rest.get(from..)?.find(comment.1)? + comment.1.len();
            continue;
        } else {
            at = start + 1;
            continue;
        };
        let inner = start + 2..text.len();
        let word = text.get(inner.clone())?.trim_start_matches(['-', '+']).trim_start();
        if end == "%}" && is_tag(word, "raw") {
            at = text.len() - after_raw(word)?.len();
            continue;
        }
        for (kind, most, count) in
            kinds.iter_mut().filter(|(kind, ..)| end == "%}" && word.starts_with(*kind))
        {
            *count += 1;
            if *count > *most {
                return Some(Excess { at: start, message: format!("there are more than {most} `{kind}`") });
            }
        }
        let tag = tag(text, inner, Some(end));
        if tag.count > MOST_IN_A_TAG {
            return Some(Excess { at: start, message: too_long() });
        }
        at = tag.end;
    }
    None
}

/// Why an expression is beyond the limits; `None` if it is not.
#[must_use]
pub(crate) fn excess_of_expression(text: &str) -> Option<Excess> {
    let is_too_long = tag(text, 0..text.len(), None).count > MOST_IN_A_TAG;
    is_too_long.then(|| Excess { at: 0, message: too_long() })
}

fn too_long() -> String {
    format!("this expression has more than {MOST_IN_A_TAG} characters outside of quotes")
}

/// One expression or statement.
struct Tag {
    /// Where the text goes on behind it.
    end: usize,
    /// Its length as it counts.
    count: usize,
}

/// Reads a tag as the parser of templates does: neither quotes nor brackets close before the tag does.
fn tag(text: &str, inner: Range<usize>, end: Option<&str>) -> Tag {
    let bytes = text.as_bytes();
    let (mut at, mut count, mut open) = (inner.start, 0, 0_i64);
    while let Some(byte) = bytes.get(at).filter(|_| at < inner.end) {
        let is_end = |end: &str| bytes.get(at..).is_some_and(|rest| rest.starts_with(end.as_bytes()));
        if let Some(end) = end.filter(|end| open == 0 && is_end(end)) {
            return Tag { end: at + end.len(), count };
        }
        count += 1;
        match byte {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open -= 1,
            b'\'' | b'"' => at = end_of_quoted(bytes, at),
            _ => {}
        }
        at += 1;
    }
    Tag { end: text.len(), count }
}

/// The place of the quotation mark that closes the one at `start`, or of the last byte.
fn end_of_quoted(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            _ if bytes.get(start) == Some(byte) => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// Whether a statement consists of this word alone.
fn is_tag(text: &str, word: &str) -> bool {
    let rest = text.strip_prefix(word).map(|rest| rest.trim_start().trim_start_matches(['-', '+']));
    rest.is_some_and(|rest| rest.starts_with("%}"))
}

/// What follows `endraw`; `None` if there is none, and then the rest is no template.
fn after_raw(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{%") {
        let word = after.trim_start_matches(['-', '+']).trim_start();
        if is_tag(word, "endraw") {
            return word.split_once("%}").map(|(_, rest)| rest);
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<usize> {
        excess(text, ("{#", "#}")).map(|excess| excess.at)
    }

    #[test]
    fn the_length_of_a_tag_is_limited_and_that_of_a_template_is_not() {
        let long = "-".repeat(MOST_IN_A_TAG);
        for text in [
            "{{ a }}{% if b %}c{% endif %} }} %} ' ".repeat(1000),
            format!("{{{{ '{long}}}}}' }}}}"),
            format!("{{# {long} {long} #}}"),
            format!("{{% raw -%}} {{{{ {long} {{%- endraw %}}"),
            format!("{{{{{}1}}}}", "-".repeat(MOST_IN_A_TAG - 1)),
            format!("{{% elif a %}}{long}").repeat(MOST_ELIF),
            "{% set a = [a] %}".repeat(MOST_SET),
        ] {
            assert_eq!(at(&text), None, "{text}");
        }
        for (text, start) in [
            (format!("{{{{{long}1}}}}"), 0),
            (format!("ab {{%- if {long}1 %}}"), 3),
            // None of these closes the tag before its operators.
            (format!("{{{{ '}}}}' {long} }}}}"), 0),
            (format!("{{{{ '\\'}}}}' {long} }}}}"), 0),
            (format!("{{{{ {{'a': {{}}}}{long} }}}}"), 0),
            (format!("{{{{ {long}"), 0),
            (format!("{{# {{{{ #}}{{{{ {long} }}}}"), 8),
            (format!("{{% raw %}}{{{{ \"{{% endraw %}}{{{{ {long} }}}}"), 25),
            ("{%elif a%}".repeat(MOST_ELIF + 1), 10 * MOST_ELIF),
            ("{%-set a=[a]%}".repeat(MOST_SET + 1), 14 * MOST_SET),
        ] {
            assert_eq!(at(&text), Some(start), "{text}");
        }
        assert_eq!(excess_of_expression(&long), None);
        assert!(excess_of_expression(&format!("{long}1")).is_some());
    }
}
