//! Takes the keys of a mapping one by one, so that the keys that nothing reads are known in the end.

use super::node::{Kind, Node};
use crate::finding::{Code, Diagnostic, Report};
use crate::text::source::{Place, Spanned};

/// A mapping whose keys are taken one by one. The keys that are left at the end are unknown.
#[derive(Debug)]
pub(crate) struct Mapping {
    place: Place,
    entries: Vec<(Spanned<String>, Node)>,
    asked: Vec<&'static str>,
}

impl Mapping {
    /// Prepares to take the keys of a mapping.
    ///
    /// # Errors
    /// The node is not a mapping.
    pub(crate) fn of(node: Node) -> Result<Self, Diagnostic> {
        match node.kind {
            Kind::Mapping(entries) => Ok(Self { place: node.place, entries, asked: Vec::new() }),
            _ => Err(node.no_mapping()),
        }
    }

    /// Takes the value of a key; `None` if the mapping does not have the key.
    pub(crate) fn take(&mut self, key: &'static str) -> Option<Node> {
        self.asked.push(key);
        let at = self.entries.iter().position(|(k, _)| k.value == key)?;
        Some(self.entries.remove(at).1)
    }

    /// Takes the value of a key that must exist; if it does not, reports an error and returns `None`.
    pub(crate) fn require(&mut self, key: &'static str, report: &mut Report) -> Option<Node> {
        let node = self.take(key);
        if node.is_none() {
            let place = self.place.first_line();
            report.push(
                Diagnostic::error(Code::MissingKey, format!("the key `{key}` is missing"))
                    .at(&place, "in this mapping"),
            );
        }
        node
    }

    /// Takes the text of a key that need not exist. If its value is not a single value, reports an error and returns
    /// `None`.
    pub(crate) fn text(&mut self, key: &'static str, report: &mut Report) -> Option<Spanned<String>> {
        let node = self.take(key)?;
        let value = report.keep(node.text("a single value").map(str::to_owned))?;
        Some(Spanned { value, place: node.place })
    }

    /// The keys that were not taken.
    #[must_use]
    pub(crate) fn left(self) -> Vec<Spanned<String>> {
        self.entries.into_iter().map(|(key, _)| key).collect()
    }

    /// Reports every key that was not taken as unknown.
    pub(crate) fn finish(self, report: &mut Report) {
        for (key, _) in &self.entries {
            if report.is_full() {
                return;
            }
            report.push(unknown_key(key, self.asked.iter().copied()));
        }
    }
}

/// The error about a key that nothing reads. `known` are the keys that the user may have meant.
pub(crate) fn unknown_key<'a>(key: &Spanned<String>, known: impl IntoIterator<Item = &'a str>) -> Diagnostic {
    let known: Vec<&str> = known.into_iter().collect();
    Diagnostic::error(Code::UnknownKey, format!("unknown key `{}`", key.value))
        .at(&key.place, "firstlight does not read this key")
        .none_of_keys(&key.value, &known)
}
