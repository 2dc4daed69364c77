//! Arguments that are described only when their command is called. Those of `init` come from the profiles, and to read
//! these would cost every other command half of its start.

use clap::builder::Resettable;
use clap::{ArgMatches, Args, Command, FromArgMatches};

use super::environment::with_variables;

/// The arguments of a command, with their environment variables.
#[derive(Debug)]
pub(super) struct Late<T>(pub(super) Box<T>);

impl<T: Args> Args for Late<T> {
    fn augment_args(command: Command) -> Command {
        command.defer(describe::<T>)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<T: FromArgMatches> FromArgMatches for Late<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        T::from_arg_matches(matches).map(|arguments| Self(Box::new(arguments)))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

/// The command with its arguments. What it is about is said already, and not by the type of its arguments.
fn describe<T: Args>(command: Command) -> Command {
    let about = [command.get_about().cloned(), command.get_long_about().cloned()];
    let [about, long_about] = about.map(Resettable::from);
    with_variables(T::augment_args(command).about(about).long_about(long_about))
}
