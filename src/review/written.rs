//! A file that is written to the server, taken apart by its path: which values are in it, and what they are called.

use std::sync::Arc;

use crate::escape::Syntax;
use crate::evidence::split_pair;
use crate::text::source::Place;

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
            Some(Syntax::Compose) => Self::Yaml,
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
