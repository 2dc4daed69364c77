//! The events of the YAML parser, with their places in the text. Both readers of YAML, of configurations and of
//! user-data, are built on them.

use std::ops::Range;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, Span, StrInput};

use super::quoted::end_of_quoted;
use crate::finding::Diagnostic;
use crate::text::source::{Offsets, Place};

/// The events of a text, which is all or a part of a source.
pub(crate) struct Events<'a> {
    text: &'a str,
    parser: Parser<'a, StrInput<'a>>,
    offsets: Offsets,
    base: Place,
    refuse: fn(&Place, String) -> Diagnostic,
}

impl<'a> Events<'a> {
    /// Prepares to read `text`, whose place is `base`. The parser reads `parsed` instead, and `offsets` lead from its
    /// characters to the bytes of `text`. `refuse` makes the diagnostic about text that is not YAML.
    pub(crate) fn new(
        text: &'a str,
        parsed: &'a str,
        offsets: Offsets,
        base: Place,
        refuse: fn(&Place, String) -> Diagnostic,
    ) -> Self {
        Self { text, parser: Parser::new_from_str(parsed), offsets, base, refuse }
    }

    /// The next event and its span. After the last event it is always `StreamEnd`.
    ///
    /// # Errors
    /// The text is not YAML.
    pub(crate) fn next(&mut self) -> Result<(Event<'a>, Span), Diagnostic> {
        match self.parser.next_event() {
            Some(Ok(next)) => Ok(next),
            None => Ok((Event::StreamEnd, Span::default())),
            Some(Err(error)) => {
                let start = self.offsets.byte(error.marker().index());
                let source = &self.base.source.text;
                let (before, rest) =
                    source.split_at_checked(self.base.span.start + start).unwrap_or_default();
                let place = self.at(start..start + rest.chars().next().map_or(0, char::len_utf8));
                let problem = (self.refuse)(&place, format!("this is not YAML: {}", error.info()));
                Err(problem.help(advice(before, rest)))
            }
        }
    }

    /// The first event of the content of the first document; `None` if there is no content.
    ///
    /// # Errors
    /// The text is not YAML.
    pub(crate) fn first(&mut self) -> Result<Option<(Event<'a>, Span)>, Diagnostic> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(None),
                (Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing, _) => {}
                found => return Ok(Some(found)),
            }
        }
    }

    /// The span at which a second document begins; `None` if there is none. It skips the events before.
    ///
    /// # Errors
    /// The text is not YAML.
    pub(crate) fn second(&mut self) -> Result<Option<Span>, Diagnostic> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(None),
                (Event::DocumentStart(_), span) => return Ok(Some(span)),
                _ => {}
            }
        }
    }

    /// A span as a range of bytes of the text.
    pub(crate) fn bytes(&self, span: Span) -> Range<usize> {
        self.offsets.byte(span.start.index())..self.offsets.byte(span.end.index())
    }

    /// The place of a range of bytes of the text.
    pub(crate) fn at(&self, bytes: Range<usize>) -> Place {
        let base = self.base.span.start;
        Place { source: Arc::clone(&self.base.source), span: base + bytes.start..base + bytes.end }
    }

    /// The place of a span, without the white space at its end.
    pub(crate) fn place(&self, span: Span) -> Place {
        let Range { start, end } = self.bytes(span);
        let length = self.text.get(start..end).map_or(0, |text| text.trim_end().len());
        self.at(start..start + length)
    }

    /// The place from the beginning of one span to the end of another.
    pub(crate) fn between(&self, start: Span, end: Span) -> Place {
        self.place(Span::new(start.start, end.end))
    }
}

/// What to do about an error of the parser, judged by the text before its place and the text from there on.
fn advice(before: &str, rest: &str) -> String {
    let line = before.rsplit('\n').next().unwrap_or("");
    let is_tabbed = line.contains('\t') && line.trim().is_empty();
    match rest.chars().next() {
        Some(c @ ('*' | '&' | '!' | '@' | '`' | '%' | '|' | '>')) => {
            format!("a value that begins with `{c}` must be in quotes")
        }
        Some('\t') => "indent with spaces".to_owned(),
        _ if is_tabbed => "indent with spaces".to_owned(),
        Some('"' | '\'') => match end_of_quoted(rest, 0).and_then(|end| rest.get(..end)) {
            Some(quoted) if !quoted.contains('\n') && quoted.starts_with('"') && quoted.contains('\\') => {
                "in double quotes `\\` begins an escape: write `\\\\`, or use single quotes".to_owned()
            }
            Some(quoted) if !quoted.contains('\n') => LOOK_AROUND.to_owned(),
            _ => UNCLOSED.to_owned(),
        },
        // An error directly after a quote most likely means that an earlier quote was not closed.
        _ if line.trim_end().ends_with(['"', '\'']) => UNCLOSED.to_owned(),
        _ => LOOK_AROUND.to_owned(),
    }
}

const UNCLOSED: &str = "look for a quote that is never closed";
const LOOK_AROUND: &str =
    "check the indentation and the line above; a value that contains `: ` must be in quotes";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Code;
    use crate::text::source::Source;

    /// The place and the help of the first error of the parser.
    fn said(text: &str) -> (usize, String) {
        let source = Source::file("x.yaml", text);
        let refuse = |place: &Place, what: String| Diagnostic::error(Code::BadYaml, what).at(place, "");
        let mut events = Events::new(text, text, Offsets::of(text), Place::all(&source), refuse);
        loop {
            match events.next() {
                Ok((Event::StreamEnd, _)) => return (text.len(), "nothing".to_owned()),
                Ok(_) => {}
                Err(found) => {
                    return (found.place.expect("a place").span.start, found.help.text().into_owned());
                }
            }
        }
    }

    #[test]
    fn the_advice_is_about_what_stands_there() {
        let escape = "in double quotes `\\` begins an escape: write `\\\\`, or use single quotes";
        for (text, at, help) in [
            ("a:\n\tb: 1\n", 4, "indent with spaces"),
            ("a:\n  b: \"open\nc: 1\n", 8, UNCLOSED),
            ("a: 'open\n", 3, UNCLOSED),
            ("a: \"one \"two\" three\"\n", 9, UNCLOSED),
            ("a: 'one' two\n", 9, UNCLOSED),
            ("a: \"C:\\dir\"\n", 3, escape),
            ("a: @b\n", 3, "a value that begins with `@` must be in quotes"),
            ("a: b: c\n", 4, LOOK_AROUND),
            ("a: [b\nc: \"tab and quoted\"\n", 7, LOOK_AROUND),
        ] {
            assert_eq!(said(text), (at, help.to_owned()), "{text:?}");
        }
    }
}
