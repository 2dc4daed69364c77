//! The texts about what the user has to do next.

use crate::compile::Output;
use crate::compile::document::Encoding;
use crate::compile::handover::{self, Brought};
use crate::compile::phase::Phase;
use crate::compile::resolve::Resolved;
use crate::format::{self, Format};
use crate::provider::{PROVIDERS, Provider};
use crate::value::{Arrival, SecretRef, SecretUri};

/// The most commands that are shown for many hosts.
const MOST: usize = 12;

/// The next steps after a document has been rendered; empty for the formats `tree` and `json`.
pub(super) fn next(made: &Output, format: Format, phase: Phase) -> String {
    let domain = &made.resolved.domain;
    let to = format!("{domain} to the server's address.");
    let start = match (format, phase) {
        (Format::Tree | Format::Json | Format::Repository, _) => return String::new(),
        (Format::Packer, _) => {
            return packer(made.resolved.provider);
        }
        (Format::Script, Phase::Bake) => {
            return "Run it as root on the server that becomes the image.\n".to_owned();
        }
        (_, Phase::Bake) => {
            return format!(
                "{} bytes. Use it as the user-data of a server. When that server has powered itself off, make an image of its disk.\n",
                made.document.bytes
            );
        }
        (Format::Terraform, _) => {
            format!("Use the folder as a Terraform module; its folder examples/ shows how. Point {to}")
        }
        (Format::Script, _) => {
            let command = handover::as_root(&made.resolved, "sh -s <SCRIPT");
            format!("Run it as root on the server: {command}. Point {to}")
        }
        (Format::Nocloud, _) => format!("Attach it to the machine as its NoCloud seed, and point {to}"),
        (Format::CloudConfig | Format::Mime, _) if !made.resolved.arriving(Arrival::FilledIn).is_empty() => {
            format!(
                "{} bytes. It is a template: Terraform's templatefile renders the user-data from it. Point {to}",
                made.document.bytes
            )
        }
        (Format::CloudConfig | Format::Mime, _) => {
            format!(
                "{} bytes{}. {}Paste it as user-data, and point {to}",
                made.document.bytes,
                compressed(made),
                too_large(made)
            )
        }
    };
    let token = match &made.resolved.token {
        SecretRef::At(uri) => token(uri),
        SecretRef::None | SecretRef::Generate => String::new(),
    };
    let bring = bring(&made.resolved);
    let filled = match made.resolved.names(Arrival::FilledIn) {
        names if names.is_empty() => String::new(),
        names => format!("\nTerraform fills in: {names}."),
    };
    format!(
        "{start}{token}{filled}{bring}\nProgress: {}\n",
        handover::as_root(&made.resolved, "firstlight status")
    )
}

/// How to bake with Packer at a provider.
fn packer(provider: Option<&Provider>) -> String {
    let run = |source: &str| {
        format!("Run this in the folder: packer init . && packer build -only='{source}.*' .\n")
    };
    let Some(Provider { name, .. }) = provider else {
        return run("SOURCE") + &format!("(SOURCE is one of {})\n", format::packer_sources().join(", "));
    };
    match format::packer_source(name) {
        Some(source) => run(source),
        None => format!(
            "The template has no source for {name}: add one to firstlight.pkr.hcl, then run packer build.\n"
        ),
    }
}

/// Which providers do not accept the document, if nobody said which one it is for; empty if all do.
fn too_large(made: &Output) -> String {
    let exceeded = |provider: &&Provider| provider.is_exceeded_by(made.document.bytes);
    let names: Vec<_> = PROVIDERS.iter().filter(exceeded).map(|provider| provider.name).collect();
    match (made.resolved.provider, names.as_slice()) {
        (None, [_, ..]) => format!("For {}, add --provider NAME. ", or(&names)),
        _ => String::new(),
    }
}

/// Names as they are enumerated in a sentence: `a, b or c`.
fn or(names: &[&str]) -> String {
    match names {
        [all @ .., last] if !all.is_empty() => format!("{} or {last}", all.join(", ")),
        _ => names.concat(),
    }
}

/// The commands that copy the files for which the server waits; empty if it waits for none.
fn bring(resolved: &Resolved) -> String {
    let files = handover::brought(resolved);
    if files.is_empty() {
        return String::new();
    }
    let note = resolved.operator.note.as_ref().map_or_else(String::new, |note| format!("\n({note})"));
    format!(
        "\nThe server then waits for the files below. Run each command in the folder that contains the file:{}{note}",
        commands(&files)
    )
}

/// The same for the files of many hosts.
pub(super) fn bring_all(files: &[Brought]) -> String {
    let (shown, rest) = files.split_at(files.len().min(MOST));
    let more = match rest.len() {
        0 => String::new(),
        more => format!("\n  and {more} more; --format json lists all of them under `bring`"),
    };
    match files.is_empty() {
        true => String::new(),
        false => format!("The servers then wait for these files:{}{more}\n", commands(shown)),
    }
}

fn commands(files: &[Brought]) -> String {
    files.iter().map(|file| format!("\n  {}", file.command)).collect()
}

/// How a document is compressed, and the argument of Terraform for it; empty if it is not compressed.
fn compressed(made: &Output) -> String {
    let argument = made.resolved.provider.and_then(|provider| provider.terraform_base64);
    match (made.document.encoding, argument) {
        (Encoding::Plain | Encoding::Packed, _) => String::new(),
        (Encoding::Files, _) => ", its files compressed".to_owned(),
        (Encoding::Gzip, None) => ", as base64 of gzip".to_owned(),
        (Encoding::Gzip, Some(argument)) => format!(", as base64 of gzip (Terraform: {argument})"),
    }
}

/// How the server gets the token; empty if somebody has to copy it to the server.
fn token(uri: &SecretUri) -> String {
    match uri.scheme.arrival() {
        Arrival::Copied => String::new(),
        Arrival::Credential => {
            format!("\nThe server reads the registry token from its systemd credential {}.", uri.path)
        }
        Arrival::Embedded => {
            format!("\nTHE DOCUMENT CONTAINS THE SECRET {}: do not show it to anybody.", uri.path)
        }
        Arrival::FilledIn => String::new(),
        Arrival::Fetched(_) => format!("\nThe server fetches the registry token itself, from {uri}."),
    }
}
