//! The search for words that look random.

use std::ops::Range;

/// The byte range of the first of the [`random_words`]; `None` if there is none.
#[must_use]
pub(crate) fn random_word(text: &str) -> Option<Range<usize>> {
    random_words(text).next()
}

/// The byte ranges of the words that look random, as passwords and keys without a known shape do. Digests after
/// `sha256:` or `sha512:`, and public keys, which begin with `AAAA`, are left out.
pub(crate) fn random_words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    text.split(|c: char| !(c.is_ascii_alphanumeric() || "+/=_-".contains(c))).filter_map(move |word| {
        let start = text.get(at..).and_then(|rest| rest.find(word)).map_or(at, |found| at + found);
        at = start + word.len();
        let before = text.get(..start).unwrap_or("");
        let is_public =
            before.ends_with("sha256:") || before.ends_with("sha512:") || word.starts_with("AAAA");
        (!is_public && is_random(word)).then_some(start..at)
    })
}

/// Whether neighbouring characters of a word are often of different kinds. In language and in paths, digits, small
/// letters and capitals stand in groups; in random text about every second character is of another kind than the one
/// before.
fn is_random(word: &str) -> bool {
    let kinds: Vec<_> = word.bytes().filter(u8::is_ascii_alphanumeric).map(kind).collect();
    let changes = kinds.windows(2).filter(|pair| pair.first() != pair.last()).count();
    let is_hex = word.bytes().all(|b| b.is_ascii_hexdigit());
    let (least, percent) = if is_hex { (32, 33) } else { (24, 42) };
    kinds.len() >= least && changes * 100 >= (kinds.len() - 1) * percent
}

fn kind(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_chance_wrote_is_told_from_language() {
        for word in [
            "x3Kd9aQ7mZ2pLr8TnV5cYw1B",
            "4f1d8c3b9e7a2065d1c4f8b3a7e92d60",
            "Qm9vIGhvbyBmb28gYmFyIGJhego0MjE3",
        ] {
            let text = format!("A: {word} # x");
            assert_eq!(random_word(&text), Some(3..3 + word.len()), "{word}");
        }
        for text in [
            "https://api.github.com/repos/E4Dev-Solutions/e4dev-infrakt/contents/docker-compose.prod.yml?ref=main",
            "caddy@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGx0b3k5cHVibGljS2V5VGhhdElzTm9TZWNyZXQ",
            "GITHUB_WEBHOOK_SECRET: ${GITHUB_WEBHOOK_SECRET}",
            "--------------------------------------------------",
            "EveryWordBeginsWithACapitalLetterInHere",
        ] {
            assert_eq!(random_word(text), None, "{text}");
        }
    }
}
