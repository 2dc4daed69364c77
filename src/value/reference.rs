use super::{GuestPath, range_in};
use crate::diagnostic::{Problem, nearest};
use crate::secret;

/// How the server comes by a secret. The compiler has no type that could hold the secret itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretRef {
    /// `file:///PATH`: the operator copies it there.
    File(GuestPath),
    /// `generate`: 32 random bytes in hexadecimal, born on the server.
    Generate,
    /// `none`: there is no secret; the image is public.
    None,
}

const SCHEMES: [&str; 1] = ["file"];
const HELP: &str = "write a reference such as file:///etc/firstlight/ghcr-token";

impl SecretRef {
    /// # Errors
    /// A literal secret, an unknown scheme, or a part too many or too few.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        if let Some(found) = secret::find(text).into_iter().next() {
            return Err(Problem::new(
                format!("this is {} itself; a document is no place for it", found.name),
                "put it in a file on the server and write file:///etc/firstlight/ghcr-token here; revoke this one if it has been shared",
            )
            .part(found.span));
        }
        match text {
            "generate" => return Ok(Self::Generate),
            "none" => return Ok(Self::None),
            _ => {}
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(Problem::new("this is not a reference to a secret", HELP));
        };
        if scheme != "file" {
            let help = nearest(scheme, SCHEMES)
                .map_or_else(|| HELP.to_owned(), |near| format!("did you mean `{near}://`?"));
            return Err(Problem::new(format!("there is no scheme `{scheme}`"), help).part(0..scheme.len()));
        }
        if let Some(at) = rest.find(['#', '?']) {
            let at = range_in(text, rest).start + at;
            return Err(
                Problem::new("a file has neither query nor fragment", "leave it out").part(at..text.len())
            );
        }
        if !rest.starts_with('/') {
            return Err(Problem::new(
                "a file needs its absolute path",
                "three slashes: file:///etc/firstlight/ghcr-token",
            )
            .part(range_in(text, rest)));
        }
        GuestPath::parse(rest).map(Self::File).map_err(|problem| problem.within(range_in(text, rest)))
    }

    /// Reads a reference to the registry's token, which only the registry can make.
    ///
    /// # Errors
    /// As for `parse`, and `generate`.
    pub fn token(text: &str) -> Result<Self, Problem> {
        match Self::parse(text)? {
            Self::Generate => Err(Problem::new("the server cannot generate the registry's token", HELP)),
            reference => Ok(reference),
        }
    }

    /// Reads a reference to a secret that has to be there.
    ///
    /// # Errors
    /// As for `parse`, and `none`.
    pub fn secret(text: &str) -> Result<Self, Problem> {
        match Self::parse(text)? {
            Self::None => Err(Problem::new("a secret is needed here", "write generate, or file:///PATH")),
            reference => Ok(reference),
        }
    }

    /// The scheme, for templates: `file`, `generate` or `none`.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        match self {
            Self::File(_) => "file",
            Self::Generate => "generate",
            Self::None => "none",
        }
    }
}

impl std::fmt::Display for SecretRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "file://{path}"),
            Self::Generate => f.write_str("generate"),
            Self::None => f.write_str("none"),
        }
    }
}
