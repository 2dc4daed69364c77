//! Private keys between a line that begins them and a line that ends them: PEM's, PGP's, SSH2's, PuTTY's. They stand on
//! lines of their own, or in one with `\n` in it, or as base64 of the whole.

use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::ShapeFound;
use crate::base::secret::PRIVATE_KEY;

/// How a line says that something begins or ends. What it is stands after that, and then dashes again. The blank between
/// is a plus or `%20` in a URL.
const SIGNS: [(&str, bool); 4] =
    [("-----BEGIN", true), ("-----END", false), ("---- BEGIN", true), ("---- END", false)];
/// The same in PuTTY's files, where nothing stands after it.
const PUTTY: [(&str, bool); 2] = [("Private-Lines: ", true), ("Private-MAC: ", false)];
/// Longest name of what begins.
const MOST_LABEL: usize = 60;
const KEY: &str = "PRIVATE KEY";
/// `-----BEGIN ` in base64, as far as nothing else decides.
const ENCODED: &str = "LS0tLS1CRUdJTi";
/// How much base64 holds the name, in whole groups of four.
const ENCODED_HEAD: usize = 80;

/// Where something begins or ends.
struct Mark<'a> {
    span: Range<usize>,
    begins: bool,
    label: &'a str,
}

/// All private keys of a text.
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
    label.contains("PRIVATE") && label.contains("KEY")
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

/// How far a key that does not end may go: base64, empty lines, and headers.
fn material(text: &str, start: usize, most: usize) -> usize {
    let rest = text.get(start..most).unwrap_or("");
    let is_material = |c: char| c.is_ascii_alphanumeric() || c.is_whitespace() || r"+/=\-:,.%".contains(c);
    let taken = rest.find(|c| !is_material(c)).map_or(rest, |end| rest.get(..end).unwrap_or(""));
    start + taken.trim_end().len()
}

/// Keys of which even the dashes are base64.
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
