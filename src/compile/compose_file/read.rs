//! Reads the text of a compose file into a tree, with its variables filled in.

use crate::compile::compose_dialect::COMPOSE;
use crate::compile::compose_file::interpolate::{FaultKind, Variables, interpolate};
use crate::compile::compose_file::node::{Entry, Node, Value};
use crate::finding::{Code, Diagnostic, Report};
use crate::text::source::Place;
use crate::userdata::{self, Tree};

/// Reads a compose file. Whatever is wrong with it is added to the report.
pub(super) fn read(place: &Place, variables: &Variables, report: &mut Report) -> Option<Node> {
    let tree = report.keep(userdata::read_as(&COMPOSE, place))?;
    let is_empty = tree.map().is_some_and(|map| map.entries.is_empty());
    if is_empty || matches!(tree.value, userdata::Value::Null) {
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
                    format!("newer versions of Compose read `{text}` as a date, and refuse it"),
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
            let problem = Diagnostic::error(Code::DuplicateKey, format!("the key `{name}` is given twice"));
            self.report.push(problem.at(&key.place, "again here").help("keep one of them"));
        }
        for (key, _) in map.entries.iter().filter(|(key, _)| key.value.text().is_none()) {
            let problem = format!("a key must be text, and `{}` is {}", key.place.text(), key.value.what());
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
            self.report.push(explain(&fault.kind, self.variables).at(&part, ""));
        }
        value.map_or(Value::Unknown, Value::Text)
    }
}

fn explain(fault: &FaultKind, variables: &Variables) -> Diagnostic {
    let remedy = |name: &str| {
        let set = match variables.how_to_set(name) {
            Some(how) => format!("set it, with {how} in the settings, or "),
            None => String::new(),
        };
        format!("{set}write `${{{name}:-default}}`; for a literal `$`, write `$$`")
    };
    match fault {
        FaultKind::Malformed => {
            let problem = Diagnostic::error(
                Code::BadValue,
                "Compose reads this as a variable, but it is not a valid one",
            );
            problem.help("write `${NAME}` or `${NAME:-default}`; for a literal `$`, write `$$`")
        }
        FaultKind::Unset(name) => {
            let problem = format!(
                "nothing sets the variable `{name}` on the server, so it will be empty{}",
                variables.beside(name)
            );
            Diagnostic::warning(Code::UnsetVariable, problem).help(remedy(name))
        }
        FaultKind::Default(name) => {
            let problem = format!(
                "nothing sets the variable `{name}` on the server, so the default applies there{}",
                variables.beside(name)
            );
            let problem = Diagnostic::warning(Code::UnsetVariable, problem);
            match variables.how_to_set(name) {
                Some(how) => problem.help(format!("set it, with {how} in the settings")),
                None => problem,
            }
        }
        FaultKind::Required(name, words) => {
            let words = if words.is_empty() { String::new() } else { format!(": {words}") };
            let problem = format!(
                "nothing sets the variable `{name}` on the server, and Compose would stop{words}{}",
                variables.beside(name)
            );
            Diagnostic::error(Code::UnsetVariable, problem).help(remedy(name))
        }
    }
}
