//! Texts: places in them, and what of them is fit to be shown.

pub mod printable;
pub mod source;
