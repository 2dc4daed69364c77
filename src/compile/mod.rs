//! The compiler: text, configuration, values, plan, bytes, document; each module is one stage, or a table that stages ask.

mod clash;
pub mod compose_file;
mod compose_yaml;
pub mod config;
pub mod document;
pub mod embedded;
pub mod feasible;
pub mod files;
pub mod fleet;
pub mod handover;
pub mod image;
pub mod operator;
pub mod own;
pub mod part;
pub mod phase;
mod pipeline;
pub mod plan;
pub mod profile;
pub mod render;
pub mod resolve;
pub mod schema;
pub mod search;
pub mod setting;
pub mod template;
pub mod unknown;

pub use pipeline::*;
