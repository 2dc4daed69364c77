//! The site's data file, put together from the checked values and from what the files need.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::compile::plan::{Content, Planned};
use crate::compile::render::Rendered;
use crate::compile::resolve::{Resolved, SiteFacts};
use crate::finding::{Code, Diagnostic, Report};
use crate::host::{Managed, Origin, Reference, RepositoryFile, SiteData, placed};
use crate::text::source::{Place, Source};
use crate::value::{ContainerName, GuestPath, RegistryHost};

/// The file whose placeholders the server replaces.
const VARIABLES: &str = "/.env";

/// The word in a placeholder that stands for the number of the group `docker`.
const DOCKER_GID: &str = "docker-gid";

/// The site's data; `None`, with an error in the report, if the profile does not say enough. `profile` is where to
/// show such an error.
pub(crate) fn site_data(
    resolved: &Resolved,
    rendered: &Rendered,
    planned: &BTreeMap<GuestPath, Planned>,
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
    let managed = facts.manage_host.then(|| managed(facts));
    if matches!(managed, Some(None)) {
        let help = "give values to `host_key`, `api_key_file`, `keys_dir`, and `upstream` with a port";
        lacks("how the application manages the server", help.to_owned());
    }
    let secrets = secrets(resolved, rendered, planned, profile, report);
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
        managed: managed.flatten(),
        traefik: facts.traefik.clone(),
        lines: resolved.lines.clone(),
        checks: resolved.checks.clone(),
        secrets,
    })
}

/// How the application manages the server; `None` if the profile does not say all of it.
fn managed(facts: &SiteFacts) -> Option<Managed> {
    let (seen_as, folder) = (facts.host_key.clone()?, facts.keys_dir.as_ref()?.path());
    let (_, name) = seen_as.as_str().rsplit_once('/')?;
    Some(Managed {
        key: GuestPath::parse(&format!("{folder}/{name}")).ok()?,
        seen_as,
        api_key: facts.api_key_file.clone()?,
        port: facts.port?,
        provision: facts.provision,
    })
}

/// What the placeholders in the site's variables stand for. The server replaces them in other staged files, too.
fn secrets(
    resolved: &Resolved,
    rendered: &Rendered,
    planned: &BTreeMap<GuestPath, Planned>,
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
    for (path, file) in
        rendered.files.iter().filter(|(path, _)| Origin::of(path.as_str()) == Some(Origin::Staged))
    {
        let text = String::from_utf8_lossy(&file.bytes);
        let body = planned.get(path).map(|planned| &planned.body);
        let users = body.filter(|body| matches!(body, Content::Verbatim(_))).map(Content::source);
        for (line, name) in text.lines().filter_map(|line| Some((line, placeholder(line)?))) {
            match (users, known.get(name)) {
                (Some(source), _) => report.push(replaced(source, line)),
                (None, Some(reference)) if path.as_str().ends_with(VARIABLES) => {
                    used.insert(name.to_owned(), reference.clone());
                }
                (None, Some(_)) => {}
                (None, None) => report.push(
                    Diagnostic::error(
                        Code::BadProfile,
                        format!("{}: no setting has the secret of a placeholder", placed(path.as_str())),
                    )
                    .at(profile, "")
                    .help("the filter `placeholder` takes a setting of type `secret`, or the text \"docker-gid\""),
                ),
            }
        }
    }
    used
}

/// The error about a line of a user's file that the server would replace, whatever it means to the user.
fn replaced(source: &Arc<Source>, line: &str) -> Diagnostic {
    let start = source.text.find(line).unwrap_or(0);
    let place = Place { source: Arc::clone(source), span: start..start + line.len() };
    let message = "the server would replace this line: it reads NAME=@…@ as a placeholder for a secret";
    Diagnostic::error(Code::BadValue, message)
        .at(&place, "")
        .help("write the value in quotes, if it is meant as it is; a reference to a secret belongs under `secrets:`")
}

/// The text between the two `@` of a line `NAME=@TEXT@`.
fn placeholder(line: &str) -> Option<&str> {
    let (name, value) = line.split_once('=')?;
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let text = value.strip_prefix('@')?.strip_suffix('@')?;
    (is_name && !text.is_empty()).then_some(text)
}
