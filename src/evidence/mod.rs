//! Evidence that a text holds a secret: its shape, a telling name, a telling place, randomness.
//!
//! One finder serves those who refuse, those who warn and those who mask. It never says what it found, only where, and
//! what to call it. Randomness alone refuses nothing.

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
use argument::passed;
use filler::{is_only_variables, unfenced};
use form::{basic_auth, opens_basic_auth, placed};
use literal::{first_word, is_harmless, is_harmless_whole, literal, without_references};
use name::{Tells, tells};
use pair::{Pair, Sign, pairs};
use place::{has_password, passwords, queries};
use plausible::{SHORTEST, could_be};
use public::{Armor, is_checksum, is_digest, is_public};

/// What tells that something is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClueKind {
    /// A shape that only secrets have.
    Shape,
    /// The name of the value.
    Name,
    /// Where it stands: in a URL, a header, an argument.
    Place,
    /// That chance wrote it.
    Random,
    /// The same, of what everyone may see: a digest, a commit, an id, a public key. It is worth no warning.
    Digest,
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clue {
    /// Where the secret stands, in bytes.
    pub span: Range<usize>,
    /// What tells it.
    pub kind: ClueKind,
    /// Whether that is enough to refuse it; if not, it is only not shown, or warned of.
    pub is_sure: bool,
    /// The name that tells it.
    pub name: Option<String>,
    /// What to call it if no name does, with its article.
    noun: Cow<'static, str>,
}

impl Clue {
    /// What it is, with its article; never the secret itself.
    #[must_use]
    pub(crate) fn what(&self) -> String {
        match (&self.name, self.kind) {
            (Some(name), ClueKind::Name) => format!("a value for `{name}`"),
            (Some(name), _) => format!("{} for `{name}`", self.noun),
            (None, _) => self.noun.to_string(),
        }
    }

    /// Whether it is a private key, whose frame nothing else has.
    #[must_use]
    pub(crate) fn is_private_key(&self) -> bool {
        self.noun == secret::PRIVATE_KEY
    }

    /// Whether nothing tells it but that chance wrote it.
    fn is_random(&self) -> bool {
        matches!(self.kind, ClueKind::Random | ClueKind::Digest)
    }

    /// The same at another place.
    #[must_use]
    pub(crate) fn at(&self, span: Range<usize>) -> Self {
        Self { span, ..self.clone() }
    }

    fn sure(span: Range<usize>, kind: ClueKind, noun: impl Into<Cow<'static, str>>) -> Self {
        Self { span, kind, is_sure: true, name: None, noun: noun.into() }
    }
}

/// What stands in a text where something was taken out.
const REDACTED: &str = "[redacted]";

/// Most bytes of the lines before one that are looked at with it.
const MOST_CONTINUED: usize = 2000;

/// Most bytes of one line's values that are looked at for their names, each of which may go on to the line's end.
const MOST_LOOKED_AT: usize = 2 << 20;

/// Shortest secret that a comment may not hold; shorter ones are examples.
const SHORTEST_IN_COMMENT: usize = 8;

/// The evidence in a text, line by line, in order; none overlap.
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

/// The evidence in a value by what its name says as well, be that empty.
#[must_use]
pub fn in_value(name: &str, value: &str) -> Vec<Clue> {
    let told = tells(name);
    let mut clues = in_text(value);
    let is_whole = match told {
        Tells::Surely => !is_harmless_whole(value),
        Tells::Likely => !is_harmless_whole(value) && could_be(value.trim()),
        // Of what chance wrote more can be said than the name says.
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
    if told >= Tells::IfRandom && !is_public(value) {
        for clue in clues.iter_mut().filter(|clue| clue.is_random()) {
            clue.kind = ClueKind::Random;
            clue.is_sure = true;
            clue.name = Some(name.to_owned());
        }
    }
    apart(clues)
}

/// The name and the value of `NAME=VALUE`, as lists of variables and options have it.
#[must_use]
pub fn split_pair(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii() || "_-.".contains(c);
    // Base64 ends in `=` as well.
    let is_padding = value.is_empty() || value == "=";
    (!name.is_empty() && !is_padding && name.chars().all(is_part)).then_some((name, value))
}

fn shapes(text: &str) -> Vec<Clue> {
    secret::find(text).into_iter().map(|found| Clue::sure(found.span, ClueKind::Shape, found.name)).collect()
}

/// Each line, and the evidence in it that is no shape.
fn lines(text: &str) -> impl Iterator<Item = (&str, Vec<Clue>)> {
    let mut block: Option<Block> = None;
    let mut is_basic_auth = false;
    let mut before = String::new();
    let mut armor = Armor::default();
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
        clues.extend(hash.map(|span| Clue::sure(span, ClueKind::Place, "a password for basic_auth")));
        (line, clues)
    })
}

/// The evidence in a line, given what it goes on from: `mysql --password \\` and a new line.
fn in_line(line: &str, before: &str) -> Vec<Clue> {
    // Without any sign there is no name, no place and no argument, and the rest need not be looked for.
    let has_sign = |b: u8| b" \t=:,>@?&;-".contains(&b);
    if before.is_empty() && !line.trim_end().bytes().any(has_sign) {
        return random(line).into_iter().collect();
    }
    let line = &*without_references(line);
    let mut clues = in_words(line);
    clues.extend(
        arguments(line, before)
            .into_iter()
            .map(|span| Clue::sure(span, ClueKind::Place, "a secret as an argument")),
    );
    clues.extend(
        placed(line).into_iter().map(|span| Clue::sure(span, ClueKind::Place, "a password or a key")),
    );
    if line.trim_start().starts_with(['#', ';']) {
        let is_meant = |value: &str| value.len() >= SHORTEST_IN_COMMENT && could_be(value);
        for clue in clues.iter_mut().filter(|clue| clue.is_sure) {
            clue.is_sure = line.get(clue.span.clone()).is_some_and(is_meant);
        }
    }
    clues
}

/// The evidence in a line that need not be a command.
fn in_words(line: &str) -> Vec<Clue> {
    let mut clues: Vec<Clue> = named(line).collect();
    clues.extend(passwords(line).map(|span| Clue::sure(span, ClueKind::Place, "a password in a URL")));
    clues.extend(
        queries(line).map(|span| Clue::sure(span, ClueKind::Place, "a secret in the query of a URL")),
    );
    clues.extend(random(line));
    clues
}

/// The first word that chance wrote; what is worth a warning goes before what is not.
fn random(line: &str) -> Option<Clue> {
    let words = secret::random_words(line).filter(|_| !is_checksum(line));
    let kinds =
        words.map(|span| (if is_digest(line, &span) { ClueKind::Digest } else { ClueKind::Random }, span));
    let (kind, span) = kinds.min_by_key(|(kind, _)| *kind)?;
    let noun = format!("{} characters that look random", span.len());
    Some(Clue { is_sure: false, ..Clue::sure(span, kind, noun) })
}

/// The secrets that a line passes on as arguments, to a program that may stand in the lines before it.
fn arguments(line: &str, before: &str) -> Vec<Range<usize>> {
    if before.is_empty() {
        return passed(line);
    }
    let found = passed(&format!("{before}{line}")).into_iter();
    let here = found.filter(|range| range.start >= before.len());
    here.map(|range| range.start - before.len()..range.end - before.len()).collect()
}

/// Values of a line that have a telling name, and are no references.
fn named(line: &str) -> impl Iterator<Item = Clue> {
    let (mut covered, mut looked_at) = (0, 0);
    pairs(line).filter_map(move |pair| {
        // What stands in a secret is a part of it.
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
        let part = literal(pair.value);
        looked_at += part.len();
        let value = pair.value.get(part.clone()).unwrap_or("");
        let is_filler = is_only_variables(first_word(pair.value).trim_end_matches([',', ';']));
        let span = pair.at + part.start..pair.at + part.end;
        let is_random = !is_public(value) && secret::random_word(value).is_some_and(|word| word.start == 0);
        let is_enclosed = pair.sign == Sign::Enclosed && !matches!(told, Tells::Surely | Tells::IfPlausible);
        let is_sure = !is_enclosed && is_random
            || match told {
                _ if is_filler || is_enclosed => false,
                Tells::Surely => is_meant(value, &pair),
                Tells::Likely | Tells::IfPlausible => could_be(unfenced(value)),
                _ => false,
            };
        let is_shown = match told {
            Tells::IfItHasAPassword => true,
            Tells::IfRandom | Tells::IfPlausible => !is_sure,
            // What is called or enclosed is something only if it looks like it.
            _ => pair.sign == Sign::Enclosed && !is_sure,
        };
        let name = Some(pair.name.to_owned());
        if is_sure {
            covered = span.end;
        }
        (!is_shown).then_some(Clue { span, kind: ClueKind::Name, is_sure, name, noun: "".into() })
    })
}

/// In a text that nobody has parsed a finding too few is better than a wrong one: the value must look like one.
fn is_meant(value: &str, pair: &Pair<'_>) -> bool {
    let after_sign = pair.value.trim_start_matches('\\');
    let is_quoted = after_sign.trim_start().starts_with(['"', '\'']);
    // A connection string goes on, and so does XML: `Password=…;Database=…`, `<password>…</password>`.
    let value = unfenced(value).split([';', '<']).next().unwrap_or("").trim_end_matches(',');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.!@#%^*+=/?~".contains(c);
    let has_mark = value.chars().any(|c| !c.is_ascii_lowercase());
    value.len() >= SHORTEST
        && (is_quoted || !is_variable_of_code(value, pair.name))
        && value.starts_with(|c: char| c.is_ascii_alphanumeric())
        && value.chars().all(is_plain)
        && (has_mark || is_quoted || !after_sign.starts_with(' '))
}

/// `self.password`, `var.token`, `access_token=access_token`: programs are texts as well.
fn is_variable_of_code(value: &str, name: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
    let is_dotted = value.contains('.') && value.split('.').all(is_part);
    is_dotted || value.contains('_') && name.rsplit('.').next() == Some(value)
}

/// Puts a line that goes on in the next one to what stands before that.
fn continued(before: &mut String, line: &str) {
    let Some(kept) = line.trim_end_matches(['\r', '\n']).strip_suffix('\\') else { return before.clear() };
    if before.len() + kept.len() > MOST_CONTINUED {
        before.clear();
    }
    before.push_str(kept);
    before.push(' ');
}

fn moved(clue: Clue, by: usize) -> Clue {
    Clue { span: clue.span.start + by..clue.span.end + by, ..clue }
}

/// In order; of two that overlap the better one stays.
fn apart(mut clues: Vec<Clue>) -> Vec<Clue> {
    clues.sort_by_key(|clue| clue.span.start);
    let mut kept: Vec<Clue> = Vec::new();
    for clue in clues {
        match kept.last_mut().filter(|last| clue.span.start < last.span.end) {
            None => kept.push(clue),
            Some(last) if (!clue.is_sure, clue.kind) < (!last.is_sure, last.kind) => *last = clue,
            Some(_) => {}
        }
    }
    kept
}

/// `value: …`, of which the name above says what it is.
fn is_value_of_another(line: &str) -> bool {
    line.trim_start_matches(['-', ' ']).split_once(':').is_some_and(|(name, _)| is_for_the_value(name.trim()))
}

/// What stands below `NAME:` or `NAME: |`.
struct Block {
    indent: usize,
    /// Whether it is one text; in a mapping each line has its own name.
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
