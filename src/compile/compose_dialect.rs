//! The dialect of YAML that Compose reads.

use std::collections::BTreeSet;

use crate::text::source::Place;
use crate::userdata::{self, Dialect, Tree};

/// go-yaml's version 3, which Compose reads with: YAML 1.2 but for octal numbers, in which `yes` is a text.
pub(super) const COMPOSE: Dialect = Dialect {
    reader: "Compose",
    plain,
    special: &[],
    tabs: true,
    tags: &["!reset", "!override"],
    one_document: "Compose would merge them; write one file",
};

/// The first key that stands a second time in its mapping; nothing if there is none, or what stands there is not YAML.
pub(super) fn key_twice(place: &Place) -> Option<String> {
    twice(&userdata::read_as(&COMPOSE, place).ok()?)
}

fn twice(tree: &Tree) -> Option<String> {
    match &tree.value {
        userdata::Value::List(items) => items.iter().find_map(twice),
        userdata::Value::Map(map) => {
            let mut seen = BTreeSet::new();
            map.entries.iter().skip(map.merged).find_map(|(key, value)| {
                let name = key.value.text().unwrap_or_else(|| key.place.text());
                if seen.insert(name) { twice(value) } else { Some(name.to_owned()) }
            })
        }
        _ => None,
    }
}

/// A scalar without quotes.
fn plain(text: &str) -> userdata::Value {
    use userdata::Value as Read;
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Read::Null,
        "true" | "True" | "TRUE" => return Read::Bool(true),
        "false" | "False" | "FALSE" => return Read::Bool(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" => return Read::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Read::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Read::Float(f64::NAN),
        _ => {}
    }
    if let Some(number) = int(text) {
        return Read::Int(number);
    }
    if is_float(text)
        && let Ok(number) = text.replace('_', "").parse()
    {
        return Read::Float(number);
    }
    match Read::of_plain(text) {
        date @ Read::Date(_) => date,
        _ => Read::Text(text.to_owned()),
    }
}

/// Decimal, or with the prefix of another base; a leading zero is octal.
fn int(text: &str) -> Option<i128> {
    let negative = text.starts_with('-');
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text).replace('_', "").to_ascii_lowercase();
    let (digits, radix) = [("0x", 16), ("0o", 8), ("0b", 2)]
        .iter()
        .find_map(|(prefix, radix)| Some((digits.strip_prefix(prefix)?, *radix)))
        .or_else(|| Some((digits.strip_prefix('0').filter(|rest| !rest.is_empty())?, 8)))
        .unwrap_or((digits.as_str(), 10));
    if !digits.starts_with(|c: char| c.is_ascii_hexdigit()) || !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let number = i128::from_str_radix(digits, radix).ok()?;
    Some(if negative { -number } else { number })
}

fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsigned.contains(|c: char| c.is_ascii_digit())
        && unsigned.bytes().all(|b| b.is_ascii_digit() || b"._eE+-".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::Source;

    /// What go-yaml's version 3 makes of each.
    #[test]
    fn as_go_reads_them() {
        use userdata::Value as Read;
        for (text, value) in [
            ("yes", Read::Text("yes".to_owned())),
            ("on", Read::Text("on".to_owned())),
            ("22:22", Read::Text("22:22".to_owned())),
            ("1.2.3", Read::Text("1.2.3".to_owned())),
            ("-", Read::Text("-".to_owned())),
            ("0440", Read::Int(288)),
            ("0o17", Read::Int(15)),
            ("0x1F", Read::Int(31)),
            ("1_000", Read::Int(1000)),
            ("-5", Read::Int(-5)),
            ("0", Read::Int(0)),
            ("08", Read::Float(8.0)),
            ("1e3", Read::Float(1000.0)),
            (".5", Read::Float(0.5)),
            ("True", Read::Bool(true)),
            ("2024-01-31", Read::Date("2024-01-31".to_owned())),
        ] {
            assert_eq!(plain(text), value, "{text}");
        }
    }

    /// The names themselves, however they are written, in the order in which a reader comes upon them.
    #[test]
    fn a_key_that_stands_twice_is_found_in_the_tree() {
        for (text, key) in [
            ("services: {a: 1}\nvolumes: {a: 1}\n", None),
            ("a: {b: 1, c: 2, b: 3}\na: 4\n", Some("b")),
            ("a: 1\n'a': 2\n", Some("a")),
            ("- x: 1\n- {\"say \\\"x\\\"\": 1, 'say \"x\"': 2}\n", Some("say \"x\"")),
            ("1: a\n2: b\n1: c\n", Some("1")),
            ("yes: a\non: b\n", None),
            ("a: &a {b: 1}\nc: {<<: *a, b: 2}\n", None),
            ("a: 'duplicate entry with key \"b\"'\n", None),
            ("a: [\n", None),
        ] {
            let found = key_twice(&Place::all(&Source::file("compose.yaml", text)));
            assert_eq!(found.as_deref(), key, "{text}");
        }
    }
}
