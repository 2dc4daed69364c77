//! A token that goes on in the next line: `\` at a line's end, as shell scripts and quoted YAML have it.

use std::ops::Range;

/// A text whose continued lines are joined.
pub(crate) struct Joined {
    pub text: String,
    /// Where each piece begins in the joined text, and where it stood before.
    pieces: Vec<(usize, usize)>,
}

impl Joined {
    /// None if no line is continued.
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

    /// Where a place of the joined text stood.
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
