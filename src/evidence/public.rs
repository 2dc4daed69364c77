//! Values that look random but are public: digests, identifiers and public keys.

use std::ops::Range;

use super::name::is_public_name;

/// The beginnings of public keys, of digests, and of certificates in base64.
const PREFIXES: &[&str] = &[
    "pk_",
    "pk.",
    "6L",
    "AAAA",
    "ssh-",
    "ecdsa-",
    "age1",
    "RWQ",
    "sha256",
    "sha384",
    "sha512",
    "nonce-",
    "LS0tLS1CRUdJTi",
];

/// The lengths of digests in hexadecimal digits: MD5, SHA-1 and SHA-2.
const DIGEST_LENGTHS: &[usize] = &[32, 40, 56, 64, 96, 128];

/// The text before a digest: of an SSH key, of a Go module, of a package.
const BEFORE: &[&str] = &["SHA256:", "h1:", "sha1:", "sha224.", "sha224:", "sha384:", "md5:", "blake3:"];

/// The text that marks a line without secrets: a hashed host of SSH, or a DKIM key in DNS.
const LINES: &[&str] = &["|1|", "v=DKIM1"];

/// Whether a value is a UUID, or begins like a public key, a digest or a certificate.
pub(super) fn is_public(value: &str) -> bool {
    let value = value.trim();
    let is_uuid = value.len() == 36
        && value.char_indices().all(|(at, c)| match at {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        });
    is_uuid || PREFIXES.iter().any(|prefix| value.starts_with(prefix))
}

/// Whether a word in a line is public: a digest by its length, or by its beginning, its name, or the text before it.
pub(super) fn is_digest(line: &str, span: &Range<usize>) -> bool {
    let whole = line.get(span.clone()).unwrap_or("");
    // The search for random words returns `COMMIT=…` as one word.
    let word = whole.trim_end_matches('=').rsplit('=').next().unwrap_or("");
    let start = span.start + whole.rfind(word).unwrap_or(0);
    let before = line.get(..start).unwrap_or("");
    let is_hex = word.bytes().all(|b| b.is_ascii_hexdigit());
    let name = before.trim_end_matches(['=', ':', ' ', '"', '\'']);
    is_hex && DIGEST_LENGTHS.contains(&word.len())
        || is_public(word)
        || BEFORE.iter().any(|mark| before.ends_with(mark))
        || LINES.iter().any(|mark| line.contains(mark))
        || name.len() < before.len() && is_public_name(name)
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
