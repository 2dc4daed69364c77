//! The compiler, from the text of a configuration to the document. Each module is one stage, or a table that stages
//! use.

pub mod catalogue;
mod clash;
mod compose_dialect;
pub(crate) mod compose_file;
pub mod config;
pub mod document;
pub(crate) mod embedded;
pub(crate) mod feasible;
pub mod files;
pub mod fleet;
pub(crate) mod handover;
pub(crate) mod image;
pub(crate) mod operator;
pub mod own;
pub(crate) mod part;
pub(crate) mod phase;
mod pipeline;
pub(crate) mod plan;
pub mod profile;
pub(crate) mod program;
pub mod render;
pub(crate) mod resolve;
pub mod schema;
pub(crate) mod search;
pub mod setting;
mod site_data;
pub mod starter;
pub(crate) mod template;
pub(crate) mod unknown;

pub use pipeline::*;
