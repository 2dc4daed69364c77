//! Reviews the compose files of a site, by the rules of Compose and by what this server can do.
//!
//! What Compose would refuse is an error at its place, and so is what cannot work here: an image that has to be built,
//! a port that Caddy uses, a service that Caddy cannot reach. What gives a service power over the server is a warning.
//! Files beside the user's compose file that it names become part of the document.

mod access;
mod beside;
mod engine;
mod interpolate;
mod mount;
mod node;
mod offer;
mod port;
mod project;
mod published_ports;
mod read;
mod refer;
mod scalar;
mod schema;
mod site;
mod unused;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::compile::files::{Beside, ReadFile};
use crate::compile::own::Own;
use crate::compile::plan::{Bundle, Content, Planned};
use crate::compile::profile;
use crate::compile::render::Rendered;
use crate::compile::resolve::Resolved;
use crate::finding::Report;
use crate::host::placed;
use crate::text::source::{Place, Source};
use crate::value::GuestPath;
use beside::{OnServer, VARIABLES, names};
use interpolate::Variables;
pub use offer::{Offered, offered};
use project::{ComposeFile, Project};

/// Reviews the site's compose files, and finds the files that come with them.
pub(crate) fn review(
    bundle: &Bundle,
    rendered: &Rendered,
    resolved: &Resolved,
    own: &Own,
    files: &dyn ReadFile,
    report: &mut Report,
) -> BTreeMap<GuestPath, Planned> {
    // What a template of a profile makes of bad values is reported already.
    let review = Review { bundle, rendered, resolved, own, files, is_good: !report.has_errors() };
    let Some(project) = review.project(report) else { return BTreeMap::new() };
    project.refuse_collisions(report);
    refer::check(&project, report);
    scalar::check(&project, report);
    engine::check(&project, report);
    site::check(&project, report);
    published_ports::check(&project, report);
    access::check(&project, report);
    unused::check(&project, resolved, report);
    let paths: Vec<_> = bundle.files.keys().map(|path| placed(path.as_str()).to_owned()).collect();
    let keys = resolved.site.keys_dir.as_ref().map(ToString::to_string);
    let folders: Vec<_> = [format!("{}/sites", project.home)].into_iter().chain(keys).collect();
    let variables = project.variables.set.keys().map(String::as_str).collect();
    beside::bring(&project, &OnServer { files: &paths, folders: &folders, variables }, files, report)
}

/// What the compose files are a part of.
struct Review<'a> {
    bundle: &'a Bundle,
    rendered: &'a Rendered,
    resolved: &'a Resolved,
    own: &'a Own,
    files: &'a dyn ReadFile,
    is_good: bool,
}

impl Review<'_> {
    /// All of the site's compose files; none if one of them is not here, or is no tree at all.
    fn project(&self, report: &mut Report) -> Option<Project> {
        let site = &self.resolved.site;
        let home = site.compose_files.first()?.as_str().rsplit_once('/')?.0;
        let variables = self.variables(home);
        let files = site.compose_files.iter().map(|path| self.file(path.as_str(), &variables, report));
        // Each of them is read, so that each is reported on.
        let files: Vec<_> = files.collect();
        Some(Project {
            files: files.into_iter().collect::<Option<_>>()?,
            home: home.to_owned(),
            service: site.service.as_ref().map_or_else(String::new, ToString::to_string),
            variables,
            upstream: site.upstream.clone(),
            port: site.port,
            traefik_network: site.traefik_network.as_ref().map(ToString::to_string),
            is_ssh_moved: self.own.files.iter().any(|file| file.path.starts_with("/etc/ssh/sshd_config")),
        })
    }

    fn file(&self, path: &str, variables: &Variables, report: &mut Report) -> Option<ComposeFile> {
        let (at, text) = self.rendered.text(path)?;
        let body = &self.bundle.files.get(at)?.body;
        let source = body.source();
        let is_given = matches!(body, Content::Verbatim(_));
        // A template's places are those of what it makes.
        let read = if is_given || source.text == text {
            Arc::clone(source)
        } else {
            Source::file(&format!("{} (filled in)", source.name), text)
        };
        if !is_given && !self.is_good {
            return None;
        }
        let root = read::read(&Place::all(&read), variables, report)?;
        let is_users = is_given || profile::is_folder(&self.resolved.profile);
        if is_users {
            schema::check(&root, report);
        }
        let name = if is_given { source.name.clone() } else { format!("the server's own {path}") };
        Some(ComposeFile::new(name, root, is_users, is_given.then(|| Arc::clone(source))))
    }

    /// What the site's `.env` sets.
    fn variables(&self, home: &str) -> Variables {
        let text = self.rendered.text(&format!("{home}/.env")).map_or("", |(_, text)| text);
        let entries =
            text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
        let set = entries.map(|(name, value)| (name.trim().to_owned(), dotenv(value))).collect();
        Variables { set, can_be_set: self.resolved.offers("environment"), beside: self.variables_beside() }
    }

    /// The names that the `.env` beside the user's compose file sets.
    fn variables_beside(&self) -> Vec<String> {
        let body = |path: &GuestPath| {
            let (at, _) = self.rendered.text(path.as_str())?;
            Some(&self.bundle.files.get(at)?.body)
        };
        let bodies = self.resolved.site.compose_files.iter().filter_map(body);
        let given = bodies.filter(|body| matches!(body, Content::Verbatim(_)));
        let found = given.map(|body| self.files.read_beside(body.source(), VARIABLES));
        let text = |found: Result<Beside, String>| match found {
            Ok(Beside::File(file)) => names(&file.source.text).into_iter().map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        found.flat_map(text).collect()
    }
}

/// A value of `.env`; nothing if the server puts a secret in its place.
fn dotenv(value: &str) -> Option<String> {
    if value.starts_with('@') {
        return None;
    }
    let Some(quoted) = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) else {
        return Some(value.to_owned());
    };
    let mut out = String::new();
    let mut chars = quoted.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => out.extend(chars.next().map(|c| match c {
                'n' => '\n',
                'r' => '\r',
                c => c,
            })),
            _ => out.push(c),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::escape::Syntax;

    #[test]
    fn values_of_dotenv_are_read_as_they_were_written() {
        for value in ["", "plain", "two words", "a\"b\\c$d", "line\nbreak\r", "@sign", "a=b"] {
            let written = Syntax::Dotenv.token(value).expect("a token");
            assert_eq!(dotenv(&written).as_deref(), Some(value), "{written}");
        }
        assert_eq!(dotenv("@generate@"), None);
    }
}
