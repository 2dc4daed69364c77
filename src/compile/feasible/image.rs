//! Images that the server cannot pull, because their registry requires a login and there is no token for it.

use std::sync::Arc;

use super::registry::{Registry, token_file};
use crate::compile::render::Rendered;
use crate::compile::resolve::Resolved;
use crate::compile::setting::Value;
use crate::finding::{Code, Diagnostic, Report, Severity};
use crate::text::source::{Place, Source};
use crate::value::{Image, RegistryHost, SecretRef};
use crate::yaml;

/// Whoever says that there is no token has said that an image which may be open is so.
pub(super) fn check(rendered: &Rendered, resolved: &Resolved, report: &mut Report) {
    let login = match resolved.token {
        SecretRef::None => None,
        _ => resolved.site.registry.as_ref().map(RegistryHost::as_str),
    };
    for image in images(rendered, resolved) {
        let host = image.registry();
        if let Some((why, help)) = nowhere(&image) {
            let problem =
                Diagnostic::error(Code::CannotWork, format!("the server cannot pull {image}: {why}"));
            report.push(placed(problem.help(help), image.as_str(), resolved));
            continue;
        }
        let is_chosen = resolved.token == SecretRef::None && resolved.token_place.is_some();
        let registry =
            Registry::of(host).filter(|registry| login != Some(host) && !(is_chosen && registry.can_be_open));
        if let Some(registry) = registry {
            report.push(complaint(&image, registry, login, resolved));
        }
    }
}

/// The images of the compose files in the document.
fn images(rendered: &Rendered, resolved: &Resolved) -> Vec<Image> {
    let mut found: Vec<Image> = Vec::new();
    let composed = resolved.site.compose_files.iter().filter_map(|path| rendered.text(path.as_str()));
    for text in composed.map(|(_, text)| text).filter(|text| !yaml::is_deep(text)) {
        let Ok(file) = serde_yaml::from_str::<serde_yaml::Value>(text) else { continue };
        let services = file.get("services").and_then(serde_yaml::Value::as_mapping);
        let named = services.into_iter().flat_map(|services| services.values());
        let named = named.filter_map(|service| service.get("image").and_then(serde_yaml::Value::as_str));
        for image in named.filter_map(|image| Image::parse(image).ok()) {
            if !found.contains(&image) {
                found.push(image);
            }
        }
    }
    found
}

fn complaint(image: &Image, registry: &Registry, login: Option<&str>, resolved: &Resolved) -> Diagnostic {
    let host = image.registry();
    let without = match login {
        Some(other) => format!("the token is for {other}"),
        None => "there is no token".to_owned(),
    };
    let mut token = format!("--token file:///etc/firstlight/{}", token_file(host));
    if resolved.offers("registry") {
        token.push_str(&format!(" --set registry={host}"));
    }
    if let Some(user) = registry.user.written() {
        token.push_str(&format!(" --set registry_user={user}"));
    }
    let (severity, message, help) = if registry.can_be_open {
        (
            Severity::Note,
            format!(
                "{without}: the server can pull {image} only if it is public (at {host}, {})",
                registry.why
            ),
            format!("if it is private, add {token}"),
        )
    } else {
        (
            Severity::Error,
            format!("{without}, and the server cannot pull {image}: its registry {}", registry.why),
            format!("add {token}, or use an image from a registry that allows anonymous pulls"),
        )
    };
    let problem = Diagnostic { severity, ..Diagnostic::error(Code::PrivateImage, message) }.help(help);
    placed(problem, image.as_str(), resolved)
}

/// Why no server can pull an image, and what to do about it; `None` if one can.
fn nowhere(image: &Image) -> Option<(&'static str, &'static str)> {
    let host = image.registry().split(':').next().unwrap_or("");
    if host == "localhost" || host.starts_with("127.") {
        return Some((
            "its registry is on your own computer, and the same name means the server itself there",
            "push it to a registry that the server can reach, and write that name",
        ));
    }
    let is_empty = image.as_str().split(':').next() == Some("scratch");
    is_empty
        .then_some(("this name stands for an empty image, which contains no program", "name another image"))
}

fn placed(problem: Diagnostic, image: &str, resolved: &Resolved) -> Diagnostic {
    match place(image, resolved) {
        Some(place) => problem.at(&place, ""),
        None => problem,
    }
}

/// Where the user named it, in a setting or in a compose file; else where the token was given.
fn place(image: &str, resolved: &Resolved) -> Option<Place> {
    let is_it = |text: &str| text == image;
    let given = resolved.settings.iter().find_map(|chosen| chosen.given.as_ref()?.find(&is_it).cloned());
    let in_file = |source: &Arc<Source>| {
        let at = source.text.find(image)?;
        Some(Place { source: Arc::clone(source), span: at..at + image.len() })
    };
    let in_file_given = || {
        resolved.settings.iter().find_map(|chosen| match &chosen.value {
            Value::File { source, .. } => in_file(source),
            _ => None,
        })
    };
    given.or_else(in_file_given).or_else(|| resolved.token_place.clone())
}
