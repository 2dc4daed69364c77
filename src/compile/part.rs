//! A MIME part of the user's own, and the types of parts for which cloud-init has a handler.

use std::sync::Arc;

use crate::base::nearest::suggest;
use crate::base::problem::Problem;
use crate::cloud_init::ContentKind;
use crate::text::source::{Place, Source};

/// A part of the user's.
pub struct MimePart {
    /// What cloud-init takes it for.
    pub subtype: Subtype,
    /// Its text.
    pub source: Arc<Source>,
    /// The argument of `--part` that gives it.
    pub argument: String,
    /// Where it is named.
    pub place: Place,
}

/// Its secrets masked.
impl std::fmt::Debug for MimePart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("MimePart").field(&self.subtype).field(&self.source).finish()
    }
}

/// A MIME type that cloud-init has a handler for, without its `text/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subtype(&'static ContentKind);

impl Subtype {
    /// The one with this name, with or without `x-`.
    #[must_use]
    pub(crate) fn named(name: &str) -> Option<Self> {
        let is_named = |kind: &Self| kind.name() == name || kind.name().strip_prefix("x-") == Some(name);
        Self::all().find(is_named)
    }

    /// Its name.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        self.content_type().strip_prefix("text/").unwrap_or(self.content_type())
    }

    /// The whole content type.
    #[must_use]
    pub(crate) fn content_type(self) -> &'static str {
        self.0.content_type().unwrap_or_default()
    }

    /// The one that a text's first line tells, as the documentation writes it: cloud-init itself overlooks blanks and case.
    ///
    /// # Errors
    /// A text that begins otherwise.
    pub(crate) fn of(text: &str) -> Result<Self, Problem> {
        Self::all().find(|kind| kind.0.header().is_some_and(|start| text.starts_with(start))).ok_or_else(
            || {
                Problem::new(
                    "cloud-init cannot determine its type from its first line",
                    "begin it with #cloud-config or #!/bin/sh, or write --part FILE:TYPE",
                )
            },
        )
    }

    fn all() -> impl Iterator<Item = Self> {
        ContentKind::known().map(Self)
    }

    /// All names.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        Self::all().map(Self::name)
    }

    /// The complaint about a name that is none.
    #[must_use]
    pub(crate) fn unknown(name: &str) -> Problem {
        Problem::new(format!("cloud-init knows no part of type `{name}`"), suggest(name, Self::names()))
    }
}
