//! Where the boxes of a picture stand. Time runs from top to bottom: what can be done at the same time is in one row, and
//! within a row the boxes stand so that as few lines as possible cross.

use super::Story;

/// Pixels: the width of a box, between two boxes, between two rows.
pub(super) const WIDTH: usize = 280;
pub(super) const GAP: usize = 30;
pub(super) const RISE: usize = 44;

/// Rows with more boxes keep the order of the story: there would be too many orders to try.
const MOST_TO_ORDER: usize = 5;

/// What lines connect, by its number: the box of a node, or a joint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Box(usize),
    Joint(usize),
}

/// A point where the lines of several nodes meet, which several other nodes all come after: every one of the former would
/// have a line to every one of the latter otherwise, and they would cross.
#[derive(Debug)]
struct Joint {
    from: Vec<usize>,
    to: Vec<usize>,
}

/// A box, in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) height: usize,
}

/// A line, from its beginning to its end, in pixels; and whether it ends at a box.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) from: (usize, usize),
    pub(super) to: (usize, usize),
    pub(super) is_arrow: bool,
}

/// A picture of a story.
#[derive(Debug)]
pub(super) struct Layout {
    /// The boxes, in the order of the nodes.
    pub(super) frames: Vec<Frame>,
    pub(super) lines: Vec<Line>,
    /// Pixels of the whole picture.
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Layout {
    /// Places the boxes of a story, whose heights in pixels are given in the order of its nodes.
    pub(super) fn of(story: &Story, heights: &[usize]) -> Self {
        let graph = Graph::of(story);
        let rows = graph.ordered();
        let widest = rows.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let width = widest * (WIDTH + GAP) + GAP;
        let height_of = |node: &usize| heights.get(*node).copied().unwrap_or(0);
        let mut frames = vec![Frame { x: 0, y: 0, height: 0 }; heights.len()];
        let mut bottom = GAP;
        let mut tops = Vec::new();
        for row in &rows {
            // Above and below the point, the lines need as much room as elsewhere.
            if graph.joints.iter().any(|joint| joint.to.iter().any(|node| row.contains(node))) {
                bottom += RISE;
            }
            let left = (width + GAP).saturating_sub(row.len() * (WIDTH + GAP)) / 2;
            for (place, node) in row.iter().enumerate() {
                if let Some(frame) = frames.get_mut(*node) {
                    *frame = Frame { x: left + place * (WIDTH + GAP), y: bottom, height: height_of(node) };
                }
            }
            tops.push(bottom);
            bottom += row.iter().map(height_of).max().unwrap_or(0) + RISE;
        }
        let joints: Vec<_> = graph.joints.iter().map(|joint| meeting_point(joint, &frames)).collect();
        let lines = graph.edges.iter().filter_map(|(from, to)| {
            let from = match from {
                End::Box(node) => frames.get(*node).map(|f| (f.x + WIDTH / 2, f.y + f.height))?,
                End::Joint(joint) => *joints.get(*joint)?,
            };
            let (to, is_arrow) = match to {
                End::Box(node) => (frames.get(*node).map(|f| (f.x + WIDTH / 2, f.y))?, true),
                End::Joint(joint) => (*joints.get(*joint)?, false),
            };
            Some(Line { from, to, is_arrow })
        });
        let lines = lines.collect();
        Self { frames, lines, width, height: bottom.saturating_sub(RISE).max(GAP) + GAP }
    }
}

/// In the middle of the boxes above, between the rows.
fn meeting_point(joint: &Joint, frames: &[Frame]) -> (usize, usize) {
    let ends = || joint.from.iter().chain(&joint.to).filter_map(|node| frames.get(*node));
    let count = ends().count().max(1);
    let x = ends().map(|frame| frame.x + WIDTH / 2).sum::<usize>() / count;
    let below = joint.to.iter().filter_map(|node| frames.get(*node)).map(|frame| frame.y).min();
    (x, below.unwrap_or(0).saturating_sub(RISE))
}

/// A story as numbers.
struct Graph {
    /// The row of each node, from 0.
    levels: Vec<usize>,
    joints: Vec<Joint>,
    edges: Vec<(End, End)>,
}

impl Graph {
    fn of(story: &Story) -> Self {
        let levels = levels(story);
        let after: Vec<Vec<usize>> = story
            .nodes
            .iter()
            .map(|node| node.after.iter().filter_map(|name| story.number(name)).collect())
            .collect();
        let rows = 0..levels.iter().max().map_or(0, |last| last + 1);
        let joints: Vec<_> = rows.filter_map(|row| joint(row, &levels, &after)).collect();
        let mut edges = Vec::new();
        for (at, joint) in joints.iter().enumerate() {
            edges.extend(joint.from.iter().map(|node| (End::Box(*node), End::Joint(at))));
            edges.extend(joint.to.iter().map(|node| (End::Joint(at), End::Box(*node))));
        }
        for (to, after) in after.iter().enumerate() {
            let is_joined =
                |from: &usize| joints.iter().any(|joint| joint.to.contains(&to) && joint.from.contains(from));
            let own = after.iter().filter(|from| !is_joined(from));
            edges.extend(own.map(|from| (End::Box(*from), End::Box(to))));
        }
        Self { levels, joints, edges }
    }

    /// The nodes of each row, from left to right.
    fn ordered(&self) -> Vec<Vec<usize>> {
        let count = self.levels.iter().max().map_or(0, |last| last + 1);
        let mut rows: Vec<Vec<usize>> = vec![Vec::new(); count];
        for (node, level) in self.levels.iter().enumerate() {
            if let Some(row) = rows.get_mut(*level) {
                row.push(node);
            }
        }
        // What is best for one row may depend on the next.
        for _ in 0..2 {
            for row in 0..count {
                let Some(nodes) = rows.get(row).cloned().filter(|nodes| nodes.len() <= MOST_TO_ORDER) else {
                    continue;
                };
                let mut best = (self.cost(&rows), nodes.clone());
                for order in orders(&nodes) {
                    if let Some(slot) = rows.get_mut(row) {
                        slot.clone_from(&order);
                    }
                    let cost = self.cost(&rows);
                    if cost < best.0 {
                        best = (cost, order);
                    }
                }
                if let Some(slot) = rows.get_mut(row) {
                    *slot = best.1;
                }
            }
        }
        rows
    }

    /// How many pairs of lines cross, and how far to the side all of them lead together.
    fn cost(&self, rows: &[Vec<usize>]) -> (usize, usize) {
        let mut centers = vec![(0, 0); self.levels.len()];
        for (level, row) in (0i64..).zip(rows) {
            for (place, node) in (0i64..).zip(row) {
                if let Some(center) = centers.get_mut(*node) {
                    *center = (2 * place - i64::try_from(row.len()).unwrap_or(0), 2 * level);
                }
            }
        }
        let center = |node: &usize| centers.get(*node).copied().unwrap_or_default();
        let point = |end: End| match end {
            End::Box(node) => center(&node),
            End::Joint(joint) => self.joints.get(joint).map_or((0, 0), |joint| {
                let ends = || joint.from.iter().chain(&joint.to).map(center);
                let count = i64::try_from(ends().count()).unwrap_or(1).max(1);
                let below = joint.to.first().map_or(0, |node| center(node).1);
                (ends().map(|(x, _)| x).sum::<i64>() / count, below - 1)
            }),
        };
        let lines: Vec<_> = self.edges.iter().map(|(from, to)| (point(*from), point(*to))).collect();
        let crossings = (1..lines.len()).flat_map(|second| (0..second).map(move |first| (first, second)));
        let crossings =
            crossings.filter(|(a, b)| lines.get(*a).zip(lines.get(*b)).is_some_and(|(a, b)| cross(*a, *b)));
        let aside = lines.iter().map(|(from, to)| usize::try_from((from.0 - to.0).abs()).unwrap_or(0)).sum();
        (crossings.count(), aside)
    }
}

type Segment = ((i64, i64), (i64, i64));

/// Whether two lines cross, other than at their ends.
fn cross((a, b): Segment, (c, d): Segment) -> bool {
    let side = |p: (i64, i64), q: (i64, i64), r: (i64, i64)| {
        ((q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0)).signum()
    };
    side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0
}

/// Every order of a few things.
fn orders(of: &[usize]) -> Vec<Vec<usize>> {
    match of {
        [] => vec![Vec::new()],
        [first, rest @ ..] => orders(rest)
            .into_iter()
            .flat_map(|order| {
                (0..=order.len()).map(move |place| {
                    let mut order = order.clone();
                    order.insert(place, *first);
                    order
                })
            })
            .collect(),
    }
}

/// The joint of a row: for those of its nodes that come after several others, if several of these are the same for all.
fn joint(row: usize, levels: &[usize], after: &[Vec<usize>]) -> Option<Joint> {
    let own = (0..levels.len()).filter(|node| levels.get(*node) == Some(&row));
    let after_of = |node: &usize| after.get(*node).map(Vec::as_slice).unwrap_or_default();
    let to: Vec<usize> = own.filter(|node| after_of(node).len() > 1).collect();
    let (first, others) = to.split_first()?;
    let from: Vec<usize> = after_of(first)
        .iter()
        .copied()
        .filter(|node| others.iter().all(|other| after_of(other).contains(node)))
        .collect();
    (from.len() > 1 && to.len() > 1).then_some(Joint { from, to })
}

/// The row of each node, from 0: below all nodes that it comes after. A node that comes after nothing is in the row
/// directly above the first node that waits for it.
fn levels(story: &Story) -> Vec<usize> {
    let mut levels: Vec<usize> = Vec::new();
    for node in &story.nodes {
        let before = node.after.iter().filter_map(|name| levels.get(story.number(name)?));
        let level = before.max().map_or(0, |level| level + 1);
        levels.push(level);
    }
    for (at, node) in story.nodes.iter().enumerate().filter(|(_, node)| node.after.is_empty()) {
        let wanting = story.nodes.iter().zip(&levels).filter(|(other, _)| other.after.contains(&node.name));
        let first = wanting.map(|(_, level)| *level).min();
        if let (Some(first), Some(level)) = (first, levels.get_mut(at)) {
            *level = first.saturating_sub(1);
        }
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::explain::{StoryNode, Who};

    fn story(nodes: &[(&str, &[&str])]) -> Story {
        let node = |(name, after): &(&str, &[&str])| StoryNode {
            name: (*name).to_owned(),
            who: Who::Server,
            lines: Vec::new(),
            brief: Vec::new(),
            after: after.iter().map(|name| (*name).to_owned()).collect(),
        };
        Story { title: String::new(), nodes: nodes.iter().map(node).collect() }
    }

    fn crossings(story: &Story) -> usize {
        let graph = Graph::of(story);
        graph.cost(&graph.ordered()).0
    }

    #[test]
    fn no_lines_cross_where_none_have_to() {
        let all: &[&str] = &["files", "docker"];
        let site = story(&[
            ("start", &[]),
            ("token", &[]),
            ("files", &["start"]),
            ("docker", &["start"]),
            ("caddy", all),
            ("app", &["files", "docker", "token"]),
            ("ready", &["caddy"]),
        ]);
        assert_eq!(crossings(&site), 0);
        // In the order in which they are told, these two would cross.
        assert_eq!(crossings(&story(&[("a", &[]), ("b", &[]), ("c", &["b"]), ("d", &["a"])])), 0);
        // Of three by three nodes, some have to, unless they meet.
        let three: &[&str] = &["a", "b", "c"];
        let full = story(&[("a", &[]), ("b", &[]), ("c", &[]), ("x", three), ("y", three), ("z", three)]);
        assert_eq!(crossings(&full), 0);
        let graph = Graph::of(&full);
        assert_eq!((graph.joints.len(), graph.edges.len()), (1, 6));
    }
}
