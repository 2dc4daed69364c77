//! Parses what was given for a setting into a value of the setting's type.

use super::kind::Type;
use super::value::Value;
use crate::base::nearest::suggest;
use crate::base::problem::Problem;
use crate::compile::files::ReadFile;
use crate::finding::{Code, Diagnostic, Report};
use crate::text::source::Source;
use crate::value::{
    AcmeDirectory, Domain, Email, Folder, HttpsUrl, Image, Name, SecretRef, ServiceName, Text, UrlPath,
    Variable, Volume,
};
use crate::yaml::{self, Kind, Node};

const SINGLE: &str = "a single value";

impl Type {
    /// Reads a value of this type; `files` reads a file the user names.
    pub(crate) fn read_value(&self, node: &Node, files: &dyn ReadFile, report: &mut Report) -> Option<Value> {
        let single = match self {
            Self::List(of) => {
                let items = report.keep(list_items(node))?;
                let values: Vec<_> = items.iter().map(|item| of.read_value(item, files, report)).collect();
                return values.into_iter().collect::<Option<_>>().map(Value::List);
            }
            Self::Map(of) => return map(node, of, files, report),
            Self::File(choices) => file(node, choices, files),
            Self::Choice(choices) => choice(node, choices),
            Self::Text => node.parsed(SINGLE, Text::parse).map(Value::Text),
            Self::Bool => node.parsed(SINGLE, boolean).map(Value::Bool),
            Self::Port => node.parsed(SINGLE, port).map(Value::Port),
            Self::Name => node.parsed(SINGLE, Name::parse).map(Value::Name),
            Self::Service(_) => node.parsed(SINGLE, ServiceName::parse).map(Value::Service),
            Self::Domain => node.parsed(SINGLE, Domain::parse).map(Value::Domain),
            Self::Email => node.parsed(SINGLE, Email::parse).map(Value::Email),
            Self::Image => node.parsed(SINGLE, Image::parse).map(Value::Image),
            Self::Path => node.parsed(SINGLE, Folder::parse).map(Value::Folder),
            Self::UrlPath => node.parsed(SINGLE, UrlPath::parse).map(Value::UrlPath),
            Self::Url => node.parsed(SINGLE, HttpsUrl::parse).map(Value::Url),
            Self::Acme => node.parsed(SINGLE, AcmeDirectory::parse).map(Value::Acme),
            Self::Secret => node.parsed(SINGLE, SecretRef::secret).map(Value::Secret),
            Self::Volume => node.parsed(SINGLE, Volume::parse).map(Value::Volume),
        };
        report.keep(single)
    }
}

/// Reads `true` or `false`.
pub(super) fn boolean(text: &str) -> Result<bool, Problem> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Problem::new(format!("`{text}` is neither true nor false"), "write true or false")),
    }
}

fn port(text: &str) -> Result<u16, Problem> {
    match text.parse::<u16>() {
        Ok(port) if port > 0 && text.bytes().all(|b| b.is_ascii_digit()) => Ok(port),
        _ => Err(Problem::new(format!("`{text}` is not a port"), "write a number from 1 to 65535")),
    }
}

fn map(node: &Node, of: &Type, files: &dyn ReadFile, report: &mut Report) -> Option<Value> {
    let Kind::Mapping(entries) = &node.kind else {
        report.push(node.no_mapping());
        return None;
    };
    let mut read = Vec::new();
    for (key, item) in entries {
        let name = Variable::parse(&key.value).map_err(|problem| problem.at(&key.place, &key.value));
        let name = report.keep(name);
        read.push(name.zip(of.read_value(item, files, report)));
    }
    read.into_iter().collect::<Option<_>>().map(Value::Map)
}

fn file(node: &Node, choices: &[String], files: &dyn ReadFile) -> Result<Value, Diagnostic> {
    let text = node.text(SINGLE)?;
    if choices.iter().any(|choice| choice == text) {
        return Ok(Value::Choice(text.to_owned()));
    }
    if !text.contains(['/', '.']) && !choices.is_empty() {
        let message = format!("`{text}` is neither a path nor one of the choices");
        let names = choices.iter().map(String::as_str).chain(["./path"]);
        let problem = Diagnostic::error(Code::UnknownName, message);
        return Err(problem.at(&node.place, "").help(suggest(text, names)));
    }
    let source = files.read_text(&node.place, text)?;
    Ok(Value::File { path: text.to_owned(), source })
}

fn choice(node: &Node, choices: &[String]) -> Result<Value, Diagnostic> {
    let text = node.text(SINGLE)?;
    if choices.iter().any(|choice| choice == text) {
        return Ok(Value::Choice(text.to_owned()));
    }
    let message = format!("`{text}` is none of the choices");
    let names = choices.iter().map(String::as_str);
    Err(Diagnostic::error(Code::UnknownName, message).at(&node.place, "").help(suggest(text, names)))
}

/// The items of a list; on the command line also `a,b`, nothing for none, or YAML in brackets.
fn list_items(node: &Node) -> Result<Vec<Node>, Diagnostic> {
    match &node.kind {
        Kind::List(items) => Ok(items.clone()),
        Kind::Scalar { text, .. } if node.place.source.command_line && text.starts_with('[') => {
            let mut report = Report::default();
            let source = Source::flag(&node.place.source.name, text);
            match yaml::parse(&source, &mut report).map(|node| node.kind) {
                Some(Kind::List(items)) => Ok(items),
                _ => Err(report.diagnostics().first().cloned().unwrap_or_else(|| node.no_list())),
            }
        }
        Kind::Scalar { text, .. } if node.place.source.command_line && text.is_empty() => Ok(Vec::new()),
        Kind::Scalar { text, .. } if node.place.source.command_line => {
            let mut at = 0;
            let parts = text.split(',').map(|part| {
                let place = node.place.part(text, at..at + part.len());
                at += part.len() + 1;
                Node { place, kind: Kind::Scalar { text: part.to_owned(), plain: false } }
            });
            Ok(parts.collect())
        }
        _ => Err(node.no_list()),
    }
}
