//! The program of the server: the modules that a site needs, as a document carries them.

use std::collections::BTreeMap;

use bzip2::Compression;
use bzip2::write::BzEncoder;

use crate::finding::{Code, Diagnostic, Report};
use crate::host::{PROGRAM, PROGRAM_ARCHIVE, PROGRAM_DIGEST, all_modules, digest};
use crate::value::{GuestPath, HttpsUrl};

/// The program of a site, in the forms in which a document can carry it. Each is empty if the server's image
/// contains the program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Program {
    folder: BTreeMap<GuestPath, Vec<u8>>,
    archive: BTreeMap<GuestPath, Vec<u8>>,
    /// What a document says of the program if the server downloads it.
    address: Option<BTreeMap<GuestPath, Vec<u8>>>,
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
    /// Makes the program of these modules, by their paths below the program's folder. With an address, the server
    /// downloads an archive with all modules from there, instead of only those that the site needs.
    ///
    /// Returns `None`, with an error in the report, if the profile is not complete.
    pub(crate) fn of(modules: &Modules<'_>, address: Option<&HttpsUrl>, report: &mut Report) -> Option<Self> {
        let all = all_modules();
        let mut stripped = BTreeMap::new();
        for name in modules.keys() {
            let Some(packed) = all.get(name) else {
                let message = format!("there is no packed form of {name}");
                report.push(
                    Diagnostic::error(Code::BadProfile, message).help("run tests/host_side/strip.py --write"),
                );
                return None;
            };
            stripped.insert(*name, *packed);
        }
        let make = || {
            let address = address.map(|url| placed([digest_file(&digest(&all), &format!(" {url}"))]));
            Ok(Self {
                folder: folder(modules)?,
                archive: placed([
                    (PROGRAM_ARCHIVE.to_owned(), compressed(&stripped)?),
                    digest_file(&digest(&stripped), ""),
                ])?,
                address: address.transpose()?,
            })
        };
        report.keep(make().map_err(|why: String| cannot_be_made(&why)))
    }

    /// Whether there is no program.
    pub(crate) fn is_empty(&self) -> bool {
        self.folder.is_empty()
    }

    /// The files with which a document carries the program, each with the mode 0644; none if there is no program. If
    /// the server downloads it, that is its address in either form.
    pub(crate) fn files(&self, form: ProgramForm) -> &BTreeMap<GuestPath, Vec<u8>> {
        match (&self.address, form) {
            (Some(address), _) => address,
            (None, ProgramForm::Folder) => &self.folder,
            (None, ProgramForm::Archive) => &self.archive,
        }
    }

    /// Whether the server downloads the program.
    pub(crate) fn is_downloaded(&self) -> bool {
        self.address.is_some()
    }
}

/// The archive with all modules, which a server can download.
///
/// # Errors
/// The archive cannot be made.
pub(crate) fn whole() -> Result<Vec<u8>, Diagnostic> {
    compressed(&all_modules()).map_err(|why| cannot_be_made(&why))
}

fn cannot_be_made(why: &str) -> Diagnostic {
    Diagnostic::error(Code::Internal, format!("the program: {why}"))
}

/// A comment for the head of a document that names the program's digest; empty if there is no program.
#[must_use]
pub(crate) fn comment(program: &Program, form: ProgramForm) -> String {
    let is_digest = |path: &GuestPath| path.as_str().strip_prefix(PROGRAM) == Some(PROGRAM_DIGEST);
    let file = program.files(form).iter().find(|(path, _)| is_digest(path));
    let digest = file.map(|(_, bytes)| String::from_utf8_lossy(bytes)).unwrap_or_default();
    match digest.split_whitespace().next() {
        None => String::new(),
        Some(digest) => {
            format!("# The program on the server, which `firstlight inspect` shows: sha256:{digest}\n")
        }
    }
}

/// Modules, by their paths below the program's folder.
pub(crate) type Modules<'a> = BTreeMap<&'a str, &'a [u8]>;

fn folder(modules: &Modules<'_>) -> Result<BTreeMap<GuestPath, Vec<u8>>, String> {
    let digest = digest(modules);
    let files = modules.iter().map(|(name, bytes)| (format!("{digest}/{name}"), bytes.to_vec()));
    placed(files.chain([digest_file(&digest, "")]))
}

/// The file with the program's digest, and whatever is to follow that.
fn digest_file(digest: &str, more: &str) -> (String, Vec<u8>) {
    (PROGRAM_DIGEST.to_owned(), format!("{digest}{more}\n").into_bytes())
}

fn placed(
    files: impl IntoIterator<Item = (String, Vec<u8>)>,
) -> Result<BTreeMap<GuestPath, Vec<u8>>, String> {
    let placed = |(name, bytes)| {
        let path = GuestPath::parse(&format!("{PROGRAM}{name}")).map_err(|problem| problem.message)?;
        Ok((path, bytes))
    };
    files.into_iter().map(placed).collect()
}

/// A tar archive (ustar) without times and owners, in the order of the paths, compressed by bzip2: of what Python's
/// standard library can decompress, it is the smallest for this many short texts.
fn compressed(modules: &Modules<'_>) -> Result<Vec<u8>, String> {
    let mut archive = tar::Builder::new(BzEncoder::new(Vec::new(), Compression::best()));
    for (path, bytes) in modules {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        archive.append_data(&mut header, path, *bytes).map_err(|error| error.to_string())?;
    }
    archive.into_inner().and_then(BzEncoder::finish).map_err(|error| error.to_string())
}
