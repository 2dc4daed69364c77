use serde::Serialize;

/// The stable name of a rule of [`RULES`](crate::finding::rule::RULES). Only the rules themselves can make
/// one, so every finding has its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleCode(&'static str);

impl RuleCode {
    /// For a row of the table, and for nothing else.
    pub(in crate::finding) const fn of_row(name: &'static str) -> Self {
        Self(name)
    }

    /// The name in lower case with dashes, as it is printed and as it stands in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }
}

/// The stable name of a problem. A code never changes its meaning.
/// [`MEANINGS`](crate::finding::rule::MEANINGS) explains each in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// A value has the wrong form for its type.
    BadValue,
    /// The text is not YAML, or uses parts of YAML that a configuration must not use, such as anchors.
    BadYaml,
    /// A file or folder cannot be read.
    CannotRead,
    /// The same key, or the same domain of two hosts, is given twice.
    DuplicateKey,
    /// A mapping, a list or a single value stands where another of these was expected.
    WrongType,
    /// A secret itself was given where only a reference to one is allowed.
    LiteralSecret,
    /// A value looks random, and so may be a secret; neither its name nor its place tells.
    PossibleSecret,
    /// An entry of `in_clear` names a value that does not exist or does not look like a secret.
    UnusedException,
    /// A required key is missing.
    MissingKey,
    /// A reference to a secret was given where nothing replaces it by the secret.
    MisplacedReference,
    /// A secret would be written into the document without `--embed-secret`.
    EmbeddedSecret,
    /// The token has expired or will expire within two weeks.
    TokenExpires,
    /// The document is larger than its provider accepts.
    TooLarge,
    /// The provider documents no limit for the document's size.
    UnknownLimit,
    /// Options were combined that do not go together.
    Unsuitable,
    /// The user's own cloud-config contradicts what firstlight puts into the document.
    Conflict,
    /// According to the user's own cloud-config, a user of the server cannot log in or become root.
    NoLogin,
    /// A key that nothing reads, often a misspelt one.
    UnknownKey,
    /// A name, such as a provider's or a profile's, that does not exist.
    UnknownName,
    /// A profile contradicts itself or lacks something.
    BadProfile,
    /// A value that the syntax of the file in which it would stand cannot express.
    Unrepresentable,
    /// An image that its registry may not give to anonymous users.
    PrivateImage,
    /// An image that seems to contain another program than the profile needs.
    OtherImage,
    /// A compose file uses a variable that nothing sets.
    UnsetVariable,
    /// A variable is set for the compose file, and no service uses it.
    UnusedVariable,
    /// The value of a variable contains another variable, which nothing replaces.
    LiteralVariable,
    /// A compose file asks for something that the server cannot do.
    CannotWork,
    /// A compose file refers to a file that the server creates itself, so that the local file of that name is
    /// not used; as a note also if no setting gives that file a value yet.
    MadeOnServer,
    /// A compose file publishes a port of the server beside those of the web server.
    PublishedPort,
    /// A compose file gives a container power over the server.
    HostAccess,
    /// A committed document differs from what its configuration makes now.
    Outdated,
    /// The document of a configuration is not committed.
    MissingDocument,
    /// A committed document that no configuration makes.
    Orphan,
    /// A fault in firstlight itself.
    Internal,
    /// A finding of a review of user-data: the code of a rule of [`RULES`](crate::finding::rule::RULES).
    Finding(RuleCode),
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Code {
    /// Every code of the compiler, in the order of [`MEANINGS`](crate::finding::rule::MEANINGS). Codes of
    /// reviews are not in it: see [`RULES`](crate::finding::rule::RULES).
    pub const ALL: &[Self] = &[
        Self::BadValue,
        Self::BadYaml,
        Self::CannotRead,
        Self::DuplicateKey,
        Self::WrongType,
        Self::LiteralSecret,
        Self::PossibleSecret,
        Self::UnusedException,
        Self::MisplacedReference,
        Self::EmbeddedSecret,
        Self::TokenExpires,
        Self::MissingKey,
        Self::TooLarge,
        Self::UnknownLimit,
        Self::Unsuitable,
        Self::Conflict,
        Self::NoLogin,
        Self::UnknownKey,
        Self::UnknownName,
        Self::BadProfile,
        Self::Unrepresentable,
        Self::PrivateImage,
        Self::OtherImage,
        Self::UnsetVariable,
        Self::UnusedVariable,
        Self::LiteralVariable,
        Self::CannotWork,
        Self::MadeOnServer,
        Self::PublishedPort,
        Self::HostAccess,
        Self::Outdated,
        Self::MissingDocument,
        Self::Orphan,
        Self::Internal,
    ];

    /// The name in lower case with dashes, as it is printed and as it stands in JSON. A rule may bear the
    /// same name as a code of the compiler.
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
            Self::MisplacedReference => "misplaced-reference",
            Self::EmbeddedSecret => "embedded-secret",
            Self::TokenExpires => "token-expires",
            Self::MissingKey => "missing-key",
            Self::TooLarge => "too-large",
            Self::UnknownLimit => "unknown-limit",
            Self::Unsuitable => "unsuitable",
            Self::Conflict => "conflict",
            Self::NoLogin => "no-login",
            Self::UnknownKey => "unknown-key",
            Self::UnknownName => "unknown-name",
            Self::BadProfile => "bad-profile",
            Self::Unrepresentable => "unrepresentable",
            Self::PrivateImage => "private-image",
            Self::OtherImage => "other-image",
            Self::UnsetVariable => "unset-variable",
            Self::UnusedVariable => "unused-variable",
            Self::LiteralVariable => "literal-variable",
            Self::CannotWork => "cannot-work",
            Self::MadeOnServer => "made-on-server",
            Self::PublishedPort => "published-port",
            Self::HostAccess => "host-access",
            Self::Outdated => "outdated",
            Self::MissingDocument => "missing-document",
            Self::Orphan => "orphan",
            Self::Internal => "internal",
            Self::Finding(code) => code.name(),
        }
    }
}
