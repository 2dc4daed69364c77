//! The schemes of references to secrets: one row each. What a row says is checked; how the server resolves it is in the
//! part of the host side that bears the scheme's name.

/// How a scheme's references look.
#[derive(Debug, PartialEq, Eq)]
pub struct Scheme {
    /// What stands before `://`.
    pub name: &'static str,
    /// A whole reference, for messages.
    pub example: &'static str,
    /// Whether vals has it, so that its prefix `ref+` may stand before it.
    pub vals: bool,
    /// What stands after `://`.
    pub path: Path,
    /// What may stand after `?`, in the order in which it is written down.
    pub query: &'static [Key],
    /// What may stand after `#`.
    pub fragment: Need,
}

/// The forms of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// An absolute path on the server.
    File,
    /// A variable's name.
    Variable,
    /// Segments between slashes, at least and at most so many.
    Segments(usize, usize),
}

/// A key of a query.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// Whether it has to be there.
    pub need: Need,
    /// The form of its value.
    pub form: Form,
}

/// Whether a part has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It must not.
    Never,
    /// It may.
    Maybe,
    /// It must.
    Always,
}

/// The forms of a query's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Letters, digits, `-`, `_` and `.`.
    Word,
    /// `https://HOST` with an optional port.
    Address,
    /// Another reference, of the kinds that need no credential themselves.
    Reference,
}

const REGION: Key = Key { name: "region", need: Need::Always, form: Form::Word };

/// Every scheme.
pub const SCHEMES: &[Scheme] = &[
    Scheme {
        name: "file",
        example: "file:///etc/firstlight/ghcr-token",
        vals: false,
        path: Path::File,
        query: &[],
        fragment: Need::Never,
    },
    Scheme {
        name: "credential",
        example: "credential://ghcr-token",
        vals: false,
        path: Path::Segments(1, 1),
        query: &[],
        fragment: Need::Never,
    },
    Scheme {
        name: "awsssm",
        example: "awsssm://infrakt/ghcr-token?region=eu-central-1",
        vals: true,
        path: Path::Segments(1, 15),
        query: &[REGION],
        fragment: Need::Never,
    },
    Scheme {
        name: "awssecrets",
        example: "awssecrets://infrakt/ghcr?region=eu-central-1#token",
        vals: true,
        path: Path::Segments(1, 15),
        query: &[REGION],
        fragment: Need::Maybe,
    },
    Scheme {
        name: "gcpsecrets",
        example: "gcpsecrets://my-project/ghcr-token",
        vals: true,
        path: Path::Segments(2, 2),
        query: &[Key { name: "version", need: Need::Maybe, form: Form::Word }],
        fragment: Need::Never,
    },
    Scheme {
        name: "azurekeyvault",
        example: "azurekeyvault://my-vault/ghcr-token",
        vals: true,
        path: Path::Segments(2, 2),
        query: &[],
        fragment: Need::Never,
    },
    Scheme {
        name: "vault",
        example: "vault://secret/infrakt?address=https://vault.example.com&wrapped=file:///etc/firstlight/vault-token#token",
        vals: true,
        path: Path::Segments(2, 15),
        query: &[
            Key { name: "address", need: Need::Always, form: Form::Address },
            Key { name: "role_id", need: Need::Maybe, form: Form::Word },
            Key { name: "secret_id", need: Need::Maybe, form: Form::Reference },
            Key { name: "wrapped", need: Need::Maybe, form: Form::Reference },
        ],
        fragment: Need::Always,
    },
    Scheme {
        name: "terraform",
        example: "terraform://ghcr_token",
        vals: false,
        path: Path::Variable,
        query: &[],
        fragment: Need::Never,
    },
    Scheme {
        name: "env",
        example: "env://GHCR_TOKEN",
        vals: false,
        path: Path::Variable,
        query: &[],
        fragment: Need::Never,
    },
];
