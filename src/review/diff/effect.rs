//! What has to happen so that a change reaches a server.

use serde::Serialize;

use super::{EntryKey, Side};
use crate::host::STAGE;
use crate::provider::{NextBoot, Provider};
use crate::value::HOLES;

/// How a change takes effect, from the least to the most trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Nothing on a server depends on it.
    None,
    /// `firstlight apply` lays it on the running server.
    Live,
    /// `firstlight apply` removes nothing: it stays on the running server.
    Stays,
    /// The server's next boot acts on it, once its user-data is changed.
    NextBoot,
    /// Only a first boot acts on it.
    NewServer,
}

impl Effect {
    /// A word or two for a table.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::None => "no effect",
            Self::Live => "live",
            Self::Stays => "stays",
            Self::NextBoot => "next boot",
            Self::NewServer => "new server",
        }
    }

    /// Of a change between two sides.
    pub(super) fn of(key: &EntryKey, old: &Side, new: &Side, provider: Option<&Provider>) -> Self {
        let is_live = old.is_ours && new.is_ours;
        match key {
            EntryKey::Comments => Self::None,
            EntryKey::File(path) if is_live && is_applied(path) => {
                if new.entries.contains_key(key) {
                    Self::Live
                } else {
                    Self::Stays
                }
            }
            _ if is_next_boots(key, old, new, provider) => Self::NextBoot,
            _ => Self::NewServer,
        }
    }
}

/// What the next boot acts on, where the server lives on with the changed user-data.
fn is_next_boots(key: &EntryKey, old: &Side, new: &Side, provider: Option<&Provider>) -> bool {
    let every_boot = || new.entries.get(key).or(old.entries.get(key)).is_some_and(|entry| entry.every_boot);
    provider.filter(|provider| provider.change.keeps_the_server()).is_some_and(|provider| {
        match provider.next_boot {
            NextBoot::Fetched => every_boot(),
            NextBoot::NewInstance => true,
            NextBoot::Kept | NextBoot::Unknown => false,
        }
    })
}

/// What the host side reads whenever its steps begin anew.
fn is_applied(path: &str) -> bool {
    matches!(path, "/etc/firstlight/site.sh" | "/usr/local/sbin/firstlight")
        || path.starts_with("/etc/systemd/system/firstlight")
        || path.starts_with(&format!("{STAGE}/"))
        || path.starts_with(HOLES)
}
