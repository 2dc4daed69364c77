//! What has to happen so that a change reaches a server.

use serde::Serialize;

use super::{EntryKey, Side};
use crate::host::Origin;
use crate::provider::{NextBoot, Provider};

/// What it takes for a change to reach a server, in order from the least to the most effort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// The change has no effect on a server.
    None,
    /// `firstlight apply` writes the changed file on the running server.
    Live,
    /// The file is no longer in the document, but stays on the running server: `firstlight apply` removes nothing.
    Stays,
    /// The new script does it when it runs on the server.
    RunAgain,
    /// The next boot of the server acts on the change, once the server's user-data has been changed.
    NextBoot,
    /// Only the first boot of a new server acts on the change.
    NewServer,
}

impl Effect {
    /// The effect in one or two words, for a table.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::None => "no effect",
            Self::Live => "live",
            Self::Stays => "stays",
            Self::RunAgain => "run again",
            Self::NextBoot => "next boot",
            Self::NewServer => "new server",
        }
    }

    /// The effect of a change of one entry between two sides. `provider` is where the server runs, if that is known.
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
            _ if old.is_script && new.is_script => Self::RunAgain,
            _ if is_next_boots(key, old, new, provider) => Self::NextBoot,
            _ => Self::NewServer,
        }
    }
}

/// Whether the next boot acts on a change, at a provider that keeps the server when its user-data changes.
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

/// Whether a file is one that the host side reads again whenever its steps start again.
fn is_applied(path: &str) -> bool {
    Origin::of(path).is_some()
}
