//! The program of the server: where a document has it, and the modules that this version of firstlight makes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use include_dir::{Dir, include_dir};

use super::{PROGRAM, PROGRAM_ARCHIVE, PROGRAM_DIGEST};
use crate::base::digest::sha256;

/// The modules as they were written, and as an archive has them.
static FORMS: [Dir<'_>; 2] = [
    include_dir!("$CARGO_MANIFEST_DIR/profiles/_host/files/usr/local/lib/firstlight"),
    include_dir!("$CARGO_MANIFEST_DIR/profiles/_host/packed/usr/local/lib/firstlight"),
];

/// Whether a module has the content that this version of firstlight gives it, in one of its two forms. `name` is the
/// path below the program's folder.
pub(crate) fn is_module(name: &str, bytes: &[u8]) -> bool {
    FORMS.iter().any(|form| form.get_file(name).is_some_and(|file| file.contents() == bytes))
}

/// Whether a line, without the white space around it, is one of the program's code. Everybody can read that, so it
/// contains no secret, even if its names suggest one.
pub(crate) fn is_code(line: &str) -> bool {
    static LINES: OnceLock<BTreeSet<&str>> = OnceLock::new();
    let all = || {
        let modules = FORMS.iter().flat_map(modules);
        let texts = modules.filter_map(|(_, bytes)| std::str::from_utf8(bytes).ok());
        texts.flat_map(str::lines).map(str::trim).collect()
    };
    LINES.get_or_init(all).contains(line)
}

/// All modules of this version as an archive has them, by their paths below the program's folder.
pub(crate) fn all_modules() -> BTreeMap<&'static str, &'static [u8]> {
    modules(&FORMS[1])
}

fn modules(form: &'static Dir<'static>) -> BTreeMap<&'static str, &'static [u8]> {
    let mut modules = BTreeMap::new();
    let mut folders = vec![form];
    while let Some(folder) = folders.pop() {
        let named = folder.files().filter_map(|file| Some((file.path().to_str()?, file.contents())));
        modules.extend(named);
        folders.extend(folder.dirs());
    }
    modules
}

/// What a file below [`PROGRAM`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProgramFile<'a> {
    /// The archive with all modules.
    Archive,
    /// The file with the program's digest.
    Digest,
    /// A module in the folder from which the program runs, by its path in that folder.
    Module(&'a str),
}

impl<'a> ProgramFile<'a> {
    /// Returns `None` if the file at this absolute path is no part of the program.
    pub(crate) fn of(path: &'a str) -> Option<Self> {
        match path.strip_prefix(PROGRAM)? {
            PROGRAM_ARCHIVE => Some(Self::Archive),
            PROGRAM_DIGEST => Some(Self::Digest),
            name => name.split_once('/').map(|(_, module)| Self::Module(module)),
        }
    }
}

/// The digest of a program: SHA-256, in hexadecimal, of the lines that `sha256sum` prints for its modules in the order
/// of their paths. It does not depend on how an archive is compressed, and can be computed on the server.
pub(crate) fn digest(modules: &BTreeMap<&str, &[u8]>) -> String {
    let lines: String = modules.iter().map(|(name, bytes)| format!("{}  {name}\n", sha256(bytes))).collect();
    sha256(lines.as_bytes())
}
