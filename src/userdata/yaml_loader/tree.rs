//! Builds the tree from the events of the parser.

use std::collections::BTreeMap;
use std::sync::Arc;

use saphyr_parser::{Event, ScalarStyle, Span, Tag};

use super::{Dialect, pyyaml};
use crate::finding::{Diagnostic, rule};
use crate::text::source::{Offsets, Place};
use crate::userdata::node::{Map, TreeNode, Value};
use crate::userdata::transport::lenient_base64;
use crate::userdata::{Budget, MAX_YAML_DEPTH, Tree, too_much};
use crate::yaml::{Events, end_of_quoted};

/// Makes the tree from the parser's events.
pub(super) struct Builder<'a, 'b> {
    dialect: &'b Dialect,
    text: &'a str,
    events: Events<'a>,
    base: &'b Place,
    anchors: BTreeMap<usize, Tree>,
    budget: &'b mut Budget,
    /// Up to where it has been looked for tabs.
    seen: usize,
}

impl<'a, 'b> Builder<'a, 'b> {
    /// Of a text, and of what is parsed in its stead.
    pub(super) fn new(
        dialect: &'b Dialect,
        text: &'a str,
        parsed: &'a str,
        offsets: Offsets,
        base: &'b Place,
        budget: &'b mut Budget,
    ) -> Self {
        let refuse = |place: &Place, what: String| rule::BAD_YAML.at(place, what);
        let events = Events::new(text, parsed, offsets, base.clone(), refuse);
        Self { dialect, text, events, base, anchors: BTreeMap::new(), budget, seen: 0 }
    }

    pub(super) fn document(mut self) -> Result<Tree, Diagnostic> {
        let root = match self.events.first()? {
            Some((event, span)) => {
                self.refuse_tab(&event, span)?;
                self.node(event, span, 0)?
            }
            None => TreeNode::made(self.base.clone(), Value::Null),
        };
        if let Some(span) = self.events.second()? {
            let problem = rule::BAD_YAML.at(&self.events.place(span), "a second document begins here");
            return Err(problem.help(self.dialect.one_document));
        }
        self.refuse_tab(&Event::StreamEnd, Span::default())?;
        Ok(root)
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), Diagnostic> {
        let (event, span) = self.events.next()?;
        self.refuse_tab(&event, span)?;
        Ok((event, span))
    }

    /// Between what stands in quotes or in a block, PyYAML takes no tab.
    fn refuse_tab(&mut self, event: &Event<'a>, span: Span) -> Result<(), Diagnostic> {
        if self.dialect.tabs {
            return Ok(());
        }
        let until = match event {
            Event::Scalar(_, ScalarStyle::Plain, ..) => return Ok(()),
            Event::Scalar(..) => self.events.bytes(span).start,
            Event::StreamEnd => self.text.len(),
            _ => return Ok(()),
        };
        let tab = self.text.get(self.seen..until).and_then(pyyaml::tab).map(|at| self.seen + at);
        let is_quoted =
            matches!(event, Event::Scalar(_, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted, ..));
        let end = if is_quoted {
            end_of_quoted(self.text, until).unwrap_or(self.text.len())
        } else {
            self.events.bytes(span).end
        };
        self.seen = end.max(until);
        let Some(tab) = tab else { return Ok(()) };
        let problem = rule::BAD_YAML
            .at(&self.events.at(tab..tab + 1), "cloud-init's YAML parser does not accept a tab here");
        Err(problem.help("use spaces; a tab is allowed in quotes, in a comment, or in a text below `|`"))
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
                (
                    anchor,
                    Arc::new(TreeNode { place: self.events.place(span), plain, value, size: 1, depth: 1 }),
                )
            }
            Event::SequenceStart(anchor, _) => (anchor, self.list(span, depth)?),
            Event::MappingStart(anchor, _) => (anchor, self.mapping(span, depth)?),
            _ => (0, TreeNode::made(self.events.place(span), Value::Null)),
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
        let place = self.events.place(span);
        let Some(node) = self.anchors.get(&anchor).cloned() else {
            return Err(rule::BAD_YAML.at(&place, "this alias is inside the value that it refers to"));
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
        let refuse = |what: String| Err(rule::BAD_YAML.at(&self.events.place(span), what));
        let name = tag.map(|tag| format!("{}{}", tag.handle, tag.suffix));
        let name = name.as_deref().map(|name| {
            name.strip_prefix("tag:yaml.org,2002:").or_else(|| name.strip_prefix("!!")).unwrap_or(name)
        });
        Ok(match name {
            None if style == ScalarStyle::Plain && self.dialect.special.contains(&text) => {
                return refuse(format!(
                    "an unquoted `{text}` has a special meaning in YAML 1.1; put it in quotes"
                ));
            }
            None if style == ScalarStyle::Plain => (self.dialect.plain)(text),
            Some(own) if self.dialect.tags.contains(&own) => (self.dialect.plain)(text),
            None | Some("!" | "str") => Value::Text(text.to_owned()),
            Some("binary") => match lenient_base64(text.as_bytes()) {
                Some(bytes) => Value::Bytes(bytes),
                None => return refuse("this !!binary is not base64".to_owned()),
            },
            Some("null") => Value::Null,
            Some("int" | "float" | "bool" | "timestamp") => (self.dialect.plain)(text),
            Some(other) => return refuse(format!("{} does not know the tag {other}", self.dialect.reader)),
        })
    }

    fn list(&mut self, start: Span, depth: usize) -> Result<Tree, Diagnostic> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok(TreeNode::made(self.events.between(start, span), Value::List(items)));
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
                return Ok(TreeNode::made(self.events.between(start, span), Value::Map(map)));
            }
            let merge = matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<");
            if merge {
                let place = self.events.place(span);
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
            return Err(rule::BAD_YAML.at(place, "`<<` needs a mapping, or a list of mappings"));
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
        rule::TOO_MUCH.at(&self.events.place(span), format!("YAML nested more than {MAX_YAML_DEPTH} deep"))
    }
}

fn too_many(place: &Place) -> Diagnostic {
    Diagnostic {
        message: "more values than firstlight reads, with aliases expanded".to_owned(),
        ..too_much()
    }
    .at(place, "")
}
