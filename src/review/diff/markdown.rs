//! The result of a comparison as Markdown, for a pull request. Text from the documents is in code blocks and code spans
//! whose delimiters are longer than any row of backticks in the text, so that it cannot end them.

use super::{Change, ChangedContent, Diff};

/// The longest output, in bytes. GitHub accepts 65,536 characters in a comment.
const MOST: usize = 60_000;

impl Diff {
    /// The comparison as GitHub's Markdown: what the changes need, a list of them, and a folded diff of each. What
    /// would make the text too long for a comment on GitHub is left out, with a note.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut out = format!("### {} → {}\n\n", span(&self.old), span(&self.new));
        for sentence in self.verdict() {
            out.push_str(&format!("{sentence}\n"));
        }
        if !self.changes.is_empty() {
            out.push('\n');
        }
        let mut left = MOST.saturating_sub(out.len());
        let mut more = 0;
        let (mut list, mut blocks) = (String::new(), String::new());
        for change in &self.changes {
            let (row, block) = (row(change), block(change));
            if left < row.len() {
                more += 1;
                continue;
            }
            left -= row.len();
            list.push_str(&row);
            if left < block.len() {
                blocks.push_str(&format!("\n{}: too long to be shown here.\n", span(&change.name)));
                left = left.saturating_sub(change.name.len() + 40);
            } else {
                left -= block.len();
                blocks.push_str(&block);
            }
        }
        if more > 0 {
            list.push_str(&format!("- and {more} more\n"));
        }
        out + &list + &blocks
    }
}

/// A change as one item of the list.
fn row(change: &Change) -> String {
    let Change { name, what, effect, facts, .. } = change;
    let facts: String = facts.iter().map(|fact| format!(", {}", span(fact))).collect();
    format!("- {} {}: **{}**{facts}\n", what.name(), span(name), effect.name())
}

/// The diff of a change in a folded block; empty if the content did not change.
fn block(change: &Change) -> String {
    if change.body == ChangedContent::Same {
        return String::new();
    }
    let lines: String = change.lines().iter().map(|line| format!("{}\n", line.text())).collect();
    let fence = "`".repeat(longest_run(&lines).max(2) + 1);
    let summary = html(&change.name);
    format!(
        "\n<details><summary><code>{summary}</code></summary>\n\n{fence}diff\n{lines}{fence}\n\n</details>\n"
    )
}

/// A text as a code span. Its delimiter is longer than any row of backticks in the text.
fn span(text: &str) -> String {
    if text.trim().is_empty() {
        return "` `".to_owned();
    }
    let ticks = "`".repeat(longest_run(text) + 1);
    // Markdown removes one space on each side. Without the space, a backtick of the text would join the delimiter.
    let pad = if text.starts_with([' ', '`']) || text.ends_with([' ', '`']) { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// The length of the longest row of backticks in a text.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// A text for HTML inside Markdown: every character that either could interpret is a numeric reference.
fn html(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/.- ,()".contains(c) || !c.is_ascii();
    text.chars().map(|c| if plain(c) { c.to_string() } else { format!("&#{};", u32::from(c)) }).collect()
}
