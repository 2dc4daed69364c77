//! What is left for a person to do, said on standard error.

use super::cli::Format;
use crate::compile::Output;
use crate::document::Encoding;
use crate::phase::Phase;
use crate::value::{SecretRef, SecretUri};

/// The next steps; nothing for what only shows.
pub(super) fn next(made: &Output, format: Format, phase: Phase) -> String {
    let domain = &made.resolved.domain;
    let start = match (format, phase) {
        (Format::Tree | Format::Json, _) => return String::new(),
        (Format::Packer, _) => {
            return "In the folder: packer init . && packer build -only='hcloud.*' .\n".to_owned();
        }
        (Format::Script, Phase::Bake) => {
            return "Run it as root on the server that becomes the image.\n".to_owned();
        }
        (_, Phase::Bake) => {
            return format!(
                "{} bytes. Give it to the server that becomes the image, and wait until it powers off.\n",
                made.document.bytes
            );
        }
        (Format::Terraform, _) => "Use the folder as a module; examples/ shows how. P".to_owned(),
        (Format::Script, _) => format!("Run it as root on the server: ssh root@{domain} sh -s <SCRIPT. P"),
        (Format::Nocloud, _) => "Attach it to the machine as its seed, p".to_owned(),
        (Format::CloudConfig | Format::Mime, _) => {
            format!("{} bytes{}. Paste it as user-data, p", made.document.bytes, compressed(made))
        }
    };
    let token = match &made.resolved.token {
        SecretRef::At(uri) => handover(uri, domain.as_str()),
        SecretRef::None | SecretRef::Generate => String::new(),
    };
    format!(
        "{start}oint {domain} to the server's address.{token}\nProgress, on the server: firstlight status\n"
    )
}

/// What a compressed document is, and where it belongs.
fn compressed(made: &Output) -> String {
    let argument = made.resolved.provider.and_then(|provider| provider.terraform_base64);
    match (made.document.encoding, argument) {
        (Encoding::Plain, _) => String::new(),
        (Encoding::Files, _) => ", its files compressed".to_owned(),
        (Encoding::Gzip, None) => ", as base64 of gzip".to_owned(),
        (Encoding::Gzip, Some(argument)) => format!(", as base64 of gzip (Terraform: {argument})"),
    }
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
