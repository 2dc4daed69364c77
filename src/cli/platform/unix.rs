//! Permission bits, pipes and sockets as Unix has them.

use std::fs::{File, FileType, Metadata, OpenOptions, Permissions};
use std::io::{Error, ErrorKind, Result, Write};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::Access;

/// How often the reader of a named pipe is waited for, and how long each time.
const WAITS: (usize, Duration) = (20, Duration::from_millis(100));

/// Whether it is a named pipe.
pub(crate) fn is_pipe(kind: FileType) -> bool {
    kind.is_fifo()
}

/// Whether it is a socket.
pub(crate) fn is_socket(kind: FileType) -> bool {
    kind.is_socket()
}

/// Whether somebody may run it.
pub(crate) fn is_executable(meta: &Metadata) -> bool {
    meta.permissions().mode() & 0o111 != 0
}

/// Gives a file or folder these permission bits.
pub(crate) fn permit(path: &Path, bits: u32) -> Result<()> {
    std::fs::set_permissions(path, Permissions::from_mode(bits))
}

/// A maker of temporary files and folders with this access.
pub(crate) fn temporary(access: Access) -> tempfile::Builder<'static, 'static> {
    let permissions = match access {
        Access::Bits(bits) => Permissions::from_mode(bits),
        Access::Same(permissions) => permissions,
    };
    let mut builder = tempfile::Builder::new();
    builder.permissions(permissions);
    builder
}

/// Writes to a named pipe. Opening one waits for its reader, for ever if there is none, so the wait is limited.
///
/// # Errors
/// With [`ErrorKind::NotConnected`], no program reads it.
pub(crate) fn write_pipe(path: &Path, bytes: &[u8]) -> Result<()> {
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0);
    let open = || OpenOptions::new().write(true).custom_flags(flags).open(path);
    let nobody = |error: &Error| Errno::from_io_error(error) == Some(Errno::NXIO);
    let mut opened = open();
    for _ in 0..WAITS.0 {
        match &opened {
            Err(error) if nobody(error) => sleep(WAITS.1),
            _ => break,
        }
        opened = open();
    }
    let mut left = bytes;
    let mut pipe: File =
        opened.map_err(|error| if nobody(&error) { ErrorKind::NotConnected.into() } else { error })?;
    while !left.is_empty() {
        match pipe.write(left) {
            Ok(written) => left = left.get(written..).unwrap_or(&[]),
            // The pipe is full until the reader takes something out of it.
            Err(error) if error.kind() == ErrorKind::WouldBlock => sleep(Duration::from_millis(10)),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The terminal of standard input, as long as it repeats nothing by itself and Ctrl-C is a key like others. Otherwise it
/// would show what is pasted between two keys that are read, even if that is a secret.
#[derive(Debug)]
pub(crate) struct Quiet {
    before: Termios,
}

impl Quiet {
    pub(crate) fn start() -> Result<Self> {
        let before = tcgetattr(std::io::stdin())?;
        let mut quiet = before.clone();
        quiet.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        tcsetattr(std::io::stdin(), OptionalActions::Drain, &quiet)?;
        Ok(Self { before })
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // If the terminal is gone, there is nothing to restore.
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Drain, &self.before);
    }
}
