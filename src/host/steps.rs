//! The steps of the host side and their dependencies, as in the scripts in `profiles/_host`; a test compares the two.

/// A step of the host side, which is a unit `firstlight@NAME.service` and a function `step_NAME`.
#[derive(Debug)]
pub struct HostStep {
    /// The name of the step.
    pub name: &'static str,
    /// The names of the steps that must be done before this one begins.
    pub needs: &'static [&'static str],
    /// The names of the steps for which this one waits while it is running.
    pub later: &'static [&'static str],
    /// The names of the steps that this one starts without waiting for them.
    pub starts: &'static [&'static str],
    /// The names of what the step waits for that does not come from the server, such as `token` or `certificate`.
    /// [`explain`](crate::explain()) shows them if the document needs them.
    pub outside: &'static [&'static str],
    /// What the step does, in whole sentences.
    pub what: &'static str,
}

macro_rules! steps {
    ($($name:ident needs[$($needs:ident)*] later[$($later:ident)*] starts[$($starts:ident)*]
        outside[$($outside:ident)*] $what:literal)*) => {
        /// All steps, in the order in which `firstlight status` shows them.
        pub const STEPS: &[HostStep] = &[$(HostStep {
            name: stringify!($name),
            needs: &[$(stringify!($needs)),*],
            later: &[$(stringify!($later)),*],
            starts: &[$(stringify!($starts)),*],
            outside: &[$(stringify!($outside)),*],
            what: $what,
        }),*];
    };
}

steps! {
    preflight needs[] later[] starts[] outside[]
    "Checks the server: its system, memory and disk, the time, an IPv4 route, ports 80 and 443."

    files needs[preflight] later[] starts[] outside[secrets]
    "Writes the site's files and the secrets in them; keeps the files that you edited."

    docker needs[preflight] later[] starts[] outside[]
    "Installs Docker and Compose if they are missing, and starts Docker."

    caddy needs[docker files] later[] starts[] outside[]
    "Pulls and starts Caddy, which requests the certificate."

    app needs[docker files] later[caddy] starts[ready] outside[token]
    "Pulls the images, and starts the containers when Caddy runs. A new image is kept only if it becomes healthy."

    ready needs[] later[] starts[] outside[certificate]
    "Done when the site answers over HTTPS."
}
