//! Parses a text into a tree, within limits.

use std::collections::BTreeMap;
use std::sync::Arc;

use saphyr_parser::{Event, ScalarStyle, Span};

use super::events::Events;
use super::node::{Kind, Node};
use crate::base::secret;
use crate::finding::{Code, Diagnostic, Report};
use crate::text::source::{Offsets, Place, Source, Spanned};

/// The largest text that is read, in bytes (1 MiB).
pub const MAX_BYTES: usize = 1 << 20;
/// The deepest nesting of lists and mappings that is read.
const MAX_DEPTH: usize = 32;

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
        Ok(root
            .filter(|node| !node.is_nothing())
            .unwrap_or_else(|| Node { place: Place::start(&self.source), kind: Kind::Mapping(Vec::new()) }))
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
