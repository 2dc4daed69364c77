//! What `firstlight inspect` shows of a document, for people and as data. Foreign text is shown without its secrets.

mod human;
mod json;

pub use human::human;
pub use json::json;
