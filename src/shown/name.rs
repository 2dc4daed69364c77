//! Names whose values are secrets, and the values that they are given.

use super::value::is_harmless;

/// Words in such a name.
const WORDS: &[&str] = &[
    "passw",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "authkey",
    "auth_key",
    "auth-key",
    "access_key",
    "access-key",
    "activation_key",
    "activation-key",
    "registration_key",
    "consumer_key",
    "private_key",
    "private-key",
    "privatekey",
    "presharedkey",
    "credential",
    "authorization",
];

/// Names with such a word whose value is none: a tag in sudoers, and where systemd finds a credential.
const NOT_NAMES: &[&str] = &["nopasswd", "loadcredential", "loadcredentialencrypted", "importcredential"];

/// Ends of names that say where a secret lies or how long it lasts.
const NOT_ENDS: &[&str] =
    &["file", "path", "url", "uri", "name", "type", "length", "seconds", "ttl", "timeout"];

/// Names of secrets in a line that are given a value that is no reference, each with what follows its sign.
pub fn named(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.match_indices(['=', ':']).filter_map(|(at, _)| {
        let (before, value) = (line.get(..at)?, line.get(at + 1..)?);
        let name = last_word(before);
        let is_scheme = value.starts_with("//");
        let given = match is_parameter(before, name) {
            // `${NAME:-value}`, `${NAME:?message}`
            true => value.strip_prefix(['-', '=']).filter(|rest| !rest.starts_with('}'))?,
            false => value,
        };
        (is_secret_name(name) && !is_scheme && !is_harmless(given)).then_some((name, value))
    })
}

/// Whether a name, or the last word of what stands before a sign, names a secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    let word = last_word(name).to_ascii_lowercase();
    let end = word.rsplit(['_', '-', '.']).next().unwrap_or("");
    !NOT_NAMES.contains(&word.as_str())
        && !NOT_ENDS.contains(&end)
        && WORDS.iter().any(|part| word.contains(part))
}

fn is_parameter(before: &str, name: &str) -> bool {
    before.strip_suffix(name).is_some_and(|rest| rest.ends_with("${"))
}

fn last_word(name: &str) -> &str {
    let name = name.trim_end().trim_end_matches(['"', '\'']);
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    name.rsplit(|c| !is_part(c)).next().unwrap_or("")
}
