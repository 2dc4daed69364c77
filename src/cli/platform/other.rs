//! Where there are neither permission bits nor named pipes.

use std::fs::{FileType, Metadata};
use std::io::Result;
use std::path::Path;

use super::Access;

pub(crate) fn is_pipe(_: FileType) -> bool {
    false
}

pub(crate) fn is_socket(_: FileType) -> bool {
    false
}

pub(crate) fn is_executable(_: &Metadata) -> bool {
    false
}

pub(crate) fn permit(_: &Path, _: u32) -> Result<()> {
    Ok(())
}

pub(crate) fn temporary(_: Access) -> tempfile::Builder<'static, 'static> {
    tempfile::Builder::new()
}

pub(crate) fn write_pipe(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes)
}

/// Nothing: a console repeats what is typed only while a program reads whole lines.
#[derive(Debug)]
pub(crate) struct Quiet;

impl Quiet {
    pub(crate) fn start() -> Result<Self> {
        Ok(Self)
    }
}
