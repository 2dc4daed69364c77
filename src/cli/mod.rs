//! The command line: the only module that uses files, the environment, the clock, randomness or the terminal.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod arguments;
mod check;
mod command_line;
mod compose_files;
mod diff;
mod embed;
mod environment;
mod examples;
mod explain;
mod files;
mod fleet;
mod init;
mod init_arguments;
mod input;
mod late;
mod listing;
mod manner;
mod manual;
mod next_steps;
mod offers;
mod options;
mod output;
mod output_folder;
mod platform;
mod profiles;
mod read;
mod read_folder;
mod render;
mod repository;
mod review;
mod terminal;
mod top_flags;
mod usage;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use anyhow::anyhow;

use crate::evidence;
use crate::finding::{Code, Diagnostic, Report};
use crate::format::Json;
use crate::provider::{self, PROVIDERS};
use crate::text::printable::label;
use arguments::{Command, SchemaOf, View};
use command_line::Read;
use late::Late;
use terminal::{hint, say, show};

/// The result of a command, which determines the exit code.
enum Outcome {
    /// The command did what was asked: exit code 0.
    Done,
    /// The command compared things that are not the same: exit code 1.
    Differs,
    /// The input of the user is wrong: exit code 2.
    Refused,
    /// The user pressed Ctrl-C at a question: exit code 130, as shells have it for a program that Ctrl-C ended.
    Interrupted,
    /// Something else went wrong: exit code 1, or 2 for `diff` and `check`.
    Failed,
}

/// Runs the program: reads the command line, runs the command, and returns the exit code.
///
/// The exit code is 0 for success, 2 for wrong input and 1 for any other failure. For `diff` and `check`, 1 means
/// that there are differences, and 2 any failure.
#[must_use]
pub fn main() -> ExitCode {
    let Read { cli, variables } = match command_line::read() {
        Ok(read) => read,
        // The arguments are parsed again with secrets masked, so that the error message shows none.
        Err(error) => {
            let arguments = shown_arguments();
            let masked = arguments.iter().map(OsString::from).collect();
            return usage::answer(&command_line::read_from(masked).err().unwrap_or(error), &arguments);
        }
    };
    manner::speak(cli.manner);
    if !variables.is_empty() {
        hint(&format!("From the environment: {}.\n", variables.join(", ")));
    }
    // For `diff` and `check`, 1 means a difference, so every failure is 2.
    let trouble =
        ExitCode::from(if matches!(cli.command, Command::Diff(_) | Command::Check(_)) { 2 } else { 1 });
    let outcome = match cli.command {
        Command::Render(arguments) => render::run(&arguments, arguments.outside.world()),
        Command::Init(Late(arguments)) => init::run(&arguments),
        Command::Inspect(arguments) => review::inspect(&arguments),
        Command::Lint(arguments) => review::lint(&arguments),
        Command::Check(arguments) => check::run(&arguments, arguments.outside.world()),
        Command::Diff(arguments) => diff::run(&arguments, arguments.outside.world()),
        Command::Explain(arguments) => explain::run(&arguments, arguments.outside.world()),
        Command::Program { output } => program(output.as_deref()),
        Command::Secret => secret_value(),
        Command::Providers { name, format, json } => providers(name.as_deref(), json || format == View::Json),
        Command::Profiles { name, format } => profiles::run(name.as_deref(), format),
        Command::Schema { of, profile, output } => schema(of, profile.as_deref(), output.as_deref()),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man { folder } => manual::pages(&folder),
    };
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Refused) => ExitCode::from(2),
        Ok(Outcome::Interrupted) => ExitCode::from(130),
        Ok(Outcome::Differs) => ExitCode::FAILURE,
        Ok(Outcome::Failed) => trouble,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            say(&evidence::redacted(&format!("error: {error:#}\n")));
            trouble
        }
    }
}

/// The command line, with secrets in each argument masked.
fn shown_arguments() -> Vec<String> {
    std::env::args_os().map(|argument| label(&argument.to_string_lossy())).collect()
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
}

/// The outcome of a command with this report.
fn outcome(report: &Report) -> Outcome {
    match (report.is_internal(), report.has_errors()) {
        (true, _) => Outcome::Failed,
        (_, true) => Outcome::Refused,
        _ => Outcome::Done,
    }
}

/// Prints the archive of the program that runs on servers.
fn program(output: Option<&Path>) -> anyhow::Result<Outcome> {
    if output.is_none() && terminal::is_seen() {
        return Err(anyhow!("this is an archive: name a file with --output, or redirect the output"));
    }
    let archive = crate::program().map_err(|problem| anyhow!("{}", problem.message))?;
    output::file(output, &archive, 0o644, false)?;
    Ok(Outcome::Done)
}

/// Prints 32 random bytes in hexadecimal, the form in which the server generates secrets.
fn secret_value() -> anyhow::Result<Outcome> {
    let bytes: [u8; 32] = rand::random();
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    terminal::print(&format!("{text}\n"))?;
    Ok(Outcome::Done)
}

fn providers(name: Option<&str>, json: bool) -> anyhow::Result<Outcome> {
    let one = match review::provider(name) {
        Ok(one) => one,
        Err(problem) => {
            let mut report = Report::default();
            report.push(problem);
            show(&report, json);
            return Ok(Outcome::Refused);
        }
    };
    match one {
        Some(one) if json => return print_json(one),
        None if json => return print_json(&PROVIDERS),
        Some(one) => terminal::print(&one.details())?,
        None => terminal::print(&provider::table())?,
    }
    Ok(Outcome::Done)
}

fn print_json(data: &impl serde::Serialize) -> anyhow::Result<Outcome> {
    write_json(None, data)
}

fn write_json(to: Option<&Path>, data: &impl serde::Serialize) -> anyhow::Result<Outcome> {
    output::json(to, &format!("{}\n", serde_json::to_string_pretty(data)?))?;
    Ok(Outcome::Done)
}

fn schema(of: SchemaOf, name: Option<&str>, to: Option<&Path>) -> anyhow::Result<Outcome> {
    let mut report = Report::default();
    let profiles = profiles::read(name, &mut report);
    show(&report, false);
    let Some(profiles) = profiles else { return Ok(outcome(&report)) };
    match of {
        // It is the same for every profile, but a wrong name is an error nevertheless.
        SchemaOf::Json => write_json(to, &schemars::schema_for!(Json)),
        SchemaOf::Config => write_json(to, &profiles.schema(name.is_some())),
        SchemaOf::Hosts => write_json(to, &profiles.schema_of_hosts(name.is_some())),
    }
}

/// The error that a file that the user named cannot be read.
fn cannot_read(path: &str, why: &str) -> Diagnostic {
    Diagnostic::error(Code::CannotRead, format!("cannot read {}: {why}", label(path)))
}
