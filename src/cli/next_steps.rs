//! The texts about what the user has to do next.

use crate::compile::Output;
use crate::compile::document::Encoding;
use crate::compile::handover::{self, Brought};
use crate::compile::phase::Phase;
use crate::compile::resolve::Resolved;
use crate::escape::shell;
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

/// The three steps after `init`, with the commands for this site and provider.
pub(super) fn first(made: &Output, document: &str) -> String {
    let resolved = &made.resolved;
    let at = resolved.provider.map_or_else(String::new, |provider| format!(" at {}", provider.name));
    let is_template = !resolved.arriving(Arrival::FilledIn).is_empty();
    let create = |verb: &str| match is_template {
        true => {
            format!("{verb} the server{at} with Terraform; its user-data is templatefile(\"{document}\", …).")
        }
        false => format!("{verb} a server{at}, with the content of {document} as its user-data."),
    };
    let create = match &resolved.site.program {
        None => create("Create"),
        Some(url) => {
            let name =
                url.as_str().rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("runtime.tar.bz2");
            let name = shell::word(name);
            format!(
                "Put firstlight's program at {url}, which the server downloads:\n     \
                 firstlight program --output {name}\n   Then {}",
                create("create")
            )
        }
    };
    let terraform =
        resolved.provider.map(|provider| provider.terraform).filter(|argument| !argument.is_empty());
    let terraform = terraform.map_or_else(String::new, |argument| format!("   In Terraform: {argument}.\n"));
    let other = match too_large_for(made).as_slice() {
        [] => String::new(),
        names => {
            let names = or(names);
            format!("   At {names}, it is too large:\n   run init again, with --force and --provider NAME.\n")
        }
    };
    let token = match &resolved.token {
        SecretRef::At(uri) => token(uri),
        SecretRef::None | SecretRef::Generate => String::new(),
    };
    let token = if token.is_empty() { token } else { format!("   {}\n", token.trim_start()) };
    let files = handover::brought(resolved);
    let watch = handover::as_root(resolved, "firstlight status --watch");
    let last = match files.as_slice() {
        [] => "Watch the server set itself up:",
        [_] => {
            "Copy the file for which the server waits (run the command in the folder that contains it), and watch:"
        }
        _ => {
            "Copy the files for which the server waits (run each command in the folder that contains it), and watch:"
        }
    };
    // GHCR accepts no other kind (docs.github.com, "Working with the Container registry").
    let is_github = resolved.site.registry.as_ref().is_some_and(|registry| registry.as_str() == "ghcr.io");
    let is_file = matches!(&resolved.token, SecretRef::At(uri) if uri.scheme.arrival() == Arrival::Copied);
    let kind = if is_github && is_file {
        "   The token must be a classic GitHub token, with only the scope read:packages.\n"
    } else {
        ""
    };
    let copy: String = files.iter().map(|file| format!("     {}\n", file.command)).collect();
    let note = resolved.operator.note.as_ref().map_or_else(String::new, |note| format!("   ({note})\n"));
    format!(
        "\nNext steps\n\
         1. {create}\n\
         {terraform}   {NEEDS}\n{other}\
         2. Point the DNS record (type A) of {domain} to the server's IPv4 address.\n\
         3. {last}\n\
         {copy}     {watch}\n{kind}{token}{note}",
        domain = resolved.domain,
    )
}

/// What a server needs.
const NEEDS: &str =
    "Ubuntu 22.04, 24.04 or 26.04, or Debian 12 or 13; 1 GB of memory; ports 80 and 443 open.";

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
    match too_large_for(made).as_slice() {
        [] => String::new(),
        names => format!("For {}, add --provider NAME. ", or(names)),
    }
}

/// The providers that do not accept a document of this size, if it is made for none.
fn too_large_for(made: &Output) -> Vec<&'static str> {
    let exceeded = |provider: &&Provider| provider.is_exceeded_by(made.document.bytes);
    let names = PROVIDERS.iter().filter(exceeded).map(|provider| provider.name);
    if made.resolved.provider.is_none() { names.collect() } else { Vec::new() }
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
