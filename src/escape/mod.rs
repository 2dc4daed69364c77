//! One escaper for each syntax. Each turns a value into one complete token of the syntax that stands for exactly this
//! value, or refuses a value that the syntax cannot contain.

mod caddyfile;
mod compose;
mod dotenv;
pub mod shell;
mod systemd;
mod workflow;
pub(crate) mod yaml_scalar;

/// The syntaxes of templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Compose files: YAML in which `$` begins a variable.
    Compose,
    /// Other YAML; no name tells it, so the profile does.
    Yaml,
    /// Workflows and actions of GitHub: YAML in which `${{` begins an expression.
    Workflow,
    /// Compose's `.env` files.
    Dotenv,
    /// Caddyfiles.
    Caddyfile,
    /// systemd units and drop-ins.
    Systemd,
    /// Scripts for a POSIX shell or bash.
    Shell,
}

impl Syntax {
    /// The syntax of a file on the server, by its name; `None` if the name tells none.
    #[must_use]
    pub(crate) fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        match (name, extension) {
            ("Caddyfile", _) | (_, "caddy") => Some(Self::Caddyfile),
            (_, "env") => Some(Self::Dotenv),
            (_, "yml" | "yaml") if path.starts_with("/.github/") => Some(Self::Workflow),
            (_, "yml" | "yaml") => Some(Self::Compose),
            (_, "sh" | "bash") => Some(Self::Shell),
            (_, "service" | "target" | "path" | "timer" | "socket" | "mount") => Some(Self::Systemd),
            (_, "conf") if path.contains("/systemd/") => Some(Self::Systemd),
            _ => None,
        }
    }

    /// Returns one complete token that stands for `value`.
    ///
    /// # Errors
    /// The syntax cannot contain the value; the error is the reason, for a message.
    pub fn token(self, value: &str) -> Result<String, &'static str> {
        if value.contains('\0') {
            return Err("a text file cannot contain NUL");
        }
        match self {
            Self::Compose => Ok(compose::token(value)),
            Self::Yaml => Ok(yaml_scalar::token(value)),
            Self::Workflow => workflow::token(value),
            Self::Dotenv => Ok(dotenv::token(value)),
            Self::Caddyfile => caddyfile::token(value),
            Self::Systemd => systemd::token(value),
            Self::Shell => Ok(shell::word(value)),
        }
    }
}

/// Whether a value needs no quotes: it is not empty, and has only letters, digits and characters of `extra`.
fn is_bare(value: &str, extra: &str) -> bool {
    !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || extra.contains(c))
}

#[cfg(test)]
mod tests;
