//! The error of parsing a value.

use std::ops::Range;

/// Why a text is not a value of a type. The caller adds the place of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, as a phrase without a full stop.
    pub message: String,
    /// The wrong part of the text, as a byte range; `None` if the whole text is wrong.
    pub part: Option<Range<usize>>,
    /// What to do about it.
    pub help: String,
}

impl Problem {
    /// Makes a problem of the whole text.
    #[must_use]
    pub(crate) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), part: None, help: help.into() }
    }

    /// Makes it the problem of a longer text, of which this text is the part `range`.
    #[must_use]
    pub(crate) fn within(mut self, range: Range<usize>) -> Self {
        let part = self.part.map_or_else(|| range.clone(), |p| p.start + range.start..p.end + range.start);
        self.part = Some(part);
        self
    }

    /// Limits the problem to a part of the text, a byte range.
    #[must_use]
    pub(crate) fn part(mut self, part: Range<usize>) -> Self {
        self.part = Some(part);
        self
    }
}
