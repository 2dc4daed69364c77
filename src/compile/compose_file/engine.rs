//! Values that Compose passes on as they are, and that Docker's engine refuses when it makes the container.

use std::collections::BTreeMap;

use crate::compile::compose_file::node::{Node, Value};
use crate::compile::compose_file::project::{Project, Service};
use crate::finding::{Code, Diagnostic, Report};
use crate::value::{Image, absolute};

/// Adds what the engine would refuse of the user's services.
pub(super) fn check(project: &Project, report: &mut Report) {
    container_names(project, report);
    networks(project, report);
    for service in project.own_services() {
        image(service, report);
        restart(service, report);
        stop_signal(service, report);
        container_name(service, report);
        log_driver(service, report);
        for item in ["cap_add", "cap_drop"].into_iter().flat_map(|key| items(service, key)) {
            capability(item, report);
        }
        for item in items(service, "volumes") {
            target(item, report);
        }
        one_mount_each(service, report);
    }
}

/// The items of a service's own list: what it extends is a service of its own.
fn items<'p>(service: Service<'p>, key: &str) -> &'p [Node] {
    service.entry.node.get(key).map_or(&[][..], Node::items)
}

fn text<'p>(service: Service<'p>, key: &str) -> Option<(&'p str, &'p Node)> {
    let node = service.entry.node.get(key)?;
    Some((node.text().filter(|text| !text.is_empty())?, node))
}

fn refused(node: &Node, message: String, help: impl Into<String>) -> Diagnostic {
    Diagnostic::error(Code::CannotWork, message).at(&node.place, "").help(help)
}

fn image(service: Service<'_>, report: &mut Report) {
    let Some((text, node)) = text(service, "image") else { return };
    // A digest may be of another kind than sha256.
    let name = text.split_once('@').map_or(text, |(name, _)| name);
    // The address of a registry may be one of IPv6, which no setting takes.
    if let (Err(problem), false) = (Image::parse(name), name.starts_with('[')) {
        let message = format!("Docker does not accept `{text}` as an image: {}", problem.message);
        report.push(refused(node, message, problem.help));
    }
}

/// Source: moby, `api/types/container`, `ValidateRestartPolicy`.
fn restart(service: Service<'_>, report: &mut Report) {
    let Some((text, node)) = text(service, "restart") else { return };
    let (name, attempts) = text.split_once(':').map_or((text, None), |(name, count)| (name, Some(count)));
    let is_good = match name {
        "no" | "always" | "unless-stopped" => attempts.is_none(),
        "on-failure" => attempts.is_none_or(|count| count.parse::<u32>().is_ok()),
        _ => false,
    };
    if !is_good {
        let message = format!("Docker does not know the restart policy `{text}`");
        report.push(refused(
            node,
            message,
            "write always, unless-stopped, on-failure, on-failure:5 or \"no\"",
        ));
    }
}

/// The names of signals, but for those of real time. Source: moby/sys, `signal/signal_linux.go`.
const SIGNALS: &[&str] = &[
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE",
    "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU",
    "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
];

fn stop_signal(service: Service<'_>, report: &mut Report) {
    let Some((text, node)) = text(service, "stop_signal") else { return };
    let upper = text.to_ascii_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    let is_number = text.parse::<u8>().is_ok_and(|number| number > 0);
    if !is_number && !SIGNALS.contains(&name) && !name.starts_with("RTM") {
        let message = format!("Docker does not know the signal `{text}`");
        report.push(refused(node, message, "write a signal such as SIGTERM, SIGINT or SIGQUIT"));
    }
}

/// The names of capabilities without `CAP_`. Source: capabilities(7) of Linux 6.1.
const CAPABILITIES: &[&str] = &[
    "ALL",
    "AUDIT_CONTROL",
    "AUDIT_READ",
    "AUDIT_WRITE",
    "BLOCK_SUSPEND",
    "BPF",
    "CHECKPOINT_RESTORE",
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "IPC_LOCK",
    "IPC_OWNER",
    "KILL",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "MKNOD",
    "NET_ADMIN",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_RAW",
    "PERFMON",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYSLOG",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_CHROOT",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_PACCT",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "WAKE_ALARM",
];

fn capability(item: &Node, report: &mut Report) {
    let Some(text) = item.text() else { return };
    let upper = text.to_ascii_uppercase();
    let name = upper.strip_prefix("CAP_").unwrap_or(&upper);
    if !CAPABILITIES.contains(&name) {
        let message = format!("Docker does not know the capability `{text}`");
        report.push(refused(
            item,
            message,
            "write a name from the manual page capabilities(7), such as NET_ADMIN",
        ));
    }
}

/// A container's name has at least two characters, which Compose says by a pattern. Source: moby, `RestrictedNamePattern`.
fn container_name(service: Service<'_>, report: &mut Report) {
    let Some((text, node)) = text(service, "container_name") else { return };
    if text.len() == 1 {
        let message = format!("Docker does not accept `{text}` as the name of a container: it is too short");
        report.push(refused(node, message, "write two characters or more"));
    }
}

/// Two containers cannot have one name.
fn container_names(project: &Project, report: &mut Report) {
    let mut seen = BTreeMap::new();
    for service in project.services() {
        let Some((name, node)) = text(service, "container_name") else { continue };
        if let Some(first) = seen.get(name) {
            let message = format!("the container of `{first}` is called `{name}` as well");
            report.push(refused(node, message, "choose another name, or remove both `container_name`"));
        }
        seen.entry(name).or_insert(service.name());
    }
}

/// Drivers of networks that Compose cannot create on a single server. Sources: moby, `libnetwork/controller.go` ("only one
/// instance of … network is allowed"), and docs.docker.com, "Overlay network driver", which needs a swarm.
const NETWORK_DRIVERS: [(&str, &str); 4] = [
    ("host", "Docker has exactly one network of this kind"),
    ("none", "Docker has no driver of this name"),
    ("null", "Docker has exactly one network of this kind"),
    ("overlay", "it needs Docker Swarm, and this server does not use it"),
];

fn networks(project: &Project, report: &mut Report) {
    let entries = project.section("networks").filter(|(file, _)| file.is_users).map(|(_, entry)| entry);
    for entry in entries.filter(|entry| !entry.node.get("external").is_some_and(Node::is_true)) {
        let Some(node) = entry.node.get("driver") else { continue };
        if let Some((name, why)) = NETWORK_DRIVERS.iter().find(|(name, _)| node.text() == Some(name)) {
            let message = format!("Docker cannot create a network with the driver `{name}`: {why}");
            let help = match *name {
                "overlay" => "remove `driver`",
                _ => {
                    "remove `driver`; for a service without the network of its own, write `network_mode` at the service"
                }
            };
            report.push(refused(node, message, help));
        }
    }
}

/// What is mounted goes to an absolute path in the container.
fn target(item: &Node, report: &mut Report) {
    let given = target_of(item);
    let Some((path, node)) = given.filter(|(path, _)| !path.is_empty() && !path.starts_with('/')) else {
        return;
    };
    let message = format!("Docker does not accept `{path}` as a path in the container: it is not absolute");
    report.push(refused(node, message, format!("write /{}", path.trim_start_matches("./"))));
}

/// The path in the container to which an entry of `volumes` mounts something, and where it is given.
fn target_of(item: &Node) -> Option<(&str, &Node)> {
    match &item.value {
        Value::Text(text) => {
            let mut parts = text.split(':');
            let first = parts.next()?;
            Some((parts.next().unwrap_or(first), item))
        }
        Value::Map(_) => item.get("target").and_then(|node| Some((node.text()?, node))),
        _ => None,
    }
}

/// Compose keeps the last of several mounts to one path. Source: compose-go, `override/uncity.go`.
fn one_mount_each(service: Service<'_>, report: &mut Report) {
    let mut mounts = items(service, "volumes").iter().filter_map(target_of);
    while let Some((path, node)) = mounts.next() {
        if mounts.clone().any(|(other, _)| absolute(other) == absolute(path)) {
            let message = format!("this is not mounted: a later entry is mounted to {path} as well");
            report.push(refused(node, message, "give each mount a path of its own in the container"));
        }
    }
}

/// The logging drivers that Docker has by itself. Source: docs.docker.com, "Supported logging drivers".
const LOG_DRIVERS: &[&str] =
    &["awslogs", "fluentd", "gcplogs", "gelf", "journald", "json-file", "local", "none", "splunk", "syslog"];

/// A plugin can bring another driver, but a new server has none.
fn log_driver(service: Service<'_>, report: &mut Report) {
    let Some(node) = service.entry.node.get("logging").and_then(|logging| logging.get("driver")) else {
        return;
    };
    let Some(name) = node.text().filter(|name| !name.is_empty() && !LOG_DRIVERS.contains(name)) else {
        return;
    };
    let message =
        format!("Docker has no logging driver `{name}`, unless a plugin that you install brings it");
    let help = format!("write one of {}", LOG_DRIVERS.join(", "));
    report.push(Diagnostic::warning(Code::CannotWork, message).at(&node.place, "").help(help));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_and_have_each_name_once() {
        for list in [SIGNALS, &CAPABILITIES[1..], LOG_DRIVERS] {
            assert!(list.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
