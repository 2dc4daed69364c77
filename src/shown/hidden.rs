//! What of a text is not shown, because it may be a secret: whole lines, or what stands from a place in them on.

use crate::secret;
use crate::value::{GuestPath, SecretRef};

/// Words in a name whose value is a secret.
const NAMES: &[&str] = &[
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

/// Values that are none: what is switched on or off, made on the server, or locked.
const HARMLESS: &[&str] =
    &["", "true", "false", "yes", "no", "null", "~", "!", "*", "\\", "|", "|-", "|+", ">", ">-", ">+"];

/// Most characters of a value that are looked at; a longer one is no reference.
const LONGEST: usize = 256;

/// For each line whether it is hidden.
#[must_use]
pub fn hidden(text: &str) -> Vec<bool> {
    let mut found = secret::find(text).into_iter().map(|found| found.span).peekable();
    let mut start = 0;
    let hide = |(line, from): (&str, Option<usize>)| {
        let end = start + line.len();
        while found.peek().is_some_and(|span| span.end <= start) {
            found.next();
        }
        let has_shape = found.peek().is_some_and(|span| span.start < end);
        start = end;
        has_shape || from.is_some()
    };
    lines(text).map(hide).collect()
}

/// The text with what may be a secret starred out, each byte offset as before.
#[must_use]
pub fn starred(text: &str) -> String {
    let star = |(line, from): (&str, Option<usize>)| {
        let (kept, rest) = line.split_at_checked(from.unwrap_or(line.len())).unwrap_or(("", line));
        let stars = |c: char| if c.is_ascii_whitespace() { c.to_string() } else { "*".repeat(c.len_utf8()) };
        kept.to_owned() + &rest.chars().map(stars).collect::<String>()
    };
    lines(&secret::mask_same_length(text)).map(star).collect()
}

/// Each line, and from where on it may hold a secret that has no known shape.
fn lines(text: &str) -> impl Iterator<Item = (&str, Option<usize>)> {
    let mut block: Option<Block> = None;
    text.split_inclusive('\n').map(move |line| {
        block = block.take().filter(|block| block.holds(line));
        let inside = block.as_ref().is_some_and(|block| block.hides(line));
        if block.is_none() {
            block = Block::begin(line);
        }
        (line, if inside { Some(0) } else { telling(line) })
    })
}

fn telling(line: &str) -> Option<usize> {
    let random = secret::random_word(line).map(|word| word.start);
    [random, named(line), flag(line), piped(line), userinfo(line)].into_iter().flatten().min()
}

/// What stands below `NAME:` or `NAME: |`.
struct Block {
    indent: usize,
    /// Whether it is one text; in a mapping each line has its own name.
    is_text: bool,
}

impl Block {
    fn begin(line: &str) -> Option<Self> {
        let (name, value) = line.trim_end().split_once(':').filter(|(name, _)| is_secret_name(name))?;
        let is_text = !value.trim().is_empty();
        let is_block = !is_text || matches!(value.trim(), "|" | "|-" | "|+" | ">" | ">-" | ">+");
        let name = name.trim_start_matches(['-', ' ']);
        let indent = line.find(name).unwrap_or(0);
        is_block.then_some(Self { indent, is_text })
    }

    fn holds(&self, line: &str) -> bool {
        let indent = line.len() - line.trim_start().len();
        let is_item = !self.is_text && indent == self.indent && line.trim_start().starts_with("- ");
        line.trim().is_empty() || indent > self.indent || is_item
    }

    fn hides(&self, line: &str) -> bool {
        self.is_text || !line.contains(':')
    }
}

/// `NAME=VALUE` or `NAME: VALUE` with a name of a secret and a value that is no reference: where the value begins.
fn named(line: &str) -> Option<usize> {
    let mut rest = line;
    while let Some(at) = rest.find(['=', ':']) {
        let name = rest.get(..at).unwrap_or("");
        rest = rest.get(at + 1..).unwrap_or("");
        let is_scheme = rest.starts_with("//");
        if is_secret_name(name) && !is_scheme && !is_harmless(rest) {
            return Some(line.len() - rest.len());
        }
    }
    None
}

/// `--token VALUE`: where the value begins.
fn flag(line: &str) -> Option<usize> {
    let mut at = 0;
    line.split_inclusive(' ').find_map(|word| {
        at += word.len();
        let name = word.trim_start_matches(['"', '\'']).strip_prefix("--")?.strip_suffix(' ')?;
        let value = line.get(at..)?;
        let is_value =
            !value.trim_start().starts_with('-') && !name.ends_with("stdin") && !name.contains('=');
        (is_value && is_secret_name(name) && !is_harmless(value)).then_some(at)
    })
}

/// `echo USER:PASSWORD | chpasswd`: where the password begins.
fn piped(line: &str) -> Option<usize> {
    let (before, _) = line.split_once("chpasswd")?;
    let colon = before.contains('|').then(|| before.find(':'))??;
    let value = before.get(colon + 1..)?.split(['"', '\'', '|']).next()?;
    (!is_harmless(value)).then_some(colon + 1)
}

/// The last word before the sign.
fn is_secret_name(name: &str) -> bool {
    let name = name.trim_end().trim_end_matches(['"', '\'']);
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let word = name.rsplit(|c| !is_part(c)).next().unwrap_or("").to_ascii_lowercase();
    NAMES.iter().any(|part| word.contains(part))
}

fn is_harmless(value: &str) -> bool {
    let end = value.char_indices().nth(LONGEST).map_or(value.len(), |(at, _)| at);
    let word =
        first_word(value.get(..end).unwrap_or("").trim_start()).trim_end_matches([',', ';', '}', ']', ')']);
    let held = word.strip_prefix('@').and_then(|rest| rest.strip_suffix('@')).unwrap_or(word);
    HARMLESS.contains(&word.to_ascii_lowercase().as_str())
        || SecretRef::parse(held).is_ok()
        || is_variable(word)
        || is_path(word)
}

/// What stands between quotes, or before the first blank.
fn first_word(value: &str) -> &str {
    let quote = value.chars().next().filter(|c| ['"', '\''].contains(c));
    match quote {
        Some(quote) => value.get(1..).and_then(|rest| rest.split(quote).next()).unwrap_or(""),
        None => value.split_whitespace().next().unwrap_or(""),
    }
}

/// `$NAME`, `${NAME}`, `$(COMMAND`, `{{ NAME`.
fn is_variable(word: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    };
    match word.strip_prefix('$') {
        Some(rest) => rest.starts_with(['(', '{']) || is_name(rest),
        None => word.starts_with("{{") || word == "{",
    }
}

/// A path on the server: `/etc/x`.
fn is_path(word: &str) -> bool {
    GuestPath::parse(word).is_ok() && word.matches('/').count() > 1
}

/// `https://user:password@host`: where the user begins.
fn userinfo(line: &str) -> Option<usize> {
    line.match_indices("://").map(|(at, sign)| at + sign.len()).find(|at| {
        let rest = line.get(*at..).unwrap_or("");
        let authority = rest.split(|c: char| c == '/' || c.is_whitespace()).next().unwrap_or("");
        authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':') && !user.contains(['$', '{']))
    })
}

#[cfg(test)]
mod tests {
    use super::{hidden, starred};

    #[test]
    fn what_may_be_a_secret_is_hidden() {
        for line in [
            "password: hunter2",
            "  plain_text_passwd: \"ubuntu\"",
            "hashed_passwd: $6$abc$def",
            "password: $ecret1",
            "PASSWORD=\"$PREFIX hunter2\"",
            "token: https://hooks.example.com/services/x",
            "API_TOKEN=abc",
            "export DB_PASSWORD='x y'",
            "{\"apiKey\": \"abc\"}",
            "curl -H \"Authorization: Bearer abc\" https://a.example.com",
            "git clone https://me:hunter2@example.com/x",
            "x: 4f1d8c3b9e7a2065d1c4f8b3a7e92d60",
        ] {
            assert_eq!(hidden(line), [true], "{line}");
        }
        let block = "token: |\n  one\n\n  two\nname: x\n";
        assert_eq!(hidden(block), [false, true, true, true, false]);
        let list = "passwords:\n- one\n- name: two\nname: x\n";
        assert_eq!(hidden(list), [false, true, false, false]);
    }

    #[test]
    fn only_the_secret_is_starred_out() {
        for (line, shown) in [
            ("- join abc=é | K3S_TOKEN=hunter2 sh", "- join abc=é | K3S_TOKEN=******* **"),
            ("  activation-key: x é # z\n", "  activation-key: * ** * *\n"),
            ("kubeadm join --token abc.def host", "kubeadm join --token ******* ****"),
            ("echo root:hunter2|sudo chpasswd", "echo root:************ ********"),
            ("a: https://me:hunter2@example.com/x", "a: https://************************"),
            ("token: |\n  one\n\nname: x\n", "token: |\n  ***\n\nname: x\n"),
            ("name: x", "name: x"),
        ] {
            assert_eq!(starred(line), shown);
        }
    }

    #[test]
    fn references_and_code_are_shown() {
        for line in [
            "TOKEN=file:///etc/firstlight/ghcr-token",
            "token: 'awsssm://a/b?region=eu-central-1'",
            "GITHUB_WEBHOOK_SECRET=@generate@",
            "token=$(resolve \"$TOKEN\")",
            "firstlight render --set secrets.A=generate --token credential://x --set webhook_secret=file:///etc/x",
            "token_file: /etc/app/token",
            "docker login ghcr.io --password-stdin --username me",
            "echo \"root:$PASSWORD\" | chpasswd",
            "PASSWORD=${DB_PASSWORD}",
            "lock_passwd: true",
            "webhook_secret: generate",
            "image: caddy@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "- curl https://example.com:8080/a@b",
        ] {
            assert_eq!(hidden(line), [false], "{line}");
        }
    }
}
