use super::text_value;
use crate::base::problem::Problem;

/// A text without control characters but tabs and line breaks, which may stand in it where every syntax can hold them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(String);
text_value!(Text);

impl Text {
    /// # Errors
    /// A control character.
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
