use super::{only, text_value};
use crate::base::problem::Problem;

/// A web address: an `https://` URL of at most 255 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpsUrl(String);
text_value!(HttpsUrl);

impl HttpsUrl {
    /// Parses a URL.
    ///
    /// # Errors
    /// The text does not begin with `https://` and a host, or has more than 255 characters or one other than letters,
    /// digits and `-._~:/?=&%`.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "write an address such as https://files.example.com/runtime.tar.bz2";
        let host = text
            .strip_prefix("https://")
            .ok_or_else(|| Problem::new(format!("`{text}` is not an https:// address"), HELP))?;
        only(text, |c| c.is_ascii_alphanumeric() || "-._~:/?=&%".contains(c), "an address", HELP)?;
        if !host.starts_with(|c: char| c.is_ascii_alphanumeric()) || text.len() > 255 {
            return Err(Problem::new(format!("`{text}` is not an address"), HELP));
        }
        Ok(Self(text.to_owned()))
    }
}
