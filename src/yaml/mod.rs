//! YAML as a tree in which every node knows its place.
//!
//! A configuration needs only mappings, lists and scalars. Anchors, aliases, tags and merge keys are
//! refused, so a small file cannot expand to a large one. Scalars remain text: the code that reads one
//! knows which type it expects, so `no`, `1.10` and `022` are never taken for something else.

mod events;
mod quoted;

use std::collections::BTreeMap;
use std::sync::Arc;

use saphyr_parser::{Event, ScalarStyle, Span};

pub(crate) use events::Events;
pub(crate) use quoted::end_of_quoted;

use crate::base::problem::Problem;
use crate::base::secret;
use crate::finding::{Code, Diagnostic, Report};
use crate::text::source::{Offsets, Place, Source, Spanned};

/// The largest text that is read, in bytes (1 MiB).
pub const MAX_BYTES: usize = 1 << 20;
/// The deepest nesting of lists and mappings that is read.
const MAX_DEPTH: usize = 32;

/// A node of a YAML document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The place of the node in the text.
    pub place: Place,
    /// The content of the node.
    pub kind: Kind,
}

/// The content of a node, by the kind of node.
#[derive(Clone, PartialEq, Eq)]
pub enum Kind {
    /// A single value.
    Scalar {
        /// The value as text, without quotes and with escapes replaced.
        text: String,
        /// Whether the value was written without quotes.
        plain: bool,
    },
    /// A list.
    List(Vec<Node>),
    /// A mapping in the order of the text. Each key occurs once.
    Mapping(Vec<(Spanned<String>, Node)>),
}

/// A single value may be a secret because of its key alone, so only its length is shown.
impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Scalar { text, .. } => write!(f, "Scalar({} bytes)", text.len()),
            Self::List(items) => items.fmt(f),
            Self::Mapping(entries) => entries.fmt(f),
        }
    }
}

impl Node {
    /// The scalar for a value that was given on the command line. It counts as quoted, so that it is never null.
    #[must_use]
    pub(crate) fn scalar(place: Place) -> Self {
        let text = place.text().to_owned();
        Self { place, kind: Kind::Scalar { text, plain: false } }
    }

    /// Whether the node has no value: it is empty, or a spelling of null without quotes.
    #[must_use]
    pub(crate) fn is_nothing(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, plain: true } if is_null(text))
    }

    /// The kind of node for messages, with its article.
    #[must_use]
    pub(crate) fn what(&self) -> &'static str {
        match &self.kind {
            _ if self.is_nothing() => "nothing",
            Kind::Scalar { .. } => "a single value",
            Kind::List(_) => "a list",
            Kind::Mapping(_) => "a mapping",
        }
    }

    /// The text of a single value. `wanted` says in the error what is expected, with its article.
    ///
    /// # Errors
    /// The node is a list, a mapping or an empty value.
    pub(crate) fn text(&self, wanted: &str) -> Result<&str, Diagnostic> {
        match &self.kind {
            Kind::Scalar { text, .. } if !self.is_nothing() => Ok(text),
            _ => Err(self.wrong_type(wanted)),
        }
    }

    /// The text of a single value, parsed by `parse`. `wanted` says in the error what is expected, with its article.
    ///
    /// # Errors
    /// The node is a list, a mapping or an empty value, or its text cannot be parsed.
    pub(crate) fn parsed<T>(
        &self,
        wanted: &str,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Result<T, Diagnostic> {
        let text = self.text(wanted)?;
        parse(text).map_err(|problem| problem.at(&self.place, text))
    }

    /// The texts of a list of single values.
    ///
    /// # Errors
    /// The node is not a list, or one of its items is not a single value.
    pub(crate) fn texts(&self) -> Result<Vec<String>, Diagnostic> {
        let Kind::List(items) = &self.kind else { return Err(self.no_list()) };
        items.iter().map(|item| item.text("a single value").map(str::to_owned)).collect()
    }

    /// The entries of a mapping; empty for any other node.
    #[must_use]
    pub(crate) fn entries(&self) -> &[(Spanned<String>, Self)] {
        if let Kind::Mapping(entries) = &self.kind { entries } else { &[] }
    }

    /// The value of a key; `None` if the node is not a mapping, or does not have the key.
    #[must_use]
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(own, _)| own.value == key).map(|(_, node)| node)
    }

    /// The places of all single values in the node, without keys.
    #[must_use]
    pub(crate) fn places(&self) -> Vec<&Place> {
        match &self.kind {
            Kind::Scalar { .. } => vec![&self.place],
            Kind::List(items) => items.iter().flat_map(Self::places).collect(),
            Kind::Mapping(entries) => entries.iter().flat_map(|(_, node)| node.places()).collect(),
        }
    }

    /// The place of the first single value or key in the node for which `holds` is true.
    #[must_use]
    pub(crate) fn find(&self, holds: &dyn Fn(&str) -> bool) -> Option<&Place> {
        match &self.kind {
            Kind::Scalar { text, .. } => holds(text).then_some(&self.place),
            Kind::List(items) => items.iter().find_map(|item| item.find(holds)),
            Kind::Mapping(entries) => entries
                .iter()
                .find_map(|(key, item)| if holds(&key.value) { Some(&key.place) } else { item.find(holds) }),
        }
    }

    /// The error that something else is expected here: `wanted`, with its article.
    #[must_use]
    pub(crate) fn wrong_type(&self, wanted: &str) -> Diagnostic {
        self.instead_of(wanted, "")
    }

    /// The error that a list is expected here.
    #[must_use]
    pub(crate) fn no_list(&self) -> Diagnostic {
        self.instead_of("a list", "write [one, two]")
    }

    /// The error that a mapping is expected here.
    #[must_use]
    pub(crate) fn no_mapping(&self) -> Diagnostic {
        let help = match self.place.source.command_line {
            true => "write --set KEY.NAME=VALUE",
            false => "write `key: value` with a space after the colon, each on a separate line",
        };
        self.instead_of("a mapping", help)
    }

    fn instead_of(&self, wanted: &str, help: &str) -> Diagnostic {
        let message = format!("{wanted} is expected here, but this is {}", self.what());
        Diagnostic::error(Code::WrongType, message).at(&self.place, "").help(match self.is_nothing() {
            true => "give the key a value (\"\" for an empty one), or remove it",
            false => help,
        })
    }
}

/// Whether a text is one of the spellings of null in YAML 1.2.
fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// A mapping whose keys are taken one by one. The keys that are left at the end are unknown.
#[derive(Debug)]
pub(crate) struct Mapping {
    place: Place,
    entries: Vec<(Spanned<String>, Node)>,
    asked: Vec<&'static str>,
}

impl Mapping {
    /// Prepares to take the keys of a mapping.
    ///
    /// # Errors
    /// The node is not a mapping.
    pub(crate) fn of(node: Node) -> Result<Self, Diagnostic> {
        match node.kind {
            Kind::Mapping(entries) => Ok(Self { place: node.place, entries, asked: Vec::new() }),
            _ => Err(node.no_mapping()),
        }
    }

    /// Takes the value of a key; `None` if the mapping does not have the key.
    pub(crate) fn take(&mut self, key: &'static str) -> Option<Node> {
        self.asked.push(key);
        let at = self.entries.iter().position(|(k, _)| k.value == key)?;
        Some(self.entries.remove(at).1)
    }

    /// Takes the value of a key that must exist; if it does not, reports an error and returns `None`.
    pub(crate) fn require(&mut self, key: &'static str, report: &mut Report) -> Option<Node> {
        let node = self.take(key);
        if node.is_none() {
            let place = self.place.first_line();
            report.push(
                Diagnostic::error(Code::MissingKey, format!("the key `{key}` is missing"))
                    .at(&place, "in this mapping"),
            );
        }
        node
    }

    /// Takes the text of a key that need not exist. If its value is not a single value, reports an error and returns
    /// `None`.
    pub(crate) fn text(&mut self, key: &'static str, report: &mut Report) -> Option<Spanned<String>> {
        let node = self.take(key)?;
        let value = report.keep(node.text("a single value").map(str::to_owned))?;
        Some(Spanned { value, place: node.place })
    }

    /// The keys that were not taken.
    #[must_use]
    pub(crate) fn left(self) -> Vec<Spanned<String>> {
        self.entries.into_iter().map(|(key, _)| key).collect()
    }

    /// Reports every key that was not taken as unknown.
    pub(crate) fn finish(self, report: &mut Report) {
        for (key, _) in &self.entries {
            if report.is_full() {
                return;
            }
            report.push(unknown_key(key, self.asked.iter().copied()));
        }
    }
}

/// The error about a key that nothing reads. `known` are the keys that the user may have meant.
pub(crate) fn unknown_key<'a>(key: &Spanned<String>, known: impl IntoIterator<Item = &'a str>) -> Diagnostic {
    let known: Vec<&str> = known.into_iter().collect();
    Diagnostic::error(Code::UnknownKey, format!("unknown key `{}`", key.value))
        .at(&key.place, "firstlight does not read this key")
        .none_of_keys(&key.value, &known)
}

/// Whether brackets and braces are nested deeper than in any real file, so that the full parser would take long.
#[must_use]
pub(crate) fn is_deep(text: &str) -> bool {
    let mut depth = 0usize;
    text.bytes().any(|byte| {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > 2 * MAX_DEPTH
    })
}

/// Reads a text that contains one document; an empty document is an empty mapping. If it cannot be read, reports an
/// error and returns `None`.
pub(crate) fn parse(source: &Arc<Source>, report: &mut Report) -> Option<Node> {
    if source.text.len() > MAX_BYTES {
        // The error has no place: to show one, the whole text would be searched for secrets.
        let message = format!("{} is larger than {} MiB", source.label(), MAX_BYTES >> 20);
        report
            .push(Diagnostic::error(Code::BadYaml, message).help("no configuration needs to be that large"));
        return None;
    }
    let root = Builder::new(source, report).document();
    report.keep(root)
}

/// Builds the tree from the events of the parser.
struct Builder<'a> {
    source: Arc<Source>,
    events: Events<'a>,
    report: &'a mut Report,
}

impl<'a> Builder<'a> {
    fn new(source: &'a Arc<Source>, report: &'a mut Report) -> Self {
        let text = &source.text;
        let refuse = |place: &Place, what| Diagnostic::error(Code::BadYaml, what).at(place, "");
        let events = Events::new(text, text, Offsets::of(text), Place::all(source), refuse);
        Self { source: Arc::clone(source), events, report }
    }

    fn document(mut self) -> Result<Node, Diagnostic> {
        let root = match self.events.first()? {
            Some((event, span)) => Some(self.node(event, span, 0)?),
            None => None,
        };
        if let Some(span) = self.events.second()? {
            return Err(self.refuse(span, "a second document", "keep one document in each file"));
        }
        Ok(root.filter(|node| !node.is_nothing()).unwrap_or_else(|| Node {
            place: Place { source: Arc::clone(&self.source), span: 0..0 },
            kind: Kind::Mapping(Vec::new()),
        }))
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, Diagnostic> {
        if depth > MAX_DEPTH {
            return Err(self.refuse(
                span,
                "nesting this deep",
                "no configuration needs more than a few levels",
            ));
        }
        let (anchor, tag) = match &event {
            Event::Scalar(_, _, anchor, tag) => (*anchor, tag.is_some()),
            Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) => (*anchor, tag.is_some()),
            _ => (0, false),
        };
        if anchor != 0 {
            return Err(self.refuse(span, "an anchor", "write the value out"));
        }
        if tag {
            return Err(self.refuse(
                span,
                "a tag",
                "remove the tag: firstlight knows the type of each value",
            ));
        }
        match event {
            Event::Scalar(text, style, ..) => {
                let plain = style == ScalarStyle::Plain;
                let place = self.events.place(span);
                self.refuse_disguised(&text, &place);
                Ok(Node { place, kind: Kind::Scalar { text: text.into_owned(), plain } })
            }
            Event::SequenceStart(..) => self.list(span, depth),
            Event::MappingStart(..) => self.mapping(span, depth),
            _ => Err(self.refuse(span, "an alias", "write the value out")),
        }
    }

    /// Reports a secret that is written with escapes or over several lines, so that only the value shows it.
    fn refuse_disguised(&mut self, text: &str, place: &Place) {
        if let (Some(found), true) = (secret::find(text).first(), secret::find(place.text()).is_empty()) {
            let help = "revoke it if it has been shared; store it in a file on the server, and write a reference to it";
            self.report.push(Diagnostic::literal_secret(place, &found.name, help));
        }
    }

    fn list(&mut self, start: Span, depth: usize) -> Result<Node, Diagnostic> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.events.next()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok(Node { place: self.events.between(start, span), kind: Kind::List(items) });
            }
            items.push(self.node(event, span, depth + 1)?);
        }
    }

    fn mapping(&mut self, start: Span, depth: usize) -> Result<Node, Diagnostic> {
        let mut entries: Vec<(Spanned<String>, Node)> = Vec::new();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        loop {
            let (event, span) = self.events.next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok(Node { place: self.events.between(start, span), kind: Kind::Mapping(entries) });
            }
            let key = self.node(event, span, depth + 1)?;
            let Kind::Scalar { text: value, .. } = key.kind else {
                return Err(self.refuse(
                    span,
                    "a key that is not a single word",
                    "write one word before the colon",
                ));
            };
            if value == "<<" {
                return Err(self.refuse(span, "a merge key", "write the keys out"));
            }
            let (event, span) = self.events.next()?;
            let node = self.node(event, span, depth + 1)?;
            if let Some(first) = seen.get(&value) {
                self.duplicate(&value, &key.place, *first);
                continue;
            }
            seen.insert(value.clone(), key.place.span.start);
            entries.push((Spanned { value, place: key.place }, node));
        }
    }

    fn duplicate(&mut self, key: &str, place: &Place, first: usize) {
        if self.report.is_full() {
            return;
        }
        let (line, _) = self.source.line_column(first);
        self.report.push(
            Diagnostic::error(Code::DuplicateKey, format!("the key `{key}` is given twice"))
                .at(place, format!("first on line {line}"))
                .help("keep one of them"),
        );
    }

    fn refuse(&self, span: Span, what: &str, help: &str) -> Diagnostic {
        let place = self.events.place(span).first_line();
        Diagnostic::error(Code::BadYaml, format!("{what} is not allowed here")).at(&place, "").help(help)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Node>, Report) {
        let mut report = Report::default();
        let node = parse(&Source::file("x.yaml", text), &mut report);
        (node, report)
    }

    #[test]
    fn scalars_keep_their_text_and_place() {
        let (node, report) = read("ä: 1.10\nb: \"no\"\nc: [022, 'x y']\n");
        assert!(report.diagnostics().is_empty());
        let Some(Node { kind: Kind::Mapping(entries), .. }) = node else { unreachable!() };
        let texts: Vec<_> =
            entries.iter().map(|(k, v)| (k.place.text().to_owned(), v.place.text().to_owned())).collect();
        assert_eq!(
            texts,
            [("ä", "1.10"), ("b", "\"no\""), ("c", "[022, 'x y']")]
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
        );
    }

    /// The help depends on what the code asked for, not on the words that name it.
    #[test]
    fn the_help_is_about_what_is_wanted_and_what_is_there() {
        let nothing = "give the key a value (\"\" for an empty one), or remove it";
        let help = |found: Diagnostic| found.help.text().into_owned();
        let (node, _) = read("a: ~\nb: word\nc: \"\"\n");
        let node = node.expect("a mapping");
        let [empty, word, quoted] = ["a", "b", "c"].map(|key| node.get(key).expect("a value"));
        assert_eq!([empty.no_list(), empty.no_mapping(), empty.wrong_type("a list")].map(help), [nothing; 3]);
        assert_eq!(help(word.no_list()), "write [one, two]");
        assert_eq!(help(quoted.wrong_type("a list")), "");
        assert!(help(word.no_mapping()).starts_with("write `key: value`"));
        let flag = Node::scalar(Place::all(&Source::flag("--set", "word")));
        assert_eq!(help(flag.no_mapping()), "write --set KEY.NAME=VALUE");
    }

    #[test]
    fn an_empty_text_is_an_empty_mapping() {
        for text in ["", "\n", "# only a comment\n", "---\n", "~"] {
            let (node, report) = read(text);
            assert!(!report.has_errors(), "{text:?}");
            assert_eq!(node.map(|n| n.kind), Some(Kind::Mapping(vec![])), "{text:?}");
        }
    }

    #[test]
    fn what_can_expand_or_surprise_is_refused() {
        let deep = "[".repeat(100_000);
        let lines = "- ".repeat(2000);
        for text in [
            "a: &x 1",
            "a: *x",
            "a: !!str 1",
            "<<: {a: 1}",
            "a: 1\n---\nb: 1",
            "? [a]\n: 1",
            "a: \t\t- b\n\tc",
            &deep,
            &lines,
        ] {
            assert!(read(text).1.has_errors(), "{:?}", text.get(..20));
        }
    }

    #[test]
    fn all_double_keys_are_reported() {
        let (_, report) = read("a: 1\na: 2\nb: 1\nb: 2\n");
        assert_eq!(report.diagnostics().len(), 2);
    }
}
