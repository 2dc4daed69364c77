//! `#cloud-config-archive`: a list of parts in YAML.

use super::{Envelope, Reader};
use crate::cloud_init::ContentKind;
use crate::finding::rule;
use crate::text::source::Place;
use crate::userdata::node::Value;
use crate::userdata::{MAX_PARTS, Tree, too_much, yaml_loader};

impl Reader<'_> {
    /// A list of parts: each a text, or a mapping that says what it is.
    pub(super) fn archive(&mut self, place: &Place) {
        let list = match yaml_loader::read(place, self.budget) {
            Ok(root) => root,
            Err(problem) => return self.findings.push(problem),
        };
        let Value::List(entries) = &list.value else {
            let message = format!("an archive must be a list of parts, but this is {}", list.value.what());
            return self.findings.push(rule::NOT_A_MAPPING.at(&list.place.first_line(), message));
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
                ContentKind::of_text(text).and_then(|kind| kind.content_type()).unwrap_or("text/cloud-config")
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
                let message = format!("a part's content must be text, but this is {}", other.what());
                return self.findings.push(rule::WRONG_TYPE.at(&place.first_line(), message));
            }
        };
        if self.parts.len() >= MAX_PARTS {
            return self.too_many();
        }
        if self.budget.take(bytes.len()).is_err() {
            return self.once(too_much());
        }
        let payload = self.payload(bytes, &envelope);
        let kind = match ContentKind::of_type(&envelope.content_type) {
            ContentKind::Archive | ContentKind::Include | ContentKind::IncludeOnce => ContentKind::Unknown,
            kind => kind,
        };
        self.push(kind, payload, envelope);
    }
}
