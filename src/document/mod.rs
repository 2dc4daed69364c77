//! From bytes to the document, and back again to prove it.

mod cloud_config;
mod header;
mod verify;

pub use cloud_config::encode;
pub use header::header;
pub use verify::verify;
