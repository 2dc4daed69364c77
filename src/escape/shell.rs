//! Words of a POSIX shell.

use std::fmt::Write;

use super::is_bare;

/// A value as a word of a POSIX shell, in single quotes if it needs any.
#[must_use]
pub(crate) fn word(value: &str) -> String {
    if is_bare(value, "._-/:@%+,") {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', "'\\''"))
}

/// A value as a word of bash that is on one line and in printable ASCII, for commands in comments and messages.
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
