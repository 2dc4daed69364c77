//! The environment variables that stand for options: `FIRSTLIGHT_DOMAIN` for `--domain`.

use clap::builder::FalseyValueParser;
use clap::{Arg, ArgAction, Command};

/// What their names begin with.
const PREFIX: &str = "FIRSTLIGHT_";

/// The environment variable of an option; `None` if it has none.
pub(super) fn variable(option: &str) -> Option<String> {
    let name = option.to_uppercase().replace('-', "_");
    (!matches!(option, "help" | "version")).then(|| format!("{PREFIX}{name}"))
}

/// What the environment gives, written as arguments.
pub(super) fn given() -> impl Iterator<Item = String> {
    std::env::vars_os().filter_map(|(name, value)| {
        let option = name.to_str()?.strip_prefix(PREFIX)?.to_lowercase().replace('_', "-");
        Some(format!("--{option}={}", value.to_string_lossy()))
    })
}

/// A command and those below it, with a variable for each option.
pub(super) fn with_variables(command: Command) -> Command {
    command.mut_args(or_from_environment).mut_subcommands(with_variables)
}

fn or_from_environment(argument: Arg) -> Arg {
    let Some(variable) = argument.get_long().and_then(variable) else { return argument };
    let argument = match argument.get_action() {
        // As a flag that is there; as a variable it may say no.
        ArgAction::SetTrue => argument.value_parser(FalseyValueParser::new()),
        _ => argument,
    };
    argument.env(variable).hide_env(true)
}
