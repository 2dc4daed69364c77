//! Which host side a document contains.

/// The host side of a document: what runs on the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HostSide {
    /// The bash scripts.
    #[default]
    Scripts,
    /// The program that will replace them. It is not finished.
    Program,
}

impl HostSide {
    /// The folder of the shared profile that contains it.
    #[must_use]
    pub(crate) const fn profile(self) -> &'static str {
        match self {
            Self::Scripts => "_host",
            Self::Program => "_next",
        }
    }
}
