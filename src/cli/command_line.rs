//! The command line as a whole: its arguments, and the environment variables that stand for them.

use clap::parser::ValueSource;
use clap::{ArgMatches, Command, CommandFactory, FromArgMatches};

use super::arguments::Cli;
use super::environment::{variable, with_variables};

/// Reads the command line of this process.
///
/// # Errors
/// It is wrong, or it asks for help.
pub(super) fn read() -> clap::error::Result<Read> {
    read_from(std::env::args_os().collect())
}

/// A command line that has been read.
pub(super) struct Read {
    pub(super) cli: Cli,
    /// The environment variables that stand for options of it.
    pub(super) variables: Vec<String>,
}

/// Reads a command line; the first argument is the program's name.
pub(super) fn read_from(arguments: Vec<std::ffi::OsString>) -> clap::error::Result<Read> {
    let mut command = command();
    let matches = command.try_get_matches_from_mut(arguments)?;
    let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    let (_, of_command) = matches.subcommand().unzip();
    let mut variables: Vec<_> =
        std::iter::once(&matches).chain(of_command).flat_map(from_environment).collect();
    // Those of every command are in both.
    variables.sort();
    variables.dedup();
    Ok(Read { cli, variables })
}

/// The environment variables that gave something.
fn from_environment(matches: &ArgMatches) -> Vec<String> {
    let ids = matches.ids().map(clap::Id::as_str);
    let given = ids.filter(|id| matches.value_source(id) == Some(ValueSource::EnvVariable));
    given.filter_map(variable).collect()
}

/// The command line with its environment variables: `FIRSTLIGHT_DOMAIN` for `--domain`, and so on for every option.
pub(super) fn command() -> Command {
    with_variables(Cli::command())
}
