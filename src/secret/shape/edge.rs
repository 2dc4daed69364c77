//! Where a token begins and ends in a text.

use std::ops::Range;

/// Whether a word may begin here: after anything but a letter or a digit, or after an escape that ends in one.
pub fn begins(bytes: &[u8], start: usize) -> bool {
    let before = bytes.get(..start).unwrap_or(&[]);
    !before.last().is_some_and(u8::is_ascii_alphanumeric) || ends_in_escape(before)
}

/// `\n`, `%3D`, `\x3d`, `\u003d`.
fn ends_in_escape(before: &[u8]) -> bool {
    let is_hex = |digits: usize| before.iter().rev().take(digits).all(u8::is_ascii_hexdigit);
    let follows = |sign: &[u8], digits: usize| {
        let head = before.len().checked_sub(digits).and_then(|end| before.get(..end));
        is_hex(digits) && head.is_some_and(|head| head.ends_with(sign))
    };
    let is_letter = matches!(before, [.., b'\\', letter] if b"nrtbfv0".contains(letter));
    is_letter || follows(b"%", 2) || follows(b"\\x", 2) || follows(b"\\u", 4)
}

/// Whether a word goes on after a token of a given length, which then is none.
pub fn goes_on(bytes: &[u8], end: usize) -> bool {
    bytes.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// Whether it is a piece of a longer base64 text.
pub fn is_in_base64(bytes: &[u8], token: Range<usize>) -> bool {
    let is_sign = |byte: Option<&u8>| byte.is_some_and(|byte| b"+/".contains(byte));
    is_sign(token.start.checked_sub(1).and_then(|at| bytes.get(at))) || is_sign(bytes.get(token.end))
}
