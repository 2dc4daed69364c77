//! The evidence in one line of a text: names, URLs, arguments, lines of known files, and words that look random.

use std::ops::Range;

use super::argument::passed;
use super::clue::{Clue, ClueKind, IN_QUERY, IN_URL};
use super::file_format::{placed, sql};
use super::literal::without_references;
use super::named::named;
use super::plausible::could_be;
use super::public::{is_checksum, is_digest, is_public_line};
use super::url::{passwords, queries};
use crate::base::secret;

/// The least length of a value in a comment that surely is a secret, in bytes; shorter values are examples.
const SHORTEST_IN_COMMENT: usize = 8;

/// The evidence in a line; `before` are the lines that it continues, such as `mysql --password \` or `IDENTIFIED BY`.
pub(super) fn in_line(line: &str, before: &str) -> Vec<Clue> {
    // Without one of these characters there is no name, no place and no argument to search for.
    let has_sign = |b: u8| b" \t=:,>@?&;-".contains(&b);
    if before.is_empty() && !line.trim_end().bytes().any(has_sign) {
        return random(line).into_iter().collect();
    }
    let line = &*without_references(line);
    let mut clues = in_words(line);
    clues.extend(
        across(before, line, passed)
            .into_iter()
            .map(|span| Clue::sure(span, ClueKind::Place, "a secret as an argument")),
    );
    clues.extend(
        placed(line)
            .into_iter()
            .chain(across(before, line, |text| sql(text).collect()))
            .map(|span| Clue::sure(span, ClueKind::Place, "a password or a key")),
    );
    if line.trim_start().starts_with(['#', ';']) {
        let is_meant = |value: &str| value.len() >= SHORTEST_IN_COMMENT && could_be(value);
        for clue in clues.iter_mut().filter(|clue| clue.is_sure) {
            clue.is_sure = line.get(clue.span.clone()).is_some_and(is_meant);
        }
    }
    clues
}

/// The evidence in a line that does not have to be a command.
pub(super) fn in_words(line: &str) -> Vec<Clue> {
    let mut clues: Vec<Clue> = named(line).collect();
    clues.extend(passwords(line).map(|span| Clue::sure(span, ClueKind::Place, IN_URL)));
    clues.extend(queries(line).map(|span| Clue::sure(span, ClueKind::Place, IN_QUERY)));
    clues.extend(random(line));
    clues
}

/// The first word that looks random, or the first public one if all are public.
fn random(line: &str) -> Option<Clue> {
    let words = secret::random_words(line).filter(|_| !is_checksum(line));
    let mut is_public = None;
    let kinds = words.map(|span| {
        let is_one = is_digest(line, &span) || *is_public.get_or_insert_with(|| is_public_line(line));
        (if is_one { ClueKind::Digest } else { ClueKind::Random }, span)
    });
    let (kind, span) = kinds.min_by_key(|(kind, _)| *kind)?;
    let noun = format!("{} characters that look random", span.len());
    Some(Clue { is_sure: false, ..Clue::sure(span, kind, noun) })
}

/// The byte ranges that `find` finds in a line together with the lines before it.
fn across(before: &str, line: &str, find: impl Fn(&str) -> Vec<Range<usize>>) -> Vec<Range<usize>> {
    if before.is_empty() {
        return find(line);
    }
    let found = find(&format!("{before}{line}")).into_iter();
    let here = found.filter(|range| range.start >= before.len());
    here.map(|range| range.start - before.len()..range.end - before.len()).collect()
}
