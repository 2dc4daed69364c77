//! What is known about the providers to which documents go: how each of them handles user-data.

mod rows;
mod text;

use serde::{Serialize, Serializer};

pub use rows::PROVIDERS;
pub use text::table;

/// What is known about a provider, mainly about how it handles user-data.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Provider {
    /// The name that `--provider` accepts.
    pub name: &'static str,
    /// Which kind of user-data the provider accepts.
    pub takes: Takes,
    /// The limit for the size of a document, in bytes before any base64 that the provider's API requires.
    pub limit: Limit,
    /// What the provider itself counts, in words; empty if it has no limit, or if the limit is not documented.
    pub counts: &'static str,
    /// What happens to a document that is base64 of gzip.
    pub gzip: Gzip,
    /// Terraform's argument for a plain document, such as `hcloud_server.user_data`, with a remark after a comma if one
    /// is needed; empty if Terraform has none.
    pub terraform: &'static str,
    /// Terraform's argument for a document that is base64 already; `None` if there is no other argument for it.
    pub terraform_base64: Option<&'static str>,
    /// What Terraform does with the server when the document has changed.
    pub change: ChangeEffect,
    /// The name of cloud-init's datasource; `None` if no source says which it is.
    pub datasource: Option<&'static str>,
    /// What the next boot does with a document that has changed on an existing server.
    pub next_boot: NextBoot,
    /// Who can log in to the provider's stock images.
    pub login: Login,
    /// Where the server can read the document again: a URL, a path, or a phrase; `None` if no source says it.
    pub readable: Option<&'static str>,
    /// Where all this is documented: web pages, and files of Terraform providers and of cloud-init.
    pub sources: &'static [&'static str],
}

/// Which kind of user-data a provider accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Takes {
    /// Every kind that cloud-init reads.
    Document,
    /// Only a script, which the provider runs itself.
    Script,
}

/// How large a document may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// At most this many bytes.
    Bytes(usize),
    /// There is no limit.
    None,
    /// The limit is not documented.
    Unknown,
}

/// What happens to a document that is base64 of gzip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gzip {
    /// The provider decodes the base64; the limit counts the bytes inside of it.
    Decoded,
    /// cloud-init decodes the base64; the limit counts every character of it.
    AsSent,
    /// Nobody decodes the base64, so the server could not read the document.
    No,
    /// No source says what happens.
    Unknown,
}

/// What Terraform does with a server when its user-data has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeEffect {
    /// It replaces the server with a new one.
    Replaced,
    /// It keeps the server, but reinstalls it, so that the content of its disk is lost.
    Reinstalled,
    /// It stops the server, changes its user-data, and starts it again.
    Restarted,
    /// It keeps the server as it is, and changes its user-data.
    Kept,
    /// It fails with an error, because the argument cannot be changed.
    Refused,
    /// No source says what it does.
    Unknown,
    /// Terraform does not manage user-data at this provider.
    None,
}

impl ChangeEffect {
    /// Whether the server continues to exist, with its disk, when its user-data has changed.
    #[must_use]
    pub(crate) const fn keeps_the_server(self) -> bool {
        matches!(self, Self::Restarted | Self::Kept)
    }
}

/// What a boot does with user-data that has changed since the first boot. The datasource's class in cloud-init
/// determines it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NextBoot {
    /// cloud-init fetches it again at each boot, because the datasource has no `check_instance_id`, or needs its
    /// network data at each boot. What runs at every boot, such as `bootcmd`, then follows the changed user-data.
    Fetched,
    /// cloud-init uses what it read at the first boot, and ignores the change.
    Kept,
    /// The provider gives the instance a new id, so cloud-init runs everything as on a first boot.
    NewInstance,
    /// No source says what it does.
    Unknown,
}

/// Who can log in to a provider's stock images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// The user `root`.
    Root,
    /// A user who can become root with `sudo`, without a password.
    Sudo {
        /// The user's name in images of Ubuntu.
        ubuntu: &'static str,
        /// The user's name in images of Debian.
        debian: &'static str,
    },
    /// A user like this, whose name is chosen when the server is created.
    Chosen,
    /// No source says it.
    Unknown,
}

impl Login {
    /// The user in Debian's and Ubuntu's own cloud images.
    pub(crate) const IMAGES: Self = Self::Sudo { ubuntu: "ubuntu", debian: "debian" };

    /// The user's name, in Ubuntu's images if it differs; `USER` if the reader has to fill it in, and `root` if it is
    /// not known.
    #[must_use]
    pub(crate) const fn user(self) -> &'static str {
        match self {
            Self::Root | Self::Unknown => "root",
            Self::Sudo { ubuntu, .. } => ubuntu,
            Self::Chosen => "USER",
        }
    }

    /// The user's name in Debian's images; `None` if it is the same as in Ubuntu's.
    #[must_use]
    pub(crate) fn on_debian(self) -> Option<&'static str> {
        match self {
            Self::Sudo { ubuntu, debian } if ubuntu != debian => Some(debian),
            _ => None,
        }
    }

    /// Whether a command needs `sudo` to run as root.
    #[must_use]
    pub(crate) const fn needs_sudo(self) -> bool {
        matches!(self, Self::Sudo { .. } | Self::Chosen)
    }
}

impl Provider {
    /// The provider whose name is exactly `name`; `None` if there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        PROVIDERS.iter().find(|provider| provider.name == name)
    }

    /// The names of all providers.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> + Clone {
        PROVIDERS.iter().map(|provider| provider.name)
    }

    /// Whether a document of this size in bytes exceeds the limit; `false` if the limit is not known.
    #[must_use]
    pub(crate) fn is_exceeded_by(&self, bytes: usize) -> bool {
        matches!(self.limit, Limit::Bytes(limit) if bytes > limit)
    }
}

/// In JSON, a limit is a number of bytes, `null` if there is none, or the text `unknown`.
impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bytes(bytes) => serializer.serialize_u64(*bytes as u64),
            Self::None => serializer.serialize_none(),
            Self::Unknown => serializer.serialize_str("unknown"),
        }
    }
}

/// In JSON, this is a list of the users' names, `null` if the name is chosen with the server, or the text `unknown`.
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
