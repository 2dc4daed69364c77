//! Texts that are given as references to secrets and are none, because they may be the secret itself.

use std::ops::Range;

use super::SecretRef;
use crate::base::nearest::nearest;
use crate::base::secret;
use crate::value::scheme::{PartForm, Scheme, VALS};
use crate::value::{GuestPath, range_in};

/// The part of a text, given as a reference, that may be a secret itself and must not be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Doubt {
    /// The byte range of the part.
    pub part: Range<usize>,
    /// What the user probably got wrong.
    pub slip: Slip,
}

/// The ways in which a text fails to be a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Slip {
    /// There is no scheme of this name.
    Scheme(String),
    /// After `file:` there is no absolute path.
    File,
    /// The value of this key in the query has to be a reference too.
    Argument(&'static str),
    /// It does not look like a reference at all.
    Whole,
}

/// The greatest length of the name of a scheme that is shown, in bytes.
const LONGEST_SCHEME: usize = 20;

impl Doubt {
    /// What may be a secret in a text that is given as a reference; `None` if it is a reference, or nearly one that can
    /// be shown: a path, a known scheme or one that is nearly so, or a word that is nearly `generate` or `none`.
    #[must_use]
    pub(crate) fn of(text: &str) -> Option<Self> {
        if SecretRef::is_one(text) {
            return None;
        }
        if let Some((name, value)) = literal_argument(text) {
            // A `&` or a `#` can be a part of the secret.
            let part = range_in(text, value).start..text.len();
            return Some(Self { part, slip: Slip::Argument(name) });
        }
        if is_nearly_one(text) {
            return None;
        }
        if let Some(rest) = bare_file(text) {
            return Some(Self { part: range_in(text, rest), slip: Slip::File });
        }
        let scheme = text.split_once("://").filter(|(name, rest)| is_scheme(name) && !rest.is_empty());
        Some(match scheme {
            Some((name, rest)) => Self { part: range_in(text, rest), slip: Slip::Scheme(name.to_owned()) },
            None => Self { part: 0..text.len(), slip: Slip::Whole },
        })
    }
}

/// Whether a text is misspelt, and can be shown.
fn is_nearly_one(text: &str) -> bool {
    let names = || Scheme::names();
    let scheme = text.split(':').next().unwrap_or("").trim_start_matches(VALS);
    let is_scheme =
        text.contains(':') && (names().any(|name| name == scheme) || nearest(scheme, names()).is_some());
    let is_path = GuestPath::parse(text).is_ok() && secret::random_word(text).is_none();
    is_scheme && bare_file(text).is_none()
        || is_path
        || text.is_empty()
        || nearest(text, ["generate", "none"]).is_some()
}

/// What follows `file:` and is no path, so that it may be anything, but for the name in our own examples.
fn bare_file(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("file:")?.trim_start_matches('/');
    let is_ours = Scheme::File.example().rsplit('/').next() == Some(rest);
    (!rest.is_empty() && !rest.contains('/') && !is_ours).then_some(rest)
}

fn is_scheme(name: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+-.".contains(&b);
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= LONGEST_SCHEME
        && name.bytes().all(is_part)
}

/// The key and the value in a query that has to be a reference and is none.
fn literal_argument(text: &str) -> Option<(&'static str, &str)> {
    let (scheme, rest) = Scheme::of(text)?;
    let (_, query) = rest.split_once('?')?;
    query.split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let is_key = |form: PartForm| form == PartForm::Reference;
        let key = scheme.row().query.iter().find(|key| key.name == name && is_key(key.form))?;
        let value = value.split('#').next().unwrap_or("");
        Doubt::of(value).map(|_| (key.name, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_secret_is_told_from_what_is_misspelt() {
        for (text, part, slip) in [
            ("hunter2", "hunter2", Slip::Whole),
            ("Hunter://2", "Hunter://2", Slip::Whole),
            ("file:hunter2", "hunter2", Slip::File),
            ("file://db-password", "db-password", Slip::File),
            ("ssm://a/b", "a/b", Slip::Scheme("ssm".to_owned())),
            (
                "vault://kv/app?address=https://v.example.com&role_id=a&secret_id=abc-def#x",
                "abc-def#x",
                Slip::Argument("secret_id"),
            ),
            ("vault://kv/app?wrapped=file:abc&x=y", "abc&x=y", Slip::Argument("wrapped")),
        ] {
            let doubt = Doubt::of(text).expect(text);
            // Of a nested text, the whole is hidden.
            let shown = text.get(doubt.part.clone()).expect("a range");
            assert!(shown.ends_with(part) && doubt.slip == slip, "{text}: {doubt:?}");
        }
        for text in [
            "generate",
            "genrate",
            "",
            "file:///etc/x",
            "file:/etc/x",
            "file://etc/x",
            "file://ghcr-token",
            "/etc/x",
            "awsssm://infrakt/ghcr-token",
            "awssm://infrakt/ghcr-token",
            "terraform://ghcr-token",
            "ref+file:///etc/x",
            "vault://kv/app?secret_id=credential://id",
        ] {
            assert_eq!(Doubt::of(text), None, "{text}");
        }
    }
}
