//! firstlight compiles a domain, a token reference and repo settings into one cloud-init document.
//!
//! The compiler is pure: same input, same bytes, no file system, clock, network, environment or
//! randomness. Only [`edge`] touches the world. See ARCHITECTURE.md.

pub mod compile;
pub mod config;
pub mod diagnostic;
pub mod document;
pub mod edge;
pub mod escape;
pub mod plan;
pub mod profile;
pub mod provider;
pub mod render;
pub mod resolve;
pub mod schema;
pub mod secret;
pub mod setting;
pub mod source;
pub mod template;
pub mod value;
pub mod yaml;
