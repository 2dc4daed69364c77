//! Whether a value is plausible as a secret if its name alone does not say that it is one: `APP_KEY`, `SALT`, `AUTH`.
//!
//! Such names are also used for ordinary values. A value that reads like a name, a number or a location is taken for
//! that.

use super::public::is_public;

/// The least length of a value that is plausible as a secret, in bytes.
pub(super) const SHORTEST: usize = 6;

/// Names of methods and algorithms that contain a digit.
const METHODS: &[&str] = &[
    "oauth2",
    "oauth2-proxy",
    "saml2",
    "rc4",
    "md5",
    "ed25519",
    "x25519",
    "argon2",
    "argon2i",
    "argon2id",
    "base64",
    "pbkdf2",
    "chacha20",
    "x509",
    "http2",
    "es256k",
    "v1beta1",
];

/// Beginnings of the names of algorithms after which a number follows: `HS256`, `scram-sha-256`, `aes-256-gcm`.
const FAMILIES: &[&str] =
    &["hs", "rs", "es", "ps", "sha", "aes", "rsa", "hmac", "scram", "cram", "ecdsa", "pbkdf2"];

/// Words that weak passwords often contain.
const SPOKEN: &[&str] = &["secret", "passw", "changeme"];

/// Words that are labels or methods if they are the whole value: `LABEL_PASSWORD=Password`, `AUTH=password`.
const BARE: &[&str] = &["password", "passwd", "passwort", "secret", "secrets"];

/// The least length of a word that looks like a strong secret, in bytes.
const LEAST_STRONG: usize = 12;

/// Extensions of file names.
const EXTENSIONS: &[&str] = &[
    "key", "pem", "crt", "cer", "cert", "csr", "pub", "p12", "pfx", "jks", "asc", "gpg", "json", "yaml",
    "yml", "toml", "conf", "cfg", "ini", "env", "txt", "sh", "py", "rb", "js", "ts", "php", "html",
    "service", "sock",
];

/// Whether a value is plausible as a secret: long enough, a single word, and not like something else.
pub(super) fn could_be(value: &str) -> bool {
    let value = value.trim_end_matches([',', ';']);
    let is_graphic =
        |c: char| (c.is_ascii_graphic() || c.is_alphanumeric()) && !"\"'`()[]{}<>\\|".contains(c);
    value.len() >= SHORTEST
        && value.chars().all(is_graphic)
        && !is_public(value)
        && !is_quantity(value)
        && !is_location(value)
        && !is_method(value)
        && has_mark(value)
}

/// Whether a value has a letter together with a digit or a character that names do not have, or is one word that
/// contains such a word as `secret`.
fn has_mark(value: &str) -> bool {
    let (has_digit, has_letter) =
        (value.contains(|c: char| c.is_ascii_digit()), value.contains(|c: char| c.is_ascii_alphabetic()));
    let has_sign = value.contains(|c: char| "!@#%^*+=?~&$".contains(c));
    let small = value.to_ascii_lowercase();
    let is_one_word = !value.contains(|c: char| "_-.:".contains(c));
    let is_spoken = || SPOKEN.iter().any(|word| small.contains(word)) && !BARE.contains(&small.as_str());
    has_letter && (has_digit || has_sign) || is_one_word && is_spoken()
}

/// Whether a value is plausible as a secret and has a long word with letters, and digits in at least two places. The
/// names of things have their digits in one place: `production-eu-1`, `OAuth2TokenProvider`. Names with colons, such as
/// those of Amazon's resources, are none.
pub(super) fn is_strong(value: &str) -> bool {
    let is_random = |word: &str| {
        let digits = word.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).count();
        word.len() >= LEAST_STRONG && digits >= 2 && word.contains(|c: char| c.is_ascii_alphabetic())
    };
    could_be(value)
        && !value.contains(':')
        && value.split(|c: char| !c.is_ascii_alphanumeric()).any(is_random)
}

/// Whether a value is a number, a duration, a version or a date: `3600`, `10m`, `1.2.3`, `2026-11-25`, `v2.0.1`.
fn is_quantity(value: &str) -> bool {
    let rest = value.strip_prefix(['v', '-', '+']).unwrap_or(value);
    let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit() || ".,:_-/%".contains(c));
    unit.len() < rest.len() && unit.len() <= 3 && unit.chars().all(|c| c.is_ascii_alphabetic())
}

/// Whether a value is a path, a URL, a host or the name of a file.
fn is_location(value: &str) -> bool {
    let is_home = value.starts_with('~') && value.contains('/');
    let is_path = is_home || value.starts_with('/') || value.starts_with("./") || value.starts_with("../");
    let is_small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-/:*".contains(c);
    // `projects/p1/keys/k2` is a path; base64 has capitals.
    // So is `app:sessions:v2`, a key of Redis.
    let is_divided = value.contains('/') || value.matches(':').count() > 1;
    let is_relative = is_divided && value.chars().all(is_small);
    is_path || is_relative || value.contains("://") || is_host(value)
}

/// Whether a value is a host, an e-mail address or a file name: `auth2.example.com:443`, `me@mail2.example.com`,
/// `server1.key`.
fn is_host(value: &str) -> bool {
    let value =
        value.rsplit_once('@').filter(|(user, _)| !user.contains(':')).map_or(value, |(_, host)| host);
    let value =
        value.rsplit_once(':').map_or(value, |(host, port)| if is_digits(port) { host } else { value });
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let Some((labels, last)) = value.rsplit_once('.') else { return false };
    let is_domain = labels.contains('.') && last.len() >= 2 && last.bytes().all(|b| b.is_ascii_lowercase());
    EXTENSIONS.contains(&last) || is_domain && labels.split('.').all(is_label)
}

fn is_method(value: &str) -> bool {
    let small = value.to_ascii_lowercase();
    let is_family = |family: &str| {
        let rest = small.strip_prefix(family).unwrap_or("");
        rest.starts_with(|c: char| c.is_ascii_digit() || c == '-')
            && rest.split('-').all(|part| is_digits(part) || part.len() <= 4)
    };
    METHODS.contains(&small.as_str()) || FAMILIES.iter().any(|family| is_family(family))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{could_be, is_strong};

    #[test]
    fn digits_in_several_places_make_a_strong_one() {
        for value in ["hunter2hunter2", "Kd8jaWq2sPa0", "abc-a1b2c3d4e5f6"] {
            assert!(is_strong(value), "{value}");
        }
        for value in [
            "hunter2",
            "application2026",
            "OAuth2TokenProvider",
            "production-eu-1-b2",
            "arn:aws:kms:eu-central-1:1:key/a1b2c3d4e5f6",
            "my-project-123456",
            "123456789012345",
        ] {
            assert!(!is_strong(value), "{value}");
        }
    }

    #[test]
    fn what_reads_like_something_else_is_none() {
        for value in [
            "",
            "short",
            "production",
            "user_id",
            "created-at",
            "3600",
            "10m",
            "1.2.3",
            "v1.2.3",
            "2026-11-25",
            "HS256",
            "scram-sha-256",
            "aes-256-gcm",
            "oauth2",
            "argon2id",
            "/etc/ssl/server1.key",
            "./a1.b2",
            "certs/server1",
            "tls1.key",
            "https://auth2.example.com/a",
            "auth2.example.com:443",
            "me2@mail.example.com",
            "app.kubernetes.io/name",
            "two words2",
            "4f1d8c3b-9e7a-2065-d1c4-f8b3a7e92d60",
            "pk_live_a1b2c3",
            "req.headers[0]",
            "client.owner_secret",
            "password_data",
            "getKey2()",
            "Password",
            "secret",
        ] {
            assert!(!could_be(value), "{value}");
        }
    }

    #[test]
    fn other_words_may_be_one() {
        for value in [
            "hunter2",
            "hunter2hunter2",
            "admin:hunter2",
            "supersecret",
            "a+b/c=",
            "base64:aB3d+e/f=",
            "Tr0ub4dor&3",
        ] {
            assert!(could_be(value), "{value}");
        }
    }
}
