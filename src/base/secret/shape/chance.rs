//! Whether chance wrote a word. Only its beginning is looked at.

const LOOKED_AT: usize = 64;
/// Fewest characters that differ.
const LEAST_KINDS: usize = 8;

/// Small letters, capitals and digits, two of the three.
pub(crate) fn is_mixed(word: &[u8]) -> bool {
    let kinds =
        [has(word, u8::is_ascii_digit), has(word, u8::is_ascii_lowercase), has(word, u8::is_ascii_uppercase)];
    kinds.into_iter().filter(|kind| *kind).count() >= 2 && differs(word)
}

/// Letters and digits.
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
