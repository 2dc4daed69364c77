//! Where documents go: what is known of each provider's user-data.

mod rows;
mod table;

use serde::{Serialize, Serializer};

pub use rows::PROVIDERS;
pub use table::table;

/// What is known of a provider's user-data.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Provider {
    /// The name `--provider` takes.
    pub name: &'static str,
    /// What it takes at all.
    pub takes: Takes,
    /// The most bytes a document may have, before any base64 that its API wants.
    pub limit: Limit,
    /// What the provider itself counts.
    pub counts: &'static str,
    /// What becomes of a document that is base64 of gzip.
    pub gzip: Gzip,
    /// Terraform's argument for a plain document.
    pub terraform: &'static str,
    /// Terraform's argument for a document that is base64 already, if it is another.
    pub terraform_base64: Option<&'static str>,
    /// What happens to the server when Terraform finds another document.
    pub change: ChangeEffect,
    /// cloud-init's datasource; nothing if no source says which.
    pub datasource: Option<&'static str>,
    /// What the next boot makes of a document that has changed below a server.
    pub next_boot: NextBoot,
    /// Who can log in to its stock images.
    pub login: Login,
    /// Where the server can read the document again; nothing if no source says.
    pub readable: Option<&'static str>,
    /// Where all this was read.
    pub sources: &'static [&'static str],
}

/// What a provider takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Takes {
    /// Anything that cloud-init reads.
    Document,
    /// A script that it runs itself.
    Script,
}

/// How much a provider takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// So many bytes.
    Bytes(usize),
    /// No limit.
    None,
    /// Not documented.
    Unknown,
}

/// What becomes of a document that is base64 of gzip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gzip {
    /// The provider decodes the base64; the limit counts what is inside.
    Decoded,
    /// cloud-init decodes it; the limit counts every character.
    AsSent,
    /// Nobody decodes it: the server would get noise.
    No,
    /// Not known.
    Unknown,
}

/// What happens to a server whose user-data Terraform finds changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeEffect {
    /// It is replaced by a new one.
    Replaced,
    /// It stays, and its disk is written anew.
    Reinstalled,
    /// It is stopped, its user-data is changed, and it is started again.
    Restarted,
    /// It stays as it is, and its user-data is changed.
    Kept,
    /// Terraform ends with an error: the argument cannot be changed.
    Refused,
    /// Not known.
    Unknown,
    /// Terraform does not manage it there.
    None,
}

impl ChangeEffect {
    /// Whether a server lives on with another document below it.
    #[must_use]
    pub(crate) const fn keeps_the_server(self) -> bool {
        matches!(self, Self::Restarted | Self::Kept)
    }
}

/// What a boot does with user-data that is not that of the first boot; the datasource's class in cloud-init tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NextBoot {
    /// It is fetched anew at each boot, as the datasource has no `check_instance_id` or wants its network's data at
    /// each boot: what runs at every boot, as `bootcmd` does, is what it says now.
    Fetched,
    /// cloud-init keeps what it read at the first boot.
    Kept,
    /// The provider gives the instance a new id: cloud-init runs all of it as on a first boot.
    NewInstance,
    /// Not known.
    Unknown,
}

/// Who can log in to the stock images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// root.
    Root,
    /// A user who becomes root by sudo without a password.
    Sudo {
        /// In Ubuntu's images.
        ubuntu: &'static str,
        /// In Debian's.
        debian: &'static str,
    },
    /// Such a user, whose name is chosen with the server.
    Chosen,
    /// Not known.
    Unknown,
}

impl Login {
    /// The user in Debian's and Ubuntu's own cloud images.
    pub(crate) const IMAGES: Self = Self::Sudo { ubuntu: "ubuntu", debian: "debian" };

    /// The user's name, in capitals if it is for the reader to fill in.
    #[must_use]
    pub(crate) const fn user(self) -> &'static str {
        match self {
            Self::Root | Self::Unknown => "root",
            Self::Sudo { ubuntu, .. } => ubuntu,
            Self::Chosen => "USER",
        }
    }

    /// The name in Debian's images, if it is another.
    #[must_use]
    pub(crate) fn on_debian(self) -> Option<&'static str> {
        match self {
            Self::Sudo { ubuntu, debian } if ubuntu != debian => Some(debian),
            _ => None,
        }
    }

    /// Whether a command needs sudo to be root's.
    #[must_use]
    pub(crate) const fn needs_sudo(self) -> bool {
        matches!(self, Self::Sudo { .. } | Self::Chosen)
    }
}

impl Provider {
    /// The row with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        PROVIDERS.iter().find(|provider| provider.name == name)
    }

    /// All names.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> + Clone {
        PROVIDERS.iter().map(|provider| provider.name)
    }

    /// Whether a document of so many bytes is too large.
    #[must_use]
    pub(crate) fn is_exceeded_by(&self, bytes: usize) -> bool {
        matches!(self.limit, Limit::Bytes(limit) if bytes > limit)
    }
}

/// Bytes, null for none, "unknown".
impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bytes(bytes) => serializer.serialize_u64(*bytes as u64),
            Self::None => serializer.serialize_none(),
            Self::Unknown => serializer.serialize_str("unknown"),
        }
    }
}

/// The users' names, none if they are chosen, "unknown".
impl Serialize for Login {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Root => ["root"].serialize(serializer),
            Self::Sudo { ubuntu, debian } if ubuntu == debian => [ubuntu].serialize(serializer),
            Self::Sudo { ubuntu, debian } => [ubuntu, debian].serialize(serializer),
            Self::Chosen => serializer.serialize_none(),
            Self::Unknown => serializer.serialize_str("unknown"),
        }
    }
}
