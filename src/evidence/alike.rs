//! Names that stand for other names: written in letters that look the same, misspelt, or such as `value` below the real
//! name.

use std::borrow::Cow;

use unicode_security::confusable_detection::skeleton;

/// Names that are often misspelt. Shorter names are not here, because they are too similar to other words.
const MISSPELT: &[&str] = &[
    "password",
    "passphrase",
    "credential",
    "credentials",
    "authorization",
    "privatekey",
    "secretkey",
    "accesskey",
    "secret",
    "apikey",
];

/// Short names, of which only two exchanged letters count as a misspelling, because other words are similar.
const TURNED: &[&str] = &["token", "passwd"];

/// Names that stand for the name above them: `password: {value: …}`, `secrets: {a: {content: …}}`.
const VALUES: &[&str] = &["value", "content", "data", "text", "default", "plain", "literal", "string"];

/// The name with each letter replaced by the ASCII letter that it looks like: `раssword` with Cyrillic letters,
/// `ｐａｓｓｗｏｒｄ`.
pub(super) fn folded(name: &str) -> Cow<'_, str> {
    if name.is_ascii() {
        return Cow::Borrowed(name);
    }
    Cow::Owned(name.chars().map(folded_letter).collect())
}

fn folded_letter(c: char) -> Cow<'static, str> {
    let alone = || c.to_string().into();
    match c {
        _ if c.is_ascii() => alone(),
        // Full-width letters are a fixed distance from those of ASCII.
        '！'..='～' => u32::from(c)
            .checked_sub(0xfee0)
            .and_then(char::from_u32)
            .map_or_else(alone, |c| c.to_string().into()),
        // Characters that are invisible, or look like no ASCII character, are dropped, so that they do not divide a
        // word.
        _ => skeleton(c.encode_utf8(&mut [0; 4])).filter(char::is_ascii).collect::<String>().into(),
    }
}

/// Whether a name differs by one mistake from a name that suggests a secret.
pub(super) fn is_near_one_that_tells(name: &str) -> bool {
    let bare: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let is_near = |telling: &&str| {
        let is_long = bare.len() + 1 >= telling.len() && bare.len() <= telling.len() + 1;
        is_long && is_one_slip(bare.as_bytes(), telling.as_bytes())
    };
    let is_turned = |telling: &&str| {
        let sorted = |text: &str| {
            let mut letters: Vec<_> = text.bytes().collect();
            letters.sort_unstable();
            letters
        };
        is_near(telling) && sorted(&bare) == sorted(telling)
    };
    MISSPELT.iter().any(is_near) || TURNED.iter().any(is_turned)
}

/// Whether two texts differ by one letter: another one, one too many, one missing, or two neighbours exchanged. It runs
/// for every word of a document, so it does not compute the whole distance.
fn is_one_slip(one: &[u8], other: &[u8]) -> bool {
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (a, b) = (one.get(same..).unwrap_or_default(), other.get(same..).unwrap_or_default());
    match (a, b) {
        ([], []) => false,
        ([_, a1 @ ..], _) if a.len() == b.len() + 1 => a1 == b,
        (_, [_, b1 @ ..]) if b.len() == a.len() + 1 => b1 == a,
        ([a0, a1, a2 @ ..], [b0, b1, b2 @ ..]) if a0 == b1 && a1 == b0 && a2 == b2 => true,
        ([_, a1 @ ..], [_, b1 @ ..]) => a1 == b1,
        _ => false,
    }
}

/// Whether a name only says that its value is the value of the name above.
#[must_use]
pub(crate) fn is_for_the_value(name: &str) -> bool {
    VALUES.iter().any(|value| name.eq_ignore_ascii_case(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_look_alike_are_the_same() {
        for name in ["раssword", "pаsswоrd", "ｐａｓｓｗｏｒｄ", "pass\u{200b}word", "password"] {
            assert_eq!(folded(name), "password", "{name:?}");
        }
    }

    #[test]
    fn a_slip_of_the_pen_is_known() {
        for name in
            ["passwrod", "pasword", "passsword", "secert", "crednetials", "PRIVATE_KYE", "apkiey", "toekn"]
        {
            assert!(is_near_one_that_tells(name), "{name}");
        }
        for name in
            ["password", "secret", "session", "secure", "pass", "passed", "taken", "crossword", "domain", "x"]
        {
            assert!(!is_near_one_that_tells(name), "{name}");
        }
    }
}
