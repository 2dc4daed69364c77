//! firstlight compiles a domain, a reference to a token and the settings of a site into one cloud-init document, and
//! reviews any user-data document.
//!
//! # Making a document
//!
//! ```
//! let made = firstlight::render("domain: infrakt.example.com\n").expect("a good configuration");
//! assert!(made.document.text.starts_with("#cloud-config\n"));
//! // The same input always makes the same bytes.
//! let again = firstlight::render("domain: infrakt.example.com\n").expect("a good configuration");
//! assert_eq!(made.document.text, again.document.text);
//! ```
//!
//! If there are errors, a report with all of them is returned, each with its place and advice:
//!
//! ```
//! let report = firstlight::render("domain: infrakt.example.com\nbranch: 'a b'\nprovder: aws\n").expect_err("two mistakes");
//! let said = report.human(false);
//! assert!(said.contains("branch: 'a b'") && said.contains("did you mean `provider`?"));
//! ```
//!
//! # Reviewing a document
//!
//! ```
//! let old = b"#cloud-config\nruncmd:\n- curl https://example.com/x | sh\n";
//! let new = b"#cloud-config\nruncmd:\n- echo hello\n";
//! // What has no effect or is dangerous:
//! let findings = firstlight::lint(&firstlight::decode("old", old), None);
//! assert_eq!(findings.diagnostics().len(), 1);
//! assert_eq!(findings.diagnostics()[0].code.name(), "pipe-to-shell");
//! // What a server does with it:
//! assert!(firstlight::explain(&firstlight::decode("new", new)).nodes.iter().any(|node| node.lines.iter().any(|line| line.contains("echo hello"))));
//! // What changed, and how the change gets to a server:
//! assert!(!firstlight::diff(old, new, None).expect("small enough").is_same());
//! ```
//!
//! # What it does not do
//!
//! Outside of the module `cli`, which is the program and an optional feature, no code accesses files, the clock, the
//! network, the environment or a source of randomness. The caller of [`compile::compile`] provides the files that a
//! configuration names. ARCHITECTURE.md describes all modules.

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
use compile::program::whole;
use compile::{Input, Output};
use finding::{Diagnostic, Report};
use provider::Provider;
use review::diff::{Diff, Side};
use review::explain::Story;
use text::source::Source;

pub use review::lint::lint;
pub use userdata::{UserData, decode};

/// Compiles the text of a configuration that names no files, with the profiles that come with firstlight.
///
/// Warnings and notes are dropped if there is no error; [`compile::compile`] reports them too.
///
/// # Errors
/// The configuration has at least one error. The report contains all of them, and the warnings and notes.
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

/// Returns the program that runs on servers, as an archive (tar, compressed by bzip2) that a server can download.
///
/// # Errors
/// The archive cannot be made.
pub fn program() -> Result<Vec<u8>, Diagnostic> {
    whole()
}

/// Compares two documents, given as the bytes of user-data.
///
/// With a provider, the result also says how the new document gets to a server there.
///
/// # Errors
/// One of the documents is larger than the limits within which documents are read and compared.
pub fn diff(old: &[u8], new: &[u8], provider: Option<&'static Provider>) -> Result<Diff, Diagnostic> {
    let side = |name: &str, bytes: &[u8]| Side::document(&decode(name, bytes), bytes);
    Ok(Diff::of(&side("old", old)?, &side("new", new)?, provider))
}

/// Describes what a server does with a document, as a graph of steps in their order.
#[must_use]
pub fn explain(data: &UserData) -> Story {
    Story::of(data)
}
