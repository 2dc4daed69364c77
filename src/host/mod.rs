//! The contract with the host side: the paths and steps that the compiler and the reviewer know of it.

mod steps;

pub use steps::{HostStep, STEPS};

/// Files whose edits are kept are laid below this folder; the host side puts them in place.
pub(crate) const STAGE: &str = "/var/lib/firstlight/files";

/// The path that a file of the document's has once the host side has put it in its place.
#[must_use]
pub(crate) fn placed(path: &str) -> &str {
    path.strip_prefix(STAGE).filter(|rest| rest.starts_with('/')).unwrap_or(path)
}
