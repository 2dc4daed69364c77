//! Reports values that are correct by themselves, but have no effect, or not the intended one.

use super::Resolver;
use crate::compile::config::{Config, TopKey};
use crate::compile::profile::Profile;
use crate::finding::{Code, Diagnostic};
use crate::value::SecretRef;

/// The name by which a profile says that the server fetches a file from the repository.
const FETCHED: &str = "repository_file";

/// The name of the setting by which the application is told to provision the server.
const PROVISION: &str = "provision";

impl Resolver<'_> {
    /// Warns of keys at the top that have no effect beside the others, and refuses a fetch that cannot work.
    pub(super) fn check_effects(&mut self, config: &Config, profile: &Profile, token: Option<&SecretRef>) {
        // What is missing or wrong leaves open what has an effect.
        if self.report.has_errors() {
            return;
        }
        let is_none = token == Some(&SecretRef::None);
        let fetches = self.site.repository_file.is_some();
        let can_fetch = profile.values.iter().any(|(name, _)| name.value == FETCHED);
        if let Some(branch) = config.get(TopKey::Branch).filter(|_| can_fetch && !fetches) {
            let message = "`branch` has no effect: the server fetches nothing from the repository";
            let problem = Diagnostic::warning(Code::Unsuitable, message).at(&branch.place, "");
            self.report.push(problem.help("remove it, or let the server fetch the compose file"));
        }
        if let Some(expires) = config.get(TopKey::Expires).filter(|_| is_none) {
            let problem = Diagnostic::warning(Code::Unsuitable, "`expires` has no effect: there is no token");
            self.report.push(problem.at(&expires.place, "").help("remove it"));
        }
        if let Some(given) = config.get(TopKey::Token).filter(|_| is_none && fetches) {
            let message = "the server needs a token to fetch the compose file from the repository";
            let help = "write a reference, such as file:///etc/firstlight/ghcr-token, or use a compose file that the document contains";
            self.report.push(Diagnostic::error(Code::CannotWork, message).at(&given.place, "").help(help));
        }
        if self.site.provision && !self.site.manage_host {
            let given = config.settings.iter().find(|(key, _)| key.value == PROVISION);
            let message = "`provision` has no effect: the application does not manage the server";
            let problem = Diagnostic::warning(Code::Unsuitable, message)
                .help("remove it, or let the application manage the server");
            self.report.push(match given {
                Some((_, node)) => problem.at(&node.place, ""),
                None => problem,
            });
        }
        let twice = self.site.domains.iter().find(|domain| domain.as_str().starts_with("www.www."));
        if let (Some(domain), Some(given)) = (twice, config.get(TopKey::Domain)) {
            let bare = domain.as_str().trim_start_matches("www.");
            let problem =
                Diagnostic::warning(Code::Unsuitable, format!("the server would also serve {domain}"));
            let help = format!("write the domain {bare}: with `www`, the server serves www.{bare} as well");
            self.report.push(problem.at(&given.place, "").help(help));
        }
    }
}
