//! Variables in `.env` that would change which site Compose runs, or where.

use crate::compile::render::Rendered;
use crate::compile::resolve::Resolved;
use crate::compile::setting::Value;
use crate::finding::{Code, Diagnostic, Report};
use crate::host::{Origin, placed};

/// Variables by which Compose and Docker's client would run another site, or on another machine (docs.docker.com,
/// "Pre-defined environment variables"). Others, such as `COMPOSE_PROFILES`, are the user's to set.
const READ: [&str; 9] = [
    "COMPOSE_ENV_FILES",
    "COMPOSE_FILE",
    "COMPOSE_PATH_SEPARATOR",
    "COMPOSE_PROJECT_NAME",
    "DOCKER_CERT_PATH",
    "DOCKER_CONFIG",
    "DOCKER_CONTEXT",
    "DOCKER_HOST",
    "DOCKER_TLS_VERIFY",
];

pub(super) fn check(rendered: &Rendered, resolved: &Resolved, report: &mut Report) {
    for chosen in &resolved.settings {
        let Value::Map(entries) = &chosen.value else { continue };
        for (name, _) in entries.iter().filter(|(name, _)| READ.contains(&name.as_str())) {
            let Some(path) = file_with(rendered, name.as_str()) else { continue };
            let message =
                format!("`{name}` cannot be set in {path}: Compose and Docker read it there themselves");
            let problem = Diagnostic::error(Code::BadValue, message)
                .help("give the application's variable another name, or set it in the compose file");
            report.push(match chosen.given.as_ref() {
                Some(node) => problem.at(&node.get(name.as_str()).unwrap_or(node).place, ""),
                None => problem,
            });
        }
    }
}

/// The path of the site's variables, if one of them has this name.
fn file_with<'a>(rendered: &'a Rendered, name: &str) -> Option<&'a str> {
    let files = rendered.files.iter().filter(|(path, _)| Origin::of(path.as_str()) == Some(Origin::Staged));
    let mut files = files.filter(|(path, _)| path.as_str().ends_with("/.env"));
    let sets = |bytes: &[u8]| {
        String::from_utf8_lossy(bytes)
            .lines()
            .any(|line| line.split_once('=').is_some_and(|(key, _)| key == name))
    };
    files.find(|(_, file)| sets(&file.bytes)).map(|(path, _)| placed(path.as_str()))
}
