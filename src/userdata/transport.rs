//! Decodes base64 and gzip around a whole document.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::bufread::GzDecoder;
use serde::Serialize;

use super::{Budget, MAX_INPUT, too_much};
use crate::cloud_init::ContentKind;
use crate::finding::{Diagnostic, rule};

/// An encoding around the whole document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TransportLayer {
    /// base64 (RFC 4648).
    Base64,
    /// gzip (RFC 1952).
    Gzip,
}

/// A document without what was around it.
pub(super) struct Unpacked {
    pub(super) layers: Vec<TransportLayer>,
    pub(super) bytes: Vec<u8>,
    /// Its size without base64.
    pub(super) counted: usize,
}

/// Takes base64 off, then gzip: the order in which providers and cloud-init do.
pub(super) fn unpack(bytes: &[u8], budget: &mut Budget, findings: &mut Vec<Diagnostic>) -> Unpacked {
    if bytes.len() > MAX_INPUT {
        let message =
            format!("it has {} bytes, but firstlight reads at most {} MiB", bytes.len(), MAX_INPUT >> 20);
        findings.push(rule::TOO_MUCH.found(message));
        return Unpacked { layers: Vec::new(), bytes: Vec::new(), counted: bytes.len() };
    }
    let mut layers = Vec::new();
    let mut bytes = bytes.to_vec();
    if let Some(decoded) = whole_base64(&bytes) {
        let how = if bytes.trim_ascii().contains(&b'\n') { "base64 in lines" } else { "base64" };
        findings.push(rule::WHOLE_BASE64.found(format!("the whole document is {how}")));
        layers.push(TransportLayer::Base64);
        bytes = decoded;
    }
    let counted = bytes.len();
    if is_gzip(&bytes) {
        match gunzip(&bytes, budget) {
            Ok(unpacked) => {
                layers.push(TransportLayer::Gzip);
                bytes = unpacked;
            }
            Err(Gunzip::Damaged(why)) => {
                findings.push(rule::BAD_GZIP.found(format!("the gzip data cannot be decompressed: {why}")));
            }
            Err(Gunzip::TooMuch(problem)) => {
                findings.push(problem);
                bytes = Vec::new();
            }
        }
    }
    Unpacked { layers, bytes, counted }
}

pub(super) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// Only what is base64 from end to end, and then something that cloud-init knows: a short text may be both.
fn whole_base64(bytes: &[u8]) -> Option<Vec<u8>> {
    let joined: Vec<u8> = bytes.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    let decoded = STANDARD.decode(&joined).ok()?;
    let known = is_gzip(&decoded)
        || mentions_mime(&decoded)
        || std::str::from_utf8(&decoded).is_ok_and(|text| ContentKind::of_text(text).is_some());
    known.then_some(decoded)
}

/// What makes cloud-init take a document for a mail message.
pub(super) fn mentions_mime(bytes: &[u8]) -> bool {
    const WORDS: &[u8] = b"mime-version:";
    let head = bytes.get(..4096).unwrap_or(bytes);
    head.windows(WORDS.len()).any(|window| window.eq_ignore_ascii_case(WORDS))
}

/// Why gzip did not unpack.
pub(super) enum Gunzip {
    Damaged(String),
    TooMuch(Diagnostic),
}

/// Unpacks all members, as Python's gzip does: zeros may follow, nothing else.
pub(super) fn gunzip(bytes: &[u8], budget: &mut Budget) -> Result<Vec<u8>, Gunzip> {
    let mut out = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        if !is_gzip(rest) {
            return Err(Gunzip::Damaged("other data follows it".to_owned()));
        }
        let mut member = GzDecoder::new(rest);
        let most = budget.bytes as u64 + 1 - out.len() as u64;
        let read = (&mut member).take(most).read_to_end(&mut out);
        if out.len() > budget.bytes {
            return Err(Gunzip::TooMuch(too_much()));
        }
        read.map_err(|error| Gunzip::Damaged(in_words(&error.to_string())))?;
        rest = member.into_inner();
        while let [0, more @ ..] = rest {
            rest = more;
        }
    }
    budget.take(out.len()).map_err(Gunzip::TooMuch)?;
    Ok(out)
}

fn in_words(error: &str) -> String {
    match error {
        "unexpected end of file" | "failed to fill whole buffer" => "it is truncated".to_owned(),
        other => other.to_owned(),
    }
}

/// base64 as Python's `b64decode` reads it: what is not of the alphabet is skipped, and a full padding ends it.
pub(super) fn lenient_base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut kept = Vec::with_capacity(text.len());
    let mut pads = 0;
    for byte in text {
        match byte {
            b'=' if kept.len() % 4 >= 2 => {
                pads += 1;
                if kept.len() % 4 + pads >= 4 {
                    break;
                }
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => {
                pads = 0;
                kept.push(*byte);
            }
            _ => {}
        }
    }
    let left = kept.len() % 4;
    if left == 1 || (left > 0 && left + pads < 4) {
        return None;
    }
    LENIENT.decode(&kept).ok()
}

/// Bits that no byte needs may be anything, as in Python.
const LENIENT: base64::engine::GeneralPurpose = base64::engine::GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    base64::engine::GeneralPurposeConfig::new()
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);
