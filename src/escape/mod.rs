//! One escaper a syntax. Each turns a value into one whole token of that syntax, never dropping a
//! character, and refuses what the syntax cannot hold.

mod caddyfile;
mod compose;
mod dotenv;
pub mod shell;
mod systemd;
pub(crate) mod yaml;

/// The syntaxes templates are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// compose YAML: YAML in which `$` begins a variable.
    Compose,
    /// compose's `.env`.
    Dotenv,
    /// Caddyfile.
    Caddyfile,
    /// systemd units and their drop-ins.
    Systemd,
    /// POSIX shell and bash.
    Shell,
}

impl Syntax {
    /// The syntax of a file on the server, by its name.
    #[must_use]
    pub(crate) fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        match (name, extension) {
            ("Caddyfile", _) | (_, "caddy") => Some(Self::Caddyfile),
            (_, "env") => Some(Self::Dotenv),
            (_, "yml" | "yaml") => Some(Self::Compose),
            (_, "sh" | "bash") => Some(Self::Shell),
            (_, "service" | "target" | "path" | "timer" | "socket" | "mount") => Some(Self::Systemd),
            (_, "conf") if path.contains("/systemd/") => Some(Self::Systemd),
            _ => None,
        }
    }

    /// One whole token that stands for `value`.
    ///
    /// # Errors
    /// Why the syntax cannot hold the value.
    pub fn token(self, value: &str) -> Result<String, &'static str> {
        if value.contains('\0') {
            return Err("a text file cannot contain NUL");
        }
        match self {
            Self::Compose => Ok(compose::token(value)),
            Self::Dotenv => Ok(dotenv::token(value)),
            Self::Caddyfile => caddyfile::token(value),
            Self::Systemd => systemd::token(value),
            Self::Shell => Ok(shell::word(value)),
        }
    }
}

/// Whether a value may stand bare: letters, digits and `extra`, one of them at least.
fn is_bare(value: &str, extra: &str) -> bool {
    !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || extra.contains(c))
}

#[cfg(test)]
mod tests;
