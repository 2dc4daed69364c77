//! Secrets that a command gets as an argument or through a pipe.

use std::ops::Range;

use super::literal::is_harmless;
use super::name::{Tells, tells};
use super::plausible::could_be;

/// How a program gets a secret.
enum Taken {
    /// The secret is the word after the option.
    Next,
    /// The word after the option is `USER:PASSWORD`.
    AfterUser,
    /// The secret is in the same word as the option: `-pPASSWORD`.
    Glued,
    /// The secret is the last word, if the option is given.
    Last,
}

/// Names of programs, the subcommand that is necessary for the row, the options, and how the program gets the secret.
struct Row(&'static [&'static str], Option<&'static str>, &'static [&'static str], Taken);

const ROWS: &[Row] = &[
    Row(
        &[
            "mysql",
            "mysqladmin",
            "mysqldump",
            "mysqlimport",
            "mariadb",
            "mariadb-admin",
            "mariadb-dump",
            "sshpass",
            "7z",
        ],
        None,
        &["-p"],
        Taken::Glued,
    ),
    Row(&["sshpass", "useradd", "usermod"], None, &["-p"], Taken::Next),
    Row(&["redis-cli"], None, &["-a"], Taken::Next),
    Row(
        &["docker", "podman", "nerdctl", "buildah", "helm", "oras", "crane", "az"],
        Some("login"),
        &["-p"],
        Taken::Next,
    ),
    Row(
        &["curl", "wget", "http"],
        None,
        &["-u", "--user", "-U", "--proxy-user", "-a", "--auth"],
        Taken::AfterUser,
    ),
    Row(
        &["skopeo", "buildah", "podman", "ctr"],
        None,
        &["--creds", "--src-creds", "--dest-creds", "-u"],
        Taken::AfterUser,
    ),
    Row(
        &["htpasswd"],
        None,
        &["-b", "-nb", "-bn", "-cb", "-bc", "-nbB", "-Bb", "-bB", "-cbB", "-bcB", "-Bbn", "-nbm"],
        Taken::Last,
    ),
];

/// Options and programs that read a password from a pipe.
const READERS: &[&str] = &["--password-stdin", "--stdin", "chpasswd", "passwd", "--with-token"];

/// The byte ranges of the secrets that a line of shell, or a list of words in YAML, passes to a program.
pub(super) fn passed(line: &str) -> Vec<Range<usize>> {
    // Most lines have neither an option nor `passwd` in them and are done here.
    if !line.contains('-') && !line.contains("passwd") {
        return Vec::new();
    }
    let words = words(line);
    let is_there = |names: &[&str]| words.iter().any(|(_, word)| names.contains(&program(word)));
    let options = words.windows(2).filter_map(|pair| {
        let ((_, option), (at, value)) = (*pair.first()?, *pair.last()?);
        (is_secret_option(option, value) && is_literal(value)).then_some(at..at + value.len())
    });
    let mut all: Vec<_> = options.collect();
    for Row(programs, command, options, taken) in ROWS.iter().filter(|Row(programs, ..)| is_there(programs)) {
        let first = match command {
            Some(command) => words.iter().position(|(_, word)| word == command),
            None => words.iter().position(|(_, word)| programs.contains(&program(word))),
        };
        let Some(after) = first.and_then(|first| words.get(first + 1..)) else { continue };
        all.extend(taken.by(after, options));
    }
    all.extend(is_there(READERS).then(|| printed(&words)).flatten());
    all.sort_by_key(|range| range.start);
    all.dedup();
    all
}

impl Taken {
    /// The byte ranges of the secrets among the words after a program's name.
    fn by(&self, words: &[(usize, &str)], options: &[&str]) -> Vec<Range<usize>> {
        let is_option = |(_, word): &(usize, &str)| options.contains(word);
        let next = || {
            let pairs = words.windows(2).filter(|pair| pair.first().is_some_and(is_option));
            pairs.filter_map(|pair| pair.last().copied())
        };
        let found: Vec<(usize, &str)> = match self {
            Self::Next => next().filter(|(_, value)| is_literal(value)).collect(),
            Self::AfterUser => next().filter(|(_, value)| has_password(value)).collect(),
            Self::Glued => {
                let glued = |(at, word): &(usize, &'_ str)| {
                    let option = options.iter().find(|option| word.starts_with(**option))?.len();
                    Some((at + option, option))
                };
                let ends = words.iter().filter_map(|word| Some((glued(word)?, word.1)));
                let rest = ends.filter_map(|((at, option), word)| Some((at, word.get(option..)?)));
                rest.filter(|(_, value)| is_literal(value)).collect()
            }
            Self::Last if words.iter().any(|(_, word)| options.contains(word)) => {
                let is_end = |(_, word): &&(usize, &str)| word.starts_with(['|', '>', '&', ';', '<', '2']);
                let given: Vec<_> = words.iter().take_while(|word| !is_end(word)).collect();
                given.last().map(|word| **word).filter(|(_, value)| is_literal(value)).into_iter().collect()
            }
            Self::Last => Vec::new(),
        };
        found.into_iter().map(|(at, value)| at..at + value.len()).collect()
    }
}

/// The words of a line, each with its byte offset.
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

/// Whether a word is an option such as `--password` or `--api-token`, but not `--password-stdin`.
fn is_secret_option(option: &str, value: &str) -> bool {
    let is_told = |told| told >= Tells::Perhaps || told == Tells::IfPlausible && could_be(value);
    option.starts_with("--") && !option.ends_with("-stdin") && is_told(tells(option))
}

fn has_password(value: &str) -> bool {
    value.split_once(':').is_some_and(|(_, password)| is_literal(password))
}

/// The byte range of the secret that echo, printf or a here-string writes to the pipe; `None` if there is none.
fn printed(words: &[(usize, &str)]) -> Option<Range<usize>> {
    let is_printer = |(_, word): &(usize, &str)| matches!(*word, "echo" | "printf" | "<<<");
    let after = words.iter().skip_while(|word| !is_printer(word)).skip(1);
    let given = after.take_while(|(_, word)| *word != "|").filter(|(_, word)| !word.contains('%'));
    // The word is `USER:PASSWORD`, or a password alone.
    let secrets = given.map(|(at, word)| match word.split_once(':') {
        Some((user, password)) => (at + user.len() + 1, password),
        None => (*at, *word),
    });
    secrets.into_iter().find(|(_, secret)| is_literal(secret)).map(|(at, secret)| at..at + secret.len())
}

/// Whether a word is neither a variable, an option, an operator of the shell nor a harmless value.
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
            "redis-server --requirepass hunter2",
            "useradd -m -p hunter2 bob",
            "usermod -p hunter2 bob",
            "htpasswd -b /etc/htpasswd bob hunter2",
            "htpasswd -bc /etc/htpasswd bob hunter2 >/dev/null",
            "/usr/bin/mysql -u root -phunter2",
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
