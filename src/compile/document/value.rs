//! Writes the user's values as YAML that PyYAML reads as the same values, in printable ASCII. The user's own text is
//! never copied.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::literal::literal;
use crate::escape::yaml_scalar;
use crate::userdata::{Tree, Value};

/// A key and its value, at the left margin.
pub(super) fn entry(out: &mut String, key: &str, value: &Tree) {
    out.push_str(&yaml_scalar::token(key));
    out.push(':');
    after(out, value, 0);
}

/// Items of a list at the left margin.
pub(super) fn items(out: &mut String, items: &[Tree]) {
    items.iter().for_each(|value| item(out, value, 0));
}

/// What stands after a key or a dash that stands at a column.
fn after(out: &mut String, node: &Tree, column: usize) {
    match &node.value {
        Value::List(items) if !items.is_empty() => {
            out.push('\n');
            items.iter().for_each(|value| item(out, value, column + 2));
        }
        Value::Map(map) if !map.entries.is_empty() => {
            out.push('\n');
            mapping(out, node, column + 2);
        }
        value => {
            out.push(' ');
            scalar(out, value, column + 2);
        }
    }
}

/// A mapping's or a list's first line begins on the dash's.
fn item(out: &mut String, node: &Tree, column: usize) {
    let is_nested = match &node.value {
        Value::List(items) => !items.is_empty(),
        Value::Map(map) => !map.entries.is_empty(),
        _ => false,
    };
    out.push_str(&" ".repeat(column));
    out.push('-');
    if !is_nested {
        return after(out, node, column);
    }
    let mut inner = String::new();
    match &node.value {
        Value::List(items) => items.iter().for_each(|value| item(&mut inner, value, column + 2)),
        _ => mapping(&mut inner, node, column + 2),
    }
    out.push(' ');
    out.push_str(inner.trim_start_matches(' '));
}

fn mapping(out: &mut String, node: &Tree, column: usize) {
    for (key, value) in node.map().map(|map| map.each()).unwrap_or_default() {
        out.push_str(&" ".repeat(column));
        let mut name = String::new();
        match &key.value {
            Value::Text(text) => name.push_str(&yaml_scalar::token(text)),
            other => scalar(&mut name, other, column),
        }
        out.push_str(name.trim_end());
        out.push(':');
        after(out, value, column);
    }
}

/// A single value and the end of its line; a text of many lines in a block below.
fn scalar(out: &mut String, value: &Value, column: usize) {
    let text = match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => float(*number),
        // A date is plain, or it would be a text.
        Value::Date(text) if text.bytes().all(|b| b.is_ascii_alphanumeric() || b" :.+-".contains(&b)) => {
            text.clone()
        }
        Value::Bytes(bytes) => format!("!!binary \"{}\"", STANDARD.encode(bytes)),
        Value::List(_) => "[]".to_owned(),
        Value::Map(_) => "{}".to_owned(),
        Value::Date(text) => yaml_scalar::quoted(text),
        Value::Text(text) => match literal(text.as_bytes()).filter(|_| text.contains('\n')) {
            None => yaml_scalar::token(text),
            Some((indicator, text)) => {
                out.push_str(indicator);
                for line in text.split_terminator('\n') {
                    out.push('\n');
                    if !line.is_empty() {
                        out.push_str(&" ".repeat(column));
                        out.push_str(line);
                    }
                }
                String::new()
            }
        },
    };
    out.push_str(&text);
    out.push('\n');
}

/// PyYAML wants a point in it, and a sign before the exponent.
fn float(number: f64) -> String {
    if number.is_nan() {
        return ".nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let text = format!("{number:?}");
    match text.split_once('e') {
        None => text,
        Some((digits, exponent)) => {
            let point = if digits.contains('.') { "" } else { ".0" };
            let sign = if exponent.starts_with('-') { "" } else { "+" };
            format!("{digits}{point}e{sign}{exponent}")
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::source::{Place, Source};
    use crate::userdata::read_yaml;

    fn read(text: &str) -> Tree {
        read_yaml(&Place::all(&Source::file("x", text)))
            .unwrap_or_else(|problem| panic!("{problem:?}\n{text}"))
    }

    fn written(root: &Tree) -> String {
        let mut out = String::new();
        for (key, value) in root.map().expect("a mapping").each() {
            entry(&mut out, key.value.text().expect("a text"), value);
        }
        out
    }

    /// YAML as people write it, and as they should not.
    fn value() -> impl Strategy<Value = serde_json::Value> {
        let words = prop::sample::select(vec![
            "no",
            "~",
            "0644",
            "1:30",
            "2024-01-31",
            "=",
            "<<",
            "- a",
            "a: b",
            "#x",
            "a #b",
            "",
            " a",
            "a ",
            "é",
            "\u{85}",
            "\u{2028}",
            "a\nb",
            "a\n",
            "\na",
            " a\nb",
            "a\n\n",
            "\t",
            "a\n\tb",
            "${x}",
            "%{x}",
            "'",
            "\"",
            "\\",
            "{{ a }}",
            "| x",
            "!x",
            "&a",
            "*a",
            "\u{0}\u{1b}",
            "1e3",
            ".inf",
            "---",
            "...",
            "? a",
            "a\n---\nb",
            "a\r\nb",
            "  \n  ",
        ]);
        let leaf = prop_oneof![
            words.prop_map(serde_json::Value::from),
            any::<String>().prop_map(serde_json::Value::from),
            any::<bool>().prop_map(serde_json::Value::from),
            any::<i64>().prop_map(serde_json::Value::from),
            any::<f64>().prop_map(serde_json::Value::from),
            Just(serde_json::Value::Null),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
                prop::collection::btree_map("[ -~\n]{0,8}", inner, 0..4)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// Whatever is given comes back, by our reader and by libyaml's.
        #[test]
        fn any_value_survives(value in value()) {
            let root = serde_json::json!({ "key": value });
            // JSON is YAML, but for a slash that may be escaped.
            let root = read(&root.to_string());
            let text = written(&root);
            prop_assert!(text.bytes().all(|b| matches!(b, b'\n' | b'\t') || (b' '..=b'~').contains(&b)), "{text}");
            prop_assert!(read(&text).value.is_same(&root.value), "{text}");
        }
    }

    #[test]
    fn as_people_write_it() {
        let text = "\
key:
  a: [1, two, {b: c, d: [e, [f]]}, [], {}]
  yes: no
  3: 0644
  when: 2024-01-31
  far: 1.5e+300
  base: &x {s: bytes}
  again: *x
  data: !!binary aGVsbG8=
  text: |
    one

      two
";
        let wanted = "\
key:
  a:
    - 1
    - two
    - b: c
      d:
        - e
        - - f
    - []
    - {}
  true: false
  3: 420
  when: 2024-01-31
  far: 1.5e+300
  base:
    s: bytes
  again:
    s: bytes
  data: !!binary \"aGVsbG8=\"
  text: |
    one

      two
";
        assert_eq!(written(&read(text)), wanted);
        assert!(read(wanted).value.is_same(&read(text).value));
    }
}
