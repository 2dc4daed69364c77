//! Hiding what may be a secret in a text: whole lines, the rest of a line, or only the secret.

use std::ops::Range;

use super::alike::is_for_the_value;
use super::block::{Block, below_a_name, is_value_of_another};
use super::clue::{Clue, apart};
use super::line::in_words;
use super::literal::literal;
use super::name::{Tells, is_misspelt, tells};
use super::pair::pairs;
use super::text::{in_text, lines, shapes};
use crate::base::secret::{self, REDACTED};

/// The greatest number of characters of a name or a message in `${NAME:?MESSAGE}` that are examined.
const LONGEST_MESSAGE: usize = 200;

/// For each line of a text, whether it must be hidden because it may contain a secret.
#[must_use]
pub fn hidden(text: &str) -> Vec<bool> {
    let mut found = shapes(text).into_iter().map(|found| found.span).peekable();
    let mut start = 0;
    let hide = |(line, clues): (&str, Vec<_>)| {
        let end = start + line.len();
        while found.peek().is_some_and(|span| span.end <= start) {
            found.next();
        }
        let has_shape = found.peek().is_some_and(|span| span.start < end);
        start = end;
        has_shape || !clues.is_empty()
    };
    lines(text).map(hide).collect()
}

/// Replaces what may be a secret by `*`, and the rest of its line too, because it is uncertain where a secret in a text
/// of unknown syntax ends.
///
/// ASCII white space is kept, and all byte offsets stay the same.
#[must_use]
pub fn starred(text: &str) -> String {
    let star = |(line, clues): (&str, Vec<Clue>)| {
        let starts = clues.iter().map(|clue| clue.span.start);
        let beside = beside(line);
        let from = starts.chain(beside.iter().map(|clue| clue.span.start)).min().unwrap_or(line.len());
        let (kept, rest) = line.split_at_checked(from).unwrap_or(("", line));
        let stars = |c: char| if c.is_ascii_whitespace() { c.to_string() } else { "*".repeat(c.len_utf8()) };
        kept.to_owned() + &rest.chars().map(stars).collect::<String>()
    };
    lines(&secret::mask_same_length(text)).map(star).collect()
}

/// Replaces by `*` only what surely is a secret, looks random, or has a misspelt name of a secret; and the rest of the
/// line if it is uncertain where the secret ends. Line feeds are kept, and all byte offsets stay the same.
#[must_use]
pub(crate) fn starred_if_sure(text: &str) -> String {
    let mut clues = in_text(text);
    let mut start = 0;
    let mut block: Option<Block> = None;
    for line in text.split_inclusive('\n') {
        block = block.take().filter(|block| block.holds(line)).or_else(|| Block::begin(line));
        if let (true, Some(sign)) = (block.is_some() && is_value_of_another(line), line.find(':')) {
            let value = literal(line.get(sign + 1..).unwrap_or(""));
            let span = sign + 1 + value.start..sign + 1 + value.end;
            clues.push(below_a_name(span).moved(start));
        }
        clues.extend(enclosed(line).into_iter().chain(beside(line)).map(|clue| clue.moved(start)));
        start += line.len();
    }
    let mut clues = apart(clues);
    let mut hidden = 0;
    for clue in clues.iter_mut().filter(|clue| clue.is_sure) {
        if clue.span.end > hidden {
            clue.span.end = hidden_to(text, clue);
            hidden = clue.span.end;
        }
    }
    replaced(text, clues, |secret| secret.bytes().map(|b| if b == b'\n' { '\n' } else { '*' }).collect())
}

/// Replaces by `[redacted]` what in a name or a message surely is a secret, looks random, or has a misspelt name of a
/// secret.
///
/// Messages speak of options, so words after an option do not count as arguments of a command.
#[must_use]
pub fn redacted(text: &str) -> String {
    let mut clues = shapes(text);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        clues.extend(in_words(line).into_iter().chain(beside(line)).map(|clue| clue.moved(start)));
        start += line.len();
    }
    replaced(text, apart(clues), |_| REDACTED.to_owned())
}

/// The byte offset to which a text is hidden because of a clue: the end of the secret if it is in quotes, or of a kind
/// that has an end of its own, and the end of the line otherwise: `Cookie: token=…; s=…`.
fn hidden_to(text: &str, clue: &Clue) -> usize {
    let Range { start, end } = clue.span;
    let rest = text.get(end..).unwrap_or("");
    let opening = text.get(..start).and_then(|before| before.chars().next_back());
    let is_quoted =
        opening.is_some_and(|c| "\"'".contains(c) && rest.trim_start_matches('\\').starts_with(c));
    // In the query of a URL the value has an end, too.
    let name = clue.name.as_ref().and_then(|name| start.checked_sub(name.len() + 1));
    let is_in_query = name.and_then(|at| text.get(..at)).is_some_and(|before| before.ends_with(['?', '&']));
    if clue.has_end() || is_quoted || is_in_query {
        return end;
    }
    let line = rest.split('\n').next().unwrap_or("");
    end + line.trim_end_matches(|c: char| c.is_whitespace() || "\"'}])".contains(c)).len()
}

fn replaced(text: &str, clues: Vec<Clue>, with: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for clue in clues.into_iter().filter(|clue| is_withheld(clue, text)) {
        // One may reach into the next.
        let (start, end) = (clue.span.start.max(at), clue.span.end.max(at));
        out.push_str(text.get(at..start).unwrap_or(""));
        if start < end {
            out.push_str(&with(text.get(start..end).unwrap_or("")));
        }
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

/// Whether what a clue found must not be shown. Names of folders can look random, and paths have to be shown so that
/// the user finds the file.
pub(super) fn is_withheld(clue: &Clue, text: &str) -> bool {
    let is_path = || text.get(clue.span.clone()).is_some_and(|word| word.starts_with('/'));
    clue.is_sure || clue.is_random() && !is_path() || clue.name.as_deref().is_some_and(is_misspelt)
}

/// The values in `password: {value: …}`.
fn enclosed(line: &str) -> Vec<Clue> {
    let mut found = Vec::new();
    // What is within such a mapping was examined together with it.
    let mut done = 0;
    for outer in pairs(line).filter(|pair| tells(pair.name) >= Tells::Perhaps) {
        if outer.at < done {
            continue;
        }
        let end = end_of_mapping(outer.value);
        done = outer.at + end;
        for inner in pairs(outer.value.get(..end).unwrap_or("")).filter(|pair| is_for_the_value(pair.name)) {
            let start = outer.at + inner.at;
            found.push(below_a_name(start..outer.at + end));
        }
    }
    found
}

/// What is beside a name that suggests a secret: the message in `${NAME:?MESSAGE}`, unless it consists of several words,
/// and the value after a tag of YAML such as `!password`.
fn beside(line: &str) -> Vec<Clue> {
    let is_told = |name: &str| tells(name) >= Tells::IfPlausible;
    let messages = line.match_indices("${").filter_map(|(at, sign)| {
        let start = at + sign.len();
        let length = |text: &str, is_end: fn(char) -> bool| {
            text.chars().take(LONGEST_MESSAGE).take_while(|c| !is_end(*c)).map(char::len_utf8).sum::<usize>()
        };
        let rest = line.get(start..)?;
        let name = rest.get(..length(rest, |c| "}?".contains(c)))?;
        let from = start + name.len() + 1;
        let rest = rest.get(name.len()..)?.strip_prefix('?')?;
        let message = rest.get(..length(rest, |c| c == '}'))?;
        let is_one = is_told(name.trim_end_matches(':')) && !message.is_empty() && !message.contains(' ');
        is_one.then(|| below_a_name(from..from + message.len()))
    });
    let end = line.trim_end().len();
    let tags = line.match_indices([' ', '\t']).filter_map(|(at, _)| {
        let tag = line.get(at + 1..)?.strip_prefix('!')?.split_whitespace().next()?;
        let from = at + 2 + tag.len();
        let value = line.get(from..).filter(|_| is_told(tag))?;
        let start = from + value.len() - value.trim_start().len();
        (start < end).then(|| below_a_name(start..end))
    });
    messages.chain(tags).collect()
}

/// The byte offset at which the mapping `{…}` at the beginning of a text ends; 0 if the text begins with none.
fn end_of_mapping(text: &str) -> usize {
    let bare = text.trim_start();
    if !bare.starts_with('{') || bare.starts_with("{{") {
        return 0;
    }
    let mut depth = 0;
    let end = text.find(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == '}' && depth == 0
    });
    end.unwrap_or(text.len())
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
            "REQUIRE_PASSWORD=1",
            "AUTH=basic",
            "<password>",
            "0a787b68b65c2cf243be7fc263cb08abedf0e2b5af074f4f468fbb7380cc6f03  /usr/local/sbin/firstlight",
            "ROLE=@vault://kv/app?address=https://vault.example.com:8200&role_id=app&secret_id=credential://id#password@",
        ] {
            assert_eq!(hidden(line), [false], "{line}");
        }
    }
}
