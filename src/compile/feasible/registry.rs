//! Registries that require a login for some images.

use Login::{Any, As, Own};

/// What a registry does when a stranger asks for an image.
#[derive(Debug)]
pub(crate) struct Registry {
    /// Its host; `*` stands for any part of it.
    host: &'static str,
    /// Whether an owner can open an image to everyone.
    pub(crate) can_be_open: bool,
    /// Why a stranger may get nothing.
    pub(crate) why: &'static str,
    /// The user that a token is for.
    pub(crate) user: Login,
}

/// The user name that a registry wants beside a token.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Login {
    /// Any.
    Any,
    /// This one.
    As(&'static str),
    /// One that only the owner of the token knows: what stands for it in a command, and whose name it is.
    Own(&'static str, &'static str),
}

impl Login {
    /// What to set as the user, where the registry does not take any.
    pub(crate) fn written(self) -> Option<&'static str> {
        match self {
            Self::Any => None,
            Self::As(name) | Self::Own(name, _) => Some(name),
        }
    }
}

/// Where a new image is closed until its owner opens it. Docker Hub is not among them: what is pushed there is open.
const REGISTRIES: &[Registry] = &[
    // docs.github.com: "When you first publish a package, the default visibility is private".
    row("ghcr.io", true, "a package is private until its owner makes it public", Any),
    // docs.github.com, the registry before ghcr.io: every pull needs a login.
    row("docker.pkg.github.com", false, "requires a login for every pull", Any),
    // docs.gitlab.com: a project's visibility is that of its images.
    row(
        "registry.gitlab.com",
        true,
        "an image is as private as its project",
        Own("NAME (the deploy token's)", "the deploy token"),
    ),
    // docs.aws.amazon.com, "Private registry authentication": the user is AWS, the password lasts twelve hours.
    row(
        "*.dkr.ecr.*.amazonaws.com",
        false,
        "requires a login for every pull, with a password that is valid for twelve hours",
        As("AWS"),
    ),
    row(
        "*.dkr.ecr.*.amazonaws.com.cn",
        false,
        "requires a login for every pull, with a password that is valid for twelve hours",
        As("AWS"),
    ),
    // learn.microsoft.com: anonymous pull is off, and can be switched on from the Standard tier.
    row(
        "*.azurecr.io",
        true,
        "anonymous pulls are refused until its owner allows them",
        Own("NAME (the registry token's)", "the registry token"),
    ),
    // cloud.google.com: a repository is open once allUsers may read it.
    row(
        "*-docker.pkg.dev",
        true,
        "a repository is private until its owner makes it public",
        As("_json_key_base64"),
    ),
    row("gcr.io", true, "a repository is private until its owner makes it public", As("_json_key_base64")),
    row("*.gcr.io", true, "a repository is private until its owner makes it public", As("_json_key_base64")),
    // docs.redhat.com: a repository made by a push is private, whatever the plan.
    row(
        "quay.io",
        true,
        "a repository that a push creates is private",
        Own("NAME (the robot account's)", "the robot account"),
    ),
    // docs.digitalocean.com: the registry is private.
    row("registry.digitalocean.com", false, "requires a login for every pull", Any),
    // www.scaleway.com: a namespace is private by default.
    row("rg.*.scw.cloud", true, "a namespace is private until its owner makes it public", As("nologin")),
    // docs.oracle.com: repositories are private or public.
    row(
        "*.ocir.io",
        true,
        "a repository is private until its owner makes it public",
        Own("NAMESPACE/USER", "written as NAMESPACE/USER"),
    ),
];

const fn row(host: &'static str, can_be_open: bool, why: &'static str, user: Login) -> Registry {
    Registry { host, can_be_open, why, user }
}

/// The name of the file with the token for a registry.
pub(crate) fn token_file(host: &str) -> &'static str {
    if host == "ghcr.io" { "ghcr-token" } else { "registry-token" }
}

impl Registry {
    /// The row of a host, if there is one.
    pub(crate) fn of(host: &str) -> Option<&'static Self> {
        REGISTRIES.iter().find(|registry| registry.is(host))
    }

    fn is(&self, host: &str) -> bool {
        let Some((start, rest)) = self.host.split_once('*') else { return self.host == host };
        let (middle, end) = rest.split_once('*').unwrap_or(("", rest));
        let inner = host.strip_prefix(start).and_then(|host| host.strip_suffix(end));
        inner.is_some_and(|inner| !inner.is_empty() && inner.contains(middle))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_known_by_their_parts() {
        let row = |host| Registry::of(host).map(|registry| registry.host);
        assert_eq!(row("ghcr.io"), Some("ghcr.io"));
        assert_eq!(row("123456789012.dkr.ecr.eu-central-1.amazonaws.com"), Some("*.dkr.ecr.*.amazonaws.com"));
        assert_eq!(row("europe-west1-docker.pkg.dev"), Some("*-docker.pkg.dev"));
        assert_eq!(row("rg.fr-par.scw.cloud"), Some("rg.*.scw.cloud"));
        for open in [
            "docker.io",
            "public.ecr.aws",
            "mcr.microsoft.com",
            "registry.k8s.io",
            "xghcr.io",
            "azurecr.io",
            "localhost:5000",
        ] {
            assert_eq!(row(open), None, "{open}");
        }
    }
}
