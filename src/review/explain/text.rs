//! A story as text.

use super::{Story, StoryNode};

/// The longest line, in characters.
const WIDTH: usize = 96;

impl Story {
    /// The story as text: a numbered list of steps with what each of them does and waits for.
    #[must_use]
    pub fn words(&self) -> String {
        let mut out = format!("{}\n", self.title);
        for (at, node) in self.nodes.iter().enumerate() {
            out.push_str(&format!("\n{:>2}. {} ({})\n", at + 1, node.name, node.who.name()));
            for line in &node.lines {
                for line in wrap(line, WIDTH - 4) {
                    out.push_str(&format!("    {line}\n"));
                }
            }
            let before = at.checked_sub(1).and_then(|before| self.nodes.get(before));
            if let Some(line) = self.waiting(node, before) {
                out.push_str(&format!("    Waits for: {line}\n"));
            }
        }
        if self.nodes.is_empty() {
            out.push_str("\nNothing.\n");
        }
        out
    }

    /// What a node waits for, with the numbers of the nodes; `None` if that is only the node directly before it, or
    /// nothing.
    fn waiting(&self, node: &StoryNode, before: Option<&StoryNode>) -> Option<String> {
        if node.after.len() <= 1 && node.after.first() == before.map(|before| &before.name) {
            return None;
        }
        let name = |name: &String| Some(format!("{name} ({})", self.number(name)? + 1));
        let names: Vec<_> = node.after.iter().filter_map(name).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}

/// Splits a text into lines of at most `width` characters. A longer word has a line of its own.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<(String, usize)> = Vec::new();
    for word in text.split_whitespace() {
        let length = word.chars().count();
        match lines.last_mut().filter(|(_, used)| used + 1 + length <= width) {
            Some((line, used)) => {
                line.push(' ');
                line.push_str(word);
                *used += 1 + length;
            }
            None => lines.push((word.to_owned(), length)),
        }
    }
    lines.into_iter().map(|(line, _)| line).collect()
}
