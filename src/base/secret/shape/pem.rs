//! Private keys between a line that begins them and one that ends them, as in PEM, PGP, SSH2 and PuTTY. They can have
//! lines of their own, be on one line with `\n` in it, or be base64 as a whole.

use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::ShapeFound;
use crate::base::secret::PRIVATE_KEY;

/// The beginnings of the lines before and after a key, and whether they begin it. The label and more dashes follow. The
/// space before the label is not included, because in a URL it is a plus or `%20`.
const SIGNS: [(&str, bool); 4] =
    [("-----BEGIN", true), ("-----END", false), ("---- BEGIN", true), ("---- END", false)];
/// The same for PuTTY's files, which have no label there.
const PUTTY: [(&str, bool); 2] = [("Private-Lines: ", true), ("Private-MAC: ", false)];
/// The greatest length of a label, in bytes.
const MOST_LABEL: usize = 60;
const KEY: &str = "PRIVATE KEY";
/// The base64 of `-----BEGIN `, as far as the bytes after it make no difference.
const ENCODED: &str = "LS0tLS1CRUdJTi";
/// The number of base64 characters that are decoded to read the label, a multiple of four.
const ENCODED_HEAD: usize = 80;

/// The beginning or the end of a key or another block.
struct Mark<'a> {
    span: Range<usize>,
    begins: bool,
    label: &'a str,
}

/// Finds all private keys in a text.
pub(crate) fn keys(text: &str) -> Vec<ShapeFound> {
    let mut spans = encoded(text);
    let mut open: Option<Mark> = None;
    for mark in marks(text) {
        if let Some(begin) = open.take() {
            let is_whole = !mark.begins && mark.label == begin.label;
            let end = if is_whole { mark.span.end } else { material(text, begin.span.end, mark.span.start) };
            spans.push(begin.span.start..end);
        }
        open = Some(mark).filter(|mark| mark.begins && is_private(mark.label));
    }
    spans.extend(open.map(|begin| begin.span.start..material(text, begin.span.end, text.len())));
    spans.into_iter().map(|span| ShapeFound { span, name: PRIVATE_KEY }).collect()
}

fn is_private(label: &str) -> bool {
    // OpenVPN's keys that both sides share are private, too.
    label.contains("PRIVATE") && label.contains("KEY") || label.contains("OpenVPN Static key")
}

fn marks(text: &str) -> Vec<Mark<'_>> {
    let dashed = SIGNS.iter().flat_map(|(sign, begins)| {
        text.match_indices(sign).filter_map(|(at, _)| {
            let start = at + sign.len();
            let label = text.get(start..)?.split("----").next().filter(|label| label.len() <= MOST_LABEL)?;
            let dashes = text.get(start + label.len()..)?.bytes().take(5).take_while(|b| *b == b'-').count();
            let end = start + label.len() + dashes;
            Some(Mark { span: at..end, begins: *begins, label: label.trim() })
        })
    });
    let putty = PUTTY.iter().flat_map(|(sign, begins)| {
        let mark = |at| Mark { span: at..at + sign.len(), begins: *begins, label: KEY };
        text.match_indices(sign).map(move |(at, _)| mark(at))
    });
    let mut marks: Vec<_> = dashed.chain(putty).collect();
    marks.sort_by_key(|mark| mark.span.start);
    marks
}

/// The byte offset at which a key without a closing line ends: before the first character that belongs neither to base64
/// nor to a header and is no white space, and at most at `most`.
fn material(text: &str, start: usize, most: usize) -> usize {
    let rest = text.get(start..most).unwrap_or("");
    let is_material = |c: char| c.is_ascii_alphanumeric() || c.is_whitespace() || r"+/=\-:,.%".contains(c);
    let taken = rest.find(|c| !is_material(c)).map_or(rest, |end| rest.get(..end).unwrap_or(""));
    start + taken.trim_end().len()
}

/// Finds keys that are base64 as a whole, with their first and last lines.
fn encoded(text: &str) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.match_indices(ENCODED) {
        if spans.last().is_none_or(|last| last.end <= at) && is_key(text.get(at..).unwrap_or("")) {
            spans.push(at..material(text, at, text.len()));
        }
    }
    spans
}

fn is_key(encoded: &str) -> bool {
    let head: Vec<u8> =
        encoded.bytes().filter(|byte| !byte.is_ascii_whitespace()).take(ENCODED_HEAD).collect();
    let whole = head.len() - head.len() % 4;
    let decoded = head.get(..whole).and_then(|head| STANDARD.decode(head).ok()).unwrap_or_default();
    is_private(&String::from_utf8_lossy(&decoded))
}
