use super::{only, text_value};
use crate::base::problem::Problem;

/// A GitHub repository, written as `OWNER/NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository(String);
text_value!(Repository);

impl Repository {
    /// Parses the name of a repository.
    ///
    /// # Errors
    /// The text is a URL, or is not an owner of 1 to 39 characters and a name of 1 to 100 characters that GitHub
    /// accepts.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "write OWNER/NAME, such as E4Dev-Solutions/e4dev-infrakt";
        if text.contains("://") || text.starts_with("git@") {
            return Err(Problem::new("this is a URL, not the name of a repository", HELP));
        }
        only(text, |c| c.is_ascii_alphanumeric() || "-_./".contains(c), "the name of a repository", HELP)?;
        match text.split_once('/') {
            Some((owner, name))
                if (1..=39).contains(&owner.len())
                    && (1..=100).contains(&name.len())
                    && !owner.starts_with('-')
                    && !owner.contains(['.', '_'])
                    && !name.contains('/')
                    && !matches!(name, "." | "..") =>
            {
                Ok(Self(text.to_owned()))
            }
            _ => Err(Problem::new(format!("`{text}` is not the name of a repository"), HELP)),
        }
    }
}

/// A git branch or tag, of at most 200 characters that need no quoting in a URL (git-check-ref-format(1)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch(String);
text_value!(Branch);

impl Branch {
    /// Parses the name of a branch or tag.
    ///
    /// # Errors
    /// git does not accept the name, or it contains a character other than letters, digits and `-_./`.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "write a branch such as main";
        only(text, |c| c.is_ascii_alphanumeric() || "-_./".contains(c), "the name of a branch", HELP)?;
        let odd = text.is_empty()
            || text.len() > 200
            || text.starts_with(['-', '/', '.'])
            || text.ends_with(['/', '.'])
            || text.ends_with(".lock")
            || ["..", "//", "/."].iter().any(|s| text.contains(s));
        if odd {
            Err(Problem::new(format!("`{text}` is not the name of a branch"), HELP))
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

/// The name of a file at the root of a repository: letters, digits, `.`, `_` and `-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName(String);
text_value!(FileName);

impl FileName {
    /// # Errors
    /// The text is anything else, or `.` or `..`.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "write a name such as docker-compose.yml";
        only(text, |c| c.is_ascii_alphanumeric() || "._-".contains(c), "a file's name", HELP)?;
        if matches!(text, "." | "..") || text.len() > 255 {
            return Err(Problem::new(format!("`{text}` is not the name of a file"), HELP));
        }
        Ok(Self(text.to_owned()))
    }
}
