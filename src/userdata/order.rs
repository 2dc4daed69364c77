//! In which order cloud-init acts, and how often.
//!
//! Source: config/cloud.cfg.tmpl and the modules' frequencies, 22.4 to 25.1; distributions leave some modules out.

use serde::Serialize;

use super::{Config, File, Kind, Tree, UserData};

/// The stages of a boot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// While the user-data is read.
    Reading,
    /// Before the network's services start.
    Init,
    /// Once the network is up.
    Config,
    /// When the boot is done.
    Final,
}

impl Stage {
    /// As it is printed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Init => "init",
            Self::Config => "config",
            Self::Final => "final",
        }
    }
}

/// One thing that cloud-init does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// When.
    pub stage: Stage,
    /// The module that does it.
    pub module: &'static str,
    /// Whether it does so on every boot, and not once an instance alone.
    pub every_boot: bool,
    /// What it does, in a few words.
    pub what: String,
}

/// What a module's row says: its name, whether it runs on every boot, its keys.
type Row = (&'static str, bool, &'static [&'static str]);

const INIT: &[Row] = &[
    ("seed_random", false, &["random_seed"]),
    ("bootcmd", true, &["bootcmd"]),
    ("write_files", false, &["write_files"]),
    ("growpart", true, &["growpart"]),
    ("resizefs", true, &["resize_rootfs"]),
    ("disk_setup", false, &["device_aliases", "disk_setup", "fs_setup"]),
    ("mounts", false, &["mounts", "swap", "mount_default_fields"]),
    ("set_hostname", false, &["hostname", "fqdn", "prefer_fqdn_over_hostname", "create_hostname_file"]),
    ("update_hostname", true, &["preserve_hostname"]),
    ("update_etc_hosts", true, &["manage_etc_hosts"]),
    ("resolv_conf", false, &["manage_resolv_conf", "resolv_conf"]),
    ("ca_certs", false, &["ca_certs", "ca-certs"]),
    ("rsyslog", false, &["rsyslog"]),
    ("users_groups", false, &["groups", "user", "users"]),
    (
        "ssh",
        false,
        &[
            "allow_public_ssh_keys",
            "disable_root",
            "disable_root_opts",
            "ssh_authorized_keys",
            "ssh_deletekeys",
            "ssh_genkeytypes",
            "ssh_keys",
            "ssh_publish_hostkeys",
            "ssh_quiet_keygen",
        ],
    ),
];

const CONFIG: &[Row] = &[
    ("wireguard", false, &["wireguard"]),
    ("snap", false, &["snap"]),
    ("ubuntu_autoinstall", false, &["autoinstall"]),
    ("ssh_import_id", false, &["ssh_import_id"]),
    ("keyboard", false, &["keyboard"]),
    ("locale", false, &["locale", "locale_configfile"]),
    ("set_passwords", false, &["chpasswd", "password", "ssh_pwauth"]),
    ("apk_configure", false, &["apk_repos"]),
    ("grub_dpkg", false, &["grub_dpkg", "grub-dpkg"]),
    ("apt_pipelining", false, &["apt_pipelining"]),
    ("apt_configure", false, &["apt"]),
    ("ubuntu_pro", false, &["ubuntu_pro", "ubuntu_advantage"]),
    ("rh_subscription", false, &["rh_subscription"]),
    ("spacewalk", false, &["spacewalk"]),
    ("yum_add_repo", false, &["yum_repos", "yum_repo_dir"]),
    ("zypper_add_repo", true, &["zypper"]),
    ("ntp", false, &["ntp"]),
    ("timezone", false, &["timezone"]),
    ("disable_ec2_metadata", true, &["disable_ec2_metadata"]),
    ("byobu", false, &["byobu_by_default"]),
];

const FINAL: &[Row] = &[
    (
        "package_update_upgrade_install",
        false,
        &[
            "apt_reboot_if_required",
            "apt_update",
            "apt_upgrade",
            "package_reboot_if_required",
            "package_update",
            "package_upgrade",
            "packages",
        ],
    ),
    ("fan", false, &["fan"]),
    ("landscape", false, &["landscape"]),
    ("lxd", false, &["lxd"]),
    ("ubuntu_drivers", false, &["drivers"]),
    ("write_files_deferred", false, &["write_files"]),
    ("puppet", false, &["puppet"]),
    ("chef", true, &["chef"]),
    ("ansible", false, &["ansible"]),
    ("mcollective", false, &["mcollective"]),
    ("salt_minion", false, &["salt_minion"]),
    ("scripts_vendor", false, &["vendor_data"]),
    ("scripts_per_boot", true, &[]),
    ("scripts_per_instance", false, &[]),
    ("scripts_user", false, &["runcmd"]),
    ("ssh_authkey_fingerprints", false, &["authkey_hash", "no_ssh_fingerprints"]),
    ("keys_to_console", false, &["ssh", "ssh_fp_console_blacklist", "ssh_key_console_blacklist"]),
    ("install_hotplug", false, &["updates"]),
    ("phone_home", false, &["phone_home"]),
    ("final_message", true, &["final_message"]),
    ("power_state_change", false, &["power_state"]),
];

/// Whether a module that runs on every boot reads this key.
#[must_use]
pub fn runs_every_boot(key: &str) -> bool {
    let rows = [INIT, CONFIG, FINAL].into_iter().flatten();
    rows.filter(|(_, every_boot, _)| *every_boot).any(|(_, _, keys)| keys.contains(&key))
}

/// What is done, in order.
pub(super) fn steps(data: &UserData) -> Vec<Step> {
    let mut steps = Vec::new();
    for part in &data.parts {
        let (module, what) = match part.kind {
            Kind::BootHook => ("boothook", format!("runs {}", part.name)),
            Kind::PartHandler => ("part-handler", format!("loads {}, Python", part.name)),
            _ => continue,
        };
        steps.push(Step { stage: Stage::Reading, module, every_boot: module == "boothook", what });
    }
    let stages = [
        (Stage::Init, INIT, "cloud_init_modules"),
        (Stage::Config, CONFIG, "cloud_config_modules"),
        (Stage::Final, FINAL, "cloud_final_modules"),
    ];
    for (stage, rows, key) in stages {
        let own = data.config.get(key).and_then(|node| node.list());
        let step = |(module, every_boot, keys): &Row| {
            let every_boot = match own {
                Some(own) => own.iter().find_map(|entry| of_entry(entry, module))?.unwrap_or(*every_boot),
                None => *every_boot,
            };
            Some(Step { stage, module, every_boot, what: what(data, module, keys)? })
        };
        steps.extend(rows.iter().filter_map(step));
    }
    steps
}

/// Whether an entry of a list of modules names this one, and how often it says it runs.
///
/// A document's own list takes the place of the image's: what is not in it does not run.
fn of_entry(entry: &Tree, module: &str) -> Option<Option<bool>> {
    let (name, often) = match entry.list() {
        Some([name, often, ..]) => (name, often.value.text()),
        Some([name]) => (name, None),
        _ => (entry, None),
    };
    let named = name.value.text()?.replace('-', "_") == module;
    named.then(|| often.map(|often| often == "always"))
}

fn what(data: &UserData, module: &str, keys: &[&str]) -> Option<String> {
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
        "scripts_per_boot" => of_kind(data, &Kind::ScriptPerBoot),
        "scripts_per_instance" => of_kind(data, &Kind::ScriptPerInstance),
        _ => {
            let given: Vec<_> = keys.iter().copied().filter(|key| config.get(key).is_some()).collect();
            (!given.is_empty()).then(|| given.join(", "))
        }
    }
}

/// The scripts run by name: `part-001` before `runcmd`, whatever stands first in the document.
fn scripts(data: &UserData) -> Vec<String> {
    let own = data.parts.iter().filter(|part| part.kind == Kind::Script).map(|part| part.name.clone());
    let mut names: Vec<_> = own.collect();
    if let Some(commands) = count(data.config.runcmd.len(), "command") {
        names.push(format!("runcmd ({commands})"));
    }
    names.sort();
    names
}

fn of_kind(data: &UserData, kind: &Kind) -> Option<String> {
    let names: Vec<_> =
        data.parts.iter().filter(|part| part.kind == *kind).map(|part| part.name.as_str()).collect();
    (!names.is_empty()).then(|| format!("runs {}", names.join(", ")))
}

fn files(config: &Config, defer: bool) -> Option<String> {
    let wanted: Vec<&File> = config.files.iter().filter(|file| file.defer == defer).collect();
    count(wanted.len(), "file")
}

fn accounts(config: &Config) -> Option<String> {
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

fn packages(config: &Config, keys: &[&str]) -> Option<String> {
    let is_true = |key: &&&str| config.get(key).is_some_and(|node| node.value.is_true());
    let mut said: Vec<String> = keys.iter().filter(is_true).map(|key| (*key).to_owned()).collect();
    said.extend(count(config.packages.len(), "package"));
    (!said.is_empty()).then(|| said.join(", "))
}

fn count(number: usize, what: &str) -> Option<String> {
    match number {
        0 => None,
        1 => Some(format!("1 {what}")),
        _ => Some(format!("{number} {what}s")),
    }
}
