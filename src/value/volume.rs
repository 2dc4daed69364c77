use super::system::{self, Use};
use super::{GuestPath, Name};
use crate::base::problem::Problem;

/// A mount of the application's: NAME:/PATH, a named volume, or /HOST:/PATH, a folder of the server's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// What is mounted.
    pub from: From,
    is_read_only: bool,
    text: String,
}

/// What a mount shows to the container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// A named volume.
    Volume(Name),
    /// A file or folder of the server's.
    Server(GuestPath),
}

/// Sockets of what starts containers: whoever writes to one can start a container that sees and changes everything.
pub(crate) const ENGINES: &[&str] = &[
    "/run/docker.sock",
    "/var/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/podman/podman.sock",
];

impl Volume {
    /// # Errors
    /// Anything else, and what the system or another user needs.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "write NAME:/path/in/the/container or /path/on/the/server:/path/in/the/container, and append \
            :ro to forbid writing";
        let (body, is_read_only) = match text.strip_suffix(":ro") {
            Some(body) => (body, true),
            None => (text, false),
        };
        let (from, to) =
            body.split_once(':').ok_or_else(|| Problem::new(format!("`{text}` is not a volume"), HELP))?;
        GuestPath::parse(to).map_err(|p| p.within(from.len() + 1..body.len()))?;
        let from = if from.starts_with('/') {
            let path = GuestPath::parse(from).map_err(|p| p.within(0..from.len()))?;
            let wanted = if is_read_only { Use::ReadOnlyMount } else { Use::Mount };
            system::refuse(&path, wanted).map_err(|p| p.within(0..from.len()))?;
            From::Server(path)
        } else if from.starts_with(['.', '~']) {
            let message = format!(
                "`{from}` is not an absolute path on the server, and the files of this machine do not \
                exist there"
            );
            return Err(Problem::new(message, HELP).part(0..from.len()));
        } else {
            From::Volume(Name::parse(from).map_err(|p| Problem::new(p.message, HELP).part(0..from.len()))?)
        };
        Ok(Self { from, is_read_only, text: text.to_owned() })
    }

    /// What of the server's the container may change.
    #[must_use]
    pub(crate) fn writable(&self) -> Option<&GuestPath> {
        match &self.from {
            From::Server(path) if !self.is_read_only => Some(path),
            _ => None,
        }
    }

    /// Whether the container gets hold of what starts containers, and so of the whole server.
    #[must_use]
    pub(crate) fn is_engine(&self) -> bool {
        matches!(&self.from, From::Server(path) if ENGINES.contains(&path.as_str()))
    }
}

impl std::fmt::Display for Volume {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}
