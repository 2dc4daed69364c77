//! The keys that cloud-init's modules read. Source: cloud-init's schema of 22.4.2 and 25.1.4.

/// A key: its name, what its value may be, and what to use instead if it is on its way out.
///
/// `l` list, `m` mapping, `t` text, `b` true or false, `i` number, `n` nothing.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) kinds: &'static str,
    /// From which version on, and what to use.
    pub(super) deprecated: Option<(&'static str, &'static str)>,
}

const fn key(name: &'static str, kinds: &'static str) -> Key {
    Key { name, kinds, deprecated: None }
}

const fn old(name: &'static str, kinds: &'static str, since: &'static str, instead: &'static str) -> Key {
    Key { name, kinds, deprecated: Some((since, instead)) }
}

/// At the top of a cloud-config.
pub(super) const TOP: &[Key] = &[
    key("allow_public_ssh_keys", "b"),
    key("ansible", "m"),
    old("add_apt_repo_match", "t", "22.1", "apt"),
    key("apk_repos", "m"),
    key("apt", "m"),
    old("apt_custom_sources_list", "t", "22.1", "apt"),
    old("apt_ftp_proxy", "t", "22.1", "apt"),
    old("apt_http_proxy", "t", "22.1", "apt"),
    old("apt_https_proxy", "t", "22.1", "apt"),
    old("apt_mirror", "t", "22.1", "apt"),
    old("apt_mirror_search", "l", "22.1", "apt"),
    old("apt_mirror_search_dns", "bt", "22.1", "apt"),
    key("apt_pipelining", "bit"),
    old("apt_preserve_sources_list", "bt", "22.1", "apt"),
    old("apt_proxy", "t", "22.1", "apt"),
    old("apt_reboot_if_required", "b", "22.2", "package_reboot_if_required"),
    old("apt_sources", "lm", "22.1", "apt"),
    old("apt_update", "b", "22.2", "package_update"),
    old("apt_upgrade", "b", "22.2", "package_upgrade"),
    key("authkey_hash", "t"),
    key("autoinstall", "m"),
    key("bootcmd", "l"),
    key("byobu_by_default", "t"),
    old("ca-certs", "m", "22.3", "ca_certs"),
    key("ca_certs", "m"),
    key("chef", "m"),
    key("chpasswd", "m"),
    key("cloud_config_modules", "l"),
    key("cloud_final_modules", "l"),
    key("cloud_init_modules", "l"),
    key("create_hostname_file", "b"),
    old("debconf_selections", "mt", "22.1", "apt"),
    key("def_log_file", "t"),
    key("device_aliases", "m"),
    key("disable_ec2_metadata", "b"),
    key("disable_root", "b"),
    key("disable_root_opts", "t"),
    key("disk_setup", "m"),
    key("drivers", "m"),
    key("fan", "m"),
    key("final_message", "t"),
    key("fqdn", "t"),
    key("fs_setup", "l"),
    key("groups", "lmt"),
    key("growpart", "m"),
    old("grub-dpkg", "m", "22.2", "grub_dpkg"),
    key("grub_dpkg", "m"),
    key("hostname", "t"),
    key("keyboard", "m"),
    key("landscape", "m"),
    key("launch-index", "i"),
    key("locale", "bt"),
    key("locale_configfile", "t"),
    key("lxd", "m"),
    key("log_cfgs", "l"),
    key("manage_etc_hosts", "bt"),
    key("manage_resolv_conf", "b"),
    key("manual_cache_clean", "b"),
    key("mcollective", "m"),
    key("merge_how", "lt"),
    key("merge_type", "lt"),
    key("mount_default_fields", "l"),
    key("mounts", "l"),
    key("no_ssh_fingerprints", "b"),
    key("ntp", "mn"),
    key("output", "m"),
    key("package_reboot_if_required", "b"),
    key("package_update", "b"),
    key("package_upgrade", "b"),
    key("packages", "l"),
    key("password", "t"),
    key("phone_home", "m"),
    key("power_state", "m"),
    key("prefer_fqdn_over_hostname", "b"),
    key("preserve_hostname", "b"),
    key("puppet", "m"),
    key("random_seed", "m"),
    key("reporting", "m"),
    key("resize_rootfs", "bt"),
    key("resolv_conf", "m"),
    key("rh_subscription", "m"),
    key("rsyslog", "m"),
    key("runcmd", "l"),
    key("salt_minion", "m"),
    key("snap", "m"),
    key("spacewalk", "m"),
    key("ssh", "m"),
    key("ssh_authorized_keys", "l"),
    key("ssh_deletekeys", "b"),
    key("ssh_fp_console_blacklist", "l"),
    key("ssh_genkeytypes", "l"),
    key("ssh_import_id", "l"),
    key("ssh_key_console_blacklist", "l"),
    key("ssh_keys", "m"),
    key("ssh_publish_hostkeys", "m"),
    key("ssh_pwauth", "bt"),
    key("ssh_quiet_keygen", "b"),
    key("swap", "m"),
    old("system_info", "m", "24.2", "the image's own /etc/cloud/cloud.cfg"),
    key("syslog_fix_perms", "tln"),
    key("timezone", "t"),
    old("ubuntu_advantage", "m", "24.1", "ubuntu_pro (on 24.1 and later)"),
    key("ubuntu_pro", "m"),
    key("updates", "m"),
    key("user", "mt"),
    key("users", "lmt"),
    key("vendor_data", "m"),
    key("wireguard", "mn"),
    key("write_files", "l"),
    key("yum_repo_dir", "t"),
    key("yum_repos", "m"),
    key("zypper", "m"),
];

/// What is configured elsewhere, and where.
pub(super) const ELSEWHERE: &[(&str, &str)] = &[
    ("network", "the network comes from the provider, or from NoCloud's file network-config"),
    ("datasource", "the image's /etc/cloud/cloud.cfg.d says it, before user-data is read"),
    ("datasource_list", "the image's /etc/cloud/cloud.cfg.d says it, before user-data is read"),
];

/// Of an entry of `write_files`.
pub(super) const FILE: &[Key] = &[
    key("path", "t"),
    key("content", "tn"),
    key("source", "m"),
    key("owner", "t"),
    key("permissions", "tib"),
    key("encoding", "t"),
    key("append", "bt"),
    key("defer", "bt"),
];

/// Of an entry of `users`.
pub(super) const USER: &[Key] = &[
    key("name", "t"),
    key("doas", "l"),
    key("expiredate", "tnd"),
    key("gecos", "tn"),
    key("groups", "tlmn"),
    key("homedir", "tn"),
    key("inactive", "tibn"),
    old("lock-passwd", "b", "22.3", "lock_passwd"),
    key("lock_passwd", "bt"),
    old("no-create-home", "b", "24.2", "no_create_home"),
    key("no_create_home", "bt"),
    old("no-log-init", "b", "24.2", "no_log_init"),
    key("no_log_init", "bt"),
    old("no-user-group", "b", "24.2", "no_user_group"),
    key("no_user_group", "bt"),
    key("passwd", "tn"),
    old("hashed-passwd", "t", "24.2", "hashed_passwd"),
    key("hashed_passwd", "tn"),
    old("plain-text-passwd", "t", "24.2", "plain_text_passwd"),
    key("plain_text_passwd", "tin"),
    old("create-groups", "b", "24.2", "create_groups"),
    key("create_groups", "bt"),
    old("primary-group", "t", "24.2", "primary_group"),
    key("primary_group", "tn"),
    old("selinux-user", "t", "24.2", "selinux_user"),
    key("selinux_user", "tn"),
    key("shell", "tn"),
    key("snapuser", "t"),
    key("ssh_authorized_keys", "ltn"),
    old("ssh-authorized-keys", "lt", "18.3", "ssh_authorized_keys"),
    old("ssh-import-id", "l", "24.2", "ssh_import_id"),
    key("ssh_import_id", "ltn"),
    old("ssh-redirect-user", "b", "24.2", "ssh_redirect_user"),
    key("ssh_redirect_user", "bt"),
    key("system", "bt"),
    key("sudo", "tlbn"),
    key("uid", "it"),
];

/// Of `chpasswd`.
pub(super) const CHPASSWD: &[Key] =
    &[key("expire", "bt"), key("users", "l"), old("list", "lt", "22.2", "users")];

/// Of `swap`.
pub(super) const SWAP: &[Key] = &[key("filename", "t"), key("size", "it"), key("maxsize", "it")];

/// Of `ntp`.
pub(super) const NTP: &[Key] = &[
    key("servers", "ln"),
    key("pools", "ln"),
    key("peers", "ln"),
    key("allow", "ln"),
    key("ntp_client", "t"),
    key("enabled", "b"),
    key("config", "m"),
];

/// How keys are written that take a mapping, a list or a word of their own.
pub(super) const EXAMPLES: &[(&str, &str)] = &[
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

/// Of `power_state`.
pub(super) const POWER_STATE: &[Key] = &[
    key("delay", "it"),
    key("mode", "t"),
    key("message", "t"),
    key("timeout", "i"),
    key("condition", "tbl"),
];
