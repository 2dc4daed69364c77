//! The texts that a user gave, places in them, and how foreign text is shown.

pub(crate) mod jinja;
pub(crate) mod json;
pub mod printable;
pub mod source;
