//! The schemes of references to secrets: a variant and its row each. What a row says of a reference's form is checked, and
//! whoever has to do with a secret asks its scheme; a name is only read and printed. How the server resolves a reference is
//! in the part of the host side that bears the scheme's name.

/// What a scheme's references look like, and how what they name gets to the server.
#[derive(Debug)]
pub(crate) struct Row {
    /// What stands before `://`.
    pub name: &'static str,
    /// A whole reference, for messages.
    pub example: &'static str,
    /// Whether vals has it, so that its prefix `ref+` may stand before it.
    pub vals: bool,
    /// What stands after `://`.
    pub path: Path,
    /// What may stand after `?`, in the order in which it is written down.
    pub query: &'static [SchemeKey],
    /// Sets of the query's keys: one of them has to be there, and nothing of the others.
    pub either: &'static [&'static [&'static str]],
    /// What may stand after `#`.
    pub fragment: Need,
    /// How it gets to the server.
    pub arrival: Arrival,
}

/// How a secret gets to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// A person copies it there, as a file.
    Copied,
    /// systemd has it, from a file of root's or from the hypervisor.
    Credential,
    /// The server fetches it over HTTP, from the store with this name.
    Fetched(&'static str),
    /// It comes with the document: Terraform fills it in.
    FilledIn,
    /// It comes with the document: it is put in when that is made.
    Embedded,
}

impl Arrival {
    /// The word for it in a profile's templates.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Copied => "copied",
            Self::Credential => "credential",
            Self::Fetched(_) => "fetched",
            Self::FilledIn => "filled-in",
            Self::Embedded => "embedded",
        }
    }
}

/// The forms of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Path {
    /// An absolute path on the server.
    File,
    /// A variable's name.
    Variable,
    /// Segments between slashes, at least and at most so many.
    Segments(usize, usize),
}

/// A key of a query.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SchemeKey {
    /// Its name.
    pub name: &'static str,
    /// Whether it has to be there.
    pub need: Need,
    /// The form of its value.
    pub form: PartForm,
}

/// Whether a part has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// It must not.
    Never,
    /// It may.
    Maybe,
    /// It must.
    Always,
}

/// The forms of a query's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartForm {
    /// Letters, digits, `-`, `_` and `.`.
    Word,
    /// `https://HOST` with an optional port.
    Address,
    /// Another reference, of the kinds that need no credential themselves.
    Reference,
}

const REGION: SchemeKey = SchemeKey { name: "region", need: Need::Always, form: PartForm::Word };

/// Makes the enumeration, and a row for each variant.
macro_rules! schemes {
    ($($(#[$doc:meta])* $scheme:ident => $row:expr,)*) => {
        /// A scheme of references to secrets.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Scheme {
            $($(#[$doc])* $scheme,)*
        }

        impl Scheme {
            /// Every scheme.
            pub const ALL: &'static [Self] = &[$(Self::$scheme),*];

            /// What is known of it.
            #[must_use]
            pub(crate) const fn row(self) -> &'static Row {
                match self {
                    $(Self::$scheme => const { &$row },)*
                }
            }
        }
    };
}

schemes! {
    /// A file on the server.
    File => Row {
        name: "file",
        example: "file:///etc/firstlight/ghcr-token",
        vals: false,
        path: Path::File,
        query: &[],
        either: &[],
        fragment: Need::Never,
        arrival: Arrival::Copied,
    },
    /// A credential of systemd.
    Credential => Row {
        name: "credential",
        example: "credential://ghcr-token",
        vals: false,
        path: Path::Segments(1, 1),
        query: &[],
        either: &[],
        fragment: Need::Never,
        arrival: Arrival::Credential,
    },
    /// AWS Systems Manager's Parameter Store.
    AwsSsm => Row {
        name: "awsssm",
        example: "awsssm://infrakt/ghcr-token?region=eu-central-1",
        vals: true,
        path: Path::Segments(1, 15),
        query: &[REGION],
        either: &[],
        fragment: Need::Never,
        arrival: Arrival::Fetched("AWS Parameter Store"),
    },
    /// AWS Secrets Manager.
    AwsSecrets => Row {
        name: "awssecrets",
        example: "awssecrets://infrakt/ghcr?region=eu-central-1#token",
        vals: true,
        path: Path::Segments(1, 15),
        query: &[REGION],
        either: &[],
        fragment: Need::Maybe,
        arrival: Arrival::Fetched("AWS Secrets Manager"),
    },
    /// Google Secret Manager.
    GcpSecrets => Row {
        name: "gcpsecrets",
        example: "gcpsecrets://my-project/ghcr-token",
        vals: true,
        path: Path::Segments(2, 2),
        query: &[SchemeKey { name: "version", need: Need::Maybe, form: PartForm::Word }],
        either: &[],
        fragment: Need::Never,
        arrival: Arrival::Fetched("Google Secret Manager"),
    },
    /// Azure Key Vault.
    AzureKeyVault => Row {
        name: "azurekeyvault",
        example: "azurekeyvault://my-vault/ghcr-token",
        vals: true,
        path: Path::Segments(2, 2),
        query: &[],
        either: &[],
        fragment: Need::Never,
        arrival: Arrival::Fetched("Azure Key Vault"),
    },
    /// Vault, by HashiCorp: its key-value store of version 2.
    Vault => Row {
        name: "vault",
        example: "vault://secret/infrakt?address=https://vault.example.com&wrapped=file:///etc/firstlight/vault-token#token",
        vals: true,
        path: Path::Segments(2, 15),
        query: &[
            SchemeKey { name: "address", need: Need::Always, form: PartForm::Address },
            SchemeKey { name: "role_id", need: Need::Maybe, form: PartForm::Word },
            SchemeKey { name: "secret_id", need: Need::Maybe, form: PartForm::Reference },
            SchemeKey { name: "wrapped", need: Need::Maybe, form: PartForm::Reference },
        ],
        either: &[&["role_id", "secret_id"], &["wrapped"]],
        fragment: Need::Always,
        arrival: Arrival::Fetched("Vault"),
    },
    /// A variable of Terraform.
    Terraform => Row {
        name: "terraform",
        example: "terraform://ghcr_token",
        vals: false,
        path: Path::Variable,
        query: &[],
        either: &[],
        fragment: Need::Never,
        arrival: Arrival::FilledIn,
    },
    /// A variable of the environment in which the document is made.
    Env => Row {
        name: "env",
        example: "env://GHCR_TOKEN",
        vals: false,
        path: Path::Variable,
        query: &[],
        either: &[],
        fragment: Need::Never,
        arrival: Arrival::Embedded,
    },
}

impl Scheme {
    /// The scheme with this name.
    #[must_use]
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scheme| scheme.name() == name)
    }

    /// The names of all.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|scheme| scheme.name())
    }

    /// The scheme that a text says it has, with or without vals' prefix, and what follows `://`.
    #[must_use]
    pub(crate) fn of(text: &str) -> Option<(Self, &str)> {
        let (name, rest) = text.split_once("://")?;
        Some((Self::named(name.strip_prefix(VALS).unwrap_or(name))?, rest))
    }

    /// What stands before `://`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// A whole reference, for messages.
    #[must_use]
    pub const fn example(self) -> &'static str {
        self.row().example
    }

    /// How the secret gets to the server.
    #[must_use]
    pub(crate) const fn arrival(self) -> Arrival {
        self.row().arrival
    }

    /// Whether the secret is in the document when that gets to the server.
    #[must_use]
    pub(crate) const fn comes_with_document(self) -> bool {
        matches!(self.arrival(), Arrival::FilledIn | Arrival::Embedded)
    }

    /// Whether a person has to bring the secret to the server.
    #[must_use]
    pub(crate) const fn waits_for_person(self) -> bool {
        matches!(self.arrival(), Arrival::Copied | Arrival::Credential)
    }
}

/// What vals writes before a reference.
pub(crate) const VALS: &str = "ref+";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::SecretRef;

    #[test]
    fn a_scheme_is_known_by_its_name_and_its_example_is_one_of_its_own() {
        for scheme in Scheme::ALL {
            assert_eq!(Scheme::named(scheme.name()), Some(*scheme));
            let SecretRef::At(uri) = SecretRef::parse(scheme.example()).expect("a reference") else {
                panic!("{} is a URI", scheme.example())
            };
            assert_eq!((uri.scheme, uri.to_string().as_str()), (*scheme, scheme.example()));
            assert_eq!(Scheme::of(scheme.example()).map(|(scheme, _)| scheme), Some(*scheme));
            assert_eq!(uri.hole().is_some(), scheme.comes_with_document(), "{}", scheme.name());
        }
        assert_eq!(Scheme::of("ref+awsssm://a"), Some((Scheme::AwsSsm, "a")));
        assert_eq!(Scheme::of("https://a"), None);
        assert_eq!(Scheme::of("file:a"), None);
    }

    #[test]
    fn each_arrives_in_one_way() {
        let needs_http = |scheme: &Scheme| matches!(scheme.arrival(), Arrival::Fetched(_));
        for scheme in Scheme::ALL {
            let ways = [scheme.comes_with_document(), scheme.waits_for_person(), needs_http(scheme)];
            assert_eq!(ways.iter().filter(|is_it| **is_it).count(), 1, "{}", scheme.name());
        }
        let http: Vec<_> =
            Scheme::ALL.iter().filter(|scheme| needs_http(scheme)).map(|one| one.name()).collect();
        assert_eq!(http, ["awsssm", "awssecrets", "gcpsecrets", "azurekeyvault", "vault"]);
    }
}
