//! A part of a document: its name, its kind and its content.

use super::Tree;
use crate::cloud_init::ContentKind;
use crate::text::source::Place;

/// A part of a user-data document.
#[derive(Debug)]
pub struct Part {
    /// The file name that the part was given, or else cloud-init's own, such as `part-001`.
    pub name: String,
    /// What cloud-init takes the part for.
    pub kind: ContentKind,
    /// Whether cloud-init first renders the part with Jinja (`## template: jinja`). [`Self::kind`] is then
    /// that of the text after this line.
    pub template: bool,
    /// The MIME type by which cloud-init finally handles the part.
    pub content_type: String,
    /// The content.
    pub payload: Payload,
    /// Whether the part came inside a MIME message or an archive, and is not the whole document.
    pub enclosed: bool,
    /// The header that says how the part is merged with those before it (`Merge-Type` or `X-Merge-Type`), if
    /// there is one.
    pub merge: Option<String>,
    /// The part as YAML, if it is a cloud-config and could be read. In a template, placeholders stand for
    /// what will be filled in.
    pub config: Option<Tree>,
}

impl Part {
    /// A cloud-config at a place.
    pub(super) fn config(place: &Place, config: Option<Tree>) -> Self {
        Self {
            name: place.source.name.clone(),
            kind: ContentKind::CloudConfig,
            template: false,
            content_type: "text/cloud-config".to_owned(),
            payload: Payload::Text(place.clone()),
            enclosed: true,
            merge: None,
            config,
        }
    }
}

/// The content of a part.
#[derive(Debug)]
pub enum Payload {
    /// Text, and its place: in the document itself if it stands there unencoded, else in a text of its own.
    Text(Place),
    /// Bytes that are not UTF-8.
    Binary(Vec<u8>),
}

impl Payload {
    /// The bytes that cloud-init gets.
    #[must_use]
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(place) => place.text().as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }

    /// Its place, if it is text.
    #[must_use]
    pub(crate) fn place(&self) -> Option<&Place> {
        match self {
            Self::Text(place) => Some(place),
            Self::Binary(_) => None,
        }
    }
}

/// A URL that the server fetches: as more user-data, or as the content of a file.
#[derive(Debug)]
pub struct Include {
    /// The URL as it was given.
    pub url: String,
    /// Whether it is fetched only once an instance, and not on every boot.
    pub once: bool,
    /// The place of the URL in the document.
    pub place: Place,
}
