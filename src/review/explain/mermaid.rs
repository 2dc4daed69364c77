//! A story as a Mermaid flowchart.

use super::{Story, StoryNode, Who};

impl Story {
    /// As Mermaid; a dotted arrow is waited for later.
    #[must_use]
    pub fn mermaid(&self) -> String {
        let mut out = format!("flowchart TD\n  accTitle: {}\n", text(&self.title));
        for (at, node) in self.nodes.iter().enumerate() {
            out.push_str(&format!("  n{at}{}\n", shape(node)));
        }
        for (at, node) in self.nodes.iter().enumerate() {
            for (name, later) in Self::waits(node) {
                if let Some(from) = self.number(name) {
                    let arrow = if later { "-.->" } else { "-->" };
                    out.push_str(&format!("  n{from} {arrow} n{at}\n"));
                }
            }
        }
        out
    }
}

/// People's work has round corners, what is elsewhere is a cylinder's shape.
fn shape(node: &StoryNode) -> String {
    let label = format!("{}<br/>{}", text(&node.name), text(&node.who.name()));
    match node.who {
        Who::CloudInit { .. } | Who::Server => format!("[\"{label}\"]"),
        Who::Person => format!("([\"{label}\"])"),
        Who::Outside => format!("[(\"{label}\")]"),
    }
}

/// What has a meaning in Mermaid or HTML goes by its number.
fn text(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || " .,/()+_-".contains(c) || !c.is_ascii();
    text.chars().map(|c| if plain(c) { c.to_string() } else { format!("#{};", u32::from(c)) }).collect()
}
