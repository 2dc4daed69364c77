//! cloud-init's modules, in a sentence each. Source: cloud-init's module reference.

/// What a module does.
pub(super) fn sentence(module: &str) -> &'static str {
    match module {
        "include" => "Fetches further user-data, which nobody has looked at here.",
        "boothook" => "Runs a script as early as can be, on every boot.",
        "part-handler" => "Loads Python that handles parts of other types.",
        "seed_random" => "Seeds the random number generator.",
        "bootcmd" => "Runs commands early, before most services, on every boot.",
        "write_files" => "Writes files, before users are made.",
        "growpart" => "Grows the partition to the disk's size.",
        "resizefs" => "Grows the file system to its partition.",
        "disk_setup" => "Partitions disks and makes file systems.",
        "mounts" => "Mounts file systems and sets up swap.",
        "set_hostname" | "update_hostname" => "Sets the host name.",
        "update_etc_hosts" => "Writes /etc/hosts.",
        "resolv_conf" => "Writes /etc/resolv.conf.",
        "ca_certs" => "Adds certificate authorities that the system trusts.",
        "rsyslog" => "Sets up the system log.",
        "users_groups" => "Makes groups and users.",
        "ssh" => "Makes SSH host keys and lays authorized keys.",
        "wireguard" => "Sets up WireGuard.",
        "snap" => "Installs snaps.",
        "ubuntu_autoinstall" => "Belongs to Ubuntu's installer; on a server it does nothing.",
        "ssh_import_id" => "Fetches users' public SSH keys.",
        "keyboard" => "Sets the keyboard's layout.",
        "locale" => "Sets the locale.",
        "set_passwords" => "Sets passwords, and whether SSH takes them.",
        "apk_configure" | "apt_configure" | "yum_add_repo" | "zypper_add_repo" | "apt_pipelining" => {
            "Sets up where packages come from."
        }
        "grub_dpkg" => "Tells the boot loader's package which disk it is on.",
        "ubuntu_pro" | "rh_subscription" | "spacewalk" | "landscape" => {
            "Registers the server with its distribution."
        }
        "ntp" => "Sets up the clock's time servers.",
        "timezone" => "Sets the time zone.",
        "disable_ec2_metadata" => "Cuts the server off from EC2's metadata.",
        "package_update_upgrade_install" => "Updates, upgrades and installs packages.",
        "lxd" => "Sets up LXD.",
        "ubuntu_drivers" => "Installs drivers.",
        "write_files_deferred" => "Writes the files that had to wait for users and packages.",
        "puppet" | "chef" | "ansible" | "mcollective" | "salt_minion" => {
            "Hands the server over to a configuration management."
        }
        "scripts_vendor" | "scripts_per_boot" | "scripts_per_instance" => "Runs scripts.",
        "scripts_user" => {
            "Runs scripts and runcmd one after the other, by name; a failure stops none of the others."
        }
        "ssh_authkey_fingerprints" | "keys_to_console" => "Prints keys' fingerprints on the console.",
        "phone_home" => "Posts the server's keys and name to an address.",
        "final_message" => "Says that it is done.",
        "power_state_change" => "Powers the server off, or reboots it.",
        "byobu" => "Sets up byobu, a terminal in windows.",
        "fan" => "Sets up Ubuntu's fan network for containers.",
        "install_hotplug" => "Sets up what happens when a network card is plugged in later.",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    /// Whoever adds a module to the order adds a sentence.
    #[test]
    fn every_module_has_its_sentence() {
        let order = include_str!("../userdata/order.rs");
        let tables = order
            .split("const INIT")
            .nth(1)
            .and_then(|rest| rest.split("\n/// What is done").next())
            .unwrap();
        let rows =
            tables.split('(').skip(1).filter_map(|row| row.trim_start().strip_prefix('"')?.split('"').next());
        let rows: Vec<_> = rows.collect();
        assert!(rows.len() > 40, "{rows:?}");
        for module in rows {
            assert!(super::sentence(module).ends_with('.'), "{module}");
        }
    }
}
