//! `$NAME` and `${NAME…}` in a text, as Compose fills them in.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::evidence::in_value;

/// The variables that the server's `.env` sets.
#[derive(Debug, Default)]
pub(super) struct Variables {
    /// By name; one without a value is known there alone.
    pub set: BTreeMap<String, Option<String>>,
    /// Whether the profile lets its users set more.
    pub can_be_set: bool,
    /// The names that the `.env` beside the user's compose file sets; the file is not copied to the server.
    pub beside: Vec<String>,
}

impl Variables {
    /// Whether something sets a variable on the server.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.set.contains_key(name) || GIVEN.contains(&name)
    }

    /// How the user sets a variable; `None` if the profile has no settings for it.
    pub(crate) fn how_to_set(&self, name: &str) -> Option<String> {
        // A value that is a secret in each variable whose name says so, and in no other.
        let is_secret = !in_value(name, "hunter2hunter2").is_empty();
        let secret = if is_secret { format!("`secrets: {{{name}: generate}}` or ") } else { String::new() };
        self.can_be_set.then(|| format!("{secret}`environment: {{{name}: …}}`"))
    }

    /// An addition to the complaint about a variable that only the user's own `.env` sets.
    pub(crate) fn beside(&self, name: &str) -> &'static str {
        match self.beside.iter().any(|other| other == name) {
            true => ": the .env beside your compose file sets it, but is not copied to the server",
            false => "",
        }
    }
}

/// What Compose sets by itself, and what the service that runs it has. `PWD` is the folder from which Compose is run, which
/// is another one on the server than that of the compose file.
const GIVEN: [&str; 4] = ["COMPOSE_PROJECT_NAME", "DOCKER_CONFIG", "PATH", "PWD"];

/// What is wrong with a variable, and where in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub part: Range<usize>,
    pub kind: FaultKind,
}

/// The kinds of such faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FaultKind {
    /// What begins with `${` is no variable.
    Malformed,
    /// Nothing sets the variable, and an empty text takes its place.
    Unset(String),
    /// Only the user's own `.env` sets the variable, and a default takes its place.
    Default(String),
    /// Nothing sets the variable, and the file asks for it: with these words.
    Required(String, String),
}

/// The text with its variables filled in; nothing if the server alone knows one of them.
pub(super) fn interpolate(text: &str, variables: &Variables) -> (Option<String>, Vec<Fault>) {
    let mut faults = Vec::new();
    let value = Interpolation { variables, faults: &mut faults }.text(text, 0, 0);
    (value, faults)
}

struct Interpolation<'a> {
    variables: &'a Variables,
    faults: &'a mut Vec<Fault>,
}

/// Deepest nesting of a default within a default.
const MOST_NESTED: usize = 32;

impl Interpolation<'_> {
    /// A text that stands at `base` in the whole.
    fn text(&mut self, text: &str, base: usize, depth: usize) -> Option<String> {
        let mut out = Some(String::new());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            let at = base + text.len() - after.len() - 1;
            add(&mut out, Some(before.to_owned()));
            let (value, taken) = if after.starts_with('$') {
                (Some("$".to_owned()), 1)
            } else if after.starts_with('{') {
                self.braced(after, at, depth)
            } else {
                match name(after) {
                    "" => (Some("$".to_owned()), 0),
                    name => (self.plain(name, at..at + 1 + name.len()), name.len()),
                }
            };
            add(&mut out, value);
            rest = after.get(taken..).unwrap_or("");
        }
        add(&mut out, Some(rest.to_owned()));
        out
    }

    /// `{…}` at the beginning of a text, and how long it is.
    fn braced(&mut self, text: &str, at: usize, depth: usize) -> (Option<String>, usize) {
        let end = closing(text);
        let inner = end.and_then(|end| text.get(1..end)).unwrap_or("");
        let name = name(inner);
        let rest = inner.get(name.len()..).unwrap_or("");
        let taken = end.map_or(text.len(), |end| end + 1);
        let part = at..at + 1 + taken;
        let (colon, operation) = rest.strip_prefix(':').map_or((false, rest), |rest| (true, rest));
        let known = operation.chars().next().filter(|c| matches!(c, '-' | '?' | '+'));
        let (Some(operator), false) = (known, name.is_empty() || depth > MOST_NESTED) else {
            if name.is_empty() || !rest.is_empty() || end.is_none() {
                self.faults.push(Fault { part, kind: FaultKind::Malformed });
                return (None, taken);
            }
            return (self.plain(name, part), taken);
        };
        let words = operation.get(1..).unwrap_or("");
        let words = self.text(words, at + 2 + inner.len() - words.len(), depth + 1);
        let value = self.variables.set.get(name).cloned().or_else(|| GIVEN.contains(&name).then_some(None));
        // What only the server knows is not empty.
        let is_there =
            value.as_ref().is_some_and(|value| !colon || value.as_ref().is_none_or(|v| !v.is_empty()));
        if value.is_none() && operator != '?' && self.variables.beside.iter().any(|other| other == name) {
            self.faults.push(Fault { part: part.clone(), kind: FaultKind::Default(name.to_owned()) });
        }
        let value = match (operator, is_there) {
            ('-', false) | ('+', true) => words,
            ('?', false) => {
                let kind = FaultKind::Required(name.to_owned(), words.unwrap_or_default());
                self.faults.push(Fault { part, kind });
                None
            }
            ('+', false) => value.unwrap_or_else(|| Some(String::new())),
            _ => value.flatten(),
        };
        (value, taken)
    }

    fn plain(&mut self, name: &str, part: Range<usize>) -> Option<String> {
        match self.variables.set.get(name) {
            Some(value) => value.clone(),
            None if GIVEN.contains(&name) => None,
            None => {
                self.faults.push(Fault { part, kind: FaultKind::Unset(name.to_owned()) });
                Some(String::new())
            }
        }
    }
}

fn add(out: &mut Option<String>, more: Option<String>) {
    match (out.as_mut(), more) {
        (Some(out), Some(more)) => out.push_str(&more),
        _ => *out = None,
    }
}

/// The name at a text's beginning, if there is one.
fn name(text: &str) -> &str {
    let is_first = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    text.get(..end).filter(|_| is_first).unwrap_or("")
}

/// Where the brace closes that a text begins with.
fn closing(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    text.bytes().position(|byte| {
        match byte {
            b'{' => open += 1,
            b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open == 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (Option<String>, Vec<Fault>) {
        let variables = [("KNOWN", Some("v")), ("EMPTY", Some("")), ("SECRET", None)];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.map(str::to_owned)));
        interpolate(text, &Variables { set: BTreeMap::from(variables), can_be_set: true, beside: Vec::new() })
    }

    /// What Compose 2.26.1 makes of each.
    #[test]
    fn as_compose_fills_them_in() {
        for (text, value) in [
            ("a $KNOWN-b ${KNOWN}", "a v-b v"),
            ("$$KNOWN $1 $(x) a$", "$KNOWN $1 $(x) a$"),
            ("${A:-b}${A-c}${EMPTY-d}${EMPTY:-e}", "bce"),
            ("${A:+c}${KNOWN:+c}${EMPTY:+d}${EMPTY+e}", "ce"),
            ("${A:-${KNOWN}x}y", "vxy"),
            ("${A:-a}b}", "ab}"),
            ("${A:-{}}", "{}"),
            ("${A:-x y$$}", "x y$"),
            ("${KNOWN:?no}${EMPTY?no}", "v"),
        ] {
            assert_eq!(of(text), (Some(value.to_owned()), Vec::new()), "{text}");
        }
        for text in ["$SECRET", "x${SECRET:?}", "${PWD}/a", "${A:-$SECRET}"] {
            assert_eq!(of(text), (None, Vec::new()), "{text}");
        }
    }

    #[test]
    fn what_nothing_sets_is_named_at_its_place() {
        let fault = |part, kind| Fault { part, kind };
        let unset = |name: &str| FaultKind::Unset(name.to_owned());
        assert_eq!(of("a$B c"), (Some("a c".to_owned()), vec![fault(1..3, unset("B"))]));
        assert_eq!(of("a${B}"), (Some("a".to_owned()), vec![fault(1..5, unset("B"))]));
        assert_eq!(of("é${A:-x${B}}"), (Some("éx".to_owned()), vec![fault(8..12, unset("B"))]));
        let required = FaultKind::Required("B".to_owned(), "say so".to_owned());
        assert_eq!(of("${B:?say so}"), (None, vec![fault(0..12, required)]));
        for text in ["${1}", "${a.b}", "${A B}", "${", "${A", "${É}", "${A/x/y}", "${}", "${A:=x}"] {
            assert_eq!(of(text).1, vec![fault(0..text.len(), FaultKind::Malformed)], "{text}");
        }
    }
}
