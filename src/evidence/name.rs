//! What a name says of its value: `DB_PASSWORD`, `dbPassword` and `db-password` are one name.

use std::iter::once;

/// How much a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tells {
    /// Nothing, or that the value is no secret: a file's name, a public key.
    Nothing,
    /// That a random value is a secret.
    IfRandom,
    /// That the value is a secret if it has a password part.
    IfItHasAPassword,
    /// That the value may be one, which is enough not to show it.
    Perhaps,
    /// That the value is one.
    Surely,
}

/// Ends of such names, without what divides the words.
const ENDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "apitoken",
    "secretkey",
    "accesskey",
    "privatekey",
    "authkey",
    "encryptionkey",
    "signingkey",
    "masterkey",
    "presharedkey",
    "sharedkey",
    "secretkeybase",
    "credential",
    "credentials",
    "authorization",
    "basicauth",
    "basicauthusers",
];

/// Last words of such names, where the letters may end another word.
const LAST: &[&str] = &["pass", "pwd", "pw", "psk"];

/// What is none of them if it stands alone: the working directory.
const NOT_ALONE: &[&str] = &["pwd"];

/// Words anywhere in a name for which its value is not shown.
const WITHIN: &[&str] = &[
    "passw",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "authkey",
    "accesskey",
    "activationkey",
    "registrationkey",
    "consumerkey",
    "privatekey",
    "presharedkey",
    "credential",
    "authorization",
];

/// Last words by which a random value is a secret.
const IF_RANDOM: &[&str] =
    &["key", "auth", "salt", "pepper", "cookie", "session", "signature", "seed", "mnemonic", "pat", "jwt"];

/// Names with such a word whose value is none: a tag in sudoers, and where systemd finds a credential.
const NOT_NAMES: &[&str] = &["nopasswd", "loadcredential", "loadcredentialencrypted", "importcredential"];

/// Words for what everyone may see.
const PUBLIC: &[&str] = &["public", "publishable"];

/// Words by which a random value is none all the same.
const NO_KEYS: &[&str] = &["site", "cache"];

/// Ends of names that say where a secret lies, what it is called or how long it lasts.
const NOT_ENDS: &[&str] =
    &["file", "files", "path", "dir", "url", "uri", "name", "type", "length", "seconds", "ttl", "timeout"];

/// What a name says of its value.
pub(super) fn tells(name: &str) -> Tells {
    let words = words(last_word(name));
    let (Some(last), all) = (words.last().map(String::as_str), words.concat()) else { return Tells::Nothing };
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let is_last = LAST.contains(&last) && !(words.len() == 1 && NOT_ALONE.contains(&last));
    if NOT_NAMES.contains(&all.as_str()) || NOT_ENDS.contains(&last) || has(PUBLIC) {
        Tells::Nothing
    } else if is_last || ENDS.iter().any(|end| all.ends_with(end)) {
        Tells::Surely
    } else if all.ends_with("dsn") {
        Tells::IfItHasAPassword
    } else if WITHIN.iter().any(|part| all.contains(part)) {
        Tells::Perhaps
    } else if IF_RANDOM.contains(&last) && !has(NO_KEYS) {
        Tells::IfRandom
    } else {
        Tells::Nothing
    }
}

/// The words of a name in small letters, divided by marks and by capitals.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let after = name.chars().skip(1).map(Some).chain(once(None));
    let mut before = ' ';
    for (c, next) in name.chars().zip(after) {
        let begins = c.is_ascii_uppercase()
            && (before.is_ascii_lowercase()
                || before.is_ascii_digit()
                || next.is_some_and(|c| c.is_ascii_lowercase()));
        if (begins || !c.is_ascii_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        word.extend(c.is_ascii_alphanumeric().then_some(c.to_ascii_lowercase()));
        before = c;
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// A name and its value in a line.
pub(super) struct Pair<'a> {
    pub(super) name: &'a str,
    /// Where the value begins: behind its sign.
    pub(super) at: usize,
    /// What follows the sign.
    pub(super) value: &'a str,
    /// What the value is, if it stands only for the case that a variable is not set: `${NAME:-value}`.
    pub(super) given: &'a str,
}

/// Every `NAME=` and `NAME:` in a line.
pub(super) fn pairs(line: &str) -> impl Iterator<Item = Pair<'_>> {
    line.match_indices(['=', ':']).filter_map(|(at, sign)| {
        let (before, value) = (line.get(..at)?, line.get(at + 1..)?);
        let name = last_word(before);
        // `arn:aws:secretsmanager:eu-central-1:1:secret:app` says where one lies.
        if sign == ":" && before.strip_suffix(name).is_some_and(|rest| rest.ends_with(':')) {
            return None;
        }
        let given = match before.strip_suffix(name).is_some_and(|rest| rest.ends_with("${")) {
            // `${NAME:-value}`, `${NAME:?message}`
            true => value.strip_prefix(['-', '=']).filter(|rest| !rest.starts_with('}'))?,
            false => value,
        };
        (!name.is_empty() && !value.starts_with("//")).then_some(Pair { name, at: at + 1, value, given })
    })
}

fn last_word(name: &str) -> &str {
    let name = name.trim_end().trim_end_matches(['"', '\'']);
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    name.rsplit(|c| !is_part(c)).next().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::{Tells, tells};

    #[test]
    fn case_and_marks_make_no_difference() {
        for name in [
            "DB_PASSWORD",
            "dbPassword",
            "db-password",
            "db.password",
            "DBPASSWORD",
            "Password",
            "MYSQL_PWD",
            "SMTP_PASS",
            "smtpPass",
            "CLIENT_SECRET",
            "clientSecret",
            "GITHUB_TOKEN",
            "X-Api-Key",
            "apiKey",
            "APIKEY",
            "SSH_PRIVATE_KEY",
            "GOOGLE_CREDENTIALS",
            "AWS_SECRET_ACCESS_KEY",
            "SECRET_KEY_BASE",
            "Authorization",
            "PresharedKey",
            "PASS",
            "traefik.http.middlewares.a.basicauth.users",
            "JWTSecret",
            "spring.datasource.password",
        ] {
            assert_eq!(tells(name), Tells::Surely, "{name}");
        }
    }

    #[test]
    fn names_of_what_is_no_secret_tell_nothing() {
        for name in [
            "DB_PASSWORD_FILE",
            "passwordFile",
            "TOKEN_URL",
            "SECRET_NAME",
            "token-ttl-seconds",
            "PWD",
            "OLDPWD",
            "COMPASS",
            "BYPASS",
            "NOPASSWD",
            "STRIPE_PUBLIC_KEY",
            "VAPID_PUBLIC_KEY",
            "STRIPE_PUBLISHABLE_KEY",
            "RECAPTCHA_SITE_KEY",
            "NEXT_PUBLIC_MAP_TOKEN",
            "COMMIT",
            "IMAGE",
            "user",
            "",
        ] {
            assert_eq!(tells(name), Tells::Nothing, "{name}");
        }
        assert_eq!(tells("SENTRY_DSN"), Tells::IfItHasAPassword);
        assert_eq!(tells("SESSION_KEY"), Tells::IfRandom);
        for name in ["MAX_TOKENS", "AWS_ACCESS_KEY_ID", "secret_id"] {
            assert_eq!(tells(name), Tells::Perhaps, "{name}");
        }
    }
}
