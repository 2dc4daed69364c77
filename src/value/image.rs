use super::{only, range_in, text_value};
use crate::base::problem::Problem;

/// The name of a container image: `[HOST/]PATH[:TAG][@sha256:DIGEST]` (distribution/reference).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image(String);
text_value!(Image);

/// The host of the registry that an image comes from if its name has no host.
pub(super) const DOCKER_HUB: &str = "docker.io";

const HELP: &str = "write an image such as ghcr.io/owner/name:tag";

impl Image {
    /// Parses the name of an image.
    ///
    /// # Errors
    /// The text is a URL, or a part of it (host, path, tag or digest) does not have the form that
    /// distribution/reference gives.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        if text.contains("://") {
            return Err(Problem::new("this is a URL, not an image", HELP));
        }
        only(text, |c| c.is_ascii_alphanumeric() || "._-/:@".contains(c), "an image", HELP)?;
        let (rest, digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
        if digest.is_some_and(|d| !is_digest(d)) {
            return Err(Problem::new("a digest must be `sha256:` and 64 hexadecimal digits", HELP)
                .part(rest.len()..text.len()));
        }
        let (path, tag) = match rest.rsplit_once(':') {
            Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
            _ => (rest, None),
        };
        if tag.is_some_and(|t| t.is_empty() || t.len() > 128 || t.starts_with(['.', '-'])) {
            return Err(Problem::new("a tag must have 1 to 128 letters, digits, `.`, `_` or `-`, and must not begin with `.` or `-`", HELP)
                .part(path.len()..rest.len()));
        }
        let name = match path.split_once('/') {
            Some((host, name)) if is_host(host) => {
                if !is_registry(host) {
                    return Err(Problem::new(format!("`{host}` is not the host of a registry"), HELP)
                        .part(0..host.len()));
                }
                name
            }
            _ => path,
        };
        if name.len() > 255 {
            return Err(Problem::new("the name of an image can have at most 255 characters", HELP));
        }
        for part in name.split('/') {
            if part.chars().any(|c| c.is_ascii_uppercase()) {
                return Err(Problem::new(
                    "the name of an image must be in lower case",
                    format!("write {}{}", path.to_lowercase(), text.get(path.len()..).unwrap_or("")),
                )
                .part(range_in(text, part)));
            }
            if !is_part(part) {
                return Err(Problem::new(format!("`{part}` is not valid in the name of an image"), HELP)
                    .part(range_in(text, part)));
            }
        }
        Ok(Self(text.to_owned()))
    }

    /// The registry's host, with its port if there is one; `docker.io` if the image names no host.
    #[must_use]
    pub(crate) fn registry(&self) -> &str {
        match self.0.split_once('/') {
            Some((host, _)) if is_host(host) => host,
            _ => DOCKER_HUB,
        }
    }

    /// The last part of the path, without tag and digest.
    #[must_use]
    pub(crate) fn name(&self) -> &str {
        let last = self.0.rsplit('/').next().unwrap_or("");
        last.split(['@', ':']).next().unwrap_or("")
    }
}

/// Whether the first part of an image's name is a host and not a part of the path: it has a `.` or a `:`, or is
/// `localhost`.
fn is_host(part: &str) -> bool {
    part.contains(['.', ':']) || part == "localhost"
}

/// Whether a text is `HOST` or `HOST:PORT`.
pub(super) fn is_registry(text: &str) -> bool {
    let (host, port) = text.split_once(':').unwrap_or((text, "443"));
    let is_label = |label: &str| {
        label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !(label.is_empty() || label.starts_with('-') || label.ends_with('-'))
    };
    host.split('.').all(is_label) && port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok()
}

/// Whether a part of the path consists of letters and digits, with one `.`, one or two `_`, or any number of `-`
/// between them.
fn is_part(part: &str) -> bool {
    let joints: Vec<&str> =
        part.split(|c: char| c.is_ascii_alphanumeric()).filter(|j| !j.is_empty()).collect();
    let ends = [part.chars().next(), part.chars().next_back()];
    ends.into_iter().all(|c| c.is_some_and(|c| c.is_ascii_alphanumeric()))
        && joints.iter().all(|j| matches!(*j, "." | "_" | "__") || j.bytes().all(|b| b == b'-'))
}

fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:").is_some_and(|hex| {
        hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}
