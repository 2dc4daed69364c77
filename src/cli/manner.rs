//! How every command speaks: how much it says, and whether in colours.

use std::io::IsTerminal;
use std::sync::OnceLock;

use clap::{Args, ValueEnum};

/// How every command speaks.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "For every command")]
pub(super) struct Manner {
    /// Print errors, warnings and notes, but no hints about what to do next
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Also say which files are read and written
    #[arg(long, short, global = true)]
    pub(super) verbose: bool,
    /// When to use colours; auto: on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN", hide_possible_values = true)]
    pub(super) color: Colour,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How this run speaks; as if nothing had been said about it, until `speak` says so.
static CHOSEN: OnceLock<Manner> = OnceLock::new();

/// Says how this run speaks, before it does.
pub(super) fn speak(manner: Manner) {
    let _ = CHOSEN.set(manner);
}

/// Whether hints about what to do next are not wanted.
pub(super) fn is_quiet() -> bool {
    CHOSEN.get().is_some_and(|manner| manner.quiet)
}

/// Whether details of what is being done are wanted.
pub(super) fn is_verbose() -> bool {
    CHOSEN.get().is_some_and(|manner| manner.verbose)
}

/// Whether what is written to a stream is coloured.
pub(super) fn colours(stream: &impl IsTerminal) -> bool {
    match CHOSEN.get().map(|manner| manner.color).unwrap_or_default() {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => {
            stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    }
}
