//! What a compose file offers to whoever chooses the service to publish: its services, their ports and images.

use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::compile::compose_file::interpolate::Variables;
use crate::compile::compose_file::node::Node;
use crate::compile::compose_file::port::{self, Port};
use crate::compile::compose_file::read::read;
use crate::finding::Report;
use crate::text::source::{Place, Source};

/// A service of a compose file.
#[derive(Debug, PartialEq, Eq)]
pub struct Offered {
    /// The service's name.
    pub name: String,
    /// The container's TCP ports that the file names, those of `expose` first, each once.
    pub ports: Vec<u16>,
    /// The image's name; `None` if the file names none.
    pub image: Option<String>,
}

/// The services of a compose file in its order; none if it is no compose file.
#[must_use]
pub fn offered(source: &Arc<Source>) -> Vec<Offered> {
    let root = read(&Place::all(source), &Variables::default(), &mut Report::default());
    let services = root.as_ref().and_then(|root| root.get("services")).map_or(&[][..], Node::entries);
    let services = services.iter().filter(|entry| !entry.key.starts_with("x-"));
    services
        .map(|entry| Offered {
            name: entry.key.clone(),
            ports: ports(&entry.node),
            image: entry.node.get("image").and_then(Node::text).map(str::to_owned),
        })
        .collect()
}

fn ports(service: &Node) -> Vec<u16> {
    let items = |key: &str| service.get(key).map_or(&[][..], Node::items).iter();
    let exposed = items("expose").filter_map(|item| {
        let text = item.shown()?;
        let (ports, protocol) = text.split_once('/').unwrap_or((&text, "tcp"));
        port::range(ports).ok().filter(|_| protocol == "tcp")
    });
    let published = items("ports").filter_map(|item| Port::read(item).ok().flatten());
    let published = published.filter(|port| port.protocol == "tcp").map(|port| port.container);
    let mut found: Vec<u16> = Vec::new();
    for port in exposed.chain(published).filter_map(only) {
        if !found.contains(&port) {
            found.push(port);
        }
    }
    found
}

/// The port of a range that consists of one; of many, nobody knows which is meant.
fn only(range: RangeInclusive<u16>) -> Option<u16> {
    (range.start() == range.end() && *range.start() > 0).then(|| *range.start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_with_their_ports_and_images() {
        let text = "x-a: &a {image: a}\nservices:\n  web:\n    <<: *a\n    ports: [\"8080:80\", \"53:53/udp\"]\n    \
                    expose: [9000, \"80\"]\n  db:\n    build: .\n    ports: [\"8000-8010:8000-8010\"]\n  x-no: {}\n";
        let found = offered(&Source::file("compose.yaml", text));
        let of = |name: &str, ports: &[u16], image: Option<&str>| Offered {
            name: name.to_owned(),
            ports: ports.to_vec(),
            image: image.map(str::to_owned),
        };
        assert_eq!(found, [of("web", &[9000, 80], Some("a")), of("db", &[], None)]);
        for text in ["", "a: [", "services: [a]", "- a", "services: {a: {ports: [x, {}]}}"] {
            let found = offered(&Source::file("compose.yaml", text));
            assert!(found.iter().all(|service| service.ports.is_empty()), "{text}");
        }
    }
}
