//! The keys of a cloud-config: which types of value each accepts, and which keys are deprecated.
//!
//! Source: the JSON schemas of cloud-init 22.4.2 and 25.1.4.

use ValueShape::{Bool, Date, List, Map, Nothing, Number, Text};

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueShape {
    /// A list.
    List,
    /// A mapping.
    Map,
    /// Text.
    Text,
    /// A boolean.
    Bool,
    /// An integer.
    Number,
    /// A floating-point number. No key in the tables lists this type.
    Float,
    /// A date or a time stamp.
    Date,
    /// Nothing: `null`, or an empty value.
    Nothing,
}

impl ValueShape {
    /// The name in messages; `None` for types that no message tells anybody to write.
    #[must_use]
    pub(crate) const fn name(self) -> Option<&'static str> {
        match self {
            Self::List => Some("a list"),
            Self::Map => Some("a mapping"),
            Self::Text => Some("a text"),
            Self::Bool => Some("true or false"),
            Self::Number => Some("a number"),
            Self::Float | Self::Date | Self::Nothing => None,
        }
    }

    /// An example of such a value, for messages.
    #[must_use]
    pub(crate) const fn sample(self) -> &'static str {
        match self {
            Self::List => "[FIRST, SECOND]",
            Self::Map => "{KEY: VALUE}",
            Self::Bool => "true",
            Self::Number => "1",
            Self::Text | Self::Float | Self::Date | Self::Nothing => "TEXT",
        }
    }
}

/// A key of a cloud-config, or of a mapping in it.
#[derive(Debug)]
pub(crate) struct ConfigKey {
    /// The name of the key, as it is written.
    pub name: &'static str,
    /// The types that its value may have, the usual one first.
    pub shapes: &'static [ValueShape],
    /// Since when the key is deprecated, and what to use instead; `None` if it is not deprecated.
    pub deprecated: Option<Deprecated>,
}

/// The deprecation of a key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deprecated {
    /// The first release of cloud-init in which the key is deprecated.
    pub since: &'static str,
    /// What to use instead.
    pub instead: &'static str,
}

/// A key that is not deprecated.
pub(super) const fn key(name: &'static str, shapes: &'static [ValueShape]) -> ConfigKey {
    ConfigKey { name, shapes, deprecated: None }
}

/// A deprecated key.
pub(super) const fn old(
    name: &'static str,
    shapes: &'static [ValueShape],
    since: &'static str,
    instead: &'static str,
) -> ConfigKey {
    ConfigKey { name, shapes, deprecated: Some(Deprecated { since, instead }) }
}

/// The top-level keys that are read by cloud-init itself, and not by one of its modules.
pub(crate) const BASE: &[ConfigKey] = &[
    key("cloud_config_modules", &[List]),
    key("cloud_final_modules", &[List]),
    key("cloud_init_modules", &[List]),
    key("def_log_file", &[Text]),
    key("launch-index", &[Number]),
    key("log_cfgs", &[List]),
    key("manual_cache_clean", &[Bool]),
    key("merge_how", &[List, Text]),
    key("merge_type", &[List, Text]),
    key("output", &[Map]),
    key("reporting", &[Map]),
    old("system_info", &[Map], "24.2", "the image's own /etc/cloud/cloud.cfg"),
    key("syslog_fix_perms", &[Text, List, Nothing]),
];

/// Keys that cloud-init does not read from user-data, and where they are configured instead.
pub(crate) const ELSEWHERE: &[(&str, &str)] = &[
    ("network", "the network comes from the provider, or from NoCloud's file network-config"),
    ("datasource", "it is set in the image's /etc/cloud/cloud.cfg.d, before user-data is read"),
    ("datasource_list", "it is set in the image's /etc/cloud/cloud.cfg.d, before user-data is read"),
];

/// The keys of an entry of `write_files`.
pub(crate) const FILE: &[ConfigKey] = &[
    key("path", &[Text]),
    key("content", &[Text, Nothing]),
    key("source", &[Map]),
    key("owner", &[Text]),
    key("permissions", &[Text, Number, Bool]),
    key("encoding", &[Text]),
    key("append", &[Bool, Text]),
    key("defer", &[Bool, Text]),
];

/// The keys of an entry of `users`.
pub(crate) const USER: &[ConfigKey] = &[
    key("name", &[Text]),
    key("doas", &[List]),
    key("expiredate", &[Text, Nothing, Date]),
    key("gecos", &[Text, Nothing]),
    key("groups", &[Text, List, Map, Nothing]),
    key("homedir", &[Text, Nothing]),
    key("inactive", &[Text, Number, Bool, Nothing]),
    old("lock-passwd", &[Bool], "22.3", "lock_passwd"),
    key("lock_passwd", &[Bool, Text]),
    old("no-create-home", &[Bool], "24.2", "no_create_home"),
    key("no_create_home", &[Bool, Text]),
    old("no-log-init", &[Bool], "24.2", "no_log_init"),
    key("no_log_init", &[Bool, Text]),
    old("no-user-group", &[Bool], "24.2", "no_user_group"),
    key("no_user_group", &[Bool, Text]),
    key("passwd", &[Text, Nothing]),
    old("hashed-passwd", &[Text], "24.2", "hashed_passwd"),
    key("hashed_passwd", &[Text, Nothing]),
    old("plain-text-passwd", &[Text], "24.2", "plain_text_passwd"),
    key("plain_text_passwd", &[Text, Number, Nothing]),
    old("create-groups", &[Bool], "24.2", "create_groups"),
    key("create_groups", &[Bool, Text]),
    old("primary-group", &[Text], "24.2", "primary_group"),
    key("primary_group", &[Text, Nothing]),
    old("selinux-user", &[Text], "24.2", "selinux_user"),
    key("selinux_user", &[Text, Nothing]),
    key("shell", &[Text, Nothing]),
    key("snapuser", &[Text]),
    key("ssh_authorized_keys", &[List, Text, Nothing]),
    old("ssh-authorized-keys", &[List, Text], "18.3", "ssh_authorized_keys"),
    old("ssh-import-id", &[List], "24.2", "ssh_import_id"),
    key("ssh_import_id", &[List, Text, Nothing]),
    old("ssh-redirect-user", &[Bool], "24.2", "ssh_redirect_user"),
    key("ssh_redirect_user", &[Bool, Text]),
    key("system", &[Bool, Text]),
    key("sudo", &[Text, List, Bool, Nothing]),
    key("uid", &[Number, Text]),
];

/// The keys of `chpasswd`.
pub(crate) const CHPASSWD: &[ConfigKey] =
    &[key("expire", &[Bool, Text]), key("users", &[List]), old("list", &[List, Text], "22.2", "users")];

/// The keys of `power_state`.
pub(crate) const POWER_STATE: &[ConfigKey] = &[
    key("delay", &[Number, Text]),
    key("mode", &[Text]),
    key("message", &[Text]),
    key("timeout", &[Number]),
    key("condition", &[Text, Bool, List]),
];

/// The keys of `swap`.
pub(crate) const SWAP: &[ConfigKey] =
    &[key("filename", &[Text]), key("size", &[Number, Text]), key("maxsize", &[Number, Text])];

/// The keys of `ntp`.
pub(crate) const NTP: &[ConfigKey] = &[
    key("servers", &[List, Nothing]),
    key("pools", &[List, Nothing]),
    key("peers", &[List, Nothing]),
    key("allow", &[List, Nothing]),
    key("ntp_client", &[Text]),
    key("enabled", &[Bool]),
    key("config", &[Map]),
];

/// Examples for top-level keys whose values are lists or mappings: the name of the key, and the key with a value.
pub(crate) const EXAMPLES: &[(&str, &str)] = &[
    ("swap", "swap: {filename: /swapfile, size: 2G}"),
    ("ntp", "ntp: {servers: [ntp.example.com]}"),
    ("users", "users: [default, {name: joe, sudo: \"ALL=(ALL) NOPASSWD:ALL\", ssh_authorized_keys: [KEY]}]"),
    ("write_files", "write_files: [{path: /etc/motd, content: Hello}]"),
    ("chpasswd", "chpasswd: {expire: false, users: [{name: joe, password: HASH}]}"),
    ("power_state", "power_state: {mode: reboot}"),
    ("apt", "apt: {preserve_sources_list: true}"),
    ("mounts", "mounts: [[/dev/sdb1, /srv, ext4, \"defaults,nofail\"]]"),
    ("runcmd", "runcmd: [[systemctl, restart, ssh]]"),
    ("bootcmd", "bootcmd: [[modprobe, wireguard]]"),
    ("packages", "packages: [htop, curl]"),
    ("ssh_authorized_keys", "ssh_authorized_keys: [ssh-ed25519 AAAA… NAME]"),
];
