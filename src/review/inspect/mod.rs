//! What `firstlight inspect` shows of a document, as text and as JSON. Secrets in the document are masked.

mod json;
mod text;

pub use json::json;
pub use text::human;
