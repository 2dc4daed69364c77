//! Loads YAML that was written for another program, as that program does: anchors, aliases and merge keys as PyYAML has
//! them, in a tree in which every node knows its place.
//!
//! An alias shares the node of its anchor, so a small text does not become large; the size that it would have without
//! aliases is limited.

mod dialect;
mod pyyaml;
mod tree;

use std::sync::Arc;

use super::node::{TreeNode, Value};
use super::{Budget, MAX_YAML, Tree};
use crate::finding::{Diagnostic, rule};
use crate::text::source::{Offsets, Place, byte_at};
pub(crate) use dialect::Dialect;
use tree::Builder;

/// Reads the YAML at a place.
pub(super) fn read(place: &Place, budget: &mut Budget) -> Result<Tree, Diagnostic> {
    read_text(place.text(), place, budget)
}

/// Reads a text that stands for the one at a place, byte for byte. An empty one is null.
pub(super) fn read_text(text: &str, place: &Place, budget: &mut Budget) -> Result<Tree, Diagnostic> {
    read_dialect(&dialect::CLOUD_INIT, text, place, budget)
}

/// Reads a whole text as another program than cloud-init does.
pub(crate) fn read_as(dialect: &Dialect, place: &Place) -> Result<Tree, Diagnostic> {
    read_dialect(dialect, place.text(), place, &mut Budget::default())
}

fn read_dialect(
    dialect: &Dialect,
    text: &str,
    place: &Place,
    budget: &mut Budget,
) -> Result<Tree, Diagnostic> {
    if text.is_empty() {
        return Ok(TreeNode::made(place.clone(), Value::Null));
    }
    if text.len() > MAX_YAML {
        let message =
            format!("{} bytes of YAML, but firstlight reads at most {} MiB", text.len(), MAX_YAML >> 20);
        return Err(rule::TOO_MUCH.at(&place.first_line(), message));
    }
    if opens(text) > MAX_OPEN {
        let message = format!("more than {MAX_OPEN} brackets are open at once");
        return Err(rule::TOO_MUCH.at(&place.first_line(), message));
    }
    budget.take(text.len())?;
    let mut root = Builder::new(dialect, text, text, Offsets::of(text), place, budget).document();
    let is_at_quote = |problem: &Diagnostic| {
        problem.place.as_ref().is_some_and(|place| place.text().starts_with(['"', '\'']))
    };
    if root.as_ref().is_err_and(is_at_quote)
        && let Some((moved, offsets)) = pyyaml::moved_right(text)
    {
        root = Builder::new(dialect, text, &moved, offsets, place, budget).document();
    }
    let root = root.map_err(|problem| of_template(of_tab(problem, text, place), text));
    // libyaml is what PyYAML's parser was written after: where the two differ, it has the last word. It is asked for no
    // values, so that whatever it says is about the syntax.
    match (root, serde_yaml::from_str::<serde::de::IgnoredAny>(text)) {
        (Ok(root), Err(error)) => Err(refusal(dialect, &error, text, place).unwrap_or_else(|| {
            let said = format!("this is not YAML as {} reads it: {error}", dialect.reader);
            rule::BAD_YAML.at(&root.place, said)
        })),
        (root, _) => root,
    }
}

/// Most brackets and braces open at once, those in texts too: the parser looks at all of them again and again.
const MAX_OPEN: usize = 128;

fn opens(text: &str) -> usize {
    let step = |(open, most): (usize, usize), byte| match byte {
        b'[' | b'{' => (open + 1, most.max(open + 1)),
        b']' | b'}' => (open.saturating_sub(1), most),
        _ => (open, most),
    };
    text.bytes().fold((0, 0), step).1
}

/// A parser that stops at a line that a tab indents may say that the line before is wrong.
fn of_tab(problem: Diagnostic, text: &str, base: &Place) -> Diagnostic {
    let Some(stop) = problem.place.as_ref().map(|place| place.span.start.saturating_sub(base.span.start))
    else {
        return problem;
    };
    let line = text.get(..stop).map_or(0, |before| before.rfind('\n').map_or(0, |at| at + 1));
    let rest = text.get(line..).unwrap_or("");
    let starts = std::iter::once(0).chain(rest.match_indices('\n').map(|(at, _)| at + 1)).take(2);
    let tab = |start: usize| {
        let blanks = rest.get(start..)?;
        let indent = blanks.len() - blanks.trim_start_matches(' ').len();
        blanks.get(indent..)?.starts_with('\t').then_some(line + start + indent)
    };
    let Some(at) = starts.filter_map(tab).next().filter(|_| rule::BAD_YAML.is_of(&problem)) else {
        return problem;
    };
    let span = base.span.start + at..base.span.start + at + 1;
    let place = Place { source: Arc::clone(&base.source), span };
    rule::BAD_YAML.at(&place, "a tab cannot indent a line in YAML").help("use spaces")
}

/// What is no YAML yet may become so when its template is rendered.
fn of_template(problem: Diagnostic, text: &str) -> Diagnostic {
    let made_by = |line: &str| match line.trim_start() {
        line if line.starts_with("%{") => Some("Terraform"),
        line if line.contains("{{ .") || line.contains("{{.") || line.starts_with("{{-") => Some("Go"),
        line if line.contains("{{") || line.starts_with("{%") => Some("Jinja or a similar program"),
        _ => None,
    };
    match text.lines().find_map(made_by).filter(|_| rule::BAD_YAML.is_of(&problem)) {
        Some(maker) => problem.help(format!("this looks like a template of {maker}: render it first")),
        None => problem,
    }
}

fn refusal(dialect: &Dialect, error: &serde_yaml::Error, text: &str, base: &Place) -> Option<Diagnostic> {
    let at = error.location()?;
    let at = byte_at(text, at.line(), at.column());
    let letter = text.get(at..)?.chars().next().filter(|letter| *letter != '\n');
    let start = base.span.start + at;
    let end = start + letter.map_or(0, char::len_utf8);
    let place = Place { source: Arc::clone(&base.source), span: start..end };
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or(&said);
    Some(rule::BAD_YAML.at(&place, format!("this is not YAML as {} reads it: {said}", dialect.reader)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::Source;

    fn read(text: &str) -> Result<(), String> {
        let place = Place::all(&Source::file("x.yaml", text));
        read_as(&dialect::CLOUD_INIT, &place).map(drop).map_err(|problem| problem.message)
    }

    /// Whatever words it chooses: the word `tag` in them once made the refusal no refusal.
    #[test]
    fn what_libyaml_refuses_is_refused() {
        for text in [
            "[!!str]\n",
            "{a: !!str}\n",
            "%TAG !e! tag:yaml.org,2002:#\n---\na: b\n",
            "%FOO bar\n---\na: b\n",
        ] {
            let said = read(text).expect_err(text);
            assert!(said.starts_with("this is not YAML as cloud-init reads it: "), "{text}: {said}");
        }
        for text in ["[!!str ]\n", "{a: !!str , b: c}\n", "a: !!str\n", "a: &a {b: 1, b: 2}\nc: [*a, *a]\n"] {
            assert_eq!(read(text), Ok(()), "{text}");
        }
    }
}
