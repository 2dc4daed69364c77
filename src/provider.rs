//! Where documents go: one row a provider.

/// What is known of a provider's user-data.
#[derive(Debug, PartialEq, Eq)]
pub struct Provider {
    /// The name `--provider` takes.
    pub name: &'static str,
    /// The most bytes a plain document may have.
    pub limit: Limit,
}

/// How much a provider takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Bytes of the plain document.
    Bytes(usize),
    /// No limit.
    None,
    /// Not documented.
    Unknown,
}

/// Every provider. Sources: the providers' API documentation, read August to November 2026.
pub const PROVIDERS: &[Provider] = &[
    Provider { name: "aws", limit: Limit::Bytes(16_384) },
    Provider { name: "gcp", limit: Limit::Bytes(262_144) },
    Provider { name: "azure", limit: Limit::Bytes(65_535) },
    Provider { name: "digitalocean", limit: Limit::Bytes(65_536) },
    Provider { name: "hetzner", limit: Limit::Bytes(32_768) },
    Provider { name: "linode", limit: Limit::Bytes(16_384) },
    Provider { name: "vultr", limit: Limit::Unknown },
    Provider { name: "scaleway", limit: Limit::Unknown },
    Provider { name: "openstack", limit: Limit::Bytes(49_149) },
    Provider { name: "ovh", limit: Limit::Unknown },
    Provider { name: "upcloud", limit: Limit::Unknown },
    Provider { name: "exoscale", limit: Limit::Bytes(24_573) },
    Provider { name: "oracle", limit: Limit::Bytes(23_999) },
    Provider { name: "proxmox", limit: Limit::Unknown },
    Provider { name: "nocloud", limit: Limit::None },
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
}
