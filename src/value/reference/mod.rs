mod doubt;
mod read;

use super::scheme::Scheme;
use super::system::{self, Use};
use super::{GuestPath, Variable};
use crate::base::problem::Problem;
use crate::base::secret;

pub(crate) use doubt::{Doubt, Slip};

/// How the server gets a secret. The compiler has no type that could contain the secret itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretRef {
    /// `generate`: the server generates 32 random bytes, written as 64 hexadecimal digits.
    Generate,
    /// `none`: there is no secret, because the image is public.
    None,
    /// A URI that says where the secret is.
    At(SecretUri),
}

/// A reference of the form `SCHEME://PATH?QUERY#FRAGMENT`, checked against the rules of its scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretUri {
    /// The scheme.
    pub scheme: Scheme,
    /// The part after `://`.
    pub path: Location,
    /// The keys of the query and their values, in the order of the scheme's row.
    pub query: Vec<(&'static str, Argument)>,
    /// The part after `#`, without a slash at its beginning; `None` if there is none.
    pub fragment: Option<String>,
}

/// The path of a reference, in the form that its scheme requires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A file on the server, for `file://`.
    File(GuestPath),
    /// The name of a variable, for `terraform://` and `env://`.
    Variable(Variable),
    /// Segments with slashes between them, for the other schemes.
    Segments(String),
}

/// The value of a key in a reference's query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A word or an `https://` address.
    Text(String),
    /// A reference to another secret, which the server needs to fetch this one.
    Reference(SecretUri),
}

/// The folder on the server for secrets that the document contains, with a slash at the end.
pub(crate) const HOLES: &str = "/root/.firstlight/";

/// systemd's folder on the server for credentials that are not encrypted (systemd.exec(5)), with a slash at the end.
pub(crate) const CREDENTIALS: &str = "/etc/credstore/";

/// Folders on the server for files with secrets: firstlight's own, [`CREDENTIALS`] and [`HOLES`].
const SECRETS: &[&str] = &["/etc/firstlight/", CREDENTIALS, HOLES];
/// Files of firstlight in these folders that contain no secret.
const NO_SECRETS: &[&str] = &["/etc/firstlight/site.json"];

/// Folders on the server in which Compose and systemd put secrets for a program to read.
const PASSED: &[&str] = &["/run/secrets/", "/run/credentials/"];

/// Whether a path on the server is that of a file for a secret, because of its folder.
#[must_use]
pub(crate) fn is_for_a_secret(path: &str) -> bool {
    SECRETS.iter().any(|folder| path.starts_with(folder)) && !NO_SECRETS.contains(&path)
}

/// Whether the content of a file at a path on the server is a secret, because of its folder.
#[must_use]
pub(crate) fn holds_a_secret(path: &str) -> bool {
    is_for_a_secret(path) || PASSED.iter().any(|folder| path.starts_with(folder))
}

const HELP: &str = "write a reference such as file:///etc/firstlight/ghcr-token";

impl SecretRef {
    /// Parses a reference.
    ///
    /// # Errors
    /// The text contains a secret itself, has no known scheme, or has a part that the scheme does not accept or lacks
    /// one that it requires.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        if let Some(found) = secret::find(text).into_iter().next() {
            return Err(Problem::new(
                format!("this is {} itself, and the document must not contain it", found.name),
                "store it in a file on the server and write file:///etc/firstlight/ghcr-token here; revoke this one if \
                 it has been shared",
            )
            .part(found.span));
        }
        match text {
            "generate" => Ok(Self::Generate),
            "none" => Ok(Self::None),
            _ => SecretUri::parse(text).map(Self::At),
        }
    }

    /// Whether [`Self::parse`] accepts a text. The scheme is checked first, because most texts have none and `parse`
    /// would make a message about each of them.
    #[must_use]
    pub(crate) fn is_one(text: &str) -> bool {
        matches!(text, "generate" | "none") || Scheme::of(text).is_some() && Self::parse(text).is_ok()
    }

    /// Parses a reference to the registry's token.
    ///
    /// # Errors
    /// [`Self::parse`] refuses the text, it is `generate`, although only the registry can make the token, or it names a
    /// file of the system.
    pub(crate) fn token(text: &str) -> Result<Self, Problem> {
        match Self::parse(text)? {
            Self::Generate => Err(Problem::new("the server cannot generate the token of a registry", HELP)),
            reference => reference.suiting(text),
        }
    }

    /// Parses a reference to a secret that is required.
    ///
    /// # Errors
    /// [`Self::parse`] refuses the text, it is `none`, or it names a file of the system.
    pub(crate) fn secret(text: &str) -> Result<Self, Problem> {
        match Self::parse(text)? {
            Self::None => Err(Problem::new(
                "`none` is not allowed here: a secret is needed",
                "write `generate`, or a reference such as file:///etc/firstlight/NAME",
            )),
            reference => reference.suiting(text),
        }
    }

    /// Refuses files that belong to the system, because the server changes the owner and the mode of a secret's file.
    fn suiting(self, text: &str) -> Result<Self, Problem> {
        for uri in self.uris() {
            let Location::File(path) = &uri.path else { continue };
            system::refuse(path, Use::Secret).map_err(|problem| {
                let at = text.find(path.as_str()).unwrap_or(0);
                problem.part(at..at + path.as_str().len())
            })?;
        }
        Ok(self)
    }

    /// The paths of the files on the server that contain the secret and the secrets in its query.
    pub(crate) fn files(&self) -> impl Iterator<Item = &GuestPath> {
        self.uris().into_iter().filter_map(|uri| match &uri.path {
            Location::File(path) => Some(path),
            _ => None,
        })
    }

    /// The URI and the URIs in its query; empty for `generate` and `none`.
    #[must_use]
    pub(crate) fn uris(&self) -> Vec<&SecretUri> {
        let Self::At(uri) = self else { return Vec::new() };
        let nested = uri.query.iter().filter_map(|(_, value)| match value {
            Argument::Reference(uri) => Some(uri),
            Argument::Text(_) => None,
        });
        std::iter::once(uri).chain(nested).collect()
    }
}

impl SecretUri {
    /// The path of the secret on the server if the document contains it; `None` if not.
    ///
    /// The folder is accessible to root alone before the file is written, because cloud-init creates files readable for
    /// everybody and changes their mode afterwards.
    #[must_use]
    pub(crate) fn hole(&self) -> Option<GuestPath> {
        self.scheme.comes_with_document().then(|| GuestPath::parse(&format!("{HOLES}{}", self.path)).ok())?
    }
}

impl Location {
    /// The path as text.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::File(path) => path.as_str(),
            Self::Variable(name) => name.as_str(),
            Self::Segments(path) => path,
        }
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Display for Argument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Reference(uri) => uri.fmt(f),
        }
    }
}

impl std::fmt::Display for SecretRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Generate => f.write_str("generate"),
            Self::None => f.write_str("none"),
            Self::At(uri) => uri.fmt(f),
        }
    }
}

impl std::fmt::Display for SecretUri {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}", self.scheme.name(), self.path)?;
        for (index, (key, value)) in self.query.iter().enumerate() {
            write!(f, "{}{key}={value}", if index == 0 { '?' } else { '&' })?;
        }
        self.fragment.as_ref().map_or(Ok(()), |key| write!(f, "#{key}"))
    }
}
