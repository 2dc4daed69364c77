//! Reading: configurations, the user's files, profiles embedded and of the user's own.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use super::{cannot_read, listing};
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::profile::{ReadProfile, Tree};
use crate::setting::ReadFile;
use crate::source::{Place, Source};
use crate::userdata::MAX_INPUT;
use crate::yaml::MAX_BYTES;

static PROFILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/profiles");

/// Most files and deepest nesting a profile of the user's may have.
const MAX_FILES: usize = 1000;
const MAX_DEPTH: usize = 16;
/// Largest list of hosts.
const MAX_HOSTS_BYTES: usize = 64 << 20;

/// Most files and folders that are walked through.
const MAX_WALKED: usize = 1_000_000;
/// Most files of a folder to be compared, and most bytes that they may have.
const MAX_FOLDER_FILES: usize = 10_000;
const MAX_FOLDER_BYTES: usize = 64 << 20;

/// The profile that holds if none is named.
pub(super) fn default_profile() -> &'static str {
    PROFILES.get_file("default").and_then(|file| file.contents_utf8()).map_or("", str::trim)
}

/// The file system, as the compiler asks for it.
#[derive(Debug)]
pub(super) struct World;

/// A relative path in a file starts at the file's folder; one on the command line at the working directory.
fn found_at(place: Option<&Place>, path: &str) -> PathBuf {
    let file = place.map(|place| &place.source).filter(|source| !source.command_line);
    file.and_then(|source| Path::new(&source.name).parent())
        .map_or_else(|| PathBuf::from(path), |folder| folder.join(path))
}

impl ReadFile for World {
    fn read_text(&self, place: &Place, path: &str) -> Result<Arc<Source>, Diagnostic> {
        let found = found_at(Some(place), path);
        let shown = found.to_string_lossy();
        let text = read(&found).map_err(|why| cannot_read(&shown, &why).at(place, ""))?;
        Ok(Source::file(&shown, &text))
    }
}

impl ReadProfile for World {
    fn read_profile(&self, name: &str, place: Option<&Place>) -> Result<Tree, Diagnostic> {
        let at = |problem: Diagnostic| match place {
            Some(place) => problem.at(place, ""),
            None => problem,
        };
        if name.contains(['/', '.']) {
            let mut tree = Tree::new();
            return match collect(&found_at(place, name), "", 0, &mut tree) {
                Ok(()) => Ok(tree),
                Err(why) => Err(at(cannot_read(name, &why))),
            };
        }
        // What begins with an underscore is a part of others, for the compiler alone.
        match PROFILES.get_dir(name).filter(|_| place.is_none() || !name.starts_with('_')) {
            Some(dir) => Ok(embedded(dir, name)),
            None => {
                let names = PROFILES
                    .dirs()
                    .filter_map(|dir| dir.path().to_str())
                    .filter(|name| !name.starts_with('_'));
                Err(at(Diagnostic::error(Code::UnknownName, format!("there is no profile `{name}`"))
                    .help(suggest(name, names.chain(["./FOLDER"])))))
            }
        }
    }
}

fn embedded(dir: &Dir<'_>, root: &str) -> Tree {
    let mut tree = Tree::new();
    for file in dir.files() {
        if let Some(path) = file.path().strip_prefix(root).ok().and_then(Path::to_str) {
            tree.insert(path.replace('\\', "/"), file.contents().to_vec());
        }
    }
    for inner in dir.dirs() {
        tree.extend(embedded(inner, root));
    }
    tree
}

/// Reads a folder of the user's; links are not followed, so nothing outside it gets into a document.
fn collect(folder: &Path, below: &str, depth: usize, tree: &mut Tree) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err(format!("folders nested more than {MAX_DEPTH} deep"));
    }
    for entry in std::fs::read_dir(folder).map_err(|e| in_words(&e, "folder"))? {
        let entry = entry.map_err(|e| in_words(&e, "folder"))?;
        let kind = entry.file_type().map_err(|e| in_words(&e, "file"))?;
        let name =
            entry.file_name().into_string().map_err(|name| format!("{} is not UTF-8", name.display()))?;
        let path = format!("{below}{name}");
        if kind.is_dir() {
            collect(&entry.path(), &format!("{path}/"), depth + 1, tree)?;
        } else if kind.is_file() {
            tree.insert(
                path.clone(),
                read(&entry.path()).map_err(|why| format!("{path}: {why}"))?.into_bytes(),
            );
        } else {
            return Err(format!("{path} is neither a file nor a folder (links are not followed)"));
        }
        if tree.len() > MAX_FILES {
            return Err(format!("more than {MAX_FILES} files"));
        }
    }
    Ok(())
}

/// The files below a folder to be compared: path, content, whether it can be run. A link is what it leads to, in words.
pub(super) fn read_folder(folder: &Path) -> Result<Vec<(String, Vec<u8>, bool)>, String> {
    let (mut found, mut open, mut left) =
        (Vec::new(), vec![(folder.to_owned(), String::new(), 0)], MAX_FOLDER_BYTES);
    while let Some((folder, below, depth)) = open.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|e| in_words(&e, "folder"))? {
            let entry = entry.map_err(|e| in_words(&e, "folder"))?;
            let name =
                entry.file_name().into_string().map_err(|name| format!("{} is not UTF-8", name.display()))?;
            if depth == 0 && name == listing::NAME {
                continue;
            }
            let (path, at) = (format!("{below}{name}"), entry.path());
            let why = |error: std::io::Error| format!("{path}: {}", in_words(&error, "file"));
            let meta = entry.metadata().map_err(why)?;
            if meta.is_dir() {
                if depth == MAX_DEPTH {
                    return Err(format!("folders nested more than {MAX_DEPTH} deep"));
                }
                open.push((at, format!("{path}/"), depth + 1));
                continue;
            }
            let bytes = if meta.is_symlink() {
                format!("a link to {}\n", std::fs::read_link(&at).map_err(why)?.display()).into_bytes()
            } else if meta.is_file() {
                let mut bytes = Vec::new();
                let file = std::fs::File::open(&at).map_err(why)?;
                file.take(left as u64 + 1).read_to_end(&mut bytes).map_err(why)?;
                bytes
            } else {
                return Err(format!("{path} is neither a file nor a folder"));
            };
            left = left
                .checked_sub(bytes.len())
                .ok_or_else(|| format!("it holds more than {} MiB", MAX_FOLDER_BYTES >> 20))?;
            found.push((path, bytes, std::os::unix::fs::MetadataExt::mode(&meta) & 0o111 != 0));
            if found.len() > MAX_FOLDER_FILES {
                return Err(format!("more than {MAX_FOLDER_FILES} files"));
            }
        }
    }
    Ok(found)
}

/// The names of the files and of the folders in each folder below one; hidden folders and links are left out.
pub(super) type Names = BTreeMap<PathBuf, (BTreeSet<String>, BTreeSet<String>)>;

/// What lies in a folder, and below it if asked for.
pub(super) fn walk(top: &Path, deep: bool) -> Result<Names, String> {
    let (mut found, mut open, mut count) = (Names::new(), vec![(top.to_owned(), 0)], 0);
    while let Some((folder, depth)) = open.pop() {
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
        let (mut files, mut folders) = (BTreeSet::new(), BTreeSet::new());
        for entry in std::fs::read_dir(here).map_err(|e| in_words(&e, "folder"))? {
            let entry = entry.map_err(|e| in_words(&e, "folder"))?;
            let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) else { continue };
            count += 1;
            if name == listing::NAME {
                continue;
            }
            if kind.is_dir() && !name.starts_with('.') {
                if deep && depth < MAX_DEPTH {
                    open.push((folder.join(&name), depth + 1));
                }
                folders.insert(name);
            } else if kind.is_file() || entry.path().is_file() {
                files.insert(name);
            }
        }
        if count > MAX_WALKED {
            return Err(format!("it holds more than {MAX_WALKED} files"));
        }
        found.insert(folder, (files, folders));
    }
    Ok(found)
}

/// A configuration: a text file, or standard input for `-`.
pub(super) fn read_config(path: &Path) -> Result<String, String> {
    read_named(path, MAX_BYTES)
}

/// The hosts of a fleet, which may be many.
pub(super) fn read_hosts(path: &Path) -> Result<String, String> {
    read_named(path, MAX_HOSTS_BYTES)
}

fn read_named(path: &Path, most: usize) -> Result<String, String> {
    if path == Path::new("-") { read_from(std::io::stdin().lock(), most) } else { read_file(path, most) }
}

/// Somebody's user-data, or as much of it as is read: one byte more shows that it is too large.
pub(super) fn read_user_data(path: &Path) -> Result<Vec<u8>, String> {
    let from: Box<dyn Read> =
        if path == Path::new("-") { Box::new(std::io::stdin().lock()) } else { Box::new(open(path)?) };
    let mut bytes = Vec::new();
    from.take(MAX_INPUT as u64 + 1).read_to_end(&mut bytes).map_err(|error| in_words(&error, "file"))?;
    Ok(bytes)
}

fn read(path: &Path) -> Result<String, String> {
    read_file(path, MAX_BYTES)
}

fn read_file(path: &Path, most: usize) -> Result<String, String> {
    read_from(open(path)?, most)
}

/// A named pipe that nobody writes to would keep us waiting for ever; what a shell hands over by `<(…)` or as standard
/// input is a pipe as well, and is open already.
fn open(path: &Path) -> Result<std::fs::File, String> {
    let is_open = ["/dev/fd", "/dev/stdin", "/proc"].iter().any(|open| path.starts_with(open));
    match path.metadata().map(|meta| meta.file_type()) {
        Ok(kind) if kind.is_dir() => return Err("it is a folder".to_owned()),
        Ok(kind) if kind.is_fifo() && !is_open => {
            return Err("it is a named pipe; give it as standard input, and write - instead".to_owned());
        }
        Ok(kind) if kind.is_socket() => return Err("it is a socket".to_owned()),
        _ => {}
    }
    std::fs::File::open(path).map_err(|error| in_words(&error, "file"))
}

/// What went wrong, without the names of temporary files.
pub(super) fn in_words(error: &std::io::Error, what: &str) -> String {
    let plain = |error: &std::io::Error| {
        let said = error.to_string();
        said.split(" (os error").next().unwrap_or_default().to_lowercase()
    };
    match error.kind() {
        ErrorKind::NotFound => format!("there is no such {what}"),
        ErrorKind::NotADirectory => "it is not a folder".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::InvalidFilename => "a name in its path, or all of it, is too long".to_owned(),
        kind if error.raw_os_error().is_none() && kind != ErrorKind::Other => plain(&kind.into()),
        _ => plain(error),
    }
}

fn read_from(from: impl Read, most: usize) -> Result<String, String> {
    let mut bytes = Vec::new();
    from.take(most as u64 + 1).read_to_end(&mut bytes).map_err(|error| in_words(&error, "file"))?;
    if bytes.len() > most {
        return Err(format!("it is larger than {most} bytes"));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(valid).filter(|b| **b == b'\n').count() + 1;
        format!("it is not UTF-8 text (line {line})")
    })?;
    match text.find('\0') {
        Some(at) => Err(format!(
            "it holds a NUL character (line {})",
            text.get(..at).map_or(1, |t| t.matches('\n').count() + 1)
        )),
        None => Ok(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned)),
    }
}
