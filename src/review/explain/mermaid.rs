//! A story as a Mermaid flowchart.

use super::{Story, StoryNode, Who};

impl Story {
    /// The story as a Mermaid flowchart.
    #[must_use]
    pub fn mermaid(&self) -> String {
        let mut out = format!("flowchart TD\n  accTitle: {}\n", text(&self.title));
        for (at, node) in self.nodes.iter().enumerate() {
            out.push_str(&format!("  n{at}{}\n", shape(node)));
        }
        for (at, node) in self.nodes.iter().enumerate() {
            for from in node.after.iter().filter_map(|name| self.number(name)) {
                out.push_str(&format!("  n{from} --> n{at}\n"));
            }
        }
        out
    }
}

/// A node of the flowchart: rounded if a person does it, a cylinder if it happens elsewhere, else a rectangle.
fn shape(node: &StoryNode) -> String {
    let label = format!("{}<br/>{}", text(&node.name), text(&node.who.name()));
    match node.who {
        Who::CloudInit { .. } | Who::Server => format!("[\"{label}\"]"),
        Who::Person => format!("([\"{label}\"])"),
        Who::Outside => format!("[(\"{label}\")]"),
    }
}

/// A text for Mermaid. A character that could have a meaning in Mermaid or HTML is given by its number.
fn text(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || " .,/()+_-".contains(c) || !c.is_ascii();
    text.chars().map(|c| if plain(c) { c.to_string() } else { format!("#{};", u32::from(c)) }).collect()
}
