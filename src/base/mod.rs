//! What everything else stands on: digests, names that are near, why a text is no value, known shapes of secrets.

pub mod digest;
pub mod nearest;
pub mod problem;
pub mod secret;
