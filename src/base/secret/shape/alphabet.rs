//! The sets of characters that tokens consist of, and the length of runs of such characters.

use std::collections::BTreeMap;

/// The characters that a part of a token can consist of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Alphabet {
    Digits,
    Hex,
    /// Hexadecimal digits and a colon: the user and the password of a gem server.
    HexColon,
    /// Capitals and digits.
    Upper,
    Alnum,
    /// Letters, digits and `_`.
    Word,
    /// Letters, digits, `_` and `-`: the base64 of URLs without padding.
    Url,
    /// Letters, digits, `+`, `/` and `=`.
    Base64,
    /// Letters, digits, `_`, `-` and `.`.
    Token,
    /// Letters, digits, `_`, `-`, `.` and `~`.
    Tilde,
    /// Visible ASCII characters other than quotes.
    Quoted,
    /// The characters of the path in the URL of a webhook.
    Path,
}

impl Alphabet {
    fn has(self, byte: u8) -> bool {
        match self {
            Self::Digits => byte.is_ascii_digit(),
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::HexColon => byte.is_ascii_hexdigit() || byte == b':',
            Self::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Self::Alnum => byte.is_ascii_alphanumeric(),
            Self::Word => byte.is_ascii_alphanumeric() || byte == b'_',
            Self::Url => byte.is_ascii_alphanumeric() || b"_-".contains(&byte),
            Self::Base64 => byte.is_ascii_alphanumeric() || b"+/=".contains(&byte),
            Self::Token => byte.is_ascii_alphanumeric() || b"_-.".contains(&byte),
            Self::Tilde => byte.is_ascii_alphanumeric() || b"_-.~".contains(&byte),
            Self::Quoted => byte.is_ascii_graphic() && !b"\"'".contains(&byte),
            Self::Path => byte.is_ascii_alphanumeric() || b"_-.~/+%@:=".contains(&byte),
        }
    }

    /// The number of characters of the alphabet from byte `start` on, at most `most`.
    pub(crate) fn after(self, bytes: &[u8], start: usize, most: usize) -> usize {
        bytes.get(start..).unwrap_or(&[]).iter().take(most).take_while(|b| self.has(**b)).count()
    }

    /// The number of characters of the alphabet that end at byte `end`, at most `most`.
    pub(crate) fn before(self, bytes: &[u8], end: usize, most: usize) -> usize {
        bytes.get(..end).unwrap_or(&[]).iter().rev().take(most).take_while(|b| self.has(**b)).count()
    }
}

/// A text, and the ends of the runs in it. Each run is measured only once, so that the time does not grow with the
/// square of its length.
pub(crate) struct Runs<'a> {
    pub bytes: &'a [u8],
    known: BTreeMap<(Alphabet, usize), usize>,
}

impl<'a> Runs<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), known: BTreeMap::new() }
    }

    /// The end of the run of characters that `start` is in, as a byte offset.
    pub(crate) fn end(&mut self, alphabet: Alphabet, start: usize) -> usize {
        let around = self.known.range((alphabet, 0)..=(alphabet, start)).next_back();
        if let Some((_, end)) = around.filter(|(_, end)| **end > start) {
            return *end;
        }
        let rest = self.bytes.get(start..).unwrap_or(&[]);
        let end = start + rest.iter().take_while(|b| alphabet.has(**b)).count();
        self.known.insert((alphabet, start), end);
        end
    }
}
