//! Values that look random but are public: digests, identifiers and public keys.

use std::ops::Range;

use super::name::is_public_name;
use crate::base::secret::{is_public_token, random_word};

/// The beginnings of public keys, of digests, and of certificates in base64.
const PREFIXES: &[&str] = &[
    "pk_",
    "pk.",
    "phc_",
    "6L",
    "AAAAB3Nza",
    "AAAAC3Nza",
    "AAAAE2Vj",
    "AAAAGnNr",
    "AAAAInNr",
    "ssh-",
    "ecdsa-",
    "age1",
    "RWQ",
    "sha256",
    "sha384",
    "sha512",
    "nonce-",
    "LS0tLS1CRUdJTi",
    "-----BEGIN PUBLIC KEY-----",
    "-----BEGIN CERTIFICATE-----",
];

/// The lengths of digests in hexadecimal digits: MD5, SHA-1 and SHA-2.
const DIGEST_LENGTHS: &[usize] = &[32, 40, 56, 64, 96, 128];

/// The text before a digest: of an SSH key, of a Go module, of a package.
const BEFORE: &[&str] = &["SHA256:", "h1:", "sha1:", "sha224.", "sha224:", "sha384:", "md5:", "blake3:"];

/// The text that marks a line without secrets: a hashed host of SSH, a DKIM key in DNS, or an image.
const LINES: &[&str] = &["|1|", "v=DKIM1", "data:image/"];

/// Whether a value is a UUID, or begins like a public key, a digest or a certificate.
pub(super) fn is_public(value: &str) -> bool {
    let value = value.trim();
    is_uuid(value)
        || is_account(value)
        || is_resource(value)
        || is_public_token(value)
        || is_trace_or_content(value)
        || PREFIXES.iter().any(|prefix| value.starts_with(prefix))
}

/// Whether a word in a line is public: a digest by its length, or by its beginning, its name, or the text before it.
pub(super) fn is_digest(line: &str, span: &Range<usize>) -> bool {
    let whole = line.get(span.clone()).unwrap_or("");
    // The search for random words returns `COMMIT=…` as one word.
    let word = whole.trim_end_matches('=').rsplit('=').next().unwrap_or("");
    let start = span.start + whole.rfind(word).unwrap_or(0);
    let before = line.get(..start).unwrap_or("");
    let name = before.trim_end_matches(['=', ':', ' ', '"', '\'']);
    is_hex_digest(word)
        || is_public(word)
        || BEFORE.iter().any(|mark| before.ends_with(mark))
        || is_path_of_one(word)
        || name.len() < before.len() && is_public_name(name)
}

/// Whether a line is marked as one without secrets.
pub(super) fn is_public_line(line: &str) -> bool {
    LINES.iter().any(|mark| line.contains(mark))
}

/// Whether a word is a path in which only a UUID or a digest looks random: `example.com/UUID/v2`.
fn is_path_of_one(word: &str) -> bool {
    let (public, rest): (Vec<_>, Vec<_>) =
        word.split('/').partition(|part| is_uuid(part) || is_hex_digest(part));
    !public.is_empty() && rest.iter().all(|part| random_word(part).is_none())
}

fn is_hex_digest(word: &str) -> bool {
    DIGEST_LENGTHS.contains(&word.len()) && word.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_uuid(word: &str) -> bool {
    word.len() == 36
        && word.char_indices().all(|(at, c)| match at {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        })
}

/// Whether a value is the address of an account or a contract on a blockchain: `0x` and 40 hexadecimal digits.
pub(super) fn is_account(value: &str) -> bool {
    value
        .strip_prefix("0x")
        .is_some_and(|rest| rest.len() == 40 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Whether a value is the name of a resource at Amazon, such as `arn:aws:kms:eu-central-1:1:key/…`.
pub(super) fn is_resource(value: &str) -> bool {
    value.starts_with("arn:") && value.matches(':').count() >= 5 && !value.contains(char::is_whitespace)
}

/// Whether a value is the `traceparent` of W3C Trace Context, or an IPFS address of version 0.
fn is_trace_or_content(value: &str) -> bool {
    let parts: Vec<_> = value.split('-').map(str::len).collect();
    let is_hex = value.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    let is_address = value.len() == 46 && value.bytes().all(|b| b.is_ascii_alphanumeric());
    is_hex && parts == [2, 32, 16, 2] || is_address && value.starts_with("Qm")
}

/// Whether a line is one of `sha256sum`: a digest, two characters, and a path.
pub(super) fn is_checksum(line: &str) -> bool {
    let is_hex = |digest: &str| digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit());
    line.split_once(' ').is_some_and(|(digest, rest)| is_hex(digest) && rest.starts_with([' ', '*']))
}

/// Keeps track of whether lines are within `-----BEGIN CERTIFICATE-----` or another such block. Private keys in such
/// blocks are found by their shape.
#[derive(Default)]
pub(super) struct Armor(bool);

impl Armor {
    /// Takes the next line, and returns whether it is within such a block.
    pub(super) fn holds(&mut self, line: &str) -> bool {
        if line.contains("-----") {
            self.0 = line.contains("-----BEGIN ") && !line.contains("-----END ");
        }
        self.0
    }
}
