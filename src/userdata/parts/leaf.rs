//! A single part of a MIME message: it is decoded and decompressed, and what is lost by that is reported.

use std::sync::Arc;

use super::{Envelope, Reader};
use crate::finding::rule;
use crate::text::source::{Place, Source};
use crate::userdata::part::Payload;
use crate::userdata::transport::{Gunzip, gunzip};
use crate::userdata::{encoding, mime, too_much};

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

impl Reader<'_> {
    /// A part of a message: decoded, unpacked, and what it is found out.
    pub(super) fn leaf(&mut self, source: &Arc<Source>, leaf: mime::Leaf) {
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
            return self.once(too_much());
        }
        let (bytes, whole) = encoding::decode(place.text(), &leaf.encoding);
        if !whole {
            self.findings
                .push(rule::MIME_BROKEN.at(&place.first_line(), format!("this is not {}", leaf.encoding)));
        } else if !encoded && !place.text().is_ascii() {
            let found = place.text().char_indices().find(|(_, c)| !c.is_ascii());
            let (at, c) = found.unwrap_or((0, ' '));
            let start = place.span.start + at;
            let letter = Place { source: Arc::clone(source), span: start..start + c.len_utf8() };
            let problem =
                rule::MIME_NOT_ASCII.at(&letter, format!("`{c}` is changed in an unencoded MIME part"));
            self.findings.push(problem.help("encode the part: Content-Transfer-Encoding: base64"));
        }
        let charset = leaf.charset.unwrap_or_default().to_ascii_lowercase();
        if !matches!(charset.as_str(), "" | "utf-8" | "utf8" | "us-ascii" | "ascii") && !bytes.is_ascii() {
            let message = format!("the charset {charset} is ignored, and the part is read as UTF-8");
            self.findings.push(rule::MIME_CHARSET.at(&place.first_line(), message));
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
                let problem = rule::BAD_GZIP
                    .at(&place.first_line(), format!("this part cannot be decompressed: {why}"));
                self.findings.push(problem);
            }
            Err(Gunzip::TooMuch(problem)) => self.findings.push(problem),
        }
    }
}
