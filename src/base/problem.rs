//! Why a text is not a value of some type: what parsing gives when it fails.

use std::ops::Range;

/// Why a text is not a value of some type; the caller knows the place of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, a full phrase.
    pub message: String,
    /// The bad part of the text, in bytes; all of it if none.
    pub part: Option<Range<usize>>,
    /// What to do about it.
    pub help: String,
}

impl Problem {
    /// A problem with the text as a whole.
    #[must_use]
    pub(crate) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), part: None, help: help.into() }
    }

    /// The same for a longer text, in which this one stands at `range`.
    #[must_use]
    pub(crate) fn within(mut self, range: Range<usize>) -> Self {
        let part = self.part.map_or_else(|| range.clone(), |p| p.start + range.start..p.end + range.start);
        self.part = Some(part);
        self
    }

    /// Narrows it to a part of the text.
    #[must_use]
    pub(crate) fn part(mut self, part: Range<usize>) -> Self {
        self.part = Some(part);
        self
    }
}
