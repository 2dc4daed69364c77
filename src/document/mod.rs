//! From bytes to the document, and back again to prove it.

mod cloud_config;
mod header;
mod terraform;
mod verify;

pub use cloud_config::encode;
pub use header::header;
pub use terraform::template;
pub use verify::verify;
