use super::system::{self, Use};
use super::{GuestPath, Name};
use crate::base::problem::Problem;

/// A mount of the application: `NAME:/PATH` for a named volume or `/HOST:/PATH` for a path of the server, with `:ro` at
/// the end if the container can only read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// The source of the mount.
    pub from: From,
    is_read_only: bool,
    text: String,
}

/// The source of a mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// A named volume.
    Volume(Name),
    /// A file or folder on the server.
    Server(GuestPath),
}

/// Sockets of container engines. A process that can write to one can start a container that reads and changes
/// everything.
const ENGINES: &[&str] = &["/run/docker.sock", "/run/containerd/containerd.sock", "/run/podman/podman.sock"];

/// Whether a path in its shortest form is the socket of a container engine.
pub(crate) fn is_engine(path: &str) -> bool {
    ENGINES.contains(&system::real(path).as_str())
}

impl Volume {
    /// Parses a mount.
    ///
    /// # Errors
    /// The text does not have this form, or the path on the server belongs to the system or to another user.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        const HELP: &str = "write NAME:/path/in/the/container or /path/on/the/server:/path/in/the/container, and append \
            :ro to forbid writing";
        let (body, is_read_only) = match text.strip_suffix(":ro") {
            Some(body) => (body, true),
            None => (text, false),
        };
        let (from, to) =
            body.split_once(':').ok_or_else(|| Problem::new(format!("`{text}` is not a mount"), HELP))?;
        GuestPath::parse(to).map_err(|p| p.within(from.len() + 1..body.len()))?;
        let from = if from.starts_with('/') {
            let path = GuestPath::parse(from).map_err(|p| p.within(0..from.len()))?;
            let wanted = if is_read_only { Use::ReadOnlyMount } else { Use::Mount };
            system::refuse(&path, wanted).map_err(|p| p.within(0..from.len()))?;
            From::Server(path)
        } else if from.starts_with(['.', '~']) {
            let message = format!(
                "`{from}` is a relative path, but the server has no files of the computer on which firstlight runs"
            );
            return Err(Problem::new(message, HELP).part(0..from.len()));
        } else {
            From::Volume(Name::parse(from).map_err(|p| Problem::new(p.message, HELP).part(0..from.len()))?)
        };
        Ok(Self { from, is_read_only, text: text.to_owned() })
    }

    /// The path in the container at which it is mounted.
    #[must_use]
    pub(crate) fn target(&self) -> &str {
        let body = if self.is_read_only { self.text.strip_suffix(":ro") } else { None }.unwrap_or(&self.text);
        body.split_once(':').map_or("", |(_, to)| to)
    }

    /// The path on the server that the container can change; `None` for a named volume or a read-only mount.
    #[must_use]
    pub(crate) fn writable(&self) -> Option<&GuestPath> {
        match &self.from {
            From::Server(path) if !self.is_read_only => Some(path),
            _ => None,
        }
    }

    /// Whether the mount is the socket of a container engine, and so gives the container control of the whole server. A
    /// read-only mount counts too, because the container can still write to the socket.
    #[must_use]
    pub(crate) fn is_engine(&self) -> bool {
        matches!(&self.from, From::Server(path) if is_engine(path.as_str()))
    }
}

impl std::fmt::Display for Volume {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}
