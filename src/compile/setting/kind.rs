//! The types of settings, and how a profile names them.

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
