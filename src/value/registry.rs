use super::image::{DOCKER_HUB, is_registry};
use super::{only, text_value};
use crate::base::problem::Problem;

/// The host of a container registry, with a port if it is not 443: `ghcr.io`, `registry.example.com:5000`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryHost(String);
text_value!(RegistryHost);

impl RegistryHost {
    /// Docker Hub, which an image without a registry's host comes from.
    #[must_use]
    pub(crate) fn docker_hub() -> Self {
        Self(DOCKER_HUB.to_owned())
    }

    /// # Errors
    /// The text is not HOST or HOST:PORT.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        if is_registry(text) {
            return Ok(Self(text.to_owned()));
        }
        Err(Problem::new(
            format!("`{text}` is not a registry's host"),
            "write HOST or HOST:PORT, such as ghcr.io",
        ))
    }
}

/// The user name for a login at a registry, such as `_token`: 1 to 100 printable ASCII characters without `:`, which ends
/// the name in HTTP's Basic authentication (RFC 7617).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryUser(String);
text_value!(RegistryUser);

impl RegistryUser {
    /// # Errors
    /// The text is empty or too long, or contains another character.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "write the user name that the registry gave you for this token";
        only(text, |c| (' '..='~').contains(&c) && c != ':', "a registry's user name", HELP)?;
        if text.len() > 100 {
            return Err(Problem::new("a registry's user name has at most 100 characters", HELP));
        }
        Ok(Self(text.to_owned()))
    }
}
