//! Divides a decoded document into its parts, in the order and with the names that cloud-init gives them.

mod archive;
mod include;
mod leaf;

use std::sync::Arc;

use super::node::Value;
use super::part::{Include, Part, Payload};
use super::transport::{is_gzip, mentions_mime};
use super::{Budget, MAX_DEPTH, MAX_PARTS, Tree, mime, template, yaml_loader};
use crate::cloud_init::ContentKind;
use crate::finding::{Diagnostic, rule};
use crate::text::source::{Place, Source};

/// What a part is said to be, before anybody has looked at it.
#[derive(Default)]
struct Envelope {
    content_type: String,
    enclosed: bool,
    filename: Option<String>,
    merge: Option<String>,
}

/// cloud-init's word for a document that is no MIME message.
const NOT_MULTIPART: &str = "text/x-not-multipart";

/// Collects the parts.
pub(super) struct Reader<'a> {
    pub(super) parts: Vec<Part>,
    pub(super) includes: Vec<Include>,
    pub(super) findings: Vec<Diagnostic>,
    name: &'a str,
    budget: &'a mut Budget,
}

impl<'a> Reader<'a> {
    pub(super) fn new(name: &'a str, budget: &'a mut Budget, findings: Vec<Diagnostic>) -> Self {
        Self { parts: Vec::new(), includes: Vec::new(), findings, name, budget }
    }

    /// A whole document: a MIME message, or one part.
    pub(super) fn message(&mut self, label: &str, bytes: Vec<u8>) {
        let mail = mentions_mime(&bytes);
        let Ok(text) = String::from_utf8(bytes).map_err(|error| self.not_utf8(label, error.into_bytes()))
        else {
            return;
        };
        let source = Source::file(label, &text);
        if !mail {
            let envelope = Envelope { content_type: NOT_MULTIPART.to_owned(), ..Envelope::default() };
            return self.part(Payload::Text(Place::all(&source)), envelope);
        }
        let message = mime::parse(&source.text);
        let head = Place { source: Arc::clone(&source), span: 0..source.text.find('\n').unwrap_or(0) };
        if ContentKind::of_text(&source.text).is_some() {
            self.findings.push(rule::MIME_BY_ACCIDENT.at(&head, "cloud-init reads this as a MIME message"));
        } else if message.empty {
            self.findings.push(rule::MIME_NO_PARTS.at(&head, "a MIME message whose boundary is not found"));
        }
        if message.open {
            self.findings.push(rule::MIME_OPEN.at(&head, "the MIME message has no end: it may be truncated"));
        }
        if message.deep {
            let problem = format!("messages nested more than {MAX_DEPTH} deep");
            self.findings.push(rule::TOO_MUCH.at(&head, problem));
        }
        for leaf in message.leaves {
            self.leaf(&source, leaf);
        }
    }

    /// A part that is a text of its own.
    pub(super) fn given(&mut self, place: &Place, content_type: &str, merge: Option<&str>) {
        let name = place.source.name.rsplit('/').next().unwrap_or_default();
        let envelope = Envelope {
            content_type: content_type.to_owned(),
            enclosed: true,
            filename: Some(name.to_owned()),
            merge: merge.map(str::to_owned),
        };
        self.part(Payload::Text(place.clone()), envelope);
    }

    fn not_utf8(&mut self, label: &str, bytes: Vec<u8>) {
        if !is_gzip(&bytes) {
            let valid = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
            let line = valid.matches('\n').count() + 1;
            self.findings.push(rule::NOT_UTF8.found(format!("{label} is not UTF-8 text (line {line})")));
        }
        let envelope = Envelope { content_type: NOT_MULTIPART.to_owned(), ..Envelope::default() };
        self.push(ContentKind::Unknown, Payload::Binary(bytes), envelope);
    }

    /// Decoded bytes as a text of its own, if they are text.
    fn payload(&mut self, bytes: Vec<u8>, envelope: &Envelope) -> Payload {
        let name = format!("{}: {}", self.name, self.name_of(envelope));
        match String::from_utf8(bytes) {
            Ok(text) => Payload::Text(Place::all(&Source::file(&name, &text))),
            Err(error) => Payload::Binary(error.into_bytes()),
        }
    }

    fn name_of(&self, envelope: &Envelope) -> String {
        envelope.filename.clone().unwrap_or_else(|| format!("part-{:03}", self.parts.len() + 1))
    }

    /// A part whose content is known: what it is, and what is in it.
    fn part(&mut self, payload: Payload, mut envelope: Envelope) {
        if self.parts.len() >= MAX_PARTS {
            return self.too_many();
        }
        if matches!(envelope.content_type.as_str(), "text/plain" | NOT_MULTIPART | "text/x-shellscript") {
            let found = payload.place().and_then(|place| ContentKind::of_text(place.text()));
            if let Some(content_type) = found.and_then(|kind| kind.content_type()) {
                envelope.content_type = content_type.to_owned();
            }
        }
        let kind = ContentKind::of_type(&envelope.content_type);
        match (&kind, payload.place()) {
            (ContentKind::Include | ContentKind::IncludeOnce, Some(place)) => {
                self.include(place);
                self.push(kind, payload, envelope);
            }
            (ContentKind::Archive, Some(place)) => self.archive(place),
            _ => self.push(kind, payload, envelope),
        }
    }

    fn include(&mut self, place: &Place) {
        for include in include::addresses(place) {
            if self.includes.len() >= MAX_PARTS {
                return self.too_many();
            }
            self.includes.push(include);
        }
    }

    fn too_many(&mut self) {
        self.once(
            rule::TOO_MUCH
                .found(format!("more than {MAX_PARTS} parts or URLs; firstlight does not read the rest")),
        );
    }

    /// The same for every part from here on, so it is said once.
    fn once(&mut self, problem: Diagnostic) {
        if !self.findings.contains(&problem) {
            self.findings.push(problem);
        }
    }

    fn push(&mut self, kind: ContentKind, payload: Payload, envelope: Envelope) {
        let name = self.name_of(&envelope);
        let Envelope { content_type, enclosed, merge, .. } = envelope;
        let template = kind == ContentKind::Template;
        let kind = match payload.place().filter(|_| template) {
            Some(place) => {
                let rest = place.text().trim_start().split_once('\n').map_or("", |(_, rest)| rest);
                ContentKind::of_text(rest).unwrap_or(ContentKind::Unknown)
            }
            None => kind,
        };
        let mut part = Part { name, kind, template, content_type, payload, enclosed, merge, config: None };
        part.config = self.config(&part);
        self.parts.push(part);
    }

    fn config(&mut self, part: &Part) -> Option<Tree> {
        let place = part.payload.place().filter(|_| part.kind == ContentKind::CloudConfig)?;
        let read = if part.template {
            yaml_loader::read_text(&template::blank(place.text()), place, self.budget)
        } else {
            yaml_loader::read(place, self.budget)
        };
        let root = read.map_err(|problem| self.findings.push(unless_template(problem, part))).ok()?;
        match &root.value {
            Value::Map(_) => Some(root),
            Value::Null => {
                self.findings.push(rule::EMPTY.at(&place.first_line(), "this cloud-config is empty"));
                None
            }
            _ => {
                let message = format!("a cloud-config must be a mapping, but this is {}", root.value.what());
                self.findings.push(rule::NOT_A_MAPPING.at(&root.place.first_line(), message));
                None
            }
        }
    }
}

/// What does not parse before it is rendered may well do so afterwards.
fn unless_template(problem: Diagnostic, part: &Part) -> Diagnostic {
    if !part.template {
        return problem;
    }
    let place = problem.place.clone();
    let found = rule::NOT_ANALYSED.found("the template can only be read as YAML after it has been rendered");
    match place {
        Some(place) => found.at(&place, problem.message),
        None => found,
    }
}
