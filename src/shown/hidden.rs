//! What of a text is not shown, because it may be a secret: whole lines, or what stands from a place in them on.

use super::argument::passed;
use super::name::{is_secret_name, named};
use super::value::without_references;
use crate::secret;

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
    let line = without_references(line);
    let random = secret::random_word(&line).map(|word| word.start).filter(|_| !is_checksum(&line));
    let value = named(&line).next().map(|(_, value)| line.len() - value.len());
    [random, value, userinfo(&line), passed(&line)].into_iter().flatten().min()
}

/// A line of sha256sum: the digest, two characters, a path.
fn is_checksum(line: &str) -> bool {
    let is_hex = |digest: &str| digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit());
    line.split_once(' ').is_some_and(|(digest, rest)| is_hex(digest) && rest.starts_with([' ', '*']))
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
            "PASSWORD=${PASSWORD:-hunter2}",
            "printf '%s' hunter2 | docker login --password-stdin",
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
            ("kubeadm join --token abc.def host", "kubeadm join --token ******* ****"),
            ("echo root:hunter2|sudo chpasswd", "echo root:************ ********"),
            ("- [join, --token, hunter2, x]", "- [join, --token, ******** **"),
            ("  activation-key: x é # z\n", "  activation-key: * ** * *\n"),
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
            "sudo: ALL=(ALL) NOPASSWD:ALL",
            "LoadCredential=ghcr-token",
            "printf %s \"$token\" | docker login \"$REGISTRY\" --password-stdin",
            "curl -H \"Authorization: Bearer $token\" https://a.example.com",
            "header \"X-Vault-Token: $token\"",
            "SECRET: ${SECRET:-}",
            "SECRET: $${SECRET}",
            ": ${PASSWORD:?is not set}",
            "token-ttl-seconds: 60",
            "0a787b68b65c2cf243be7fc263cb08abedf0e2b5af074f4f468fbb7380cc6f03  /usr/local/sbin/firstlight",
            "ROLE=@vault://kv/app?address=https://vault.example.com:8200&role_id=app&secret_id=credential://id#password@",
        ] {
            assert_eq!(hidden(line), [false], "{line}");
        }
    }
}
