//! Secrets that a command is given as an argument, or by a pipe.

use super::name::is_secret_name;
use super::value::is_harmless;

/// Commands that take a password as `-pPASSWORD`.
const GLUED: &[&str] = &["mysql", "mysqladmin", "mysqldump", "mariadb", "sshpass", "7z"];
/// Commands that take `-u USER:PASSWORD`.
const FETCHERS: &[&str] = &["curl", "wget", "http"];
/// What reads a password from a pipe.
const READERS: &[&str] = &["--password-stdin", "--stdin", "chpasswd", "passwd", "--with-token"];

/// Where in a line of shell, or in a list of words in YAML, the first secret stands that is passed on.
pub(super) fn passed(line: &str) -> Option<usize> {
    // Most lines have neither an option nor a pipe into `passwd`.
    if !line.contains('-') && !line.contains("passwd") {
        return None;
    }
    let words = words(line);
    let has = |names: &[&str]| words.iter().any(|(_, word)| names.contains(&program(word)));
    let (fetches, is_glued, is_sshpass) = (has(FETCHERS), has(GLUED), has(&["sshpass"]));
    let after = words.windows(2).filter_map(|pair| {
        let ((_, option), (at, value)) = (*pair.first()?, *pair.last()?);
        let is_one = is_secret_option(option) && is_literal(value)
            || fetches && is_user_option(option) && has_password(value)
            || is_sshpass && option == "-p";
        is_one.then_some(at)
    });
    let glued = words.iter().filter(|(_, word)| is_glued && word.strip_prefix("-p").is_some_and(is_literal));
    let printed = has(READERS).then(|| printed(&words)).flatten();
    after.chain(glued.map(|(at, _)| *at)).chain(printed).min()
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
    option.starts_with("--") && !option.ends_with("-stdin") && is_secret_name(option)
}

fn is_user_option(option: &str) -> bool {
    matches!(option, "-u" | "--user" | "-U" | "--proxy-user" | "-a" | "--auth")
}

fn has_password(value: &str) -> bool {
    value.split_once(':').is_some_and(|(_, password)| is_literal(password))
}

/// What echo, printf or a here-string gives to the pipe.
fn printed(words: &[(usize, &str)]) -> Option<usize> {
    let is_printer = |(_, word): &(usize, &str)| matches!(*word, "echo" | "printf" | "<<<");
    let after = words.iter().skip_while(|word| !is_printer(word)).skip(1);
    let given = after.take_while(|(_, word)| *word != "|").filter(|(_, word)| !word.contains('%'));
    // `USER:PASSWORD` or a password alone.
    let secrets = given.map(|(at, word)| match word.split_once(':') {
        Some((user, password)) => (at + user.len() + 1, password),
        None => (*at, *word),
    });
    secrets.into_iter().find(|(_, secret)| is_literal(secret)).map(|(at, _)| at)
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
            "k3s agent --token hunter2 --server https://a.example.com",
        ] {
            let at = passed(line).unwrap_or_else(|| panic!("{line}"));
            let (before, secret) = line.split_at(at);
            assert!(!before.contains("hunter2") && secret.contains("hunter2"), "{line}: {at}");
            assert!(!secret.starts_with(' '), "{line}: {at}");
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
            assert_eq!(passed(line), None, "{line}");
        }
    }
}
