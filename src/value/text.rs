use super::text_value;
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
                format!("a text cannot hold the character U+{:04X}", u32::from(c)),
                "remove it",
            )
            .part(at..at + c.len_utf8())),
        }
    }
}
