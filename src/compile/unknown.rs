//! Reports keys and settings that nothing reads, with those that were probably meant.

use crate::compile::config::{Config, TopKey};
use crate::compile::profile::{Profile, ReadProfile};
use crate::finding::{Diagnostic, Report};
use crate::text::source::Spanned;
use crate::yaml::unknown_key;

/// The profiles that there are: the one chosen, if it could be read, and whoever knows the others.
pub(crate) struct Known<'a, W> {
    /// The part that all share, and the chosen profile.
    pub chosen: Option<[&'a Profile; 2]>,
    /// Knows the others.
    pub world: &'a W,
}

impl<W: ReadProfile> Known<'_, W> {
    /// Complains about each key and setting that nothing reads.
    pub(crate) fn check(&self, config: &Config, report: &mut Report) {
        for key in &config.strays {
            if report.is_full() {
                return;
            }
            report.push(self.stray(key));
        }
        let Some(chosen) = self.chosen else { return };
        for (key, _) in &config.settings {
            if !self.offers(&key.value) && !report.is_full() {
                report.push(self.setting(key, chosen, config.get(TopKey::Profile).is_some()));
            }
        }
    }

    /// A key at the top of a configuration, or of a host.
    fn stray(&self, key: &Spanned<String>) -> Diagnostic {
        let name = &key.value;
        let problem = unknown_key(key, Config::keys());
        if name == Config::HOSTS {
            let file = &key.place.source.name;
            return problem
                .help(format!("it is a list of hosts: firstlight render --hosts {file} --output FOLDER"));
        }
        if self.offers(name) {
            return problem.help(format!("`{name}` is a setting: write it below `settings:`"));
        }
        match self.elsewhere(name).first() {
            Some(profile) => problem.help(format!(
                "`{name}` is a setting of the profile {profile}: write it below `settings:`, and `profile: {profile}`"
            )),
            None => problem,
        }
    }

    fn setting(&self, key: &Spanned<String>, [host, chosen]: [&Profile; 2], is_named: bool) -> Diagnostic {
        let name = &key.value;
        let offered = chosen.settings.iter().chain(&host.settings).map(|setting| setting.key.value.as_str());
        let problem = unknown_key(key, offered);
        if Config::keys().any(|key| key == name) {
            return problem.help(
                if key.place.source.command_line && TopKey::ALL.iter().any(|key| key.name() == name) {
                    format!("`{name}` is not a setting: write --{name}")
                } else {
                    format!("`{name}` is not a setting: write it beside `settings:`, not below it")
                },
            );
        }
        let elsewhere = self.elsewhere(name);
        let Some(first) = elsewhere.first() else { return problem };
        let by_default = if is_named { "" } else { ", because none was named" };
        let how = if key.place.source.command_line { "--profile " } else { "profile: " };
        problem.help(format!(
            "the profile is {}{by_default}; `{name}` is a setting of {}: write {how}{first}",
            chosen.name,
            elsewhere.join(" and of ")
        ))
    }

    /// Whether the chosen profile has a setting.
    fn offers(&self, name: &str) -> bool {
        self.chosen.is_some_and(|profiles| profiles.iter().any(|profile| has(profile, name)))
    }

    /// The other profiles that have it.
    fn elsewhere(&self, name: &str) -> Vec<String> {
        let is_it = |profile: &String| self.world.profile(profile).is_some_and(|profile| has(&profile, name));
        self.world.profile_names().into_iter().filter(is_it).collect()
    }
}

fn has(profile: &Profile, name: &str) -> bool {
    profile.settings.iter().any(|setting| setting.key.value == name)
}
