mod read;

use super::scheme::Scheme;
use super::system::{self, Use};
use super::{GuestPath, Variable};
use crate::base::problem::Problem;
use crate::base::secret;

/// How the server comes by a secret. The compiler has no type that could hold the secret itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretRef {
    /// `generate`: 32 random bytes in hexadecimal, born on the server.
    Generate,
    /// `none`: there is no secret; the image is public.
    None,
    /// A URI that says where it is.
    At(SecretUri),
}

/// `SCHEME://PATH?QUERY#FRAGMENT`, as a row of the schemes' table allows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretUri {
    /// The scheme.
    pub scheme: Scheme,
    /// What stands after `://`.
    pub path: Location,
    /// Keys and values, in the table's order.
    pub query: Vec<(&'static str, Argument)>,
    /// What follows `#`.
    pub fragment: Option<String>,
}

/// Where a secret is, of the form that the scheme's row names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A file on the server.
    File(GuestPath),
    /// A variable.
    Variable(Variable),
    /// Segments between slashes.
    Segments(String),
}

/// The value of a query's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A word or an address.
    Text(String),
    /// Another secret, by which this one is got.
    Reference(SecretUri),
}

/// The folder on the server for secrets that come with the document.
pub const HOLES: &str = "/root/.firstlight/";

const HELP: &str = "write a reference such as file:///etc/firstlight/ghcr-token";

impl SecretRef {
    /// # Errors
    /// A literal secret, an unknown scheme, or a part too many, too few or of the wrong form.
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

    /// Whether a text is a reference: `parse` without the words of a complaint, for the many texts that are none.
    #[must_use]
    pub(crate) fn is_one(text: &str) -> bool {
        let is_scheme = |(name, _): (&str, &str)| Scheme::named(name).is_some();
        matches!(text, "generate" | "none")
            || text.split_once("://").is_some_and(is_scheme) && Self::parse(text).is_ok()
    }

    /// Reads a reference to the registry's token, which only the registry can make.
    ///
    /// # Errors
    /// As for `parse`, and `generate`.
    pub(crate) fn token(text: &str) -> Result<Self, Problem> {
        match Self::parse(text)? {
            Self::Generate => Err(Problem::new("the server cannot generate the registry's token", HELP)),
            reference => reference.suiting(text),
        }
    }

    /// Reads a reference to a secret that has to be there.
    ///
    /// # Errors
    /// As for `parse`, and `none`.
    pub(crate) fn secret(text: &str) -> Result<Self, Problem> {
        match Self::parse(text)? {
            Self::None => Err(Problem::new("a secret is needed here", "write generate, or file:///PATH")),
            reference => reference.suiting(text),
        }
    }

    /// Refuses files that are the system's own: the server takes what lies there for itself.
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

    /// The URI, and those that stand in its query.
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
    /// Where on the server the secret is laid, if it comes with the document: in a folder that is root's alone from the
    /// start, as cloud-init makes files readable to all for a moment.
    #[must_use]
    pub(crate) fn hole(&self) -> Option<GuestPath> {
        self.scheme.comes_with_document().then(|| GuestPath::parse(&format!("{HOLES}{}", self.path)).ok())?
    }
}

impl Location {
    /// As text.
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
