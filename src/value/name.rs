use super::{only, text_value};
use crate::base::problem::Problem;

/// A short name that can be used as part of a path, as a Compose project and as a Compose service.
///
/// It has at most 32 lower-case letters, digits and dashes, begins with a letter and does not end with a dash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);
text_value!(Name);

impl Name {
    /// Parses a name.
    ///
    /// # Errors
    /// The text does not have this form.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "use at most 32 lower-case letters, digits and dashes, and begin with a letter";
        only(text, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-', "a name", HELP)?;
        if !text.starts_with(|c: char| c.is_ascii_lowercase()) || text.ends_with('-') || text.len() > 32 {
            return Err(Problem::new(format!("`{text}` is not a valid name"), HELP));
        }
        Ok(Self(text.to_owned()))
    }
}

/// The name of a Compose service or a container, at most 100 characters long: letters, digits, `_`, `.` and `-`, with a
/// letter or a digit first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerName(String);
text_value!(ContainerName);

impl ContainerName {
    /// # Errors
    /// The text is anything else.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "use at most 100 letters, digits, dots, dashes and underscores, and begin with a letter or a digit";
        only(text, |c| c.is_ascii_alphanumeric() || "._-".contains(c), "a service's name", HELP)?;
        if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) || text.len() > 100 {
            return Err(Problem::new(format!("`{text}` is not the name of a service"), HELP));
        }
        Ok(Self(text.to_owned()))
    }
}

/// The name of a Compose service that is also a host name which Docker's DNS resolves.
///
/// It has at most 63 letters, digits, `.`, `-` and `_` (RFC 1035 for the length), and a letter or a digit at both ends
/// of each part between dots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceName(String);
text_value!(ServiceName);

impl ServiceName {
    /// Parses the name of a service.
    ///
    /// # Errors
    /// The text does not have this form.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "rename the service: use at most 63 letters, digits, dots, dashes and underscores, and a letter or a \
            digit at the beginning and at the end";
        only(text, |c| c.is_ascii_alphanumeric() || "._-".contains(c), "a service's name", HELP)?;
        let is_edge = |c: char| c.is_ascii_alphanumeric();
        let is_label = |label: &str| label.starts_with(is_edge) && label.ends_with(is_edge);
        if !text.split('.').all(is_label) || text.len() > 63 {
            let message = format!("`{text}` is not a name at which Caddy can reach a service");
            return Err(Problem::new(message, HELP));
        }
        Ok(Self(text.to_owned()))
    }
}

/// The name of a host in a fleet, which can be used as the name of a file on every system.
///
/// It has at most 100 letters, digits, `.`, `-` and `_`, and begins with a letter or a digit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostName(String);
text_value!(HostName);

impl HostName {
    /// Parses the name of a host.
    ///
    /// # Errors
    /// The text does not have this form.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "use at most 100 letters, digits, dots, dashes and underscores, and begin with a letter or a digit";
        only(text, |c| c.is_ascii_alphanumeric() || "._-".contains(c), "the name of a host", HELP)?;
        if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) || text.len() > 100 {
            return Err(Problem::new(format!("`{text}` is not a valid name of a host"), HELP));
        }
        Ok(Self(text.to_owned()))
    }
}

/// The name of an environment variable: letters, digits and underscores, without a digit at the beginning (POSIX).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable(String);
text_value!(Variable);

impl Variable {
    /// Parses the name of a variable.
    ///
    /// # Errors
    /// The text does not have this form.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "use letters, digits and underscores, and do not begin with a digit";
        only(text, |c| c.is_ascii_alphanumeric() || c == '_', "the name of a variable", HELP)?;
        if text.is_empty() || text.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(Problem::new(format!("`{text}` is not a valid name of a variable"), HELP));
        }
        Ok(Self(text.to_owned()))
    }
}
