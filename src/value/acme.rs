use super::only;
use crate::base::problem::Problem;

/// The certificate authority that issues the site's certificate, as its ACME directory (RFC 8555, section 7.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AcmeDirectory {
    /// Let's Encrypt, which is Caddy's default.
    Production,
    /// Let's Encrypt's staging directory, which has higher rate limits and issues certificates that browsers do not
    /// trust.
    Staging,
    /// The `https://` URL of another directory.
    Url(String),
}

impl AcmeDirectory {
    /// Parses `production`, `staging` or the `https://` URL of a directory.
    ///
    /// # Errors
    /// The text is anything else, or the URL has more than 255 bytes or a character other than letters, digits and
    /// `-._~:/?=&%`.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "write production, staging or the https:// URL of an ACME directory";
        match text {
            "production" => return Ok(Self::Production),
            "staging" => return Ok(Self::Staging),
            _ => {}
        }
        let host = text
            .strip_prefix("https://")
            .ok_or_else(|| Problem::new(format!("`{text}` is not an ACME directory"), HELP))?;
        only(
            text,
            |c| c.is_ascii_alphanumeric() || "-._~:/?=&%".contains(c),
            "an ACME directory's URL",
            HELP,
        )?;
        if !host.starts_with(|c: char| c.is_ascii_alphanumeric()) || text.len() > 255 {
            return Err(Problem::new(format!("`{text}` is not a URL"), HELP));
        }
        Ok(Self::Url(text.to_owned()))
    }

    /// The URL of the directory; empty for [`Self::Production`], because Caddy uses that directory by default.
    #[must_use]
    pub(crate) fn url(&self) -> &str {
        match self {
            Self::Production => "",
            Self::Staging => "https://acme-staging-v02.api.letsencrypt.org/directory",
            Self::Url(url) => url,
        }
    }
}

impl std::fmt::Display for AcmeDirectory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Production => f.write_str("production"),
            Self::Staging => f.write_str("staging"),
            Self::Url(url) => f.write_str(url),
        }
    }
}
