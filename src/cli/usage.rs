//! The answer to a wrong command line, with what was probably meant.

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::command_line::command;
use super::files::World;
use super::terminal::{self, say};
use crate::compile::embedded::default_profile;
use crate::compile::profile::ReadProfile;
use crate::compile::setting::{Setting, Type};
use crate::evidence;
use crate::host::PROFILE;
use crate::value::Image;

/// Commands that exist only on the server, and what to run there.
const ON_SERVER: &[(&str, &str)] = &[
    ("status", "firstlight status"),
    ("verify", "firstlight verify"),
    ("token", "firstlight token <FILE"),
    ("apply", "firstlight apply"),
    ("teardown", "firstlight teardown"),
    ("logs", "firstlight logs"),
];

/// Prints help to standard output, or an error to standard error, and returns the exit code.
pub(super) fn answer(error: &clap::Error, arguments: &[String]) -> ExitCode {
    if error.use_stderr() {
        let text = error.render();
        let meant = meant(error, arguments);
        let plain = evidence::redacted(&meant.clone().unwrap_or_else(|| text.to_string()));
        // The sequences of colours would be between a secret and the space before it, so that it would not be masked.
        let is_coloured = terminal::colours_stderr() && meant.is_none() && plain == text.to_string();
        say(&if is_coloured { text.ansi().to_string() } else { plain });
        return ExitCode::from(2);
    }
    match error.print() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// The message to print instead of clap's; `None` if there is nothing better.
fn meant(error: &clap::Error, arguments: &[String]) -> Option<String> {
    let said = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    match error.kind() {
        ErrorKind::InvalidSubcommand => on_server(said(ContextKind::InvalidSubcommand)?),
        ErrorKind::UnknownArgument => {
            let name = said(ContextKind::InvalidArg)?.strip_prefix("--")?;
            match arguments.get(1).map(String::as_str) {
                Some("render") => setting(name, arguments),
                Some(first) if first.starts_with('-') => of_render(name),
                _ => None,
            }
        }
        _ => None,
    }
}

fn on_server(name: &str) -> Option<String> {
    let (name, command) = ON_SERVER.iter().find(|(known, _)| *known == name)?;
    Some(format!(
        "error: `firstlight {name}` runs on the server, not here\n\n  ssh root@DOMAIN {command}\n\n\
         As another user than root: ssh USER@DOMAIN sudo {command}\n"
    ))
}

/// The message about an option of `render` that was given without that command.
fn of_render(name: &str) -> Option<String> {
    let command = command();
    let render = command.find_subcommand("render")?;
    render.get_arguments().any(|argument| argument.get_long() == Some(name)).then(|| {
        format!("error: `--{name}` is an option of `firstlight render`\n\n  firstlight render --{name} …\n\n{MORE}")
    })
}

const MORE: &str = "For more information, try 'firstlight render --help'.\n";

/// The message about a setting that was given as an option.
fn setting(name: &str, arguments: &[String]) -> Option<String> {
    let chosen = value(arguments, "profile").unwrap_or(default_profile());
    let value = value(arguments, name);
    let world = World { allow_outside: false };
    let names = std::iter::once(chosen.to_owned()).chain([PROFILE.to_owned()]).chain(world.profile_names());
    let profiles: Vec<_> = names.filter_map(|name| world.profile(&name)).collect();
    let offering = CALLED.iter().map(|is_called| -> Vec<_> {
        let it = |setting: &&Setting| {
            is_called(&name.replace('-', "_"), &setting.key.value) && holds(setting, value)
        };
        profiles
            .iter()
            .filter_map(|profile| Some((profile.name.as_str(), profile.settings.iter().find(it)?)))
            .collect()
    });
    let offering = offering.into_iter().find(|offering| !offering.is_empty())?;
    let (profile, setting) = offering.first()?;
    let key = &setting.key.value;
    let written = match (&setting.kind, value) {
        (Type::Map(_), Some(value)) if value.contains('=') => {
            format!("{key}.{}=VALUE", value.split('=').next().unwrap_or("NAME"))
        }
        (Type::Map(_), _) => format!("{key}.NAME=VALUE"),
        (kind, Some(value)) if *kind != Type::Secret && is_plain(key, value) => format!("{key}={value}"),
        _ => format!("{key}=VALUE"),
    };
    let (of, how) = if *profile == PROFILE || *profile == chosen {
        (String::new(), String::new())
    } else {
        let mut names: Vec<_> = offering.iter().map(|(name, _)| *name).collect();
        names.dedup();
        let profiles = if names.len() == 1 { "profile" } else { "profiles" };
        (format!(" of the {profiles} {}", names.join(" and ")), format!(" --profile {profile}"))
    };
    Some(format!(
        "error: `--{name}` is not an option: `{key}` is a setting{of}\n\n  write: --set {written}{how}\n\n{MORE}"
    ))
}

/// The value that was given with an option, even if the option does not exist.
fn value<'a>(arguments: &'a [String], name: &str) -> Option<&'a str> {
    let is_it = |argument: &'a String| argument.strip_prefix("--")?.strip_prefix(name);
    let (at, rest) = arguments.iter().enumerate().find_map(|(at, argument)| {
        Some((at, is_it(argument).filter(|rest| rest.is_empty() || rest.starts_with('='))?))
    })?;
    match rest.strip_prefix('=') {
        Some(value) => Some(value),
        None => arguments.get(at + 1).map(String::as_str).filter(|next| !next.starts_with('-')),
    }
}

/// Whether a name may mean a setting, the most certain way first: by its name, its last word, or its beginning.
const CALLED: [fn(&str, &str) -> bool; 3] = [
    |name, key| name == key,
    |name, key| key.rsplit('_').next() == Some(name),
    |name, key| name.len() >= 3 && !name.contains('_') && !key.contains('_') && key.starts_with(name),
];

/// Whether a setting could have a value: one that needs the image of a certain program does not accept others.
fn holds(setting: &Setting, value: Option<&str>) -> bool {
    let Some(program) = &setting.program else { return true };
    let image = value.and_then(|value| Image::parse(value).ok());
    image.is_some_and(|image| program.complaint(&image).is_none())
}

/// Whether a value can be shown: a simple word that does not look like a secret.
fn is_plain(key: &str, value: &str) -> bool {
    !value.is_empty()
        && value.chars().all(|c| c.is_ascii_alphanumeric() || "._/:@-".contains(c))
        && evidence::in_value(key, value).is_empty()
}
