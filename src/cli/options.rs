//! Checks which options of `render` can be combined.

use super::arguments::{Encode, Render};
use super::terminal::named;
use crate::compile::Output;
use crate::compile::config::TopKey;
use crate::compile::phase::Phase;
use crate::finding::{Code, Diagnostic, Report};
use crate::format::{Format, Use};
use crate::provider::{Provider, Takes};
use crate::value::Arrival;

/// Reports options that cannot be combined, before anything is read.
pub(super) fn check(arguments: &Render, report: &mut Report) {
    let Render { format, output, part, size, .. } = arguments;
    let is_volume = *format == Format::Nocloud && output.as_ref().is_some_and(|path| is_image(path));
    let is_folder = format.is_folder();
    if arguments.hosts.is_some() {
        check_fleet(arguments, report);
    }
    let mut refuse = |message: String, help: &str| {
        report.push(Diagnostic::error(Code::Unsuitable, message).help(help));
    };
    let name = format.name();
    if is_folder && output.is_none() && !size {
        refuse(format!("the format {name} writes a folder"), "add --output FOLDER");
    }
    if is_folder && !is_volume && output.as_deref().is_some_and(|path| path == std::path::Path::new("-")) {
        refuse(
            format!("the format {name} writes a folder of files, which is not possible on standard output"),
            "add --output FOLDER",
        );
    }
    if !part.is_empty() && !format.is_encoded() {
        refuse(
            format!("--part adds a part to the document, and the format {name} does not contain it"),
            "leave out --part",
        );
    }
    if let (Format::Nocloud, Some(path)) = (format, output.as_deref().filter(|path| is_other_image(path))) {
        let path = named(path);
        refuse(
            format!(
                "{path} has the ending of a disk image, but this format writes a folder, or an image with the ending .img"
            ),
            "write the image to FILE.img, which is a raw FAT volume; qemu-img and others convert it",
        );
    }
    check_encoding(arguments, report);
    check_format(arguments, report);
}

/// Reports an encoding that the format does not have.
fn check_encoding(arguments: &Render, report: &mut Report) {
    let Render { format, encoding, .. } = arguments;
    let mut refuse = |message: String, help: &str| {
        report.push(Diagnostic::error(Code::Unsuitable, message).help(help));
    };
    match (encoding, format) {
        (Encode::Gzip, Format::Terraform) => refuse(
            "Terraform has to render the document before it can be compressed".to_owned(),
            "leave out --encoding, and use the module's output user_data_gzip_base64",
        ),
        (Encode::Gzip, Format::Nocloud) => {
            refuse(
                "NoCloud does not decode base64".to_owned(),
                "use --encoding files; a seed has no size limit",
            );
        }
        (Encode::Files | Encode::Gzip | Encode::Plain, _) if !format.is_encoded() => {
            refuse(
                format!("the format {} is not a document, so there is nothing to encode", format.name()),
                "leave out --encoding",
            );
        }
        _ => {}
    }
}

/// Reports a phase and a provider that the format is not for.
fn check_format(arguments: &Render, report: &mut Report) {
    let Render { format, phase, top, .. } = arguments;
    let mut refuse = |message: String, help: &str| {
        report.push(Diagnostic::error(Code::Unsuitable, message).help(help));
    };
    if *format == Format::Packer && *phase == Phase::Boot {
        refuse("Packer bakes an image".to_owned(), "use --phase bake, or another format for the servers");
    }
    if *phase == Phase::Bake && *format == Format::Nocloud && top.get(TopKey::Domain).is_some() {
        refuse("an image works for every domain".to_owned(), "leave out --domain");
    }
    match (format, top.get(TopKey::Provider)) {
        (Format::Nocloud, Some(other)) if !matches!(other, "nocloud" | "proxmox") => {
            refuse(
                format!("{other} does not read a NoCloud seed"),
                "leave out --format, and paste the document",
            );
        }
        (Format::Terraform, Some("nocloud")) => {
            refuse("Terraform has no argument for a NoCloud seed".to_owned(), "use --format nocloud");
        }
        _ => {}
    }
}

/// Reports options that cannot be combined with `--hosts`.
fn check_fleet(arguments: &Render, report: &mut Report) {
    let mut refuse = |message: &str, help: &str| {
        report.push(Diagnostic::error(Code::Unsuitable, message).help(help));
    };
    if arguments.output.is_none() && !arguments.size {
        refuse("the documents of many hosts go into a folder", "add --output FOLDER");
    }
    if arguments.top.get(TopKey::Domain).is_some() {
        refuse(
            "with --hosts, each host has its own domain",
            "leave out --domain, and write `domain:` below each host",
        );
    }
    if arguments.size {
        refuse("--size is for one document", "leave out --hosts, or leave out --size");
    }
    if arguments.embed_secret {
        refuse("--embed-secret is for one document", "leave out --hosts, or leave out --embed-secret");
    }
    if arguments.format == Format::Nocloud && arguments.output.as_deref().is_some_and(is_image) {
        refuse("each host needs a seed of its own, and one image has room for one", "add --output FOLDER");
    }
    if arguments.phase == Phase::Bake || arguments.format == Format::Packer {
        refuse(
            "one image serves all hosts",
            "leave out --hosts to bake the image; --phase boot renders the hosts' documents",
        );
    }
}

/// Reports conflicts that are known only when the configuration has been compiled.
pub(super) fn check_made(arguments: &Render, made: &Output, report: &mut Report) {
    check_provider(arguments, made, report);
    check_references(arguments, made, report);
    check_own(arguments, made, report);
    if arguments.format == Format::Repository && made.rendered.repository.is_empty() {
        let message = "the profile has no files for the repository of an application";
        let help = "leave out --format; infrakt is a profile that has some, and a profile of your own can have them in the folder repository/";
        report.push(Diagnostic::error(Code::Unsuitable, message).help(help));
    }
}

/// Reports a cloud-config and parts of the user's own that nothing would read.
fn check_own(arguments: &Render, made: &Output, report: &mut Report) {
    if let Some(place) = made.rendered.own.place().filter(|_| arguments.format == Format::Script) {
        let message = "a script runs without cloud-init, but only cloud-init reads this";
        report.push(
            Diagnostic::error(Code::Unsuitable, message)
                .at(&place, "")
                .help("use another format; or leave it out, and make these changes on the server yourself"),
        );
    }
}

/// Reports a document for a provider that accepts only scripts.
fn check_provider(arguments: &Render, made: &Output, report: &mut Report) {
    let is_document = arguments.format.what_for() == Use::UserData;
    if let (true, Some(Provider { takes: Takes::Script, name, .. })) = (is_document, made.resolved.provider) {
        let message = format!("{name} runs user-data as a script and does not read cloud-config");
        report.push(Diagnostic::error(Code::Unsuitable, message).help("use --format script"));
    }
}

/// Reports references that nothing would replace with the secret.
fn check_references(arguments: &Render, made: &Output, report: &mut Report) {
    if arguments.format.what_for() != Use::Server {
        return;
    }
    for held in made.resolved.held(Arrival::FilledIn) {
        let message = format!("in this format, nothing would replace `{}` with the secret", held.uri);
        report.push(
            Diagnostic::error(Code::Unsuitable, message)
                .at(&held.place, "")
                .help("use --format terraform, or another reference"),
        );
    }
}

/// Whether an output path has the ending of a kind of disk image that is not written.
fn is_other_image(path: &std::path::Path) -> bool {
    const KINDS: [&str; 8] = ["iso", "qcow2", "raw", "vdi", "vhd", "vhdx", "vmdk", "vfat"];
    path.extension().is_some_and(|ending| KINDS.iter().any(|kind| ending.eq_ignore_ascii_case(kind)))
}

/// Whether an output path is that of a disk image, `FILE.img`.
pub(super) fn is_image(path: &std::path::Path) -> bool {
    path.extension().is_some_and(|extension| extension == "img")
}
