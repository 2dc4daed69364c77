//! Evidence that a text contains a secret: its shape, a name or a place that suggests one, or that it looks random.
//!
//! The code that refuses, that warns and that hides all use this one search. A clue never contains the secret, only its
//! place and a description. A text is never refused only because it looks random.

mod alike;
mod argument;
mod filler;
mod form;
mod known;
mod literal;
mod mask;
mod name;
mod pair;
mod place;
mod plausible;
mod public;
mod words;

use std::borrow::Cow;
use std::ops::Range;

pub(crate) use alike::is_for_the_value;
pub(crate) use known::Known;
pub use mask::{hidden, in_arguments, redacted, starred, starred_if_sure};

use crate::base::secret;
use crate::value::{Scheme, SecretRef, is_for_a_secret};
use argument::passed;
use filler::{is_only_variables, unfenced};
use form::{basic_auth, opens_basic_auth, opens_chpasswd, opens_sql, password_of_user, placed, sql};
use literal::{
    credentials, first_word, is_authorization, is_harmless, is_harmless_whole, literal, without_references,
};
use name::{Tells, is_public_name, tells};
use pair::{Pair, Sign, pairs};
use place::{has_password, passwords, queries};
use plausible::{SHORTEST, could_be, is_strong};
use public::{Armor, is_checksum, is_digest, is_public, is_public_line};

/// What suggests that a text is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClueKind {
    /// It has a shape that only secrets have.
    Shape,
    /// The name of the value suggests it.
    Name,
    /// Its place suggests it: in a URL, a header or an argument.
    Place,
    /// It looks random.
    Random,
    /// It looks random, but is probably public, such as a digest, a commit, an identifier or a public key. No warning
    /// is given.
    Digest,
    /// It is a reference to a secret, in a place where nothing replaces it by the secret.
    Reference,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clue {
    /// The byte range of the secret in the text that was examined.
    pub span: Range<usize>,
    /// What suggests the secret.
    pub kind: ClueKind,
    /// Whether this is enough to refuse the text. If not, the text is only hidden, or a warning is given.
    pub is_sure: bool,
    /// The name of the value, if it suggests the secret; `None` otherwise.
    pub name: Option<String>,
    /// What to call the secret if its name does not say it, with the article.
    noun: Cow<'static, str>,
}

impl Clue {
    /// A description with the article, such as ``a value for `DB_PASSWORD` ``; it never contains the secret.
    #[must_use]
    pub(crate) fn what(&self) -> String {
        match (&self.name, self.kind) {
            (Some(name), ClueKind::Name) => format!("a value for `{name}`"),
            (Some(name), _) => format!("{} for `{name}`", self.noun),
            (None, _) => self.noun.to_string(),
        }
    }

    /// Whether it is a private key, which nothing else can be mistaken for.
    #[must_use]
    pub(crate) fn is_private_key(&self) -> bool {
        self.noun == secret::PRIVATE_KEY
    }

    /// Whether the secret surely ends where its span does.
    fn has_end(&self) -> bool {
        !matches!(self.kind, ClueKind::Name | ClueKind::Place) || [IN_URL, IN_QUERY].contains(&&*self.noun)
    }

    /// Whether the only evidence is that it looks random.
    fn is_random(&self) -> bool {
        matches!(self.kind, ClueKind::Random | ClueKind::Digest)
    }

    /// The same clue at another place.
    #[must_use]
    pub(crate) fn at(&self, span: Range<usize>) -> Self {
        Self { span, ..self.clone() }
    }

    /// The content of a file whose path on the server is that of a secret.
    #[must_use]
    pub(crate) fn file_of_a_secret(path: &str, span: Range<usize>) -> Self {
        Self::sure(span, ClueKind::Place, format!("the content of {path}, a file for a secret"))
    }

    fn sure(span: Range<usize>, kind: ClueKind, noun: impl Into<Cow<'static, str>>) -> Self {
        Self { span, kind, is_sure: true, name: None, noun: noun.into() }
    }
}

/// What secrets in URLs are called.
const IN_URL: &str = "a password in a URL";
const IN_QUERY: &str = "a secret in the query of a URL";

/// The text that replaces a secret.
const REDACTED: &str = "[redacted]";

/// The greatest number of bytes of earlier lines that are examined together with the line that continues them.
const MOST_CONTINUED: usize = 2000;

/// The greatest number of bytes of values in one line that are examined by their names, because each value can reach to
/// the end of the line.
const MOST_LOOKED_AT: usize = 2 << 20;

/// The greatest length of the name of a further value after a value, in bytes.
const LONGEST_NAME: usize = 64;

/// The least length of a value in a comment that surely is a secret, in bytes; shorter values are examples.
const SHORTEST_IN_COMMENT: usize = 8;

/// Finds the evidence in a text. The clues are in the order of the text and do not overlap.
#[must_use]
pub fn in_text(text: &str) -> Vec<Clue> {
    let mut clues = shapes(text);
    let mut start = 0;
    for (line, found) in lines(text) {
        clues.extend(found.into_iter().map(|clue| moved(clue, start)));
        start += line.len();
    }
    apart(clues)
}

/// Finds the evidence in a value, also by its name, which may be empty.
///
/// If the name makes the value a secret, there is one clue, for the whole value. Otherwise the clues are those of
/// [`in_text`], and a random value is surely a secret if its name fits.
#[must_use]
pub fn in_value(name: &str, value: &str) -> Vec<Clue> {
    let told = tells(name);
    let mut clues = in_text(value);
    let is_whole = match told {
        Tells::Surely => !is_harmless_whole(value) && !is_symbol(name, value),
        Tells::Likely => !is_harmless_whole(value) && could_be(value.trim()),
        Tells::IfStrong => !is_harmless_whole(value) && is_strong(value.trim()),
        // If the value looks random, that is the better evidence.
        Tells::IfPlausible => {
            let is_random = clues.iter().any(Clue::is_random);
            !is_random && !is_harmless_whole(value) && could_be(value.trim())
        }
        Tells::IfItHasAPassword => {
            value.rsplit_once('@').is_some_and(|(user, _)| !value.contains("://") && has_password(user))
        }
        _ => false,
    };
    if is_whole {
        let shape = clues.into_iter().find(|clue| clue.kind == ClueKind::Shape);
        let (kind, noun) = shape.map_or((ClueKind::Name, "".into()), |clue| (ClueKind::Shape, clue.noun));
        let name = (kind == ClueKind::Name).then(|| name.to_owned());
        return vec![Clue { span: 0..value.len(), kind, is_sure: true, name, noun }];
    }
    if is_public_name(name) {
        clues.iter_mut().filter(|clue| clue.is_random()).for_each(|clue| clue.kind = ClueKind::Digest);
    }
    if told >= Tells::IfRandom && !is_public(value) {
        for clue in clues.iter_mut().filter(|clue| clue.is_random()) {
            clue.kind = ClueKind::Random;
            clue.is_sure = true;
            clue.name = Some(name.to_owned());
        }
    }
    apart(clues)
}

/// Whether a value is the symbol of a token on a blockchain, such as `USDC`.
fn is_symbol(name: &str, value: &str) -> bool {
    let is_token = name.len() >= 5 && name.to_ascii_lowercase().ends_with("token");
    is_token && (2..=5).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_uppercase())
}

/// The clue that the value of a variable is a reference to a secret; `None` if it is not, or may be meant as it is.
///
/// `generate` and a path can have another meaning, so these count only if the name suggests a secret or the path is
/// that of a file for secrets.
#[must_use]
pub(crate) fn reference(name: &str, value: &str) -> Option<Clue> {
    let is_told = || tells(name) >= Tells::IfPlausible;
    let is_one = match SecretRef::parse(value).ok()? {
        SecretRef::None => false,
        SecretRef::Generate => is_told(),
        SecretRef::At(uri) => uri.scheme != Scheme::File || is_for_a_secret(uri.path.as_str()) || is_told(),
    };
    is_one.then(|| Clue::sure(0..value.len(), ClueKind::Reference, "a reference to a secret"))
}

/// The name and the value of `NAME=VALUE`, as in a list of variables or options.
///
/// `None` if there is no `=`, if the name is not made of letters, digits and `_-.`, or if the value is empty.
#[must_use]
pub fn split_pair(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii() || "_-.".contains(c);
    // base64 can end in `=` or `==` too.
    let is_padding = value.is_empty() || value == "=";
    (!name.is_empty() && !is_padding && name.chars().all(is_part)).then_some((name, value))
}

fn shapes(text: &str) -> Vec<Clue> {
    secret::find(text).into_iter().map(|found| Clue::sure(found.span, ClueKind::Shape, found.name)).collect()
}

/// Each line of a text, and the evidence in it other than shapes.
fn lines(text: &str) -> impl Iterator<Item = (&str, Vec<Clue>)> {
    let mut block: Option<Block> = None;
    let mut is_basic_auth = false;
    let mut before = String::new();
    let mut armor = Armor::default();
    let mut passwords: Option<String> = None;
    text.split_inclusive('\n').map(move |line| {
        block = block.take().filter(|block| block.holds(line));
        let inside = block.as_ref().is_some_and(|block| block.hides(line));
        if block.is_none() {
            block = Block::begin(line);
        }
        is_basic_auth &= line.trim() != "}";
        let hash = basic_auth(line).filter(|_| is_basic_auth);
        is_basic_auth |= opens_basic_auth(line);
        let mut clues = if inside {
            let clue = Clue::sure(
                0..line.trim_end().len(),
                ClueKind::Name,
                "a value below a name that suggests a secret",
            );
            vec![Clue { is_sure: false, ..clue }]
        } else {
            in_line(line, &before)
        };
        continued(&mut before, line);
        if armor.holds(line) {
            clues.iter_mut().filter(|clue| clue.is_random()).for_each(|clue| clue.kind = ClueKind::Digest);
        }
        passwords = passwords.take().filter(|end| line.trim() != end);
        let password = passwords.as_ref().and_then(|_| password_of_user(line));
        clues.extend(password.map(|span| Clue::sure(span, ClueKind::Place, "a password of a user")));
        passwords = passwords.take().or_else(|| opens_chpasswd(line));
        clues.extend(hash.map(|span| Clue::sure(span, ClueKind::Place, "a password for basic_auth")));
        (line, clues)
    })
}

/// The evidence in a line; `before` are the lines that it continues, such as `mysql --password \` or `IDENTIFIED BY`.
fn in_line(line: &str, before: &str) -> Vec<Clue> {
    // Without one of these characters there is no name, no place and no argument to search for.
    let has_sign = |b: u8| b" \t=:,>@?&;-".contains(&b);
    if before.is_empty() && !line.trim_end().bytes().any(has_sign) {
        return random(line).into_iter().collect();
    }
    let line = &*without_references(line);
    let mut clues = in_words(line);
    clues.extend(
        across(before, line, passed)
            .into_iter()
            .map(|span| Clue::sure(span, ClueKind::Place, "a secret as an argument")),
    );
    clues.extend(
        placed(line)
            .into_iter()
            .chain(across(before, line, |text| sql(text).collect()))
            .map(|span| Clue::sure(span, ClueKind::Place, "a password or a key")),
    );
    if line.trim_start().starts_with(['#', ';']) {
        let is_meant = |value: &str| value.len() >= SHORTEST_IN_COMMENT && could_be(value);
        for clue in clues.iter_mut().filter(|clue| clue.is_sure) {
            clue.is_sure = line.get(clue.span.clone()).is_some_and(is_meant);
        }
    }
    clues
}

/// The evidence in a line that does not have to be a command.
fn in_words(line: &str) -> Vec<Clue> {
    let mut clues: Vec<Clue> = named(line).collect();
    clues.extend(passwords(line).map(|span| Clue::sure(span, ClueKind::Place, IN_URL)));
    clues.extend(queries(line).map(|span| Clue::sure(span, ClueKind::Place, IN_QUERY)));
    clues.extend(random(line));
    clues
}

/// The first word that looks random, or the first public one if all are public.
fn random(line: &str) -> Option<Clue> {
    let words = secret::random_words(line).filter(|_| !is_checksum(line));
    let mut is_public = None;
    let kinds = words.map(|span| {
        let is_one = is_digest(line, &span) || *is_public.get_or_insert_with(|| is_public_line(line));
        (if is_one { ClueKind::Digest } else { ClueKind::Random }, span)
    });
    let (kind, span) = kinds.min_by_key(|(kind, _)| *kind)?;
    let noun = format!("{} characters that look random", span.len());
    Some(Clue { is_sure: false, ..Clue::sure(span, kind, noun) })
}

/// The byte ranges that `find` finds in a line together with the lines before it.
fn across(before: &str, line: &str, find: impl Fn(&str) -> Vec<Range<usize>>) -> Vec<Range<usize>> {
    if before.is_empty() {
        return find(line);
    }
    let found = find(&format!("{before}{line}")).into_iter();
    let here = found.filter(|range| range.start >= before.len());
    here.map(|range| range.start - before.len()..range.end - before.len()).collect()
}

/// The values in a line whose names suggest a secret.
fn named(line: &str) -> impl Iterator<Item = Clue> {
    let (mut covered, mut looked_at) = (0, 0);
    pairs(line).filter_map(move |pair| {
        // A pair within a secret is a part of it.
        let told = if pair.at < covered { Tells::Nothing } else { tells(pair.name) };
        if told < Tells::IfRandom || is_harmless(pair.value) {
            return None;
        }
        if looked_at > MOST_LOOKED_AT {
            covered = line.len();
            return Some(Clue::sure(
                pair.at..line.len(),
                ClueKind::Name,
                "more names of secrets than firstlight checks",
            ));
        }
        let part = match is_authorization(pair.name) {
            true => credentials(pair.value, line.get(..pair.at).unwrap_or("")),
            false => literal(pair.value),
        };
        looked_at += part.len();
        let value = pair.value.get(part.clone()).unwrap_or("");
        let is_quoted = pair.value.get(..part.start).is_some_and(|before| before.ends_with(['"', '\'']));
        let value = if is_quoted || is_authorization(pair.name) { value } else { before_next_pair(value) };
        let part = part.start..part.start + value.len();
        let is_filler = is_only_variables(first_word(pair.value).trim_end_matches([',', ';']));
        let span = pair.at + part.start..pair.at + part.end;
        let is_random = !is_public(value) && secret::random_word(value).is_some_and(|word| word.start == 0);
        let is_enclosed = pair.sign == Sign::Enclosed && !matches!(told, Tells::Surely | Tells::IfPlausible);
        let is_sure = !is_enclosed && is_random
            || match told {
                _ if is_filler || is_enclosed => false,
                Tells::Surely if value.contains(' ') && is_authorization(pair.name) => {
                    value.split([' ', ',', ';', '=', '"', '\'']).any(could_be)
                }
                Tells::Surely => is_meant(value, &pair) || is_meant_with_signs(value, &pair),
                Tells::Likely | Tells::IfPlausible => could_be(unfenced(value)),
                Tells::IfStrong => is_strong(unfenced(value)),
                _ => false,
            };
        let is_shown = match told {
            Tells::IfItHasAPassword => true,
            Tells::IfRandom | Tells::IfPlausible => !is_sure,
            // An enclosed value is evidence only if it could be a secret.
            _ => pair.sign == Sign::Enclosed && !is_sure,
        };
        let name = Some(pair.name.to_owned());
        if is_sure {
            covered = span.end;
        }
        (!is_shown).then_some(Clue { span, kind: ClueKind::Name, is_sure, name, noun: "".into() })
    })
}

/// Whether a value looks like a secret and not like code or prose. In a text that was not parsed, a missed secret is
/// better than a wrong finding.
fn is_meant(value: &str, pair: &Pair<'_>) -> bool {
    let after_sign = pair.value.trim_start_matches('\\');
    let is_quoted = after_sign.trim_start().starts_with(['"', '\'']);
    // A connection string and XML continue after the value: `Password=…;Database=…`, `<password>…</password>`.
    let value = unfenced(value).split([';', '<']).next().unwrap_or("").trim_end_matches(',');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.!@#%^*+=/?~".contains(c);
    let has_mark = value.chars().any(|c| !c.is_ascii_lowercase());
    value.len() >= SHORTEST
        && (is_quoted || !is_variable_of_code(value, pair.name))
        && value.starts_with(|c: char| c.is_ascii_alphanumeric())
        && value.chars().all(is_plain)
        && (has_mark || is_quoted || !after_sign.starts_with(' '))
}

/// The value without the rest of a connection string, a query or a list of options: `password=…,uid=1`.
fn before_next_pair(value: &str) -> &str {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || b"_-.".contains(&b);
    let is_pair = |rest: &str| {
        let name = rest.bytes().take(LONGEST_NAME).take_while(|b| is_part(*b)).count();
        name > 0 && rest.as_bytes().get(name) == Some(&b'=')
    };
    let end = value.match_indices([';', ',', '&']).find(|(at, _)| value.get(at + 1..).is_some_and(is_pair));
    value.get(..end.map_or(value.len(), |(at, _)| at)).unwrap_or("")
}

/// Whether a value is plausible as a secret although it has characters that code has.
fn is_meant_with_signs(value: &str, pair: &Pair<'_>) -> bool {
    let is_name = |text: &str| text.chars().all(|c| c.is_alphanumeric() || "_-.:!>".contains(c));
    let after_sign = pair.value.trim_start().trim_start_matches(['\\', '$']);
    let (is_quoted, is_single) = (after_sign.starts_with(['"', '\'']), after_sign.starts_with('\''));
    let value = unfenced(value);
    let is_call = || value.find(['(', '[', '{', '<']).and_then(|at| value.get(..at)).is_some_and(is_name);
    // The shell evaluates variables, but not in single quotes.
    let own: String = value.split('$').enumerate().fold(String::new(), |own, (n, part)| match n {
        0 => part.to_owned(),
        _ if is_single => own + "$" + part,
        _ => own + part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_'),
    });
    let own: String = own.chars().filter(|c| !"()[]{}<>|\\".contains(*c)).collect();
    let has = |is: fn(char) -> bool| own.contains(is);
    let begins = value.starts_with(|c: char| c.is_alphanumeric() || "^~+#".contains(c));
    own.len() >= SHORTEST_IN_COMMENT
        && has(|c| c.is_ascii_digit())
        && has(char::is_alphabetic)
        && could_be(&own)
        && !["{{", "${", "$("].iter().any(|open| value.contains(open))
        && (is_quoted || begins && !is_call())
}

/// Whether a value is a variable of a program, as in `self.password`, `var.token` or `access_token=access_token`.
fn is_variable_of_code(value: &str, name: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
    let is_dotted = value.contains('.') && value.split('.').all(is_part);
    is_dotted || value.contains('_') && name.rsplit('.').next() == Some(value)
}

/// Appends a line that ends in `\` or in open SQL to `before`, for the next line; otherwise empties `before`.
fn continued(before: &mut String, line: &str) {
    let line = line.trim_end_matches(['\r', '\n']);
    let kept = line.strip_suffix('\\').or_else(|| opens_sql(line).then_some(line));
    let Some(kept) = kept else { return before.clear() };
    if before.len() + kept.len() > MOST_CONTINUED {
        before.clear();
    }
    before.push_str(kept);
    before.push(' ');
}

fn moved(clue: Clue, by: usize) -> Clue {
    Clue { span: clue.span.start + by..clue.span.end + by, ..clue }
}

/// Sorts the clues; of two that overlap, only the better one stays, with the span of both if both are sure.
fn apart(mut clues: Vec<Clue>) -> Vec<Clue> {
    clues.sort_by_key(|clue| clue.span.start);
    let mut kept: Vec<Clue> = Vec::new();
    for clue in clues {
        match kept.last_mut().filter(|last| clue.span.start < last.span.end) {
            None => kept.push(clue),
            Some(last) => {
                let is_better = (!clue.is_sure, clue.kind) < (!last.is_sure, last.kind);
                let both = last.span.start..last.span.end.max(clue.span.end);
                let are_sure = last.is_sure && clue.is_sure;
                let better = if is_better { clue } else { last.clone() };
                *last = if are_sure { better.at(both) } else { better };
            }
        }
    }
    kept
}

/// Whether a line is `value: …`, so that the name above says what its value is.
fn is_value_of_another(line: &str) -> bool {
    line.trim_start_matches(['-', ' ']).split_once(':').is_some_and(|(name, _)| is_for_the_value(name.trim()))
}

/// The lines below `NAME:` or `NAME: |`, if the name suggests a secret.
struct Block {
    indent: usize,
    /// Whether the lines are one text. In a mapping, each line has a name of its own.
    is_text: bool,
}

impl Block {
    fn begin(line: &str) -> Option<Self> {
        let (name, value) = line.trim_end().split_once(':')?;
        let is_text = !value.trim().is_empty();
        let told = tells(name);
        if told < if is_text { Tells::IfPlausible } else { Tells::Perhaps } {
            return None;
        }
        let is_block = !is_text || matches!(value.trim(), "|" | "|-" | "|+" | ">" | ">-" | ">+");
        let name = name.trim_start_matches(['-', ' ']);
        let indent = line.find(name).unwrap_or(0);
        is_block.then_some(Self { indent, is_text })
    }

    fn holds(&self, line: &str) -> bool {
        let indent = line.len() - line.trim_start().len();
        let is_item = !self.is_text && indent == self.indent && line.trim_start().starts_with("- ");
        line.trim().is_empty() || indent > self.indent || is_item
    }

    fn hides(&self, line: &str) -> bool {
        self.is_text || !line.contains(':') || is_value_of_another(line)
    }
}

#[cfg(test)]
mod tests;
