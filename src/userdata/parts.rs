//! From the unpacked document to its parts, in cloud-init's order and with its names.

use std::sync::Arc;

use super::kind::Kind;
use super::scalar::Value;
use super::transport::{Gunzip, gunzip, mentions_mime};
use super::{Budget, MAX_DEPTH, MAX_PARTS, Tree, mime, template, yaml};
use crate::diagnostic::Diagnostic;
use crate::rule;
use crate::source::{Place, Source};

/// One part.
#[derive(Debug)]
pub struct Part {
    /// cloud-init's name for it: the file name given, or `part-001`.
    pub name: String,
    /// What cloud-init takes it for.
    pub kind: Kind,
    /// Whether it is rendered with Jinja first; `kind` is then what its second line says.
    pub template: bool,
    /// The content type that it ends up with.
    pub content_type: String,
    /// What is in it.
    pub payload: Payload,
    /// Whether it came in a message or an archive, not as the whole document.
    pub enclosed: bool,
    /// How it is merged with the parts before it, if its headers say so.
    pub merge: Option<String>,
    /// The cloud-config in it, if it is one and parses; what a template will fill in is a filler.
    pub config: Option<Tree>,
}

/// A part's content.
#[derive(Debug)]
pub enum Payload {
    /// Text, and where it stands: in the document itself if it stands there as it is.
    Text(Place),
    /// What is no UTF-8.
    Binary(Vec<u8>),
}

impl Payload {
    /// The bytes that cloud-init gets.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(place) => place.text().as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }

    /// Its place, if it is text.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Text(place) => Some(place),
            Self::Binary(_) => None,
        }
    }
}

/// An address whose content the server fetches and takes for user-data, or for a file.
#[derive(Debug)]
pub struct Include {
    /// The address.
    pub url: String,
    /// Whether it is fetched once an instance, not on every boot.
    pub once: bool,
    /// Where it stands.
    pub place: Place,
}

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

/// Content types that make cloud-init unpack gzip.
const GZIP_TYPES: &[&str] = &[
    "application/gzip",
    "application/gzip-compressed",
    "application/gzipped",
    "application/x-compress",
    "application/x-compressed",
    "application/x-gunzip",
    "application/x-gzip",
    "application/x-gzip-compressed",
];

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
        if Kind::of_text(&source.text).is_some() {
            self.findings.push(rule::MIME_BY_ACCIDENT.at(&head, "cloud-init takes this for a MIME message"));
        } else if message.empty {
            self.findings.push(rule::MIME_NO_PARTS.at(&head, "a MIME message whose boundary is not found"));
        }
        if message.open {
            self.findings.push(rule::MIME_OPEN.at(&head, "the MIME message does not end: it may be cut off"));
        }
        if message.deep {
            let problem = format!("messages nested more than {MAX_DEPTH} deep");
            self.findings.push(rule::TOO_MUCH.at(&head, problem));
        }
        for leaf in message.leaves {
            self.leaf(&source, leaf);
        }
    }

    fn not_utf8(&mut self, label: &str, bytes: Vec<u8>) {
        if !super::transport::is_gzip(&bytes) {
            let valid = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
            let line = valid.matches('\n').count() + 1;
            self.findings.push(rule::NOT_UTF8.found(format!("{label} is not UTF-8 text (line {line})")));
        }
        let envelope = Envelope { content_type: NOT_MULTIPART.to_owned(), ..Envelope::default() };
        self.push(Kind::Unknown, Payload::Binary(bytes), envelope);
    }

    /// A part of a message: decoded, unpacked, and what it is found out.
    fn leaf(&mut self, source: &Arc<Source>, leaf: mime::Leaf) {
        let place = Place { source: Arc::clone(source), span: leaf.body.clone() };
        let envelope = Envelope {
            content_type: leaf.content_type,
            enclosed: true,
            filename: leaf.filename,
            merge: leaf.merge,
        };
        let encoded = matches!(leaf.encoding.as_str(), "base64" | "quoted-printable");
        if !encoded && place.text().is_ascii() && !GZIP_TYPES.contains(&envelope.content_type.as_str()) {
            return self.part(Payload::Text(place), envelope);
        }
        if self.budget.take(place.span.len()).is_err() {
            return self.once(super::too_much());
        }
        let (bytes, whole) = mime::decode(place.text(), &leaf.encoding);
        if !whole {
            self.findings
                .push(rule::MIME_BROKEN.at(&first_line(&place), format!("this is not {}", leaf.encoding)));
        } else if !encoded && !place.text().is_ascii() {
            let found = place.text().char_indices().find(|(_, c)| !c.is_ascii());
            let (at, c) = found.unwrap_or((0, ' '));
            let start = place.span.start + at;
            let letter = Place { source: Arc::clone(source), span: start..start + c.len_utf8() };
            let problem =
                rule::MIME_NOT_ASCII.at(&letter, format!("`{c}` does not survive in an unencoded MIME part"));
            self.findings.push(problem.help("encode the part: Content-Transfer-Encoding: base64"));
        }
        let charset = leaf.charset.unwrap_or_default().to_ascii_lowercase();
        if !matches!(charset.as_str(), "" | "utf-8" | "utf8" | "us-ascii" | "ascii") && !bytes.is_ascii() {
            let message = format!("the charset {charset} is ignored, the part read as UTF-8");
            self.findings.push(rule::MIME_CHARSET.at(&first_line(&place), message));
        }
        if GZIP_TYPES.contains(&envelope.content_type.as_str()) {
            return self.gzipped(&bytes, &place, envelope);
        }
        let payload = self.payload(bytes, &envelope);
        self.part(payload, envelope);
    }

    fn gzipped(&mut self, bytes: &[u8], place: &Place, envelope: Envelope) {
        match gunzip(bytes, self.budget) {
            Ok(bytes) => {
                let envelope = Envelope { content_type: "text/plain".to_owned(), ..envelope };
                let payload = self.payload(bytes, &envelope);
                self.part(payload, envelope);
            }
            Err(Gunzip::Damaged(why)) => {
                let problem =
                    rule::BAD_GZIP.at(&first_line(place), format!("this part does not unpack: {why}"));
                self.findings.push(problem);
            }
            Err(Gunzip::TooMuch(problem)) => self.findings.push(problem),
        }
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
            let found = payload.place().and_then(|place| Kind::of_text(place.text()));
            if let Some(content_type) = found.and_then(|kind| kind.content_type()) {
                envelope.content_type = content_type.to_owned();
            }
        }
        let kind = Kind::of_type(&envelope.content_type);
        match (&kind, payload.place()) {
            (Kind::Include | Kind::IncludeOnce, Some(place)) => {
                let place = place.clone();
                self.include(&place);
                self.push(kind, payload, envelope);
            }
            (Kind::Archive, Some(place)) => {
                let place = place.clone();
                self.archive(&place);
            }
            _ => self.push(kind, payload, envelope),
        }
    }

    fn too_many(&mut self) {
        self.once(
            rule::TOO_MUCH.found(format!("more than {MAX_PARTS} parts or addresses; the rest is not read")),
        );
    }

    /// The same for every part from here on, so it is said once.
    fn once(&mut self, problem: Diagnostic) {
        if !self.findings.contains(&problem) {
            self.findings.push(problem);
        }
    }

    fn push(&mut self, kind: Kind, payload: Payload, envelope: Envelope) {
        let name = self.name_of(&envelope);
        let Envelope { content_type, enclosed, merge, .. } = envelope;
        let template = kind == Kind::Template;
        let kind = match payload.place().filter(|_| template) {
            Some(place) => {
                let rest = place.text().trim_start().split_once('\n').map_or("", |(_, rest)| rest);
                Kind::of_text(rest).unwrap_or(Kind::Unknown)
            }
            None => kind,
        };
        let mut part = Part { name, kind, template, content_type, payload, enclosed, merge, config: None };
        part.config = self.config(&part);
        self.parts.push(part);
    }

    fn config(&mut self, part: &Part) -> Option<Tree> {
        let place = part.payload.place().filter(|_| part.kind == Kind::CloudConfig)?;
        let read = if part.template {
            yaml::read_text(&template::blank(place.text()), place, self.budget)
        } else {
            yaml::read(place, self.budget)
        };
        let root = read.map_err(|problem| self.findings.push(unless_template(problem, part))).ok()?;
        match &root.value {
            Value::Map(_) => Some(root),
            Value::Null => {
                self.findings.push(rule::EMPTY.at(&first_line(place), "this cloud-config holds nothing"));
                None
            }
            _ => {
                let message = format!("a cloud-config is a mapping, this is {}", root.value.what());
                self.findings.push(rule::NOT_A_MAPPING.at(&first_line(&root.place), message));
                None
            }
        }
    }

    fn include(&mut self, place: &Place) {
        let mut once = false;
        let mut at = place.span.start;
        for line in place.text().split_inclusive('\n') {
            let start = at;
            at += line.len();
            let lower = line.to_ascii_lowercase();
            let mut rest = line;
            for (word, value) in [("#include-once", true), ("#include", false)] {
                if lower.starts_with(word) {
                    rest = line.get(word.len()..).unwrap_or("").trim_start();
                    once = value;
                    break;
                }
            }
            let url = rest.trim();
            if url.is_empty() || rest.starts_with('#') {
                continue;
            }
            if self.includes.len() >= MAX_PARTS {
                return self.too_many();
            }
            let from = start + line.find(url).unwrap_or(0);
            let place = Place { source: Arc::clone(&place.source), span: from..from + url.len() };
            self.includes.push(Include { url: url.to_owned(), once, place });
        }
    }

    /// A list of parts: each a text, or a mapping that says what it is.
    fn archive(&mut self, place: &Place) {
        let list = match yaml::read(place, self.budget) {
            Ok(root) => root,
            Err(problem) => return self.findings.push(problem),
        };
        let Value::List(entries) = &list.value else {
            let message = format!("an archive is a list of parts, this is {}", list.value.what());
            return self.findings.push(rule::NOT_A_MAPPING.at(&first_line(&list.place), message));
        };
        for entry in entries {
            self.entry(entry);
        }
    }

    /// cloud-init looks into no archive or include inside an archive: they are parts that nothing reads.
    fn entry(&mut self, entry: &Tree) {
        let field = |name: &str| entry.get(name);
        let (content, place) = match &entry.value {
            Value::Map(_) => match field("content") {
                Some(node) => (node.value.clone(), node.place.clone()),
                None => (Value::Text(String::new()), entry.place.clone()),
            },
            value => (value.clone(), entry.place.clone()),
        };
        let text = |name: &str| field(name).and_then(|node| node.value.text().map(str::to_owned));
        let default = || match &content {
            Value::Text(text) => {
                Kind::of_text(text).and_then(|kind| kind.content_type()).unwrap_or("text/cloud-config")
            }
            _ => "application/octet-stream",
        };
        let content_type = text("type").unwrap_or_else(|| default().to_owned());
        let merge = text("Merge-Type").or_else(|| text("X-Merge-Type"));
        let envelope = Envelope { content_type, enclosed: true, filename: text("filename"), merge };
        let bytes = match content {
            Value::Text(text) => text.into_bytes(),
            Value::Bytes(bytes) => bytes,
            other => {
                let message = format!("a part's content is a text, this is {}", other.what());
                return self.findings.push(rule::WRONG_TYPE.at(&first_line(&place), message));
            }
        };
        if self.parts.len() >= MAX_PARTS {
            return self.too_many();
        }
        if self.budget.take(bytes.len()).is_err() {
            return self.once(super::too_much());
        }
        let payload = self.payload(bytes, &envelope);
        let kind = match Kind::of_type(&envelope.content_type) {
            Kind::Archive | Kind::Include | Kind::IncludeOnce => Kind::Unknown,
            kind => kind,
        };
        self.push(kind, payload, envelope);
    }
}

/// What does not parse before it is rendered may well do so afterwards.
fn unless_template(problem: Diagnostic, part: &Part) -> Diagnostic {
    if !part.template {
        return problem;
    }
    let place = problem.place.clone();
    let found = rule::NOT_ANALYSED.found("the template can only be read as YAML when it is rendered");
    match place {
        Some(place) => found.at(&place, problem.message),
        None => found,
    }
}

/// The first line of a place.
pub(crate) fn first_line(place: &Place) -> Place {
    let length = place.text().split('\n').next().unwrap_or("").trim_end().len();
    Place { source: Arc::clone(&place.source), span: place.span.start..place.span.start + length }
}
