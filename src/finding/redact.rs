//! Hides what is secret at one place at all others: in other messages, and in the same lines of other excerpts.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::{Diagnostic, Help};
use crate::base::secret::REDACTED;
use crate::evidence::Known;
use crate::text::source::{Place, Source};

/// The least length of a text that is replaced wherever it occurs, in bytes; shorter texts occur in too many words.
const SHORTEST: usize = 4;

/// Everything that a report hides.
pub(super) struct Hidden<'a> {
    places: Vec<&'a Place>,
    texts: Vec<&'a str>,
    known: &'a [Known],
}

impl<'a> Hidden<'a> {
    pub(super) fn of(diagnostics: &'a [Diagnostic], known: &'a [Known]) -> Self {
        let hidden = diagnostics.iter().filter(|diagnostic| diagnostic.is_hidden);
        let places: Vec<_> = hidden.filter_map(|diagnostic| diagnostic.place.as_ref()).collect();
        let bare = |place: &&'a Place| place.text().trim_matches(['"', '\'']);
        let mut texts: Vec<_> = places.iter().map(bare).filter(|text| text.len() >= SHORTEST).collect();
        // A text that contains another one is replaced first.
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Self { places, texts, known }
    }

    /// The diagnostic without the texts that others hide. A diagnostic that hides its own place never names the text.
    pub(super) fn redacted<'d>(&self, diagnostic: &'d Diagnostic) -> Cow<'d, Diagnostic> {
        let Diagnostic { message, label, help, fix, is_hidden, .. } = diagnostic;
        let help = help.text();
        let all = [message.as_str(), label, &help].into_iter().chain(fix.as_deref());
        let is_told = |text: &str| {
            self.texts.iter().any(|hidden| text.contains(hidden))
                || self.known.iter().any(|known| known.find(text).next().is_some())
        };
        if *is_hidden || !all.clone().any(is_told) {
            return Cow::Borrowed(diagnostic);
        }
        let redact = |text: &str| {
            let text = self.texts.iter().fold(text.to_owned(), |text, hidden| text.replace(hidden, REDACTED));
            self.known.iter().fold(text, |text, known| known.without(&text).into_owned())
        };
        Cow::Owned(Diagnostic {
            message: redact(message),
            label: redact(label),
            help: Help::Words(redact(&help)),
            fix: fix.as_deref().map(redact),
            ..diagnostic.clone()
        })
    }

    /// The text of a source, in which secrets are masked already, with all hidden texts replaced by `*`. All byte
    /// offsets stay the same.
    pub(super) fn star(&self, source: &Arc<Source>, masked: String) -> String {
        let mut bytes = masked.into_bytes();
        let mut star = |span: Range<usize>| {
            let hidden = bytes.get_mut(span).into_iter().flatten();
            hidden.filter(|byte| **byte != b'\n').for_each(|byte| *byte = b'*');
        };
        self.places.iter().filter(|place| place.source == *source).for_each(|place| star(place.span.clone()));
        for hidden in &self.texts {
            source.text.match_indices(hidden).for_each(|(at, text)| star(at..at + text.len()));
        }
        self.known.iter().flat_map(|known| known.find(&source.text)).for_each(&mut star);
        // Spans begin and end between characters, so that it stays UTF-8.
        String::from_utf8(bytes).unwrap_or_default()
    }
}
