//! Secrets in base64: words of a text that decode to a text with a secret in it.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::shape;

/// The least length of a word that is decoded, in characters. They decode to twelve bytes, and no token of a known
/// shape is shorter.
const SHORTEST: usize = 16;
/// The greatest length of a word that is decoded, in characters.
const LONGEST: usize = 1 << 20;
/// The number of layers of base64 that are decoded.
const DEEPEST: usize = 2;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Finds every word that contains a secret in base64: its byte range, and what it is, with the article.
pub(super) fn all(text: &str) -> impl Iterator<Item = (Range<usize>, String)> {
    words(text).flat_map(|(span, word)| {
        let named = |span: Range<usize>, word| {
            let name = inside(word, DEEPEST)?;
            Some((span, format!("{name}, in base64")))
        };
        let whole = named(span.clone(), word);
        // A slash can also divide the names of a path, of which one may be base64.
        let mut at = span.start;
        let names = word.split('/').filter(|_| whole.is_none() && word.contains('/')).filter_map(|name| {
            let start = at;
            at += name.len() + 1;
            let end = if at > span.start + word.len() { span.end } else { start + name.len() };
            named(start..end, name).filter(|_| name.len() >= SHORTEST)
        });
        let names: Vec<_> = names.collect();
        whole.into_iter().chain(names)
    })
}

/// What secret a word contains once it is decoded; `None` if it contains none.
fn inside(word: &str, depth: usize) -> Option<&'static str> {
    let engine = if word.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
    let text = String::from_utf8(engine.decode(word).ok()?).ok()?;
    let found = shape::all(&text).into_iter().min_by_key(|found| found.span.start);
    match found {
        Some(found) => Some(found.name),
        None if depth > 1 => words(&text).find_map(|(_, word)| inside(word, depth - 1)),
        None => None,
    }
}

/// The words that may be base64, each with the byte range of the word and its padding. A `=` ends a word, so `NAME=`
/// before one is not part of it.
fn words(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "+/-_".contains(c);
    let mut at = 0;
    text.split_inclusive(move |c| !is_part(c)).filter_map(move |piece| {
        let start = at;
        at += piece.len();
        let bare = piece.trim_end_matches(|c| !is_part(c));
        let is_fit = (SHORTEST..=LONGEST).contains(&bare.len());
        is_fit.then(|| {
            let rest = text.get(start + bare.len()..).unwrap_or("");
            let padding = rest.bytes().take(2).take_while(|byte| *byte == b'=').count();
            (start..start + bare.len() + padding, bare)
        })
    })
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::*;

    fn token() -> String {
        format!("ghp_{}", "Ab1".repeat(12))
    }

    #[test]
    fn a_token_in_base64_is_seen_where_it_stands() {
        for text in [token(), format!("{}\n", token()), format!("é me:{}?", token())] {
            for word in [STANDARD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
                for around in [
                    word.clone(),
                    format!("A={word}"),
                    format!("A: {word} # x"),
                    format!("{{\"auth\":\"{word}\"}}"),
                ] {
                    let found: Vec<_> =
                        all(&around).map(|(span, _)| around.get(span).unwrap_or("").to_owned()).collect();
                    assert_eq!(found, [word.as_str()], "{around}");
                }
            }
        }
    }

    #[test]
    fn it_is_decoded_twice_and_no_more() {
        let (one, two) = (STANDARD.encode(token()), STANDARD.encode(STANDARD.encode(token())));
        assert!(all(&one).count() == 1 && all(&two).count() == 1);
        assert_eq!(all(&STANDARD.encode(two)).count(), 0);
    }

    #[test]
    fn other_base64_is_none() {
        for text in ["just a text that is long enough", "{\"user\": \"me\"}", "ssh-ed25519 AAAAC3Nz"] {
            assert_eq!(all(&STANDARD.encode(text)).count(), 0, "{text}");
        }
        assert_eq!(all(&"A".repeat(LONGEST + 1)).count(), 0);
    }
}
