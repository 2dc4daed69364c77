//! The schemes of references to secrets, each a variant with a row in a table.
//!
//! References are checked against the row, and code that depends on how a secret arrives asks the scheme. The code that
//! resolves the references of each scheme on the server is in `profiles/_host/`.

/// The form of a scheme's references, and how the secrets get to the server.
#[derive(Debug)]
pub(crate) struct Row {
    /// The text before `://`.
    pub name: &'static str,
    /// A complete reference, for messages.
    pub example: &'static str,
    /// Whether vals (`helmfile/vals`) has this scheme too; its prefix `ref+` is then accepted.
    pub vals: bool,
    /// The form of the text after `://`.
    pub path: Path,
    /// The keys that are accepted after `?`, in the order in which they are printed.
    pub query: &'static [SchemeKey],
    /// Sets of keys of the query, of which exactly one set must be given in full; empty if there is no such choice.
    pub either: &'static [&'static [&'static str]],
    /// Whether a fragment can or must follow after `#`.
    pub fragment: Need,
    /// How the secret gets to the server.
    pub arrival: Arrival,
}

/// How a secret gets to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// A person copies it to the server, as a file.
    Copied,
    /// systemd hands it to the service as a credential, from `/etc/credstore`, the hypervisor or the boot loader
    /// (systemd.exec(5)).
    Credential,
    /// The server fetches it over HTTP from a secret store; the value is the store's name for messages.
    Fetched(&'static str),
    /// It is in the document: Terraform inserts it.
    FilledIn,
    /// It is in the document: it is inserted when the document is made.
    Embedded,
}

impl Arrival {
    /// The name by which templates of profiles know it.
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

/// The forms of a reference's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Path {
    /// An absolute path on the server.
    File,
    /// The name of a variable.
    Variable,
    /// Segments with slashes between them; the values are the least and the greatest number of segments.
    Segments(usize, usize),
    /// The name of an Azure Key Vault, a slash, and the name of a secret in it.
    Vault,
}

/// A key of a reference's query.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SchemeKey {
    /// The name of the key.
    pub name: &'static str,
    /// Whether the key must be given.
    pub need: Need,
    /// The form of the key's value.
    pub form: PartForm,
}

/// Whether a part of a reference must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// It is not accepted.
    Never,
    /// It is optional.
    Maybe,
    /// It is required.
    Always,
}

/// The forms of a value in the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartForm {
    /// A word of letters, digits, `-`, `_` and `.`.
    Word,
    /// The name of an AWS region, such as `eu-central-1`.
    Region,
    /// `https://HOST`, optionally with a port.
    Address,
    /// Another reference, of a scheme for which a person brings the secret to the server.
    Reference,
}

const REGION: SchemeKey = SchemeKey { name: "region", need: Need::Always, form: PartForm::Region };

/// Defines the enumeration of schemes, and the row of each variant.
macro_rules! schemes {
    ($($(#[$doc:meta])* $scheme:ident => $row:expr,)*) => {
        /// A scheme of references to secrets.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Scheme {
            $($(#[$doc])* $scheme,)*
        }

        impl Scheme {
            /// Every scheme, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$scheme),*];

            /// The row of the scheme.
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
    /// `file://`: a file on the server.
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
    /// `credential://`: a systemd credential.
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
    /// `awsssm://`: AWS Systems Manager Parameter Store.
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
    /// `awssecrets://`: AWS Secrets Manager.
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
    /// `gcpsecrets://`: Google Secret Manager.
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
    /// `azurekeyvault://`: Azure Key Vault.
    AzureKeyVault => Row {
        name: "azurekeyvault",
        example: "azurekeyvault://my-vault/ghcr-token",
        vals: true,
        path: Path::Vault,
        query: &[],
        either: &[],
        fragment: Need::Never,
        arrival: Arrival::Fetched("Azure Key Vault"),
    },
    /// `vault://`: a key-value store, version 2, of HashiCorp Vault.
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
    /// `terraform://`: a Terraform variable.
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
    /// `env://`: an environment variable of the process that makes the document.
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
    /// The scheme whose name is exactly `name`; `None` if there is none.
    #[must_use]
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scheme| scheme.name() == name)
    }

    /// The names of all schemes, in the order of the table.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|scheme| scheme.name())
    }

    /// The scheme of a text, with or without the prefix of vals, and the text after `://`; `None` if it has none of the
    /// schemes.
    #[must_use]
    pub(crate) fn of(text: &str) -> Option<(Self, &str)> {
        let (name, rest) = Self::split(text)?;
        Some((Self::named(name)?, rest))
    }

    /// The text before `://` without the prefix of vals, which may be the name of a scheme, and the text after it;
    /// `None` if there is no `://`.
    #[must_use]
    pub(super) fn split(text: &str) -> Option<(&str, &str)> {
        let (name, rest) = text.split_once("://")?;
        Some((name.strip_prefix(VALS).unwrap_or(name), rest))
    }

    /// The text before `://`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// A complete reference, for messages.
    #[must_use]
    pub const fn example(self) -> &'static str {
        self.row().example
    }

    /// How the secret gets to the server.
    #[must_use]
    pub(crate) const fn arrival(self) -> Arrival {
        self.row().arrival
    }

    /// The providers whose servers have an identity with which the store lets them in, and what that identity is called;
    /// `None` if the scheme needs none.
    #[must_use]
    pub(crate) const fn identity(self) -> Option<(&'static [&'static str], &'static str)> {
        match self {
            Self::AwsSsm | Self::AwsSecrets => Some((&["aws"], "an instance role")),
            Self::GcpSecrets => Some((&["gcp"], "a service account")),
            Self::AzureKeyVault => Some((&["azure"], "a managed identity")),
            _ => None,
        }
    }

    /// Whether the document that gets to the server contains the secret.
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

/// The prefix that vals writes before a reference.
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
