//! What the name of a value says about it; `DB_PASSWORD`, `dbPassword` and `db-password` count as one name.

use super::words::{
    ABOUT, ADDRESSES, BUNDLERS, ENDS, FIRST, GLUED, IF_PLAUSIBLE, IF_RANDOM, LAST, LIKELY_LAST,
    LIKELY_WITHIN, NEVER_PUBLIC, NO_KEYS, NOT_ALONE, NOT_ENDS, NOT_GLUED, NOT_NAMES, WHICH, WITHIN,
};
use std::iter::once;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

use super::alike::{folded, is_near_one_that_tells};

/// What a name says about its value, in increasing order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tells {
    /// Nothing, or that the value is no secret, such as the name of a file or a public key.
    Nothing,
    /// The value is a secret if it looks random.
    IfRandom,
    /// The value is a secret if it contains a user and a password.
    IfItHasAPassword,
    /// The value is a secret if it is plausible as one: `APP_KEY`.
    IfPlausible,
    /// The value may be a secret, so it is not shown.
    Perhaps,
    /// The value is not shown, and is a secret if it looks like a strong one: `TOKEN_GITHUB`.
    IfStrong,
    /// The value is not shown, and is a secret if it is plausible as one.
    Likely,
    /// The value is a secret unless it is a setting: `NO_PASSWORD=true`, but `NO_IP_PASSWORD=…`.
    UnlessSetting,
    /// The value is a secret.
    Surely,
}

/// What a name says about its value. Letters that look like those of ASCII count as these, and the value of a misspelt
/// name is not shown.
pub(super) fn tells(name: &str) -> Tells {
    let name = folded(name);
    match told(&name) {
        // The search for misspelt names takes longer, so it comes last.
        Tells::Nothing if is_near_one_that_tells(last_word(&name)) => Tells::Perhaps,
        told => told,
    }
}

/// Whether a name suggests a secret only if it is misspelt.
pub(super) fn is_misspelt(name: &str) -> bool {
    let name = folded(name);
    told(&name) == Tells::Nothing && is_near_one_that_tells(last_word(&name))
}

fn told(name: &str) -> Tells {
    let name = last_word(name);
    if !may_tell(name) {
        return Tells::Nothing;
    }
    let all_words = words(name);
    let is_public = is_public(&all_words);
    let words = bare(all_words);
    let (Some(last), all) = (words.last().map(String::as_str), words.concat()) else { return Tells::Nothing };
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let is_about = words.len() > 1 && words.first().is_some_and(|word| ABOUT.contains(&word.as_str()));
    let is_alone = words.len() == 1 && NOT_ALONE.contains(&last);
    let contains = |list: &[&str]| list.iter().any(|part| all.contains(part));
    let ends = |list: &[&str]| list.iter().any(|end| all.ends_with(end));
    if NOT_NAMES.contains(&all.as_str()) || NOT_ENDS.contains(&last) || is_public {
        Tells::Nothing
    } else if ends(ENDS) || LAST.contains(&last) && !is_alone {
        let is_mixed = name.contains(|c: char| c.is_ascii_lowercase())
            && name.contains(|c: char| c.is_ascii_uppercase());
        match is_about {
            _ if ADDRESSES.contains(&all.as_str()) => Tells::IfPlausible,
            // `showPassword` is a name in a program.
            true if is_mixed => Tells::IfPlausible,
            true => Tells::UnlessSetting,
            false => Tells::Surely,
        }
    } else if all.ends_with("dsn") {
        Tells::IfItHasAPassword
    } else if contains(WITHIN) {
        let is_likely = contains(LIKELY_WITHIN) || LIKELY_LAST.contains(&last);
        let first =
            |count: usize| words.get(..count).is_some_and(|words| FIRST.contains(&words.concat().as_str()));
        match () {
            () if is_about => Tells::Perhaps,
            () if is_likely => Tells::Likely,
            // An identifier only says which secret is meant.
            () if last != "id" && (first(1) || first(2)) => Tells::IfStrong,
            () => Tells::Perhaps,
        }
    } else if last == "key" && has(NO_KEYS) {
        Tells::Nothing
    } else if IF_PLAUSIBLE.contains(&last) && !is_alone || is_glued(last, &all, name) {
        Tells::IfPlausible
    } else if IF_RANDOM.contains(&last) {
        Tells::IfRandom
    } else {
        Tells::Nothing
    }
}

/// The name by which a value is judged: that of the mapping around it if it is for several secrets and the value's own
/// suggests nothing, as in `passwords: {admin: …}`.
#[must_use]
pub(crate) fn name_within<'a>(outer: &'a str, own: &'a str) -> &'a str {
    if tells(outer) == Tells::Likely && tells(own) == Tells::Nothing { outer } else { own }
}

/// Whether a name contains a part that suggests anything. Most words of a text contain none, and are not divided into
/// words.
fn may_tell(name: &str) -> bool {
    let letters: Vec<u8> = name.bytes().filter(u8::is_ascii_alphanumeric).collect();
    PARTS.as_ref().is_none_or(|parts| parts.is_match(&letters))
}

/// All parts of names that suggest anything; `None` if the automaton cannot be built, and then every name is examined.
static PARTS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let all = [ENDS, LAST, GLUED, IF_PLAUSIBLE, WITHIN, LIKELY_LAST, IF_RANDOM, &["dsn"]];
    AhoCorasickBuilder::new().ascii_case_insensitive(true).build(all.into_iter().flatten()).ok()
});

/// Whether the name at the end of a text says that its value is public.
pub(super) fn is_public_name(text: &str) -> bool {
    is_public(&words(last_word(text)))
}

/// Whether the words of a name say that its value is public: `STRIPE_PUBLIC_KEY`, `STRIPE_PUBLISHABLE_KEY`, and names
/// whose values a bundler puts into web pages, such as `NEXT_PUBLIC_MAP_TOKEN`.
fn is_public(words: &[String]) -> bool {
    let all = words.concat();
    let bundler = words.iter().position(|word| word == "public");
    let is_bundled = match (bundler, words.first()) {
        (Some(0), _) => true,
        (Some(1), Some(first)) => BUNDLERS.contains(&first.as_str()),
        _ => false,
    };
    let is_secret = NEVER_PUBLIC.iter().any(|end| all.ends_with(end));
    let is_key = bare(words.to_vec()).concat().ends_with("publickey");
    !is_secret && (is_bundled || is_key || words.iter().any(|word| word == "publishable"))
}

/// Whether a name ends in one of [`GLUED`], such as `DBPASS`. `PWD` in capitals is the working directory of a shell.
fn is_glued(last: &str, all: &str, name: &str) -> bool {
    !NOT_GLUED.contains(&last) && name != "PWD" && GLUED.iter().any(|end| all.ends_with(end))
}

/// The words without those at the end that only say which of several is meant.
fn bare(mut words: Vec<String>) -> Vec<String> {
    while let Some(last) = words.pop() {
        let trimmed = last.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_which = trimmed.is_empty() || WHICH.contains(&last.as_str()) || WHICH.contains(&trimmed);
        if !is_which || words.is_empty() {
            words.push(trimmed.to_owned());
            break;
        }
    }
    words
}

/// The words of a name in small letters; they end at punctuation and begin at capitals.
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

/// The name at the end of a text.
pub(super) fn last_word(name: &str) -> &str {
    let name = name.trim_end().trim_end_matches(['"', '\'', '\\']);
    let is_part = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii() || "_-.".contains(c);
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
            "DB_PASSWORD_1",
            "DB_PASSWORD2",
            "DB_PASSWORD_OLD",
            "dbPasswordOld",
            "registration_key",
            "activation-key",
            "eab_hmac_mac_key",
            "PUBLIC_DB_PASSWORD",
            "S3_PUBLIC_SECRET_KEY",
            "MY_PUBLIC_API_TOKEN",
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
            "SORT_KEY",
            "PRIMARY_KEY",
            "CACHE_KEY",
            "KEY_ID",
            "KEY_PREFIX",
            "KEYBOARD",
            "PASSENGER",
            "SALTED",
            "AUTH_URL",
            "JWT_ALGORITHM",
            "JWT_EXPIRY",
            "PASSWORD_POLICY",
            "MIN_PASSWORD_LENGTH",
            "PASSWORD_HASHERS",
            "PASSWORD_HASH_ALGO",
            "LDAP_PASSWORD_ATTRIBUTE",
            "SHORTCUT_KEY",
            "PUBLIC_SUPABASE_ANON_KEY",
            "GPG_KEY",
            "user",
            "",
        ] {
            assert_eq!(tells(name), Tells::Nothing, "{name}");
        }
        assert_eq!(tells("SENTRY_DSN"), Tells::IfItHasAPassword);
        assert_eq!(tells("key"), Tells::IfRandom);
        for name in [
            "DBPASS",
            "SMTPPASS",
            "APP_KEY",
            "SESSION_KEY",
            "OPENAI_KEY",
            "OPENAI_KEY_2",
            "SALT",
            "JWT",
            "AUTH",
            "eab_hmac",
            "validation_key",
            "validation_cert",
            "showPassword",
            "PROXY_PASS",
            "pwd",
        ] {
            assert_eq!(tells(name), Tells::IfPlausible, "{name}");
        }
        for name in
            ["REQUIRE_PASSWORD", "NO_PASSWORD", "SHOW_SECRET", "LABEL_STUDIO_PASSWORD", "verify_token"]
        {
            assert_eq!(tells(name), Tells::UnlessSetting, "{name}");
        }
        for name in ["PASSWORD_FOR_SMTP", "DB_PASSWORDS", "API_KEYS"] {
            assert_eq!(tells(name), Tells::Likely, "{name}");
        }
        for name in ["TOKEN_GITHUB", "SECRET_STRIPE", "API_KEY_OPENAI", "PRIVATE_KEY_DKIM"] {
            assert_eq!(tells(name), Tells::IfStrong, "{name}");
        }
        for name in ["MAX_TOKENS", "AWS_ACCESS_KEY_ID", "secret_id", "tokenizer_model"] {
            assert_eq!(tells(name), Tells::Perhaps, "{name}");
        }
    }
}
