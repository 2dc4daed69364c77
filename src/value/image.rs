use super::{only, range_in, text_value};
use crate::diagnostic::Problem;

/// A container image: [HOST/]PATH[:TAG][@sha256:DIGEST] (distribution/reference).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image(String);
text_value!(Image);

const HELP: &str = "write an image such as ghcr.io/owner/name:tag";

impl Image {
    /// # Errors
    /// Anything but an image reference.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        if text.contains("://") {
            return Err(Problem::new("this is a URL, not an image", HELP));
        }
        only(text, |c| c.is_ascii_alphanumeric() || "._-/:@".contains(c), "an image", HELP)?;
        let (rest, digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
        if digest.is_some_and(|d| !is_digest(d)) {
            return Err(Problem::new("a digest is `sha256:` and 64 hexadecimal digits", HELP)
                .part(rest.len()..text.len()));
        }
        let (path, tag) = match rest.rsplit_once(':') {
            Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
            _ => (rest, None),
        };
        if tag.is_some_and(|t| t.is_empty() || t.len() > 128 || t.starts_with(['.', '-'])) {
            return Err(Problem::new("a tag has 1 to 128 letters, digits, `.`, `_` or `-`", HELP)
                .part(path.len()..rest.len()));
        }
        let name = match path.split_once('/') {
            Some((host, name)) if host.contains(['.', ':']) || host == "localhost" => name,
            _ => path,
        };
        for part in name.split('/') {
            if part.chars().any(|c| c.is_ascii_uppercase()) {
                return Err(Problem::new(
                    "the name of an image is lower case",
                    format!("write {}", path.to_lowercase()),
                )
                .part(range_in(text, part)));
            }
            let ends = [part.chars().next(), part.chars().next_back()];
            if part.contains(':') || !ends.into_iter().all(|c| c.is_some_and(|c| c.is_ascii_alphanumeric())) {
                return Err(Problem::new(format!("`{part}` is not a part of an image's name"), HELP)
                    .part(range_in(text, part)));
            }
        }
        Ok(Self(text.to_owned()))
    }

    /// The registry's host, `docker.io` where none is named.
    #[must_use]
    pub fn registry(&self) -> &str {
        match self.0.split_once('/') {
            Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host,
            _ => "docker.io",
        }
    }
}

fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:").is_some_and(|hex| {
        hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}
