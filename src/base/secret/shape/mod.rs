//! Secrets of known shapes: a fixed text, and the characters before and after it.

mod alphabet;
mod chance;
mod continued;
mod edge;
mod kubernetes;
mod pem;
mod table;

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use alphabet::{Alphabet, Runs};
use table::SHAPES;

/// A secret of a known shape: its byte range, and what it is, with the article.
pub(super) struct ShapeFound {
    pub(super) span: Range<usize>,
    pub(super) name: &'static str,
}

/// The shape of one kind of secret.
struct Shape {
    /// What it is, with the article.
    name: &'static str,
    /// The characters before the fixed text; `None` if the secret begins with that.
    before: Option<Run>,
    /// The alternatives for the fixed text.
    anchors: &'static [&'static str],
    after: &'static [Piece],
    /// Whether the fixed text can easily occur elsewhere. The secret then has to look random, and cannot be part of a
    /// longer word or base64 text.
    is_weak: bool,
}

/// A number of characters of one alphabet.
#[derive(Clone, Copy)]
struct Run {
    alphabet: Alphabet,
    least: usize,
    most: usize,
}

enum Piece {
    Text(&'static str),
    Run(Run),
}

/// The automaton that finds all fixed texts, and the shape of each. The automaton is `None` if it cannot be built,
/// which the tests would show, because the texts are constants.
static ANCHORS: LazyLock<(Option<AhoCorasick>, Vec<&Shape>)> = LazyLock::new(|| {
    let of_shape = |shape: &'static Shape| shape.anchors.iter().map(move |anchor| (*anchor, shape));
    let (anchors, shapes): (Vec<_>, Vec<_>) = SHAPES.iter().flat_map(of_shape).unzip();
    // The DFA takes a millisecond to build, and is five times as fast as the automaton that the builder would choose.
    let automaton = AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(anchors);
    (automaton.ok(), shapes)
});

/// Finds everything in a text that has a known shape, in no particular order; the ranges can overlap.
pub(crate) fn all(text: &str) -> Vec<ShapeFound> {
    let mut found = tokens(text);
    found.extend(pem::keys(text));
    found.extend(kubernetes::values(text));
    if let Some(joined) = continued::Joined::new(text) {
        let whole = |found: ShapeFound| ShapeFound { span: joined.before(found.span), ..found };
        found.extend(tokens(&joined.text).into_iter().map(whole));
    }
    found
}

/// Whether a word of a text begins with a distinctive fixed text with which secrets begin, however long it is.
pub(crate) fn begins_like_one(text: &str) -> bool {
    let is_in_word = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let begins = SHAPES.iter().filter(|shape| shape.before.is_none() && !shape.is_weak);
    let begins =
        || begins.clone().flat_map(|shape| shape.anchors).filter(|anchor| is_telling(anchor.as_bytes()));
    text.split(|c| !is_in_word(c)).any(|word| begins().any(|begin| word.starts_with(begin)))
}

fn tokens(text: &str) -> Vec<ShapeFound> {
    let mut runs = Runs::new(text);
    let (automaton, shapes) = &*ANCHORS;
    let matches = automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(text));
    let found = matches.filter_map(|found| {
        let shape = shapes.get(found.pattern().as_usize())?;
        let span = shape.around(&mut runs, found.range())?;
        Some(ShapeFound { span, name: shape.name })
    });
    found.collect()
}

impl Shape {
    /// The byte range of the secret around a fixed text; `None` if the characters around it do not have the shape.
    fn around(&self, runs: &mut Runs, anchor: Range<usize>) -> Option<Range<usize>> {
        let most = self.before.map_or(0, |run| run.alphabet.before(runs.bytes, anchor.start, run.most));
        let least = self.before.map_or(0, |run| run.least);
        let begins = |length: &usize| edge::begins(runs.bytes, anchor.start - length);
        let before = (least..=most).rev().find(begins).or((most >= least).then_some(most))?;
        let start = anchor.start - before;
        let end = self.after.iter().try_fold(anchor.end, |at, piece| piece.end(runs, at))?;
        let ends = self.after.last().is_some_and(Piece::is_open) || !edge::goes_on(runs.bytes, end);
        let (whole, anchor) = (runs.bytes.get(start..end)?, runs.bytes.get(anchor)?);
        let stands_alone = if self.is_weak {
            let may_be_base64 = anchor.iter().all(u8::is_ascii_alphanumeric);
            let is_piece = may_be_base64 && edge::is_in_base64(runs.bytes, start..end);
            !is_piece && edge::begins(runs.bytes, start) && chance::has_digits(whole)
        } else {
            edge::begins(runs.bytes, start) || (is_telling(anchor) && chance::is_mixed(whole))
        };
        (ends && stands_alone).then_some(start..end)
    }
}

/// Whether a fixed text is distinctive enough to mark a token even within a longer word.
fn is_telling(anchor: &[u8]) -> bool {
    anchor.len() >= 4 && anchor.iter().any(|byte| b"_-.".contains(byte))
}

impl Piece {
    fn end(&self, runs: &mut Runs, start: usize) -> Option<usize> {
        match self {
            Self::Text(text) => {
                runs.bytes.get(start..)?.starts_with(text.as_bytes()).then_some(start + text.len())
            }
            Self::Run(run) => {
                let end = if self.is_open() {
                    runs.end(run.alphabet, start)
                } else {
                    start + run.alphabet.after(runs.bytes, start, run.most)
                };
                (end - start >= run.least).then_some(end)
            }
        }
    }

    /// Whether the piece has no greatest length.
    fn is_open(&self) -> bool {
        matches!(self, Self::Run(run) if run.most == usize::MAX)
    }
}
