//! Reads `profile.yaml` and the files beside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{
    CheckRule, FileRule, HeaderRule, LineSource, Profile, ProfileCommand, ProfileTree, Sourced, StatusRule,
};
use crate::base::nearest::suggest;
use crate::base::problem::Problem;
use crate::compile::setting::Setting;
use crate::finding::{Code, Diagnostic, Report};
use crate::host::Method;
use crate::text::source::{Place, Source, Spanned};
use crate::value::Mode;
use crate::yaml::{self, Kind, Mapping, Node};

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
        let node = yaml::parse(&main, report)?;
        let description = node.clone();
        let mut mapping = report.keep(Mapping::of(node))?;
        let profile = Self {
            name: name.to_owned(),
            description,
            place: Place::all(&main).first_line(),
            help: mapping.text("help", report).map_or_else(String::new, |text| text.value),
            summary: mapping
                .text("summary", report)
                .unwrap_or_else(|| Spanned { value: String::new(), place: Place::all(&main).first_line() }),
            repo: mapping.take("repo"),
            branch: mapping.take("branch"),
            token: mapping.take("token"),
            settings: read_entries(mapping.take("settings"), report, Setting::read),
            values: read_entries(mapping.take("values"), report, |key, node, report| {
                Some((key, template(node, report)?))
            }),
            needs: read_entries(mapping.take("needs"), report, |key, node, report| {
                Some((key.value, report.keep(node.text("a sentence").map(str::to_owned))?))
            }),
            rules: read_items(mapping.take("files"), report, FileRule::read),
            status: read_items(mapping.take("status"), report, StatusRule::read),
            verify: read_items(mapping.take("verify"), report, CheckRule::read),
            bootcmd: read_items(mapping.take("bootcmd"), report, ProfileCommand::read),
            runcmd: read_items(mapping.take("runcmd"), report, ProfileCommand::read),
            files: below("files/"),
            repository: below("repository/"),
        };
        mapping.finish(report);
        Some(profile)
    }
}

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
        let value = Sourced::take(&mut mapping, "a line of `status`", &place, report);
        mapping.finish(report);
        Some(Self { label: template(label?, report)?, value: value? })
    }
}

impl HeaderRule {
    fn read(node: Node, report: &mut Report) -> Option<Self> {
        let place = node.place.clone();
        let mut mapping = report.keep(Mapping::of(node))?;
        let name = mapping.require("name", report);
        let value = Sourced::take(&mut mapping, "a header", &place, report);
        mapping.finish(report);
        Some(Self { name: template(name?, report)?, value: value? })
    }
}

impl Sourced {
    /// Takes the key that says what the value is.
    fn take(mapping: &mut Mapping, of: &str, place: &Place, report: &mut Report) -> Option<Self> {
        let sources =
            [("text", LineSource::Text), ("file", LineSource::File), ("variable", LineSource::Variable)];
        let given: Vec<_> = sources
            .into_iter()
            .filter_map(|(key, source)| Some(Self { source, template: mapping.text(key, report)? }))
            .collect();
        let one = <[_; 1]>::try_from(given).map_err(|_| {
            let problem = format!("{of} has exactly one of `text`, `file` and `variable`");
            Diagnostic::error(Code::BadProfile, problem).at(place, "").help(
                "write the text itself, or a file's path or a variable's name in the application's container",
            )
        });
        report.keep(one).map(|[one]| one)
    }
}

impl CheckRule {
    fn read(node: Node, report: &mut Report) -> Option<Self> {
        let mut mapping = report.keep(Mapping::of(node))?;
        let what = mapping.require("what", report);
        let method = mapping.text("method", report);
        let path = mapping.require("path", report);
        let headers = read_items(mapping.take("headers"), report, HeaderRule::read);
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
            headers,
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
    let read = |text: &String| text.parse::<u16>().ok().filter(|status| (100..=599).contains(status));
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
        let syntax = mapping.text("syntax", report);
        let when = mapping.text("when", report);
        mapping.finish(report);
        let path = path?;
        let text = report.keep(path.text("a path").map(str::to_owned))?;
        let mode = mode.map_or(Ok(Mode::DEFAULT), |mode| {
            Mode::parse(&mode.value).map_err(|p| p.at(&mode.place, &mode.value))
        });
        let keep = report.keep(is_word(keep, "keep", "edits"));
        let is_yaml = report.keep(is_word(syntax, "syntax", "yaml"));
        let mode = report.keep(mode);
        let path = Spanned { value: text, place: path.place };
        Some(Self { path, mode: mode?, keep: keep?, from, is_yaml: is_yaml?, when })
    }
}

/// Whether a key is there that has one possible value.
fn is_word(given: Option<Spanned<String>>, key: &str, word: &str) -> Result<bool, Diagnostic> {
    match given {
        None => Ok(false),
        Some(given) if given.value == word => Ok(true),
        Some(given) => {
            let message = format!("the only value of `{key}` is `{word}`");
            let help = format!("write `{key}: {word}`, or remove it");
            Err(Problem::new(message, help).at(&given.place, &given.value))
        }
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
