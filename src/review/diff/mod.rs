//! What changes between two documents, configurations or folders: file by file, and how it reaches a server.
//!
//! Lines that may hold a secret are never shown, only that they changed.

mod change;
mod dump;
mod effect;
mod entries;
mod json;
mod lines;
mod markdown;
mod terraform;
mod text;

use std::collections::BTreeSet;

use change::change;
pub use effect::Effect;
pub use entries::{Entry, EntryKey, Permissions, Side};
pub use lines::Line;

use crate::provider::Provider;
use crate::text::printable::label;
use lines::Budget;

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// Only the new side has it.
    Added,
    /// Only the old side has it.
    Removed,
    /// Both have it, and they differ.
    Changed,
}

impl What {
    /// The word for it.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// One entry that is not the same.
#[derive(Debug)]
pub struct Change {
    /// What it is called, fit to be shown.
    pub name: String,
    /// What it is: comments, a file, a key, a part.
    pub kind: &'static str,
    /// What became of it.
    pub what: What,
    /// How it reaches a server.
    pub effect: Effect,
    /// What else changes of it: mode, owner.
    pub facts: Vec<String>,
    /// What changes in it.
    pub body: ChangedContent,
    /// Size and digest on the old side, where that may be told.
    pub old: Option<Digest>,
    /// The same on the new side.
    pub new: Option<Digest>,
}

/// What changes in an entry.
#[derive(Debug, PartialEq, Eq)]
pub enum ChangedContent {
    /// Nothing: the content is the same.
    Same,
    /// These lines.
    Lines(Vec<Line>),
    /// No text, or too much of it.
    Digests,
    /// It is a secret.
    Hidden,
}

/// Size and digest of a content.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Digest {
    /// How many bytes it has.
    pub bytes: usize,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

/// All that changes.
#[derive(Debug)]
pub struct Diff {
    /// What the old side is called, fit to be shown.
    pub old: String,
    /// What the new side is called.
    pub new: String,
    /// Every entry that is not the same.
    pub changes: Vec<Change>,
    /// Whether the documents differ, byte for byte: to Terraform that is all that counts.
    pub is_another_document: bool,
    /// The provider it is for, if one is known.
    pub provider: Option<&'static Provider>,
    /// Whether `firstlight apply` takes the new side as it stands.
    pub is_applicable: bool,
}

impl Diff {
    /// Compares two sides; a provider given wins over the one that the new side names.
    #[must_use]
    pub fn of(old: &Side, new: &Side, provider: Option<&'static Provider>) -> Self {
        let provider = provider.or(new.provider);
        let has_documents = old.document.is_some() && new.document.is_some();
        let keys: BTreeSet<&EntryKey> = old.entries.keys().chain(new.entries.keys()).collect();
        let mut budget = Budget::default();
        let changes = keys
            .into_iter()
            // A folder holds files alone.
            .filter(|key| has_documents || !matches!(key, EntryKey::Comments | EntryKey::Config(_)))
            .filter_map(|key| change(key, old, new, provider, &mut budget))
            .collect();
        Self {
            old: label(&old.name),
            new: label(&new.name),
            changes,
            is_another_document: has_documents && old.document != new.document,
            provider,
            is_applicable: new.is_plain,
        }
    }

    /// Whether there is no difference at all.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.changes.is_empty() && !self.is_another_document
    }

    /// Whether the documents differ, but mean the same.
    #[must_use]
    pub fn is_rewritten(&self) -> bool {
        self.changes.is_empty() && self.is_another_document
    }

    /// The most trouble that any change makes.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.changes.iter().map(|change| change.effect).max().unwrap_or(Effect::None)
    }

    /// What it takes to bring the changes to a server, a sentence each; code stands between backticks.
    #[must_use]
    pub fn verdict(&self) -> Vec<String> {
        if self.is_same() {
            return vec!["Nothing changes.".to_owned()];
        }
        let mut said = vec![match (self.effect(), self.is_applicable) {
            (Effect::None, _) if self.is_rewritten() => {
                "Only the notation differs (comments, order or encoding); the meaning is the same.".to_owned()
            }
            (Effect::None, _) => "This has no effect on a server.".to_owned(),
            (Effect::Live | Effect::Stays, true) => {
                "Can be applied live: run `firstlight apply USER-DATA` on the server.".to_owned()
            }
            (Effect::Live | Effect::Stays, false) => {
                "Can be applied live: run `firstlight apply USER-DATA` on the server, with the plain document \
                 (`--encoding plain`)."
                    .to_owned()
            }
            (Effect::NextBoot, _) => {
                "Takes effect at the next boot of the server, after its user-data has been changed; no new server is needed."
                    .to_owned()
            }
            (Effect::NewServer, _) => "Needs a new server: it only takes effect on a first boot.".to_owned(),
        }];
        if self.changes.iter().any(|change| change.effect == Effect::Stays) {
            said.push("Removed files stay on a running server until somebody removes them there.".to_owned());
        }
        said.extend(self.terraform().map(|(_, sentence)| sentence));
        said
    }
}
