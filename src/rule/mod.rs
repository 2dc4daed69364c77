//! What a review can find in user-data: one row a finding.

mod table;

pub use table::*;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::Place;

/// One row: what is found, how bad that is, and why.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its stable name, as printed and as in JSON.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is, in a few words.
    pub title: &'static str,
    /// What happens on the server, why, and how to mend it.
    pub explanation: &'static str,
    /// Where that is written.
    pub source: &'static str,
}

impl Rule {
    /// The row with this code.
    #[must_use]
    pub fn named(code: &str) -> Option<&'static Self> {
        RULES.iter().copied().find(|rule| rule.code == code)
    }

    /// A finding that is nowhere in particular.
    #[must_use]
    pub fn found(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: self.severity, ..Diagnostic::error(Code::Finding(self.code), message) }
    }

    /// A finding at a place.
    #[must_use]
    pub fn at(&self, place: &Place, message: impl Into<String>) -> Diagnostic {
        self.found(message).at(place, "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_complete_and_its_code_its_own() {
        for rule in RULES {
            assert_eq!(Rule::named(rule.code), Some(*rule), "{} stands twice", rule.code);
            assert!(rule.code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", rule.code);
            assert!(rule.explanation.len() > 80 && rule.explanation.ends_with('.'), "{}", rule.code);
            assert!(!rule.title.ends_with('.') && !rule.source.is_empty(), "{}", rule.code);
        }
    }
}
