use super::system::{self, Use};
use super::{only, range_in, text_value};
use crate::base::problem::Problem;

/// An absolute path on the server: no `..`, no spaces, nothing that needs quoting in any syntax.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GuestPath(String);
text_value!(GuestPath);

impl GuestPath {
    /// # Errors
    /// A relative, unclean or odd path, and those below /proc, /sys and /dev.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "write an absolute path such as /opt/infrakt/ssh";
        const OWN: &str = "choose a folder that is used for nothing else, such as /srv/data";
        if !text.starts_with('/') {
            return Err(Problem::new(format!("`{text}` is not an absolute path"), HELP));
        }
        if text == "/" {
            return Err(Problem::new("`/` is the whole server", OWN));
        }
        if text.len() > 255 {
            return Err(Problem::new("a path on the server has at most 255 characters", HELP));
        }
        only(text, |c| c.is_ascii_alphanumeric() || "/._-+@".contains(c), "a path on the server", HELP)?;
        for part in text.split('/').skip(1) {
            if part.is_empty() || part == "." || part == ".." {
                return Err(Problem::new(
                    "the path is not in its shortest form",
                    "leave out `.`, `..`, double and trailing slashes",
                )
                .part(range_in(text, part)));
            }
        }
        let top = text.split('/').nth(1).unwrap_or("");
        if matches!(top, "proc" | "sys" | "dev") {
            return Err(Problem::new(format!("/{top} belongs to the kernel"), OWN).part(0..top.len() + 1));
        }
        Ok(Self(text.to_owned()))
    }
}

/// So that a map by paths can be asked for any text.
impl std::borrow::Borrow<str> for GuestPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// A folder on the server that can be given to an application: not the system's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder(GuestPath);

impl Folder {
    /// # Errors
    /// What is no path, and what the system, root or another user needs.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let path = GuestPath::parse(text)?;
        system::refuse(&path, Use::Folder)?;
        Ok(Self(path))
    }

    /// Its path.
    #[must_use]
    pub(crate) fn path(&self) -> &GuestPath {
        &self.0
    }
}

impl std::fmt::Display for Folder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A path in a URL, from the root: `/api/health`, with a query if need be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlPath(String);
text_value!(UrlPath);

impl UrlPath {
    /// # Errors
    /// Anything that does not begin with a slash, or has to be percent-encoded first.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "write a path such as /api/health";
        if !text.starts_with('/') || text.starts_with("//") || text.len() > 255 {
            return Err(Problem::new(format!("`{text}` is not a path from the root of a site"), HELP));
        }
        only(text, |c| c.is_ascii_alphanumeric() || "/._~-%?=&+:@!,;".contains(c), "a URL's path", HELP)?;
        Ok(Self(text.to_owned()))
    }
}

/// A file's permissions, printed as four octal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode(u16);

impl Mode {
    /// What a file has if nothing else is said; cloud-init's default too.
    pub const DEFAULT: Self = Self(0o644);
    /// For its owner alone.
    pub(crate) const PRIVATE: Self = Self(0o600);
    /// `0755`: a program.
    pub(crate) const EXECUTABLE: Self = Self(0o755);

    /// # Errors
    /// Anything but four octal digits.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let octal =
            text.len() == 4 && text.starts_with('0') && text.bytes().all(|b| (b'0'..=b'7').contains(&b));
        let bits = if octal { u16::from_str_radix(text, 8).ok() } else { None };
        bits.map(Self).ok_or_else(|| {
            Problem::new(
                format!("`{text}` is not a file's mode"),
                "write four octal digits in quotes, such as \"0600\"",
            )
        })
    }

    /// With these permission bits; setuid and the like are left out.
    #[must_use]
    pub const fn of_bits(bits: u32) -> Self {
        Self((bits & 0o777) as u16)
    }

    /// The permission bits.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }
}

impl std::fmt::Display for Mode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04o}", self.0)
    }
}
