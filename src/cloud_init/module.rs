//! The modules of cloud-init: when and how often each runs, which keys of a cloud-config it reads, and what it does.
//!
//! Source: cloud-init's `config/cloud.cfg.tmpl`, the modules' frequencies and the module reference, 22.4 to 25.1.
//! Distributions leave some modules out.

use serde::Serialize;

use super::key::ValueShape::{Bool, List, Map, Nothing, Number, Text};
use super::key::{ConfigKey, key, old};

/// A stage of the boot in which cloud-init works (`doc/rtd/explanation/boot.rst` of cloud-init).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// While cloud-init reads the user-data.
    Reading,
    /// The network stage, which runs `cloud_init_modules`: before anybody can log in over SSH.
    Init,
    /// The config stage, which runs `cloud_config_modules`: when the network is up.
    Config,
    /// The final stage, which runs `cloud_final_modules`: at the end of the boot.
    Final,
}

impl Stage {
    /// The name in the output.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Init => "init",
            Self::Config => "config",
            Self::Final => "final",
        }
    }
}

/// How often a module runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frequency {
    /// Once for each instance, on its first boot.
    PerInstance,
    /// On every boot.
    Always,
}

use Frequency::{Always, PerInstance};

/// A module of cloud-init, or something that cloud-init does with a part while it reads the user-data.
#[derive(Debug)]
pub(crate) struct Module {
    /// The name. If it is a module, the words are joined with underscores.
    pub name: &'static str,
    /// The stage in which it runs.
    pub stage: Stage,
    /// How often it runs, unless the image or the document says otherwise.
    pub frequency: Frequency,
    /// The top-level keys of a cloud-config that it reads.
    pub keys: &'static [ConfigKey],
    /// One sentence that says what it does.
    pub sentence: &'static str,
}

impl Module {
    /// The module whose name is exactly `name`; `None` if there is none.
    #[must_use]
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        MODULES.iter().find(|module| module.name == name)
    }

    /// The modules of a stage, in the order in which they run.
    pub(crate) fn of_stage(stage: Stage) -> impl Iterator<Item = &'static Self> {
        MODULES.iter().filter(move |module| module.stage == stage)
    }
}

/// Whether a module that runs on every boot reads this key.
#[must_use]
pub(crate) fn runs_every_boot(key: &str) -> bool {
    let always = MODULES.iter().filter(|module| module.frequency == Always);
    always.flat_map(|module| module.keys).any(|known| known.name == key)
}

/// All modules, in the order in which they run.
pub(crate) const MODULES: &[Module] = &[
    Module {
        name: "include",
        stage: Stage::Reading,
        frequency: PerInstance,
        keys: &[],
        sentence: "Downloads further user-data, which is not reviewed here.",
    },
    Module {
        name: "boothook",
        stage: Stage::Reading,
        frequency: Always,
        keys: &[],
        sentence: "Runs a script as early as possible, on every boot.",
    },
    Module {
        name: "part-handler",
        stage: Stage::Reading,
        frequency: PerInstance,
        keys: &[],
        sentence: "Loads Python code that handles parts of other types.",
    },
    Module {
        name: "seed_random",
        stage: Stage::Init,
        frequency: PerInstance,
        keys: &[key("random_seed", &[Map])],
        sentence: "Seeds the random number generator.",
    },
    Module {
        name: "bootcmd",
        stage: Stage::Init,
        frequency: Always,
        keys: &[key("bootcmd", &[List])],
        sentence: "Runs commands early, before most services, on every boot.",
    },
    Module {
        name: "write_files",
        stage: Stage::Init,
        frequency: PerInstance,
        keys: &[key("write_files", &[List])],
        sentence: "Writes files, before users are created.",
    },
    Module {
        name: "growpart",
        stage: Stage::Init,
        frequency: Always,
        keys: &[key("growpart", &[Map])],
        sentence: "Grows the partition to the disk's size.",
    },
    Module {
        name: "resizefs",
        stage: Stage::Init,
        frequency: Always,
        keys: &[key("resize_rootfs", &[Bool, Text])],
        sentence: "Grows the file system to its partition.",
    },
    Module {
        name: "disk_setup",
        stage: Stage::Init,
        frequency: PerInstance,
        keys: &[key("device_aliases", &[Map]), key("disk_setup", &[Map]), key("fs_setup", &[List])],
        sentence: "Partitions disks and creates file systems.",
    },
    Module {
        name: "mounts",
        stage: Stage::Init,
        frequency: PerInstance,
        keys: &[key("mounts", &[List]), key("swap", &[Map]), key("mount_default_fields", &[List])],
        sentence: "Mounts file systems and sets up swap.",
    },
    Module {
        name: "set_hostname",
        stage: Stage::Init,
        frequency: PerInstance,
        keys: &[
            key("hostname", &[Text]),
            key("fqdn", &[Text]),
            key("prefer_fqdn_over_hostname", &[Bool]),
            key("create_hostname_file", &[Bool]),
        ],
        sentence: "Sets the host name.",
    },
    Module {
        name: "update_hostname",
        stage: Stage::Init,
        frequency: Always,
        keys: &[key("preserve_hostname", &[Bool])],
        sentence: "Sets the host name.",
    },
    Module {
        name: "update_etc_hosts",
        stage: Stage::Init,
        frequency: Always,
        keys: &[key("manage_etc_hosts", &[Bool, Text])],
        sentence: "Writes /etc/hosts.",
    },
    Module {
        name: "resolv_conf",
        stage: Stage::Init,
        frequency: PerInstance,
        keys: &[key("manage_resolv_conf", &[Bool]), key("resolv_conf", &[Map])],
        sentence: "Writes /etc/resolv.conf.",
    },
    Module {
        name: "ca_certs",
        stage: Stage::Init,
        frequency: PerInstance,
        keys: &[key("ca_certs", &[Map]), old("ca-certs", &[Map], "22.3", "ca_certs")],
        sentence: "Adds certificate authorities that the system trusts.",
    },
    Module {
        name: "rsyslog",
        stage: Stage::Init,
        frequency: PerInstance,
        keys: &[key("rsyslog", &[Map])],
        sentence: "Sets up the system log.",
    },
    Module {
        name: "users_groups",
        stage: Stage::Init,
        frequency: PerInstance,
        keys: &[
            key("groups", &[List, Map, Text]),
            key("user", &[Map, Text]),
            key("users", &[List, Map, Text]),
        ],
        sentence: "Creates groups and users.",
    },
    Module {
        name: "ssh",
        stage: Stage::Init,
        frequency: PerInstance,
        keys: &[
            key("allow_public_ssh_keys", &[Bool]),
            key("disable_root", &[Bool]),
            key("disable_root_opts", &[Text]),
            key("ssh_authorized_keys", &[List]),
            key("ssh_deletekeys", &[Bool]),
            key("ssh_genkeytypes", &[List]),
            key("ssh_keys", &[Map]),
            key("ssh_publish_hostkeys", &[Map]),
            key("ssh_quiet_keygen", &[Bool]),
        ],
        sentence: "Generates SSH host keys and writes authorized keys.",
    },
    Module {
        name: "wireguard",
        stage: Stage::Config,
        frequency: PerInstance,
        keys: &[key("wireguard", &[Map, Nothing])],
        sentence: "Sets up WireGuard.",
    },
    Module {
        name: "snap",
        stage: Stage::Config,
        frequency: PerInstance,
        keys: &[key("snap", &[Map])],
        sentence: "Installs snaps.",
    },
    Module {
        name: "ubuntu_autoinstall",
        stage: Stage::Config,
        frequency: PerInstance,
        keys: &[key("autoinstall", &[Map])],
        sentence: "Belongs to Ubuntu's installer; on a server it does nothing.",
    },
    Module {
        name: "ssh_import_id",
        stage: Stage::Config,
        frequency: PerInstance,
        keys: &[key("ssh_import_id", &[List])],
        sentence: "Fetches users' public SSH keys.",
    },
    Module {
        name: "keyboard",
        stage: Stage::Config,
        frequency: PerInstance,
        keys: &[key("keyboard", &[Map])],
        sentence: "Sets the keyboard's layout.",
    },
    Module {
        name: "locale",
        stage: Stage::Config,
        frequency: PerInstance,
        keys: &[key("locale", &[Bool, Text]), key("locale_configfile", &[Text])],
        sentence: "Sets the locale.",
    },
    Module {
        name: "set_passwords",
        stage: Stage::Config,
        frequency: PerInstance,
        keys: &[key("chpasswd", &[Map]), key("password", &[Text]), key("ssh_pwauth", &[Bool, Text])],
        sentence: "Sets passwords, and whether SSH accepts them.",
    },
    Module {
        name: "apk_configure",
        stage: Stage::Config,
        frequency: PerInstance,
        keys: &[key("apk_repos", &[Map])],
        sentence: "Configures package sources.",
    },
    Module {
        name: "grub_dpkg",
        stage: Stage::Config,
        frequency: PerInstance,
        keys: &[key("grub_dpkg", &[Map]), old("grub-dpkg", &[Map], "22.2", "grub_dpkg")],
        sentence: "Configures the disk of the boot loader's package.",
    },
    Module {
        name: "apt_pipelining",
        stage: Stage::Config,
        frequency: PerInstance,
        keys: &[key("apt_pipelining", &[Bool, Number, Text])],
        sentence: "Configures package sources.",
    },
    Module {
        name: "apt_configure",
        stage: Stage::Config,
        frequency: PerInstance,
        keys: &[
            key("apt", &[Map]),
            old("add_apt_repo_match", &[Text], "22.1", "apt"),
            old("apt_custom_sources_list", &[Text], "22.1", "apt"),
            old("apt_ftp_proxy", &[Text], "22.1", "apt"),
            old("apt_http_proxy", &[Text], "22.1", "apt"),
            old("apt_https_proxy", &[Text], "22.1", "apt"),
            old("apt_mirror", &[Text], "22.1", "apt"),
            old("apt_mirror_search", &[List], "22.1", "apt"),
            old("apt_mirror_search_dns", &[Bool, Text], "22.1", "apt"),
            old("apt_preserve_sources_list", &[Bool, Text], "22.1", "apt"),
            old("apt_proxy", &[Text], "22.1", "apt"),
            old("apt_sources", &[List, Map], "22.1", "apt"),
            old("debconf_selections", &[Map, Text], "22.1", "apt"),
        ],
        sentence: "Configures package sources.",
    },
    Module {
        name: "ubuntu_pro",
        stage: Stage::Config,
        frequency: PerInstance,
        keys: &[
            key("ubuntu_pro", &[Map]),
            old("ubuntu_advantage", &[Map], "24.1", "ubuntu_pro (on 24.1 and later)"),
        ],
        sentence: "Registers the server with its distribution.",
    },
    Module {
        name: "rh_subscription",
        stage: Stage::Config,
        frequency: PerInstance,
        keys: &[key("rh_subscription", &[Map])],
        sentence: "Registers the server with its distribution.",
    },
    Module {
        name: "spacewalk",
        stage: Stage::Config,
        frequency: PerInstance,
        keys: &[key("spacewalk", &[Map])],
        sentence: "Registers the server with its distribution.",
    },
    Module {
        name: "yum_add_repo",
        stage: Stage::Config,
        frequency: PerInstance,
        keys: &[key("yum_repos", &[Map]), key("yum_repo_dir", &[Text])],
        sentence: "Configures package sources.",
    },
    Module {
        name: "zypper_add_repo",
        stage: Stage::Config,
        frequency: Always,
        keys: &[key("zypper", &[Map])],
        sentence: "Configures package sources.",
    },
    Module {
        name: "ntp",
        stage: Stage::Config,
        frequency: PerInstance,
        keys: &[key("ntp", &[Map, Nothing])],
        sentence: "Sets up the clock's time servers.",
    },
    Module {
        name: "timezone",
        stage: Stage::Config,
        frequency: PerInstance,
        keys: &[key("timezone", &[Text])],
        sentence: "Sets the time zone.",
    },
    Module {
        name: "disable_ec2_metadata",
        stage: Stage::Config,
        frequency: Always,
        keys: &[key("disable_ec2_metadata", &[Bool])],
        sentence: "Disables access to EC2's metadata service.",
    },
    Module {
        name: "byobu",
        stage: Stage::Config,
        frequency: PerInstance,
        keys: &[key("byobu_by_default", &[Text])],
        sentence: "Sets up byobu, a terminal multiplexer.",
    },
    Module {
        name: "package_update_upgrade_install",
        stage: Stage::Final,
        frequency: PerInstance,
        keys: &[
            old("apt_reboot_if_required", &[Bool], "22.2", "package_reboot_if_required"),
            old("apt_update", &[Bool], "22.2", "package_update"),
            old("apt_upgrade", &[Bool], "22.2", "package_upgrade"),
            key("package_reboot_if_required", &[Bool]),
            key("package_update", &[Bool]),
            key("package_upgrade", &[Bool]),
            key("packages", &[List]),
        ],
        sentence: "Updates, upgrades and installs packages.",
    },
    Module {
        name: "fan",
        stage: Stage::Final,
        frequency: PerInstance,
        keys: &[key("fan", &[Map])],
        sentence: "Sets up Ubuntu's fan network for containers.",
    },
    Module {
        name: "landscape",
        stage: Stage::Final,
        frequency: PerInstance,
        keys: &[key("landscape", &[Map])],
        sentence: "Registers the server with its distribution.",
    },
    Module {
        name: "lxd",
        stage: Stage::Final,
        frequency: PerInstance,
        keys: &[key("lxd", &[Map])],
        sentence: "Sets up LXD.",
    },
    Module {
        name: "ubuntu_drivers",
        stage: Stage::Final,
        frequency: PerInstance,
        keys: &[key("drivers", &[Map])],
        sentence: "Installs drivers.",
    },
    Module {
        name: "write_files_deferred",
        stage: Stage::Final,
        frequency: PerInstance,
        keys: &[key("write_files", &[List])],
        sentence: "Writes deferred files, after users and packages.",
    },
    Module {
        name: "puppet",
        stage: Stage::Final,
        frequency: PerInstance,
        keys: &[key("puppet", &[Map])],
        sentence: "Starts a configuration management tool.",
    },
    Module {
        name: "chef",
        stage: Stage::Final,
        frequency: Always,
        keys: &[key("chef", &[Map])],
        sentence: "Starts a configuration management tool.",
    },
    Module {
        name: "ansible",
        stage: Stage::Final,
        frequency: PerInstance,
        keys: &[key("ansible", &[Map])],
        sentence: "Starts a configuration management tool.",
    },
    Module {
        name: "mcollective",
        stage: Stage::Final,
        frequency: PerInstance,
        keys: &[key("mcollective", &[Map])],
        sentence: "Starts a configuration management tool.",
    },
    Module {
        name: "salt_minion",
        stage: Stage::Final,
        frequency: PerInstance,
        keys: &[key("salt_minion", &[Map])],
        sentence: "Starts a configuration management tool.",
    },
    Module {
        name: "scripts_vendor",
        stage: Stage::Final,
        frequency: PerInstance,
        keys: &[key("vendor_data", &[Map])],
        sentence: "Runs scripts.",
    },
    Module {
        name: "scripts_per_boot",
        stage: Stage::Final,
        frequency: Always,
        keys: &[],
        sentence: "Runs scripts.",
    },
    Module {
        name: "scripts_per_instance",
        stage: Stage::Final,
        frequency: PerInstance,
        keys: &[],
        sentence: "Runs scripts.",
    },
    Module {
        name: "scripts_user",
        stage: Stage::Final,
        frequency: PerInstance,
        keys: &[key("runcmd", &[List])],
        sentence: "Runs scripts and runcmd one after the other, sorted by name; a failure does not stop the others.",
    },
    Module {
        name: "ssh_authkey_fingerprints",
        stage: Stage::Final,
        frequency: PerInstance,
        keys: &[key("authkey_hash", &[Text]), key("no_ssh_fingerprints", &[Bool])],
        sentence: "Prints keys' fingerprints on the console.",
    },
    Module {
        name: "keys_to_console",
        stage: Stage::Final,
        frequency: PerInstance,
        keys: &[
            key("ssh", &[Map]),
            key("ssh_fp_console_blacklist", &[List]),
            key("ssh_key_console_blacklist", &[List]),
        ],
        sentence: "Prints keys' fingerprints on the console.",
    },
    Module {
        name: "install_hotplug",
        stage: Stage::Final,
        frequency: PerInstance,
        keys: &[key("updates", &[Map])],
        sentence: "Sets up what happens when a network card is plugged in later.",
    },
    Module {
        name: "phone_home",
        stage: Stage::Final,
        frequency: PerInstance,
        keys: &[key("phone_home", &[Map])],
        sentence: "Sends the server's keys and name to a URL.",
    },
    Module {
        name: "final_message",
        stage: Stage::Final,
        frequency: Always,
        keys: &[key("final_message", &[Text])],
        sentence: "Logs that cloud-init has finished.",
    },
    Module {
        name: "power_state_change",
        stage: Stage::Final,
        frequency: PerInstance,
        keys: &[key("power_state", &[Map])],
        sentence: "Powers the server off, or reboots it.",
    },
];
