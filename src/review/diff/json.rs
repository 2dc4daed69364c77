//! The result of a comparison as JSON.

use serde_json::{Value, json};

use super::{Change, ChangedContent, Diff};

impl Diff {
    /// The comparison as a JSON object. Lines that may contain a secret are replaced by a note, and a content with
    /// such lines has no digest.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "old": self.old,
            "new": self.new,
            "same": self.is_same(),
            "effect": self.effect(),
            "rewritten": self.is_rewritten(),
            "provider": self.provider.map(|provider| provider.name),
            "terraform": self.terraform().map(|(word, _)| word),
            "verdict": self.verdict(),
            "changes": self.changes.iter().map(change).collect::<Vec<_>>(),
        })
    }
}

fn change(change: &Change) -> Value {
    let lines: String = change.lines().iter().map(|line| format!("{}\n", line.text())).collect();
    json!({
        "name": change.name,
        "kind": change.kind,
        "what": change.what,
        "effect": change.effect,
        "facts": change.facts,
        "old": change.old,
        "new": change.new,
        "diff": matches!(change.body, ChangedContent::Lines(_)).then_some(lines),
    })
}
