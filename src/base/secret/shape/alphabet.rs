//! Which characters a token is made of, and how far they go on.

use std::collections::BTreeMap;

/// The characters of one part of a token.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Alphabet {
    Digits,
    Hex,
    /// Hexadecimal digits and a colon: a user and a password of gem servers.
    HexColon,
    /// Capitals and digits.
    Upper,
    Alnum,
    /// With `_`.
    Word,
    /// With `_` and `-`: base64 as URLs have it, without its padding.
    Url,
    /// With `+`, `/` and `=`.
    Base64,
    /// With `_`, `-` and `.`.
    Token,
    /// With `_`, `-`, `.` and `~`.
    Tilde,
    /// All that stands between quotes, but for blanks.
    Quoted,
    /// What follows a host's name in a webhook's address.
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

    /// How many bytes from a place on belong to it, at most so many.
    pub(crate) fn after(self, bytes: &[u8], start: usize, most: usize) -> usize {
        bytes.get(start..).unwrap_or(&[]).iter().take(most).take_while(|b| self.has(**b)).count()
    }

    /// How many bytes before a place belong to it, at most so many.
    pub(crate) fn before(self, bytes: &[u8], end: usize, most: usize) -> usize {
        bytes.get(..end).unwrap_or(&[]).iter().rev().take(most).take_while(|b| self.has(**b)).count()
    }
}

/// A text, and how far the runs in it go. Each is measured once, so that no text takes long.
pub(crate) struct Runs<'a> {
    pub bytes: &'a [u8],
    known: BTreeMap<(Alphabet, usize), usize>,
}

impl<'a> Runs<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), known: BTreeMap::new() }
    }

    /// Where the run that begins here ends.
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
