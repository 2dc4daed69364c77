//! What all other modules use: digests, the search for similar names, errors of parsing, and secrets of known shapes.

pub(crate) mod digest;
pub(crate) mod nearest;
pub(crate) mod problem;
pub mod secret;
