//! Foreign YAML as a tree in which every node knows its place: anchors, aliases and merge keys as PyYAML has them.
//!
//! An alias shares its anchor's node, so a small text stays small; what it would be written out is counted.

use std::collections::BTreeMap;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput, Tag};

use super::parts::first_line;
use super::scalar::Value;
use super::transport::lenient_base64;
use super::{Budget, MAX_YAML, MAX_YAML_DEPTH, Tree, too_much};
use crate::diagnostic::{Code, Diagnostic};
use crate::rule;
use crate::source::{Offsets, Place};
use crate::yaml::advice;

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it stands.
    pub place: Place,
    /// Whether it stands without quotes.
    pub plain: bool,
    /// What it is.
    pub value: Value,
    /// How many nodes it is when written out.
    size: usize,
    /// How deep it is nested.
    depth: usize,
}

/// A mapping, in the text's order; what merge keys bring comes first, so that the last of equal keys counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    /// Keys and values.
    pub entries: Vec<(Tree, Tree)>,
    /// How many of them come from merge keys.
    pub merged: usize,
}

impl Node {
    /// A node made of others.
    pub(super) fn made(place: Place, value: Value) -> Tree {
        let of = |nodes: &mut dyn Iterator<Item = &Tree>| {
            nodes.fold((1, 1), |(size, depth): (usize, usize), n| {
                (size.saturating_add(n.size), depth.max(n.depth + 1))
            })
        };
        let (size, depth) = match &value {
            Value::List(items) => of(&mut items.iter()),
            Value::Map(map) => of(&mut map.entries.iter().flat_map(|(key, value)| [key, value])),
            _ => (1, 1),
        };
        Arc::new(Self { place, plain: false, value, size, depth })
    }

    /// The value of a key, if it is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Tree> {
        self.map()?.get(key)
    }

    /// The mapping, if it is one.
    #[must_use]
    pub fn map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The list, if it is one.
    #[must_use]
    pub fn list(&self) -> Option<&[Tree]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }
}

impl Map {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Tree> {
        self.entries.iter().rev().find(|(own, _)| own.value.text() == Some(key)).map(|(_, value)| value)
    }

    /// Each key once, as the last of equal ones has it.
    pub fn texts(&self) -> impl Iterator<Item = (&Tree, &str, &Tree)> {
        let text = |entry: usize| self.entries.get(entry).and_then(|(key, _)| key.value.text());
        let last: BTreeMap<_, _> = (0..self.entries.len()).map(|entry| (text(entry), entry)).collect();
        self.entries.iter().enumerate().filter_map(move |(at, (key, value))| {
            let text = key.value.text()?;
            (last.get(&Some(text)) == Some(&at)).then_some((key, text, value))
        })
    }

    /// Keys given twice in the text itself: the later one, and the one before.
    pub fn twice(&self) -> impl Iterator<Item = (&Tree, &Tree)> {
        let mut seen: BTreeMap<String, &Tree> = BTreeMap::new();
        self.entries.iter().skip(self.merged).filter_map(move |(key, _)| {
            let before = seen.insert(format!("{:?}", key.value), key)?;
            Some((key, before))
        })
    }
}

/// Reads the YAML at a place.
pub(super) fn read(place: &Place, budget: &mut Budget) -> Result<Tree, Diagnostic> {
    read_text(place.text(), place, budget)
}

/// Reads a text that stands for the one at a place, byte for byte. An empty one is null.
pub(super) fn read_text(text: &str, place: &Place, budget: &mut Budget) -> Result<Tree, Diagnostic> {
    if text.is_empty() {
        return Ok(Node::made(place.clone(), Value::Null));
    }
    if text.len() > MAX_YAML {
        let message = format!("{} bytes of YAML; more than {} MiB are not read", text.len(), MAX_YAML >> 20);
        return Err(rule::TOO_MUCH.at(&first_line(place), message));
    }
    if opens(text) > MAX_OPEN {
        let message = format!("more than {MAX_OPEN} brackets are open at once");
        return Err(rule::TOO_MUCH.at(&first_line(place), message));
    }
    budget.take(text.len())?;
    let builder = Builder {
        events: Parser::new_from_str(text),
        offsets: Offsets::of(text),
        base: place,
        anchors: BTreeMap::new(),
        budget,
    };
    let root = builder.document().map_err(|problem| of_template(problem, text));
    // libyaml is what PyYAML's parser was written after: where the two differ, it has the last word.
    match (root, serde_yaml::from_str::<serde::de::IgnoredAny>(text)) {
        (Ok(root), Err(error)) if !is_of_values(&error) => {
            Err(refusal(&error, text, place).unwrap_or_else(|| {
                rule::BAD_YAML.at(&root.place, format!("this is not YAML as cloud-init reads it: {error}"))
            }))
        }
        (root, _) => root,
    }
}

/// Most brackets and braces open at once, those in texts too: the parser looks at all of them again and again.
const MAX_OPEN: usize = 128;

fn opens(text: &str) -> usize {
    let step = |(open, most): (usize, usize), byte| match byte {
        b'[' | b'{' => (open + 1, most.max(open + 1)),
        b']' | b'}' => (open.saturating_sub(1), most),
        _ => (open, most),
    };
    text.bytes().fold((0, 0), step).1
}

/// What is no YAML yet may become so when its template is rendered.
fn of_template(problem: Diagnostic, text: &str) -> Diagnostic {
    let made_by = |line: &str| match line.trim_start() {
        line if line.starts_with("%{") => Some("Terraform"),
        line if line.contains("{{ .") || line.contains("{{.") || line.starts_with("{{-") => Some("Go"),
        line if line.contains("{{") || line.starts_with("{%") => Some("Jinja or the like"),
        _ => None,
    };
    match text.lines().find_map(made_by).filter(|_| problem.code == Code::Finding("bad-yaml")) {
        Some(maker) => problem.help(format!("this looks like a template of {maker}: render it first")),
        None => problem,
    }
}

/// Whether libyaml read it and only serde, which wants values, did not like it.
fn is_of_values(error: &serde_yaml::Error) -> bool {
    let said = error.to_string();
    ["invalid type", "recursion limit", "duplicate", "tag", "repetition limit"]
        .iter()
        .any(|word| said.contains(word))
}

fn refusal(error: &serde_yaml::Error, text: &str, base: &Place) -> Option<Diagnostic> {
    let at = error.location()?;
    let line_start: usize = text.split_inclusive('\n').take(at.line().saturating_sub(1)).map(str::len).sum();
    let line = text.get(line_start..)?.split('\n').next()?;
    let column: usize = line.chars().take(at.column().saturating_sub(1)).map(char::len_utf8).sum();
    let start = base.span.start + line_start + column.min(line.len());
    let end = start + line.get(column..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let place = Place { source: Arc::clone(&base.source), span: start..end };
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or(&said);
    Some(rule::BAD_YAML.at(&place, format!("this is not YAML as cloud-init reads it: {said}")))
}

/// Makes the tree from the parser's events.
struct Builder<'a, 'b> {
    events: Parser<'a, StrInput<'a>>,
    offsets: Offsets,
    base: &'b Place,
    anchors: BTreeMap<usize, Tree>,
    budget: &'b mut Budget,
}

impl<'a> Builder<'a, '_> {
    fn document(mut self) -> Result<Tree, Diagnostic> {
        let mut root: Option<Tree> = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::StreamStart | Event::DocumentEnd | Event::Nothing => {}
                Event::DocumentStart(_) if root.is_none() => {}
                Event::DocumentStart(_) => {
                    let problem = rule::BAD_YAML.at(&self.place(span), "a second document begins here");
                    return Err(
                        problem.help("cloud-init reads one document; join them, or send them as MIME parts")
                    );
                }
                event => root = Some(self.node(event, span, 0)?),
            }
        }
        Ok(root.unwrap_or_else(|| Node::made(self.base.clone(), Value::Null)))
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), Diagnostic> {
        match self.events.next_event() {
            Some(Ok(next)) => Ok(next),
            None => Ok((Event::StreamEnd, Span::default())),
            Some(Err(error)) => {
                let start = self.base.span.start + self.offsets.byte(error.marker().index());
                let found = self.base.source.text.get(start..).and_then(|t| t.chars().next());
                let end = start + found.map_or(0, char::len_utf8);
                let place = Place { source: Arc::clone(&self.base.source), span: start..end };
                let problem = rule::BAD_YAML.at(&place, format!("this is not YAML: {}", error.info()));
                Err(problem.help(advice(error.info(), found)))
            }
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Tree, Diagnostic> {
        if depth > MAX_YAML_DEPTH {
            return Err(self.too_deep(span));
        }
        let (anchor, node) = match event {
            Event::Alias(anchor) => return self.alias(anchor, span, depth),
            Event::Scalar(text, style, anchor, tag) => {
                let value = self.scalar(&text, style, tag.as_deref(), span)?;
                let plain = style == ScalarStyle::Plain;
                (anchor, Arc::new(Node { place: self.place(span), plain, value, size: 1, depth: 1 }))
            }
            Event::SequenceStart(anchor, _) => (anchor, self.list(span, depth)?),
            Event::MappingStart(anchor, _) => (anchor, self.mapping(span, depth)?),
            _ => (0, Node::made(self.place(span), Value::Null)),
        };
        if !self.budget.take_nodes(1) {
            return Err(too_many(&node.place));
        }
        if anchor != 0 {
            self.anchors.insert(anchor, Arc::clone(&node));
        }
        Ok(node)
    }

    fn alias(&mut self, anchor: usize, span: Span, depth: usize) -> Result<Tree, Diagnostic> {
        let place = self.place(span);
        let Some(node) = self.anchors.get(&anchor).cloned() else {
            return Err(rule::BAD_YAML.at(&place, "this alias stands within what it names"));
        };
        if depth + node.depth > MAX_YAML_DEPTH {
            return Err(self.too_deep(span));
        }
        if !self.budget.take_nodes(node.size) {
            return Err(too_many(&place));
        }
        Ok(node)
    }

    fn scalar(
        &self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        span: Span,
    ) -> Result<Value, Diagnostic> {
        let refuse = |what: String| Err(rule::BAD_YAML.at(&self.place(span), what));
        let name = tag.map(|tag| format!("{}{}", tag.handle, tag.suffix));
        let name = name.as_deref().map(|name| {
            name.strip_prefix("tag:yaml.org,2002:").or_else(|| name.strip_prefix("!!")).unwrap_or(name)
        });
        Ok(match name {
            None if style == ScalarStyle::Plain && matches!(text, "=" | "<<") => {
                return refuse(format!(
                    "a bare `{text}` has a meaning of its own in YAML 1.1; put it in quotes"
                ));
            }
            None if style == ScalarStyle::Plain => Value::of_plain(text),
            None | Some("!" | "str") => Value::Text(text.to_owned()),
            Some("binary") => match lenient_base64(text.as_bytes()) {
                Some(bytes) => Value::Bytes(bytes),
                None => return refuse("this !!binary is not base64".to_owned()),
            },
            Some("null") => Value::Null,
            Some("int" | "float" | "bool" | "timestamp") => Value::of_plain(text),
            Some(other) => return refuse(format!("cloud-init knows no tag {other}")),
        })
    }

    fn list(&mut self, start: Span, depth: usize) -> Result<Tree, Diagnostic> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok(Node::made(self.between(start, span), Value::List(items)));
            }
            items.push(self.node(event, span, depth + 1)?);
        }
    }

    fn mapping(&mut self, start: Span, depth: usize) -> Result<Tree, Diagnostic> {
        let mut own = Vec::new();
        let mut merged = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                let map = Map { merged: merged.len(), entries: merged.into_iter().chain(own).collect() };
                return Ok(Node::made(self.between(start, span), Value::Map(map)));
            }
            let merge = matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<");
            if merge {
                let place = self.place(span);
                let (event, span) = self.next()?;
                let value = self.node(event, span, depth + 1)?;
                self.merge(&value, &place, &mut merged)?;
                continue;
            }
            let key = self.node(event, span, depth + 1)?;
            if matches!(key.value, Value::List(_) | Value::Map(_)) {
                return Err(rule::BAD_YAML.at(&key.place, format!("{} cannot be a key", key.value.what())));
            }
            let (event, span) = self.next()?;
            own.push((key, self.node(event, span, depth + 1)?));
        }
    }

    /// Of several mappings, the first that has a key counts.
    fn merge(&mut self, value: &Tree, place: &Place, into: &mut Vec<(Tree, Tree)>) -> Result<(), Diagnostic> {
        let maps: Vec<&Tree> = match &value.value {
            Value::Map(_) => vec![value],
            Value::List(items) => items.iter().rev().collect(),
            _ => Vec::new(),
        };
        if maps.is_empty() || maps.iter().any(|node| node.map().is_none()) {
            return Err(rule::BAD_YAML.at(place, "`<<` takes a mapping, or a list of mappings"));
        }
        for map in maps.iter().filter_map(|node| node.map()) {
            if !self.budget.take_nodes(map.entries.len()) {
                return Err(too_many(place));
            }
            into.extend(map.entries.iter().cloned());
        }
        Ok(())
    }

    fn too_deep(&self, span: Span) -> Diagnostic {
        rule::TOO_MUCH.at(&self.place(span), format!("YAML nested more than {MAX_YAML_DEPTH} deep"))
    }

    fn place(&self, span: Span) -> Place {
        let base = self.base.span.start;
        let start = base + self.offsets.byte(span.start.index());
        let end = (base + self.offsets.byte(span.end.index())).max(start);
        let mut place = Place { source: Arc::clone(&self.base.source), span: start..end };
        place.span.end = start + place.text().trim_end().len();
        place
    }

    fn between(&self, start: Span, end: Span) -> Place {
        self.place(Span::new(start.start, end.end))
    }
}

fn too_many(place: &Place) -> Diagnostic {
    Diagnostic { message: "more values than are read, aliases written out".to_owned(), ..too_much() }
        .at(place, "")
}
