//! Tokens that continue on the next line after a `\`, as in shell scripts and in double-quoted YAML.

use std::ops::Range;

/// A text in which continued lines are joined.
pub(crate) struct Joined {
    pub text: String,
    /// The byte offsets at which each piece begins: in the joined text, and in the original one.
    pieces: Vec<(usize, usize)>,
}

impl Joined {
    /// Joins the continued lines of a text, without the indentation of the later ones; `None` if no line is continued.
    pub(crate) fn new(text: &str) -> Option<Self> {
        text.contains("\\\n").then(|| {
            let mut joined = Self { text: String::with_capacity(text.len()), pieces: Vec::new() };
            let mut at = 0;
            for piece in text.split_inclusive("\\\n") {
                let kept = piece.strip_suffix("\\\n").unwrap_or(piece);
                let kept = if at == 0 { kept } else { kept.trim_start_matches([' ', '\t']) };
                let start = at + piece.find(kept).unwrap_or(0);
                joined.pieces.push((joined.text.len(), start));
                joined.text.push_str(kept);
                at += piece.len();
            }
            joined
        })
    }

    /// The byte range in the original text that belongs to a range of the joined text.
    pub(crate) fn before(&self, span: Range<usize>) -> Range<usize> {
        let place = |at: usize| {
            let index = self.pieces.partition_point(|(joined, _)| *joined <= at);
            let piece = index.checked_sub(1).and_then(|index| self.pieces.get(index));
            piece.map_or(at, |(joined, start)| start + (at - joined))
        };
        let last = place(span.end.saturating_sub(1));
        place(span.start)..last + 1
    }
}
