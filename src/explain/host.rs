//! The host side's steps: what each needs, as the scripts in `profiles/_host` say it (a test compares them).

/// A step of the host side: a unit `firstlight@NAME` and a function `step_NAME`.
#[derive(Debug)]
pub struct HostStep {
    /// Its name.
    pub name: &'static str,
    /// The steps that have to be done before it begins.
    pub needs: &'static [&'static str],
    /// The steps that it waits for later on.
    pub later: &'static [&'static str],
    /// The steps that it starts without waiting for them.
    pub starts: &'static [&'static str],
    /// What it does.
    pub what: &'static str,
}

/// Every step, in the order in which `firstlight status` shows them.
pub const STEPS: &[HostStep] = &[
    HostStep {
        name: "preflight",
        needs: &[],
        later: &[],
        starts: &[],
        what: "Is the server fit: its system, memory and disk, the time, an IPv4 route, ports 80 and 443?",
    },
    HostStep {
        name: "files",
        needs: &["preflight"],
        later: &[],
        starts: &[],
        what: "Puts the site's files in their places, with their secrets filled in; keeps those that you edited.",
    },
    HostStep {
        name: "docker",
        needs: &["preflight"],
        later: &[],
        starts: &[],
        what: "Installs Docker and Compose if they are not there, and starts Docker.",
    },
    HostStep {
        name: "caddy",
        needs: &["docker", "files"],
        later: &[],
        starts: &[],
        what: "Pulls and starts Caddy, which asks for the certificate.",
    },
    HostStep {
        name: "app",
        needs: &["docker", "files"],
        later: &["caddy"],
        starts: &["ready"],
        what: "Pulls the images, and starts the containers when Caddy runs. A new image stays only if it gets healthy.",
    },
    HostStep {
        name: "ready",
        needs: &[],
        later: &[],
        starts: &[],
        what: "Done when the site answers by HTTPS.",
    },
];
