//! The texts that a user gave, and places in them.

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
    /// Whether the text is the value of a flag. Paths in it are then relative to the working directory, not
    /// to the file.
    pub command_line: bool,
}

/// What the user gave may hold a secret, so its text is not told.
impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Source({}, {} bytes)", redacted(&self.name), self.text.len())
    }
}

impl Source {
    /// A flag's value, named after the flag.
    #[must_use]
    pub(crate) fn flag(name: &str, text: &str) -> Arc<Self> {
        Arc::new(Self { name: name.to_owned(), text: text.to_owned(), command_line: true })
    }

    /// Makes the source for a file's text; `name` is its path as the user gave it. Nothing is read.
    #[must_use]
    pub fn file(name: &str, text: &str) -> Arc<Self> {
        Arc::new(Self { name: name.to_owned(), text: text.to_owned(), command_line: false })
    }

    /// Its name, fit to be shown.
    #[must_use]
    pub(crate) fn label(&self) -> String {
        label(&self.name)
    }

    /// Line and column, both from 1 and the column in characters, of a byte offset.
    #[must_use]
    pub(crate) fn line_column(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }
}

/// The byte at a line and a column, both from 1 and the column in characters; the line's end if it is shorter.
#[must_use]
pub(crate) fn byte_at(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let line = text.get(start..).and_then(|rest| rest.split('\n').next()).unwrap_or("");
    start + line.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum::<usize>()
}

/// From the YAML parser's characters to bytes.
#[derive(Debug)]
pub(crate) struct Offsets {
    /// Byte offset of every character; none if they are the same, as in ASCII.
    of: Option<Vec<usize>>,
    end: usize,
}

impl Offsets {
    /// Of a text.
    #[must_use]
    pub(crate) fn of(text: &str) -> Self {
        let all = || text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        Self { of: (!text.is_ascii()).then(all), end: text.len() }
    }

    /// As given: a byte offset for every character, and the text's end.
    #[must_use]
    pub(crate) fn given(of: Vec<usize>, end: usize) -> Self {
        Self { of: Some(of), end }
    }

    /// The byte offset of a character, the text's end if there are fewer.
    #[must_use]
    pub(crate) fn byte(&self, character: usize) -> usize {
        match &self.of {
            Some(of) => of.get(character).copied().unwrap_or(self.end),
            None => character.min(self.end),
        }
    }
}

/// A range of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The source.
    pub source: Arc<Source>,
    /// The range in bytes, from the first to the one behind the last, on boundaries of characters.
    pub span: Range<usize>,
}

impl Place {
    /// Its first line.
    #[must_use]
    pub(crate) fn first_line(&self) -> Self {
        let length = self.text().split('\n').next().unwrap_or("").trim_end().len();
        Self { source: Arc::clone(&self.source), span: self.span.start..self.span.start + length }
    }

    /// The whole of a source.
    #[must_use]
    pub(crate) fn all(source: &Arc<Source>) -> Self {
        Self { source: Arc::clone(source), span: 0..source.text.len() }
    }

    /// The text at this place.
    #[must_use]
    pub(crate) fn text(&self) -> &str {
        self.source.text.get(self.span.clone()).unwrap_or("")
    }

    /// A part of a scalar's value, as a place: exact where the value stands in the source as it is
    /// (plain or in quotes without escapes), the whole scalar otherwise.
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

/// A value, and where it was given.
#[derive(Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it was given.
    pub place: Place,
}

/// Only where it stands: it may be a secret.
impl<T> std::fmt::Debug for Spanned<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Spanned").field(&self.place).finish()
    }
}
