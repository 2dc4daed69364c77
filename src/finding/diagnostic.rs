//! One problem: how serious it is, what is wrong, where, and what to do about it.

use std::borrow::Cow;

use serde::Serialize;

use super::code::Code;
use crate::base::nearest::{did_you_mean, nearest, suggest};
use crate::base::problem::Problem;
use crate::evidence::redacted;
use crate::text::printable::guard;
use crate::text::source::Place;

/// How serious a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// There is no result: no document is made.
    Error,
    /// The result is made all the same, but something is likely wrong with it.
    Warning,
    /// Something worth knowing. It never becomes an error, not even under `--strict`.
    Note,
}

impl Severity {
    /// The name as printed and as in JSON.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// The advice that comes with a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Help {
    /// A phrase for the user; empty if there is no advice.
    Words(String),
    /// The key that the user most likely meant, of which the one given seems to be a misspelling.
    Key(Box<str>),
}

impl Help {
    /// The advice as text for people.
    #[must_use]
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Words(words) => Cow::Borrowed(words),
            Self::Key(key) => Cow::Owned(fit(&did_you_mean(key))),
        }
    }
}

/// One problem: its code, its severity, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable name of the problem.
    pub code: Code,
    /// How serious it is.
    pub severity: Severity,
    /// One phrase that says what is wrong, without a full stop.
    pub message: String,
    /// The place in a text; `None` if the problem has none.
    pub place: Option<Place>,
    /// A short text to show below the marked place; may be empty.
    pub label: String,
    /// What to do about the problem.
    pub help: Help,
    /// The text to put at the place instead, if that alone solves the problem.
    pub fix: Option<String>,
    /// Whether the text at the place may be a secret, so that it must not be shown in any message.
    pub is_hidden: bool,
}

impl Diagnostic {
    /// Makes an error without a place or advice.
    #[must_use]
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: fit(&message.into()),
            place: None,
            label: String::new(),
            help: Help::Words(String::new()),
            fix: None,
            is_hidden: false,
        }
    }

    /// Makes the error that a text contains a secret; `what` describes the secret with its article.
    #[must_use]
    pub(crate) fn literal_secret(place: &Place, what: &str, help: &str) -> Self {
        let message = format!("this contains {what}, and everybody on the server can read user-data");
        Self::error(Code::LiteralSecret, message).hidden_at(place).help(help)
    }

    /// Makes the error that a text is not a reference to a secret, and may be the secret itself.
    #[must_use]
    pub(crate) fn no_reference(place: &Place, help: &str) -> Self {
        let message =
            "a reference to a secret is expected here; this is not one, and may be the secret itself";
        Self::error(Code::LiteralSecret, message).hidden_at(place).help(help)
    }

    /// Makes a warning without a place or advice.
    #[must_use]
    pub(crate) fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Makes a note without a place or advice.
    #[must_use]
    pub(crate) fn note(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, message) }
    }

    /// Sets the place, and the label to show below it.
    #[must_use]
    pub(crate) fn at(mut self, place: &Place, label: impl Into<String>) -> Self {
        self.place = Some(place.clone());
        self.label = fit(&label.into());
        self
    }

    /// Sets the place, whose text is not shown.
    #[must_use]
    pub(crate) fn hidden_at(self, place: &Place) -> Self {
        Self { is_hidden: true, ..self.at(place, "not shown") }
    }

    /// Sets the advice, and replaces any earlier one.
    #[must_use]
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Help::Words(fit(&help.into())), ..self }
    }

    /// Sets the advice about an unknown key: the known key that was probably meant, or the list of all.
    #[must_use]
    pub(crate) fn none_of_keys(self, given: &str, known: &[&str]) -> Self {
        match nearest(given, known.iter().copied()) {
            Some(key) => Self { help: Help::Key(key.into()), ..self },
            None => self.help(suggest(given, known.iter().copied())),
        }
    }

    /// Sets the text to put at the place instead.
    #[must_use]
    pub(crate) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fit(&fix.into()));
        self
    }

    /// Whether `other` says the same without showing the place.
    pub(super) fn is_hidden_in(&self, other: &Self) -> bool {
        other.is_hidden
            && (other.code, &other.message, &other.place) == (self.code, &self.message, &self.place)
    }

    /// Whether the place overlaps that of `other`, which reports a secret.
    pub(super) fn is_covered_by(&self, other: &Self) -> bool {
        let (Some(place), Some(secret)) = (&self.place, &other.place) else { return false };
        let (own, theirs) = (&place.span, &secret.span);
        other.code == Code::LiteralSecret
            && own.start < theirs.end
            && theirs.start < own.end
            && place.source == secret.source
    }
}

/// The greatest length of a line of a message, in characters; the middle of a longer line is left out.
const LONGEST: usize = 400;

/// The text of a message: secrets are masked, unusual characters are escaped, and long lines are shortened.
fn fit(text: &str) -> String {
    let masked = guard(&redacted(text)).into_owned();
    if masked.len() <= LONGEST {
        return masked;
    }
    let lines: Vec<_> = masked.split('\n').map(shorten).collect();
    lines.join("\n")
}

fn shorten(line: &str) -> String {
    let count = line.chars().count();
    if count <= LONGEST {
        return line.to_owned();
    }
    let start: String = line.chars().take(LONGEST / 2).collect();
    let end: String = line.chars().skip(count - LONGEST / 4).collect();
    format!("{start} … {end}")
}

impl Problem {
    /// Makes an error about `value`, which is at `place`.
    #[must_use]
    pub(crate) fn at(self, place: &Place, value: &str) -> Diagnostic {
        let place = match self.part {
            Some(part) => place.part(value, part),
            None => place.clone(),
        };
        Diagnostic::error(Code::BadValue, self.message).at(&place, "").help(self.help)
    }
}
