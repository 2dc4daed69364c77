//! The texts that the user gave, and places in them.

use std::ops::Range;
use std::sync::Arc;

use crate::evidence::redacted;
use crate::text::printable::label;

/// A text that the user gave: the content of a file, or the value of a flag.
#[derive(PartialEq, Eq)]
pub struct Source {
    /// The name in diagnostics: the path as the user gave it, or the flag.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// Whether the text is the value of a flag. Paths in it are then relative to the working directory, not to the
    /// file.
    pub command_line: bool,
}

/// The text may contain a secret, so only its length is printed.
impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Source({}, {} bytes)", redacted(&self.name), self.text.len())
    }
}

impl Source {
    /// Makes the source for the value of a flag; `name` is the flag.
    #[must_use]
    pub(crate) fn flag(name: &str, text: &str) -> Arc<Self> {
        Arc::new(Self { name: name.to_owned(), text: text.to_owned(), command_line: true })
    }

    /// Makes the source for a file's text; `name` is its path as the user gave it. Nothing is read.
    #[must_use]
    pub fn file(name: &str, text: &str) -> Arc<Self> {
        Arc::new(Self { name: name.to_owned(), text: text.to_owned(), command_line: false })
    }

    /// The name as it is shown in messages.
    #[must_use]
    pub(crate) fn label(&self) -> String {
        label(&self.name)
    }

    /// The line and the column of a byte offset. Both begin at 1, and the column counts characters.
    #[must_use]
    pub(crate) fn line_column(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }
}

/// The byte offset of a line and a column, which both begin at 1; the column counts characters. If the line is shorter,
/// it is the offset of its end.
#[must_use]
pub(crate) fn byte_at(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let line = text.get(start..).and_then(|rest| rest.split('\n').next()).unwrap_or("");
    start + line.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum::<usize>()
}

/// Converts offsets in characters, which the YAML parser gives, to offsets in bytes.
#[derive(Debug)]
pub(crate) struct Offsets {
    /// The byte offset of every character; `None` if both are the same, as in ASCII.
    of: Option<Vec<usize>>,
    end: usize,
}

impl Offsets {
    /// Makes the conversion for a text.
    #[must_use]
    pub(crate) fn of(text: &str) -> Self {
        let all = || text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        Self { of: (!text.is_ascii()).then(all), end: text.len() }
    }

    /// Makes the conversion from the byte offset of every character, and the offset of the text's end.
    #[must_use]
    pub(crate) fn given(of: Vec<usize>, end: usize) -> Self {
        Self { of: Some(of), end }
    }

    /// The byte offset of a character; the text's end if the text has fewer characters.
    #[must_use]
    pub(crate) fn byte(&self, character: usize) -> usize {
        match &self.of {
            Some(of) => of.get(character).copied().unwrap_or(self.end),
            None => character.min(self.end),
        }
    }
}

/// A range of a source's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The source.
    pub source: Arc<Source>,
    /// The range in bytes, on boundaries of characters.
    pub span: Range<usize>,
}

impl Place {
    /// The first line of this place, without white space at its end.
    #[must_use]
    pub(crate) fn first_line(&self) -> Self {
        let length = self.text().split('\n').next().unwrap_or("").trim_end().len();
        Self { source: Arc::clone(&self.source), span: self.span.start..self.span.start + length }
    }

    /// The beginning of a source, for what has no place of its own in it.
    #[must_use]
    pub(crate) fn start(source: &Arc<Source>) -> Self {
        Self { source: Arc::clone(source), span: 0..0 }
    }

    /// The whole text of a source.
    #[must_use]
    pub(crate) fn all(source: &Arc<Source>) -> Self {
        Self { source: Arc::clone(source), span: 0..source.text.len() }
    }

    /// The text at this place.
    #[must_use]
    pub(crate) fn text(&self) -> &str {
        self.source.text.get(self.span.clone()).unwrap_or("")
    }

    /// The place of a part of the scalar `value` that is at this place; `part` is a byte range of the value.
    ///
    /// It is exact if the source contains the value as it is, plain or in quotes without escapes. Otherwise, and for an
    /// empty part, it is the whole scalar.
    #[must_use]
    pub(crate) fn part(&self, value: &str, part: Range<usize>) -> Self {
        if part.is_empty() {
            return self.clone();
        }
        let raw = self.text();
        let shift = if raw == value {
            0
        } else if raw.len() == value.len() + 2 && raw.get(1..raw.len() - 1) == Some(value) {
            1
        } else {
            return self.clone();
        };
        let start = self.span.start + shift;
        let span = start + part.start..start + part.end;
        if self.source.text.get(span.clone()).is_none() {
            return self.clone();
        }
        Self { source: Arc::clone(&self.source), span }
    }
}

/// A value with the place where it was given.
#[derive(Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// The place where it was given.
    pub place: Place,
}

/// The value may be a secret, so only the place is printed.
impl<T> std::fmt::Debug for Spanned<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Spanned").field(&self.place).finish()
    }
}
