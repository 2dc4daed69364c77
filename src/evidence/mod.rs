//! Evidence that a text contains a secret: its shape, a name or a place that suggests one, or that it looks random.
//!
//! The code that refuses, that warns and that hides all use this one search. A clue never contains the secret, only its
//! place and a description. A text is never refused only because it looks random.
//!
//! The search begins in `text` for a text that was not parsed, and in `value` for a value with its name. Both use the
//! modules that recognize one kind of evidence. `mask`, `command_line` and `known` hide what was found.

mod alike;
mod argument;
mod block;
mod clue;
mod command_line;
mod file_format;
mod filler;
mod known;
mod line;
mod literal;
mod mask;
mod name;
mod named;
mod pair;
mod plausible;
mod public;
mod text;
mod url;
mod value;
mod words;

pub(crate) use alike::is_for_the_value;
pub(crate) use argument::is_of_option;
pub use clue::{Clue, ClueKind};
pub use command_line::in_arguments;
pub(crate) use known::Known;
pub(crate) use literal::is_label;
pub(crate) use mask::starred_if_sure;
pub use mask::{hidden, redacted, starred};
pub(crate) use name::name_within;
pub use pair::split_pair;
pub use text::in_text;
pub use value::in_value;
pub(crate) use value::{in_literal, reference};

#[cfg(test)]
mod tests;
