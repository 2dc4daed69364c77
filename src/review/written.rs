//! A file that is written to the server, taken apart by its path: which values are in it, and what they are called.

use std::sync::Arc;

use crate::escape::Syntax;
use crate::evidence::{is_of_option, name_within, split_pair};
use crate::text::source::{Place, Source};
use crate::userdata::{Tree, Value, read_yaml};

/// How a file is taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// By its values and their keys.
    Yaml,
    /// By its variables.
    Variables,
    /// Line by line, and by its settings: INI, TOML, units of systemd and the like.
    Settings,
    /// Not at all.
    Text,
}

impl Form {
    /// The form of a file, by its path on the server.
    #[must_use]
    pub(crate) fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        match Syntax::of(path) {
            Some(Syntax::Compose | Syntax::Yaml | Syntax::Workflow) => Self::Yaml,
            Some(Syntax::Dotenv) => Self::Variables,
            Some(Syntax::Systemd) => Self::Settings,
            // Every JSON text is YAML.
            None if extension == "json" => Self::Yaml,
            None if name.starts_with(".env.") || path == "/etc/environment" => Self::Variables,
            None if ["ini", "toml", "properties", "cnf", "cfg", "conf"].contains(&extension) => {
                Self::Settings
            }
            _ => Self::Text,
        }
    }
}

/// A value in a line, its name, and its place.
#[derive(Debug)]
pub(crate) struct Named<'a> {
    /// The name before the sign.
    pub name: &'a str,
    /// The value without quotes and comments.
    pub value: &'a str,
    /// The place of the value.
    pub place: Place,
}

/// The lines of a place, without white space at their ends.
pub(crate) fn lines(place: &Place) -> impl Iterator<Item = Place> {
    let mut at = place.span.start;
    place.text().split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        Place { source: Arc::clone(&place.source), span: start..start + line.trim_end().len() }
    })
}

/// The value in `name = value`, `name = "value" # comment` and `Environment=NAME=value`; `None` if the line has none.
pub(crate) fn setting(line: &Place) -> Option<Named<'_>> {
    let text = line.text();
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
    let pair = text.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
    let (name, value) = pair.filter(|(name, _)| is_name(name))?;
    let quote = value.chars().next().filter(|c| ['"', '\''].contains(c));
    let value = match quote {
        Some(quote) => value.get(1..).and_then(|rest| rest.split(quote).next()).unwrap_or(""),
        None => [" #", " ;", "\t#", "\t;"]
            .iter()
            .fold(value, |value, mark| value.split(mark).next().unwrap_or("")),
    };
    // In `Environment=NAME=value` the name is within the value.
    let (name, value) = split_pair(value).filter(|_| name == "Environment").unwrap_or((name, value));
    let value = value.trim();
    let at = text.rfind(value).unwrap_or(0);
    Some(Named { name, value, place: line.part(text, at..at + value.len()) })
}

/// The value in `NAME=value` and `export NAME="value"`; `None` if the line has none.
pub(crate) fn variable(line: &Place) -> Option<Named<'_>> {
    let text = line.text();
    let bare = text.trim_start().trim_start_matches("export ");
    let (name, value) = split_pair(bare).filter(|_| !bare.starts_with('#'))?;
    let quoted = value.trim();
    let value = ['"', '\''].into_iter().find_map(|quote| quoted.strip_prefix(quote)?.strip_suffix(quote));
    let value = value.unwrap_or(quoted);
    let at = text.find(value).unwrap_or(0);
    Some(Named { name, value, place: line.part(text, at..at + value.len()) })
}

/// A value of a file, its name, and the byte offset at which it begins.
pub(crate) struct FileValue {
    /// The name, which may be that of the value around it, or of the option before it.
    pub name: String,
    /// The value.
    pub value: String,
    /// The byte offset.
    pub start: usize,
}

/// What is in a file.
#[derive(Default)]
pub(crate) struct FileValues {
    /// Every value that has a name.
    pub named: Vec<FileValue>,
    /// Every list of words, which may be a command, with spaces between the words.
    pub commands: Vec<String>,
}

/// The values of a file, by its path on the server; none of a file that has no form or cannot be read.
#[must_use]
pub(crate) fn values(path: &str, text: &str) -> FileValues {
    let place = Place::all(&Source::file(path, text));
    let mut values = FileValues::default();
    let own = |named: Named<'_>| FileValue {
        name: named.name.to_owned(),
        value: named.value.to_owned(),
        start: named.place.span.start,
    };
    match Form::of(path) {
        Form::Text => {}
        Form::Yaml => read_yaml(&place).iter().for_each(|tree| values.below("", tree)),
        Form::Variables => values.named.extend(lines(&place).filter_map(|line| variable(&line).map(own))),
        Form::Settings => values.named.extend(lines(&place).filter_map(|line| setting(&line).map(own))),
    }
    values
}

impl FileValues {
    /// Adds every value below a node.
    fn below(&mut self, name: &str, node: &Tree) {
        match &node.value {
            Value::Null | Value::Bool(_) => {}
            // A service of a compose file lists the names of its secrets.
            Value::List(_) if name == "secrets" => {}
            Value::List(items) => self.list(name, items),
            Value::Map(map) => {
                for (_, key, value) in map.texts() {
                    let own = map.name_of(name, key);
                    let is_single = value.list().is_none() && value.map().is_none();
                    self.below(if is_single { name_within(name, own) } else { own }, value);
                }
            }
            value => self.add(name, value.python(), node),
        }
    }

    fn list(&mut self, name: &str, items: &[Tree]) {
        let mut before = "";
        for item in items {
            let text = item.value.text().unwrap_or("");
            match split_pair(text.trim_start_matches('-')) {
                Some((name, value)) => self.add(name, value.to_owned(), item),
                None if is_of_option(before, text) => self.add(before, text.to_owned(), item),
                None => self.below(name, item),
            }
            before = text;
        }
        let words: Vec<_> = items.iter().filter_map(|item| item.value.text()).collect();
        self.commands.push(words.join(" "));
    }

    fn add(&mut self, name: &str, value: String, node: &Tree) {
        self.named.push(FileValue { name: name.to_owned(), value, start: node.place.span.start });
    }
}
