//! The values of Kubernetes secrets, below `data:` or `stringData:` in a document with `kind: Secret`.

use std::ops::Range;

use super::ShapeFound;

const NAME: &str = "a value of a Kubernetes secret";
/// The least length of a value that counts as a secret, in characters.
const LEAST: usize = 10;

/// A line without its indentation and the dashes of list items; the byte offset at which it begins, and the width of
/// what was removed.
struct Line<'a> {
    text: &'a str,
    start: usize,
    indent: usize,
}

/// Finds the values of all Kubernetes secrets in a text.
pub(crate) fn values(text: &str) -> Vec<ShapeFound> {
    if !text.contains("Secret") {
        return Vec::new();
    }
    let lines: Vec<_> = lines(text).collect();
    let documents = lines.split(|line| line.text == "---");
    let secrets = documents.filter(|lines| lines.iter().any(|line| is_kind(line.text)));
    secrets.flat_map(below_data).map(|span| ShapeFound { span, name: NAME }).collect()
}

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let text = line.trim_start_matches([' ', '-']);
        let indent = line.len() - text.len();
        let start = at + indent;
        at += line.len();
        // Three dashes alone separate documents and are no indentation.
        if line.trim_end() == "---" {
            Line { text: "---", start, indent: 0 }
        } else {
            Line { text: text.trim_end(), start, indent }
        }
    })
}

fn is_kind(line: &str) -> bool {
    let kind = line.strip_prefix("kind:").map(|kind| kind.trim().trim_matches(['"', '\'']));
    kind == Some("Secret")
}

fn below_data(lines: &[Line]) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut data: Option<usize> = None;
    for line in lines.iter().filter(|line| !line.text.is_empty()) {
        if data.is_some_and(|indent| line.indent > indent) {
            let value = line.text.rsplit_once(": ").map_or(line.text, |(_, value)| value);
            let start = line.start + line.text.len() - value.len();
            spans.extend(is_filled_in(value).then_some(start..start + value.len()));
        } else {
            data = matches!(line.text, "data:" | "stringData:").then_some(line.indent);
        }
    }
    spans
}

/// Whether it is a value, and not only a key, a reference or a template.
fn is_filled_in(value: &str) -> bool {
    let value = value.trim_matches(['"', '\'']);
    value.len() >= LEAST && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=_-".contains(&b))
}
