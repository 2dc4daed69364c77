//! A story as an SVG image. Time runs from top to bottom; steps that can be done at the same time are in one row.

use super::layout::{Frame, Layout, Line, RISE, WIDTH};
use super::text::wrap;
use super::{Story, StoryNode, Who};

/// The most steps of cloud-init in a story, so that the image stays readable.
pub(super) const MOST: usize = 120;

const LINE: usize = 15;
/// The number of characters that fit into a line of a box.
const CHARACTERS: usize = 40;
/// The most lines of text in a box.
const LINES: usize = 9;

const STYLE: &str = "\
.ground{fill:#fff}.box{stroke-width:1.5}text{font:12px system-ui,sans-serif;fill:#1f2328}\
.name{font-weight:600;font-size:13px}.who{fill:#59636e}.wait{fill:none;stroke:#59636e;stroke-width:1.5}\
.head{fill:#59636e}\
.cloud-init{fill:#ddf4ff;stroke:#0969da}.server{fill:#dafbe1;stroke:#1a7f37}\
.person{fill:#fff1e5;stroke:#bc4c00}.outside{fill:#fbefff;stroke:#8250df}\
@media(prefers-color-scheme:dark){.ground{fill:#0d1117}text{fill:#e6edf3}.who{fill:#c9d1d9}\
.wait{stroke:#9198a1}.head{fill:#9198a1}.cloud-init{fill:#0c2d6b;stroke:#388bfd}\
.server{fill:#0f5323;stroke:#3fb950}.person{fill:#762d0a;stroke:#f0883e}.outside{fill:#3c1e70;stroke:#a371f7}}";

impl Story {
    /// The story as an SVG image. The same story always makes the same bytes.
    #[must_use]
    pub fn svg(&self) -> String {
        let texts: Vec<_> = self.nodes.iter().map(text_of).collect();
        let heights: Vec<_> = texts.iter().map(|lines| 46 + lines.len() * LINE).collect();
        let Layout { frames, lines, width, height } = Layout::of(self, &heights);
        let title = escaped(&self.title);
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" role=\"img\" aria-label=\"{title}\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
             <defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
             orient=\"auto\"><path class=\"head\" d=\"M0 0L8 4L0 8z\"/></marker></defs>\n\
             <rect class=\"ground\" width=\"{width}\" height=\"{height}\"/>\n"
        );
        lines.iter().for_each(|line| out.push_str(&path(line)));
        for ((node, frame), lines) in self.nodes.iter().zip(&frames).zip(&texts) {
            out.push_str(&frame_of(node, frame, lines));
        }
        out + "</svg>\n"
    }
}

fn text_of(node: &StoryNode) -> Vec<String> {
    let mut lines: Vec<String> = node.brief.iter().flat_map(|line| wrap(line, CHARACTERS)).collect();
    lines = lines.iter().flat_map(|line| broken(line)).collect();
    if lines.len() > LINES {
        lines.truncate(LINES - 1);
        lines.push("…".to_owned());
    }
    lines
}

/// Breaks a line that is too long, a path at its slashes: a path that is not whole is of no use.
fn broken(line: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for piece in line.split_inclusive('/') {
        let length = piece.chars().count();
        if used > 0 && used + length > CHARACTERS {
            lines.push(String::new());
            used = 0;
        }
        for c in piece.chars() {
            if used == CHARACTERS {
                lines.push(String::new());
                used = 0;
            }
            if let Some(last) = lines.last_mut() {
                last.push(c);
            }
            used += 1;
        }
    }
    lines
}

fn cut(line: &str) -> String {
    match line.char_indices().nth(CHARACTERS) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or("")),
        None => line.to_owned(),
    }
}

/// A line goes straight down past the rows in between, and then bends to its end.
fn path(line: &Line) -> String {
    let Line { from: (x, y), to: (to_x, to_y), is_arrow } = line;
    let turn = to_y.saturating_sub(RISE).max(*y);
    let middle = usize::midpoint(turn, *to_y);
    let head = if *is_arrow { " marker-end=\"url(#head)\"" } else { "" };
    format!("<path class=\"wait\"{head} d=\"M{x} {y}V{turn}C{x} {middle} {to_x} {middle} {to_x} {to_y}\"/>\n")
}

fn frame_of(node: &StoryNode, frame: &Frame, lines: &[String]) -> String {
    let class = match node.who {
        Who::CloudInit { .. } => "cloud-init",
        Who::Server => "server",
        Who::Person => "person",
        Who::Outside => "outside",
    };
    let Frame { x, y, height } = frame;
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
pub(super) fn escaped(text: &str) -> String {
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
