//! Parsing of references, by the row of their scheme.

use super::{Argument, HELP, Location, SecretRef, SecretUri};
use crate::base::nearest::{nearest, suggest};
use crate::base::problem::Problem;
use crate::base::secret;
use crate::value::scheme::{Arrival, Need, PartForm, Path, Row, Scheme, SchemeKey};
use crate::value::{GuestPath, Variable, only, range_in};

impl SecretUri {
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        let Some((name, rest)) = Scheme::split(text) else {
            let help = meant(text).map_or_else(|| HELP.to_owned(), |uri| format!("write {uri}"));
            return Err(Problem::new("this is not a reference to a secret", help));
        };
        let scheme = find_scheme(text, name)?;
        let row = scheme.row();
        let example = || format!("write it like {}", row.example);
        let (rest, fragment) = split(rest, '#');
        let (path, query) = split(rest, '?');
        let path = read_path(row, path)
            .map_err(|problem| Problem { help: example(), ..problem.within(range_in(text, path)) })?;
        let query = read_query(text, row, query)?;
        let fragment = read_fragment(text, row, fragment)?;
        let uri = Self { scheme, path, query, fragment };
        uri.check_either(text)?;
        Ok(uri)
    }

    /// Checks that exactly one of the scheme's sets of keys is given. Vault needs a first credential, which is the two
    /// parts of an `AppRole` or a wrapped token.
    fn check_either(&self, text: &str) -> Result<(), Problem> {
        let Row { name, example, either, arrival, .. } = self.scheme.row();
        let has = |key: &str| self.query.iter().any(|(name, _)| *name == key);
        let is_it = |set: &&[&str]| either.iter().copied().flatten().all(|key| has(key) == set.contains(key));
        if either.is_empty() || either.iter().any(is_it) {
            return Ok(());
        }
        let who = if let Arrival::Fetched(store) = arrival { store } else { name };
        let sets: Vec<_> = either.iter().map(|set| set.join(" and ")).collect();
        let message = format!("a reference to {who} needs either {} in its query", sets.join(", or "));
        Err(Problem::new(message, format!("write it like {example}")).part(0..text.len()))
    }
}

/// The reference that the user probably meant by a path on the server; `None` if the text is no path or the server
/// would not accept it. A path that looks random may be a secret, so it is not repeated in a message.
fn meant(text: &str) -> Option<String> {
    let path = text.strip_prefix("file:").unwrap_or(text);
    let uri = format!("file://{path}");
    let is_path = GuestPath::parse(path).is_ok() && secret::random_word(path).is_none();
    (is_path && SecretRef::secret(&uri).is_ok()).then_some(uri)
}

/// Finds a scheme by its name in a reference, before which the prefix of vals may be.
fn find_scheme(text: &str, name: &str) -> Result<Scheme, Problem> {
    let place = range_in(text, name);
    let Some(scheme) = Scheme::named(name) else {
        let message = format!("there is no scheme `{name}`");
        return Err(match nearest(name, Scheme::names()) {
            Some(near) => Problem::new(message, format!("did you mean `{near}://`?")).part(place),
            // What follows may be anything, so this is about the whole text.
            None => Problem::new(message, HELP),
        });
    };
    if place.start > 0 && !scheme.row().vals {
        let help = format!("write {}://", scheme.name());
        return Err(Problem::new(
            format!("`ref+` cannot come before `{}`: vals does not know this scheme", scheme.name()),
            help,
        )
        .part(0..place.start));
    }
    Ok(scheme)
}

/// The text before a character, and the text after it if the character is there.
fn split(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// Names that a variable of a Terraform module cannot have (Terraform's documentation of input variables), and words of its
/// expressions.
const RESERVED: [&str; 12] = [
    "source",
    "version",
    "providers",
    "count",
    "for_each",
    "lifecycle",
    "depends_on",
    "locals",
    "null",
    "true",
    "false",
    "for",
];

fn read_path(scheme: &Row, path: &str) -> Result<Location, Problem> {
    match scheme.path {
        Path::File if !path.starts_with('/') => {
            Err(Problem::new("the path of a file must begin with a slash", "write three slashes")
                .part(0..path.len()))
        }
        Path::File => GuestPath::parse(path).map(Location::File),
        Path::Variable if scheme.arrival == Arrival::FilledIn && RESERVED.contains(&path) => {
            Err(Problem::new(format!("Terraform does not accept a variable named `{path}`"), "")
                .part(0..path.len()))
        }
        Path::Variable => Variable::parse(path).map(Location::Variable),
        Path::Vault => {
            let parts = path.split_once('/').filter(|(_, secret)| !secret.contains('/'));
            let Some((vault, secret)) = parts else {
                return Err(Problem::new("the path must be VAULT/SECRET", "").part(0..path.len()));
            };
            // Microsoft's "Naming rules and restrictions for Azure resources", Microsoft.KeyVault.
            let rules = [("vault", vault, 3..=24), ("secret", secret, 1..=127)];
            for (what, name, length) in rules {
                let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
                if !is_name || !length.contains(&name.len()) {
                    let (least, most) = (length.start(), length.end());
                    let message = format!(
                        "the name of a {what} in Azure has {least} to {most} letters, digits and hyphens"
                    );
                    return Err(Problem::new(message, "").part(range_in(path, name)));
                }
            }
            Ok(Location::Segments(path.to_owned()))
        }
        Path::Segments(least, most) => {
            only(path, |c| is_word(c) || "@+=/".contains(c), "a path", "")?;
            let mut count = 0;
            for segment in path.split('/') {
                let part = range_in(path, segment);
                if segment.is_empty() || segment.bytes().all(|b| b == b'.') {
                    return Err(
                        Problem::new("a path must not contain empty parts, `.` or `..`", "").part(part)
                    );
                }
                count += 1;
            }
            if (least..=most).contains(&count) {
                return Ok(Location::Segments(path.to_owned()));
            }
            let wanted = match (least, most) {
                (1, 1) => "1 part".to_owned(),
                _ if least == most => format!("{least} parts"),
                _ => format!("{least} to {most} parts"),
            };
            let message = format!(
                "the path of the scheme `{}` must have {wanted} between slashes; this one has {count}",
                scheme.name
            );
            Err(Problem::new(message, "").part(0..path.len()))
        }
    }
}

fn read_query(
    text: &str,
    scheme: &'static Row,
    query: Option<&str>,
) -> Result<Vec<(&'static str, Argument)>, Problem> {
    let help = || format!("write it like {}", scheme.example);
    let help_for = |key: &SchemeKey| match key.form {
        PartForm::Reference => {
            let file = key.name.replace('_', "-");
            format!("write a reference there too: {}=file:///etc/firstlight/{file}", key.name)
        }
        PartForm::Word | PartForm::Region | PartForm::Address => help(),
    };
    if let (Some(query), []) = (query, scheme.query) {
        let at = range_in(text, query);
        return Err(Problem::new(format!("the scheme `{}` has no query", scheme.name), "remove it")
            .part(at.start.saturating_sub(1)..at.end));
    }
    let mut given: Vec<(&'static str, Argument)> = Vec::new();
    for pair in query.into_iter().flat_map(|query| query.split('&')) {
        let (name, value) = split(pair, '=');
        let Some(key) = scheme.query.iter().find(|key| key.name == name) else {
            let help = suggest(name, scheme.query.iter().map(|key| key.name));
            return Err(Problem::new(
                format!("the scheme `{}` has no query key `{name}`", scheme.name),
                help,
            )
            .part(range_in(text, pair)));
        };
        if given.iter().any(|(known, _)| *known == name) {
            return Err(Problem::new(format!("`{name}` is given twice"), "keep one of them")
                .part(range_in(text, pair)));
        }
        let value = value.unwrap_or("");
        let value = read_argument(key.form, value)
            .map_err(|problem| Problem { help: help_for(key), ..problem.within(range_in(text, value)) })?;
        given.push((key.name, value));
    }
    let lacks =
        |key: &&SchemeKey| key.need == Need::Always && !given.iter().any(|(known, _)| *known == key.name);
    if let Some(key) = scheme.query.iter().find(lacks) {
        return Err(Problem::new(format!("the scheme `{}` needs `?{}=…`", scheme.name, key.name), help()));
    }
    given.sort_by_key(|(name, _)| scheme.query.iter().position(|key| key.name == *name));
    Ok(given)
}

fn read_argument(form: PartForm, value: &str) -> Result<Argument, Problem> {
    match form {
        PartForm::Word => only(value, is_word, "this value", "")?,
        PartForm::Region => {
            only(value, is_word, "this value", "")?;
            if !is_region(value) {
                return Err(Problem::new("this is not the name of an AWS region", "").part(0..value.len()));
            }
            if let Some((_, host)) = OTHER_REGIONS.iter().find(|(start, _)| value.starts_with(start)) {
                let message =
                    format!("the server asks amazonaws.com, and the services of this region are at {host}");
                return Err(Problem::new(message, "").part(0..value.len()));
            }
        }
        PartForm::Address => {
            let host = value.strip_prefix("https://").unwrap_or("");
            if host.is_empty() {
                return Err(Problem::new("an address must begin with https://", "").part(0..value.len()));
            }
            only(host, |c| c.is_ascii_alphanumeric() || "-.:".contains(c), "a host", "")
                .map_err(|problem| problem.within(range_in(value, host)))?;
        }
        PartForm::Reference => match SecretUri::parse(value)? {
            uri if uri.scheme.waits_for_person() => return Ok(Argument::Reference(uri)),
            _ => {
                let message = "only file:// and credential:// are allowed here";
                return Err(Problem::new(message, "").part(0..value.len()));
            }
        },
    }
    Ok(Argument::Text(value.to_owned()))
}

fn read_fragment(text: &str, scheme: &Row, fragment: Option<&str>) -> Result<Option<String>, Problem> {
    let help = || format!("write it like {}", scheme.example);
    match (fragment, scheme.fragment) {
        (None, Need::Always) => {
            Err(Problem::new(format!("the scheme `{}` needs `#KEY` at the end", scheme.name), help()))
        }
        (None, _) => Ok(None),
        (Some(key), Need::Never) => {
            let at = range_in(text, key);
            Err(Problem::new(format!("the scheme `{}` has no key after `#`", scheme.name), "remove it")
                .part(at.start.saturating_sub(1)..at.end))
        }
        (Some(given), _) => {
            // vals writes a slash at the beginning.
            let key = given.strip_prefix('/').unwrap_or(given);
            only(key, is_word, "a key", "")
                .map_err(|problem| Problem { help: help(), ..problem.within(range_in(text, key)) })?;
            Ok(Some(key.to_owned()))
        }
    }
}

/// The beginnings of the names of AWS regions whose services have another domain, with this domain. Source: botocore,
/// `data/partitions.json`.
const OTHER_REGIONS: &[(&str, &str)] = &[("cn-", "amazonaws.com.cn"), ("eusc-", "amazonaws.eu")];

/// Whether a text has the form of an AWS region's name, such as `eu-central-1` or `us-gov-east-1`.
fn is_region(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let Some((number, words)) = parts.split_last() else { return false };
    let is_all = |part: &str, is: fn(&u8) -> bool| !part.is_empty() && part.bytes().all(|b| is(&b));
    words.len() >= 2
        && words.iter().all(|word| is_all(word, u8::is_ascii_lowercase))
        && is_all(number, u8::is_ascii_digit)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.".contains(c)
}
