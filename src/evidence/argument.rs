//! Secrets that a command is given as an argument, or by a pipe.

use std::ops::Range;

use super::literal::is_harmless;
use super::name::{Tells, tells};

/// Commands that take a password as `-pPASSWORD`.
const GLUED: &[&str] = &["mysql", "mysqladmin", "mysqldump", "mariadb", "sshpass", "7z"];
/// Commands that take `-u USER:PASSWORD`.
const FETCHERS: &[&str] = &["curl", "wget", "http"];
/// Commands whose `login` takes `-p PASSWORD`.
const LOGINS: &[&str] = &["docker", "podman", "nerdctl", "buildah", "helm", "oras", "crane", "az"];
/// What reads a password from a pipe.
const READERS: &[&str] = &["--password-stdin", "--stdin", "chpasswd", "passwd", "--with-token"];

/// The secrets that a line of shell, or a list of words in YAML, passes on.
pub(super) fn passed(line: &str) -> Vec<Range<usize>> {
    // Most lines have neither an option nor a pipe into `passwd`.
    if !line.contains('-') && !line.contains("passwd") {
        return Vec::new();
    }
    let words = words(line);
    let has = |names: &[&str]| words.iter().any(|(_, word)| names.contains(&program(word)));
    let (fetches, is_glued, is_sshpass, is_redis) =
        (has(FETCHERS), has(GLUED), has(&["sshpass"]), has(&["redis-cli"]));
    let login = words.iter().position(|(_, word)| *word == "login").filter(|_| has(LOGINS));
    let after = words.windows(2).enumerate().filter_map(|(index, pair)| {
        let ((_, option), (at, value)) = (*pair.first()?, *pair.last()?);
        let logs_in = login.is_some_and(|login| index > login);
        let is_one = is_secret_option(option) && is_literal(value)
            || fetches && is_user_option(option) && has_password(value)
            || option == "--creds" && has_password(value)
            || is_redis && option == "-a" && is_literal(value)
            || logs_in && option == "-p" && is_literal(value)
            || is_sshpass && option == "-p";
        is_one.then_some(at..at + value.len())
    });
    let glued = words.iter().filter(|(_, word)| is_glued && word.strip_prefix("-p").is_some_and(is_literal));
    let glued = glued.map(|(at, word)| at + 2..at + word.len());
    let printed = has(READERS).then(|| printed(&words)).flatten();
    let mut all: Vec<_> = after.chain(glued).chain(printed).collect();
    all.sort_by_key(|range| range.start);
    all
}

/// The words, each with its place.
fn words(line: &str) -> Vec<(usize, &str)> {
    let is_between = |c: char| c.is_whitespace() || ",[]\"'".contains(c);
    let mut at = 0;
    let word = |word| {
        let start = at;
        at += str::len(word);
        let bare = word.trim_end_matches(is_between);
        (start, bare)
    };
    line.split_inclusive(is_between).map(word).filter(|(_, word)| !word.is_empty()).collect()
}

fn program(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or("")
}

/// `--password`, `--api-token`; not `--password-stdin`.
fn is_secret_option(option: &str) -> bool {
    option.starts_with("--") && !option.ends_with("-stdin") && tells(option) >= Tells::Perhaps
}

fn is_user_option(option: &str) -> bool {
    matches!(option, "-u" | "--user" | "-U" | "--proxy-user" | "-a" | "--auth")
}

fn has_password(value: &str) -> bool {
    value.split_once(':').is_some_and(|(_, password)| is_literal(password))
}

/// What echo, printf or a here-string gives to the pipe.
fn printed(words: &[(usize, &str)]) -> Option<Range<usize>> {
    let is_printer = |(_, word): &(usize, &str)| matches!(*word, "echo" | "printf" | "<<<");
    let after = words.iter().skip_while(|word| !is_printer(word)).skip(1);
    let given = after.take_while(|(_, word)| *word != "|").filter(|(_, word)| !word.contains('%'));
    // `USER:PASSWORD` or a password alone.
    let secrets = given.map(|(at, word)| match word.split_once(':') {
        Some((user, password)) => (at + user.len() + 1, password),
        None => (*at, *word),
    });
    secrets.into_iter().find(|(_, secret)| is_literal(secret)).map(|(at, secret)| at..at + secret.len())
}

/// Neither a variable nor another option.
fn is_literal(value: &str) -> bool {
    !value.starts_with(['-', '$', '<', '>', '|', '&', ';']) && !is_harmless(value)
}

#[cfg(test)]
mod tests {
    use super::passed;

    #[test]
    fn secrets_in_arguments_are_seen() {
        for line in [
            "curl -u bob:hunter2 https://a.example.com",
            "- [/usr/bin/curl, --user, \"bob:hunter2\"]",
            "mysql -phunter2 -e 'select 1'",
            "sshpass -p hunter2 ssh a",
            "docker login -u bob --password hunter2 ghcr.io",
            "- [docker, login, --password, hunter2]",
            "echo hunter2 | docker login -u bob --password-stdin",
            "echo root:hunter2 | chpasswd",
            "docker login --password-stdin <<< hunter2",
            "docker login ghcr.io -u bob -p hunter2",
            "skopeo copy --creds bob:hunter2 docker://a docker://b",
            "redis-cli -a hunter2 ping",
            "k3s agent --token hunter2 --server https://a.example.com",
        ] {
            let found: Vec<_> =
                passed(line).into_iter().map(|range| line.get(range).unwrap_or_default()).collect();
            assert!(matches!(found[..], ["hunter2" | "bob:hunter2"]), "{line}: {found:?}");
        }
    }

    #[test]
    fn what_passes_none_is_shown() {
        for line in [
            "docker run -u 1000:1000 -p 80:80 x",
            "curl -u \"$USER:$PASSWORD\" https://a.example.com",
            "echo \"$TOKEN\" | docker login --password-stdin",
            "mkdir -p /opt/app",
            "docker login --password-stdin </etc/token",
            "vault write --token-file /run/token",
            "passwd --lock root",
            "firstlight token --password-file x",
            "echo done",
        ] {
            assert!(passed(line).is_empty(), "{line}");
        }
    }
}
