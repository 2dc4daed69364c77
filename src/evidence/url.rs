//! Places in a line that suggest a secret: a password in a URL or a connection string, and values in the query of a
//! URL.

use std::ops::Range;

use super::literal::is_literal_part;
use super::name::{Tells, tells};
use super::plausible::could_be;
use crate::base::secret;

/// Names that suggest a secret only in a query. Everybody who has a URL with a signature can use it.
const IN_QUERY: &[&str] = &["sig", "signature", "auth", "pass", "pwd"];
/// The same for values that are plausible as secrets.
const IN_QUERY_IF_PLAUSIBLE: &[&str] = &["key"];
/// The greatest number of bytes of `USER:PASSWORD` or of a host that are examined if there is no scheme.
const LONGEST_USERINFO: usize = 256;
/// The least length of a token in the place of a user's name, in bytes.
const LEAST_TOKEN: usize = 16;

/// Whether a character ends a URL in a text.
fn ends_url(c: char) -> bool {
    c.is_whitespace() || "\"'`<>|\\".contains(c)
}

/// The URL at the beginning of a text. It can contain `<password>`, but ends before the `>` of `<https://…>`.
fn url(text: &str) -> &str {
    let mut inside = false;
    let mut before = '/';
    let end = text.find(|c| {
        let opens = c == '<' && "/:@=".contains(before);
        let closes = c == '>' && inside;
        inside = opens || inside && !closes;
        before = c;
        ends_url(c) && !opens && !closes
    });
    text.get(..end.unwrap_or(text.len())).unwrap_or("")
}

/// Every URL in a line that is not within another one: the byte offset after `://`, and the text from there.
fn urls(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut end = 0;
    line.match_indices("://").filter_map(move |(at, sign)| {
        let start = at + sign.len();
        let url = url(line.get(start..).filter(|_| at >= end)?);
        end = start + url.len();
        Some((start, url))
    })
}

/// The byte ranges of `user:password` in URLs, and without a scheme in `user:password@tcp(host)` and
/// `user:password@host:port`.
pub(super) fn passwords(line: &str) -> impl Iterator<Item = Range<usize>> {
    let in_urls = urls(line).flat_map(|(at, url)| {
        let inner = url.match_indices("://").filter_map(|(sign, _)| {
            let start = sign + 3;
            let end = start + authority(url.get(start..)?).rfind('@')?;
            has_password(url.get(start..end)?).then_some(start..end)
        });
        let is_http =
            line.get(..at).is_some_and(|before| before.ends_with("http://") || before.ends_with("https://"));
        let outer = userinfo(url).or_else(|| token(url).filter(|_| is_http)).map(|end| 0..end);
        outer.into_iter().chain(inner).map(move |range| at + range.start..at + range.end).collect::<Vec<_>>()
    });
    let in_urls = in_urls.chain(line.match_indices("@tcp(").chain(line.match_indices("@unix(")).filter_map(
        |(at, _)| {
            let before = ending(line.get(..at)?);
            let start = before.rfind(|c: char| ends_url(c) || c == '=').map_or(0, |at| at + 1);
            let offset = at - before.len();
            has_password(before.get(start..)?).then_some(offset + start..at)
        },
    ));
    in_urls.chain(bare(line)).chain(oracle(line))
}

/// The byte ranges of the passwords in `jdbc:oracle:thin:USER/PASSWORD@HOST`.
fn oracle(line: &str) -> impl Iterator<Item = Range<usize>> {
    line.match_indices("jdbc:oracle:").filter_map(|(at, scheme)| {
        let (userinfo, _) = line.get(at + scheme.len()..)?.split(ends_url).next()?.split_once('@')?;
        let (_, password) = userinfo.split_once('/')?;
        let end = at + scheme.len() + userinfo.len();
        is_literal_part(password).then(|| end - password.len()..end)
    })
}

/// The byte ranges of `user:password` in `//user:password@host`, and also in `user:password@host:port` and
/// `user:password@host/path` if the password is plausible as one. `postgres:16@sha256:…` is an image.
fn bare(line: &str) -> impl Iterator<Item = Range<usize>> {
    let mut found = 0;
    line.match_indices('@').filter_map(move |(at, _)| {
        // What is before the last one that was found does not belong to this one.
        let before = ending(line.get(found..at)?);
        // Most `@` have no password before them.
        before.rfind(':')?;
        let offset = at - before.len();
        let start = before.rfind(|c: char| ends_url(c) || "=,([{".contains(c)).map_or(0, |at| at + 1);
        let (start, is_authority) = match before.get(start..)?.strip_prefix("//") {
            Some(_) => (start + 2, true),
            None => (start, false),
        };
        let userinfo = before.get(start..)?;
        let (user, password) = userinfo.split_once(':')?;
        let host = beginning(line.get(at + 1..)?).split(|c| ends_url(c) || "/?#".contains(c)).next()?;
        let rest = line.get(at + 1 + host.len()..)?;
        let port = host.split_once(':').map(|(_, port)| port.trim_end_matches([',', ';', ')', '}', ']']));
        let has_port = port.is_some_and(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()));
        let is_host = host.starts_with(|c: char| c.is_ascii_alphanumeric())
            && !host.contains('(')
            && (has_port || rest.starts_with('/'));
        let is_one = match is_authority {
            true => has_password(userinfo),
            false => is_host && !user.contains('/') && !password.starts_with('/') && could_be(password),
        };
        is_one.then(|| {
            found = at + 1;
            offset + start..at
        })
    })
}

/// The end of a text, as long as a user and a password can be.
fn ending(text: &str) -> &str {
    let from = text.len().saturating_sub(LONGEST_USERINFO);
    (from..from + 4).find_map(|from| text.get(from..)).unwrap_or(text)
}

/// The beginning of a text, as long as a host and its port can be.
fn beginning(text: &str) -> &str {
    let to = text.len().min(LONGEST_USERINFO);
    (to..to + 4).find_map(|to| text.get(..to)).unwrap_or(text)
}

/// The length of a token in the place of the user's name, in bytes; `None` if there is none. The key in a Sentry DSN,
/// `https://KEY@host/NUMBER`, is public and does not count.
fn token(url: &str) -> Option<usize> {
    let authority = authority(url);
    let end = authority.rfind('@')?;
    let user = authority.get(..end)?;
    let path = url.get(authority.len()..)?.split(['?', '#']).next()?.trim_end_matches('/');
    let project = path.rsplit('/').next().unwrap_or("");
    let is_dsn = !project.is_empty() && project.bytes().all(|b| b.is_ascii_digit());
    let has = |is: fn(&u8) -> bool| user.as_bytes().iter().any(is);
    let is_long = user.len() >= LEAST_TOKEN
        && user.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic);
    let is_token = is_long || secret::random_word(user).is_some();
    (!is_dsn && !user.contains(':') && is_token).then_some(end)
}

fn authority(url: &str) -> &str {
    url.split(['/', '?', '#']).next().unwrap_or("")
}

/// The length of `user:password` at the beginning of a URL, in bytes; `None` if there is none.
fn userinfo(url: &str) -> Option<usize> {
    let authority = authority(url);
    let end = match authority.rfind('@') {
        Some(end) => end,
        // `user:pass/word@host` is not a valid URL, but some programs accept it; `host:8080/a@b` is one.
        None => {
            let (_, port) = authority.split_once(':')?;
            let is_port = port.bytes().all(|b| b.is_ascii_digit()) || port.starts_with(['$', '{']);
            url.find('@').filter(|_| !is_port)?
        }
    };
    url.get(..end).is_some_and(has_password).then_some(end)
}

/// Whether `user:password` has a password that is a secret itself.
pub(super) fn has_password(userinfo: &str) -> bool {
    userinfo.split_once(':').is_some_and(|(_, password)| is_literal_part(password))
}

/// The byte ranges of the values in queries whose names suggest a secret, with or without a URL before the query.
pub(super) fn queries(line: &str) -> impl Iterator<Item = Range<usize>> {
    line.match_indices(['?', '&', ';']).filter_map(|(at, _)| {
        let start = at + 1;
        let pair = line.get(start..)?.split(|c| ends_url(c) || "?&;".contains(c)).next()?;
        let (name, value) = pair.split_once('=')?;
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b)) {
            return None;
        }
        let value = value.split(['#', ')', ']', ',']).next().unwrap_or("");
        let small = name.to_ascii_lowercase();
        let (told, is_plausible) = (tells(name), could_be(value));
        let is_telling = told == Tells::Surely
            || IN_QUERY.contains(&small.as_str())
            || is_plausible
                && (told == Tells::IfPlausible || IN_QUERY_IF_PLAUSIBLE.contains(&small.as_str()));
        let start = start + name.len() + 1;
        (is_telling && is_literal_part(value)).then_some(start..start + value.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Vec<&str> {
        passwords(line).chain(queries(line)).map(|range| line.get(range).unwrap_or_default()).collect()
    }

    #[test]
    fn passwords_in_urls_are_seen() {
        for (line, secret) in [
            ("postgres://app:s3cret@db/app", "app:s3cret"),
            ("redis://:s3cret@cache:6379/0", ":s3cret"),
            ("A=\"amqp://a:s3/cret@mq\" b", "a:s3/cret"),
            ("mysql://a:$ecret1@db", "a:$ecret1"),
            ("app:s3cret@tcp(db:3306)/app", "app:s3cret"),
            ("https://example.com/hook?token=abc&x=1", "abc"),
            ("https://a.blob.example.net/x?sv=1&sig=ab%3D", "ab%3D"),
            ("https://x.example/?a=1;password=abc#top", "abc"),
            ("//app:s3cretPassw0rd@db/app", "app:s3cretPassw0rd"),
            ("app:s3cretPassw0rd@db:5432/app", "app:s3cretPassw0rd"),
            ("image: app:s3cretPassw0rd@registry.example.com/app", "app:s3cretPassw0rd"),
            ("https://a1b2c3d4e5f6a7b8c9@github.com/acme/app", "a1b2c3d4e5f6a7b8c9"),
            ("https://example.com/?key=s3cretPassw0rd", "s3cretPassw0rd"),
            ("?sv=1&sig=ab%3D", "ab%3D"),
            ("see <https://app:s3cret@db/app> for", "app:s3cret"),
            ("jdbc:oracle:thin:app/s3cret@//db:1521/app", "s3cret"),
            ("https://app:<s3cretPassw0rd1>@db/app", "app:<s3cretPassw0rd1>"),
        ] {
            assert_eq!(found(line), [secret], "{line}");
        }
    }

    #[test]
    fn other_urls_are_left() {
        for line in [
            "https://0123abc@o1.ingest.example.com/12",
            "https://example.com:8080/a@b",
            "postgres://app:${DB_PASSWORD}@db/app",
            "postgres://app:$DB_PASSWORD@db/app",
            "postgres://app:$password@db/app",
            "postgres://app:{env.PASSWORD}@db/app",
            "postgres://app:{{ password }}@db/app",
            "postgres://<user>:<password>@db",
            "postgres://app@db/app",
            "postgres://app:***@db/app",
            "https://example.com/?token=${TOKEN}&page=2",
            "https://example.com/?token=&q=secret",
            "git@github.com:acme/app.git",
            "http://[::1]:80/",
            "postgres:16@sha256:0123/x",
            "npm:vue2x@2.7.1",
            "mailto:john123@example.com",
            "john123@example.com:22",
            "rsync -a me@host1:/srv/data1 /srv",
            "https://deploy@github.com/acme/app",
            "https://0123456789abcdef0123@sentry.example.com/4",
            "https://example.com/?key=name&page=2",
            "jdbc:oracle:thin:@//db:1521/app",
            "jdbc:oracle:thin:app/${DB_PASSWORD}@db:1521:app",
            "vault://kv/app?address=https://vault.example.com:8200&role_id=app&secret_id=credential://id#password",
        ] {
            assert_eq!(found(line), [""; 0], "{line}");
        }
    }
}
