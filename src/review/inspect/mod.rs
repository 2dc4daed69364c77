//! What `firstlight inspect` shows of a document, as text and as JSON. Secrets in the document are masked.

mod human;
mod json;

pub use human::human;
pub use json::json;
