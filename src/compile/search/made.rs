//! Searches each file that the server gets, before it is encoded.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::address::Address;
use super::finding::{Finding, file_of_a_secret, of_text, of_value};
use super::remedy::Remedy;
use super::{Search, refuse_mark, walk};
use crate::compile::plan::{Content, Planned};
use crate::compile::render::Rendered;
use crate::compile::resolve::Resolved;
use crate::compile::setting::Value;
use crate::escape::Syntax;
use crate::evidence::{ClueKind, split_pair};
use crate::finding::Report;
use crate::host::placed;
use crate::text::source::{Place, Source};
use crate::userdata::{Tree, Value as Tag, read_yaml};
use crate::value::{GuestPath, HOLES};

/// How a file is divided into values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// By the keys and values of YAML.
    Yaml,
    /// By variables, one on each line.
    Variables,
    /// Line by line, and by settings `NAME = VALUE`, as in INI, TOML and units of systemd.
    Settings,
    /// Not at all; it is searched as text.
    Text,
}

impl Form {
    pub(super) fn of(path: &str) -> Self {
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

impl Search {
    /// Searches every file that is not the same in all documents.
    pub(crate) fn made(
        &mut self,
        planned: &BTreeMap<GuestPath, Planned>,
        rendered: &Rendered,
        resolved: &Resolved,
        report: &mut Report,
    ) {
        let secrets = resolved.secrets_map.as_deref();
        for (path, file) in planned.iter().filter(|(path, _)| !path.as_str().starts_with(HOLES)) {
            let own = file.parts.iter().find(|part| !matches!(part.body, Content::Text(_)));
            let (Some(own), Some(made)) = (own, rendered.files.get(path)) else { continue };
            let source = own.body.source();
            let laid = placed(path.as_str());
            let begin = Place::start(source);
            self.judge_all(&of_text(&Address::new(laid), laid, &begin, &Remedy::Server), report);
            if self.files.contains(laid) {
                self.judge(&file_of_a_secret(laid, &begin), report);
            }
            let form = Form::of(laid);
            if let (Content::Verbatim(_), 1) = (&own.body, file.parts.len()) {
                let place = Place::all(source);
                refuse_mark(place.text(), &place, report);
                let address = Address::new(setting_of(source, resolved).unwrap_or(laid));
                self.judge_all(&in_file(&address, form, &place, secrets), report);
                continue;
            }
            let text = String::from_utf8_lossy(&made.bytes);
            let made = Place::all(&Source::file(&source.name, &text));
            for finding in in_file(&Address::new(laid), form, &made, secrets) {
                if !self.has_seen(&finding) {
                    let place = blamed(&finding, source, resolved);
                    self.judge(&Finding { place, ..finding }, report);
                }
            }
        }
    }
}

/// The name of the setting whose value is the content of a file; `None` if there is none.
fn setting_of<'a>(source: &Arc<Source>, resolved: &'a Resolved) -> Option<&'a str> {
    let gave = |value: &Value| matches!(value, Value::File { source: own, .. } if Arc::ptr_eq(own, source));
    resolved.settings.iter().find(|chosen| gave(&chosen.value)).map(|chosen| chosen.key.as_str())
}

/// The place from which the text of a finding comes: in the template, or in a value that was given; the beginning of
/// the template if neither contains the text.
fn blamed(finding: &Finding, template: &Arc<Source>, resolved: &Resolved) -> Place {
    let found = finding.place.text();
    if let Some(at) = template.text.find(found).filter(|_| !found.is_empty()) {
        return Place { source: Arc::clone(template), span: at..at + found.len() };
    }
    let given = resolved.settings.iter().filter_map(|chosen| chosen.given.as_ref());
    let holds = |text: &str| !text.is_empty() && found.contains(text);
    let place = given.filter_map(|node| node.find(&holds)).next().cloned();
    place.unwrap_or_else(|| Place::start(template))
}

/// What is found in the text of a file. A text that cannot be parsed is searched line by line.
pub(super) fn in_file(address: &Address, form: Form, place: &Place, secrets: Option<&str>) -> Vec<Finding> {
    let text = place.text();
    let variable = |address: &Address| match address.is_within("environment") {
        true => Remedy::Variable { map: secrets.map(str::to_owned), name: address.last().to_owned() },
        false => Remedy::Server,
    };
    let lines = || of_text(address, text, place, &Remedy::Server);
    match form {
        Form::Text => lines(),
        Form::Yaml => match read_yaml(place) {
            Err(_) => lines(),
            Ok(tree) => {
                let mut found = Vec::new();
                walk::tree(address, "", &tree, &variable, &mut found);
                found.retain(|one| !names_a_secret(one));
                // Comments get into the document as well. They are outside of all keys and values.
                let mut values = Vec::new();
                scalars(&tree, &mut values);
                values.sort_unstable();
                let is_meant = |finding: &Finding| {
                    let is_outside = || !overlaps(&values, &finding.place.span);
                    finding.clue.kind == ClueKind::Shape || finding.clue.is_sure && is_outside()
                };
                found.extend(lines().into_iter().filter(is_meant));
                found
            }
        },
        Form::Settings => {
            let mut found = lines();
            let sure = found.iter().filter(|one| one.clue.is_sure);
            let sure: Vec<_> = sure.map(|one| (one.place.span.start, one.place.span.end)).collect();
            let mut at = place.span.start;
            for line in text.split_inclusive('\n') {
                let inner = Place { source: Arc::clone(&place.source), span: at..at + line.trim_end().len() };
                at += line.len();
                let is_new = |one: &Finding| one.clue.is_sure && !overlaps(&sure, &one.place.span);
                found.extend(in_setting(address, &inner).into_iter().filter(is_new));
            }
            found
        }
        Form::Variables => {
            let mut found = Vec::new();
            let mut at = place.span.start;
            for line in text.split_inclusive('\n') {
                let inner = Place { source: Arc::clone(&place.source), span: at..at + line.trim_end().len() };
                at += line.len();
                found.extend(in_variable(address, &inner, secrets));
            }
            found
        }
    }
}

/// Whether a range overlaps one of the others, which are in order and do not overlap each other.
fn overlaps(others: &[(usize, usize)], span: &Range<usize>) -> bool {
    let before = others.partition_point(|(start, _)| *start < span.end);
    before.checked_sub(1).and_then(|at| others.get(at)).is_some_and(|(_, end)| span.start < *end)
}

/// The byte ranges of all keys and values in the source.
fn scalars(tree: &Tree, found: &mut Vec<(usize, usize)>) {
    match &tree.value {
        Tag::List(items) => items.iter().for_each(|item| scalars(item, found)),
        Tag::Map(map) => {
            map.entries.iter().flat_map(|(key, value)| [key, value]).for_each(|node| scalars(node, found))
        }
        _ => found.push((tree.place.span.start, tree.place.span.end)),
    }
}

/// What is found by the name in `name = value`, `name = "value" # comment` and `Environment=NAME=value`.
fn in_setting(address: &Address, line: &Place) -> Vec<Finding> {
    let text = line.text();
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
    let pair = text.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
    let Some((name, value)) = pair.filter(|(name, _)| is_name(name)) else { return Vec::new() };
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
    let place = line.part(text, at..at + value.len());
    of_value(&address.below(name), name, value, &place, &Remedy::Server)
}

/// Whether a finding is only a name in the list `secrets` of a service in a compose file.
fn names_a_secret(finding: &Finding) -> bool {
    let is_list = finding.address.ends_with(&["secrets"]) && finding.address.is_within("services");
    is_list && finding.clue.kind == ClueKind::Name
}

/// What is found in `NAME=value` or `export NAME="value"`.
fn in_variable(address: &Address, line: &Place, secrets: Option<&str>) -> Vec<Finding> {
    let text = line.text();
    let bare = text.trim_start().trim_start_matches("export ");
    let Some((name, value)) = split_pair(bare).filter(|_| !bare.starts_with('#')) else {
        return of_text(address, text, line, &Remedy::Server);
    };
    let quoted = value.trim();
    let value = ['"', '\''].into_iter().find_map(|quote| quoted.strip_prefix(quote)?.strip_suffix(quote));
    let value = value.unwrap_or(quoted);
    let at = text.find(value).unwrap_or(0);
    let place = line.part(text, at..at + value.len());
    let remedy = match secrets {
        Some(map) => Remedy::EnvFile { map: map.to_owned(), name: name.to_owned() },
        None => Remedy::Server,
    };
    walk::of_variable(&address.below(name), name, value, &place, &remedy)
}
