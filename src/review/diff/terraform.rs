//! What Terraform does to a server when it finds another document, and what the server's next boot makes of it.

use super::{Diff, Effect};
use crate::provider::{Change, NextBoot, Provider};

impl Diff {
    /// In a word and in a sentence; code stands between backticks.
    #[must_use]
    pub fn terraform(&self) -> Option<(&'static str, String)> {
        let provider = self.provider.filter(|_| self.is_another_document)?;
        let name = provider.name;
        let argument = provider.terraform.split([',', ' ']).next().unwrap_or("");
        let keeps = format!("`ignore_changes` on `{argument}` keeps it");
        Some(match provider.change {
            Change::Replaced => ("replaced", format!("Terraform at {name} replaces the server: {keeps}.")),
            Change::Reinstalled => (
                "reinstalled",
                format!("Terraform at {name} reinstalls the server and wipes its disk: {keeps}."),
            ),
            Change::Restarted => (
                "restarted",
                format!(
                    "Terraform at {name} stops the server, changes its user-data and starts it again; {}.",
                    self.next_boot(provider)
                ),
            ),
            Change::Kept => (
                "kept",
                format!(
                    "Terraform at {name} keeps the server and changes its user-data; {}.",
                    self.next_boot(provider)
                ),
            ),
            Change::Refused => (
                "refused",
                format!("Terraform at {name} refuses to change `{argument}`: it takes a new server."),
            ),
            Change::Unknown => (
                "unknown",
                format!("Whether Terraform at {name} replaces the server is not known: look at its plan."),
            ),
            Change::None => return None,
        })
    }

    /// What the next boot of a server that lives on does with the changed document.
    fn next_boot(&self, provider: &Provider) -> &'static str {
        let changes_it = self.changes.iter().any(|change| change.effect == Effect::NextBoot);
        match provider.next_boot {
            NextBoot::Fetched if changes_it => {
                "the next boot runs what is marked `next boot`, as cloud-init reads user-data anew at every boot, and nothing else"
            }
            NextBoot::Fetched => "the next boot reads it, and runs nothing of what has changed",
            NextBoot::Kept => "nothing runs it again",
            NextBoot::NewInstance => {
                "cloud-init takes the next boot for a first one and runs all of it again, on the disk as it is"
            }
            NextBoot::Unknown => "whether the next boot runs anything of it is not known",
        }
    }
}
