//! The order in which cloud-init acts on a document, and how often it does so.

use serde::Serialize;

use super::{CloudConfig, Tree, UserData, WrittenFile};
use crate::cloud_init::{ConfigKey, ContentKind, Frequency, Module, Stage};
use crate::text::printable;

/// One thing that cloud-init does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Step {
    /// When.
    pub stage: Stage,
    /// The module that does it.
    pub module: &'static str,
    /// Whether it does so on every boot, and not once an instance alone.
    pub every_boot: bool,
    /// What it does, in a few words.
    pub what: String,
}

/// What is done, in order.
pub(super) fn steps(data: &UserData) -> Vec<Step> {
    let mut steps = Vec::new();
    for part in &data.parts {
        let (module, every_boot, what) = match part.kind {
            ContentKind::BootHook => ("boothook", true, format!("runs {}", part.name)),
            ContentKind::PartHandler => ("part-handler", false, format!("loads {}, Python", part.name)),
            _ => continue,
        };
        steps.push(Step { stage: Stage::Reading, module, every_boot, what });
    }
    let stages = [
        (Stage::Init, "cloud_init_modules"),
        (Stage::Config, "cloud_config_modules"),
        (Stage::Final, "cloud_final_modules"),
    ];
    for (stage, key) in stages {
        let own = data.config.get(key).and_then(|node| node.list());
        let step = |module: &Module| {
            let often = match own {
                Some(own) => own.iter().find_map(|entry| often(entry, module.name))?,
                None => Often::AsUsual,
            };
            let frequency = match often {
                Often::AsUsual => module.frequency,
                Often::Said(frequency) => frequency,
            };
            let every_boot = frequency == Frequency::Always;
            Some(Step { stage, module: module.name, every_boot, what: what(data, module.name, module.keys)? })
        };
        steps.extend(Module::of_stage(stage).filter_map(step));
    }
    steps
}

/// How often a module runs, by an entry of a list of modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Often {
    /// The entry does not say it.
    AsUsual,
    /// The entry says it.
    Said(Frequency),
}

/// How often a module runs, by an entry of a list of modules; nothing if the entry is about another one.
///
/// A document's own list takes the place of the image's: what is not in it does not run.
fn often(entry: &Tree, module: &str) -> Option<Often> {
    let (name, often) = match entry.list() {
        Some([name, often, ..]) => (name, often.value.text()),
        Some([name]) => (name, None),
        _ => (entry, None),
    };
    let named = name.value.text()?.replace('-', "_") == module;
    named.then_some(match often {
        None => Often::AsUsual,
        Some("always") => Often::Said(Frequency::Always),
        Some(_) => Often::Said(Frequency::PerInstance),
    })
}

fn what(data: &UserData, module: &str, keys: &[ConfigKey]) -> Option<String> {
    let config = &data.config;
    match module {
        "write_files" => files(config, false),
        "write_files_deferred" => files(config, true),
        "bootcmd" => count(config.bootcmd.len(), "command"),
        "users_groups" => accounts(config),
        "package_update_upgrade_install" => packages(config, keys),
        "scripts_user" => {
            let scripts = scripts(data);
            (!scripts.is_empty()).then(|| format!("runs {}", scripts.join(", then ")))
        }
        "scripts_per_boot" => of_kind(data, &ContentKind::ScriptPerBoot),
        "scripts_per_instance" => of_kind(data, &ContentKind::ScriptPerInstance),
        _ => {
            let given: Vec<_> =
                keys.iter().map(|key| key.name).filter(|name| config.get(name).is_some()).collect();
            (!given.is_empty()).then(|| given.join(", "))
        }
    }
}

/// The scripts run by name: `part-001` before `runcmd`, whatever stands first in the document.
fn scripts(data: &UserData) -> Vec<String> {
    let own = data.parts.iter().filter(|part| part.kind == ContentKind::Script).map(|part| part.name.clone());
    let mut names: Vec<_> = own.collect();
    if let Some(commands) = count(data.config.runcmd.len(), "command") {
        names.push(format!("runcmd ({commands})"));
    }
    names.sort();
    names
}

fn of_kind(data: &UserData, kind: &ContentKind) -> Option<String> {
    let names: Vec<_> =
        data.parts.iter().filter(|part| part.kind == *kind).map(|part| part.name.as_str()).collect();
    (!names.is_empty()).then(|| format!("runs {}", names.join(", ")))
}

fn files(config: &CloudConfig, defer: bool) -> Option<String> {
    let wanted: Vec<&WrittenFile> = config.files.iter().filter(|file| file.defer == defer).collect();
    count(wanted.len(), "file")
}

fn accounts(config: &CloudConfig) -> Option<String> {
    let mut names: Vec<_> = config.users.iter().map(|user| user.name.as_str()).collect();
    if config.get("user").is_some() {
        names.push("the default user, changed");
    }
    let mut said = Vec::new();
    if !config.groups.is_empty() {
        said.push(format!("groups {}", config.groups.join(", ")));
    }
    if !names.is_empty() {
        said.push(format!("users {}", names.join(", ")));
    }
    (!said.is_empty()).then(|| said.join("; "))
}

fn packages(config: &CloudConfig, keys: &[ConfigKey]) -> Option<String> {
    let is_true = |name: &&str| config.get(name).is_some_and(|node| node.value.is_true());
    let mut said: Vec<String> = keys.iter().map(|key| key.name).filter(is_true).map(str::to_owned).collect();
    said.extend(count(config.packages.len(), "package"));
    (!said.is_empty()).then(|| said.join(", "))
}

fn count(number: usize, what: &str) -> Option<String> {
    (number > 0).then(|| printable::count(number, what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::{Place, Source};
    use crate::userdata::read_yaml;

    #[test]
    fn an_entry_says_whether_and_how_often() {
        for (entry, expected) in [
            ("runcmd", Some(Often::AsUsual)),
            ("[runcmd]", Some(Often::AsUsual)),
            ("[runcmd, always]", Some(Often::Said(Frequency::Always))),
            ("[runcmd, once]", Some(Often::Said(Frequency::PerInstance))),
            ("[runcmd, once-per-instance]", Some(Often::Said(Frequency::PerInstance))),
            ("[runcmd, 1]", Some(Often::AsUsual)),
            ("bootcmd", None),
            ("[bootcmd, always]", None),
            ("[]", None),
            ("1", None),
        ] {
            let tree = read_yaml(&Place::all(&Source::file("x.yaml", entry))).expect("YAML");
            assert_eq!(often(&tree, "runcmd"), expected, "{entry}");
        }
        let tree = read_yaml(&Place::all(&Source::file("x.yaml", "scripts-user"))).expect("YAML");
        assert_eq!(often(&tree, "scripts_user"), Some(Often::AsUsual));
    }
}
