//! The result of a comparison as text for people.

use super::{Change, ChangedContent, Diff, Digest, Line, What};
use crate::text::printable::{HIDDEN, count};

const BOLD: &str = "1";
const RED: &str = "31";
const GREEN: &str = "32";
const CYAN: &str = "36";

impl Diff {
    /// The comparison as text: what the changes need, a table of them, and a unified diff of each; empty if nothing
    /// changes. With `colour`, it contains ANSI escape sequences.
    #[must_use]
    pub fn human(&self, colour: bool) -> String {
        if self.is_same() {
            return String::new();
        }
        let paint = |code: &str, text: &str| match colour {
            true => format!("\x1b[{code}m{text}\x1b[0m"),
            false => text.to_owned(),
        };
        let mut out = paint(BOLD, &format!("{} → {}", self.old, self.new)) + "\n";
        for sentence in self.verdict() {
            out.push_str(&format!("{}\n", sentence.replace('`', "")));
        }
        if !self.changes.is_empty() {
            out.push('\n');
        }
        let width = self.changes.iter().map(|change| change.name.chars().count()).max().unwrap_or(0);
        for change in &self.changes {
            let Change { name, what, effect, .. } = change;
            let facts = change.facts.join(", ");
            let line = format!("{:<7}  {name:<width$}  {:<10}  {facts}", what.name(), effect.name());
            out.push_str(&format!("{}\n", line.trim_end()));
        }
        for change in self.changes.iter().filter(|change| change.body != ChangedContent::Same) {
            out.push_str(&paint(BOLD, &format!("\n--- {0}\n+++ {0}", change.name)));
            out.push('\n');
            for line in change.lines() {
                out.push_str(&match line {
                    Line::Hunk(_) => paint(CYAN, &line.text()),
                    Line::Old(_) => paint(RED, &line.text()),
                    Line::New(_) => paint(GREEN, &line.text()),
                    Line::Same(_) | Line::Open => line.text(),
                });
                out.push('\n');
            }
        }
        out
    }
}

impl Change {
    /// The lines of the change's diff. If the content is not shown line by line, there is one line for each side,
    /// with its size and digest or a note that it is hidden.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let has = [self.what != What::Added, self.what != What::Removed];
        let side = |digest: &Option<Digest>, has: bool| {
            let text = match digest {
                Some(Digest { bytes, sha256 }) => format!("{}, sha256 {sha256}", count(*bytes, "byte")),
                None => HIDDEN.to_owned(),
            };
            has.then_some(text)
        };
        let (old, new) = match &self.body {
            ChangedContent::Same => return Vec::new(),
            ChangedContent::Lines(lines) => return lines.clone(),
            ChangedContent::Digests | ChangedContent::Hidden => {
                (side(&self.old, has[0]), side(&self.new, has[1]))
            }
        };
        old.into_iter().map(Line::Old).chain(new.into_iter().map(Line::New)).collect()
    }
}
