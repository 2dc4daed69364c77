//! Writes a value of a cloud-config as text in one fixed form, so that two values can be compared line by line.

use crate::finding::{Diagnostic, rule};
use crate::userdata::{TreeNode, Value};

/// The longest text of a key's value, in bytes: with aliases, a small document can expand to a large one.
const MOST: usize = 8 << 20;
/// The longest list that is written on one line, in bytes.
const LINE: usize = 100;

/// Writes a value as text.
///
/// # Errors
/// The text would be longer than `MOST`.
pub(super) fn dump(node: &TreeNode) -> Result<String, Diagnostic> {
    let mut out = String::new();
    if write(node, 0, &mut out) {
        return Ok(out);
    }
    let message = format!("written out, this has more than {} MiB", MOST >> 20);
    Err(rule::TOO_MUCH.at(&node.place.first_line(), message))
}

/// Writes a node. Returns whether there was room for it.
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

/// Writes the node that follows a key or a dash, on the same line if possible. Returns whether there was room.
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

/// A single value as text. A string is in quotes if it would be read as something else without them; bytes are
/// shown by their digest.
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
