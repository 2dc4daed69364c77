//! What Unix has and other systems have not: permission bits, named pipes, sockets. Elsewhere files have the permissions
//! of their folder, and there are no pipes among them.

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub(super) use other::{Quiet, is_executable, is_pipe, is_socket, permit, temporary, write_pipe};
#[cfg(unix)]
pub(super) use unix::{Quiet, is_executable, is_pipe, is_socket, permit, temporary, write_pipe};

/// Who may do what with a file that is written.
#[derive(Clone, Debug)]
#[cfg_attr(not(unix), expect(dead_code, reason = "a file has the permissions of its folder there"))]
pub(super) enum Access {
    /// What permission bits say.
    Bits(u32),
    /// The same as for the file that it replaces.
    Same(std::fs::Permissions),
}
