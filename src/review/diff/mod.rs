//! What changes between two documents, configurations or folders, file by file, and how each change reaches a server.
//!
//! Lines that may contain a secret are never shown; the output only says that they changed.

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

/// How an entry changed.
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
    /// The word for it in the output.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// An entry that is not the same on both sides.
#[derive(Debug)]
pub struct Change {
    /// The name of the entry for the output, with secrets masked.
    pub name: String,
    /// The kind of entry: `comments`, `file`, `key` or `part`.
    pub kind: &'static str,
    /// How the entry changed.
    pub what: What,
    /// How the change reaches a server.
    pub effect: Effect,
    /// In words, how the mode, owner and notes of the entry differ; if it is on one side only, what they are.
    pub facts: Vec<String>,
    /// How the content changed.
    pub body: ChangedContent,
    /// The size and digest of the old content; `None` if there is none, or if it may contain a secret.
    pub old: Option<Digest>,
    /// The size and digest of the new content; `None` if there is none, or if it may contain a secret.
    pub new: Option<Digest>,
}

/// How the content of an entry changed.
#[derive(Debug, PartialEq, Eq)]
pub enum ChangedContent {
    /// The content is the same on both sides. The content of an entry that does not exist counts as empty.
    Same,
    /// The lines of a unified diff.
    Lines(Vec<Line>),
    /// The content is not text, or too long to compare its lines.
    Digests,
    /// The content is a secret and is not shown.
    Hidden,
}

/// The size and digest of a content.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Digest {
    /// The size in bytes.
    pub bytes: usize,
    /// The SHA-256 digest in hexadecimal.
    pub sha256: String,
}

/// The result of a comparison.
#[derive(Debug)]
pub struct Diff {
    /// The name of the old side for the output, with secrets masked.
    pub old: String,
    /// The name of the new side for the output, with secrets masked.
    pub new: String,
    /// The entries that are not the same: first comments, then files, keys and parts, each kind in order of names.
    pub changes: Vec<Change>,
    /// Whether both sides are documents whose bytes differ. Terraform looks only at this.
    pub is_another_document: bool,
    /// The provider where the server runs; `None` if it is not known.
    pub provider: Option<&'static Provider>,
    /// Whether the new side is a template that Terraform has to render first.
    pub is_template: bool,
}

impl Diff {
    /// Compares two sides. `provider` takes precedence over the provider of the new side.
    #[must_use]
    pub fn of(old: &Side, new: &Side, provider: Option<&'static Provider>) -> Self {
        let provider = provider.or(new.provider);
        let has_documents = old.document.is_some() && new.document.is_some();
        let keys: BTreeSet<&EntryKey> = old.entries.keys().chain(new.entries.keys()).collect();
        let mut budget = Budget::default();
        let changes = keys
            .into_iter()
            // A folder has neither comments nor keys, so there is nothing to compare them with.
            .filter(|key| has_documents || !matches!(key, EntryKey::Comments | EntryKey::Config(_)))
            .filter_map(|key| change(key, old, new, provider, &mut budget))
            .collect();
        Self {
            old: label(&old.name),
            new: label(&new.name),
            changes,
            is_another_document: has_documents && old.document != new.document,
            provider,
            is_template: new.is_template,
        }
    }

    /// Whether there is no difference, not even in the notation.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.changes.is_empty() && !self.is_another_document
    }

    /// Whether the documents differ only in notation, so that no entry changed.
    #[must_use]
    pub fn is_rewritten(&self) -> bool {
        self.changes.is_empty() && self.is_another_document
    }

    /// The effect of the change that needs the most effort; [`Effect::None`] if there is no change.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.changes.iter().map(|change| change.effect).max().unwrap_or(Effect::None)
    }

    /// Sentences that say what is needed to bring the changes to a server. Commands and names in them are between
    /// backticks.
    #[must_use]
    pub fn verdict(&self) -> Vec<String> {
        if self.is_same() {
            return vec!["Nothing changes.".to_owned()];
        }
        let mut said = vec![match self.effect() {
            Effect::None if self.is_rewritten() => {
                "Only the notation differs (comments, order or encoding); the meaning is the same.".to_owned()
            }
            Effect::None => "This has no effect on a server.".to_owned(),
            Effect::Live | Effect::Stays if self.is_template => {
                "A running server can take this change: run `firstlight apply USER-DATA` there, with the document \
                 that Terraform renders from the template."
                    .to_owned()
            }
            Effect::Live | Effect::Stays => {
                "A running server can take this change: run `firstlight apply USER-DATA` there.".to_owned()
            }
            Effect::RunAgain => {
                "A running server can take this change: run the new script there; it changes only what differs.".to_owned()
            }
            Effect::NextBoot => {
                "Takes effect at the next boot of the server, after its user-data has been changed; no new server is needed."
                    .to_owned()
            }
            Effect::NewServer => "Needs a new server: the change takes effect only on a first boot.".to_owned(),
        }];
        if self.changes.iter().any(|change| change.effect == Effect::Stays) {
            said.push("Removed files stay on a running server until somebody removes them there.".to_owned());
        }
        // Terraform does not run scripts on servers that exist.
        let terraform = self.terraform().filter(|_| self.effect() != Effect::RunAgain);
        said.extend(terraform.map(|(_, sentence)| sentence));
        said
    }
}
