//! The flags that are keys of a configuration, too: one for each row of its table.

use std::collections::BTreeMap;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use crate::compile::config::TopKey;

/// The flags that are keys of a configuration, too.
#[derive(Debug)]
pub(super) struct TopFlags(pub(super) BTreeMap<TopKey, String>);

impl TopFlags {
    /// The value of a flag; `None` if it was not given.
    pub(super) fn get(&self, key: TopKey) -> Option<&str> {
        self.0.get(&key).map(String::as_str)
    }
}

impl Args for TopFlags {
    fn augment_args(command: Command) -> Command {
        TopKey::ALL.into_iter().fold(command, |command, key| {
            command.arg(
                Arg::new(key.name())
                    .long(key.name())
                    .value_name(key.value())
                    .help(key.help())
                    .help_heading("What to render"),
            )
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for TopFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |key: TopKey| Some((key, matches.get_one::<String>(key.name())?.clone()));
        Ok(Self(TopKey::ALL.into_iter().filter_map(given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.extend(Self::from_arg_matches(matches)?.0);
        Ok(())
    }
}
