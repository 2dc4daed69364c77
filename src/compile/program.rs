//! The program of the server: the modules that a site needs, as a document carries them.

use std::collections::BTreeMap;

use bzip2::Compression;
use bzip2::write::BzEncoder;

use crate::compile::profile::Profile;
use crate::compile::render::RenderedFile;
use crate::finding::{Code, Diagnostic, Report};
use crate::host::{PROGRAM, PROGRAM_ARCHIVE, PROGRAM_DIGEST, digest};
use crate::value::{GuestPath, Mode};

/// The program of a site, in the two forms in which a document can carry it. Both are empty if the document contains the
/// scripts, or if the server's image contains the program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Program {
    folder: BTreeMap<GuestPath, RenderedFile>,
    archive: BTreeMap<GuestPath, RenderedFile>,
}

/// How a document carries the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProgramForm {
    /// Each module is a file that a person can read, in the folder from which it runs.
    Folder,
    /// The modules without comments, docstrings and types are one archive, which the launcher on the server unpacks.
    /// A module has the same lines in both forms, so a traceback fits either.
    Archive,
}

impl Program {
    /// Takes the program's modules out of the files of a document.
    ///
    /// Returns `None`, with an error in the report, if the profile is not complete.
    pub(crate) fn take(
        files: &mut BTreeMap<GuestPath, RenderedFile>,
        host: &Profile,
        report: &mut Report,
    ) -> Option<Self> {
        let is_module = |path: &GuestPath| path.as_str().starts_with(PROGRAM);
        let (modules, others): (BTreeMap<_, _>, _) =
            std::mem::take(files).into_iter().partition(|(path, _)| is_module(path));
        *files = others;
        let mut stripped = BTreeMap::new();
        for path in modules.keys() {
            let Some(packed) = host.packed.get(path.as_str()) else {
                let message = format!("there is no packed form of {path}");
                report.push(
                    Diagnostic::error(Code::BadProfile, message).help("run tests/host_side/strip.py --write"),
                );
                return None;
            };
            stripped.insert(name(path), packed.text.as_bytes());
        }
        let source = modules.iter().map(|(path, file)| (name(path), file.bytes.as_slice())).collect();
        let made = folder(&source).and_then(|folder| Ok(Self { folder, archive: archive(&stripped)? }));
        report.keep(made.map_err(|why| Diagnostic::error(Code::Internal, format!("the program: {why}"))))
    }

    /// Whether there is no program.
    pub(crate) fn is_empty(&self) -> bool {
        self.folder.is_empty()
    }

    /// The files with which a document carries the program; none if there is no program.
    pub(crate) const fn files(&self, form: ProgramForm) -> &BTreeMap<GuestPath, RenderedFile> {
        match form {
            ProgramForm::Folder => &self.folder,
            ProgramForm::Archive => &self.archive,
        }
    }
}

/// A comment for the head of a document that names the program's digest; empty if there is no program.
#[must_use]
pub(crate) fn comment(program: &Program, form: ProgramForm) -> String {
    let is_digest = |path: &GuestPath| name(path) == PROGRAM_DIGEST;
    let file = program.files(form).iter().find(|(path, _)| is_digest(path)).map(|(_, file)| &file.bytes);
    let digest = file.map(|bytes| String::from_utf8_lossy(bytes)).unwrap_or_default();
    match digest.trim() {
        "" => String::new(),
        digest => format!("# The program on the server, which `firstlight inspect` shows: sha256 {digest}\n"),
    }
}

/// The path of a module below the program's folder.
fn name(path: &GuestPath) -> &str {
    path.as_str().strip_prefix(PROGRAM).unwrap_or_default()
}

type Modules<'a> = BTreeMap<&'a str, &'a [u8]>;

fn folder(modules: &Modules<'_>) -> Result<BTreeMap<GuestPath, RenderedFile>, String> {
    let digest = digest(modules);
    let files = modules.iter().map(|(name, bytes)| (format!("{digest}/{name}"), bytes.to_vec()));
    placed(files.chain([digest_file(&digest)]))
}

fn archive(modules: &Modules<'_>) -> Result<BTreeMap<GuestPath, RenderedFile>, String> {
    let bytes = compressed(modules).map_err(|error| error.to_string())?;
    placed([(PROGRAM_ARCHIVE.to_owned(), bytes), digest_file(&digest(modules))])
}

fn digest_file(digest: &str) -> (String, Vec<u8>) {
    (PROGRAM_DIGEST.to_owned(), format!("{digest}\n").into_bytes())
}

fn placed(
    files: impl IntoIterator<Item = (String, Vec<u8>)>,
) -> Result<BTreeMap<GuestPath, RenderedFile>, String> {
    let placed = |(name, bytes)| {
        let path = GuestPath::parse(&format!("{PROGRAM}{name}")).map_err(|problem| problem.message)?;
        Ok((path, RenderedFile { mode: Mode::DEFAULT, bytes }))
    };
    files.into_iter().map(placed).collect()
}

/// A tar archive (ustar) without times and owners, in the order of the paths, compressed by bzip2: of what Python's
/// standard library can decompress, it is the smallest for this many short texts.
fn compressed(modules: &Modules<'_>) -> std::io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(BzEncoder::new(Vec::new(), Compression::best()));
    for (path, bytes) in modules {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        archive.append_data(&mut header, path, *bytes)?;
    }
    archive.into_inner()?.finish()
}
