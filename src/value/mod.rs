//! Types for checked values, which are made by parsing a text.

mod acme;
mod date;
mod domain;
mod email;
mod image;
mod name;
mod path;
mod reference;
mod registry;
mod repository;
pub(crate) mod scheme;
mod system;
mod text;
mod url;
mod volume;

pub(crate) use acme::AcmeDirectory;
pub(crate) use date::Date;
pub(crate) use domain::Domain;
pub(crate) use email::Email;
pub(crate) use image::Image;
pub use name::{ContainerName, HostName, Name, ServiceName, Variable};
pub(crate) use path::absolute;
pub use path::{Folder, GuestPath, Mode, UrlPath};
pub(crate) use reference::HOLES;
pub use reference::{Argument, Location, SecretRef, SecretUri};
pub(crate) use reference::{CREDENTIALS, Doubt, Slip, holds_a_secret, is_for_a_secret};
pub use registry::{RegistryHost, RegistryUser};
pub use repository::{Branch, FileName, Repository};
pub use scheme::{Arrival, Scheme};
pub(crate) use system::{is_below, of_the_system};
pub use text::{HeaderName, StatusText, Text};
pub use url::HttpsUrl;
pub(crate) use volume::{Volume, is_engine};

use std::ops::Range;

use crate::base::problem::Problem;

/// Returns an error if `text` is empty, or if it contains a character that `allowed` refuses; the error names the first
/// such character.
fn only(text: &str, allowed: impl Fn(char) -> bool, what: &str, help: &str) -> Result<(), Problem> {
    if text.is_empty() {
        return Err(Problem::new(format!("{what} cannot be empty"), help));
    }
    match text.char_indices().find(|(_, c)| !allowed(*c)) {
        None => Ok(()),
        Some((at, c)) => {
            Err(Problem::new(format!("{what} cannot contain {}", describe(c)), help)
                .part(at..at + c.len_utf8()))
        }
    }
}

/// Describes a character for a message.
fn describe(c: char) -> String {
    match c {
        ' ' => "a space".to_owned(),
        '\n' | '\r' => "a line break".to_owned(),
        '\t' => "a tab".to_owned(),
        '`' => "a backtick".to_owned(),
        c if c.is_control() || (!c.is_ascii() && !c.is_alphanumeric()) => {
            format!("the character U+{:04X}", u32::from(c))
        }
        c => format!("`{c}`"),
    }
}

/// The byte range of `part` in `whole`, of which it must be a slice.
fn range_in(whole: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize).min(whole.len());
    start..(start + part.len()).min(whole.len())
}

/// Implements `as_str`, `Display` and `Serialize` for a type that wraps a `String`.
macro_rules! text_value {
    ($name:ident) => {
        impl $name {
            /// The value as text, in its normal form.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    };
}
use text_value;

#[cfg(test)]
mod tests;
