//! The evidence in a value that has been parsed, together with its name.

use super::clue::{Clue, ClueKind, apart};
use super::literal::{is_harmless_whole, is_kind, is_setting};
use super::name::{Tells, is_public_name, tells};
use super::plausible::{could_be, is_strong};
use super::public::is_public;
use super::text::in_text;
use super::url::has_password;
use crate::value::{Scheme, SecretRef, is_for_a_secret};

/// Finds the evidence in a value, also by its name, which may be empty.
///
/// If the name makes the value a secret, there is one clue, for the whole value. Otherwise the clues are those of
/// [`in_text`], and a random value is surely a secret if its name fits.
#[must_use]
pub fn in_value(name: &str, value: &str) -> Vec<Clue> {
    found(name, value, is_doubled(value))
}

/// Finds the evidence in a value in which nothing replaces variables, so that `$name` is the value itself.
#[must_use]
pub(crate) fn in_literal(name: &str, value: &str) -> Vec<Clue> {
    found(name, value, is_small_word(value.trim().trim_start_matches('$')) && value.trim().starts_with('$'))
}

/// Whether a value is `$$name` in small letters, which is the text `$name` in a compose file.
fn is_doubled(value: &str) -> bool {
    value.trim().strip_prefix("$$").is_some_and(is_small_word)
}

fn is_small_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

/// The evidence in a value; `is_literal` says that it is no variable although it looks like one.
fn found(name: &str, value: &str, is_literal: bool) -> Vec<Clue> {
    let told = tells(name);
    let mut clues = in_text(value);
    if is_public_name(name) {
        clues.retain(|clue| !clue.is_web_token());
    }
    let is_harmless_whole = |value: &str| !is_literal && is_harmless_whole(value);
    let is_whole = match told {
        Tells::Surely => !is_harmless_whole(value) && !is_symbol(name, value) && !is_kind(name, value),
        Tells::UnlessSetting => !is_harmless_whole(value) && !is_setting(value.trim()),
        Tells::Likely => !is_harmless_whole(value) && could_be(value.trim()),
        Tells::IfStrong => !is_harmless_whole(value) && is_strong(value.trim()),
        // If the value looks random, that is the better evidence.
        Tells::IfPlausible => {
            let is_random = clues.iter().any(Clue::is_random);
            !is_random && !is_harmless_whole(value) && could_be(value.trim())
        }
        Tells::IfItHasAPassword => {
            value.rsplit_once('@').is_some_and(|(user, _)| !value.contains("://") && has_password(user))
        }
        _ => false,
    };
    if is_whole {
        let shape = clues.into_iter().find(|clue| clue.kind == ClueKind::Shape);
        let (kind, noun) = shape.map_or((ClueKind::Name, "".into()), |clue| (ClueKind::Shape, clue.noun));
        let name = (kind == ClueKind::Name).then(|| name.to_owned());
        return vec![Clue { span: 0..value.len(), kind, is_sure: true, name, noun }];
    }
    if is_public_name(name) {
        clues.iter_mut().filter(|clue| clue.is_random()).for_each(|clue| clue.kind = ClueKind::Digest);
    }
    if told >= Tells::IfRandom && !is_public(value) {
        for clue in clues.iter_mut().filter(|clue| clue.is_random()) {
            clue.kind = ClueKind::Random;
            clue.is_sure = true;
            clue.name = Some(name.to_owned());
        }
    }
    apart(clues)
}

/// Whether a value is the symbol of a token on a blockchain, such as `USDC`.
fn is_symbol(name: &str, value: &str) -> bool {
    let is_token = name.len() >= 5 && name.to_ascii_lowercase().ends_with("token");
    is_token && (2..=5).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_uppercase())
}

/// The clue that the value of a variable is a reference to a secret; `None` if it is not, or may be meant as it is.
///
/// `generate` and a path can have another meaning, so these count only if the name suggests a secret or the path is
/// that of a file for secrets.
#[must_use]
pub(crate) fn reference(name: &str, value: &str) -> Option<Clue> {
    let is_told = || tells(name) >= Tells::IfPlausible;
    let is_one = match SecretRef::parse(value).ok()? {
        SecretRef::None => false,
        SecretRef::Generate => is_told(),
        SecretRef::At(uri) => uri.scheme != Scheme::File || is_for_a_secret(uri.path.as_str()) || is_told(),
    };
    is_one.then(|| Clue::sure(0..value.len(), ClueKind::Reference, "a reference to a secret"))
}
