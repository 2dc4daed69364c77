//! What this server needs of a compose file, and what it cannot do for one.

use crate::base::nearest::suggest;
use crate::compile::compose_file::node::Node;
use crate::compile::compose_file::project::{Project, Service, WEB_SERVER};
use crate::finding::{Code, Diagnostic, Report};

/// Adds what could not come up.
pub(super) fn check(project: &Project, report: &mut Report) {
    for service in project.own_services() {
        built(service, report);
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
    check_web_server(project, report);
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

const CADDY: &str = "`caddy: {image: caddy:2-alpine, ports: [\"80:80\", \"443:443\"], volumes: [\"./Caddyfile:/etc/caddy/Caddyfile:ro\"]}`";

/// The web server and the site's service have to be there, and on one network.
fn check_web_server(project: &Project, report: &mut Report) {
    let missing = |name: &str, help: String| {
        let users = project.files.iter().find(|file| file.is_users);
        let services = users.and_then(|file| file.root.entry("services"));
        let message = format!("there is no service `{name}`, but the server has to start it");
        let problem = Diagnostic::error(Code::UnknownName, message).help(help);
        match services {
            Some(services) => problem.at(&services.at, ""),
            None => problem,
        }
    };
    let Some(caddy) = project.service(WEB_SERVER) else {
        return report.push(missing(WEB_SERVER, format!("add it: {CADDY}")));
    };
    let Some(service) = project.service(&project.service) else {
        return report.push(missing(&project.service, suggest(&project.service, project.names("services"))));
    };
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
