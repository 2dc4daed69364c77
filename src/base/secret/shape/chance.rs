//! Whether a word looks random enough for a token. Only its beginning is examined.

/// The number of bytes that are examined.
const LOOKED_AT: usize = 64;
/// The least number of different bytes among them.
const LEAST_KINDS: usize = 8;

/// Whether a word has at least two of small letters, capitals and digits, and enough different bytes.
pub(crate) fn is_mixed(word: &[u8]) -> bool {
    let kinds =
        [has(word, u8::is_ascii_digit), has(word, u8::is_ascii_lowercase), has(word, u8::is_ascii_uppercase)];
    kinds.into_iter().filter(|kind| *kind).count() >= 2 && differs(word)
}

/// Whether a word has letters and digits, and enough different bytes.
pub(crate) fn has_digits(word: &[u8]) -> bool {
    has(word, u8::is_ascii_digit) && has(word, u8::is_ascii_alphabetic) && differs(word)
}

fn has(word: &[u8], kind: impl Fn(&u8) -> bool) -> bool {
    word.iter().take(LOOKED_AT).any(kind)
}

fn differs(word: &[u8]) -> bool {
    let mut seen: Vec<u8> = word.iter().take(LOOKED_AT).copied().collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len() >= LEAST_KINDS
}
