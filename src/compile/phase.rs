//! The part of the work that a document does: all of it, the part that makes an image, or the part that remains for the
//! servers that start from the image.

/// The part of the work that a document does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// All of it, on a server with a plain system image.
    #[default]
    All,
    /// The part that is the same for every domain; the result is an image.
    Bake,
    /// The rest, on a server that starts from that image.
    Boot,
}

impl Phase {
    /// The name, as `--phase` accepts it and as the templates of profiles see it.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Bake => "bake",
            Self::Boot => "boot",
        }
    }
}
