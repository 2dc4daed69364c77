//! What packages bring beside the program: completions for shells, and manual pages.

use std::path::Path;

use anyhow::Context;
use clap_complete::Shell;

use super::command_line::command;
use super::{Outcome, output};

/// Prints what a shell has to read to complete the command line.
pub(super) fn completions(shell: Shell) -> anyhow::Result<Outcome> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut command(), "firstlight", &mut text);
    output::file(None, &text, 0o644, false)?;
    Ok(Outcome::Done)
}

/// Writes the manual pages of the program and of each command into a folder, which is made if it is not there.
pub(super) fn pages(folder: &Path) -> anyhow::Result<Outcome> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make {}", super::terminal::named(folder)))?;
    let mut whole = command();
    whole.build();
    let commands = whole.get_subcommands().filter(|one| !one.is_hide_set() && one.get_name() != "help");
    for one in std::iter::once(&whole).chain(commands) {
        // Of a command it is `firstlight-render`, which man(1) finds for `man firstlight render` as well.
        let name = one.get_display_name().unwrap_or_else(|| one.get_name()).to_owned();
        let page = clap_mangen::Man::new(one.clone().name(name.clone()));
        let mut text = Vec::new();
        page.render(&mut text)?;
        output::file(Some(&folder.join(format!("{name}.1"))), &text, 0o644, false)?;
    }
    Ok(Outcome::Done)
}
