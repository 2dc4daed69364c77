//! Which part of the work a document does: all of it, or what an image holds, or what is left for its servers.

/// Which part of the work a document does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// All of it, on a bare server
    #[default]
    All,
    /// What is the same for every domain: the result is an image
    Bake,
    /// The rest, on a server started from that image
    Boot,
}

impl Phase {
    /// As `--phase` takes it, and as profiles see it.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Bake => "bake",
            Self::Boot => "boot",
        }
    }
}
