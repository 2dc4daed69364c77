//! What Terraform does with a server when the document has changed, and what the server's next boot then does.

use super::{Diff, Effect};
use crate::provider::{ChangeEffect, NextBoot, Provider};

impl Diff {
    /// What Terraform does with the server, in one word and in a sentence with code between backticks.
    ///
    /// `None` if the provider is not known, if the two sides are not different documents, or if Terraform does not
    /// manage user-data at the provider.
    #[must_use]
    pub fn terraform(&self) -> Option<(&'static str, String)> {
        let provider = self.provider.filter(|_| self.is_another_document)?;
        let name = provider.name;
        let argument = provider.terraform.split([',', ' ']).next().unwrap_or("");
        let keeps = format!("`ignore_changes` on `{argument}` prevents this");
        Some(match provider.change {
            ChangeEffect::Replaced => {
                ("replaced", format!("Terraform at {name} replaces the server; {keeps}."))
            }
            ChangeEffect::Reinstalled => (
                "reinstalled",
                format!("Terraform at {name} reinstalls the server and wipes its disk; {keeps}."),
            ),
            ChangeEffect::Restarted => (
                "restarted",
                format!(
                    "Terraform at {name} stops the server, changes its user-data and starts it again; {}.",
                    self.next_boot(provider)
                ),
            ),
            ChangeEffect::Kept => (
                "kept",
                format!(
                    "Terraform at {name} keeps the server and changes its user-data; {}.",
                    self.next_boot(provider)
                ),
            ),
            ChangeEffect::Refused => (
                "refused",
                format!("Terraform at {name} refuses to change `{argument}`: a new server is needed."),
            ),
            ChangeEffect::Unknown => (
                "unknown",
                format!(
                    "It is not known whether Terraform at {name} replaces the server: check the output of `terraform plan`."
                ),
            ),
            ChangeEffect::None => return None,
        })
    }

    /// What the next boot does with the changed document if Terraform keeps the server, as the end of a sentence.
    fn next_boot(&self, provider: &Provider) -> &'static str {
        let changes_it = self.changes.iter().any(|change| change.effect == Effect::NextBoot);
        match provider.next_boot {
            NextBoot::Fetched if changes_it => {
                "the next boot only runs the changes marked `next boot`, because cloud-init reads user-data again at every boot"
            }
            NextBoot::Fetched => "the next boot reads it but runs none of the changes",
            NextBoot::Kept => "the changes are never run",
            NextBoot::NewInstance => {
                "cloud-init treats the next boot as a first boot and runs everything again on the existing disk"
            }
            NextBoot::Unknown => "it is not known whether the next boot runs the changes",
        }
    }
}
