//! firstlight compiles a domain, a token reference and repo settings into one cloud-init document.
//!
//! The compiler is pure: same input, same bytes, no file system, clock, network, environment or
//! randomness. Only [`edge`] touches the world. See ARCHITECTURE.md.

#![deny(
    clippy::dbg_macro,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::exit,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::todo,
    clippy::unimplemented,
    clippy::unwrap_used,
    missing_docs
)]

pub mod check;
pub mod compile;
pub mod compose_file;
pub mod config;
pub mod diagnostic;
pub mod diff;
pub mod document;
pub mod edge;
pub mod escape;
pub mod evidence;
pub mod explain;
pub mod feasible;
pub mod fleet;
pub mod format;
pub mod handover;
pub mod inspect;
pub mod lint;
pub mod operator;
pub mod own;
pub mod phase;
pub mod plan;
pub mod profile;
pub mod provider;
pub mod render;
pub mod resolve;
pub mod rule;
pub mod schema;
pub mod search;
pub mod secret;
pub mod setting;
pub mod shown;
pub mod source;
pub mod template;
pub mod unknown;
pub mod userdata;
pub mod value;
pub mod yaml;
