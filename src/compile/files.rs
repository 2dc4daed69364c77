//! Files that the user names, and whoever reads them: the core knows no file system.

use std::sync::Arc;

use crate::finding::Diagnostic;
use crate::text::source::{Place, Source};

/// Reads files the user names. Whoever calls the core brings this.
pub trait ReadFile {
    /// The text of a file named at `place`; relative paths start where that place is.
    ///
    /// # Errors
    /// The file cannot be read, is too large, or is not text.
    fn read_text(&self, place: &Place, path: &str) -> Result<Arc<Source>, Diagnostic>;

    /// What lies at a relative path beside a file. Links are not followed.
    ///
    /// # Errors
    /// Why it cannot be read, in words.
    fn read_beside(&self, file: &Source, path: &str) -> Result<Beside, String>;
}

/// What lies beside a file.
#[derive(Debug)]
pub enum Beside {
    /// Nothing.
    Nothing,
    /// A file.
    File(Found),
    /// A folder, with all files below it.
    Folder(Vec<Found>),
}

/// A file that was found.
#[derive(Debug)]
pub struct Found {
    /// Its path from the folder that was asked for; empty for that file itself.
    pub path: String,
    /// What is in it.
    pub source: Arc<Source>,
    /// Whether it can be run.
    pub is_executable: bool,
}
