use super::system::{self, Use};
use super::{only, range_in, text_value};
use crate::base::problem::Problem;

/// An absolute path on the server, of at most 255 characters.
///
/// It consists of letters, digits and `/._-+@`, so that no syntax has to quote it, and has no empty parts, no `.` and
/// no `..`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GuestPath(String);
text_value!(GuestPath);

impl GuestPath {
    /// Parses a path.
    ///
    /// # Errors
    /// The text does not have this form, is `/` itself, or is below `/proc`, `/sys` or `/dev`.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "write an absolute path such as /opt/infrakt/ssh";
        const OWN: &str = "choose a folder that is used for nothing else, such as /srv/data";
        if !text.starts_with('/') {
            return Err(Problem::new(format!("`{text}` is not an absolute path"), HELP));
        }
        if text == "/" {
            return Err(Problem::new("`/` is the root of the server's file system", OWN));
        }
        if text.len() > 255 {
            return Err(Problem::new("a path on the server can have at most 255 characters", HELP));
        }
        only(text, |c| c.is_ascii_alphanumeric() || "/._-+@".contains(c), "a path on the server", HELP)?;
        for part in text.split('/').skip(1) {
            if part.is_empty() || part == "." || part == ".." {
                return Err(Problem::new(
                    "the path is not in its shortest form",
                    "remove `.`, `..`, double slashes and a slash at the end",
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

/// The path from the root without `.`, `..` and double slashes, as Python's `os.path.abspath` makes it.
pub(crate) fn absolute(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// This allows a map whose keys are paths to be searched with any text.
impl std::borrow::Borrow<str> for GuestPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// A folder on the server that can be given to an application, because neither the system nor root nor another user
/// needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder(GuestPath);

impl Folder {
    /// Parses the path of a folder.
    ///
    /// # Errors
    /// [`GuestPath::parse`] refuses the path, or the system, root or another user needs the folder.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let path = GuestPath::parse(text)?;
        system::refuse(&path, Use::Folder)?;
        Ok(Self(path))
    }

    /// The path of the folder.
    #[must_use]
    pub(crate) fn path(&self) -> &GuestPath {
        &self.0
    }
}

impl serde::Serialize for Folder {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl std::fmt::Display for Folder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The path of a URL, which begins with one slash, such as `/api/health`. It can contain a query, and has at most 255
/// characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlPath(String);
text_value!(UrlPath);

impl UrlPath {
    /// Parses the path of a URL.
    ///
    /// # Errors
    /// The text does not begin with exactly one slash, is longer than 255 characters, or contains a character that has
    /// to be percent-encoded.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "write a path such as /api/health";
        if !text.starts_with('/') || text.starts_with("//") || text.len() > 255 {
            return Err(Problem::new(format!("`{text}` is not the absolute path of a URL"), HELP));
        }
        only(
            text,
            |c| c.is_ascii_alphanumeric() || "/._~-%?=&+:@!,;".contains(c),
            "the path of a URL",
            HELP,
        )?;
        Ok(Self(text.to_owned()))
    }
}

/// The permission bits of a file, printed as four octal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode(u16);

impl Mode {
    /// The mode of a file if none is given, 0644; cloud-init has the same default (`cc_write_files.py`).
    pub const DEFAULT: Self = Self(0o644);
    /// 0600: only the owner can read and write the file.
    pub(crate) const PRIVATE: Self = Self(0o600);
    /// 0755: everybody can run the file.
    pub(crate) const EXECUTABLE: Self = Self(0o755);

    /// Parses a mode.
    ///
    /// # Errors
    /// The text is not `0` followed by three octal digits.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let octal =
            text.len() == 4 && text.starts_with('0') && text.bytes().all(|b| (b'0'..=b'7').contains(&b));
        let bits = if octal { u16::from_str_radix(text, 8).ok() } else { None };
        bits.map(Self).ok_or_else(|| {
            Problem::new(
                format!("`{text}` is not a file mode"),
                "write four octal digits in quotes, such as \"0600\"",
            )
        })
    }

    /// Makes a mode from the lowest nine bits; setuid, setgid and sticky are dropped.
    #[must_use]
    pub(crate) const fn of_bits(bits: u32) -> Self {
        Self((bits & 0o777) as u16)
    }

    /// The permission bits, at most 0o777.
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
