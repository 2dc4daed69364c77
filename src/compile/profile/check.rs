//! Checks the names of a profile against each other and against those that the host side needs.

use super::Profile;
use crate::base::nearest::suggest;
use crate::finding::{Code, Diagnostic, Report};
use crate::text::source::{Place, Spanned};

/// The names every profile has, or that are computed for it.
const TOP: [&str; 8] = ["phase", "is_running", "domain", "token", "repo", "branch", "schemes", "credentials"];

impl Profile {
    /// Complains about names that another name hides, that the host side needs, or that are not there.
    pub(crate) fn check(&self, host: &Self, report: &mut Report) {
        // A setting that cannot be read is not taken for one that is missing.
        if !report.has_errors() {
            self.give(host, report);
        }
        let mut taken: Vec<&str> = TOP.to_vec();
        for name in host.names().chain(self.names()) {
            if taken.contains(&name.value.as_str()) {
                report.push(
                    Diagnostic::error(Code::BadProfile, format!("the name `{}` is already used", name.value))
                        .at(&name.place, "")
                        .help("another key, setting or value has this name; choose another one"),
                );
            }
            taken.push(&name.value);
        }
        for (setting, of) in self.settings.iter().filter_map(|s| Some((s, s.kind.service_of()?))) {
            self.want_file(of, &setting.key.place, report);
        }
        for from in self.rules.iter().filter_map(|rule| rule.from.as_ref()) {
            self.want_file(&from.value, &from.place, report);
        }
    }

    /// What the host side cannot do without: `token`, and what it says under `needs`.
    fn give(&self, host: &Self, report: &mut Report) {
        let mut lack = |message: String, help: String| {
            report.push(Diagnostic::error(Code::BadProfile, message).at(&self.place, "").help(help));
        };
        if self.token.is_none() {
            let help = "add `token: none` for public images, or `token: file:///etc/firstlight/ghcr-token`";
            lack(
                "the profile does not say where the registry's token comes from".to_owned(),
                help.to_owned(),
            );
        }
        let given: Vec<&str> = self.names().map(|name| name.value.as_str()).collect();
        let lacking: Vec<_> = host.needs.iter().filter(|(name, _)| !given.contains(&name.as_str())).collect();
        if !lacking.is_empty() {
            let names: Vec<_> = lacking.iter().map(|(name, _)| format!("`{name}`")).collect();
            let lines: Vec<_> = lacking.iter().map(|(name, what)| format!("\n  {name}: {what}")).collect();
            lack(
                format!("the profile does not define {}", names.join(", ")),
                format!("define each under `values` (\"\" for none) or under `settings`:{}", lines.concat()),
            );
        }
    }

    fn names(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.settings.iter().map(|setting| &setting.key).chain(self.values.iter().map(|(key, _)| key))
    }

    fn want_file(&self, key: &str, place: &Place, report: &mut Report) {
        let files = self.settings.iter().filter(|s| s.kind.is_file()).map(|s| s.key.value.as_str());
        if !files.clone().any(|name| name == key) {
            report.push(
                Diagnostic::error(Code::BadProfile, format!("there is no setting `{key}` of type file"))
                    .at(place, "")
                    .help(suggest(key, files)),
            );
        }
    }
}
