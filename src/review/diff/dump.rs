//! A value of a cloud-config as text, always the same way, a line for each thing that can change.

use crate::finding::{Diagnostic, rule};
use crate::userdata::{TreeNode, Value};

/// Longest text that a key's value is written out to: aliases can make a small document say much.
const MOST: usize = 8 << 20;
/// Longest list of words that stands on one line.
const LINE: usize = 100;

/// Writes a value out.
///
/// # Errors
/// It is too long.
pub(super) fn dump(node: &TreeNode) -> Result<String, Diagnostic> {
    let mut out = String::new();
    if write(node, 0, &mut out) {
        return Ok(out);
    }
    let message = format!("written out, this has more than {} MiB", MOST >> 20);
    Err(rule::TOO_MUCH.at(&node.place.first_line(), message))
}

/// Whether there was room.
fn write(node: &TreeNode, indent: usize, out: &mut String) -> bool {
    if out.len() > MOST {
        return false;
    }
    let blanks = " ".repeat(indent);
    match &node.value {
        Value::Map(map) if !map.entries.is_empty() => map.entries.iter().all(|(key, value)| {
            out.push_str(&format!("{blanks}{}:", scalar(&key.value)));
            below(value, indent, out)
        }),
        Value::List(items) if !items.is_empty() => items.iter().all(|item| {
            out.push_str(&format!("{blanks}-"));
            below(item, indent, out)
        }),
        value => {
            out.push_str(&format!("{blanks}{}\n", scalar(value)));
            true
        }
    }
}

/// What follows a key or a dash: on the same line if it can.
fn below(node: &TreeNode, indent: usize, out: &mut String) -> bool {
    if let Some(line) = one_line(node) {
        out.push_str(&format!(" {line}\n"));
        return out.len() <= MOST;
    }
    if let Value::Text(text) = &node.value {
        out.push_str(" |\n");
        for line in text.split_inclusive('\n') {
            out.push_str(&format!("{}  {line}", " ".repeat(indent)));
        }
        if !text.ends_with('\n') {
            out.push('\n');
        }
        return out.len() <= MOST;
    }
    out.push('\n');
    write(node, indent + 2, out)
}

fn one_line(node: &TreeNode) -> Option<String> {
    match &node.value {
        Value::Map(map) if map.entries.is_empty() => Some("{}".to_owned()),
        Value::Map(_) => None,
        Value::List(items) => {
            let is_word = |item: &TreeNode| {
                !matches!(&item.value, Value::Map(_) | Value::List(_)) && item.place.span.len() <= LINE
            };
            if items.len() > LINE || !items.iter().all(|item| is_word(item)) {
                return None;
            }
            let words: Vec<_> = items.iter().map(|item| scalar(&item.value)).collect();
            let line = format!("[{}]", words.join(", "));
            (line.len() <= LINE).then_some(line)
        }
        Value::Text(text) if text.contains('\n') => None,
        value => Some(scalar(value)),
    }
}

/// A single value; a text in quotes where it would look like something else.
fn scalar(value: &Value) -> String {
    match value {
        Value::Text(text) => {
            let odd = text
                .starts_with([' ', '-', '?', '[', '{', '&', '*', '!', '|', '>', '\'', '"', '%', '@'])
                || text.ends_with([' ', ':'])
                || text.contains(['\n', '#', '"', '\t'])
                || [": ", ", ", "[", "]"].iter().any(|mark| text.contains(mark));
            if odd || Value::of_plain(text) != *value { format!("{text:?}") } else { text.clone() }
        }
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Bytes(bytes) => format!("!!binary {}", crate::base::digest::sha256(bytes)),
        Value::List(_) => "[]".to_owned(),
        Value::Map(_) => "{}".to_owned(),
        value => value.python(),
    }
}
