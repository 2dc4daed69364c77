//! A part of a document: what it is called, what it is, what is in it.

use super::Tree;
use crate::cloud_init::ContentKind;
use crate::text::source::Place;

/// One part.
#[derive(Debug)]
pub struct Part {
    /// cloud-init's name for it: the file name given, or `part-001`.
    pub name: String,
    /// What cloud-init takes it for.
    pub kind: ContentKind,
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
