//! firstlight compiles a domain, a reference to a token and a site's settings into one cloud-init document, and reviews
//! anybody's user-data.
//!
//! # Making a document
//!
//! ```
//! let made = firstlight::render("domain: infrakt.example.com\n").expect("a good configuration");
//! assert!(made.document.text.starts_with("#cloud-config\n"));
//! // The same input makes the same bytes, wherever and whenever.
//! let again = firstlight::render("domain: infrakt.example.com\n").expect("a good configuration");
//! assert_eq!(made.document.text, again.document.text);
//! ```
//!
//! What is wrong comes back as a report, all of it at once, each with its place and what to do about it:
//!
//! ```
//! let report = firstlight::render("domain: infrakt.example.com\nbranch: 'a b'\nprovder: aws\n").expect_err("two mistakes");
//! let said = report.human(false);
//! assert!(said.contains("branch: 'a b'") && said.contains("did you mean `provider`?"));
//! ```
//!
//! # Reviewing one
//!
//! ```
//! let old = b"#cloud-config\nruncmd:\n- curl https://example.com/x | sh\n";
//! let new = b"#cloud-config\nruncmd:\n- echo hello\n";
//! // What is dead or dangerous in it:
//! let findings = firstlight::lint(&firstlight::decode("old", old), None);
//! assert_eq!(findings.diagnostics().len(), 1);
//! assert_eq!(findings.diagnostics()[0].code.name(), "pipe-to-shell");
//! // What a server will do with it:
//! assert!(firstlight::explain(&firstlight::decode("new", new)).nodes.iter().any(|node| node.lines.iter().any(|line| line.contains("echo hello"))));
//! // What changed, and how it reaches a server:
//! assert!(!firstlight::diff(old, new, None).expect("small enough").is_same());
//! ```
//!
//! # What it does not do
//!
//! Nothing here reads a file, a clock, the network, the environment or randomness; only `cli`, the feature that the
//! program is, does. Whoever calls [`compile::compile`] brings the files that a configuration names.
//! ARCHITECTURE.md has the map.

#![deny(
    clippy::dbg_macro,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::exit,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::todo,
    clippy::unimplemented,
    clippy::unwrap_used,
    missing_docs,
    rustdoc::broken_intra_doc_links
)]

pub mod base;
#[cfg(feature = "cli")]
pub mod cli;
pub mod cloud_init;
pub mod compile;
pub mod escape;
pub mod evidence;
pub mod finding;
pub mod format;
pub mod host;
pub mod provider;
pub mod review;
pub mod text;
pub mod userdata;
pub mod value;
pub mod yaml;

use compile::config::Flags;
use compile::document::DocumentOptions;
use compile::embedded::{Embedded, default_profile};
use compile::{Input, Output};
use finding::{Diagnostic, Report};
use provider::Provider;
use review::diff::{Diff, Side};
use review::explain::Story;
use text::source::Source;

pub use review::lint::lint;
pub use userdata::{UserData, decode};

/// Compiles a configuration that names no files, with the profiles that come with firstlight.
///
/// # Errors
/// Everything that is wrong with it. Warnings and notes are lost: to see them, call [`compile::compile`].
pub fn render(config: &str) -> Result<Output, Report> {
    let mut report = Report::default();
    let input = Input {
        config: Some(Source::file("firstlight.yaml", config)),
        flags: &Flags::default(),
        default_profile: default_profile(),
        today: None,
        embed_secret: false,
        options: &DocumentOptions::default(),
    };
    match compile::compile(&input, &Embedded, &mut report) {
        Some(made) if !report.has_errors() => Ok(made),
        _ => Err(report),
    }
}

/// Compares two documents; of a provider it is known what becomes of a changed one.
///
/// # Errors
/// One of them is more than can be compared.
pub fn diff(old: &[u8], new: &[u8], provider: Option<&'static Provider>) -> Result<Diff, Diagnostic> {
    let side = |name: &str, bytes: &[u8]| Side::document(&decode(name, bytes), bytes);
    Ok(Diff::of(&side("old", old)?, &side("new", new)?, provider))
}

/// What a server will do with a document, in order and by cause.
#[must_use]
pub fn explain(data: &UserData) -> Story {
    Story::of(data)
}
