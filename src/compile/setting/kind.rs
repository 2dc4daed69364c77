//! The types of settings, and how a profile names them.

use serde_json::Value;

use crate::base::nearest::suggest;
use crate::finding::{Code, Diagnostic, Report};
use crate::text::source::Spanned;
use crate::yaml::Mapping;

/// The type of a setting; profiles give it by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// A text.
    Text,
    /// A boolean, `true` or `false`.
    Bool,
    /// A TCP port, 1 to 65535.
    Port,
    /// A short name: lower-case letters, digits and dashes.
    Name,
    /// A public domain name.
    Domain,
    /// An e-mail address.
    Email,
    /// A reference to a container image.
    Image,
    /// The absolute path of a folder on the server that an application may have.
    Path,
    /// The path of a URL, beginning with `/`.
    UrlPath,
    /// An `https://` URL.
    Url,
    /// An ACME directory: `production`, `staging`, or an `https://` URL.
    Acme,
    /// A reference to a secret, never the secret itself.
    Secret,
    /// A mount of the container: `NAME:/PATH` or `/HOST:/PATH`, optionally with `:ro`.
    Volume,
    /// The path of a file that becomes part of the document, or one of these words, which stand for another
    /// source.
    File(Vec<String>),
    /// One of these words.
    Choice(Vec<String>),
    /// A service of the compose file that the setting named here embeds.
    Service(String),
    /// A list of values of one type.
    List(Box<Self>),
    /// Environment variables by name, with values of one type.
    Map(Box<Self>),
}

/// The types that consist of their name alone.
const SIMPLE: [(&str, Type); 13] = [
    ("text", Type::Text),
    ("bool", Type::Bool),
    ("port", Type::Port),
    ("name", Type::Name),
    ("domain", Type::Domain),
    ("email", Type::Email),
    ("image", Type::Image),
    ("path", Type::Path),
    ("url-path", Type::UrlPath),
    ("url", Type::Url),
    ("acme", Type::Acme),
    ("secret", Type::Secret),
    ("volume", Type::Volume),
];

/// Reads the keys beside `type` that say more about it; `None` if they are wrong, which is then reported.
type Reader = fn(&mut Mapping, &mut Report) -> Option<Type>;

/// The types that have further keys: `choices` for a file and a choice, and `of` for the others.
const WITH_KEYS: [(&str, Reader); 5] = [
    ("file", Type::file),
    ("choice", Type::choice),
    ("service", Type::service),
    ("list", Type::list),
    ("map", Type::map),
];

impl Type {
    /// Reads `type`, with `choices` for a file or a choice, and `of` for a service, a list or a map.
    pub(super) fn read(mapping: &mut Mapping, report: &mut Report) -> Option<Self> {
        let name = mapping.require("type", report)?;
        let value = report.keep(name.text("the name of a type").map(str::to_owned))?;
        let name = Spanned { value, place: name.place };
        match WITH_KEYS.iter().find(|(own, _)| *own == name.value) {
            Some((_, read)) => read(mapping, report),
            None => Self::simple(&name, report),
        }
    }

    fn file(mapping: &mut Mapping, report: &mut Report) -> Option<Self> {
        let choices = mapping.take("choices");
        choices.map_or(Some(Vec::new()), |node| report.keep(node.texts())).map(Self::File)
    }

    fn choice(mapping: &mut Mapping, report: &mut Report) -> Option<Self> {
        let choices = mapping.require("choices", report)?;
        report.keep(choices.texts()).map(Self::Choice)
    }

    fn service(mapping: &mut Mapping, report: &mut Report) -> Option<Self> {
        Some(Self::Service(Self::of(mapping, report)?.value))
    }

    fn list(mapping: &mut Mapping, report: &mut Report) -> Option<Self> {
        Some(Self::List(Box::new(Self::simple(&Self::of(mapping, report)?, report)?)))
    }

    fn map(mapping: &mut Mapping, report: &mut Report) -> Option<Self> {
        Some(Self::Map(Box::new(Self::simple(&Self::of(mapping, report)?, report)?)))
    }

    fn of(mapping: &mut Mapping, report: &mut Report) -> Option<Spanned<String>> {
        let node = mapping.require("of", report)?;
        let value = report.keep(node.text("a single value").map(str::to_owned))?;
        Some(Spanned { value, place: node.place })
    }

    fn simple(name: &Spanned<String>, report: &mut Report) -> Option<Self> {
        let found = SIMPLE.into_iter().find(|(own, _)| *own == name.value);
        if found.is_none() {
            let message = format!("there is no type `{}`", name.value);
            let problem = Diagnostic::error(Code::UnknownName, message);
            report.push(problem.at(&name.place, "").help(Self::meant(&name.value)));
        }
        found.map(|(_, kind)| kind)
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
            "uri" => "url",
            "enum" | "select" => "choice",
            "folder" | "directory" => "path",
            "password" | "token" => "secret",
            _ => {
                return suggest(
                    name,
                    SIMPLE.iter().map(|(own, _)| *own).chain(WITH_KEYS.iter().map(|(own, _)| *own)),
                );
            }
        };
        format!("write `type: {ours}`")
    }

    /// What it takes, in words.
    #[must_use]
    pub(crate) fn words(&self) -> String {
        match self {
            Self::File(words) if words.is_empty() => "the path of a file".to_owned(),
            Self::File(words) => format!("{}, or the path of a file", words.join(", ")),
            Self::Choice(words) => words.join(" or "),
            Self::Service(of) => format!("the name of a service in {of}"),
            Self::List(of) => format!("list of {}", of.words()),
            Self::Map(of) => format!("{} by name", of.words()),
            Self::Bool => "true or false".to_owned(),
            Self::Secret => "reference to a secret".to_owned(),
            Self::UrlPath => "path of a URL".to_owned(),
            Self::Acme => "ACME directory".to_owned(),
            Self::Url => "URL".to_owned(),
            simple => SIMPLE.iter().find(|(_, kind)| kind == simple).map_or("", |(name, _)| name).to_owned(),
        }
    }

    /// A value of this type.
    #[must_use]
    pub(crate) fn example(&self) -> Value {
        match self {
            Self::Text => "text".into(),
            Self::Bool => true.into(),
            Self::Port => 8080.into(),
            Self::Name => "shop".into(),
            Self::Domain => "www.example.net".into(),
            Self::Email => "admin@example.com".into(),
            Self::Image => "docker.io/library/nginx:1".into(),
            Self::Path => "/srv/data".into(),
            Self::UrlPath => "/health".into(),
            Self::Url => "https://files.example.com/file".into(),
            Self::Acme => "staging".into(),
            Self::Secret => "file:///etc/firstlight/secret".into(),
            Self::Volume => "data:/data".into(),
            Self::File(_) => "compose.yaml".into(),
            Self::Choice(words) => words.last().map_or("", String::as_str).into(),
            Self::Service(_) => "web".into(),
            Self::List(of) => vec![of.example()].into(),
            Self::Map(of) => serde_json::json!({ "NAME": of.example() }),
        }
    }

    /// The file that a service is looked for in.
    #[must_use]
    pub(crate) fn service_of(&self) -> Option<&str> {
        if let Self::Service(of) = self { Some(of) } else { None }
    }

    /// Whether it is a file.
    #[must_use]
    pub(crate) fn is_file(&self) -> bool {
        matches!(self, Self::File(_))
    }
}
