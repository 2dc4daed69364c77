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
    /// The secret is the last word, if one of the options is given, which are single letters that can be joined.
    Last,
    /// The secret is the last word that is not an option, if it is plausible as one.
    LastIfPlausible,
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
    Row(&["htpasswd"], None, &["-b"], Taken::Last),
    Row(&["caddy"], Some("hash-password"), &["-p", "--plaintext"], Taken::Next),
    Row(&["openssl"], Some("passwd"), &[], Taken::LastIfPlausible),
];

/// Options and programs that read a password from a pipe.
const READERS: &[&str] = &["--password-stdin", "--stdin", "chpasswd", "passwd", "--with-token"];

/// The last words of options whose value is no secret, but says where it is or how it is used.
const NOT_OPTIONS: &[&str] = &["stdin", "env", "fd", "hash"];

/// The byte ranges of the secrets that a line of shell, or a list of words in YAML, passes to a program.
pub(super) fn passed(line: &str) -> Vec<Range<usize>> {
    // Most lines have neither an option nor `passwd` in them and are done here.
    if !["-", "passwd", "cryptsetup", "<<<"].iter().any(|mark| line.contains(mark)) {
        return Vec::new();
    }
    let words = words(line);
    let is_there = |names: &[&str]| words.iter().any(|(_, word)| names.contains(&program(word)));
    let options = words.windows(2).filter_map(|pair| {
        let ((_, option), (at, value)) = (*pair.first()?, *pair.last()?);
        let option = option.rsplit('=').next().unwrap_or("");
        (is_secret_option(option, value) && is_literal(value)).then_some(at..at + value.len())
    });
    let mut all: Vec<_> = options.collect();
    for Row(programs, command, options, taken) in ROWS.iter().filter(|Row(programs, ..)| is_there(programs)) {
        let first = match command {
            Some(command) => words.iter().position(|(_, word)| word == command),
            None => words.iter().position(|(_, word)| programs.contains(&program(word))),
        };
        let Some(after) = first.and_then(|first| words.get(first + 1..)) else { continue };
        all.extend(taken.by(line, after, options));
    }
    let is_piped = || line.contains('|') || line.contains("<<<");
    let reads = is_there(READERS) || is_piped() && (is_there(&["cryptsetup"]) || reads_a_secret(&words));
    all.extend(reads.then(|| printed(&words)).flatten());
    all.sort_by_key(|range| range.start);
    all.dedup();
    all
}

impl Taken {
    /// The byte ranges of the secrets among the words after a program's name.
    fn by(&self, line: &str, words: &[(usize, &str)], options: &[&str]) -> Vec<Range<usize>> {
        let next = || {
            words.windows(2).filter_map(|pair| {
                let ((_, option), value) = (*pair.first()?, *pair.last()?);
                let is_one = |one: &&str| option == *one || is_joined(option, one);
                options.iter().any(is_one).then_some(value)
            })
        };
        let glued = || words.iter().filter_map(|(at, word)| glued(line, *at, word, options));
        let last = || {
            let is_end = |(_, word): &&(usize, &str)| word.starts_with(['|', '>', '&', ';', '<', '2']);
            words.iter().take_while(|word| !is_end(word)).last().copied()
        };
        let is_given = || words.iter().any(|(_, word)| options.iter().any(|one| has_letter(word, one)));
        let found: Vec<(usize, &str)> = match self {
            Self::Next => next().chain(glued()).filter(|(_, value)| is_literal(value)).collect(),
            Self::AfterUser => next().chain(glued()).filter(|(_, value)| has_password(value)).collect(),
            Self::Glued => glued().filter(|(_, value)| is_literal(value)).collect(),
            Self::Last if !is_given() => Vec::new(),
            Self::Last => last().filter(|(_, value)| is_literal(value)).into_iter().collect(),
            Self::LastIfPlausible => {
                last().filter(|(_, value)| is_literal(value) && could_be(value)).into_iter().collect()
            }
        };
        found.into_iter().map(|(at, value)| at..at + value.len()).collect()
    }
}

/// The value in the same argument as its option, with its byte offset: `--user=VALUE`, `-p=VALUE`, `-pVALUE`, `-p'VALUE'`.
fn glued<'a>(line: &'a str, at: usize, word: &'a str, options: &[&str]) -> Option<(usize, &'a str)> {
    let option = options.iter().find(|option| word.starts_with(**option))?;
    let rest = word.get(option.len()..)?;
    let is_long = option.starts_with("--");
    let value = rest.strip_prefix('=').or_else(|| (!is_long).then_some(rest))?;
    let start = at + word.len() - value.len();
    if !value.is_empty() {
        return Some((start, value));
    }
    let quoted = line.get(start..)?;
    let quote = quoted.chars().next().filter(|c| ['"', '\''].contains(c))?;
    let before = line.get(..at)?;
    let value = quoted.get(1..)?.split(quote).next()?;
    // In `"-p"` the quote ends the option.
    (!before.ends_with(quote) && !value.is_empty()).then_some((start + 1, value))
}

/// Whether a word is several options of one letter, of which the last is `option`: `-sSfu`.
fn is_joined(word: &str, option: &str) -> bool {
    let is_short = option.len() == 2 && (3..=6).contains(&word.len());
    is_short && has_letter(word, option) && word.chars().next_back() == option.chars().next_back()
}

/// Whether a word is one or several options of one letter, of which one is `option`.
fn has_letter(word: &str, option: &str) -> bool {
    let letters = word.strip_prefix('-').unwrap_or("");
    let is_letters = letters.len() <= 6 && letters.bytes().all(|b| b.is_ascii_alphanumeric());
    is_letters && option.strip_prefix('-').is_some_and(|letter| letters.contains(letter))
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
    // `ExecStart=/usr/bin/curl`
    word.rsplit(['/', '=']).next().unwrap_or("")
}

/// Whether a word is an option such as `--password` or `--api-token`, but not `--password-stdin`.
fn is_secret_option(option: &str, value: &str) -> bool {
    let is_told = |told| match told {
        Tells::IfPlausible | Tells::UnlessSetting => could_be(value),
        told => told >= Tells::Perhaps,
    };
    let last = option.rsplit(['-', '_']).next().unwrap_or("");
    let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
    option.strip_prefix("--").is_some_and(is_name) && !NOT_OPTIONS.contains(&last) && is_told(tells(option))
}

/// Whether a word of a list is the secret that the option before it announces.
#[must_use]
pub(crate) fn is_of_option(option: &str, value: &str) -> bool {
    is_secret_option(option, value) && is_literal(value)
}

fn has_password(value: &str) -> bool {
    // `1000:1000` is a user and a group.
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    value.split_once(':').is_some_and(|(user, password)| {
        is_literal(password) && !(is_number(user) && is_number(password) && !user.is_empty())
    })
}

/// Whether `read` puts its input into a variable whose name suggests a secret.
fn reads_a_secret(words: &[(usize, &str)]) -> bool {
    let names = words.iter().skip_while(|(_, word)| *word != "read").skip(1);
    names.take_while(|(_, word)| !word.starts_with("<<<")).any(|(_, name)| tells(name) >= Tells::Likely)
}

/// The byte range of the secret that echo, printf or a here-string writes to the pipe; `None` if there is none.
fn printed(words: &[(usize, &str)]) -> Option<Range<usize>> {
    let is_printer = |(_, word): &(usize, &str)| matches!(*word, "echo" | "printf" | "<<<");
    let after = words.iter().skip_while(|word| !is_printer(word)).skip(1);
    // What a command in `$(…)` prints is not known. A compose file has `$$` for `$`.
    let is_command = |word: &str| ["$(", "$$("].iter().any(|open| word.starts_with(open));
    let given = after.take_while(|(_, word)| *word != "|" && !is_command(word));
    let given = given.filter(|(_, word)| !word.contains('%')).copied();
    let glued = words.iter().filter_map(|(at, word)| Some((at + 3, word.strip_prefix("<<<")?)));
    let glued = glued.filter(|(_, word)| !word.is_empty());
    // The word is `USER:PASSWORD`, or a password alone.
    let secrets = glued.chain(given).map(|(at, word)| match word.split_once(':') {
        Some((user, password)) => (at + user.len() + 1, password),
        None => (at, word),
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
            "mysql -u root -p'hunter2' -e x",
            "curl --user=bob:hunter2 https://a.example.com",
            "curl --proxy-user=bob:hunter2 https://a.example.com",
            "curl -ubob:hunter2 https://a.example.com",
            "curl -sSfu bob:hunter2 https://a.example.com",
            "docker login -u bob -p=hunter2",
            "- [docker, login, -u, bob, -phunter2]",
            "skopeo copy --src-creds=bob:hunter2 docker://a docker://b",
            "htpasswd -Bbc /etc/htpasswd bob hunter2",
            "caddy hash-password --plaintext hunter2",
            "openssl passwd -6 hunter2",
            "cryptsetup open /dev/sdb1 data <<< hunter2",
            "cryptsetup open /dev/sdb1 data <<<'hunter2'",
            "read -r DB_PASSWORD <<< hunter2",
            "read TOKEN <<<hunter2",
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
            "app user add --password-from-env alice",
            "app user add --no-password alice",
            "echo done",
            "curl -fsSL https://a.example.com/user:v2 -o x",
            "podman run -u 1000:1000 x",
            "openssl passwd -6 -stdin",
            "curl --user=$USER:$PASSWORD https://a.example.com",
            "cryptsetup open /dev/sdb1 data",
            "cryptsetup open /dev/sdb1 data <<< \"$(pass show disk)\"",
            "read -r TOKEN <<< \"$(pass show token)\"",
            "read -r TOKEN <<<\"$LINE\"",
            "read -r NAME <<< hunter2",
        ] {
            assert!(passed(line).is_empty(), "{line}");
        }
    }
}
