//! Words of the POSIX shell.

use std::fmt::Write;

use super::is_bare;

/// A word in single quotes, or bare where nothing needs quoting.
#[must_use]
pub(crate) fn word(value: &str) -> String {
    if is_bare(value, "._-/:@%+,") {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', "'\\''"))
}

/// A word of bash in printable ASCII on one line, for commands shown in comments.
#[must_use]
pub fn ascii_word(value: &str) -> String {
    if value.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return if is_bare(value, "._-/:@%+,=") { value.to_owned() } else { word(value) };
    }
    let mut out = String::from("$'");
    for byte in value.bytes() {
        match byte {
            b'\'' | b'\\' => out.extend(['\\', char::from(byte)]),
            b' '..=b'~' => out.push(char::from(byte)),
            // Writing to a String cannot fail.
            _ => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push('\'');
    out
}
