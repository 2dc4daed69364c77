//! Shapes of secrets. A text that has one is refused and never shown.
//!
//! The shapes are public: GitHub's token formats, AWS access key ids, PEM private keys, and the prefixes that other
//! services document. GitHub's installation tokens have had no fixed length since 2026, so a prefix and a minimum is
//! all that is asked for.

use std::ops::Range;

/// A known shape: prefix, least length of what follows, and what to call it.
struct Shape {
    prefix: &'static str,
    least: usize,
    name: &'static str,
}

const SHAPES: &[Shape] = &[
    Shape { prefix: "ghp_", least: 20, name: "a GitHub personal access token" },
    Shape { prefix: "github_pat_", least: 20, name: "a GitHub fine-grained token" },
    Shape { prefix: "gho_", least: 20, name: "a GitHub OAuth token" },
    Shape { prefix: "ghu_", least: 20, name: "a GitHub user token" },
    Shape { prefix: "ghs_", least: 20, name: "a GitHub installation token" },
    Shape { prefix: "ghr_", least: 20, name: "a GitHub refresh token" },
    Shape { prefix: "dop_v1_", least: 20, name: "a DigitalOcean token" },
    Shape { prefix: "hvs.", least: 20, name: "a Vault token" },
    Shape { prefix: "xoxb-", least: 10, name: "a Slack token" },
    Shape { prefix: "xoxp-", least: 10, name: "a Slack token" },
    Shape { prefix: "AKIA", least: 16, name: "an AWS access key" },
    Shape { prefix: "ASIA", least: 16, name: "an AWS access key" },
    Shape { prefix: "AIza", least: 35, name: "a Google API key" },
    Shape { prefix: "glpat-", least: 20, name: "a GitLab token" },
    Shape { prefix: "dckr_pat_", least: 20, name: "a Docker Hub token" },
    Shape { prefix: "tskey-", least: 20, name: "a Tailscale key" },
    Shape { prefix: "npm_", least: 36, name: "an npm token" },
    Shape { prefix: "sk_live_", least: 20, name: "a Stripe key" },
    Shape { prefix: "AGE-SECRET-KEY-1", least: 50, name: "an age key" },
];

/// What a private key is called.
pub const PRIVATE_KEY: &str = "a private key";

/// A secret found in a text.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// Where, in bytes.
    pub span: Range<usize>,
    /// What it is, with its article.
    pub name: &'static str,
}

/// All secrets in a text, in order, none overlapping.
#[must_use]
pub fn find(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = SHAPES.iter().flat_map(|shape| tokens(text, shape)).collect();
    found.extend(private_keys(text));
    found.sort_by_key(|f| (f.span.start, std::cmp::Reverse(f.span.end)));
    let mut end = 0;
    found.retain(|f| {
        let apart = f.span.start >= end;
        end = end.max(f.span.end);
        apart
    });
    found
}

/// Whatever may stand in a token is looked at once, so that no text takes long.
fn tokens<'a>(text: &'a str, shape: &'a Shape) -> impl Iterator<Item = Found> + 'a {
    let mut end = 0;
    text.match_indices(shape.prefix).filter_map(move |(start, _)| {
        let before = text.get(..start).and_then(|t| t.chars().next_back());
        if start < end || before.is_some_and(|c| c.is_ascii_alphanumeric()) {
            return None;
        }
        let body = text.get(start + shape.prefix.len()..).unwrap_or("");
        let length = body.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"_-.".contains(b)).count();
        end = start + shape.prefix.len() + length;
        (length >= shape.least).then_some(Found { span: start..end, name: shape.name })
    })
}

fn private_keys(text: &str) -> impl Iterator<Item = Found> + '_ {
    let mut end = 0;
    text.match_indices("-----BEGIN ").filter_map(move |(start, _)| {
        let rest = text.get(start..).unwrap_or("");
        let head = rest.get(11..).unwrap_or("").split("-----").next().unwrap_or("");
        if start < end || !head.ends_with("PRIVATE KEY") || head.len() > 40 {
            return None;
        }
        let length = rest.find("-----END ").and_then(|end| rest.get(end..)?.find('\n').map(|nl| end + nl));
        end = start + length.unwrap_or(rest.len());
        Some(Found { span: start..end, name: PRIVATE_KEY })
    })
}

/// The first word that looks like chance and not like language, as a password or a key of no known shape does. Digests
/// (`sha256:…`) and public keys (`AAAA…`) are no secrets.
#[must_use]
pub fn random_word(text: &str) -> Option<Range<usize>> {
    let mut at = 0;
    text.split(|c: char| !(c.is_ascii_alphanumeric() || "+/=_-".contains(c))).find_map(|word| {
        let start = text.get(at..).and_then(|rest| rest.find(word)).map_or(at, |found| at + found);
        at = start + word.len();
        let before = text.get(..start).unwrap_or("");
        let is_public =
            before.ends_with("sha256:") || before.ends_with("sha512:") || word.starts_with("AAAA");
        (!is_public && is_random(word)).then_some(start..at)
    })
}

/// In words and paths, letters of one case and digits keep together; in what chance wrote they change at every other
/// character.
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

/// The text with every secret replaced by `[redacted]`.
#[must_use]
pub fn mask(text: &str) -> String {
    replace(text, |_| "[redacted]".to_owned())
}

/// The text with every secret starred out, each byte offset as before.
#[must_use]
pub fn mask_same_length(text: &str) -> String {
    replace(text, |secret| secret.bytes().map(|b| if b == b'\n' { '\n' } else { '*' }).collect())
}

fn replace(text: &str, with: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for Found { span, .. } in find(text) {
        out.push_str(text.get(at..span.start).unwrap_or(""));
        out.push_str(&with(text.get(span.clone()).unwrap_or("")));
        at = span.end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Built here so that no file of the repository holds the shape of a token.
    fn token(prefix: &str) -> String {
        format!("{prefix}{}", "Ab1".repeat(17))
    }

    #[test]
    fn every_shape_is_found_and_masked() {
        for shape in SHAPES {
            let text = format!("x: \"{}\" # end", token(shape.prefix));
            assert_eq!(mask(&text), "x: \"[redacted]\" # end", "{}", shape.prefix);
            assert_eq!(mask_same_length(&text).len(), text.len());
            assert!(!mask_same_length(&text).contains("Ab1"));
        }
    }

    #[test]
    fn long_installation_tokens_with_dots_are_found_whole() {
        let text = format!("ghs_12345_{}", "eyJ.abc-_".repeat(60));
        assert_eq!(mask(&text), "[redacted]");
    }

    #[test]
    fn a_private_key_is_found_to_its_end() {
        let text =
            format!("a\n-----BEGIN OPENSSH {0}-----\nabc\n-----END OPENSSH {0}-----\nb\n", "PRIVATE KEY");
        assert_eq!(mask(&text), "a\n[redacted]\nb\n");
    }

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

    #[test]
    fn words_that_only_begin_alike_are_left() {
        for text in ["ghp_short", "xghp_aaaaaaaaaaaaaaaaaaaaaaaa", "AKIA", "-----BEGIN CERTIFICATE-----"] {
            assert_eq!(mask(text), text);
        }
    }
}
