//! The shapes of secrets. They are public: GitHub's token formats, AWS access key ids, PEM private keys, and the prefixes
//! that other services document. GitHub's installation tokens have had no fixed length since 2026, so a prefix and a
//! minimum is all that is asked for.

use super::{Found, PRIVATE_KEY};

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

/// All that has a known shape, in no order, overlapping or not.
pub fn all(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = SHAPES.iter().flat_map(|shape| tokens(text, shape)).collect();
    found.extend(private_keys(text));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::{mask, mask_same_length};

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
}
