//! What a service may do to the server itself.

use crate::compile::compose_file::mount::{Mount, Source};
use crate::compile::compose_file::project::{Project, Service};
use crate::finding::{Code, Diagnostic, Report};
use crate::text::source::Place;
use crate::value::{absolute, is_engine, of_the_system};

/// Adds what each of the user's services is given, as warnings.
pub(super) fn check(project: &Project, report: &mut Report) {
    for service in project.own_services() {
        let mut warn_with = |place: &Place, what: &str, help: &str| {
            let message = format!("`{}` {what}", service.name());
            report.push(Diagnostic::warning(Code::HostAccess, message).at(place, "").help(help));
        };
        mounts(project, service, &mut warn_with);
        files(project, service, &mut warn_with);
        let mut warn =
            |place: &Place, what: &str| warn_with(place, what, "remove it if the service does not need it");
        keys(service, &mut warn);
        hooks(service, &mut warn);
        items(service, &mut warn);
    }
}

fn mounts(project: &Project, service: Service<'_>, warn: &mut impl FnMut(&Place, &str, &str)) {
    for item in service.all("volumes") {
        let Ok(Some(Mount { source, place, is_read_only, .. })) = Mount::read(item) else { continue };
        if let Some(path) = on_the_server(project, &source) {
            given(&path, &place, is_read_only, warn);
        }
    }
}

/// The files of secrets and configurations, which Compose mounts as well, only for reading.
fn files(project: &Project, service: Service<'_>, warn: &mut impl FnMut(&Place, &str, &str)) {
    for section in ["secrets", "configs"] {
        for item in service.all(section) {
            let name = item.get("source").unwrap_or(item).text();
            let entry = project.section(section).find(|(_, entry)| Some(entry.key.as_str()) == name);
            let file = entry.and_then(|(_, entry)| entry.node.get("file"));
            let path = file.and_then(|node| Some((node.text()?, &node.place)));
            let Some((path, place)) = path.filter(|(path, _)| path.starts_with('/')) else { continue };
            let path = absolute(path);
            // This folder is for the files of secrets; a service that gets one of them does not get the others.
            if section == "configs" || !path.starts_with("/etc/firstlight/") {
                given(&path, place, true, warn);
            }
        }
    }
}

/// Warns of a path on the server that a service gets.
fn given(path: &str, place: &Place, is_read_only: bool, warn: &mut impl FnMut(&Place, &str, &str)) {
    if is_engine(path) {
        let what = "gets Docker's socket: everybody who can use it is root on the server";
        warn(place, what, "remove it if the service does not need it");
    } else if let Some(why) = of_the_system(path, is_read_only) {
        let what =
            format!("gets {path}: {why}, and a program that can read or change it can take over the server");
        let help = match is_read_only || of_the_system(path, true).is_some() {
            true => "remove it if the service does not need it",
            false => "add `:ro`, or `read_only: true`: the service can then read it but not change it",
        };
        warn(place, &what, help);
    }
}

/// The commands that Compose runs in a container when it starts or stops.
fn hooks(service: Service<'_>, warn: &mut impl FnMut(&Place, &str)) {
    for key in ["post_start", "pre_stop"] {
        let privileged = service.all(key).into_iter().filter_map(|hook| hook.get("privileged"));
        for node in privileged.filter(|node| node.is_true()) {
            let what = "runs this command privileged: it can do everything that root can do on the server";
            warn(&node.place, what);
        }
    }
}

/// The path that is mounted, in its shortest form; `None` for a volume in Docker's own folder. A volume can also be a
/// path: `driver_opts: {o: bind, device: /PATH}`.
fn on_the_server(project: &Project, source: &Source) -> Option<String> {
    let path = match source {
        Source::Path(path) => path.as_str(),
        Source::Volume(name) => {
            let (_, volume) = project.section("volumes").find(|(_, entry)| entry.key == *name)?;
            let options = volume.node.get("driver_opts")?;
            let is_bind = options.get("o")?.text()?.split(',').any(|option| option.ends_with("bind"));
            options.get("device").filter(|_| is_bind)?.text()?
        }
    };
    Some(if path.starts_with('/') { absolute(path) } else { path.trim_end_matches('/').to_owned() })
}

/// Items of a list, and what they give to a service.
struct Given {
    list: &'static str,
    is_it: fn(&str) -> bool,
    what: &'static str,
}

const ITEMS: [Given; 5] = [
    Given {
        list: "security_opt",
        is_it: |option| option.ends_with("unconfined"),
        what: "is not confined by a security profile: a vulnerability in it can do more harm to the server",
    },
    Given {
        list: "cap_add",
        is_it: |name| matches!(name.to_ascii_uppercase().as_str(), "ALL" | "SYS_ADMIN" | "CAP_SYS_ADMIN"),
        what: "gets capabilities that let it become root on the server",
    },
    Given {
        list: "group_add",
        is_it: |group| group == "docker",
        what: "joins the group of Docker's socket: everybody who can use the socket is root on the server",
    },
    Given {
        list: "devices",
        is_it: is_disk,
        what: "gets a disk of the server: it can read and change everything on it",
    },
    Given {
        list: "devices",
        is_it: |device| matches!(device, "/dev" | "/dev/mem" | "/dev/kmem" | "/dev/port"),
        what: "gets all devices or the memory of the server, and with them the server itself",
    },
];

/// The beginnings of the names of disks and their partitions. Source: Linux, `Documentation/admin-guide/devices.txt`.
const DISKS: [&str; 9] = ["sd", "vd", "xvd", "nvme", "mmcblk", "dm-", "md", "mapper/", "disk/"];

fn is_disk(device: &str) -> bool {
    device.strip_prefix("/dev/").is_some_and(|name| DISKS.iter().any(|disk| name.starts_with(disk)))
}

fn items(service: Service<'_>, warn: &mut impl FnMut(&Place, &str)) {
    for Given { list, is_it, what } in ITEMS {
        for item in service.all(list) {
            // A device is `HOST:CONTAINER:PERMISSIONS`, or has its path on the host as `source`.
            let text = item.get("source").unwrap_or(item).text().unwrap_or_default();
            let text = if list == "devices" {
                absolute(text.split(':').next().unwrap_or(""))
            } else {
                text.to_owned()
            };
            if is_it(&text) {
                warn(&item.place, what);
            }
        }
    }
}

fn keys(service: Service<'_>, warn: &mut impl FnMut(&Place, &str)) {
    if let Some(node) = service.get("privileged").filter(|node| node.is_true()) {
        warn(
            &node.place,
            "is privileged: it can do everything that root can do on the server, with all disks and devices",
        );
    }
    const HOST: [(&str, &str); 4] = [
        (
            "network_mode",
            "shares the server's network: it can listen on all ports of the server, and can connect to everything that \
             listens on 127.0.0.1",
        ),
        ("pid", "sees all processes of the server, their environment and their secrets"),
        ("ipc", "shares memory with processes of the server"),
        ("userns_mode", "uses the same user IDs as the server, including root's"),
    ];
    for (key, what) in HOST {
        if let Some(node) = service.get(key).filter(|node| node.text() == Some("host")) {
            warn(&node.place, what);
        }
    }
}
