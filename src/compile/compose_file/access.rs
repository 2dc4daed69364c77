//! What a service may do to the server itself.

use crate::compile::compose_file::mount::{Mount, Source};
use crate::compile::compose_file::node::Node;
use crate::compile::compose_file::project::{Project, Service};
use crate::finding::{Code, Diagnostic, Report};
use crate::text::source::Place;
use crate::value::{ENGINES, of_the_system};

/// Adds what each of the user's services is given, as warnings.
pub(super) fn check(project: &Project, report: &mut Report) {
    for service in project.own_services() {
        let mut warn_with = |place: &Place, what: &str, help: &str| {
            let message = format!("`{}` {what}", service.name());
            report.push(Diagnostic::warning(Code::HostAccess, message).at(place, "").help(help));
        };
        mounts(service, &mut warn_with);
        let mut warn =
            |place: &Place, what: &str| warn_with(place, what, "remove it if the service does not need it");
        keys(service, &mut warn);
        for item in service.all("cap_add").into_iter().filter(|item| {
            item.text().is_some_and(|name| {
                matches!(name.to_ascii_uppercase().as_str(), "ALL" | "SYS_ADMIN" | "CAP_SYS_ADMIN")
            })
        }) {
            warn(&item.place, "gets capabilities that let it become root on the server");
        }
    }
}

fn mounts(service: Service<'_>, warn: &mut impl FnMut(&Place, &str, &str)) {
    for item in service.all("volumes") {
        let Ok(Some(Mount { source: Source::Path(path), place, is_read_only, .. })) = Mount::read(item)
        else {
            continue;
        };
        let path = if path == "/" { path.as_str() } else { path.trim_end_matches('/') };
        if ENGINES.contains(&path) {
            let what = "gets Docker's socket: everybody who can use it is root on the server";
            warn(&place, what, "remove it if the service does not need it");
        } else if let Some(why) = of_the_system(path, is_read_only) {
            let what = format!(
                "gets {path}: {why}, and a program that can read or change it can take over the server"
            );
            let help = match is_read_only || of_the_system(path, true).is_some() {
                true => "remove it if the service does not need it",
                false => "add `:ro`, or `read_only: true`: the service can then read it but not change it",
            };
            warn(&place, &what, help);
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
    let options = service
        .all("security_opt")
        .into_iter()
        .filter(|item| item.text().is_some_and(|text| text.ends_with("unconfined")));
    options.for_each(|item: &Node| {
        warn(
            &item.place,
            "is not confined by a security profile: a vulnerability in it can do more harm to the server",
        )
    });
}
