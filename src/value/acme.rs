use super::HttpsUrl;
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
    Url(HttpsUrl),
}

impl AcmeDirectory {
    /// Parses `production`, `staging` or the `https://` URL of a directory.
    ///
    /// # Errors
    /// The text is none of them, or not an [`HttpsUrl`].
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        match text {
            "production" => Ok(Self::Production),
            "staging" => Ok(Self::Staging),
            url if url.starts_with("https://") => HttpsUrl::parse(url).map(Self::Url),
            _ => Err(Problem::new(
                format!("`{text}` is not an ACME directory"),
                "write production, staging or the https:// URL of an ACME directory",
            )),
        }
    }

    /// The URL of the directory; empty for [`Self::Production`], because Caddy uses that directory by default.
    #[must_use]
    pub(crate) fn url(&self) -> &str {
        match self {
            Self::Production => "",
            Self::Staging => "https://acme-staging-v02.api.letsencrypt.org/directory",
            Self::Url(url) => url.as_str(),
        }
    }
}

impl std::fmt::Display for AcmeDirectory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Production => f.write_str("production"),
            Self::Staging => f.write_str("staging"),
            Self::Url(url) => url.fmt(f),
        }
    }
}
