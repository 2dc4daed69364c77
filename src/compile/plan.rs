//! Decides which files are on the server: path, mode and content of each, and the commands that run.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;
use std::sync::Arc;

use crate::compile::profile::{FileRule, Profile, ProfileCommand};
use crate::compile::resolve::Resolved;
use crate::compile::setting::Value;
use crate::compile::template::{Context, fill, holds};
use crate::escape::Syntax;
use crate::finding::{Code, Diagnostic, Report};
use crate::host::STAGE;
use crate::text::source::{Place, Source};
use crate::value::{Arrival, GuestPath, Mode, Scheme, SecretUri};

/// What the document carries, before rendering.
#[derive(Debug)]
pub(crate) struct Bundle {
    /// Every file, by the path at which cloud-init writes it.
    pub files: BTreeMap<GuestPath, Planned>,
    /// The files for the repository of the application, by their paths in it; no document contains them.
    pub repository: BTreeMap<GuestPath, Planned>,
    /// What cloud-init runs at every boot, before it writes files.
    pub bootcmd: Vec<Vec<String>>,
    /// What cloud-init runs once they are there.
    pub runcmd: Vec<Vec<String>>,
}

/// One file, before rendering.
#[derive(Debug)]
pub(crate) struct Planned {
    /// Its mode.
    pub mode: Mode,
    /// What makes its content.
    pub body: Content,
    /// What its templates' values become tokens of; `None` if nothing tells it.
    pub syntax: Option<Syntax>,
}

/// What makes a file's content.
#[derive(Debug)]
pub(crate) enum Content {
    /// A template of a profile.
    Template(Arc<Source>),
    /// A text of a profile, used as it is but for notes.
    Text(Arc<Source>),
    /// A file of the user's, used as it is.
    Verbatim(Arc<Source>),
}

/// Decides which file is written where.
pub(crate) fn plan(resolved: &Resolved, host: &Profile, profile: &Profile, report: &mut Report) -> Bundle {
    let mut bundle = Bundle {
        files: BTreeMap::new(),
        repository: repository(profile, &resolved.context, report),
        bootcmd: Vec::new(),
        runcmd: Vec::new(),
    };
    for part in [host, profile] {
        add(part, resolved, &mut bundle, report);
        bundle.bootcmd.extend(commands(&part.bootcmd, resolved, report));
        bundle.runcmd.extend(commands(&part.runcmd, resolved, report));
    }
    for held in &resolved.secrets {
        if let Some(path) = held.uri.hole() {
            // What Terraform fills in is base64 of the value alone; what is filled in here is a line.
            let end = if held.uri.scheme.arrival() == Arrival::Embedded { "\n" } else { "" };
            let body = Content::Verbatim(Source::flag("", &format!("{}{end}", hole(&held.uri))));
            bundle.files.insert(path, Planned { mode: Mode::PRIVATE, body, syntax: None });
        }
    }
    bundle
}

/// The commands that are run at all.
fn commands(commands: &[ProfileCommand], resolved: &Resolved, report: &mut Report) -> Vec<Vec<String>> {
    let mut run = |command: &&ProfileCommand| {
        report.keep(holds(command.when.as_ref(), &resolved.context)).unwrap_or(false)
    };
    commands.iter().filter(|command| run(command)).map(|command| command.words.clone()).collect()
}

/// The mark in the document where a secret will stand.
#[must_use]
pub(crate) fn hole(uri: &SecretUri) -> String {
    format!("@@{uri}@@")
}

/// Where a text has such a mark, of any secret.
#[must_use]
pub(crate) fn mark(text: &str) -> Option<Range<usize>> {
    text.match_indices("@@").find_map(|(start, mark)| {
        let inner = text.get(start + mark.len()..)?;
        let end = inner.find(mark)?;
        let is_ours = |(scheme, _): (Scheme, &str)| scheme.comes_with_document();
        Scheme::of(inner).is_some_and(is_ours).then_some(start..start + end + 2 * mark.len())
    })
}

fn add(profile: &Profile, resolved: &Resolved, bundle: &mut Bundle, report: &mut Report) {
    let context = &resolved.context;
    let mut rules: BTreeMap<String, &FileRule> = BTreeMap::new();
    for rule in &profile.rules {
        let Some(path) = report.keep(fill(&rule.path.value, &rule.path.place, context)) else { continue };
        if rules.insert(path.clone(), rule).is_some() {
            report.push(
                Diagnostic::error(Code::DuplicateKey, format!("`files` has two rules for {path}"))
                    .at(&rule.path.place, "again here")
                    .help("write one rule with the keys of both"),
            );
        }
    }
    for (path, body) in contents(&profile.files, context, report) {
        if path.starts_with(PARTS) {
            rules.remove(&path);
            let message = "the server's command is not a script any more, and takes no parts";
            report.push(
                Diagnostic::error(Code::BadProfile, message)
                    .at(&Place::start(body.source()), "")
                    .help(NO_PARTS),
            );
            continue;
        }
        add_file(&path, rules.remove(&path), Some(body), resolved, bundle, report);
    }
    for (path, rule) in rules {
        add_file(&path, Some(rule), None, resolved, bundle, report);
    }
}

/// The files of a folder of the profile, by their paths without the ending of templates.
fn contents(
    folder: &BTreeMap<String, Arc<Source>>,
    context: &Context,
    report: &mut Report,
) -> BTreeMap<String, Content> {
    let mut files: BTreeMap<String, Content> = BTreeMap::new();
    for (name, source) in folder {
        let (name, is_template) =
            name.strip_suffix(".j2").map_or((name.as_str(), false), |name| (name, true));
        let place = Place::all(&Source::flag(&source.name, name));
        let Some(path) = report.keep(fill(name, &place, context)) else { continue };
        let body = if is_template {
            Content::Template(Arc::clone(source))
        } else {
            Content::Text(Arc::clone(source))
        };
        match files.entry(path) {
            Entry::Vacant(free) => _ = free.insert(body),
            Entry::Occupied(taken) => report.push(two_files(taken.key(), taken.get(), &body)),
        }
    }
    files
}

/// The files that a profile has for the repository of the application.
fn repository(profile: &Profile, context: &Context, report: &mut Report) -> BTreeMap<GuestPath, Planned> {
    let mut files = BTreeMap::new();
    for (path, body) in contents(&profile.repository, context, report) {
        let place = Place::start(body.source());
        if let Some(path) = report.keep(GuestPath::parse(&path).map_err(|problem| problem.at(&place, ""))) {
            let syntax = Syntax::of(path.as_str());
            files.insert(path, Planned { mode: Mode::DEFAULT, body, syntax });
        }
    }
    files
}

/// The folder in which profiles had shell functions for the server's command, when that was a script.
const PARTS: &str = "/usr/local/sbin/firstlight.parts/";

/// What to do about a file in that folder.
const NO_PARTS: &str = "remove the file; in profile.yaml, `status` says what `firstlight status` shows, and `verify` what `firstlight verify` checks";

fn is_wanted(rule: &FileRule, resolved: &Resolved, report: &mut Report) -> bool {
    report.keep(holds(rule.when.as_ref(), &resolved.context)).unwrap_or(false)
}

/// Adds one file, if its rule allows it.
fn add_file(
    path: &str,
    rule: Option<&FileRule>,
    own: Option<Content>,
    resolved: &Resolved,
    bundle: &mut Bundle,
    report: &mut Report,
) {
    if !rule.is_none_or(|rule| is_wanted(rule, resolved, report)) {
        return;
    }
    let given = rule.and_then(|rule| given_file(rule, resolved));
    let Some(body) = given.or(own) else {
        let message = format!("`files` has a rule for {path}, but the profile has no such file");
        let problem =
            Diagnostic::error(Code::BadProfile, message).help("correct the path, or remove the rule");
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
            let message = format!("{path}: {}", problem.message);
            return report.push(Diagnostic::error(Code::BadProfile, message).help(problem.help));
        }
    };
    let mode = rule.map_or(Mode::DEFAULT, |rule| rule.mode);
    let syntax = if rule.is_some_and(|rule| rule.is_yaml) { Some(Syntax::Yaml) } else { Syntax::of(path) };
    match bundle.files.entry(at) {
        Entry::Vacant(free) => _ = free.insert(Planned { mode, body, syntax }),
        Entry::Occupied(taken) => report.push(two_files(path, &taken.get().body, &body)),
    }
}

fn two_files(path: &str, one: &Content, other: &Content) -> Diagnostic {
    let (one, other) = (&one.source().name, &other.source().name);
    Diagnostic::error(Code::BadProfile, format!("there are two files for {path}: {one} and {other}"))
        .help("remove one of them")
}

impl Content {
    /// The text it is made from.
    #[must_use]
    pub(crate) fn source(&self) -> &Arc<Source> {
        match self {
            Self::Template(source) | Self::Text(source) | Self::Verbatim(source) => source,
        }
    }
}

/// The file of the user's that a setting puts in place of the profile's own.
fn given_file(rule: &FileRule, resolved: &Resolved) -> Option<Content> {
    let key = &rule.from.as_ref()?.value;
    resolved.settings.iter().find(|chosen| chosen.key == *key).and_then(|chosen| match &chosen.value {
        Value::File { source, .. } => Some(Content::Verbatim(Arc::clone(source))),
        _ => None,
    })
}

impl Bundle {
    /// Complains about a file at the path where another needs a folder.
    pub(crate) fn check_tree(&self, report: &mut Report) {
        for path in self.files.keys() {
            let folder = format!("{path}/");
            if let Some(inner) = self.files.keys().find(|other| other.as_str().starts_with(&folder)) {
                let message = format!("{path} is a file, so it cannot also be the folder of {inner}");
                report.push(Diagnostic::error(Code::BadProfile, message).help("rename one of them"));
            }
        }
    }
}
