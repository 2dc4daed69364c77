//! What the name of an image tells: who can pull it, and on which port it probably listens.

use crate::compile::feasible::registry::{Login, Registry, token_file};
use crate::value::{Image, RegistryHost};

/// Who can pull an image, as far as its name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Open,
    /// Only its owner knows it; the value is whether it is probably open.
    Unknown(bool),
    /// Nobody without a login.
    Closed,
}

/// How an image is pulled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pull {
    /// The registry's host.
    pub registry: String,
    /// Who can pull it.
    pub access: Access,
    /// Why it may be closed, as a phrase; empty if it is open.
    pub why: &'static str,
    /// The user name that the registry wants beside the token.
    pub user: User,
}

/// The user name that a registry wants beside a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum User {
    /// Any.
    Any,
    /// This one.
    Known(String),
    /// One that only the owner of the token knows; the value says whose name it is.
    Asked(&'static str),
}

/// Registries without a row of their own from which everybody can pull: their owners publish them for that.
const OPEN: &[&str] = &[
    "public.ecr.aws",
    "mcr.microsoft.com",
    "registry.k8s.io",
    "registry.access.redhat.com",
    "lscr.io",
    "docker.elastic.co",
    "docker.n8n.io",
];

/// Namespaces of Docker Hub whose images everybody can pull: publishers of well-known programs.
const PUBLISHERS: &[&str] = &[
    "library",
    "adminer",
    "bitnami",
    "gitea",
    "grafana",
    "jenkins",
    "linuxserver",
    "louislam",
    "metabase",
    "n8nio",
    "nginxinc",
    "prom",
    "portainer",
    "traefik",
    "vaultwarden",
];

/// The ports of images on Docker Hub, by their `EXPOSE`.
const PORTS: &[(&str, u16)] = &[
    ("caddy", 80),
    ("drupal", 80),
    ("ghost", 2368),
    ("gitea/gitea", 3000),
    ("grafana/grafana", 3000),
    ("httpd", 80),
    ("joomla", 80),
    ("louislam/uptime-kuma", 3001),
    ("metabase/metabase", 3000),
    ("n8nio/n8n", 5678),
    ("nextcloud", 80),
    ("nginx", 80),
    ("phpmyadmin", 80),
    ("traefik/whoami", 80),
    ("vaultwarden/server", 80),
    ("wordpress", 80),
];

/// The port on which an image probably listens; 8080 if its name tells nothing.
#[must_use]
pub fn port(image: &Image) -> u16 {
    let path = on_docker_hub(image);
    let found = PORTS.iter().find(|(name, _)| Some(*name) == path);
    found.map_or(8080, |(_, port)| *port)
}

/// The path of an image on Docker Hub without tag and digest, and without `library/`; `None` if it is elsewhere.
fn on_docker_hub(image: &Image) -> Option<&str> {
    let host = RegistryHost::docker_hub();
    if image.registry() != host.as_str() {
        return None;
    }
    let name = image.as_str();
    let path = name.strip_prefix(host.as_str()).and_then(|rest| rest.strip_prefix('/')).unwrap_or(name);
    let path = path.split(['@', ':']).next().unwrap_or("");
    Some(path.strip_prefix("library/").unwrap_or(path))
}

impl Pull {
    /// What the name of an image tells.
    #[must_use]
    pub fn of(image: &Image) -> Self {
        let registry = image.registry().to_owned();
        if let Some(path) = on_docker_hub(image) {
            let owner = path.split_once('/').map(|(owner, _)| owner);
            return match owner.filter(|owner| !PUBLISHERS.contains(owner)) {
                None => Self { registry, access: Access::Open, why: "", user: User::Any },
                Some(owner) => Self {
                    registry,
                    access: Access::Unknown(true),
                    why: "a repository is public unless its owner made it private",
                    user: User::Known(owner.to_owned()),
                },
            };
        }
        if OPEN.contains(&registry.as_str()) {
            return Self { registry, access: Access::Open, why: "", user: User::Any };
        }
        match Registry::of(&registry) {
            Some(row) => Self {
                registry,
                access: if row.can_be_open { Access::Unknown(false) } else { Access::Closed },
                why: row.why,
                user: row.user.into(),
            },
            None => Self {
                registry,
                access: Access::Unknown(false),
                why: "only its owner knows who may pull from it",
                user: User::Asked("the user of this registry"),
            },
        }
    }

    /// The name of the file for the registry's token.
    #[must_use]
    pub fn file(&self) -> &'static str {
        token_file(&self.registry)
    }
}

impl From<Login> for User {
    fn from(login: Login) -> Self {
        match login {
            Login::Any => Self::Any,
            Login::As(name) => Self::Known(name.to_owned()),
            Login::Own(_, whose) => Self::Asked(whose),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(name: &str) -> Image {
        Image::parse(name).expect(name)
    }

    #[test]
    fn the_name_tells_who_can_pull() {
        use Access::{Closed, Open, Unknown};
        let any = || User::Any;
        let known = |name: &str| User::Known(name.to_owned());
        for (name, access, user, file) in [
            ("nginx", Open, any(), "registry-token"),
            ("docker.io/library/nginx:1", Open, any(), "registry-token"),
            ("traefik/whoami", Open, any(), "registry-token"),
            ("public.ecr.aws/nginx/nginx", Open, any(), "registry-token"),
            ("anna/shop:2", Unknown(true), known("anna"), "registry-token"),
            ("ghcr.io/anna/shop", Unknown(false), any(), "ghcr-token"),
            ("registry.gitlab.com/a/b", Unknown(false), User::Asked("the deploy token"), "registry-token"),
            ("fra.ocir.io/a/b", Unknown(false), User::Asked("written as NAMESPACE/USER"), "registry-token"),
            ("eu.gcr.io/a/b", Unknown(false), known("_json_key_base64"), "registry-token"),
            ("1.dkr.ecr.eu-central-1.amazonaws.com/a", Closed, known("AWS"), "registry-token"),
            (
                "registry.example.com:5000/a",
                Unknown(false),
                User::Asked("the user of this registry"),
                "registry-token",
            ),
        ] {
            let pull = Pull::of(&image(name));
            assert_eq!((pull.access, &pull.user, pull.file()), (access, &user, file), "{name}");
            assert_eq!(pull.why.is_empty(), access == Open, "{name}");
        }
    }

    #[test]
    fn the_name_tells_the_port_of_a_well_known_program() {
        for (name, wanted) in [
            ("nginx:1.27", 80),
            ("docker.io/library/ghost", 2368),
            ("grafana/grafana@sha256:0000000000000000000000000000000000000000000000000000000000000000", 3000),
            ("ghcr.io/anna/nginx", 8080),
            ("anna/shop", 8080),
        ] {
            assert_eq!(port(&image(name)), wanted, "{name}");
        }
    }
}
