//! Diagnostics and reports: what is wrong, where, and what to do about it.

mod annotate;
mod code;
mod diagnostic;
mod redact;
mod report;
pub mod rule;
mod show;

pub use annotate::sarif;
pub use code::{Code, RuleCode};
pub use diagnostic::{Diagnostic, Help, Severity};
pub use report::Report;
pub use show::json;
