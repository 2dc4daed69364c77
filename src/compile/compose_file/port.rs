//! An entry of a service's `ports`.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use crate::compile::compose_file::node::{Node, Value};
use crate::finding::{Code, Diagnostic};
use crate::text::source::Place;

/// One entry: a container's ports, and the server's they are reached by.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Port {
    /// The server's address; any if none.
    pub address: Option<IpAddr>,
    /// The server's ports; one that Docker chooses if none.
    pub host: Option<RangeInclusive<u16>>,
    /// The container's ports.
    pub container: RangeInclusive<u16>,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
    /// Where the entry stands.
    pub place: Place,
}

impl Port {
    /// Reads an entry; nothing if only the server knows it.
    pub(crate) fn read(item: &Node) -> Result<Option<Self>, Diagnostic> {
        let refuse = |why: String| {
            let problem = Diagnostic::error(Code::BadValue, why).at(&item.place, "");
            problem.help("write \"HOST:CONTAINER\" or \"ADDRESS:HOST:CONTAINER\", and append /udp for UDP")
        };
        match &item.value {
            Value::Text(text) => short(text, &item.place).map(Some).map_err(refuse),
            Value::Int(number) => short(&number.to_string(), &item.place).map(Some).map_err(refuse),
            Value::Map(_) => long(item).map_err(refuse),
            _ => Ok(None),
        }
    }

    /// Whether it can be reached from elsewhere than the server.
    pub(crate) fn is_open(&self) -> bool {
        !self.address.is_some_and(|address| address.is_loopback())
    }
}

/// `[[ADDRESS:]HOST:]CONTAINER[/PROTOCOL]`, each port perhaps a range.
fn short(text: &str, place: &Place) -> Result<Port, String> {
    let (ports, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let (rest, container) = ports.rsplit_once(':').map_or((None, ports), |(rest, port)| (Some(rest), port));
    let (address, host) = match rest {
        None => (None, None),
        Some(rest) => match rest.rsplit_once(':') {
            Some((address, host)) => (Some(address), Some(host)),
            None => (None, Some(rest)),
        },
    };
    let container = range(container)?;
    let host = host.filter(|host| !host.is_empty()).map(range).transpose()?;
    if let Some(host) = &host {
        let (one, other) = (host.end() - host.start(), container.end() - container.start());
        // Of many ports of the server, one container's gets whichever is free.
        if one != other && other != 0 {
            return Err(format!("the two ranges in `{text}` differ in length"));
        }
    }
    Ok(Port {
        address: address.map(ip).transpose()?.flatten(),
        host,
        container,
        protocol: self::protocol(protocol)?,
        place: place.clone(),
    })
}

fn long(item: &Node) -> Result<Option<Port>, String> {
    let text = |key: &str| match item.get(key).map(|node| &node.value) {
        Some(Value::Unknown) => Err(()),
        _ => Ok(item.get(key).and_then(Node::shown).filter(|text| !text.is_empty())),
    };
    let (Ok(target), Ok(host), Ok(address), Ok(protocol)) =
        (text("target"), text("published"), text("host_ip"), text("protocol"))
    else {
        return Ok(None);
    };
    let Some(target) = target else {
        return Err("this port has no `target`, which is the container's port".to_owned());
    };
    Ok(Some(Port {
        address: address.as_deref().map(ip).transpose()?.flatten(),
        host: host.as_deref().map(range).transpose()?,
        container: range(&target)?,
        protocol: self::protocol(protocol.as_deref().unwrap_or("tcp"))?,
        place: item.get("published").unwrap_or(item).place.clone(),
    }))
}

/// The port or the range of ports that a text is.
pub(super) fn range(text: &str) -> Result<RangeInclusive<u16>, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let port = |text: &str| text.parse::<u16>().map_err(|_| format!("`{text}` is not a port"));
    let range = port(first)?..=port(last)?;
    if range.is_empty() { Err(format!("`{text}` is a range that ends before it begins")) } else { Ok(range) }
}

/// No address, if it is that of all.
fn ip(text: &str) -> Result<Option<IpAddr>, String> {
    let text = text.trim_start_matches('[').trim_end_matches(']');
    if text.is_empty() {
        return Ok(None);
    }
    let address: IpAddr = text.parse().map_err(|_| format!("`{text}` is not an address"))?;
    Ok(Some(address).filter(|address| !address.is_unspecified()))
}

fn protocol(text: &str) -> Result<String, String> {
    let lower = text.to_ascii_lowercase();
    if matches!(lower.as_str(), "tcp" | "udp" | "sctp") {
        Ok(lower)
    } else {
        Err(format!("`{text}` is not a protocol"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::Source;

    /// Address, the server's ports, the container's ports and protocol.
    fn port(text: &str) -> Option<String> {
        let Port { address, host, container, protocol, .. } =
            short(text, &Place::all(&Source::flag("", text))).ok()?;
        let address = address.map_or("any".to_owned(), |address| address.to_string());
        let host = host.map_or("some".to_owned(), |host| format!("{host:?}"));
        Some(format!("{address} {host} {container:?} {protocol}"))
    }

    /// As Compose 2.26.1 reads them.
    #[test]
    fn short_forms() {
        for (text, said) in [
            ("80", "any some 80..=80 tcp"),
            ("8080:80", "any 8080..=8080 80..=80 tcp"),
            ("443:443/udp", "any 443..=443 443..=443 udp"),
            ("0.0.0.0:79-81:9-11", "any 79..=81 9..=11 tcp"),
            ("127.0.0.1::80", "127.0.0.1 some 80..=80 tcp"),
            ("[::1]:80:80", "::1 80..=80 80..=80 tcp"),
            ("8000-9000:80", "any 8000..=9000 80..=80 tcp"),
        ] {
            assert_eq!(port(text).as_deref(), Some(said), "{text}");
        }
        for text in ["70000:80", "a:80", "80:80:80:80", "1.2.3.4.5:80:80", "80:80/foo", "8000-8001:80-90", ""]
        {
            assert_eq!(port(text), None, "{text}");
        }
    }
}
