//! From bytes to the document, and back again to prove it.

mod cloud_config;
mod encoding;
mod gzip;
mod header;
mod literal;
mod mime;
mod terraform;
mod value;
mod verify;

pub use cloud_config::{Packing, encode, encode_own};
pub use encoding::{Document, DocumentOptions, Encoding, build, sizes};
pub use gzip::{gunzip, gzip};
pub use header::header;

pub use terraform::template;
pub use verify::{verify, verify_gzip};
