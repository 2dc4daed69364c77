//! Checks what this server needs from a compose file, and what it cannot do for one.

use crate::base::nearest::suggest;
use crate::compile::compose_file::node::Node;
use crate::compile::compose_file::port::Port;
use crate::compile::compose_file::project::{Project, Service, WEB_SERVER};
use crate::finding::{Code, Diagnostic, Report, Severity};

/// Adds what could not come up.
pub(super) fn check(project: &Project, report: &mut Report) {
    for service in project.own_services() {
        built(service, report);
        never_pulled(service, report);
        waits(project, service, report);
        if let Some(extends) = service.entry.node.get("extends").and_then(|extends| extends.get("file")) {
            let problem = Diagnostic::error(Code::CannotWork, "this file would not be on the server");
            report.push(problem.at(&extends.place, "").help(ONE_FILE));
        }
    }
    for file in project.files.iter().filter(|file| file.is_users) {
        if let Some(include) = file.root.entry("include") {
            let problem = Diagnostic::error(Code::CannotWork, "included files would not be on the server");
            report.push(problem.at(&include.at, "").help(ONE_FILE));
        }
    }
    for section in ["secrets", "configs"] {
        for (_, entry) in project
            .section(section)
            .filter(|(_, entry)| entry.node.get("external").is_some_and(Node::is_true))
        {
            let message =
                format!("`{}` is external, which needs Docker Swarm; this server does not use it", entry.key);
            report.push(Diagnostic::error(Code::CannotWork, message).at(&entry.at, ""));
        }
    }
    external(project, report);
    match &project.traefik_network {
        Some(network) => check_behind_traefik(project, network, report),
        None => check_web_server(project, report),
    }
}

/// The networks that Docker makes by itself.
const NETWORKS: [&str; 3] = ["bridge", "host", "none"];

/// Networks and volumes that Compose does not make: a new server has none of them.
fn external(project: &Project, report: &mut Report) {
    for (section, what) in [("networks", "network"), ("volumes", "volume")] {
        for (file, entry) in project.section(section) {
            let Some(key) = entry.node.entry("external").filter(|key| key.node.is_true()) else { continue };
            let name = entry.node.get("name").and_then(Node::text).unwrap_or(&entry.key);
            let is_there = NETWORKS.contains(&name) || project.traefik_network.as_deref() == Some(name);
            if !file.is_users || what == "network" && is_there {
                continue;
            }
            let message = format!(
                "Compose does not create the {what} `{name}`, because it is external, and a new server does not have it"
            );
            let help = format!(
                "remove `external`, and Compose creates it; or run `docker {what} create {name}` on the server"
            );
            report.push(Diagnostic::warning(Code::CannotWork, message).at(&key.at, "").help(help));
        }
    }
}

const ONE_FILE: &str = "write everything in one file: `docker compose config --no-interpolate --no-path-resolution` prints such a file";

/// There is nothing to build from on the server.
fn built(service: Service<'_>, report: &mut Report) {
    let Some(build) = service.entry.node.entry("build") else { return };
    let (name, has_image) = (service.name(), service.get("image").is_some());
    if has_image {
        let message = format!(
            "`{name}` is not built on the server, which does not have its source code: the image has to be in the registry"
        );
        report.push(
            Diagnostic::warning(Code::CannotWork, message)
                .at(&build.at, "")
                .help("push the image before the server starts, or remove `build`"),
        );
    } else {
        let message =
            format!("`{name}` would have to be built, but the server does not have its source code");
        report.push(
            Diagnostic::error(Code::CannotWork, message)
                .at(&build.at, "")
                .help("push the image to a registry and write `image: NAME:TAG` instead"),
        );
    }
}

/// No image is on a new server before Compose pulls it.
fn never_pulled(service: Service<'_>, report: &mut Report) {
    let policy = service.get("pull_policy").filter(|policy| policy.text() == Some("never"));
    if let (Some(policy), Some(_)) = (policy, service.get("image")) {
        let message =
            format!("a new server does not have the image of `{}`, and nothing pulls it", service.name());
        report.push(
            Diagnostic::error(Code::CannotWork, message).at(&policy.place, "").help("remove `pull_policy`"),
        );
    }
}

/// A service that waits until another is healthy never starts if nothing checks the other.
fn waits(project: &Project, service: Service<'_>, report: &mut Report) {
    let others = service.entry.node.get("depends_on").map_or(&[][..], Node::entries).iter();
    for other in others.filter(|other| other.node.get("required").is_none_or(Node::is_true)) {
        let condition = other.node.get("condition").filter(|one| one.text() == Some("service_healthy"));
        let (Some(condition), Some(found)) = (condition, project.service(&other.key)) else { continue };
        let check = found.get("healthcheck");
        let test = check.and_then(|check| check.get("test"));
        let is_off = check.and_then(|check| check.get("disable")).is_some_and(Node::is_true)
            || test.is_some_and(|test| test.items().first().unwrap_or(test).text() == Some("NONE"));
        let (waiting, name) = (service.name(), &other.key);
        let problem = match (is_off, test) {
            (true, _) => {
                let message =
                    format!("`{waiting}` never starts: the health check of `{name}` is switched off");
                Diagnostic::error(Code::CannotWork, message)
            }
            (false, None) => {
                let message = format!(
                    "`{waiting}` only starts if the image of `{name}` has a health check: there is none in this file"
                );
                Diagnostic::warning(Code::CannotWork, message)
            }
            (false, Some(_)) => continue,
        };
        let help = format!(
            "write `healthcheck: {{test: [CMD, …]}}` at `{name}`, or `condition: service_started` here"
        );
        report.push(problem.at(&condition.place, "").help(help));
    }
}

/// What keeps a service that the server has to start from being started.
fn starts(project: &Project, service: Service<'_>, report: &mut Report) {
    let mut refuse = |node: &Node, why: &str, help: &str| {
        let message = format!("the server has to start `{}`, but {why}", service.name());
        report.push(Diagnostic::error(Code::CannotWork, message).at(&node.place, "").help(help));
    };
    if let Some(profiles) = project.profiles_of(service) {
        refuse(profiles, "it only starts with a Compose profile", "remove its `profiles`");
    }
    let replicas = service.get("deploy").and_then(|deploy| deploy.get("replicas"));
    for count in [service.get("scale"), replicas].into_iter().flatten() {
        if count.shown().is_some_and(|count| count == "0") {
            refuse(count, "this asks for no container", "write 1, or remove it");
        }
    }
}

/// An internal network has no way to the outside, in either direction. Source: docs.docker.com, `internal`.
fn outside(project: &Project, caddy: Service<'_>, report: &mut Report) {
    let names = caddy.networks();
    let networks = project.section("networks").filter(|(_, entry)| names.contains(&entry.key.as_str()));
    let internal =
        networks.filter_map(|(_, entry)| entry.node.entry("internal").filter(|key| key.node.is_true()));
    let internal: Vec<_> = internal.collect();
    if let Some(key) = internal.first().filter(|_| internal.len() >= names.len()) {
        let message =
            "Caddy is only on internal networks: browsers cannot reach it, and it gets no certificate";
        let help =
            "remove it; a network of its own can be internal for services that must not reach the internet";
        report.push(Diagnostic::error(Code::CannotWork, message).at(&key.at, "").help(help));
    }
}

const CADDY: &str = "`caddy: {image: caddy:2-alpine, ports: [\"80:80\", \"443:443\"], volumes: [\"./Caddyfile:/etc/caddy/Caddyfile:ro\"]}`";

/// A service that the server has to start is not there.
fn missing(project: &Project, name: &str, help: String) -> Diagnostic {
    let users = project.files.iter().find(|file| file.is_users);
    let services = users.and_then(|file| file.root.entry("services"));
    let within = users.map_or_else(String::new, |file| format!(" in {}", file.name));
    let message = format!("there is no service `{name}`{within}, but the server has to start it");
    let problem = Diagnostic::error(Code::UnknownName, message).help(help);
    match (services, users) {
        (Some(services), _) => problem.at(&services.at, ""),
        (None, Some(file)) => problem.at(&file.root.place.first_line(), ""),
        (None, None) => problem,
    }
}

/// The site's service, if it is there; adds what keeps the server from starting it.
fn site_service<'p>(project: &'p Project, report: &mut Report) -> Option<Service<'p>> {
    let service = project.service(&project.service);
    match service {
        Some(service) => starts(project, service, report),
        None => {
            let others =
                project.own_services().map(|service| service.name()).filter(|name| *name != WEB_SERVER);
            report.push(missing(project, &project.service, suggest(&project.service, others)));
        }
    }
    service
}

/// Traefik has a compose file of its own. The site's service has to be where it looks for that.
fn check_behind_traefik(project: &Project, network: &str, report: &mut Report) {
    let (Some(service), Some(host)) = (site_service(project, report), &project.upstream) else { return };
    let names = service.networks();
    let is_there = project.section("networks").any(|(_, entry)| {
        let name = entry.node.get("name").and_then(Node::text).unwrap_or(&entry.key);
        let is_external = entry.node.get("external").is_some_and(Node::is_true);
        is_external && name == network && names.contains(&entry.key.as_str())
    });
    if !is_there || !service.is_called(host) {
        let message = format!(
            "Traefik cannot reach `{}`: it looks for `{host}` on the external network `{network}`",
            service.name()
        );
        let help = format!(
            "write `container_name: {host}` and `networks: [{network}]` there, and on the outermost level \
             `networks: {{{network}: {{external: true}}}}`"
        );
        report.push(Diagnostic::error(Code::CannotWork, message).at(&service.entry.at, "").help(help));
    }
}

/// The web server and the site's service have to be there, and on one network.
fn check_web_server(project: &Project, report: &mut Report) {
    let Some(caddy) = project.service(WEB_SERVER) else {
        return report.push(missing(project, WEB_SERVER, format!("add it: {CADDY}")));
    };
    let Some(service) = site_service(project, report) else { return };
    check_upstream(project, caddy, report);
    // Of two services with this name, nobody knows which is meant, and that is reported.
    if project.services().filter(|service| service.name() == WEB_SERVER).count() == 1 {
        check_ports(caddy, report);
        starts(project, caddy, report);
    }
    outside(project, caddy, report);
    if let Some(mode) = service.get("network_mode") {
        let message = format!(
            "Caddy cannot reach `{}`: with `network_mode` it is on none of the file's networks",
            service.name()
        );
        return report
            .push(Diagnostic::error(Code::CannotWork, message).at(&mode.place, "").help("remove it"));
    }
    let (ours, theirs) = (caddy.networks(), service.networks());
    if !theirs.iter().any(|network| ours.contains(network)) {
        let place = service.get("networks").map_or(&service.entry.at, |node| &node.place);
        let message = format!(
            "Caddy cannot reach `{}`: it is on the network {}, and Caddy is on {}",
            service.name(),
            theirs.join(", "),
            ours.join(", ")
        );
        report.push(
            Diagnostic::error(Code::CannotWork, message)
                .at(place, "")
                .help(format!("add `{}` to this list", ours.join("` or `"))),
        );
    }
}

/// The address of Caddy's upstream has to be one of the project, unless it is outside of it.
fn check_upstream(project: &Project, caddy: Service<'_>, report: &mut Report) {
    let Some(host) = project.upstream.as_deref() else { return };
    let is_outside = host.contains('.') || host.starts_with('[') || host == "localhost";
    if is_outside
        || project.services().any(|service| service.is_called(host))
        || caddy.get("extra_hosts").is_some()
    {
        return;
    }
    let message = format!("Caddy forwards requests to `{host}`, and no service has this name");
    let problem =
        Diagnostic::error(Code::UnknownName, message).help(suggest(host, project.names("services")));
    let services =
        project.files.iter().filter(|file| file.is_users).find_map(|file| file.root.entry("services"));
    report.push(match services {
        Some(services) => problem.at(&services.at, ""),
        None => problem,
    });
}

/// Nobody reaches a site whose web server does not publish its ports.
fn check_ports(caddy: Service<'_>, report: &mut Report) {
    if !caddy.file.is_users || caddy.get("network_mode").is_some_and(|mode| mode.text() == Some("host")) {
        return;
    }
    let items = caddy.all("ports");
    let ports: Vec<_> = items.iter().map(|item| Port::read(item)).collect();
    // What cannot be read is reported elsewhere, and the rest is only known to the server.
    let Some(ports) = ports.into_iter().map(|port| port.ok().flatten()).collect::<Option<Vec<_>>>() else {
        return;
    };
    let has = |wanted: u16| {
        ports.iter().any(|port| {
            port.is_open()
                && port.protocol == "tcp"
                && port.host.as_ref().is_some_and(|host| host.contains(&wanted))
        })
    };
    let missing: Vec<_> =
        [80, 443].into_iter().filter(|port| !has(*port)).map(|port| format!("port {port}")).collect();
    if !missing.is_empty() {
        let place = caddy.get("ports").map_or(&caddy.entry.at, |node| &node.place);
        let message = format!(
            "Caddy does not publish {} of the server, so browsers cannot reach it there",
            missing.join(" and ")
        );
        // Without port 80, Caddy still gets its certificate on port 443, and only the redirect to HTTPS is missing.
        let severity = if has(443) { Severity::Warning } else { Severity::Error };
        let problem = Diagnostic { severity, ..Diagnostic::error(Code::CannotWork, message) };
        report.push(problem.at(&place.first_line(), "").help("write `ports: [\"80:80\", \"443:443\"]`"));
    }
}
