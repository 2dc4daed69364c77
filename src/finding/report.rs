//! All diagnostics of one run.

use super::code::Code;
use super::diagnostic::{Diagnostic, Help, Severity};
use crate::evidence::Known;

/// The greatest number of diagnostics that are kept.
const MOST: usize = 100;

/// The diagnostics of one run, in the order in which they were found. Repetitions and diagnostics beyond a fixed number
/// are dropped. What may be a secret is hidden when a report is shown.
#[derive(Debug, Default)]
pub struct Report {
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Whether diagnostics were dropped because there are too many.
    pub(super) more: bool,
    /// Secrets that no diagnostic may show.
    pub(super) known: Vec<Known>,
}

impl Report {
    /// Adds a diagnostic, unless it is there already, or is about a part of a text that is reported as a secret.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        // A diagnostic about a part of a secret could show what the part is.
        self.diagnostics.retain(|earlier| earlier.is_hidden || !earlier.is_covered_by(&diagnostic));
        if self.diagnostics.len() >= MOST {
            self.more = true;
            // An error replaces a warning or a note.
            let warning = self.diagnostics.iter_mut().rfind(|d| d.severity != Severity::Error);
            if let (Some(warning), Severity::Error) = (warning, diagnostic.severity) {
                *warning = diagnostic;
            }
        } else if !self
            .diagnostics
            .iter()
            .any(|d| *d == diagnostic || diagnostic.is_covered_by(d) || diagnostic.is_hidden_in(d))
        {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Whether diagnostics were dropped because there are too many.
    #[must_use]
    pub(crate) fn is_full(&self) -> bool {
        self.more
    }

    /// Whether the advice of a diagnostic says that a misspelt key probably means `key`.
    #[must_use]
    pub(crate) fn has_suggested(&self, key: &str) -> bool {
        self.diagnostics
            .iter()
            .any(|diagnostic| matches!(&diagnostic.help, Help::Key(meant) if **meant == *key))
    }

    /// Returns the value; if there is an error instead, adds it and returns `None`.
    pub(crate) fn keep<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|diagnostic| self.push(diagnostic)).ok()
    }

    /// Adds a diagnostic, if there is one.
    pub(crate) fn push_some(&mut self, diagnostic: Option<Diagnostic>) {
        diagnostic.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// Adds all diagnostics of another report.
    pub(crate) fn append(&mut self, other: Self) {
        self.more |= other.more;
        self.known.extend(other.known);
        other.diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// Hides these secrets in every diagnostic.
    pub(crate) fn withhold(&mut self, known: Known) {
        self.known.push(known);
    }

    /// Removes all warnings and notes.
    pub fn leave_all_but_errors_out(&mut self) {
        self.diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
    }

    /// Turns every warning into an error, as `--strict` does. Notes stay notes.
    pub fn deny_warnings(&mut self) {
        for diagnostic in self.diagnostics.iter_mut().filter(|d| d.severity == Severity::Warning) {
            diagnostic.severity = Severity::Error;
        }
    }

    /// Removes all notes.
    pub fn leave_notes_out(&mut self) {
        self.diagnostics.retain(|diagnostic| diagnostic.severity != Severity::Note);
    }

    /// Whether there is at least one error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }

    /// Whether there is a diagnostic with the code [`Code::Internal`].
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.diagnostics.iter().any(|d| d.code == Code::Internal)
    }

    /// All diagnostics, in the order in which they were found, with secrets not yet hidden. To show them, use [`Self::human`] or
    /// [`Self::json`].
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::nearest::suggest;

    /// A service that has the name of a key is not a key.
    #[test]
    fn only_a_misspelt_key_stands_for_the_one_that_was_meant() {
        let unknown = |code| Diagnostic::error(code, "there is no `domian`");
        let mut report = Report::default();
        report.push(unknown(Code::UnknownName).help(suggest("domian", ["domain", "token"])));
        assert!(!report.has_suggested("domain"), "a name that is no key");
        let key = unknown(Code::UnknownKey).none_of_keys("domian", &["domain", "token"]);
        assert_eq!(key.help.text(), "did you mean `domain`?");
        report.push(key.clone().help("it is a setting of another profile"));
        assert!(!report.has_suggested("domain"), "another help, which does not name it");
        report.push(key);
        assert!(report.has_suggested("domain") && !report.has_suggested("token"));
    }
}
