//! Reviews any user-data: what is in it, what is wrong with it, what changed, and what a server does with it.

pub mod check;
pub mod diff;
pub mod explain;
pub mod inspect;
mod known;
pub mod lint;
pub mod program;
mod secret_file;
pub(crate) mod written;
