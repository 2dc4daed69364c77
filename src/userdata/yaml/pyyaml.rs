//! Where PyYAML, which cloud-init reads with, and our parser differ: it takes no tab between words, and lets the lines
//! of a text in quotes begin anywhere.

use std::collections::BTreeMap;

use saphyr_parser::Parser;

use crate::text::source::Offsets;

/// What our parser says of a text in quotes that goes on further left.
const TOO_FAR_LEFT: &str = "invalid indentation in quoted scalar";
/// Most texts in quotes that are moved, and most bytes that may be read for it.
const MOST: usize = 64;
const MOST_READ: usize = 8 << 20;
/// Most bytes that moving the lines of one text may take.
const MOST_BLANKS: usize = 1 << 16;

/// Whether a message of the parser is about such a text.
pub(super) fn is_too_far_left(message: &str) -> bool {
    message.ends_with(TOO_FAR_LEFT)
}

/// Blanks to put into a text, by the bytes before which they go.
type Blanks = BTreeMap<usize, usize>;

/// The text with the lines in quotes moved right, which changes no value, and what stands where in the original.
pub(super) fn moved_right(text: &str) -> (String, Offsets) {
    let mut blanks = Blanks::new();
    for _ in 0..MOST.min(MOST_READ / text.len().max(1)) {
        let (padded, offsets) = with(text, &blanks);
        let error = Parser::new_from_str(&padded).find_map(Result::err);
        let Some(error) = error.filter(|error| is_too_far_left(error.info())) else { break };
        let before = blanks.len();
        blanks.extend(lines_of_quoted(text, offsets.byte(error.marker().index())));
        if blanks.len() == before {
            break;
        }
    }
    with(text, &blanks)
}

/// For each line but the first of the text in quotes that begins at a byte, the blanks it lacks.
fn lines_of_quoted(text: &str, start: usize) -> Blanks {
    let column =
        text.get(..start).map_or(0, |before| before.len() - before.rfind('\n').map_or(0, |at| at + 1));
    let quoted = text.get(start..end_of_quoted(text, start)).unwrap_or("");
    if quoted.matches('\n').count() * column > MOST_BLANKS {
        return Blanks::new();
    }
    let lines = quoted.match_indices('\n').map(|(at, _)| start + at + 1);
    let lacks = |at: usize| {
        let rest = text.get(at..).unwrap_or("");
        let own = rest.len() - rest.trim_start_matches(' ').len();
        (at, column.saturating_sub(own))
    };
    lines.map(lacks).filter(|(_, count)| *count > 0).collect()
}

/// The byte after the quote that ends the text in quotes which begins at a byte; the end of all if there is none.
pub(super) fn end_of_quoted(text: &str, start: usize) -> usize {
    let mut bytes = text.bytes().enumerate().skip(start).peekable();
    let Some((_, quote)) = bytes.next() else { return text.len() };
    while let Some((at, byte)) = bytes.next() {
        let next = bytes.peek().map(|(_, next)| *next);
        match byte {
            b'\\' if quote == b'"' => {
                bytes.next();
            }
            b'\'' if quote == b'\'' && next == Some(quote) => {
                bytes.next();
            }
            _ if byte == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
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
        let (padded, offsets) = moved_right(text);
        assert_eq!(padded, "a:\n  - \"é\n    b\"\n  - 'it''s\n    \n    c'\n");
        let b = padded.chars().position(|c| c == 'b').expect("a b");
        assert_eq!(text.get(offsets.byte(b)..=offsets.byte(b)), Some("b"));
    }
}
