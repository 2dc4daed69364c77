//! The interface through which the files that a configuration names are read. The core has no file system, so its
//! caller implements [`ReadFile`].

use std::sync::Arc;

use crate::finding::Diagnostic;
use crate::text::source::{Place, Source};

/// Reads the files that a configuration or a flag names. The caller of the compiler implements it.
pub trait ReadFile {
    /// Returns the text, UTF-8, of the file that is named at `place`. A relative `path` starts at the folder
    /// of the file in which it is written, or at the working directory if it was given as a flag.
    ///
    /// # Errors
    /// The file cannot be read, is too large, or is not UTF-8.
    fn read_text(&self, place: &Place, path: &str) -> Result<Arc<Source>, Diagnostic>;

    /// Returns what lies at `path`, relative to the folder of `file`. Symbolic links are not followed.
    ///
    /// # Errors
    /// A phrase that says why the file or folder cannot be read.
    fn read_beside(&self, file: &Source, path: &str) -> Result<Beside, String>;
}

/// What lies at a path beside a file.
#[derive(Debug)]
pub enum Beside {
    /// Neither a file nor a folder lies there.
    Nothing,
    /// A single file lies there.
    File(Found),
    /// A folder lies there; these are all files in it and in the folders below it.
    Folder(Vec<Found>),
}

/// A file that was found beside another file.
#[derive(Debug)]
pub struct Found {
    /// The path relative to the folder that was asked for; empty if a file itself was asked for.
    pub path: String,
    /// The file's text.
    pub source: Arc<Source>,
    /// Whether the file has execute permission, so that it becomes an executable on the server.
    pub is_executable: bool,
}
