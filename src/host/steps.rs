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
    /// What it waits for that comes from outside: nodes of the story, if they are in it.
    pub outside: &'static [&'static str],
    /// What it does.
    pub what: &'static str,
}

macro_rules! steps {
    ($($name:ident needs[$($needs:ident)*] later[$($later:ident)*] starts[$($starts:ident)*]
        outside[$($outside:ident)*] $what:literal)*) => {
        /// Every step, in the order in which `firstlight status` shows them.
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
