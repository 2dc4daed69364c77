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
    /// An ACME directory: `production`, `staging`, or an `https://` URL.
    Acme,
    /// A reference to a secret, never the secret itself.
    Secret,
    /// A mount of the container: `NAME:/PATH` or `/HOST:/PATH`, optionally with `:ro`.
    Volume,
    /// The path of a file that becomes part of the document, or one of these words, which stand for another
    /// source.
    File(Vec<String>),
    /// A service of the compose file that the setting named here embeds.
    Service(String),
    /// A list of values of one type.
    List(Box<Self>),
    /// Environment variables by name, with values of one type.
    Map(Box<Self>),
}

impl Type {
    const NAMES: [&str; 16] = [
        "text", "bool", "port", "name", "domain", "email", "image", "path", "url-path", "acme", "secret",
        "volume", "file", "service", "list", "map",
    ];

    /// Reads `type`, with `choices` for a file and `of` for a service, a list or a map.
    pub(super) fn read(mapping: &mut Mapping, report: &mut Report) -> Option<Self> {
        let name = mapping.require("type", report)?;
        let value = report.keep(name.text("the name of a type").map(str::to_owned))?;
        let name = Spanned { value, place: name.place };
        match name.value.as_str() {
            "file" => {
                let choices = mapping.take("choices");
                let items = choices.map_or(Some(Vec::new()), |node| report.keep(node.texts()))?;
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
