//! What looks random and is meant to be seen: digests, ids, public keys.

use std::ops::Range;

use super::name::is_public_name;

/// Beginnings of keys that everyone may see, of digests, and of certificates in base64.
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

/// Characters of MD5, of SHA-1 and of SHA-2 in hexadecimal digits.
const DIGEST_LENGTHS: &[usize] = &[32, 40, 56, 64, 96, 128];

/// What stands before a digest: of a key of SSH, of a module of Go, of a package.
const BEFORE: &[&str] = &["SHA256:", "h1:", "sha1:", "sha224.", "sha224:", "sha384:", "md5:", "blake3:"];

/// Lines that hold nothing secret, by what is in them: a hashed host of SSH, a key for mail in DNS.
const LINES: &[&str] = &["|1|", "v=DKIM1"];

/// Keys that everyone may see, and ids that only look random.
pub(super) fn is_public(value: &str) -> bool {
    let value = value.trim();
    let is_uuid = value.len() == 36
        && value.char_indices().all(|(at, c)| match at {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        });
    is_uuid || PREFIXES.iter().any(|prefix| value.starts_with(prefix))
}

/// Whether a word in a line is a digest by its length, or something public by what it begins with or is called.
pub(super) fn is_digest(line: &str, span: &Range<usize>) -> bool {
    let whole = line.get(span.clone()).unwrap_or("");
    // `COMMIT=…` is one word to whoever looks for chance.
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

/// A line of sha256sum: the digest, two characters, a path.
pub(super) fn is_checksum(line: &str) -> bool {
    let is_hex = |digest: &str| digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit());
    line.split_once(' ').is_some_and(|(digest, rest)| is_hex(digest) && rest.starts_with([' ', '*']))
}

/// Whether a text is within `-----BEGIN CERTIFICATE-----` or any other frame; what is private in one has a shape.
#[derive(Default)]
pub(super) struct Armor(bool);

impl Armor {
    /// Takes the next line, and says whether it stands within.
    pub(super) fn holds(&mut self, line: &str) -> bool {
        if line.contains("-----") {
            self.0 = line.contains("-----BEGIN ") && !line.contains("-----END ");
        }
        self.0
    }
}
