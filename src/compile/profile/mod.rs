//! A profile: a folder that says what to ask, what to lay on the server and what to start.
//!
//! `profile.yaml` describes it; below `files/` lies the server's tree, each file where it lands. A name
//! that ends in `.j2` is a template. The profile `_host` is the part that all others share.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::nearest::suggest;
use crate::base::problem::Problem;
use crate::compile::setting::Setting;
use crate::finding::{Code, Diagnostic, Report};
use crate::host::Method;
use crate::text::source::{Place, Source, Spanned};
use crate::value::Mode;
use crate::yaml::{self, Kind, Mapping, Node};

/// The files of a profile's folder: content by path, relative to the folder and with `/` as the separator.
pub type ProfileTree = BTreeMap<String, Vec<u8>>;

/// Whether a profile is named by the path of a folder of the user's.
#[must_use]
pub(crate) fn is_folder(name: &str) -> bool {
    name.contains(['/', '.'])
}

/// A profile, read and checked from its folder.
#[derive(Debug)]
pub struct Profile {
    /// The value of `--profile`: a name, or the path of a folder.
    pub name: String,
    /// The place of the first line of `profile.yaml`.
    pub place: Place,
    /// The whole of `profile.yaml` as a tree.
    pub description: Node,
    /// One line that describes the profile; it stands in the document's header.
    pub summary: String,
    /// The default of the top-level key `repo`; `None` if the profile has no such default.
    pub repo: Option<Node>,
    /// The default of the top-level key `branch`, likewise.
    pub branch: Option<Node>,
    /// The default of the top-level key `token`, likewise.
    pub token: Option<Node>,
    /// The settings that users may choose, in the order of `profile.yaml`.
    pub settings: Vec<Setting>,
    /// Names that are computed from the settings, each with its template, in order: a later one may use an
    /// earlier one.
    pub values: Vec<(Spanned<String>, Spanned<String>)>,
    /// Only in the shared profile `_host`: each name that the other profile must define, and what it means.
    pub needs: Vec<(String, String)>,
    /// Exceptions to the rule that every file below `files/` is laid unconditionally, with mode 0644.
    pub rules: Vec<FileRule>,
    /// The lines that `firstlight status` shows of a site that is up.
    pub status: Vec<StatusRule>,
    /// The requests that `firstlight verify` sends to the site.
    pub verify: Vec<CheckRule>,
    /// Commands that cloud-init runs on every boot, before it writes files.
    pub bootcmd: Vec<ProfileCommand>,
    /// Commands that cloud-init runs after it has written all files.
    pub runcmd: Vec<ProfileCommand>,
    /// The files below `files/`, by their path relative to that folder; those in `.j2` are templates.
    pub files: BTreeMap<String, Arc<Source>>,
    /// The files below `packed/`, by their path relative to that folder: the program of the server without comments, as it is
    /// in the archive that a document carries.
    pub packed: BTreeMap<String, Arc<Source>>,
}

/// A line of `firstlight status`.
#[derive(Debug)]
pub struct StatusRule {
    /// What the line is about; a template.
    pub label: Spanned<String>,
    /// Where its value comes from.
    pub source: LineSource,
    /// A template for the text, the path or the variable's name.
    pub value: Spanned<String>,
}

/// Where a line of `firstlight status` gets its value from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineSource {
    /// From the profile.
    Text,
    /// From a file in the application's container.
    File,
    /// From a variable in the application's container.
    Variable,
}

/// A request that `firstlight verify` sends to the site.
#[derive(Debug)]
pub struct CheckRule {
    /// What is checked, in words; a template.
    pub what: Spanned<String>,
    /// The request's method.
    pub method: Method,
    /// The path that is requested; a template.
    pub path: Spanned<String>,
    /// The statuses that are right; at least one.
    pub expected: Vec<u16>,
}

/// A command for cloud-init's `bootcmd` or `runcmd`.
#[derive(Debug)]
pub struct ProfileCommand {
    /// The program and its arguments, each a template; no shell reads them again.
    pub words: Vec<String>,
    /// A template expression; the command is left out if it is false. `None` means that it always runs.
    pub when: Option<Spanned<String>>,
}

/// An exception for one of the profile's files.
#[derive(Debug)]
pub struct FileRule {
    /// A template for the file's absolute path on the server.
    pub path: Spanned<String>,
    /// The file's permission bits.
    pub mode: Mode,
    /// Whether the operator's changes to the file survive an update.
    pub keep: bool,
    /// The setting whose value, a file of the user's, can replace this file.
    pub from: Option<Spanned<String>>,
    /// A template expression; the file is left out if it is false. `None` means that it is always laid.
    pub when: Option<Spanned<String>>,
}

impl Profile {
    /// Reads a profile from its folder's files.
    pub(crate) fn read(name: &str, tree: &ProfileTree, report: &mut Report) -> Option<Self> {
        let shown = |path: &str| format!("{}/{path}", name.trim_end_matches('/'));
        let mut sources = BTreeMap::new();
        for (path, bytes) in tree {
            match std::str::from_utf8(bytes) {
                Ok(text) => _ = sources.insert(path.clone(), Source::file(&shown(path), text)),
                Err(_) => report
                    .push(Diagnostic::error(Code::BadProfile, format!("{} is not UTF-8 text", shown(path)))),
            }
        }
        let Some(main) = sources.remove("profile.yaml") else {
            let problem =
                Diagnostic::error(Code::BadProfile, format!("there is no {}", shown("profile.yaml")));
            report.push(
                problem.help("a profile is a folder with a profile.yaml; profiles/app is a short example"),
            );
            return None;
        };
        let below = |folder: &str| -> BTreeMap<String, Arc<Source>> {
            let at = |path: &String| Some(format!("/{}", path.strip_prefix(folder)?));
            sources.iter().filter_map(|(path, source)| Some((at(path)?, Arc::clone(source)))).collect()
        };
        let (files, packed) = (below("files/"), below("packed/"));
        let node = yaml::parse(&main, report)?;
        let description = node.clone();
        let mut mapping = report.keep(Mapping::of(node))?;
        let profile = Self {
            name: name.to_owned(),
            description,
            place: Place { source: Arc::clone(&main), span: 0..main.text.lines().next().map_or(0, str::len) },
            summary: mapping.text("summary", report).map_or_else(String::new, |text| text.value),
            repo: mapping.take("repo"),
            branch: mapping.take("branch"),
            token: mapping.take("token"),
            settings: read_entries(mapping.take("settings"), report, Setting::read),
            values: read_entries(mapping.take("values"), report, |key, node, report| {
                let value = report.keep(node.text("a template").map(str::to_owned))?;
                Some((key, Spanned { value, place: node.place }))
            }),
            needs: read_entries(mapping.take("needs"), report, |key, node, report| {
                Some((key.value, report.keep(node.text("a sentence").map(str::to_owned))?))
            }),
            rules: read_items(mapping.take("files"), report, FileRule::read),
            status: read_items(mapping.take("status"), report, StatusRule::read),
            verify: read_items(mapping.take("verify"), report, CheckRule::read),
            bootcmd: read_items(mapping.take("bootcmd"), report, ProfileCommand::read),
            runcmd: read_items(mapping.take("runcmd"), report, ProfileCommand::read),
            files,
            packed,
        };
        mapping.finish(report);
        Some(profile)
    }

    /// Complains about names that another name hides, that the host side needs, or that are not there.
    pub(crate) fn check(&self, host: &Self, report: &mut Report) {
        // A setting that cannot be read is not taken for one that is missing.
        if !report.has_errors() {
            self.give(host, report);
        }
        let mut taken: Vec<&str> = TOP.to_vec();
        for name in host.names().chain(self.names()) {
            if taken.contains(&name.value.as_str()) {
                report.push(
                    Diagnostic::error(Code::BadProfile, format!("the name `{}` is already used", name.value))
                        .at(&name.place, "")
                        .help("another key, setting or value has this name; choose another one"),
                );
            }
            taken.push(&name.value);
        }
        for (setting, of) in self.settings.iter().filter_map(|s| Some((s, s.kind.service_of()?))) {
            self.want_file(of, &setting.key.place, report);
        }
        for from in self.rules.iter().filter_map(|rule| rule.from.as_ref()) {
            self.want_file(&from.value, &from.place, report);
        }
    }

    /// What the host side cannot do without: `token`, and what it says under `needs`.
    fn give(&self, host: &Self, report: &mut Report) {
        let mut lack = |message: String, help: String| {
            report.push(Diagnostic::error(Code::BadProfile, message).at(&self.place, "").help(help));
        };
        if self.token.is_none() {
            let help = "add `token: none` for public images, or `token: file:///etc/firstlight/ghcr-token`";
            lack(
                "the profile does not say where the registry's token comes from".to_owned(),
                help.to_owned(),
            );
        }
        let given: Vec<&str> = self.names().map(|name| name.value.as_str()).collect();
        let lacking: Vec<_> = host.needs.iter().filter(|(name, _)| !given.contains(&name.as_str())).collect();
        if !lacking.is_empty() {
            let names: Vec<_> = lacking.iter().map(|(name, _)| format!("`{name}`")).collect();
            let lines: Vec<_> = lacking.iter().map(|(name, what)| format!("\n  {name}: {what}")).collect();
            lack(
                format!("the profile does not define {}", names.join(", ")),
                format!("define each under `values` (\"\" for none) or under `settings`:{}", lines.concat()),
            );
        }
    }

    fn names(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.settings.iter().map(|setting| &setting.key).chain(self.values.iter().map(|(key, _)| key))
    }

    fn want_file(&self, key: &str, place: &Place, report: &mut Report) {
        let files = self.settings.iter().filter(|s| s.kind.is_file()).map(|s| s.key.value.as_str());
        if !files.clone().any(|name| name == key) {
            report.push(
                Diagnostic::error(Code::BadProfile, format!("there is no setting `{key}` of type file"))
                    .at(place, "")
                    .help(suggest(key, files)),
            );
        }
    }
}

/// The names every profile has, or that are computed for it.
const TOP: [&str; 7] = ["phase", "domain", "token", "repo", "branch", "schemes", "credentials"];

impl ProfileCommand {
    /// A list of words, or a mapping of such a `run` and a `when`.
    fn read(node: Node, report: &mut Report) -> Option<Self> {
        if !matches!(node.kind, Kind::Mapping(_)) {
            return Some(Self { words: report.keep(node.texts())?, when: None });
        }
        let mut mapping = report.keep(Mapping::of(node))?;
        let run = mapping.require("run", report);
        let when = mapping.text("when", report);
        mapping.finish(report);
        Some(Self { words: report.keep(run?.texts())?, when })
    }
}

impl StatusRule {
    fn read(node: Node, report: &mut Report) -> Option<Self> {
        let place = node.place.clone();
        let mut mapping = report.keep(Mapping::of(node))?;
        let label = mapping.require("label", report);
        let sources =
            [("text", LineSource::Text), ("file", LineSource::File), ("variable", LineSource::Variable)];
        let given: Vec<_> = sources
            .into_iter()
            .filter_map(|(key, source)| Some((source, mapping.text(key, report)?)))
            .collect();
        mapping.finish(report);
        let label = template(label?, report)?;
        match <[_; 1]>::try_from(given) {
            Ok([(source, value)]) => Some(Self { label, source, value }),
            Err(_) => {
                let problem = "a line of `status` has exactly one of `text`, `file` and `variable`";
                report.push(Diagnostic::error(Code::BadProfile, problem).at(&place, "").help(
                    "write the text itself, or a file's path or a variable's name in the application's container",
                ));
                None
            }
        }
    }
}

impl CheckRule {
    fn read(node: Node, report: &mut Report) -> Option<Self> {
        let mut mapping = report.keep(Mapping::of(node))?;
        let what = mapping.require("what", report);
        let method = mapping.text("method", report);
        let path = mapping.require("path", report);
        let expected = mapping.require("expected", report);
        mapping.finish(report);
        let method = method.map_or(Ok(Method::Get), |given| {
            let found = Method::ALL.iter().find(|(name, _)| *name == given.value);
            found.map(|(_, method)| *method).ok_or_else(|| {
                let help = suggest(&given.value, Method::ALL.iter().map(|(name, _)| *name));
                Diagnostic::error(Code::UnknownName, format!("there is no method `{}`", given.value))
                    .at(&given.place, "")
                    .help(help)
            })
        });
        let method = report.keep(method);
        let expected = report.keep(statuses(expected?))?;
        Some(Self {
            what: template(what?, report)?,
            method: method?,
            path: template(path?, report)?,
            expected,
        })
    }
}

/// A text that is a template.
fn template(node: Node, report: &mut Report) -> Option<Spanned<String>> {
    let value = report.keep(node.text("a template").map(str::to_owned))?;
    Some(Spanned { value, place: node.place })
}

/// A list of HTTP statuses, or a single one.
fn statuses(node: Node) -> Result<Vec<u16>, Diagnostic> {
    let place = node.place.clone();
    let texts = match node.kind {
        Kind::Scalar { .. } => vec![node.text("a status")?.to_owned()],
        _ => node.texts()?,
    };
    let read = |text: &String| text.parse().ok().filter(|status| (100..=599).contains(status));
    let statuses = texts.iter().map(read).collect::<Option<Vec<u16>>>();
    statuses.filter(|statuses| !statuses.is_empty()).ok_or_else(|| {
        Diagnostic::error(Code::BadProfile, "this is not a list of HTTP statuses")
            .at(&place, "")
            .help("write them like [200, 404]: each is a number from 100 to 599")
    })
}

impl FileRule {
    fn read(node: Node, report: &mut Report) -> Option<Self> {
        let mut mapping = report.keep(Mapping::of(node))?;
        let path = mapping.require("path", report);
        let mode = mapping.text("mode", report);
        let keep = mapping.text("keep", report);
        let from = mapping.text("from", report);
        let when = mapping.text("when", report);
        mapping.finish(report);
        let path = path?;
        let text = report.keep(path.text("a path").map(str::to_owned))?;
        let mode = mode.map_or(Ok(Mode::DEFAULT), |mode| {
            Mode::parse(&mode.value).map_err(|p| p.at(&mode.place, &mode.value))
        });
        let keep = keep.map_or(Ok(false), |keep| match keep.value.as_str() {
            "edits" => Ok(true),
            _ => {
                Err(Problem::new("the only value of `keep` is `edits`", "write `keep: edits`, or remove it")
                    .at(&keep.place, &keep.value))
            }
        });
        let (mode, keep) = (report.keep(mode), report.keep(keep));
        let path = Spanned { value: text, place: path.place };
        Some(Self { path, mode: mode?, keep: keep?, from, when })
    }
}

fn read_entries<T>(
    node: Option<Node>,
    report: &mut Report,
    read: impl Fn(Spanned<String>, Node, &mut Report) -> Option<T>,
) -> Vec<T> {
    match node {
        None => Vec::new(),
        Some(Node { kind: Kind::Mapping(entries), .. }) => {
            entries.into_iter().filter_map(|(key, node)| read(key, node, report)).collect()
        }
        Some(node) => {
            report.push(node.no_mapping());
            Vec::new()
        }
    }
}

fn read_items<T>(
    node: Option<Node>,
    report: &mut Report,
    read: impl Fn(Node, &mut Report) -> Option<T>,
) -> Vec<T> {
    match node {
        None => Vec::new(),
        Some(Node { kind: Kind::List(items), .. }) => {
            items.into_iter().filter_map(|item| read(item, report)).collect()
        }
        Some(node) => {
            report.push(node.no_list());
            Vec::new()
        }
    }
}

/// Reads profiles. The core has no file system, so the caller of the compiler implements it.
pub trait ReadProfile {
    /// Returns the files of the profile `name`. `place` is where the user named it; `None` if nobody did.
    ///
    /// # Errors
    /// There is no such profile, or its folder cannot be read.
    fn read_profile(&self, name: &str, place: Option<&Place>) -> Result<ProfileTree, Diagnostic>;

    /// The names of all profiles that a user may choose by name, for suggestions.
    fn profile_names(&self) -> Vec<String>;
}
