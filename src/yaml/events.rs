//! The parser's events, with their places in the text: what both readers of YAML begin from.

use std::ops::Range;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, Span, StrInput};

use crate::finding::Diagnostic;
use crate::text::source::{Offsets, Place};

/// The events of a text that stands at a place.
pub(crate) struct Events<'a> {
    text: &'a str,
    parser: Parser<'a, StrInput<'a>>,
    offsets: Offsets,
    base: Place,
    refuse: fn(&Place, String) -> Diagnostic,
}

impl<'a> Events<'a> {
    /// Of `text`, which stands at `base`. `parsed` is read in its stead, and `offsets` lead from that back to it.
    /// `refuse` makes a finding of what is not YAML.
    pub(crate) fn new(
        text: &'a str,
        parsed: &'a str,
        offsets: Offsets,
        base: Place,
        refuse: fn(&Place, String) -> Diagnostic,
    ) -> Self {
        Self { text, parser: Parser::new_from_str(parsed), offsets, base, refuse }
    }

    /// The next event; after the last one, the end again and again.
    pub(crate) fn next(&mut self) -> Result<(Event<'a>, Span), Diagnostic> {
        match self.parser.next_event() {
            Some(Ok(next)) => Ok(next),
            None => Ok((Event::StreamEnd, Span::default())),
            Some(Err(error)) => {
                let start = self.offsets.byte(error.marker().index());
                let source = &self.base.source.text;
                let found = source.get(self.base.span.start + start..).and_then(|rest| rest.chars().next());
                let place = self.at(start..start + found.map_or(0, char::len_utf8));
                let problem = (self.refuse)(&place, format!("this is not YAML: {}", error.info()));
                Err(problem.help(advice(error.info(), found)))
            }
        }
    }

    /// The first event of what is in the document, if anything is.
    pub(crate) fn first(&mut self) -> Result<Option<(Event<'a>, Span)>, Diagnostic> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(None),
                (Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing, _) => {}
                found => return Ok(Some(found)),
            }
        }
    }

    /// Where a second document begins, if one does.
    pub(crate) fn second(&mut self) -> Result<Option<Span>, Diagnostic> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(None),
                (Event::DocumentStart(_), span) => return Ok(Some(span)),
                _ => {}
            }
        }
    }

    /// The byte at which a span begins, and the one after it.
    pub(crate) fn bytes(&self, span: Span) -> Range<usize> {
        self.offsets.byte(span.start.index())..self.offsets.byte(span.end.index())
    }

    /// The place of some bytes of the text.
    pub(crate) fn at(&self, bytes: Range<usize>) -> Place {
        let base = self.base.span.start;
        Place { source: Arc::clone(&self.base.source), span: base + bytes.start..base + bytes.end }
    }

    /// A span's place, without the blanks at its end.
    pub(crate) fn place(&self, span: Span) -> Place {
        let Range { start, end } = self.bytes(span);
        let length = self.text.get(start..end).map_or(0, |text| text.trim_end().len());
        self.at(start..start + length)
    }

    /// The place from one span's beginning to another's end.
    pub(crate) fn between(&self, start: Span, end: Span) -> Place {
        self.place(Span::new(start.start, end.end))
    }
}

/// What to do about a complaint of the parser's.
fn advice(complaint: &str, found: Option<char>) -> String {
    match found {
        Some(c @ ('*' | '&' | '!' | '@' | '`' | '%' | '|' | '>')) => {
            format!("a value that begins with `{c}` has to stand in quotes")
        }
        _ if complaint.contains("tab") => "indent with spaces".to_owned(),
        _ if complaint.contains("quoted") => "look for a quote that is never closed".to_owned(),
        _ => "look at the indentation and at the line above; a value that holds `: ` has to stand in quotes"
            .to_owned(),
    }
}
