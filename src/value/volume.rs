use super::{GuestPath, Name};
use crate::diagnostic::Problem;

/// A mount of the application's: NAME:/PATH, a named volume, or /HOST:/PATH, a folder of the server's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// The named volume, if it is one.
    pub name: Option<Name>,
    text: String,
}

impl Volume {
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "write NAME:/path/in/the/container or /path/on/the/server:/path/in/the/container, :ro behind it to forbid writing";
        let body = text.strip_suffix(":ro").unwrap_or(text);
        let (from, to) =
            body.split_once(':').ok_or_else(|| Problem::new(format!("`{text}` is not a volume"), HELP))?;
        GuestPath::parse(to).map_err(|p| p.within(from.len() + 1..body.len()))?;
        let name = if from.starts_with('/') {
            GuestPath::parse(from).map_err(|p| p.within(0..from.len()))?;
            None
        } else {
            Some(Name::parse(from).map_err(|p| Problem::new(p.message, HELP).part(0..from.len()))?)
        };
        Ok(Self { name, text: text.to_owned() })
    }
}

impl std::fmt::Display for Volume {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}
