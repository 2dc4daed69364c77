//! Reads one file or standard input, up to a limit. The errors are phrases for messages.

use std::io::{ErrorKind, Read};
use std::path::Path;

use super::platform::{is_pipe, is_socket};
use super::terminal::{detail, named};
use crate::userdata::MAX_INPUT;
use crate::yaml::MAX_BYTES;

/// The largest list of hosts, in bytes.
const MAX_HOSTS_BYTES: usize = 64 << 20;

/// Reads a configuration: a text file, or standard input for `-`.
pub(super) fn read_config(path: &Path) -> Result<String, String> {
    read_named(path, MAX_BYTES)
}

/// Reads the list of hosts of a fleet, which may be long.
pub(super) fn read_hosts(path: &Path) -> Result<String, String> {
    read_named(path, MAX_HOSTS_BYTES)
}

/// Reads a text file, or standard input for `-`, of at most `most` bytes.
fn read_named(path: &Path, most: usize) -> Result<String, String> {
    if path == Path::new("-") { read_from(std::io::stdin().lock(), most) } else { read_file(path, most) }
}

/// Reads user-data, or the beginning of it. One byte more than the limit shows that it is too large.
pub(super) fn read_user_data(path: &Path) -> Result<Vec<u8>, String> {
    let from: Box<dyn Read> =
        if path == Path::new("-") { Box::new(std::io::stdin().lock()) } else { Box::new(open(path)?) };
    let mut bytes = Vec::new();
    from.take(MAX_INPUT as u64 + 1).read_to_end(&mut bytes).map_err(|error| in_words(&error, "file"))?;
    Ok(bytes)
}

/// Reads a text file, such as one that a configuration names.
pub(super) fn read(path: &Path) -> Result<String, String> {
    read_file(path, MAX_BYTES)
}

fn read_file(path: &Path, most: usize) -> Result<String, String> {
    read_from(open(path)?, most)
}

/// Opens a file. A named pipe is refused, because reading it may wait for ever; the pipe of a shell's `<(…)` or of
/// standard input is open already and is accepted.
fn open(path: &Path) -> Result<std::fs::File, String> {
    let is_open = ["/dev/fd", "/dev/stdin", "/proc"].iter().any(|open| path.starts_with(open));
    match path.metadata().map(|meta| meta.file_type()) {
        Ok(kind) if kind.is_dir() => return Err("it is a folder".to_owned()),
        Ok(kind) if is_pipe(kind) && !is_open => {
            return Err("it is a named pipe; give it as standard input, and write - instead".to_owned());
        }
        Ok(kind) if is_socket(kind) => return Err("it is a socket".to_owned()),
        _ => {}
    }
    let file = std::fs::File::open(path).map_err(|error| in_words(&error, "file"))?;
    detail(|| format!("Reading {}.\n", named(path)));
    Ok(file)
}

/// The reason of an error as a phrase, without the names of temporary files. `what` is what was wanted: a file or a
/// folder.
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

/// Reads a text of at most `most` bytes. It must be UTF-8 without NUL; a byte order mark is removed.
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
            "it contains a NUL character (line {})",
            text.get(..at).map_or(1, |t| t.matches('\n').count() + 1)
        )),
        None => Ok(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned)),
    }
}
