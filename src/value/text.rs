use super::{only, text_value};
use crate::base::problem::Problem;

/// A text without control characters other than tabs and line breaks.
///
/// Whether a file can contain its tabs and line breaks depends on the syntax of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(String);
text_value!(Text);

impl Text {
    /// Checks a text.
    ///
    /// # Errors
    /// The text contains a control character other than a tab or a line feed.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        match text.char_indices().find(|(_, c)| c.is_control() && *c != '\n' && *c != '\t') {
            None => Ok(Self(text.to_owned())),
            Some((at, c)) => Err(Problem::new(
                format!("a text cannot contain the character U+{:04X}", u32::from(c)),
                "remove it",
            )
            .part(at..at + c.len_utf8())),
        }
    }
}

/// The name of a header that a request has: 1 to 64 letters, digits and dashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderName(String);
text_value!(HeaderName);

impl HeaderName {
    /// # Errors
    /// The name is empty or too long, or contains another character.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "write a name such as X-API-Key";
        only(text, |c| c.is_ascii_alphanumeric() || c == '-', "a header's name", HELP)?;
        if text.len() > 64 {
            return Err(Problem::new("a header's name has at most 64 characters", HELP));
        }
        Ok(Self(text.to_owned()))
    }
}

/// One line that `firstlight status` and `firstlight verify` print on the server: 1 to 300 printable Latin characters, so
/// that nothing in it can steer a terminal or change the direction of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusText(String);
text_value!(StatusText);

impl StatusText {
    /// # Errors
    /// The text is empty or too long, or contains another character.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "write one line of at most 300 Latin letters, digits and signs";
        only(
            text,
            |c| (' '..='~').contains(&c) || c != '\u{ad}' && ('\u{a1}'..='\u{24f}').contains(&c),
            "a line of status",
            HELP,
        )?;
        if text.chars().count() > 300 {
            return Err(Problem::new("a line of status has at most 300 characters", HELP));
        }
        Ok(Self(text.to_owned()))
    }
}
