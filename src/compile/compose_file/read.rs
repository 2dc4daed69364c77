//! From a text to its tree: YAML as Compose reads it.

use crate::compile::compose_file::interpolate::{FaultKind, Variables, interpolate};
use crate::compile::compose_file::node::{Entry, Node, Value};
use crate::finding::{Code, Diagnostic, Report};
use crate::text::source::Place;
use crate::userdata::{self, Dialect, Tree};

/// go-yaml's version 3, which Compose reads with: YAML 1.2 but for octal numbers, in which `yes` is a text.
const COMPOSE: Dialect = Dialect {
    reader: "Compose",
    plain,
    special: &[],
    tabs: true,
    tags: &["!reset", "!override"],
    one_document: "Compose would lay one over the other; write one file",
};

/// Reads a compose file. Whatever is wrong with it is added to the report.
pub(super) fn read(place: &Place, variables: &Variables, report: &mut Report) -> Option<Node> {
    let tree = report.keep(userdata::read_as(&COMPOSE, place))?;
    if matches!(tree.value, userdata::Value::Null) {
        report.push(Diagnostic::error(Code::BadYaml, "this compose file is empty").at(place, ""));
        return None;
    }
    Some(Reader { variables, report }.node(&tree))
}

struct Reader<'a> {
    variables: &'a Variables,
    report: &'a mut Report,
}

impl Reader<'_> {
    fn node(&mut self, tree: &Tree) -> Node {
        use userdata::Value as Read;
        let value = match &tree.value {
            Read::Null => Value::Null,
            Read::Bool(value) => Value::Bool(*value),
            Read::Int(number) => Value::Int(*number),
            Read::Float(number) => Value::Float(*number),
            Read::Text(text) => self.text(text, &tree.place),
            Read::Date(text) => {
                let problem = Diagnostic::error(
                    Code::WrongType,
                    format!("newer versions of Compose take `{text}` for a date, and refuse it"),
                );
                self.report.push(problem.at(&tree.place, "").help("put it in quotes"));
                Value::Text(text.clone())
            }
            Read::Bytes(_) => Value::Unknown,
            Read::List(items) => Value::List(items.iter().map(|item| self.node(item)).collect()),
            Read::Map(map) => Value::Map(self.entries(map)),
        };
        Node { place: tree.place.clone(), value }
    }

    /// What merge keys bring comes first, and what is written beside them takes its place.
    fn entries(&mut self, map: &userdata::Map) -> Vec<Entry> {
        for (key, _) in map.twice() {
            let name = key.value.text().map_or_else(|| key.place.text().to_owned(), str::to_owned);
            let problem = Diagnostic::error(Code::DuplicateKey, format!("the key `{name}` stands twice"));
            self.report.push(problem.at(&key.place, "again here").help("keep one of them"));
        }
        for (key, _) in map.entries.iter().filter(|(key, _)| key.value.text().is_none()) {
            let problem =
                format!("a key has to be a text, and `{}` is {}", key.place.text(), key.value.what());
            self.report.push(
                Diagnostic::error(Code::WrongType, problem).at(&key.place, "").help("put it in quotes"),
            );
        }
        let entry = |(key, text, node): (&Tree, &str, &Tree)| Entry {
            key: text.to_owned(),
            at: key.place.clone(),
            node: self.node(node),
        };
        map.texts().map(entry).collect()
    }

    fn text(&mut self, text: &str, place: &Place) -> Value {
        let (value, faults) = interpolate(text, self.variables);
        for fault in faults {
            let part = place.part(text, fault.part);
            self.report.push(explain(&fault.kind, self.variables.can_be_set).at(&part, ""));
        }
        value.map_or(Value::Unknown, Value::Text)
    }
}

fn explain(fault: &FaultKind, can_be_set: bool) -> Diagnostic {
    let remedy = |name: &str| {
        let set = format!(
            "set it, with `environment: {{{name}: …}}` or `secrets: {{{name}: generate}}` in the settings, or "
        );
        let set = if can_be_set { set } else { String::new() };
        format!("{set}write `${{{name}:-default}}`; a `$` that is meant as it stands is written `$$`")
    };
    match fault {
        FaultKind::Malformed => {
            let problem =
                Diagnostic::error(Code::BadValue, "Compose takes this for a variable, and it is not one");
            problem.help(
                "write `${NAME}` or `${NAME:-default}`; a `$` that is meant as it stands is written `$$`",
            )
        }
        FaultKind::Unset(name) => {
            let problem = format!("nothing sets the variable `{name}` on the server, so it will be empty");
            Diagnostic::warning(Code::UnsetVariable, problem).help(remedy(name))
        }
        FaultKind::Required(name, words) => {
            let words = if words.is_empty() { String::new() } else { format!(": {words}") };
            let problem =
                format!("nothing sets the variable `{name}` on the server, and Compose would stop{words}");
            Diagnostic::error(Code::UnsetVariable, problem).help(remedy(name))
        }
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
}
