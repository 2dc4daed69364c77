//! Known secrets, which are found wherever else they are used: through an alias, in another command, in a message.

use std::borrow::Cow;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::base::secret::REDACTED;

/// The least length of a text that is searched for, in bytes; shorter texts occur in too many words.
const SHORTEST: usize = 6;
/// The greatest length of a text that is searched for, in bytes; of longer ones, only the single lines are.
const LONGEST: usize = 4096;
/// The greatest number of texts that are searched for.
const MOST: usize = 10_000;
/// The greatest number of bytes of all these texts.
const MOST_BYTES: usize = 1 << 20;

/// Secrets that must not be shown wherever a text contains them as words. Its debug output does not show them either.
#[derive(Clone, Default)]
pub struct Known(Option<AhoCorasick>);

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known").finish_non_exhaustive()
    }
}

impl Known {
    /// Prepares the search for secrets: for each as it is and with escapes, and for each of its lines.
    #[must_use]
    pub(crate) fn of<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut texts = Vec::new();
        for secret in secrets {
            let escaped = secret.trim().escape_debug().to_string();
            texts.push(secret.trim().to_owned());
            texts.push(escaped);
            texts.extend(secret.lines().map(|line| line.trim().to_owned()));
        }
        texts.retain(|text| (SHORTEST..=LONGEST).contains(&text.len()));
        texts.sort_unstable();
        texts.dedup();
        texts.truncate(MOST);
        let mut bytes = 0;
        texts.retain(|text| {
            bytes += text.len();
            bytes <= MOST_BYTES
        });
        let build = |texts: &[String]| {
            AhoCorasick::builder()
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                .match_kind(MatchKind::LeftmostLongest)
                .build(texts)
        };
        Self((!texts.is_empty()).then(|| build(&texts).ok()).flatten())
    }

    /// The byte ranges in a text at which a secret is, as a word of its own.
    pub(crate) fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + use<'a> {
        let found = self.0.iter().flat_map(move |known| known.find_iter(text)).map(|found| found.range());
        found.filter(move |range| is_word(text, range))
    }

    /// Whether a secret is in the text.
    #[must_use]
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.find(text).next().is_some()
    }

    /// The text with every secret replaced by `[redacted]`.
    #[must_use]
    pub(crate) fn without<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut out = String::new();
        let mut at = 0;
        for range in self.find(text) {
            out.push_str(text.get(at..range.start).unwrap_or(""));
            out.push_str(REDACTED);
            at = range.end;
        }
        match at {
            0 => Cow::Borrowed(text),
            _ => Cow::Owned(out + text.get(at..).unwrap_or("")),
        }
    }
}

/// Whether no letter or digit continues a word at either end of the range.
fn is_word(text: &str, range: &Range<usize>) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let joins = |one: Option<char>, other: Option<char>| is_letter(one) && is_letter(other);
    let (before, after) = (text.get(..range.start).unwrap_or(""), text.get(range.end..).unwrap_or(""));
    let inside = text.get(range.clone()).unwrap_or("");
    !joins(before.chars().next_back(), inside.chars().next())
        && !joins(inside.chars().next_back(), after.chars().next())
}

#[cfg(test)]
mod tests {
    use super::Known;

    #[test]
    fn they_are_known_again_as_words() {
        let known = Known::of(["hunter2hunter2", "two words\nand more of it", "short"]);
        for (text, shown) in [
            ("a hunter2hunter2, b", "a [redacted], b"),
            ("hunter2hunter2", "[redacted]"),
            ("x=hunter2hunter2;y", "x=[redacted];y"),
            ("hunter2hunter22", "hunter2hunter22"),
            ("say: two words", "say: [redacted]"),
            ("two words\nand more of it", "[redacted]"),
            ("in short", "in short"),
            ("é", "é"),
        ] {
            assert_eq!(known.without(text), shown);
        }
        assert_eq!(Known::default().without("hunter2hunter2"), "hunter2hunter2");
    }
}
