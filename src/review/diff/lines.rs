//! A unified diff of two texts, in which lines that may contain a secret are hidden.

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

use crate::evidence::{Known, hidden};
use crate::text::printable::{self, HIDDEN};

/// The number of unchanged lines that are shown before and after a change.
const CONTEXT: usize = 3;
/// The most lines of one text that are compared on one side; the work grows with the product of both sides.
const MOST: usize = 1_000;
/// The most such lines of all texts of a comparison together.
const MOST_IN_ALL: usize = 10_000;

/// A line of a unified diff, without its sign and its newline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// The line above a group of changes, such as `@@ -1,2 +1,3 @@`.
    Hunk(String),
    /// A line that is the same on both sides.
    Same(String),
    /// A line that is only on the old side.
    Old(String),
    /// A line that is only on the new side.
    New(String),
    /// The note that the line before it, the last of its text, does not end with a newline.
    Open,
}

impl Line {
    /// The line as in a unified diff: with its sign, and without a newline at the end.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Hunk(text) => text.clone(),
            Self::Same(text) => format!(" {text}"),
            Self::Old(text) => format!("-{text}"),
            Self::New(text) => format!("+{text}"),
            Self::Open => "\\ No newline at end of file".to_owned(),
        }
    }
}

/// How many lines may still be compared.
#[derive(Debug)]
pub(super) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(MOST_IN_ALL)
    }
}

/// The differences between two texts; `None` if there are more lines to compare than the limits allow.
pub(super) fn lines(old: &str, new: &str, known: [&Known; 2], budget: &mut Budget) -> Option<Vec<Line>> {
    let (old, new) = (Text::of(old, known), Text::of(new, known));
    let shorter = old.lines.len().min(new.lines.len());
    let pairs = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let before = old.lines.iter().zip(&new.lines).take_while(pairs).count();
    let after = old.lines.iter().rev().zip(new.lines.iter().rev()).take_while(pairs).count();
    let after = after.min(shorter - before);
    let from = before.saturating_sub(CONTEXT);
    let end = |text: &Text<'_>| (text.lines.len() - after + CONTEXT).min(text.lines.len());
    let old_part = old.lines.get(from..end(&old)).unwrap_or_default();
    let new_part = new.lines.get(from..end(&new)).unwrap_or_default();
    let most = old_part.len().max(new_part.len());
    budget.0 = budget.0.checked_sub(most).filter(|_| most <= MOST)?;
    let operations = capture_diff_slices(Algorithm::Myers, old_part, new_part);
    let mut out = Vec::new();
    for group in group_diff_ops(operations, CONTEXT) {
        out.push(head(&group, from)?);
        group.iter().for_each(|operation| add(operation, from, &old, &new, &mut out));
    }
    Some(out)
}

/// The lines of a text, each with its newline, and for each line whether it is hidden.
struct Text<'a> {
    lines: Vec<&'a str>,
    hidden: Vec<bool>,
}

impl<'a> Text<'a> {
    fn of(text: &'a str, known: [&Known; 2]) -> Self {
        let mut hidden = hidden(text);
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        for span in known.iter().flat_map(|known| known.find(text)) {
            let from = starts.partition_point(|start| *start <= span.start).saturating_sub(1);
            let to = starts.partition_point(|start| *start < span.end);
            hidden.get_mut(from..to).into_iter().flatten().for_each(|hidden| *hidden = true);
        }
        Self { lines: text.split_inclusive('\n').collect(), hidden }
    }

    fn shown(&self, at: usize) -> String {
        match self.hidden.get(at) {
            Some(false) => self.lines.get(at).map_or(String::new(), |line| printable::line(line)),
            _ => HIDDEN.to_owned(),
        }
    }

    fn is_open(&self, at: usize) -> bool {
        self.lines.get(at).is_some_and(|line| !line.ends_with('\n'))
    }
}

fn head(group: &[DiffOp], from: usize) -> Option<Line> {
    let (first, last) = (group.first()?, group.last()?);
    let range = |start: usize, end: usize| match end - start {
        1 => format!("{}", start + from + 1),
        // An empty range is given by the number of the line before it.
        0 => format!("{},0", start + from),
        length => format!("{},{length}", start + from + 1),
    };
    let old = range(first.old_range().start, last.old_range().end);
    let new = range(first.new_range().start, last.new_range().end);
    Some(Line::Hunk(format!("@@ -{old} +{new} @@")))
}

fn add(operation: &DiffOp, from: usize, old: &Text<'_>, new: &Text<'_>, out: &mut Vec<Line>) {
    let mut side = |text: &Text<'_>, range: std::ops::Range<usize>, line: fn(String) -> Line| {
        for at in range.start + from..range.end + from {
            out.push(line(text.shown(at)));
            if text.is_open(at) {
                out.push(Line::Open);
            }
        }
    };
    match operation {
        DiffOp::Equal { .. } => side(old, operation.old_range(), Line::Same),
        _ => {
            side(old, operation.old_range(), Line::Old);
            side(new, operation.new_range(), Line::New);
        }
    }
}
