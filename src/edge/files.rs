//! Reading: configurations, the user's files, profiles embedded and of the user's own.

use std::io::{ErrorKind, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use super::walk::collect;
use super::{beside, cannot_read, inside};
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::profile::{ReadProfile, Tree, is_folder};
use crate::setting::{Beside, ReadFile};
use crate::source::{Place, Source};
use crate::userdata::MAX_INPUT;
use crate::yaml::MAX_BYTES;

static PROFILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/profiles");

/// Largest list of hosts.
const MAX_HOSTS_BYTES: usize = 64 << 20;

/// The profile that holds if none is named.
pub(super) fn default_profile() -> &'static str {
    PROFILES.get_file("default").and_then(|file| file.contents_utf8()).map_or("", str::trim)
}

/// The file system, as the compiler asks for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct World {
    /// Whether a file may name what lies outside of its repository.
    pub(super) allow_outside: bool,
}

impl World {
    /// What a file names stays within its repository; on the command line a path is as good as any.
    fn check(self, place: Option<&Place>, path: &str, found: &Path) -> Result<(), Diagnostic> {
        let file = place.map(|place| &place.source).filter(|source| !source.command_line);
        let Some(source) = file.filter(|_| !self.allow_outside) else { return Ok(()) };
        let problem = |why: &str| {
            let problem = cannot_read(path, why).help(inside::HELP);
            match place {
                Some(place) => problem.at(place, ""),
                None => problem,
            }
        };
        if Path::new(path).is_absolute() {
            return Err(problem("a file can name others only by paths that start at its own folder"));
        }
        let folder = Path::new(&source.name).parent().unwrap_or(Path::new(""));
        inside::check(&inside::root(folder), found).map_err(|why| problem(&why))
    }
}

/// A relative path in a file starts at the file's folder; one on the command line at the working directory.
fn found_at(place: Option<&Place>, path: &str) -> PathBuf {
    let file = place.map(|place| &place.source).filter(|source| !source.command_line);
    file.and_then(|source| Path::new(&source.name).parent())
        .map_or_else(|| PathBuf::from(path), |folder| folder.join(path))
}

impl ReadFile for World {
    fn read_text(&self, place: &Place, path: &str) -> Result<Arc<Source>, Diagnostic> {
        let found = found_at(Some(place), path);
        self.check(Some(place), path, &found)?;
        let shown = found.to_string_lossy();
        let text = read(&found).map_err(|why| cannot_read(&shown, &why).at(place, ""))?;
        Ok(Source::file(&shown, &text))
    }

    fn read_beside(&self, file: &Source, path: &str) -> Result<Beside, String> {
        beside::read(file, path)
    }
}

impl ReadProfile for World {
    fn read_profile(&self, name: &str, place: Option<&Place>) -> Result<Tree, Diagnostic> {
        let at = |problem: Diagnostic| match place {
            Some(place) => problem.at(place, ""),
            None => problem,
        };
        if is_folder(name) {
            let mut tree = Tree::new();
            let found = found_at(place, name);
            self.check(place, name, &found)?;
            return match collect(&found, "", 0, &mut tree) {
                Ok(()) => Ok(tree),
                Err(why) => Err(at(cannot_read(name, &why))),
            };
        }
        // What begins with an underscore is a part of others, for the compiler alone.
        match PROFILES.get_dir(name).filter(|_| place.is_none() || !name.starts_with('_')) {
            Some(dir) => Ok(embedded(dir, name)),
            None => {
                let names = named_profiles();
                Err(at(Diagnostic::error(Code::UnknownName, format!("there is no profile `{name}`"))
                    .help(suggest(name, names.iter().map(String::as_str).chain(["./FOLDER"])))))
            }
        }
    }

    fn profile_names(&self) -> Vec<String> {
        named_profiles()
    }
}

/// What begins with an underscore is a part of others.
fn named_profiles() -> Vec<String> {
    let names = PROFILES.dirs().filter_map(|dir| dir.path().to_str()).filter(|name| !name.starts_with('_'));
    names.map(str::to_owned).collect()
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

pub(super) fn read(path: &Path) -> Result<String, String> {
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
