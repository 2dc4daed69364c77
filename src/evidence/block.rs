//! The lines below a name that suggests a secret.

use std::ops::Range;

use super::alike::is_for_the_value;
use super::clue::{Clue, ClueKind};
use super::name::{Tells, tells};

/// The lines below `NAME:` or `NAME: |`, if the name suggests a secret.
pub(super) struct Block {
    indent: usize,
    /// Whether the lines are one text. In a mapping, each line has a name of its own.
    is_text: bool,
}

impl Block {
    /// The lines below this one; `None` if it is not such a name.
    pub(super) fn begin(line: &str) -> Option<Self> {
        let (name, value) = line.trim_end().split_once(':')?;
        let is_text = !value.trim().is_empty();
        let told = tells(name);
        if told < if is_text { Tells::IfPlausible } else { Tells::Perhaps } {
            return None;
        }
        let is_block = !is_text || matches!(value.trim(), "|" | "|-" | "|+" | ">" | ">-" | ">+");
        let name = name.trim_start_matches(['-', ' ']);
        let indent = line.find(name).unwrap_or(0);
        is_block.then_some(Self { indent, is_text })
    }

    /// Whether a line is one of them.
    pub(super) fn holds(&self, line: &str) -> bool {
        let indent = line.len() - line.trim_start().len();
        let is_item = !self.is_text && indent == self.indent && line.trim_start().starts_with("- ");
        line.trim().is_empty() || indent > self.indent || is_item
    }

    /// Whether a line must be hidden because of the name above, and not because of a name of its own.
    pub(super) fn hides(&self, line: &str) -> bool {
        self.is_text || !line.contains(':') || is_value_of_another(line)
    }
}

/// Whether a line is `value: …`, so that the name above says what its value is.
pub(super) fn is_value_of_another(line: &str) -> bool {
    line.trim_start_matches(['-', ' ']).split_once(':').is_some_and(|(name, _)| is_for_the_value(name.trim()))
}

/// The clue that a value is below a name that suggests a secret, or within its braces.
pub(super) fn below_a_name(span: Range<usize>) -> Clue {
    Clue::sure(span, ClueKind::Name, "a value below a name that suggests a secret")
}
