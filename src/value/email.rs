use super::{Domain, only, text_value};
use crate::base::problem::Problem;

/// An e-mail address `LOCAL@DOMAIN` for the account at the certificate authority.
///
/// The local part is a dot-string of RFC 5321, but without braces, `|` and backticks: they are rare in addresses, and
/// braces and backticks have a meaning in a Caddyfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);
text_value!(Email);

const HELP: &str = "write an address such as admin@example.com";

impl Email {
    /// Parses an e-mail address.
    ///
    /// # Errors
    /// There is no `@`, the local part is not 1 to 64 of the accepted characters or has a misplaced dot, or
    /// [`Domain::parse`] refuses the domain.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let (local, domain) = text
            .rsplit_once('@')
            .ok_or_else(|| Problem::new(format!("`{text}` is not an e-mail address"), HELP))?;
        if local.is_empty() || local.len() > 64 {
            return Err(
                Problem::new("the part before the @ must have 1 to 64 characters", HELP).part(0..local.len())
            );
        }
        only(
            local,
            |c| c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_~-".contains(c),
            "an e-mail address",
            HELP,
        )?;
        if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
            return Err(Problem::new("a dot must be between two other characters", HELP).part(0..local.len()));
        }
        let domain = Domain::parse(domain).map_err(|problem| problem.within(local.len() + 1..text.len()))?;
        Ok(Self(format!("{local}@{domain}")))
    }
}
