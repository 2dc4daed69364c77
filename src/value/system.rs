//! The paths on a server that belong to the system and cannot be used for secrets, for an application's folders or for
//! mounts.

use super::GuestPath;
use crate::base::problem::Problem;

/// The purpose for which a path is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// The file of a secret: `firstlight token` writes it, and the server reads it and gives it to root alone.
    Secret,
    /// A folder that is given, with its content, to the application's user.
    Folder,
    /// A mount that the container can change.
    Mount,
    /// A mount that the container can only read.
    ReadOnlyMount,
}

use Use::{Folder, Mount, ReadOnlyMount, Secret};

/// The paths to which a row applies.
#[derive(Clone, Copy, Debug)]
enum Extent {
    /// Only the path itself: folders below it belong to whoever made them.
    Itself,
    /// The path and what is directly in it.
    Direct,
    /// The path and everything below it.
    All,
    /// None: the row is an exception from the row of a shorter path.
    Free,
}

use Extent::{All, Direct, Free, Itself};

const EVERY: &[Use] = &[Secret, Folder, Mount, ReadOnlyMount];
const MOUNTS: &[Use] = &[Mount, ReadOnlyMount];
const GIVEN: &[Use] = &[Folder, Mount, ReadOnlyMount];
const PROGRAMS: &str = "contains the system's programs";
const SETTINGS: &str = "contains the system's settings and accounts";
const DATA: &str = "contains the system's own data";
const OURS: &str = "belongs to firstlight";
const OPEN: &str = "can be written by every user of the server, and is not permanent";
const USERS: &str = "belongs to a user, who could replace its content";
const HOME: &str = "is a complete home directory, with the SSH keys for the server";

/// Paths, the purposes for which they cannot be used, the extent of the row, and the reason. If several rows match a
/// path, the one with the longest path applies.
const ROWS: &[(&str, &[Use], Extent, &str)] = &[
    ("/bin", EVERY, All, PROGRAMS),
    ("/sbin", EVERY, All, PROGRAMS),
    ("/lib", EVERY, All, PROGRAMS),
    ("/lib32", EVERY, All, PROGRAMS),
    ("/lib64", EVERY, All, PROGRAMS),
    ("/libx32", EVERY, All, PROGRAMS),
    ("/snap", EVERY, All, PROGRAMS),
    ("/usr", EVERY, All, PROGRAMS),
    ("/boot", EVERY, All, "contains the files that the server boots from"),
    ("/efi", EVERY, All, "contains the files that the server boots from"),
    ("/etc", &[Secret], Direct, SETTINGS),
    ("/etc", GIVEN, Itself, SETTINGS),
    ("/etc/firstlight", GIVEN, All, "contains the secrets of this server"),
    ("/etc/firstlight/site.json", EVERY, All, OURS),
    ("/home", &[Secret, Folder], All, USERS),
    ("/home", MOUNTS, Direct, HOME),
    ("/opt", GIVEN, Itself, "contains the folders of all applications"),
    ("/root", GIVEN, Itself, HOME),
    ("/run", &[Secret, Folder], All, "is emptied at every boot"),
    ("/run", MOUNTS, Itself, DATA),
    ("/run/firstlight", EVERY, All, OURS),
    ("/run/lock", EVERY, All, OPEN),
    ("/run/shm", EVERY, All, OPEN),
    ("/run/systemd", EVERY, All, DATA),
    ("/run/udev", EVERY, All, DATA),
    ("/run/user", EVERY, All, USERS),
    ("/tmp", EVERY, All, OPEN),
    ("/var", EVERY, All, DATA),
    ("/var/cache", GIVEN, Itself, DATA),
    ("/var/lib", EVERY, Itself, DATA),
    ("/var/lib/apt", EVERY, All, DATA),
    ("/var/lib/cloud", EVERY, All, DATA),
    ("/var/lib/containerd", EVERY, All, "contains Docker's own data"),
    ("/var/lib/dbus", EVERY, All, DATA),
    ("/var/lib/docker", EVERY, All, "contains Docker's own data"),
    ("/var/lib/dpkg", EVERY, All, DATA),
    ("/var/lib/firstlight", EVERY, All, OURS),
    ("/var/lib/pam", EVERY, All, DATA),
    ("/var/lib/polkit-1", EVERY, All, DATA),
    ("/var/lib/private", EVERY, All, DATA),
    ("/var/lib/snapd", EVERY, All, DATA),
    ("/var/lib/sudo", EVERY, All, DATA),
    ("/var/lib/systemd", EVERY, All, DATA),
    ("/var/local", EVERY, Itself, DATA),
    ("/var/log", &[ReadOnlyMount], Free, ""),
    ("/var/opt", EVERY, Itself, DATA),
    ("/var/tmp", EVERY, All, OPEN),
    ("/var/www", GIVEN, Free, ""),
    ("/var/www", &[Secret], All, "is what web servers show to everyone"),
    // Every user of the server can read these files, and containers often need them.
    ("/etc/ca-certificates", &[ReadOnlyMount], Free, ""),
    ("/etc/group", &[ReadOnlyMount], Free, ""),
    ("/etc/hostname", &[ReadOnlyMount], Free, ""),
    ("/etc/hosts", &[ReadOnlyMount], Free, ""),
    ("/etc/localtime", &[ReadOnlyMount], Free, ""),
    ("/etc/machine-id", &[ReadOnlyMount], Free, ""),
    ("/etc/os-release", &[ReadOnlyMount], Free, ""),
    ("/etc/passwd", &[ReadOnlyMount], Free, ""),
    ("/etc/resolv.conf", &[ReadOnlyMount], Free, ""),
    ("/etc/ssl/certs", &[ReadOnlyMount], Free, ""),
    ("/etc/timezone", &[ReadOnlyMount], Free, ""),
    ("/usr/lib/os-release", &[ReadOnlyMount], Free, ""),
    ("/usr/local/share/ca-certificates", &[ReadOnlyMount], Free, ""),
    ("/usr/share/ca-certificates", &[ReadOnlyMount], Free, ""),
    ("/usr/share/zoneinfo", &[ReadOnlyMount], Free, ""),
];

/// The names in `/etc` that Debian, Ubuntu or the programs on every server use; other names there can be used.
const ETC: &str = "\
    alternatives apparmor apparmor.d apt bash.bashrc ca-certificates ca-certificates.conf cloud \
    containerd cron.d cron.daily cron.hourly cron.monthly cron.weekly crontab dbus-1 default docker dpkg \
    environment fstab group group- grub.d gshadow gshadow- host.conf hostname hosts init.d \
    initramfs-tools iptables issue kernel ld.so.cache ld.so.conf ld.so.conf.d ld.so.preload locale.gen localtime \
    login.defs logrotate.d machine-id modprobe.d modules modules-load.d motd netplan network \
    networkd-dispatcher nftables.conf nsswitch.conf os-release pam.conf pam.d passwd passwd- polkit-1 profile \
    profile.d resolv.conf rsyslog.d security shadow shadow- shells skel ssh ssl subgid subuid sudo.conf \
    sudoers sudoers.d sysctl.conf sysctl.d systemd timezone tmpfiles.d udev ufw update-motd.d";

/// Symbolic links that exist on every server, with their targets.
const LINKS: &[(&str, &str)] = &[("/var/run", "/run"), ("/var/lock", "/run/lock")];

/// Refuses a path that belongs to the system.
///
/// # Errors
/// The path cannot be used for the purpose `wanted`.
pub(super) fn refuse(path: &GuestPath, wanted: Use) -> Result<(), Problem> {
    let path = path.as_str();
    let Some((place, why)) = owner(&real(path), wanted) else { return Ok(()) };
    let what = match wanted {
        Use::Secret => "a secret cannot be stored at",
        Use::Folder => "the application must not have access to",
        Use::Mount | Use::ReadOnlyMount => "a container must not have access to",
    };
    let name = path.rsplit('/').next().unwrap_or("").trim_start_matches('.');
    let help = match wanted {
        Use::Secret => format!("use a separate file for it: file:///etc/firstlight/{name}"),
        Use::Folder => "choose a folder that is used for nothing else, such as /srv/keys".to_owned(),
        Use::Mount if owner(&real(path), ReadOnlyMount).is_none() => {
            "add `:ro`: the container can then read it but not change it".to_owned()
        }
        Use::Mount | Use::ReadOnlyMount => {
            "use a named volume, NAME:/path/in/the/container, or a folder that is used for nothing else, such as /srv/data"
                .to_owned()
        }
    };
    let place = if place == path { "it" } else { &place };
    Err(Problem::new(format!("{what} {path}: {place} {why}"), help))
}

/// Why a path that a container mounts belongs to the system; `None` if it does not. A compose file can contain such a
/// mount, so the caller only warns of it.
pub(crate) fn of_the_system(path: &str, is_read_only: bool) -> Option<String> {
    let whole = match path {
        "/" => Some("it is the root of the server's file system"),
        "/proc" | "/sys" | "/dev" => Some("it belongs to the kernel"),
        _ => None,
    };
    let owned = || owner(&real(path), if is_read_only { ReadOnlyMount } else { Mount });
    let said = |(place, why): (String, &str)| format!("{} {why}", if place == path { "it" } else { &place });
    whole.map(str::to_owned).or_else(|| owned().map(said))
}

/// The path with the symbolic links of [`LINKS`] resolved.
pub(super) fn real(path: &str) -> String {
    let inside = |(link, _): &&(&str, &str)| is_below(path, link);
    let link = LINKS.iter().find(inside);
    link.map_or_else(|| path.to_owned(), |(link, to)| path.replacen(link, to, 1))
}

/// Whether a path is `folder` itself or is below it.
pub(crate) fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The path that belongs to the system, which is `path` or a folder above it, and the reason; `None` if `path` is free.
fn owner(path: &str, wanted: Use) -> Option<(String, &'static str)> {
    if let Some((before, _)) = format!("{path}/").split_once("/.ssh/") {
        return Some((
            format!("{before}/.ssh"),
            "is for SSH keys, which give access to this server or to others",
        ));
    }
    if path.starts_with("/root/.") {
        return Some((path.to_owned(), "belongs to root's own programs"));
    }
    let rows = ROWS.iter().filter(|(row, uses, ..)| uses.contains(&wanted) && is_below(path, row));
    let longest = rows.max_by_key(|(row, ..)| row.len());
    let found = longest.and_then(|(row, _, extent, why)| {
        let depth = path.get(row.len()..).unwrap_or("").matches('/').count();
        let holds = match extent {
            All => true,
            Direct => depth <= 1,
            Itself => depth == 0,
            Free => false,
        };
        holds.then(|| ((*row).to_owned(), *why))
    });
    let is_free = longest.is_some_and(|(_, _, extent, _)| matches!(extent, Free));
    let below_etc = path.strip_prefix("/etc/").and_then(|rest| rest.split('/').next());
    let etc = below_etc.filter(|name| !is_free && ETC.split(' ').any(|system| system == *name));
    etc.map(|name| (format!("/etc/{name}"), SETTINGS)).or(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(path: &str, wanted: Use) -> bool {
        refuse(&GuestPath::parse(path).expect("a path"), wanted).is_ok()
    }

    #[test]
    fn ordinary_paths_are_free_for_all() {
        for path in "/opt/infrakt/ssh /opt/app/data /srv/app /srv/app/data /mnt/volume /mnt/HC_Volume_1/x \
             /media/disk /data /data/postgres /var/lib/app /var/lib/app/keys /var/opt/app \
             /var/local/app /etc/infrakt/keys /etc/infrakt/token /srv/a.ssh/b"
            .split(' ')
        {
            for wanted in [Secret, Folder, Mount, ReadOnlyMount] {
                assert!(free(path, wanted), "{path} for {wanted:?}");
            }
        }
        for path in ["/etc/firstlight/ghcr-token", "/etc/firstlight/DATABASE_URL", "/root/token"] {
            assert!(free(path, Secret), "{path}");
        }
        for path in ["/etc/infrakt", "/root/keys", "/var/www/html", "/var/cache/app", "/srv", "/mnt"] {
            assert!(free(path, Folder) && free(path, Mount), "{path}");
        }
        for path in ["/run/docker.sock", "/var/run/docker.sock", "/home/alice/data", "/run/app/app.sock"] {
            assert!(free(path, Mount), "{path}");
        }
    }

    #[test]
    fn the_systems_paths_are_free_for_nobody() {
        for path in "/etc/shadow /etc/passwd- /etc/ssh/ssh_host_ed25519_key /etc/sudoers.d/x /etc/cron.d/x \
             /etc/systemd/system/x.service /usr/bin/x /usr/local/sbin/firstlight /bin/sh /lib/x /boot/x \
             /tmp/x /tmp /var/tmp/x /var/lock/x /run/lock/x /run/user/1000/x \
             /var/spool/cron/crontabs/root /var/lib/docker/volumes/x/_data \
             /var/lib/cloud/instance/user-data.txt /var/lib/dpkg/status /var/lib/firstlight/manifest \
             /var/run/firstlight/login /root/.ssh/id_ed25519 /home/alice/.ssh/id_rsa /srv/app/.ssh \
             /root/.bashrc /var /var/lib /home /home/alice /usr /boot"
            .split(' ')
        {
            for wanted in [Secret, Folder, Mount] {
                assert!(!free(path, wanted), "{path} for {wanted:?}");
            }
        }
        for path in [
            "/etc/token",
            "/run/token",
            "/run/secrets/x",
            "/home/alice/token",
            "/var/www/html/token",
            "/var/cache/token",
        ] {
            assert!(!free(path, Secret), "{path}");
        }
        for path in
            ["/etc", "/root", "/opt", "/run", "/run/keys", "/home/alice/keys", "/etc/firstlight", "/var/log"]
        {
            assert!(!free(path, Folder), "{path}");
        }
        for path in "/etc /root /opt /run /run/systemd/private /etc/firstlight/ghcr-token /etc/ssl".split(' ')
        {
            assert!(!free(path, Mount) && !free(path, ReadOnlyMount), "{path}");
        }
    }

    #[test]
    fn what_everyone_may_read_may_be_mounted_to_read() {
        for path in [
            "/etc/localtime",
            "/etc/timezone",
            "/etc/ssl/certs",
            "/usr/share/zoneinfo",
            "/var/log/nginx",
            "/etc/passwd",
        ] {
            assert!(free(path, ReadOnlyMount) && !free(path, Mount), "{path}");
        }
        let problem =
            refuse(&GuestPath::parse("/etc/localtime").expect("a path"), Mount).expect_err("writable");
        assert!(problem.help.contains(":ro"), "{}", problem.help);
    }

    /// No two rows have the same path and purpose, and every path is valid.
    #[test]
    fn rows_are_sound() {
        for (at, (path, uses, ..)) in ROWS.iter().enumerate() {
            assert!(GuestPath::parse(path).is_ok(), "{path}");
            let twin = ROWS
                .iter()
                .skip(at + 1)
                .find(|(other, wanted, ..)| other == path && wanted.iter().any(|one| uses.contains(one)));
            assert!(twin.is_none(), "{path} stands twice for one use");
        }
    }
}
