//! The value of a setting. It keeps the type that parsing gave it until it is written.

use std::sync::Arc;

use crate::text::source::Source;
use crate::value::{
    AcmeDirectory, Domain, Email, Folder, HttpsUrl, Image, Name, SecretRef, ServiceName, Text, UrlPath,
    Variable, Volume,
};

/// The checked value of a setting.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// No value was given, and the setting is optional.
    Absent,
    /// A text.
    Text(Text),
    /// A boolean.
    Bool(bool),
    /// A TCP port, 1 to 65535.
    Port(u16),
    /// A short name.
    Name(Name),
    /// The name of a compose service.
    Service(ServiceName),
    /// A public domain name.
    Domain(Domain),
    /// An e-mail address.
    Email(Email),
    /// A reference to a container image.
    Image(Image),
    /// A folder on the server.
    Folder(Folder),
    /// The path of a URL.
    UrlPath(UrlPath),
    /// An `https://` URL.
    Url(HttpsUrl),
    /// An ACME directory.
    Acme(AcmeDirectory),
    /// A reference to a secret.
    Secret(SecretRef),
    /// A mount of the container.
    Volume(Volume),
    /// The text of a file that becomes part of the document.
    File {
        /// The path as given.
        path: String,
        /// What is in it.
        source: Arc<Source>,
    },
    /// The word that was given in place of a file; it says which other source is used.
    Choice(String),
    /// A list of values.
    List(Vec<Self>),
    /// Environment variables and their values, in the order given.
    Map(Vec<(Variable, Self)>),
}

/// Only its shape: a text may be a secret by its name alone.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Absent => "nothing",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
            _ => "a single value",
        })
    }
}

impl Value {
    /// The single values in it.
    #[must_use]
    pub(crate) fn singles(&self) -> Vec<&Self> {
        match self {
            Self::Absent => Vec::new(),
            Self::List(items) => items.iter().flat_map(Self::singles).collect(),
            Self::Map(entries) => entries.iter().flat_map(|(_, item)| item.singles()).collect(),
            single => vec![single],
        }
    }

    /// The reference, if it is one to a secret.
    #[must_use]
    pub(crate) fn secret(&self) -> Option<&SecretRef> {
        if let Self::Secret(reference) = self { Some(reference) } else { None }
    }

    /// A single value as it is written, in its normal form; a file by its path.
    #[must_use]
    pub(crate) fn written(&self) -> Option<String> {
        let text: &dyn std::fmt::Display = match self {
            Self::Absent | Self::List(_) | Self::Map(_) => return None,
            Self::Text(text) => text,
            Self::Bool(value) => value,
            Self::Port(port) => port,
            Self::Name(name) => name,
            Self::Service(name) => name,
            Self::Domain(domain) => domain,
            Self::Email(email) => email,
            Self::Image(image) => image,
            Self::Folder(folder) => folder,
            Self::UrlPath(path) => path,
            Self::Url(url) => url,
            Self::Acme(directory) => directory,
            Self::Secret(reference) => reference,
            Self::Volume(volume) => volume,
            Self::File { path: text, .. } | Self::Choice(text) => text,
        };
        Some(text.to_string())
    }

    /// `--set` arguments that give this value again.
    #[must_use]
    pub(crate) fn arguments(&self, key: &str) -> Vec<String> {
        let value = match self {
            Self::Map(entries) => {
                return entries
                    .iter()
                    .flat_map(|(name, value)| value.arguments(&format!("{key}.{name}")))
                    .collect();
            }
            Self::List(items) => list(&items.iter().filter_map(Self::written).collect::<Vec<_>>()),
            single => single.written().unwrap_or_default(),
        };
        vec![format!("{key}={value}")]
    }
}

/// `a,b`, or YAML in brackets where that would be read otherwise.
fn list(items: &[String]) -> String {
    let is_plain = |item: &String| !item.is_empty() && !item.contains(',') && !item.starts_with('[');
    if items.iter().all(is_plain) { items.join(",") } else { serde_json::json!(items).to_string() }
}
