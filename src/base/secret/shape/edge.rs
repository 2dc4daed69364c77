//! Where a token begins and ends in a text.

use std::ops::Range;

/// Whether a word may begin here: after anything but a letter or a digit, or after an escape that ends in one.
pub(crate) fn begins(bytes: &[u8], start: usize) -> bool {
    let before = bytes.get(..start).unwrap_or(&[]);
    !before.last().is_some_and(u8::is_ascii_alphanumeric) || ends_in_escape(before)
}

/// `\n`, `%3D`, `\x3d`, `\u003d`, and a terminal's colour.
fn ends_in_escape(before: &[u8]) -> bool {
    let is_hex = |digits: usize| before.iter().rev().take(digits).all(u8::is_ascii_hexdigit);
    let follows = |sign: &[u8], digits: usize| {
        let head = before.len().checked_sub(digits).and_then(|end| before.get(..end));
        is_hex(digits) && head.is_some_and(|head| head.ends_with(sign))
    };
    let is_letter = matches!(before, [.., b'\\', letter] if b"nrtbfv0".contains(letter));
    let is_colour = before.ends_with(b"m") && {
        let head = before.iter().rev().skip(1).skip_while(|byte| byte.is_ascii_digit() || **byte == b';');
        head.take(2).eq(b"[\x1b")
    };
    is_letter || is_colour || follows(b"%", 2) || follows(b"\\x", 2) || follows(b"\\u", 4)
}

/// Whether a word goes on after a token of a given length, which then is none.
pub(crate) fn goes_on(bytes: &[u8], end: usize) -> bool {
    bytes.get(end).is_some_and(u8::is_ascii_alphanumeric)
}

/// Whether it may be a piece of a longer base64 text: a sign beside it, and something beyond that.
pub(crate) fn is_in_base64(bytes: &[u8], token: Range<usize>) -> bool {
    let goes_on = |sign: Option<&u8>, beyond: Option<&u8>| {
        sign.is_some_and(|byte| b"+/".contains(byte)) && beyond.is_some_and(u8::is_ascii_alphanumeric)
    };
    let mut before = bytes.get(..token.start).unwrap_or(&[]).iter().rev();
    let mut after = bytes.get(token.end..).unwrap_or(&[]).iter();
    goes_on(before.next(), before.next()) || goes_on(after.next(), after.next())
}
