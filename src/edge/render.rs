//! `firstlight render`.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::cli::{Format, Render};
use super::files::{World, default_profile, read_config};
use super::{Outcome, cannot_read, embed, outcome, output, say, show};
use crate::compile::{Input, Output, compile};
use crate::config::Flags;
use crate::diagnostic::{Code, Diagnostic, Report};
use crate::source::{Place, Source};
use crate::value::{Date, SecretRef, SecretUri};

pub(super) fn run(arguments: &Render) -> anyhow::Result<Outcome> {
    let mut report = Report::default();
    let made = make(arguments, &mut report);
    let made = made.and_then(|made| embed::fill(made, arguments, &mut report));
    if arguments.strict {
        report.deny_warnings();
    }
    show(&report, arguments.format == Format::Json);
    let Some(made) = made.filter(|_| !report.has_errors()) else { return Ok(outcome(&report)) };
    let private = !made.resolved.of_scheme("env").is_empty();
    match (arguments.format, &arguments.output) {
        (Format::Tree, Some(folder)) => output::tree(folder, &made.rendered)?,
        (Format::Json, to) => output::text(to.as_deref(), &as_json(&made), private)?,
        (_, to) => output::text(to.as_deref(), &made.document, private)?,
    }
    if arguments.format == Format::CloudConfig {
        say(&next_steps(&made));
    }
    Ok(Outcome::Done)
}

fn make(arguments: &Render, report: &mut Report) -> Option<Output> {
    if arguments.format == Format::Tree && arguments.output.is_none() {
        report.push(Diagnostic::error(Code::MissingKey, "a tree needs a folder").help("add --output FOLDER"));
        return None;
    }
    let config = match &arguments.config {
        None => None,
        Some(path) => {
            let text = report.keep(read_config(Path::new(path)).map_err(|why| cannot_read(path, &why)))?;
            Some(Source::file(path, &text))
        }
    };
    let folder = arguments.config.as_ref().and_then(|path| Path::new(path).parent()).map(PathBuf::from);
    let today = match &arguments.today {
        None => Date::from(jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()),
        Some(text) => report.keep(
            Date::parse(text)
                .map_err(|problem| problem.at(&Place::all(&Source::flag("--today", text)), text)),
        )?,
    };
    let input = Input {
        config,
        flags: &flags(arguments),
        default_profile: default_profile(),
        today: Some(today),
        embed_secret: arguments.embed_secret,
    };
    compile(&input, &World { folder: folder.unwrap_or_default() }, report)
}

fn flags(arguments: &Render) -> Flags {
    Flags {
        profile: arguments.profile.clone(),
        domain: arguments.domain.clone(),
        token: arguments.token.clone(),
        expires: arguments.expires.clone(),
        repo: arguments.repo.clone(),
        branch: arguments.branch.clone(),
        provider: arguments.provider.clone(),
        set: arguments.set.clone(),
    }
}

/// The document and its files as data.
fn as_json(made: &Output) -> String {
    let files: Vec<_> = made
        .rendered
        .files
        .iter()
        .map(|(path, file)| {
            json!({
                "path": path.as_str(),
                "mode": file.mode.to_string(),
                "owner": "root:root",
                "bytes": file.bytes.len(),
                "sha256": file.sha256(),
                "content": String::from_utf8_lossy(&file.bytes),
            })
        })
        .collect();
    let data = json!({
        "firstlight": env!("CARGO_PKG_VERSION"),
        "profile": made.resolved.profile,
        "domain": made.resolved.domain.as_str(),
        "token": made.resolved.token.to_string(),
        "provider": made.resolved.provider.map(|provider| provider.name),
        "command": made.resolved.arguments,
        "bytes": made.document.len(),
        "document": made.document,
        "files": files,
        "bootcmd": made.rendered.bootcmd,
        "runcmd": made.rendered.runcmd,
    });
    format!("{data:#}\n")
}

/// What is left for a person to do, on standard error.
fn next_steps(made: &Output) -> String {
    let domain = &made.resolved.domain;
    let token = match &made.resolved.token {
        SecretRef::At(uri) => handover(uri, domain.as_str()),
        SecretRef::None | SecretRef::Generate => String::new(),
    };
    format!(
        "{bytes} bytes. Paste it as user-data, point {domain} to the server's address.{token}\nProgress, on the server: firstlight status\n",
        bytes = made.document.len()
    )
}

/// What a person does so that the server gets the token.
fn handover(uri: &SecretUri, domain: &str) -> String {
    match uri.scheme.name {
        "file" => format!(
            "\nThe server then waits for the registry token:\n  ssh root@{domain} firstlight token <TOKEN-FILE"
        ),
        "credential" => {
            format!("\nThe server takes the registry token from its systemd credential {}.", uri.path)
        }
        "env" => format!("\nIT HOLDS THE SECRET {}: show it to nobody.", uri.path),
        "terraform" => format!("\nIt is a template for templatefile, with the variable {}.", uri.path),
        _ => format!("\nThe server fetches the registry token itself, from {uri}."),
    }
}
