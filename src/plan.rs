//! From what holds to what is laid on the server: path, mode and content of every file.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Report};
use crate::profile::{Profile, Rule};
use crate::resolve::{Resolved, applies, in_profile};
use crate::setting::Value;
use crate::source::{Place, Source};
use crate::template;
use crate::value::{GuestPath, Mode};

/// Files whose edits are kept are laid below this folder; the host side puts them in place.
pub const STAGE: &str = "/var/lib/firstlight/files";

/// What the document carries, before rendering.
#[derive(Debug)]
pub struct Bundle {
    /// Every file, by the path at which cloud-init lays it.
    pub files: BTreeMap<GuestPath, Planned>,
    /// What cloud-init runs once they are there.
    pub commands: Vec<Vec<String>>,
}

/// One file, before rendering.
#[derive(Debug)]
pub struct Planned {
    /// Its mode.
    pub mode: Mode,
    /// Its content, or what makes it.
    pub body: Body,
}

/// What makes a file's content.
#[derive(Debug)]
pub enum Body {
    /// A template of a profile.
    Template(Arc<Source>),
    /// A text of a profile, laid as it is but for notes.
    Text(Arc<Source>),
    /// A file of the user's, laid as it is.
    Verbatim(Arc<Source>),
}

/// Decides which files are laid where.
pub fn plan(resolved: &Resolved, host: &Profile, profile: &Profile, report: &mut Report) -> Bundle {
    let mut bundle = Bundle { files: BTreeMap::new(), commands: Vec::new() };
    for part in [host, profile] {
        add(part, resolved, &mut bundle, report);
        bundle.commands.extend(part.commands.iter().cloned());
    }
    bundle
}

fn add(profile: &Profile, resolved: &Resolved, bundle: &mut Bundle, report: &mut Report) {
    let context = &resolved.context;
    let mut rules: BTreeMap<String, &Rule> = BTreeMap::new();
    for rule in &profile.rules {
        match template::render_plain(&rule.path.value, context) {
            Ok(path) => {
                if rules.insert(path.clone(), rule).is_some() {
                    report.push(
                        Diagnostic::error(Code::DuplicateKey, format!("two rules for {path}"))
                            .at(&rule.path.place, "again here"),
                    );
                }
            }
            Err(failure) => report.push(in_profile(&failure, &rule.path.place, &rule.path.value)),
        }
    }
    for (name, source) in &profile.files {
        let (name, is_template) =
            name.strip_suffix(".j2").map_or((name.as_str(), false), |name| (name, true));
        let path = match template::render_plain(name, context) {
            Ok(path) => path,
            Err(failure) => {
                report.push(in_profile(&failure, &Place::all(&Source::flag(&source.name, name)), name));
                continue;
            }
        };
        let rule = rules.remove(&path);
        let body =
            if is_template { Body::Template(Arc::clone(source)) } else { Body::Text(Arc::clone(source)) };
        lay(&path, rule, Some(body), resolved, bundle, report);
    }
    for (path, rule) in rules {
        lay(&path, Some(rule), None, resolved, bundle, report);
    }
}

/// Adds one file, if its rule lets it be laid.
fn lay(
    path: &str,
    rule: Option<&Rule>,
    own: Option<Body>,
    resolved: &Resolved,
    bundle: &mut Bundle,
    report: &mut Report,
) {
    if let Some(rule) = rule {
        match applies(rule, &resolved.context) {
            Ok(true) => {}
            Ok(false) => return,
            Err(problem) => return report.push(problem),
        }
    }
    let Some(body) = rule.and_then(|rule| given_file(rule, resolved)).or(own) else {
        let problem = Diagnostic::error(Code::BadProfile, format!("a rule for {path}, but no such file"));
        return report.push(match rule {
            Some(rule) => problem.at(&rule.path.place, "in the profile"),
            None => problem,
        });
    };
    let keep = rule.is_some_and(|rule| rule.keep);
    let at = if keep { format!("{STAGE}{path}") } else { path.to_owned() };
    let at = match GuestPath::parse(&at) {
        Ok(at) => at,
        Err(problem) => {
            return report.push(Diagnostic::error(Code::BadProfile, format!("{path}: {}", problem.message)));
        }
    };
    let mode = rule.map_or(Mode::DEFAULT, |rule| rule.mode);
    let name = body.source().name.clone();
    if let Some(other) = bundle.files.insert(at, Planned { mode, body }) {
        let problem = format!("two files for {path}: {} and {name}", other.body.source().name);
        report.push(Diagnostic::error(Code::BadProfile, problem).help("remove one of them"));
    }
}

impl Body {
    /// The text it is made from.
    #[must_use]
    pub fn source(&self) -> &Arc<Source> {
        match self {
            Self::Template(source) | Self::Text(source) | Self::Verbatim(source) => source,
        }
    }
}

/// The file of the user's that a setting puts in place of the profile's own.
fn given_file(rule: &Rule, resolved: &Resolved) -> Option<Body> {
    let key = &rule.from.as_ref()?.value;
    resolved.settings.iter().find(|chosen| chosen.key == *key).and_then(|chosen| match &chosen.value {
        Value::File { source, .. } => Some(Body::Verbatim(Arc::clone(source))),
        _ => None,
    })
}

impl Bundle {
    /// Complains about a file that is laid where another needs a folder.
    pub fn check_tree(&self, report: &mut Report) {
        for path in self.files.keys() {
            let folder = format!("{path}/");
            if let Some(inner) = self.files.keys().find(|other| other.as_str().starts_with(&folder)) {
                report.push(Diagnostic::error(
                    Code::BadProfile,
                    format!("{path} is a file, and a folder for {inner}"),
                ));
            }
        }
    }
}
