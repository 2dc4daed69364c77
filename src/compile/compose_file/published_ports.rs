//! Checks the ports of the server that services publish: some are in use already, and others are open to everybody.

use std::ops::RangeInclusive;

use crate::compile::compose_file::port::{Port, range};
use crate::compile::compose_file::project::{Project, Service, WEB_SERVER};
use crate::finding::{Code, Diagnostic, Report};

/// What the web server and the SSH server listen on.
const TAKEN: [(u16, &str); 4] = [(80, "tcp"), (443, "tcp"), (443, "udp"), (SSH, "tcp")];

/// The port of the SSH server.
const SSH: u16 = 22;

/// Adds what is published and should not be, and a port of the site that its service does not name.
pub(super) fn check(project: &Project, report: &mut Report) {
    let mut seen: Vec<(&str, Port)> = Vec::new();
    for service in project.services().filter(|service| service.name() != WEB_SERVER) {
        for port in read(service, report) {
            let name = service.name();
            let is_same = |(other_name, other): &&(&str, Port)| {
                overlaps(other, &port) && (*other_name != name || !is_one(other, &port))
            };
            if let Some((other, _)) = seen.iter().find(is_same) {
                let message = match *other == name {
                    true => format!(
                        "`{name}` already publishes this port of the server, for another of its ports"
                    ),
                    false => format!("the service `{other}` already publishes this port of the server"),
                };
                report.push(
                    Diagnostic::error(Code::PublishedPort, message)
                        .at(&port.place, "")
                        .help("choose another port"),
                );
            } else {
                published(project, service, &port, report);
            }
            seen.push((service.name(), port));
        }
    }
    check_upstream(project, report);
}

/// What a service publishes. What is no port is added to the report.
fn read(service: Service<'_>, report: &mut Report) -> Vec<Port> {
    service.all("ports").into_iter().filter_map(|item| report.keep(Port::read(item)).flatten()).collect()
}

fn overlaps(one: &Port, other: &Port) -> bool {
    let (Some(a), Some(b)) = (&one.host, &other.host) else { return false };
    // A range for a single port takes what is free in it.
    let is_fixed = |port: &Port, host: &RangeInclusive<u16>| host.len() == port.container.len();
    one.protocol == other.protocol
        && is_fixed(one, a)
        && is_fixed(other, b)
        && (one.address.is_none() || other.address.is_none() || one.address == other.address)
        && a.start() <= b.end()
        && b.start() <= a.end()
}

/// Whether two ports of a service that overlap lead to the same ports of the container.
fn is_one(one: &Port, other: &Port) -> bool {
    let shift =
        |port: &Port| Some(i32::from(*port.host.as_ref()?.start()) - i32::from(*port.container.start()));
    shift(one) == shift(other)
}

fn published(project: &Project, service: Service<'_>, port: &Port, report: &mut Report) {
    let name = service.name();
    let is_taken = |(taken, protocol): &&(u16, &str)| {
        *protocol == port.protocol
            && !(*taken == SSH && project.is_ssh_moved)
            && port.host.as_ref().is_some_and(|host| host.contains(taken))
    };
    if let Some((taken, protocol)) = TAKEN.iter().find(is_taken) {
        if *taken == SSH {
            let message =
                format!("the SSH server uses the server's port 22/tcp, so `{name}` cannot publish it");
            let help = "choose another port of the server, such as \"2222:22\"";
            return report
                .push(Diagnostic::error(Code::PublishedPort, message).at(&port.place, "").help(help));
        }
        let message =
            format!("Caddy uses the server's port {taken}/{protocol}, so `{name}` cannot publish it");
        let help = "remove it: Caddy receives the HTTPS requests and forwards them to the service, which does not need a \
            published port for this";
        return report.push(Diagnostic::error(Code::PublishedPort, message).at(&port.place, "").help(help));
    }
    if !port.is_open() || !service.file.is_users {
        return;
    }
    let what = match &port.host {
        Some(host) if host.start() == host.end() => {
            format!("port {}/{} of the server", host.start(), port.protocol)
        }
        Some(host) => format!("ports {} to {}/{} of the server", host.start(), host.end(), port.protocol),
        None => "a port of the server, which Docker chooses,".to_owned(),
    };
    let message =
        format!("`{name}` opens {what} to everybody; this bypasses Caddy, HTTPS and most firewalls");
    let help = "services in the same network reach each other without `ports`; for access only from the server itself, \
        write 127.0.0.1: before the port";
    report.push(Diagnostic::warning(Code::PublishedPort, message).at(&port.place, "").help(help));
}

/// The service may say on which ports it answers.
fn check_upstream(project: &Project, report: &mut Report) {
    let (Some(service), Some(port)) = (project.service(&project.service), project.port) else { return };
    let exposed = service.all("expose");
    let ranges = exposed.iter().filter_map(|item| range(item.shown()?.split('/').next()?).ok());
    let mapped = service
        .all("ports")
        .into_iter()
        .filter_map(|item| Port::read(item).ok().flatten())
        .map(|port| port.container);
    let said: Vec<_> = ranges.chain(mapped).collect();
    if said.is_empty() || said.iter().any(|range| range.contains(&port)) {
        return;
    }
    let shown: Vec<_> = said
        .iter()
        .map(|range| {
            if range.start() == range.end() {
                range.start().to_string()
            } else {
                format!("{} to {}", range.start(), range.end())
            }
        })
        .collect();
    let place = ["expose", "ports"]
        .iter()
        .find_map(|key| service.get(key))
        .map_or(&service.entry.at, |node| &node.place);
    let message = format!(
        "Caddy sends requests to `{}` on port {port}, but according to this it listens on {}",
        service.name(),
        shown.join(", ")
    );
    report.push(Diagnostic::warning(Code::CannotWork, message).at(place, "").help(
        match said.iter().all(|range| range.len() == 1) {
            true => format!("set the port to {}, or write {port} here", shown.join(" or ")),
            false => format!("set the port to one of these, or write {port} here"),
        },
    ));
}
