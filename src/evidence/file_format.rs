//! Lines of files that have a fixed place for a secret: `.netrc`, `.pgpass`, `.htpasswd`, SQL, the settings of servers,
//! and `basic_auth` of web servers.

use std::ops::Range;

use super::literal::{first_word, is_harmless, is_literal_part};
use super::name::{Tells, tells};
use super::plausible::{SHORTEST, could_be};

/// The beginnings of password hashes in `user:HASH`: those of bcrypt, Apache and LDAP, also with the doubled `$` of
/// compose files.
const HASHES: &[&str] =
    &["$2a$", "$2b$", "$2y$", "$apr1$", "$$2a$$", "$$2b$$", "$$2y$$", "$$apr1$$", "{SHA}", "{SSHA}"];

/// The SQL before a password in quotes.
const SQL: &[&str] = &["identified by", "password", "password("];
/// The SQL that can be the end of a line, with the password in the next one. Other sentences end in `password` as well.
const SQL_OPEN: &[&str] = &["identified by", "with password", "encrypted password", "password("];
/// Further SQL before a password: the second text, if the first is somewhere before it.
const SQL_LATER: (&str, &str) = ("identified with ", " by");

/// Words after which a name and its value follow, with only white space between them.
const SETTERS: &[&str] = &[
    "set",
    "config",
    "setenv",
    "setx",
    "env",
    "header",
    "header_up",
    "request_header",
    "requestheader",
    "add_header",
    "proxy_set_header",
    "fastcgi_param",
    "uwsgi_param",
];

/// Programs whose names suggest a secret; the word after them is a user.
const PROGRAMS: &[&str] = &["passwd", "chpasswd", "htpasswd", "gpasswd", "smbpasswd"];

/// The byte ranges of all secrets that are in such places of a line.
pub(super) fn placed(line: &str) -> Vec<Range<usize>> {
    let words: Vec<_> = words(line).take(MOST_WORDS).collect();
    let one = [pgpass(&words), set(line, &words)].into_iter().flatten();
    let many = logins(line, &words).chain(answers(line, &words)).chain(hashes(&words));
    one.chain(many).chain(sql(line)).collect()
}

/// The greatest number of words of a line that are examined.
const MOST_WORDS: usize = 200;

/// The words of a line, each with its byte offset.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    line.split_inclusive([' ', '\t', '\n', '\r']).filter_map(move |word| {
        let start = at;
        at += word.len();
        Some((start, word.trim_end())).filter(|(_, word)| !word.is_empty())
    })
}

/// The secret in `host:5432:database:user:PASSWORD`, if the line has no other word.
fn pgpass(words: &[(usize, &str)]) -> Option<Range<usize>> {
    let [(at, line)] = words else { return None };
    let mut fields = line.splitn(5, ':');
    let (host, port) = (fields.next()?, fields.next()?);
    let (database, user, password) = (fields.next()?, fields.next()?, fields.next()?);
    let is_port = port == "*" || port.len() >= 2 && port.bytes().all(|b| b.is_ascii_digit());
    let fields = [host, port, database, user];
    let is_named =
        fields.iter().all(|field| !field.is_empty()) && !fields.iter().all(|field| is_hex_pair(field));
    let is_one = is_port && is_named && !password.contains(':') && password.len() >= SHORTEST;
    let start = at + line.len() - password.len();
    (is_one && is_literal_part(password) && !is_harmless(password)).then_some(start..start + password.len())
}

/// Whether a text is one of the parts of a MAC address.
fn is_hex_pair(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The secret in `mac_key PASSWORD`, if the line has no other word, or after a setter: `ENV NAME PASSWORD`,
/// `aws configure set NAME PASSWORD`, `header_up NAME PASSWORD`.
fn set(line: &str, words: &[(usize, &str)]) -> Option<Range<usize>> {
    let is_setter = |word: &str| SETTERS.iter().any(|setter| setter.eq_ignore_ascii_case(bare(word)));
    let setters = words.iter().enumerate().filter(|(_, (_, word))| is_setter(word)).map(|(at, _)| at + 1);
    // The name of a setting is in small letters, so a declaration in C is not taken for one.
    let is_setting =
        |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b));
    let is_alone =
        |(_, name): &&(usize, &str)| words.len() == 2 && is_setting(name) && !PROGRAMS.contains(name);
    let alone = words.first().filter(is_alone).map(|_| 0);
    setters.chain(alone).find_map(|from| {
        let rest = words.get(from..)?;
        let at = rest.iter().take_while(|(_, word)| word.starts_with('-')).count();
        let ((_, name), (start, _)) = (rest.get(at)?, rest.get(at + 1)?);
        let name = bare(name);
        let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-./:".contains(&b));
        (is_name && !name.ends_with(':')).then(|| value(line, *start, tells(name))).flatten()
    })
}

/// The secrets in `machine HOST login USER password PASSWORD`.
fn logins<'a>(line: &'a str, words: &'a [(usize, &'a str)]) -> impl Iterator<Item = Range<usize>> + 'a {
    words.windows(4).filter_map(|four| match four {
        [(_, "login"), _, (_, "password"), (at, _)] => value(line, *at, Tells::Surely),
        _ => None,
    })
}

/// The secrets in the answers to debconf's questions of the type `password`: `PACKAGE PACKAGE/QUESTION password PASSWORD`.
fn answers<'a>(line: &'a str, words: &'a [(usize, &'a str)]) -> impl Iterator<Item = Range<usize>> + 'a {
    words.windows(4).filter_map(|four| {
        let [(_, package), (_, question), (_, "password"), (at, _)] = four else { return None };
        let package = bare(package).rsplit(['"', '\'']).next().unwrap_or("");
        let (owner, _) = question.split_once('/')?;
        let rest = line.get(*at..)?;
        let secret = rest.split_whitespace().next()?.split(['"', '\'']).next()?;
        let is_one =
            (owner == package || could_be(secret)) && is_literal_part(secret) && !is_harmless(secret);
        is_one.then_some(*at..at + secret.len())
    })
}

/// The byte range of the value that begins at `start`; `None` if it is no secret, given what its name says.
fn value(line: &str, start: usize, told: Tells) -> Option<Range<usize>> {
    let rest = line.get(start..)?;
    let word = super::literal::literal(rest);
    let secret = rest.get(word.clone())?;
    let is_one = matches!(told, Tells::Surely | Tells::UnlessSetting | Tells::Likely | Tells::IfPlausible)
        && could_be(secret)
        && is_literal_part(secret)
        && !is_harmless(rest);
    is_one.then_some(start + word.start..start + word.end)
}

/// Every `user:HASH`, as in a file of passwords.
fn hashes<'a>(words: &'a [(usize, &'a str)]) -> impl Iterator<Item = Range<usize>> + 'a {
    words.iter().filter_map(|(at, word)| {
        let hash = word.find(":$").or_else(|| word.find(":{"))?;
        let is_hash =
            HASHES.iter().any(|mark| word.get(hash + 1..).is_some_and(|rest| rest.starts_with(mark)));
        let start = word.get(..hash)?.rfind(|c: char| "\"'=,[".contains(c)).map_or(0, |at| at + 1);
        let end = word.trim_end_matches(['"', '\'', ',', ']']).len();
        (is_hash && start < hash && end > start).then_some(at + start..at + end)
    })
}

/// Whether a line of SQL ends where a password has to follow in the next line.
pub(super) fn opens_sql(line: &str) -> bool {
    let line = line.trim_end();
    // Most lines end in none of these letters and are done here.
    if !line.ends_with(['y', 'Y', 'd', 'D', '(']) {
        return false;
    }
    let small = line.to_ascii_lowercase();
    let (first, last) = SQL_LATER;
    SQL_OPEN.iter().any(|told| small.ends_with(told)) || small.ends_with(last) && small.contains(first)
}

/// The secrets in `IDENTIFIED BY 'PASSWORD'`, `WITH PASSWORD 'PASSWORD'` and `PASSWORD('PASSWORD')`.
pub(super) fn sql(line: &str) -> impl Iterator<Item = Range<usize>> {
    let mut later = None;
    line.match_indices('\'').filter_map(move |(at, _)| {
        let before = line.get(..at)?.trim_end();
        let ends = |told: &str| {
            let start = before.len().checked_sub(told.len());
            start.and_then(|start| before.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(told))
        };
        let (first, last) = SQL_LATER;
        // The line is searched once, not at each quote.
        let mut is_later = || {
            let start = later.get_or_insert_with(|| line.to_ascii_lowercase().find(first));
            start.is_some_and(|start| start + first.len() <= before.len())
        };
        let is_told = SQL.iter().any(|told| ends(told)) || ends(last) && is_later();
        let secret = first_word(line.get(at..)?);
        let is_one = is_told && secret.len() >= SHORTEST && !secret.contains(char::is_whitespace);
        (is_one && is_literal_part(secret) && !is_harmless(secret)).then_some(at + 1..at + 1 + secret.len())
    })
}

/// The word without the quotes, commas and brackets that it has in a list.
fn bare(word: &str) -> &str {
    word.trim_matches(['"', '\'', ',', '[', ']'])
}

/// The byte range of the second word in a line of a web server's `basic_auth { USER HASH }`, which is a password or its
/// hash; `None` if it is neither.
pub(super) fn basic_auth(line: &str) -> Option<Range<usize>> {
    let bare = line.trim_start();
    let (user, rest) = bare.split_once([' ', '\t'])?;
    let hash = rest.split_whitespace().next().filter(|hash| is_literal_part(hash))?;
    let at = line.len() - bare.len() + user.len() + 1 + rest.find(hash)?;
    Some(at..at + hash.len())
}

/// Whether a line begins such a block.
pub(super) fn opens_basic_auth(line: &str) -> bool {
    let mut words = line.split_whitespace();
    matches!(words.next(), Some("basic_auth" | "basicauth")) && words.last() == Some("{")
}

/// A here-document with passwords.
pub(super) struct HereDocument {
    /// The line that ends it.
    pub(super) end: String,
    /// Whether each line is a password, and not `USER:PASSWORD`.
    is_bare: bool,
}

/// The here-document with passwords that a line begins, for `chpasswd` or `--password-stdin`; `None` if it begins none.
pub(super) fn opens_passwords(line: &str) -> Option<HereDocument> {
    let (before, after) = line.split_once("<<")?;
    let is_bare = before.contains("--password-stdin");
    if !is_bare && !before.contains("chpasswd") {
        return None;
    }
    let word = after.trim_start_matches('-').split_whitespace().next()?;
    let word = word.trim_matches(['"', '\'', '\\']);
    (!before.trim_start().starts_with('#') && !word.is_empty() && !word.starts_with('<'))
        .then(|| HereDocument { end: word.to_owned(), is_bare })
}

impl HereDocument {
    /// The byte range of the password in one of the lines; `None` if it has none, or its hash.
    pub(super) fn password(&self, line: &str) -> Option<Range<usize>> {
        let line = line.trim_end();
        let password = match self.is_bare {
            true => line.trim_start(),
            false => line.split_once(':')?.1,
        };
        let is_one = is_literal_part(password) && !password.starts_with('$') && !is_harmless(password);
        is_one.then_some(line.len() - password.len()..line.len())
    }
}

#[cfg(test)]
mod tests {
    use super::placed;

    #[test]
    fn files_of_passwords_are_known_by_their_lines() {
        for line in [
            "machine h.example.com login me password hunter2hunter2",
            "\tpassword hunter2hunter2",
            "db:5432:app:me:hunter2hunter2",
            "*:*:*:me:hunter2hunter2",
            "requirepass hunter2hunter2",
            "  mac_key hunter2hunter2",
            "CREATE USER 'me' IDENTIFIED BY 'hunter2hunter2';",
            "CREATE USER me IDENTIFIED WITH caching_sha2_password BY 'hunter2hunter2'",
            "alter role me with password 'hunter2hunter2';",
            "SET PASSWORD FOR 'me' = PASSWORD('hunter2hunter2');",
            "aws configure set aws_secret_access_key hunter2hunter2",
            "npm config set //registry.example.com/:_authToken hunter2hunter2",
            "ENV DB_PASSWORD hunter2hunter2",
            "header_up X-Api-Key hunter2hunter2",
            "proxy_set_header Authorization \"Bearer hunter2hunter2\";",
            "- [aws, configure, set, aws_secret_access_key, hunter2hunter2]",
            "echo \"mysql-server mysql-server/root_password password hunter2hunter2\" | debconf-set-selections",
        ] {
            let found: Vec<_> =
                placed(line).into_iter().map(|range| line.get(range).unwrap_or_default()).collect();
            assert_eq!(found, ["hunter2hunter2"], "{line}");
        }
        for line in ["me:$apr1$abcdefgh$ijklmnop", "- \"auth.users=me:$$2y$$05$$abcdefgh\""] {
            assert_eq!(placed(line).len(), 1, "{line}");
        }
    }

    #[test]
    fn other_lines_are_left() {
        for line in [
            "passwd user1234",
            "db:5432:app:me:$PASSWORD",
            "127.0.0.1:8080:80",
            "02:42:ac:11:00:02",
            "root:x:0:0:root:/root:/bin/bash",
            "ALTER ROLE me PASSWORD '$PASSWORD';",
            "password '%s'",
            "set -o pipefail",
            "named by 'header2file', or",
            "set_encrypt_key, set_decrypt_key2,",
            "NetworkPasswordData *password_data2;",
            "proxy_set_header Authorization $http_authorization;",
            "header_up X-Api-Key {env.API_KEY}",
            "git config user.name me2you",
            "tokens are 2fast2furious",
            "ask the user/admin password here",
            "mysql-server mysql-server/root_password password $PASSWORD",
        ] {
            assert!(placed(line).is_empty(), "{line}");
        }
    }
}
