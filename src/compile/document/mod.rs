//! Makes the document from the rendered files, and reads it back to verify it.

mod cloud_config;
mod encoding;
mod gzip;
mod header;
mod literal;
mod mime;
mod terraform;
mod value;
mod verify;

pub(crate) use cloud_config::{Packing, encode, encode_own};
pub(crate) use encoding::parts;
pub use encoding::{Document, DocumentOptions, Encoding, build, sizes};
pub(crate) use gzip::{gunzip, gzip};
pub(crate) use header::header;
pub(crate) use mime::merge_type;
pub(crate) use terraform::template;
pub(crate) use verify::{verify, verify_gzip};
