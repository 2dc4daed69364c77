use serde::Serialize;

/// The name of a row of the reviewer's table: only the rows themselves have one, so that a finding always has its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleCode(&'static str);

impl RuleCode {
    /// For a row of the table, and for nothing else.
    pub(in crate::finding) const fn of_row(name: &'static str) -> Self {
        Self(name)
    }

    /// The name as printed and as in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }
}

/// Stable names of all that can be wrong. A code never changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// A value has the wrong form for its type.
    BadValue,
    /// The text is not YAML, or YAML that a configuration must not use.
    BadYaml,
    /// A file or folder cannot be read.
    CannotRead,
    /// A key stands twice.
    DuplicateKey,
    /// A mapping, list or single value where another was wanted.
    WrongType,
    /// A secret itself, where only a reference may stand.
    LiteralSecret,
    /// Something that may be a secret: only randomness tells.
    PossibleSecret,
    /// What may be in clear by choice is not there, or is no secret.
    UnusedException,
    /// A required key is missing.
    MissingKey,
    /// A secret would be in the document, and nobody asked for that.
    EmbeddedSecret,
    /// The token works no more, or not for long.
    TokenExpires,
    /// The document is larger than the provider takes.
    TooLarge,
    /// The provider's limit is not known.
    UnknownLimit,
    /// Options that do not go together.
    Unsuitable,
    /// What the user's own cloud-config says cannot stand beside what firstlight does.
    Conflict,
    /// A key that nothing reads.
    UnknownKey,
    /// A name that is not one of those there are.
    UnknownName,
    /// A profile does not fit together.
    BadProfile,
    /// A value that the syntax of a file cannot hold.
    Unrepresentable,
    /// An image that its registry does not give to everyone.
    PrivateImage,
    /// An image of something else in the place of the profile's own.
    OtherImage,
    /// A compose file's variable that nothing sets.
    UnsetVariable,
    /// A compose file wants what the server cannot do.
    CannotWork,
    /// A file that the server makes itself, whatever lies beside the compose file.
    MadeOnServer,
    /// A port of the server is opened beside the web server's.
    PublishedPort,
    /// A container gets power over the server.
    HostAccess,
    /// A text without a newline at its end got one.
    FinalNewline,
    /// A committed document is not what its configuration makes.
    Outdated,
    /// A configuration's document is not committed.
    MissingDocument,
    /// A committed document that no configuration makes.
    Orphan,
    /// A fault of firstlight itself.
    Internal,
    /// What a review of somebody's user-data finds: the code of a row of [`crate::finding::rule::RULES`].
    Finding(RuleCode),
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Code {
    /// Every code of the compiler, for tests and documentation; those of a review stand in their table.
    pub const ALL: &[Self] = &[
        Self::BadValue,
        Self::BadYaml,
        Self::CannotRead,
        Self::DuplicateKey,
        Self::WrongType,
        Self::LiteralSecret,
        Self::PossibleSecret,
        Self::UnusedException,
        Self::EmbeddedSecret,
        Self::TokenExpires,
        Self::MissingKey,
        Self::TooLarge,
        Self::UnknownLimit,
        Self::Unsuitable,
        Self::Conflict,
        Self::UnknownKey,
        Self::UnknownName,
        Self::BadProfile,
        Self::Unrepresentable,
        Self::PrivateImage,
        Self::OtherImage,
        Self::UnsetVariable,
        Self::CannotWork,
        Self::MadeOnServer,
        Self::PublishedPort,
        Self::HostAccess,
        Self::FinalNewline,
        Self::Outdated,
        Self::MissingDocument,
        Self::Orphan,
        Self::Internal,
    ];

    /// The name as printed and as in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BadValue => "bad-value",
            Self::BadYaml => "bad-yaml",
            Self::CannotRead => "cannot-read",
            Self::DuplicateKey => "duplicate-key",
            Self::WrongType => "wrong-type",
            Self::LiteralSecret => "literal-secret",
            Self::PossibleSecret => "possible-secret",
            Self::UnusedException => "unused-exception",
            Self::EmbeddedSecret => "embedded-secret",
            Self::TokenExpires => "token-expires",
            Self::MissingKey => "missing-key",
            Self::TooLarge => "too-large",
            Self::UnknownLimit => "unknown-limit",
            Self::Unsuitable => "unsuitable",
            Self::Conflict => "conflict",
            Self::UnknownKey => "unknown-key",
            Self::UnknownName => "unknown-name",
            Self::BadProfile => "bad-profile",
            Self::Unrepresentable => "unrepresentable",
            Self::PrivateImage => "private-image",
            Self::OtherImage => "other-image",
            Self::UnsetVariable => "unset-variable",
            Self::CannotWork => "cannot-work",
            Self::MadeOnServer => "made-on-server",
            Self::PublishedPort => "published-port",
            Self::HostAccess => "host-access",
            Self::FinalNewline => "final-newline",
            Self::Outdated => "outdated",
            Self::MissingDocument => "missing-document",
            Self::Orphan => "orphan",
            Self::Internal => "internal",
            Self::Finding(code) => code.name(),
        }
    }
}
