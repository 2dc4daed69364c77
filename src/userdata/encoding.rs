//! Transfer encodings of MIME parts, as Python's `email` decodes them.

use super::transport::lenient_base64;

/// A body's bytes, and whether they are what was meant.
pub(super) fn decode(body: &str, encoding: &str) -> (Vec<u8>, bool) {
    let raw = escaped(body);
    match encoding {
        "base64" => {
            let joined: Vec<u8> = raw.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
            padded_base64(&joined).map_or((joined, false), |bytes| (bytes, true))
        }
        "quoted-printable" => (quoted_printable(&raw), true),
        "x-uuencode" | "uuencode" | "uue" | "x-uue" => (raw, false),
        _ => (raw, true),
    }
}

/// Missing padding is added, as Python's mail reader does.
fn padded_base64(text: &[u8]) -> Option<Vec<u8>> {
    ["", "=", "=="].iter().find_map(|pad| lenient_base64(&[text, pad.as_bytes()].concat()))
}

/// What Python makes of letters beyond ASCII in a message that it reads as text (`raw-unicode-escape`).
fn escaped(body: &str) -> Vec<u8> {
    if body.is_ascii() {
        return body.as_bytes().to_vec();
    }
    let mut out = Vec::with_capacity(body.len());
    for c in body.chars() {
        match u32::from(c) {
            code @ 0..=0xff => out.push(u8::try_from(code).unwrap_or(b'?')),
            code @ 0x100..=0xffff => out.extend(format!("\\u{code:04x}").bytes()),
            code => out.extend(format!("\\U{code:08x}").bytes()),
        }
    }
    out
}

/// Quoted-printable, in which blanks at a line's end stay, as Python has it.
fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        rest = match rest {
            [] => return out,
            [b'=', b'\r', b'\n', more @ ..] | [b'=', b'\n', more @ ..] => more,
            [b'=', high, low, more @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit =
                    |b: &u8| char::from(*b).to_digit(16).and_then(|d| u8::try_from(d).ok()).unwrap_or(0);
                out.push(digit(high) * 16 + digit(low));
                more
            }
            [byte, more @ ..] => {
                out.push(*byte);
                more
            }
        };
    }
}
