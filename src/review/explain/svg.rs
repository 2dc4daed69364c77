//! A story as an SVG image. Time runs from top to bottom; steps that can be done at the same time are in one row.

use super::text::wrap;
use super::{Story, StoryNode, Who};

/// The most steps of cloud-init in a story, so that the image stays readable.
pub(super) const MOST: usize = 120;

const WIDTH: usize = 280;
const GAP: usize = 30;
const RISE: usize = 44;
const LINE: usize = 15;
/// The number of characters that fit into a line of a box.
const CHARACTERS: usize = 40;
/// The most lines of text in a box.
const LINES: usize = 7;

const STYLE: &str = "\
.ground{fill:#fff}.box{stroke-width:1.5}text{font:12px system-ui,sans-serif;fill:#1f2328}\
.name{font-weight:600;font-size:13px}.who{fill:#59636e}.wait{fill:none;stroke:#59636e;stroke-width:1.5}\
.head{fill:#59636e}\
.cloud-init{fill:#ddf4ff;stroke:#0969da}.server{fill:#dafbe1;stroke:#1a7f37}\
.person{fill:#fff1e5;stroke:#bc4c00}.outside{fill:#fbefff;stroke:#8250df}\
@media(prefers-color-scheme:dark){.ground{fill:#0d1117}text{fill:#e6edf3}.who{fill:#c9d1d9}\
.wait{stroke:#9198a1}.head{fill:#9198a1}.cloud-init{fill:#0c2d6b;stroke:#388bfd}\
.server{fill:#0f5323;stroke:#3fb950}.person{fill:#762d0a;stroke:#f0883e}.outside{fill:#3c1e70;stroke:#a371f7}}";

/// The box of a node: its row from 0, its position and height in pixels, and its text.
struct Frame {
    level: usize,
    x: usize,
    y: usize,
    height: usize,
    lines: Vec<String>,
}

impl Story {
    /// The story as an SVG image. The same story always makes the same bytes.
    #[must_use]
    pub fn svg(&self) -> String {
        let (frames, width, height) = self.frames();
        let title = escaped(&self.title);
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" role=\"img\" aria-label=\"{title}\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
             <defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
             orient=\"auto\"><path class=\"head\" d=\"M0 0L8 4L0 8z\"/></marker></defs>\n\
             <rect class=\"ground\" width=\"{width}\" height=\"{height}\"/>\n"
        );
        for (node, to) in self.nodes.iter().zip(&frames) {
            for name in &node.after {
                if let Some(from) = self.number(name).and_then(|number| frames.get(number)) {
                    out.push_str(&edge(from, to));
                }
            }
        }
        for (node, frame) in self.nodes.iter().zip(&frames) {
            out.push_str(&frame_of(node, frame));
        }
        out + "</svg>\n"
    }

    /// The boxes of all nodes, and the width and height of the image in pixels.
    fn frames(&self) -> (Vec<Frame>, usize, usize) {
        let levels = self.levels();
        let rows = levels.iter().max().map_or(0, |last| last + 1);
        let count = |row: usize| levels.iter().filter(|level| **level == row).count();
        let widest = (0..rows).map(count).max().unwrap_or(0).max(1);
        let width = widest * (WIDTH + GAP) + GAP;
        let texts: Vec<_> = self.nodes.iter().map(text_of).collect();
        let tall = |lines: &Vec<String>| 46 + lines.len() * LINE;
        let mut top = GAP;
        let mut tops = Vec::new();
        for row in 0..rows {
            tops.push(top);
            let own = levels.iter().zip(&texts).filter(|(level, _)| **level == row);
            top += own.map(|(_, lines)| tall(lines)).max().unwrap_or(0) + RISE;
        }
        let mut used = vec![0; rows];
        let frames = levels.iter().zip(texts).map(|(level, lines)| {
            let own = count(*level);
            let left = (width - own * (WIDTH + GAP) + GAP) / 2;
            let place = used.get_mut(*level).map_or(0, |used| std::mem::replace(used, *used + 1));
            let (x, y) = (left + place * (WIDTH + GAP), tops.get(*level).copied().unwrap_or(0));
            Frame { level: *level, x, y, height: tall(&lines), lines }
        });
        (frames.collect(), width, top.max(2 * GAP + RISE) - RISE + GAP)
    }

    /// The row of each node, from 0: below all nodes that it comes after. A node that comes after nothing is in the row
    /// directly above the first node that waits for it.
    fn levels(&self) -> Vec<usize> {
        let mut levels: Vec<usize> = Vec::new();
        for node in &self.nodes {
            let before = node.after.iter().filter_map(|name| levels.get(self.number(name)?));
            let level = before.max().map_or(0, |level| level + 1);
            levels.push(level);
        }
        for (at, node) in self.nodes.iter().enumerate().filter(|(_, node)| node.after.is_empty()) {
            let wanting =
                self.nodes.iter().zip(&levels).filter(|(other, _)| other.after.contains(&node.name));
            let first = wanting.map(|(_, level)| *level).min();
            if let (Some(first), Some(level)) = (first, levels.get_mut(at)) {
                *level = first.saturating_sub(1);
            }
        }
        levels
    }
}

fn text_of(node: &StoryNode) -> Vec<String> {
    let mut lines: Vec<String> = node.lines.iter().flat_map(|line| wrap(line, CHARACTERS)).collect();
    if lines.len() > LINES {
        lines.truncate(LINES - 1);
        lines.push("…".to_owned());
    }
    lines.iter().map(|line| cut(line)).collect()
}

fn cut(line: &str) -> String {
    match line.char_indices().nth(CHARACTERS) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or("")),
        None => line.to_owned(),
    }
}

fn edge(from: &Frame, to: &Frame) -> String {
    let path = if from.level == to.level {
        // Both boxes are in the same row.
        let (start, end) = if from.x < to.x { (from.x + WIDTH, to.x) } else { (from.x, to.x + WIDTH) };
        format!("M{start} {}L{end} {}", from.y + 24, to.y + 24)
    } else {
        let (x, y) = (from.x + WIDTH / 2, from.y + from.height);
        let (to_x, to_y) = (to.x + WIDTH / 2, to.y);
        // The line goes straight down past the rows in between, and then bends to the other box.
        let turn = to_y.saturating_sub(RISE).max(y);
        let middle = usize::midpoint(turn, to_y);
        format!("M{x} {y}V{turn}C{x} {middle} {to_x} {middle} {to_x} {to_y}")
    };
    format!("<path class=\"wait\" marker-end=\"url(#head)\" d=\"{path}\"/>\n")
}

fn frame_of(node: &StoryNode, frame: &Frame) -> String {
    let class = match node.who {
        Who::CloudInit { .. } => "cloud-init",
        Who::Server => "server",
        Who::Person => "person",
        Who::Outside => "outside",
    };
    let Frame { x, y, height, lines, .. } = frame;
    let mut out = format!(
        "<rect class=\"box {class}\" x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{height}\" rx=\"6\"/>\n"
    );
    let mut line = |at: usize, class: &str, text: &str| {
        let (x, y) = (x + 12, y + at);
        out.push_str(&format!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>\n", escaped(text)));
    };
    line(20, "name", &cut(&node.name));
    line(36, "who", &node.who.name());
    for (at, text) in lines.iter().enumerate() {
        line(36 + (at + 1) * LINE, "what", text);
    }
    out
}

/// A text with the special characters of XML escaped.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
