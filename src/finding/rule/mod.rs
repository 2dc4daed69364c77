//! The explanations of all diagnostics: a row for each rule of a review and for each code of the compiler, and an
//! example for each.

mod compiler;
mod example;
mod table;

pub use compiler::{MEANINGS, Meaning};
pub use example::EXAMPLES;
pub use table::*;

use crate::finding::{Code, Diagnostic, RuleCode, Severity};
use crate::text::source::Place;

/// A rule of the reviewer: what it finds, how serious that is, and why.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The stable name, unique among all rules.
    pub code: RuleCode,
    /// How serious a finding of this rule is.
    pub severity: Severity,
    /// What it finds, in a few words without a full stop.
    pub title: &'static str,
    /// What happens on the server, why, and what to do about it, in whole sentences.
    pub explanation: &'static str,
    /// Where the fact is documented: a file of cloud-init, a manual page, or a web page.
    pub source: &'static str,
}

impl Rule {
    /// The rule whose name is exactly `name`; `None` if there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        RULES.iter().copied().find(|rule| rule.code.name() == name)
    }

    /// Whether a diagnostic is a finding of this rule.
    #[must_use]
    pub(crate) fn is_of(&self, found: &Diagnostic) -> bool {
        found.code == Code::Finding(self.code)
    }

    /// Makes a finding of this rule without a place.
    #[must_use]
    pub(crate) fn found(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: self.severity, ..Diagnostic::error(Code::Finding(self.code), message) }
    }

    /// Makes a finding of this rule at a place.
    #[must_use]
    pub(crate) fn at(&self, place: &Place, message: impl Into<String>) -> Diagnostic {
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
        let names = Code::ALL.iter().map(|code| code.name()).chain(RULES.iter().map(|rule| rule.code.name()));
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
            let name = rule.code.name();
            assert_eq!(Rule::named(name), Some(*rule), "{name} stands twice");
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{name}"
            );
            assert!(rule.explanation.len() > 80 && rule.explanation.ends_with('.'), "{name}");
            assert!(!rule.title.ends_with('.') && !rule.source.is_empty(), "{name}");
        }
    }

    /// The compiler and the reviews have some names in common, but mean different things by them.
    #[test]
    fn a_finding_is_of_its_row_alone() {
        let found = BAD_YAML.found("said");
        assert!(BAD_YAML.is_of(&found) && !TOO_MUCH.is_of(&found));
        let same_name = Diagnostic::error(Code::BadYaml, "said");
        assert_eq!(same_name.code.name(), found.code.name());
        assert!(!BAD_YAML.is_of(&same_name));
    }
}
