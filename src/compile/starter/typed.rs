//! What is shown of a text while somebody types it: nothing of what may be a secret.

use crate::base::secret;
use crate::evidence::hidden;
use crate::text::printable::guard;
use crate::value::{Doubt, Scheme};

/// What stands for a character that is not shown.
const DOT: char = '•';

/// The text as it is shown, with as many characters. If it has, or begins like, a secret of a known shape, or if it is
/// asked for as a reference and is none, all of it is dots.
#[must_use]
pub fn shown(text: &str, is_reference: bool) -> String {
    let is_secret = hidden(text).contains(&true) || secret::begins_like_one(text);
    if is_secret || is_reference && !may_become_reference(text) {
        return text.chars().map(|_| DOT).collect();
    }
    // What a terminal would interpret.
    let one = |c: char| if guard(c.encode_utf8(&mut [0; 4])).chars().eq([c]) { c } else { DOT };
    text.chars().map(one).collect()
}

/// Whether a text is a reference, or the beginning of one.
fn may_become_reference(text: &str) -> bool {
    let rest = text.strip_prefix(VALS).unwrap_or(text);
    let is_begun = |scheme: &Scheme| format!("{}://", scheme.name()).starts_with(rest);
    let is_word = ["none", VALS].into_iter().any(|word| word.starts_with(text));
    is_word || Scheme::ALL.iter().any(is_begun) || Scheme::of(rest).is_some() && Doubt::of(rest).is_none()
}

/// The prefix of vals, with which references may begin.
const VALS: &str = "ref+";

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_token_is_hidden_before_it_is_complete() {
        let token = format!("ghp_{}", "Ab1".repeat(12));
        for length in 4..=token.len() {
            let typed = token.get(..length).expect("a boundary");
            assert_eq!(shown(typed, false), "•".repeat(length), "{length}");
        }
        assert_eq!(shown(&format!("/a/{token}"), false), "•".repeat(token.len() + 3));
        assert_eq!(shown("https://a:b@c.example.com/", false).matches('•').count(), 26);
    }

    #[test]
    fn what_is_no_reference_is_hidden_where_one_is_asked_for() {
        for text in ["f", "file", "file:///etc/firstlight/a", "ref+aws", "none", "awsssm://a/b?region=eu", ""]
        {
            assert_eq!(shown(text, true), text);
        }
        for text in ["hunter2", "ghp", "x", "file:hunter2", "filex"] {
            assert_eq!(shown(text, true), "•".repeat(text.len()), "{text}");
        }
    }

    #[test]
    fn ordinary_answers_are_shown_and_nothing_reaches_the_terminal() {
        for text in
            ["shop.example.com", "ghcr.io/anna/shop:1.2", "8080", "./compose.yaml", "xn--mnchen-3ya.de"]
        {
            assert_eq!(shown(text, false), text);
        }
        assert_eq!(shown("a\u{9b}b\u{202e}", false), "a•b•");
    }
}
