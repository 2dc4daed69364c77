//! Settings: what a profile lets its users choose, and the values they chose.

use std::sync::Arc;

use crate::base::nearest::suggest;
use crate::base::problem::Problem;
use crate::finding::{Code, Diagnostic, Report};
use crate::text::source::{Place, Source, Spanned};
use crate::value::{AcmeDirectory, Domain, Email, Folder, Image, Name, SecretRef, UrlPath, Variable, Volume};
use crate::yaml::{self, Kind, Mapping, Node};

/// The type of a setting, by the name profiles give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// One line of text.
    Text,
    /// `true` or `false`.
    Bool,
    /// A TCP port, 1 to 65535.
    Port,
    /// A short name.
    Name,
    /// A public domain.
    Domain,
    /// An e-mail address.
    Email,
    /// A container image.
    Image,
    /// A folder on the server for the application.
    Path,
    /// A path in a URL.
    UrlPath,
    /// An ACME directory.
    Acme,
    /// A reference to a secret.
    Secret,
    /// A container's mount.
    Volume,
    /// A file of the user's, embedded; or one of the words that say where else it comes from.
    File(Vec<String>),
    /// A service in the compose file that another setting embeds.
    Service(String),
    /// A list of one type.
    List(Box<Self>),
    /// Variables and their values of one type.
    Map(Box<Self>),
}

impl Type {
    const NAMES: [&str; 16] = [
        "text", "bool", "port", "name", "domain", "email", "image", "path", "url-path", "acme", "secret",
        "volume", "file", "service", "list", "map",
    ];

    /// Reads `type`, with `choices` for a file and `of` for a service, a list or a map.
    fn read(mapping: &mut Mapping, report: &mut Report) -> Option<Self> {
        let name = mapping.require("type", report)?;
        let name = Spanned {
            value: report.keep(name.text("the name of a type").map(str::to_owned))?,
            place: name.place,
        };
        match name.value.as_str() {
            "file" => {
                let choices = mapping.take("choices");
                let items = choices.map_or(Some(Vec::new()), |node| report.keep(texts(node)))?;
                Some(Self::File(items))
            }
            "service" => Some(Self::Service(Self::of(mapping, report)?.value)),
            "list" => Some(Self::List(Box::new(Self::simple(&Self::of(mapping, report)?, report)?))),
            "map" => Some(Self::Map(Box::new(Self::simple(&Self::of(mapping, report)?, report)?))),
            _ => Self::simple(&name, report),
        }
    }

    fn of(mapping: &mut Mapping, report: &mut Report) -> Option<Spanned<String>> {
        let node = mapping.require("of", report)?;
        let value = report.keep(node.text("a single value").map(str::to_owned))?;
        Some(Spanned { value, place: node.place })
    }

    fn simple(name: &Spanned<String>, report: &mut Report) -> Option<Self> {
        Some(match name.value.as_str() {
            "text" => Self::Text,
            "bool" => Self::Bool,
            "port" => Self::Port,
            "name" => Self::Name,
            "domain" => Self::Domain,
            "email" => Self::Email,
            "image" => Self::Image,
            "path" => Self::Path,
            "url-path" => Self::UrlPath,
            "acme" => Self::Acme,
            "secret" => Self::Secret,
            "volume" => Self::Volume,
            other => {
                let problem = Diagnostic::error(Code::UnknownName, format!("there is no type `{other}`"));
                report.push(problem.at(&name.place, "").help(Self::meant(other)));
                return None;
            }
        })
    }

    /// What to say of a type that there is not: other languages have other names for ours.
    fn meant(name: &str) -> String {
        let ours = match name.to_lowercase().as_str() {
            "int" | "integer" | "number" | "float" | "uint" => {
                return "write `port` for a TCP port, and `text` for any other number".to_owned();
            }
            "string" | "str" | "line" | "word" => "text",
            "boolean" | "flag" => "bool",
            "array" | "sequence" => "list",
            "mapping" | "dict" | "object" => "map",
            "url" | "uri" => {
                return "write `url-path` for a path in a URL, and `text` for a whole URL".to_owned();
            }
            "folder" | "directory" => "path",
            "password" | "token" => "secret",
            _ => return suggest(name, Self::NAMES),
        };
        format!("here that is `type: {ours}`")
    }

    /// What a value of this type is called, with its article.
    fn wanted(&self) -> &'static str {
        match self {
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
            _ => "a single value",
        }
    }

    /// The file that a service is looked for in.
    #[must_use]
    pub fn service_of(&self) -> Option<&str> {
        if let Self::Service(of) = self { Some(of) } else { None }
    }

    /// Whether it is a file.
    #[must_use]
    pub fn is_file(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// Reads a single value.
    fn scalar(&self, text: &str) -> Result<Value, Problem> {
        let text_of = |shown: &dyn std::fmt::Display| Value::Text(shown.to_string());
        match self {
            Self::Text => one_line(text).map(Value::Text),
            Self::Bool => match text {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                _ => Err(Problem::new(format!("`{text}` is neither true nor false"), "write true or false")),
            },
            Self::Port => match text.parse::<u16>() {
                Ok(port) if port > 0 && text.bytes().all(|b| b.is_ascii_digit()) => Ok(Value::Port(port)),
                _ => Err(Problem::new(format!("`{text}` is not a port"), "write a number from 1 to 65535")),
            },
            Self::Name | Self::Service(_) => Name::parse(text).map(|v| text_of(&v)),
            Self::Domain => Domain::parse(text).map(|v| text_of(&v)),
            Self::Email => Email::parse(text).map(|v| text_of(&v)),
            Self::Image => Image::parse(text).map(|v| text_of(&v)),
            Self::Path => Folder::parse(text).map(|v| text_of(&v)),
            Self::UrlPath => UrlPath::parse(text).map(|v| text_of(&v)),
            Self::Acme => AcmeDirectory::parse(text).map(|v| text_of(&v)),
            Self::Secret => SecretRef::secret(text).map(|v| text_of(&v)),
            Self::Volume => Volume::parse(text).map(|v| text_of(&v)),
            Self::File(_) | Self::List(_) | Self::Map(_) => {
                Err(Problem::new("this needs more than a single value", ""))
            }
        }
    }

    /// Reads a value of this type; `files` reads a file the user names.
    pub fn read_value(&self, node: &Node, files: &dyn ReadFile, report: &mut Report) -> Option<Value> {
        match self {
            Self::List(of) => {
                let items = report.keep(list_items(node))?;
                let values: Vec<_> = items.iter().map(|item| of.read_value(item, files, report)).collect();
                values.into_iter().collect::<Option<_>>().map(Value::List)
            }
            Self::Map(of) => {
                let Kind::Mapping(entries) = &node.kind else {
                    report.push(node.wrong_type(self.wanted()));
                    return None;
                };
                let mut values = Vec::new();
                for (key, item) in entries {
                    if let Err(problem) = Variable::parse(&key.value) {
                        report.push(problem.at(&key.place, &key.value));
                    }
                    values.push(of.read_value(item, files, report).map(|value| (key.value.clone(), value)));
                }
                values.into_iter().collect::<Option<_>>().map(Value::Map)
            }
            Self::File(choices) => {
                let text = report.keep(node.text(self.wanted()))?;
                if choices.iter().any(|choice| choice == text) {
                    return Some(Value::Text(text.to_owned()));
                }
                if !text.contains(['/', '.']) && !choices.is_empty() {
                    let problem = Diagnostic::error(
                        Code::UnknownName,
                        format!("`{text}` is neither a path nor a choice"),
                    );
                    let names = choices.iter().map(String::as_str).chain(["./path"]);
                    report.push(problem.at(&node.place, "").help(suggest(text, names)));
                    return None;
                }
                let source = report.keep(files.read_text(&node.place, text))?;
                Some(Value::File { path: text.to_owned(), source })
            }
            _ => {
                let text = report.keep(node.text(self.wanted()))?;
                report.keep(self.scalar(text).map_err(|problem| problem.at(&node.place, text)))
            }
        }
    }
}

/// A text without control characters; tabs and line breaks may stand in it where every syntax can hold them.
fn one_line(text: &str) -> Result<String, Problem> {
    match text.char_indices().find(|(_, c)| c.is_control() && *c != '\n' && *c != '\t') {
        None => Ok(text.to_owned()),
        Some((at, c)) => {
            Err(Problem::new(format!("a text cannot hold the character U+{:04X}", u32::from(c)), "remove it")
                .part(at..at + c.len_utf8()))
        }
    }
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
                _ => Err(report.diagnostics().first().cloned().unwrap_or_else(|| node.wrong_type("a list"))),
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
        _ => Err(node.wrong_type("a list")),
    }
}

/// The texts of a list.
///
/// # Errors
/// No list, or one of something else.
pub fn texts(node: Node) -> Result<Vec<String>, Diagnostic> {
    match node.kind {
        Kind::List(items) => {
            items.iter().map(|item| item.text("a single value").map(str::to_owned)).collect()
        }
        _ => Err(node.wrong_type("a list")),
    }
}

/// Reads files the user names. The core knows no file system: whoever calls it brings this.
pub trait ReadFile {
    /// The text of a file named at `place`; relative paths start where that place is.
    ///
    /// # Errors
    /// The file cannot be read, is too large, or is not text.
    fn read_text(&self, place: &Place, path: &str) -> Result<Arc<Source>, Diagnostic>;

    /// What lies at a relative path beside a file. Links are not followed.
    ///
    /// # Errors
    /// Why it cannot be read, in words.
    fn read_beside(&self, file: &Source, path: &str) -> Result<Beside, String>;
}

/// What lies beside a file.
#[derive(Debug)]
pub enum Beside {
    /// Nothing.
    Nothing,
    /// A file.
    File(Found),
    /// A folder, with all files below it.
    Folder(Vec<Found>),
}

/// A file that was found.
#[derive(Debug)]
pub struct Found {
    /// Its path from the folder that was asked for; empty for that file itself.
    pub path: String,
    /// What is in it.
    pub source: Arc<Source>,
    /// Whether it can be run.
    pub is_executable: bool,
}

/// A value of a setting.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing was given and nothing is needed.
    Absent,
    /// A text, already checked against its type.
    Text(String),
    /// True or false.
    Bool(bool),
    /// A port.
    Port(u16),
    /// A list.
    List(Vec<Self>),
    /// Variables and their values, in the order given.
    Map(Vec<(String, Self)>),
    /// A file of the user's.
    File {
        /// The path as given.
        path: String,
        /// What is in it.
        source: Arc<Source>,
    },
}

/// Only its kind: a text may be a secret by its name alone.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Absent => "Absent",
            Self::Text(_) => "Text",
            Self::Bool(_) => "Bool",
            Self::Port(_) => "Port",
            Self::List(_) => "List",
            Self::Map(_) => "Map",
            Self::File { .. } => "File",
        })
    }
}

impl Value {
    /// `--set` arguments that give this value again.
    #[must_use]
    pub fn arguments(&self, key: &str) -> Vec<String> {
        match self {
            Self::Map(entries) => {
                entries.iter().flat_map(|(name, value)| value.arguments(&format!("{key}.{name}"))).collect()
            }
            Self::List(items) => {
                let texts: Vec<String> = items.iter().map(Self::shown).collect();
                let plain = texts.iter().all(|t| !t.contains(',') && !t.is_empty())
                    && !texts.iter().any(|t| t.starts_with('['));
                let list = if plain { texts.join(",") } else { serde_json::json!(texts).to_string() };
                vec![format!("{key}={list}")]
            }
            _ => vec![format!("{key}={}", self.shown())],
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::File { path: text, .. } => text.clone(),
            Self::Bool(value) => value.to_string(),
            Self::Port(value) => value.to_string(),
            Self::Absent | Self::List(_) | Self::Map(_) => String::new(),
        }
    }
}

impl From<&Value> for minijinja::Value {
    fn from(value: &Value) -> Self {
        match value {
            Value::Absent => Self::from(()),
            Value::Text(text) => Self::from(text.as_str()),
            Value::Bool(value) => Self::from(*value),
            Value::Port(value) => Self::from(*value),
            Value::List(items) => items.iter().map(Self::from).collect(),
            // As pairs, which keep the order given.
            Value::Map(entries) => entries
                .iter()
                .map(|(key, value)| Self::from(vec![Self::from(key.as_str()), value.into()]))
                .collect(),
            Value::File { .. } => Self::from("file"),
        }
    }
}

/// A setting that a profile offers.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Its name.
    pub key: Spanned<String>,
    /// Its type.
    pub kind: Type,
    /// What holds when the user says nothing; a template over what stands before it.
    pub default: Option<Node>,
    /// Whether it may stay without a value.
    pub optional: bool,
    /// The program that an image has to hold.
    pub program: Option<Program>,
    /// One sentence for users.
    pub help: String,
}

/// A program, told by the name of its image: whatever else is in an image, only a word can tell before it is pulled.
#[derive(Clone, Debug)]
pub struct Program {
    /// A word that stands in the name of every image of it.
    pub name: String,
    /// What to do for an image of something else.
    pub otherwise: String,
}

impl Program {
    fn read(node: Node, report: &mut Report) -> Option<Self> {
        let mut mapping = report.keep(Mapping::of(node))?;
        let name = mapping.require("name", report);
        let otherwise = mapping.require("otherwise", report);
        mapping.finish(report);
        let mut text = |node: Node| report.keep(node.text("a text").map(str::to_owned));
        Some(Self { name: text(name?)?, otherwise: text(otherwise?)? })
    }

    /// The complaint about an image that is not one of it.
    #[must_use]
    pub fn complaint(&self, image: &Image) -> Option<Diagnostic> {
        if image.name().contains(&self.name) {
            return None;
        }
        let Self { name, otherwise } = self;
        let message = format!("{image} does not look like {name}, and this profile runs it as {name}");
        let help = format!("{otherwise}; if it is {name} under another name, nothing needs to be done");
        Some(Diagnostic::warning(Code::OtherImage, message).help(help))
    }
}

impl Setting {
    /// Reads one entry of a profile's `settings`.
    pub fn read(key: Spanned<String>, node: Node, report: &mut Report) -> Option<Self> {
        let mut mapping = report.keep(Mapping::of(node))?;
        let kind = Type::read(&mut mapping, report);
        let default = mapping.take("default");
        let optional = mapping.text("optional", report).map_or(Ok(Value::Bool(false)), |text| {
            Type::Bool.scalar(&text.value).map_err(|problem| problem.at(&text.place, &text.value))
        });
        let optional = report.keep(optional) == Some(Value::Bool(true));
        let program = mapping.take("program").and_then(|node| Program::read(node, report));
        let help = mapping.text("help", report).map_or_else(String::new, |text| text.value);
        if kind.is_some() {
            mapping.finish(report);
        }
        Some(Self { key, kind: kind?, default, optional, program, help })
    }
}
