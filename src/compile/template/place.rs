//! Checks where a value is in the result of a template, because an escaped text is correct only in some places.

use std::borrow::Cow;
use std::ops::Range;

use super::{Failure, shell_place};
use crate::escape::Syntax;

/// Finds a `{{ … }}` that stands anywhere else.
pub(super) fn misplaced(text: &str, syntax: Syntax) -> Option<Failure> {
    let text = without_raw(text);
    torn_token(&text).or_else(|| in_shell(&text, syntax))
}

/// The text with blanks in place of what stands in `{% raw %}` blocks, whose braces are not the template's.
fn without_raw(text: &str) -> Cow<'_, str> {
    let (mut made, mut copied, mut begin) = (String::new(), 0, None);
    for (block, name) in blocks(text) {
        match (begin, name) {
            (None, "raw") => begin = Some(block.end),
            (Some(start), "endraw") => {
                made.push_str(text.get(copied..start).unwrap_or(""));
                let raw = text.get(start..block.start).unwrap_or("");
                made.extend(raw.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
                (copied, begin) = (block.start, None);
            }
            _ => {}
        }
    }
    if copied == 0 { Cow::Borrowed(text) } else { Cow::Owned(made + text.get(copied..).unwrap_or("")) }
}

/// Each `{% … %}` with its content.
fn blocks(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text.get(at..)?.find("{%")?;
        let inner = text.get(start + 2..)?;
        let content = inner.get(..inner.find("%}")?)?;
        at = start + content.len() + 4;
        Some((start..at, content.trim_matches(['-', '+']).trim()))
    })
}

/// Finds a `{{ … }}` that is only a part of a word, or stands in a comment: there an escaped value
/// would not be what it is escaped for.
fn torn_token(text: &str) -> Option<Failure> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let opened = line.match_indices("{{").map(|(at, _)| at);
        let closed = line.match_indices("}}").map(|(at, _)| at + 2);
        for (start, end) in opened.zip(closed) {
            let (message, help) = if is_comment(line.get(..start).unwrap_or("")) {
                ("a template value must not be in a comment, because nothing escapes it there", "remove it")
            } else if is_torn(line.get(..start).unwrap_or(""), line.get(end..).unwrap_or("")) {
                (
                    "a template value must be a whole word, and must not be in quotes",
                    "join the parts inside the braces: `{{ \"a\" ~ b }}`; firstlight adds the quotes that are needed",
                )
            } else {
                continue;
            };
            let part = Some(at + start..at + end);
            return Some(Failure { part, message: message.to_owned(), help: help.to_owned(), value: None });
        }
        at += line.len();
    }
    None
}

/// Finds a `{{ … }}` of a shell script that is no word of a command.
fn in_shell(text: &str, syntax: Syntax) -> Option<Failure> {
    let found = if syntax == Syntax::Shell { shell_place::elsewhere(text) } else { Vec::new() };
    let (at, what) = found.into_iter().next()?;
    let end = text.get(at..)?.find("}}").map_or(text.len(), |end| at + end + 2);
    Some(Failure {
        part: Some(at..end),
        message: format!(
            "a template value must not be in {what}: it is escaped as a word of a command, and the shell reads this differently"
        ),
        help: "assign it to a variable on a separate line, `name={{ value }}`, and use the variable here"
            .to_owned(),
        value: None,
    })
}

fn is_comment(before: &str) -> bool {
    before.trim_start().starts_with('#') || before.contains(" #") || before.contains("\t#")
}

fn is_torn(before: &str, after: &str) -> bool {
    let (last, next) = (before.chars().next_back(), after.chars().next());
    before.ends_with("}}")
        || !last.is_none_or(|c| c.is_whitespace() || "=[(,{}".contains(c))
        || !next.is_none_or(|c| c.is_whitespace() || ",])};:{=".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_in_raw_blocks_are_not_the_templates() {
        for fine in ["{% raw %}\n\"${{ a }}\"\n{% endraw %}\n{{ b }}\n", "{%- raw -%}x{{ a }}{%- endraw -%}"]
        {
            assert!(misplaced(fine, Syntax::Yaml).is_none(), "{fine}");
        }
        let torn = "{% raw %}ü${{ a }}\n{% endraw %}\nx{{ b }}\n";
        let part = misplaced(torn, Syntax::Yaml).and_then(|failure| failure.part).unwrap();
        assert_eq!(torn.get(part), Some("{{ b }}"));
        for unfinished in ["{% raw %}x{{ a }}", "{% raw x{{ a }}", "x{{ a }}{% endraw %}"] {
            assert!(misplaced(unfinished, Syntax::Yaml).is_some(), "{unfinished}");
        }
    }
}
