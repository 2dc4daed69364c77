//! Jinja in a part. What it renders to is not known here, so each expression is replaced by a filler of the same
//! length.

use std::ops::Range;

/// Where templates stand in a text: expressions, statements, comments.
#[must_use]
pub(crate) fn marks(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find('{')).map(|offset| at + offset) {
        let closing = match text.as_bytes().get(start + 1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            Some(b'#') => "#}",
            _ => {
                at = start + 1;
                continue;
            }
        };
        let end = text.get(start + 2..).and_then(|rest| rest.find(closing));
        let Some(end) = end.map(|offset| start + 2 + offset + closing.len()) else { break };
        found.push(start..end);
        at = end;
    }
    found
}

/// The text with fillers: letters for what will be text; blanks for what will be nothing, or a comment where that is a
/// whole line, which Jinja leaves out.
pub(super) fn blank(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for mark in marks(text) {
        let is_text = text.get(mark.clone()).is_some_and(|mark| mark.starts_with("{{"));
        let with = match is_text {
            true => b'x',
            false if is_line(text, &mark) => b'#',
            false => b' ',
        };
        let filled = bytes.get_mut(mark).unwrap_or_default().iter_mut();
        filled.filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = with);
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// Whether nothing else stands on its line.
fn is_line(text: &str, mark: &Range<usize>) -> bool {
    let blanks = [' ', '\t'];
    let before = text.get(..mark.start).unwrap_or("").trim_end_matches(blanks);
    let after = text.get(mark.end..).unwrap_or("").trim_start_matches(blanks);
    (before.is_empty() || before.ends_with('\n')) && (after.is_empty() || after.starts_with(['\n', '\r']))
}
