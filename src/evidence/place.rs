//! Places in a line that tell: a password in a URL, in its query, in a connection string.

use std::ops::Range;

use super::literal::{is_empty, is_literal_part};
use super::name::{Tells, tells};

/// Names in a query that tell only there: a signature lets in whoever has the URL.
const IN_QUERY: &[&str] = &["sig", "signature", "auth", "pass", "pwd"];

/// What ends a URL in a text.
fn ends_url(c: char) -> bool {
    c.is_whitespace() || "\"'`<>|\\".contains(c)
}

/// Every URL in a line that stands in no other: where it begins behind `://`, and what stands there.
fn urls(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut end = 0;
    line.match_indices("://").filter_map(move |(at, sign)| {
        let start = at + sign.len();
        let url = line.get(start..).filter(|_| at >= end)?.split(ends_url).next().unwrap_or("");
        end = start + url.len();
        Some((start, url))
    })
}

/// `user:password@` in `https://user:password@host`, and without a scheme in `user:password@tcp(host)`.
pub(super) fn passwords(line: &str) -> impl Iterator<Item = Range<usize>> {
    let in_urls = urls(line).flat_map(|(at, url)| {
        let inner = url.match_indices("://").filter_map(|(sign, _)| {
            let start = sign + 3;
            let end = start + authority(url.get(start..)?).rfind('@')?;
            has_password(url.get(start..end)?).then_some(start..end)
        });
        let outer = userinfo(url).map(|end| 0..end);
        outer.into_iter().chain(inner).map(move |range| at + range.start..at + range.end).collect::<Vec<_>>()
    });
    in_urls.chain(line.match_indices("@tcp(").chain(line.match_indices("@unix(")).filter_map(|(at, _)| {
        let before = line.get(..at)?;
        let start = before.rfind(|c: char| ends_url(c) || c == '=').map_or(0, |at| at + 1);
        has_password(before.get(start..)?).then_some(start..at)
    }))
}

fn authority(url: &str) -> &str {
    url.split(['/', '?', '#']).next().unwrap_or("")
}

/// How long `user:password` is at the beginning of a URL.
fn userinfo(url: &str) -> Option<usize> {
    let authority = authority(url);
    let end = match authority.rfind('@') {
        Some(end) => end,
        // `user:pass/word@host` is no URL but works with some; `host:8080/a@b` is one.
        None => {
            let (_, port) = authority.split_once(':')?;
            let is_port = port.bytes().all(|b| b.is_ascii_digit()) || port.starts_with(['$', '{']);
            url.find('@').filter(|_| !is_port)?
        }
    };
    url.get(..end).is_some_and(has_password).then_some(end)
}

/// Whether `user:password` has a literal password.
pub(super) fn has_password(userinfo: &str) -> bool {
    userinfo.split_once(':').is_some_and(|(_, password)| is_literal_part(password))
}

/// Values in the queries of URLs whose names tell.
pub(super) fn queries(line: &str) -> impl Iterator<Item = Range<usize>> {
    urls(line).flat_map(|(start, url)| {
        let query = url.find('?').map_or(url.len(), |at| at + 1);
        let mut at = start + query;
        url.get(query..).unwrap_or("").split(['&', ';']).filter_map(move |pair| {
            let begin = at;
            at += pair.len() + 1;
            let (name, value) = pair.split_once('=')?;
            let value = value.split(['#', ')', ']', ',']).next().unwrap_or("");
            let is_telling =
                tells(name) == Tells::Surely || IN_QUERY.contains(&name.to_ascii_lowercase().as_str());
            let start = begin + name.len() + 1;
            (is_telling && is_literal_part(value)).then_some(start..start + value.len())
        })
    })
}

/// A user's password or its hash in a web server's `basic_auth { USER HASH }`: the second word of a line.
pub(super) fn basic_auth(line: &str) -> Option<Range<usize>> {
    let bare = line.trim_start();
    let (user, rest) = bare.split_once([' ', '\t'])?;
    let hash = rest.split_whitespace().next().filter(|hash| is_literal_part(hash) && !is_empty(hash))?;
    let at = line.len() - bare.len() + user.len() + 1 + rest.find(hash)?;
    Some(at..at + hash.len())
}

/// Whether a line opens such a block.
pub(super) fn opens_basic_auth(line: &str) -> bool {
    let mut words = line.split_whitespace();
    matches!(words.next(), Some("basic_auth" | "basicauth")) && words.last() == Some("{")
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
            "vault://kv/app?address=https://vault.example.com:8200&role_id=app&secret_id=credential://id#password",
        ] {
            assert_eq!(found(line), [""; 0], "{line}");
        }
    }
}
