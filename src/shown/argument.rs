//! Secrets that a command is given as an argument, or by a pipe.

use super::name::is_secret_name;
use super::value::is_harmless;

/// Commands that take a password as `-pPASSWORD`.
const GLUED: &[&str] = &["mysql", "mysqladmin", "mysqldump", "mariadb", "sshpass", "7z"];
/// Commands that take `-u USER:PASSWORD`.
const FETCHERS: &[&str] = &["curl", "wget", "http"];
/// What reads a password from a pipe.
const READERS: &[&str] = &["--password-stdin", "--stdin", "chpasswd", "passwd", "--with-token"];

/// Whether a line of shell, or a list of words in YAML, passes a secret on.
pub(super) fn passes_secret(line: &str) -> bool {
    let blank = |c: char| c.is_whitespace() || ",[]\"'".contains(c);
    let words: Vec<&str> = line.split(blank).filter(|word| !word.is_empty()).collect();
    let has =
        |names: &[&str]| words.iter().any(|word| names.contains(&word.rsplit('/').next().unwrap_or("")));
    let pairs = || words.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?)));
    pairs().any(|(option, value)| is_secret_option(option) && is_literal(value))
        || has(FETCHERS) && pairs().any(|(option, value)| is_user_option(option) && has_password(value))
        || has(GLUED) && words.iter().any(|word| word.strip_prefix("-p").is_some_and(is_literal))
        || has(&["sshpass"]) && words.contains(&"-p")
        || has(READERS) && printed(&words).any(is_literal)
}

/// `--password`, `--api-token`; not `--password-stdin`, `--token-file`.
fn is_secret_option(option: &str) -> bool {
    option.starts_with("--")
        && is_secret_name(option)
        && !["-stdin", "-file", "-path"].iter().any(|end| option.ends_with(end))
}

fn is_user_option(option: &str) -> bool {
    matches!(option, "-u" | "--user" | "-U" | "--proxy-user" | "-a" | "--auth")
}

fn has_password(value: &str) -> bool {
    value.split_once(':').is_some_and(|(_, password)| is_literal(password))
}

/// What echo, printf or a here-string gives to the pipe.
fn printed<'a>(words: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    let is_printer = |word: &&str| matches!(*word, "echo" | "printf" | "<<<");
    let after = words.iter().position(is_printer).map_or(words.len(), |at| at + 1);
    words.iter().copied().skip(after).take_while(|word| *word != "|").filter(|word| !word.contains('%'))
}

/// Neither a variable nor another option.
fn is_literal(value: &str) -> bool {
    !value.starts_with(['-', '$', '<', '>', '|', '&', ';']) && !is_harmless(value)
}

#[cfg(test)]
mod tests {
    use super::passes_secret;

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
            "k3s agent --token abc --server https://a.example.com",
        ] {
            assert!(passes_secret(line), "{line}");
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
            assert!(!passes_secret(line), "{line}");
        }
    }
}
