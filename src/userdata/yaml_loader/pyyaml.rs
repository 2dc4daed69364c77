//! The differences between PyYAML, which cloud-init uses, and our parser: PyYAML accepts no tab between words, and lets
//! the lines of a text in quotes begin anywhere.

use std::collections::BTreeMap;

use saphyr_parser::Parser;

use crate::text::source::Offsets;
use crate::yaml::end_of_quoted;

/// Most texts in quotes that are moved, and most bytes that may be read for it.
const MOST: usize = 64;
const MOST_READ: usize = 8 << 20;
/// Most bytes that moving the lines of one text may take.
const MOST_BLANKS: usize = 1 << 16;

/// Blanks to put into a text, by the bytes before which they go.
type Blanks = BTreeMap<usize, usize>;

/// The text with lines in quotes moved right, which changes no value, and what stands where in the original; nothing if
/// our parser takes it, or if what it does not take is no such text.
///
/// What the parser stops at is asked, not what it says of it: where a text in quotes goes on further left than it began,
/// that is either what stopped it, or moving the lines changes nothing about what did.
pub(super) fn moved_right(text: &str) -> Option<(String, Offsets)> {
    let mut blanks = Blanks::new();
    for _ in 0..MOST.min(MOST_READ / text.len().max(1)) {
        let (padded, offsets) = with(text, &blanks);
        let Some(error) = Parser::new_from_str(&padded).find_map(Result::err) else { break };
        let before = blanks.len();
        blanks.extend(lacking(text, offsets.byte(error.marker().index())));
        if blanks.len() == before {
            break;
        }
    }
    (!blanks.is_empty()).then(|| with(text, &blanks))
}

/// For each line but the first of the text in quotes that begins at a byte, the blanks it lacks; nothing if none does.
fn lacking(text: &str, start: usize) -> Blanks {
    let (before, rest) = text.split_at_checked(start).unwrap_or_default();
    if !rest.starts_with(['"', '\'']) {
        return Blanks::new();
    }
    let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
    let end = end_of_quoted(text, start).unwrap_or(text.len());
    let quoted = text.get(start..end).unwrap_or("");
    // A mark between documents ends the text for PyYAML, too: it has to stay one.
    let quoted = quoted.get(..end_of_document(quoted)).unwrap_or("");
    if quoted.matches('\n').count() * column > MOST_BLANKS {
        return Blanks::new();
    }
    let lines = quoted.match_indices('\n').map(|(at, _)| at + 1).filter(|at| *at < quoted.len());
    let lacks = |at: usize| {
        let at = start + at;
        let rest = text.get(at..).unwrap_or("");
        let own = rest.len() - rest.trim_start_matches(' ').len();
        (at, column.saturating_sub(own))
    };
    lines.map(lacks).filter(|(_, count)| *count > 0).collect()
}

/// Where in a text in quotes a line begins that ends the document: `---` or `...`, and nothing or a blank behind it.
fn end_of_document(quoted: &str) -> usize {
    let is_mark = |at: &usize| {
        let line = quoted.get(*at..).unwrap_or("");
        let rest = line.strip_prefix("---").or_else(|| line.strip_prefix("..."));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
    };
    quoted.match_indices('\n').map(|(at, _)| at + 1).find(is_mark).unwrap_or(quoted.len())
}

fn with(text: &str, blanks: &Blanks) -> (String, Offsets) {
    let mut padded = String::with_capacity(text.len() + blanks.values().sum::<usize>());
    let mut of = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let count = blanks.get(&at).copied().unwrap_or(0);
        padded.extend(std::iter::repeat_n(' ', count));
        of.extend(std::iter::repeat_n(at, count + 1));
        padded.push(c);
    }
    of.push(text.len());
    (padded, Offsets::given(of, text.len()))
}

/// The first tab of a text that is no comment. What stands in quotes or in a block is not to be in it.
pub(super) fn tab(text: &str) -> Option<usize> {
    let mut is_comment = false;
    let mut after_blank = true;
    text.bytes().position(|byte| {
        match byte {
            b'\n' | b'\r' => is_comment = false,
            b'#' if after_blank => is_comment = true,
            b'\t' if !is_comment => return true,
            _ => {}
        }
        after_blank = matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_count_outside_of_comments() {
        for (text, at) in
            [("a: b\t# c", Some(4)), ("a: b # c\td", None), ("a#\tb", Some(2)), ("\n\t", Some(1))]
        {
            assert_eq!(tab(text), at, "{text:?}");
        }
    }

    #[test]
    fn lines_in_quotes_are_moved_and_found_again() {
        let text = "a:\n  - \"é\nb\"\n  - 'it''s\n\nc'\n";
        let (padded, offsets) = moved_right(text).expect("moved");
        assert_eq!(padded, "a:\n  - \"é\n    b\"\n  - 'it''s\n    \n    c'\n");
        let b = padded.chars().position(|c| c == 'b').expect("a b");
        assert_eq!(text.get(offsets.byte(b)..=offsets.byte(b)), Some("b"));
    }

    /// By what stands where the parser stops, whatever it says.
    #[test]
    fn only_lines_in_quotes_are_moved() {
        for text in [
            "a: \"b\n  c\"\n",
            "a: 'b\n",
            "a: b\n c: d\n",
            "a:\n  b: \"c\\x\"\n",
            "a:\n  - b\n c\n",
            "a: [b\nc: d\n",
            "# invalid indentation in quoted scalar\na: [\n",
            "a:\n  b: \"c\n--- d\"\n",
            "a:\n  b: 'c\n...\n'\n",
        ] {
            assert_eq!(moved_right(text).map(|(padded, _)| padded), None, "{text:?}");
        }
        for (text, padded) in [
            ("a: \"b\nc\"\n", "a: \"b\n   c\"\n"),
            ("a:\n  b: \"c\nd\"\n", "a:\n  b: \"c\n     d\"\n"),
            ("a:\n  - 'b\n c'\n", "a:\n  - 'b\n    c'\n"),
            ("a:\n  b: 'c\nd\n--- e'\n", "a:\n  b: 'c\n     d\n--- e'\n"),
            ("a:\n  b: 'c\n---e'\n", "a:\n  b: 'c\n     ---e'\n"),
        ] {
            assert_eq!(moved_right(text).map(|(padded, _)| padded).as_deref(), Some(padded), "{text:?}");
        }
    }
}
