use super::{only, text_value};
use crate::base::problem::Problem;

/// A short name, safe as a path's part, a compose project and a compose service:
/// lower-case letters, digits and dashes, a letter first, at most 32.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);
text_value!(Name);

impl Name {
    /// # Errors
    /// Anything else.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "use at most 32 lower-case letters, digits and dashes, and begin with a letter";
        only(text, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-', "a name", HELP)?;
        if !text.starts_with(|c: char| c.is_ascii_lowercase()) || text.ends_with('-') || text.len() > 32 {
            return Err(Problem::new(format!("`{text}` is not a name"), HELP));
        }
        Ok(Self(text.to_owned()))
    }
}

/// A host's name in a fleet, safe as a file's name on any system: letters, digits, `.`, `-` and `_`, a letter or digit
/// first, at most 100.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostName(String);
text_value!(HostName);

impl HostName {
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "use at most 100 letters, digits, dots, dashes and underscores, and begin with a letter or a digit";
        only(text, |c| c.is_ascii_alphanumeric() || "._-".contains(c), "a host's name", HELP)?;
        if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) || text.len() > 100 {
            return Err(Problem::new(format!("`{text}` is not a host's name"), HELP));
        }
        Ok(Self(text.to_owned()))
    }
}

/// The name of an environment variable (POSIX: letters, digits, underscores, no digit first).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable(String);
text_value!(Variable);

impl Variable {
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "use letters, digits and underscores, and do not begin with a digit";
        only(text, |c| c.is_ascii_alphanumeric() || c == '_', "a variable's name", HELP)?;
        if text.is_empty() || text.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(Problem::new(format!("`{text}` is not a variable's name"), HELP));
        }
        Ok(Self(text.to_owned()))
    }
}
