//! The arguments of `init`: each of its questions is a flag, too.

use std::collections::BTreeMap;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use super::offers::{ASKED, Offer};

/// What is known already. In a terminal, init asks for the rest; elsewhere it takes the defaults.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The site's domain
    #[arg(long, value_name = "DOMAIN")]
    pub(super) domain: Option<String>,
    /// The cloud provider on which the server will be; `firstlight providers` lists the names, and `other` is any other
    #[arg(long, value_name = "PROVIDER|other")]
    pub(super) provider: Option<String>,
    /// The profile, which says what the server runs, or the path of your own profile's folder
    #[arg(long, value_name = "NAME|./FOLDER")]
    pub(super) profile: Option<String>,
    #[command(flatten)]
    pub(super) settings: SettingFlags,
    /// A reference that says where the registry token is, never the token itself; none if the image is public
    #[arg(long, value_name = "REFERENCE")]
    pub(super) token: Option<String>,
    /// Set any other setting of the profile; can be repeated; `firstlight schema` lists the settings
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// Ask nothing: take the default for everything that no flag says
    #[arg(long, short)]
    pub(super) yes: bool,
    /// Overwrite firstlight.yaml and the document if they exist
    #[arg(long)]
    pub(super) force: bool,
}

/// The flags for settings: those that a profile requires, and those that init asks for if they are needed.
#[derive(Debug)]
pub(super) struct SettingFlags(pub(super) BTreeMap<String, String>);

/// A flag's name without its dashes, for the setting of this name.
pub(super) fn flag(key: &str) -> String {
    key.replace('_', "-")
}

impl Args for SettingFlags {
    fn augment_args(command: Command) -> Command {
        ASKED.iter().fold(command, |command, Offer { key, value, help }| {
            command.arg(Arg::new(key).long(flag(key)).value_name(value).help(help))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for SettingFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |offer: &Offer| Some((offer.key.clone(), matches.get_one::<String>(&offer.key)?.clone()));
        Ok(Self(ASKED.iter().filter_map(given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.extend(Self::from_arg_matches(matches)?.0);
        Ok(())
    }
}
