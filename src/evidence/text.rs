//! The evidence in a text: the shapes of secrets in all of it, and the evidence in each of its lines.

use super::block::{Block, below_a_name};
use super::clue::{Clue, ClueKind, apart};
use super::file_format::{HereDocument, basic_auth, opens_basic_auth, opens_passwords, opens_sql};
use super::line::in_line;
use super::public::Armor;
use crate::base::secret;
use crate::host::is_code;

/// The greatest number of bytes of earlier lines that are examined together with the line that continues them.
const MOST_CONTINUED: usize = 2000;

/// Finds the evidence in a text. The clues are in the order of the text and do not overlap.
#[must_use]
pub fn in_text(text: &str) -> Vec<Clue> {
    let mut clues = shapes(text);
    let mut start = 0;
    for (line, found) in lines(text) {
        clues.extend(found.into_iter().map(|clue| clue.moved(start)));
        start += line.len();
    }
    apart(clues)
}

/// The shapes of secrets in a text.
pub(super) fn shapes(text: &str) -> Vec<Clue> {
    secret::find(text).into_iter().map(|found| Clue::sure(found.span, ClueKind::Shape, found.name)).collect()
}

/// Each line of a text, and the evidence in it other than shapes.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (&str, Vec<Clue>)> {
    let mut block: Option<Block> = None;
    let mut is_basic_auth = false;
    let mut before = String::new();
    let mut armor = Armor::default();
    let mut passwords: Option<HereDocument> = None;
    text.split_inclusive('\n').map(move |line| {
        block = block.take().filter(|block| block.holds(line));
        let inside = block.as_ref().is_some_and(|block| block.hides(line));
        if block.is_none() {
            block = Block::begin(line);
        }
        is_basic_auth &= line.trim() != "}";
        let hash = basic_auth(line).filter(|_| is_basic_auth);
        is_basic_auth |= opens_basic_auth(line);
        let mut clues = if inside {
            vec![Clue { is_sure: false, ..below_a_name(0..line.trim_end().len()) }]
        } else {
            in_line(line, &before)
        };
        if !inside && !clues.is_empty() && is_code(line.trim()) {
            clues.clear();
        }
        continued(&mut before, line);
        if armor.holds(line) {
            clues.iter_mut().filter(|clue| clue.is_random()).for_each(|clue| clue.kind = ClueKind::Digest);
        }
        passwords = passwords.take().filter(|document| line.trim() != document.end);
        let password = passwords.as_ref().and_then(|document| document.password(line));
        clues.extend(password.map(|span| Clue::sure(span, ClueKind::Place, "a password of a user")));
        passwords = passwords.take().or_else(|| opens_passwords(line));
        clues.extend(hash.map(|span| Clue::sure(span, ClueKind::Place, "a password for basic_auth")));
        (line, clues)
    })
}

/// Appends a line that ends in `\` or in open SQL to `before`, for the next line; otherwise empties `before`.
fn continued(before: &mut String, line: &str) {
    let line = line.trim_end_matches(['\r', '\n']);
    let kept = line.strip_suffix('\\').or_else(|| opens_sql(line).then_some(line));
    let Some(kept) = kept else { return before.clear() };
    if before.len() + kept.len() > MOST_CONTINUED {
        before.clear();
    }
    before.push_str(kept);
    before.push(' ');
}
