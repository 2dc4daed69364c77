//! The site's data file, put together from the checked values and from what the files need.

use std::collections::BTreeMap;

use crate::compile::render::Rendered;
use crate::compile::resolve::Resolved;
use crate::finding::{Code, Diagnostic, Report};
use crate::host::{Reference, RepositoryFile, STAGE, SiteData};
use crate::text::source::Place;
use crate::value::{ContainerName, RegistryHost};

/// The file whose placeholders the server replaces.
const VARIABLES: &str = "/.env";

/// The word in a placeholder that stands for the number of the group `docker`.
const DOCKER_GID: &str = "docker-gid";

/// The site's data; `None`, with an error in the report, if the profile does not say enough. `profile` is where to
/// show such an error.
pub(crate) fn site_data(
    resolved: &Resolved,
    rendered: &Rendered,
    profile: &Place,
    report: &mut Report,
) -> Option<SiteData> {
    let facts = &resolved.site;
    let mut lacks = |what: &str, help: String| {
        let message = format!("the profile does not say {what}");
        report.push(Diagnostic::error(Code::BadProfile, message).at(profile, "").help(help));
    };
    let there = [
        ("name", facts.name.is_some()),
        ("health", facts.health.is_some()),
        ("home", facts.home.is_some()),
        ("service", facts.service.is_some()),
        ("registry_user", facts.registry_user.is_some()),
        ("compose_file", !facts.compose_files.is_empty()),
    ];
    for (name, _) in there.into_iter().filter(|(_, is_there)| !is_there) {
        lacks(&format!("`{name}`"), format!("`{name}` cannot be empty: give it a value under `values`"));
    }
    if facts.repository_file.is_some() && resolved.repository.is_none() {
        lacks("which repository the file comes from", "add `repo` and `branch`".to_owned());
    }
    let secrets = secrets(resolved, rendered, profile, report);
    let service = facts.service.clone()?;
    let repository = facts.repository_file.clone().zip(resolved.repository.clone());
    Some(SiteData {
        version: SiteData::VERSION,
        name: facts.name.clone()?,
        domains: facts.domains.clone(),
        any_certificate: facts.any_certificate,
        health: facts.health.clone()?,
        home: facts.home.clone()?,
        keys: facts.keys_dir.clone(),
        // The name that infrakt gives it, and whoever updates itself in the same way.
        updater: ContainerName::parse(&format!("{service}-updater")).ok().filter(|_| facts.self_update),
        service,
        compose: facts.compose_files.clone(),
        token: Reference::of(&resolved.token),
        registry: facts.registry.clone().unwrap_or_else(RegistryHost::docker_hub),
        registry_user: facts.registry_user.clone()?,
        repository: repository.map(|(file, (name, branch))| RepositoryFile { name, branch, file }),
        lines: resolved.lines.clone(),
        checks: resolved.checks.clone(),
        secrets,
    })
}

/// What the placeholders in the site's variables stand for.
fn secrets(
    resolved: &Resolved,
    rendered: &Rendered,
    profile: &Place,
    report: &mut Report,
) -> BTreeMap<String, Reference> {
    let singles = resolved.settings.iter().flat_map(|chosen| chosen.value.singles());
    let known: BTreeMap<String, Reference> = singles
        .filter_map(|value| value.secret())
        .filter_map(|reference| Some((reference.to_string(), Reference::of(reference)?)))
        .chain([(DOCKER_GID.to_owned(), Reference::DOCKER_GID)])
        .collect();
    let mut used = BTreeMap::new();
    let is_one = |path: &str| path.starts_with(STAGE) && path.ends_with(VARIABLES);
    for (path, file) in rendered.files.iter().filter(|(path, _)| is_one(path.as_str())) {
        let text = String::from_utf8_lossy(&file.bytes);
        for name in text.lines().filter_map(placeholder) {
            match known.get(name) {
                Some(reference) => _ = used.insert(name.to_owned(), reference.clone()),
                None => report.push(
                    Diagnostic::error(
                        Code::BadProfile,
                        format!("{}: no setting has the secret of a placeholder", crate::host::placed(path.as_str())),
                    )
                    .at(profile, "")
                    .help("the filter `placeholder` takes a setting of type `secret`, or the text \"docker-gid\""),
                ),
            }
        }
    }
    used
}

/// The text between the two `@` of a line `NAME=@TEXT@`.
fn placeholder(line: &str) -> Option<&str> {
    let (_, value) = line.split_once('=')?;
    value.strip_prefix('@')?.strip_suffix('@').filter(|text| !text.is_empty())
}
