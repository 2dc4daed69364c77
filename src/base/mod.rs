//! What everything else stands on: digests, names that are near, why a text is no value, known shapes of secrets.

pub(crate) mod digest;
pub(crate) mod nearest;
pub(crate) mod problem;
pub mod secret;
