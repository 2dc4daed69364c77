//! The steps of the host side and their dependencies, as in `graph.py` of the program in `profiles/_host`; a test
//! compares the two.

/// A step of the host side, one of those that `firstlight.service` runs.
#[derive(Debug)]
pub struct HostStep {
    /// The name of the step.
    pub name: &'static str,
    /// The names of the steps that must be done before this one begins.
    pub needs: &'static [&'static str],
    /// The names of what the step waits for that does not come from the server, such as `token` or `certificate`.
    /// [`explain`](crate::explain()) shows them if the document needs them.
    pub outside: &'static [&'static str],
    /// What the step does, in whole sentences. All sites have all steps, except that `manage` is there only if the
    /// application manages the server, and one of `caddy` and `traefik` is there.
    pub what: &'static str,
}

macro_rules! steps {
    ($($name:ident needs[$($needs:ident)*] outside[$($outside:ident)*] $what:literal)*) => {
        /// All steps, in the order in which `firstlight status` shows them.
        pub const STEPS: &[HostStep] = &[$(HostStep {
            name: stringify!($name),
            needs: &[$(stringify!($needs)),*],
            outside: &[$(stringify!($outside)),*],
            what: $what,
        }),*];
    };
}

steps! {
    preflight needs[] outside[]
    "Checks the server: its system, memory and disk, the time, its route to the internet, ports 80 and 443."

    files needs[preflight] outside[secrets]
    "Writes the site's files and the secrets in them; keeps the files that you edited."

    docker needs[preflight] outside[]
    "Installs Docker and Compose if they are missing, and starts Docker."

    caddy needs[files docker] outside[]
    "Pulls and starts Caddy, which requests the certificate."

    traefik needs[files docker] outside[]
    "Pulls and starts Traefik, which requests the certificate."

    app needs[files docker] outside[token]
    "Pulls the images and starts the containers. A new image is kept only if it becomes healthy."

    ready needs[caddy traefik] outside[certificate]
    "Done when the site answers over HTTPS."

    manage needs[app] outside[]
    "Makes an SSH key with which the application logs in to this server as root, and registers the server at the application."
}
