//! Whether a token begins and ends where it seems to.

use std::ops::Range;

/// Whether a word can begin at byte `start`: there is no letter or digit before it, except at the end of an escape.
pub(crate) fn begins(bytes: &[u8], start: usize) -> bool {
    let before = bytes.get(..start).unwrap_or(&[]);
    !before.last().is_some_and(u8::is_ascii_alphanumeric) || ends_in_escape(before)
}

/// Whether a text ends in an escape such as `\n`, `%3D`, `\x3d` or `\u003d`, or in the code for a terminal's colour.
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

/// Whether a letter or digit follows, so that a token of a fixed length is only part of a longer word.
pub(crate) fn goes_on(bytes: &[u8], end: usize) -> bool {
    bytes.get(end).is_some_and(u8::is_ascii_alphanumeric)
}

/// Whether a token may be part of a longer base64 text: `+` or `/` is beside it, with a letter or digit beyond.
pub(crate) fn is_in_base64(bytes: &[u8], token: Range<usize>) -> bool {
    let goes_on = |sign: Option<&u8>, beyond: Option<&u8>| {
        sign.is_some_and(|byte| b"+/".contains(byte)) && beyond.is_some_and(u8::is_ascii_alphanumeric)
    };
    let mut before = bytes.get(..token.start).unwrap_or(&[]).iter().rev();
    let mut after = bytes.get(token.end..).unwrap_or(&[]).iter();
    goes_on(before.next(), before.next()) || goes_on(after.next(), after.next())
}
