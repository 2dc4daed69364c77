//! What can be found, and what it means: one row a finding of a review, one a code of the compiler, an example of each.

mod compiler;
mod example;
mod table;

pub use compiler::{MEANINGS, Meaning};
pub use example::EXAMPLES;
pub use table::*;

use crate::finding::{Code, Diagnostic, Severity};
use crate::text::source::Place;

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
    fn every_code_has_its_meaning_and_its_example() {
        let codes = MEANINGS.iter().map(|meaning| meaning.code).collect::<Vec<_>>();
        assert_eq!(codes, Code::ALL);
        let names = Code::ALL.iter().map(|code| code.name()).chain(RULES.iter().map(|rule| rule.code));
        let names: std::collections::BTreeSet<_> = names.collect();
        let shown: Vec<_> = EXAMPLES.iter().map(|(code, ..)| *code).collect();
        assert_eq!(shown.iter().copied().collect::<std::collections::BTreeSet<_>>(), names);
        assert_eq!(shown.len(), names.len(), "one stands twice");
        for meaning in MEANINGS {
            let name = meaning.code.name();
            assert!(meaning.explanation.len() > 80 && meaning.explanation.ends_with('.'), "{name}");
            assert!(!meaning.title.ends_with('.'), "{name}");
        }
    }

    #[test]
    fn every_row_is_complete_and_its_code_its_own() {
        for rule in RULES {
            assert_eq!(Rule::named(rule.code), Some(*rule), "{} stands twice", rule.code);
            assert!(
                rule.code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{}",
                rule.code
            );
            assert!(rule.explanation.len() > 80 && rule.explanation.ends_with('.'), "{}", rule.code);
            assert!(!rule.title.ends_with('.') && !rule.source.is_empty(), "{}", rule.code);
        }
    }
}
