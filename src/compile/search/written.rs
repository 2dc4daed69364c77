//! Searches the files that a cloud-config writes: they are decoded, and divided into values by their syntax.

use std::borrow::Cow;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;

use super::address::Address;
use super::finding::{Finding, of_text};
use super::made::in_file;
use super::remedy::Remedy;
use crate::review::written::Form;
use crate::text::source::{Place, Source};
use crate::userdata::WrittenFile;

/// The number of layers that are decoded, beyond those that the entry names.
const MOST_LAYERS: usize = 3;
/// The greatest number of bytes of a decompressed file.
const MOST_BYTES: u64 = 16 << 20;
/// The least length of a content that may be base64 as a whole, in bytes.
const LEAST_BASE64: usize = 16;

/// Adds what is found in a file, at the first line of its entry.
pub(super) fn in_written(address: &Address, file: &WrittenFile, found: &mut Vec<Finding>) {
    let given = file.bytes().unwrap_or_default();
    let bytes = decoded(given);
    let text = text(&bytes);
    let place = file.place.first_line();
    let form = Form::of(&file.path);
    let inner = match form {
        Form::Text => of_text(address, &text, &place, &Remedy::Server),
        _ => in_file(address, form, &Place::all(&Source::file(&file.path, &text)), None),
    };
    // A content without an encoding was already searched as a value, whose place is more exact.
    let is_plain = file.encoding.is_none() && matches!(bytes, Cow::Borrowed(_));
    let is_known = |one: &Finding| {
        found
            .iter()
            .any(|known| known.clue.is_sure && !known.bare.is_empty() && one.bare.contains(&known.bare))
    };
    let new = inner.into_iter().filter(|one| !is_plain || one.clue.is_sure && !is_known(one));
    let new: Vec<_> =
        new.map(|one| Finding { address: address.clone(), place: place.clone(), ..one }).collect();
    found.extend(new);
}

/// The decompressed bytes of gzip; `None` if they cannot be decompressed, or are too many.
fn gunzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut unpacked = Vec::new();
    GzDecoder::new(bytes).take(MOST_BYTES + 1).read_to_end(&mut unpacked).ok()?;
    (unpacked.len() as u64 <= MOST_BYTES).then_some(unpacked)
}

/// The content without gzip and without base64 around the whole of it.
fn decoded(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut bytes = Cow::Borrowed(bytes);
    for _ in 0..MOST_LAYERS {
        let inner = match bytes.starts_with(&[0x1f, 0x8b]) {
            true => gunzip(&bytes),
            false => base64(&bytes),
        };
        let Some(inner) = inner else { break };
        bytes = Cow::Owned(inner);
    }
    bytes
}

/// The decoded bytes of base64, which may have line breaks; `None` if it is not base64 of a text or of gzip.
fn base64(bytes: &[u8]) -> Option<Vec<u8>> {
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || b"+/=\r\n".contains(b);
    if bytes.len() < LEAST_BASE64 || !bytes.iter().all(is_part) {
        return None;
    }
    let bare: Vec<u8> = bytes.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    let inner = STANDARD.decode(bare).ok()?;
    (inner.starts_with(&[0x1f, 0x8b]) || std::str::from_utf8(&inner).is_ok()).then_some(inner)
}

/// The content as text: as UTF-16 with a byte order mark, as UTF-8, or else as Latin-1.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    let wide = |rest: &[u8], of: fn([u8; 2]) -> u16| {
        let units: Vec<u16> =
            rest.chunks_exact(2).filter_map(|pair| Some(of(pair.try_into().ok()?))).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(wide(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(wide(rest, u16::from_be_bytes)),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
        },
    }
}
