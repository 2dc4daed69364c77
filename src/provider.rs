//! Where documents go: one row a provider. Sources: the providers' API documentation, the schemas of their Terraform
//! providers and cloud-init's datasources, read August to November 2026.

use serde::{Serialize, Serializer};

/// What is known of a provider's user-data.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Provider {
    /// The name `--provider` takes.
    pub name: &'static str,
    /// The most bytes a document may have, before any base64 that its API wants.
    pub limit: Limit,
    /// What becomes of a document that is base64 of gzip.
    pub gzip: Gzip,
    /// Terraform's argument for a plain document.
    pub terraform: &'static str,
    /// Terraform's argument for a document that is base64 already, if it is another.
    pub terraform_base64: Option<&'static str>,
    /// What happens to the server when Terraform finds another document.
    pub change: Change,
    /// Where the server can read the document again.
    pub readable: &'static str,
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
}

/// What happens to a server whose user-data Terraform finds changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It is replaced by a new one.
    Replaced,
    /// It stays, and its user-data is changed; nothing runs it again.
    Kept,
    /// Not known.
    Unknown,
    /// Terraform does not manage it there.
    None,
}

/// Every provider.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "aws",
        limit: Limit::Bytes(16_384),
        gzip: Gzip::Decoded,
        terraform: "aws_instance.user_data",
        terraform_base64: Some("aws_instance.user_data_base64"),
        change: Change::Kept,
        readable: "http://169.254.169.254/latest/user-data",
    },
    Provider {
        name: "gcp",
        limit: Limit::Bytes(262_144),
        gzip: Gzip::AsSent,
        terraform: "google_compute_instance.metadata[\"user-data\"]",
        terraform_base64: Some("the same, with metadata[\"user-data-encoding\"] = \"base64\""),
        change: Change::Kept,
        readable: "http://metadata.google.internal/computeMetadata/v1/instance/attributes/user-data",
    },
    Provider {
        name: "azure",
        limit: Limit::Bytes(65_535),
        gzip: Gzip::Decoded,
        terraform: "azurerm_linux_virtual_machine.custom_data, as base64encode(…)",
        terraform_base64: Some("azurerm_linux_virtual_machine.custom_data"),
        change: Change::Replaced,
        readable: "/var/lib/waagent/ovf-env.xml",
    },
    Provider {
        name: "digitalocean",
        limit: Limit::Bytes(65_536),
        gzip: Gzip::No,
        terraform: "digitalocean_droplet.user_data",
        terraform_base64: None,
        change: Change::Replaced,
        readable: "http://169.254.169.254/metadata/v1/user-data",
    },
    Provider {
        name: "hetzner",
        limit: Limit::Bytes(32_768),
        gzip: Gzip::AsSent,
        terraform: "hcloud_server.user_data",
        terraform_base64: None,
        change: Change::Replaced,
        readable: "http://169.254.169.254/hetzner/v1/userdata",
    },
    Provider {
        name: "linode",
        limit: Limit::Bytes(16_384),
        gzip: Gzip::Decoded,
        terraform: "linode_instance.metadata[0].user_data, as base64encode(…)",
        terraform_base64: Some("linode_instance.metadata[0].user_data"),
        change: Change::Unknown,
        readable: "http://169.254.169.254/v1/user-data, with a token",
    },
    Provider {
        name: "vultr",
        limit: Limit::Unknown,
        gzip: Gzip::No,
        terraform: "vultr_instance.user_data",
        terraform_base64: None,
        change: Change::Replaced,
        readable: "http://169.254.169.254/latest/user-data",
    },
    Provider {
        name: "scaleway",
        limit: Limit::Unknown,
        gzip: Gzip::No,
        terraform: "scaleway_instance_server.user_data[\"cloud-init\"]",
        terraform_base64: None,
        change: Change::Kept,
        readable: "http://169.254.42.42/user_data/cloud-init, from a port below 1024",
    },
    Provider {
        name: "openstack",
        // 65,535 characters of base64.
        limit: Limit::Bytes(49_149),
        gzip: Gzip::Decoded,
        terraform: "openstack_compute_instance_v2.user_data",
        terraform_base64: None,
        change: Change::Replaced,
        readable: "http://169.254.169.254/openstack/latest/user_data",
    },
    Provider {
        name: "ovh",
        limit: Limit::Unknown,
        gzip: Gzip::No,
        terraform: "ovh_cloud_project_instance.user_data",
        terraform_base64: None,
        change: Change::Replaced,
        readable: "http://169.254.169.254/openstack/latest/user_data",
    },
    Provider {
        name: "upcloud",
        limit: Limit::Unknown,
        gzip: Gzip::No,
        terraform: "upcloud_server.user_data, with metadata = true",
        terraform_base64: None,
        change: Change::Replaced,
        readable: "http://169.254.169.254/metadata/v1.json",
    },
    Provider {
        name: "exoscale",
        // Less than 32,768 characters of base64.
        limit: Limit::Bytes(24_573),
        gzip: Gzip::Decoded,
        terraform: "exoscale_compute_instance.user_data",
        terraform_base64: None,
        change: Change::Unknown,
        readable: "http://169.254.169.254/latest/user-data",
    },
    Provider {
        name: "oracle",
        // 32,000 bytes of metadata in all, and base64 in it.
        limit: Limit::Bytes(23_999),
        gzip: Gzip::Decoded,
        terraform: "oci_core_instance.metadata.user_data, as base64encode(…)",
        terraform_base64: Some("oci_core_instance.metadata.user_data"),
        change: Change::Unknown,
        readable: "http://169.254.169.254/opc/v2/instance/metadata/user_data",
    },
    Provider {
        name: "proxmox",
        limit: Limit::Unknown,
        gzip: Gzip::No,
        terraform: "proxmox_virtual_environment_vm.initialization[0].user_data_file_id, a snippet",
        terraform_base64: None,
        change: Change::Unknown,
        readable: "the volume labelled cidata",
    },
    Provider {
        name: "nocloud",
        limit: Limit::None,
        gzip: Gzip::No,
        terraform: "",
        terraform_base64: None,
        change: Change::None,
        readable: "the volume labelled cidata",
    },
];

impl Provider {
    /// The row with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        PROVIDERS.iter().find(|provider| provider.name == name)
    }

    /// All names.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        PROVIDERS.iter().map(|provider| provider.name)
    }

    /// Whether a document of so many bytes is too large.
    #[must_use]
    pub fn is_exceeded_by(&self, bytes: usize) -> bool {
        matches!(self.limit, Limit::Bytes(limit) if bytes > limit)
    }
}

/// The table as text, one line a provider.
#[must_use]
pub fn table() -> String {
    let head =
        ["PROVIDER", "LIMIT", "GZIP", "CHANGE", "TERRAFORM", "READABLE ON THE SERVER"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(head).chain(PROVIDERS.iter().map(Provider::cells)).collect();
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<_> = (0..6).map(|column| width(column).unwrap_or(0)).collect();
    rows.iter()
        .map(|row| {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
            format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
        })
        .collect()
}

impl Provider {
    fn cells(&self) -> [String; 6] {
        let limit = match self.limit {
            Limit::Bytes(bytes) => bytes.to_string(),
            Limit::None => "none".to_owned(),
            Limit::Unknown => "unknown".to_owned(),
        };
        let gzip = match self.gzip {
            Gzip::Decoded => "yes",
            Gzip::AsSent => "yes, with base64",
            Gzip::No => "no",
        };
        let change = match self.change {
            Change::Replaced => "new server",
            Change::Kept => "kept, not rerun",
            Change::Unknown => "unknown",
            Change::None => "",
        };
        [self.name, &limit, gzip, change, self.terraform, self.readable].map(str::to_owned)
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
