//! What a file of a document is to the host side.

use super::{LAUNCHER, PROGRAM, SITE, STAGE, UNITS};
use crate::value::HOLES;

/// What a file of a document is to the host side, which its path says: so the reviewer knows it of any document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The launcher and the program: the same in every document of a version, whatever the site is.
    Runtime,
    /// What the site is, and the units that start its steps. An edit on the server is replaced by `apply`.
    Site,
    /// A file that the operator may edit on the server: the host side copies it to its place, and keeps edits.
    Staged,
    /// A secret that comes with the document.
    Secret,
}

impl Origin {
    /// Returns `None` for a file that the host side does not read.
    pub(crate) fn of(path: &str) -> Option<Self> {
        if path.starts_with(PROGRAM) || path == LAUNCHER {
            Some(Self::Runtime)
        } else if path == SITE || path.starts_with(UNITS) {
            Some(Self::Site)
        } else if path.strip_prefix(STAGE).is_some_and(|rest| rest.starts_with('/')) {
            Some(Self::Staged)
        } else {
            path.starts_with(HOLES).then_some(Self::Secret)
        }
    }
}
