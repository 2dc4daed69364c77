//! What the user adds to the document: cloud-config keys, and MIME parts.
//!
//! The values are read as PyYAML reads them, checked with lint's rules at their places in the user's file, and written
//! again by `document`. No text of the user's is copied.

mod key;
mod parts;

use std::collections::BTreeMap;

use crate::cloud_init::ContentKind;
use crate::compile::config::{ConfigLayer, Origin};
use crate::compile::files::ReadFile;
use crate::compile::phase::Phase;
use crate::finding::{Code, Diagnostic, Report, Severity, rule};
use crate::text::source::{Place, Source};
use crate::userdata::{Tree, UserData, WrittenFile, read_configs};
use crate::yaml;

pub(crate) use key::check_in_part;
pub use parts::read as read_part;

use crate::compile::part::MimePart;

/// The user's own cloud-config keys and MIME parts, read and checked.
#[derive(Clone, Default)]
pub struct Own {
    /// Each top-level key in the order given: its name, the node of the key (its place), and the node of its
    /// value.
    pub keys: Vec<(String, Tree, Tree)>,
    /// The files of the user's `write_files`.
    pub files: Vec<std::sync::Arc<WrittenFile>>,
    /// The user's own MIME parts from the configuration.
    pub parts: Vec<std::sync::Arc<MimePart>>,
    /// Whether the configuration file itself contains cloud-config keys. Then no flags alone can make the
    /// same document again.
    pub is_in_config: bool,
}

/// Any of it may be a secret that is in clear by choice.
impl std::fmt::Debug for Own {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Own").finish_non_exhaustive()
    }
}

/// Two are equal when cloud-init would read them alike.
impl PartialEq for Own {
    fn eq(&self, other: &Self) -> bool {
        let keys = |own: &Self| {
            own.keys.iter().map(|(name, _, value)| (name.clone(), value.clone())).collect::<Vec<_>>()
        };
        let (one, two) = (keys(self), keys(other));
        one.len() == two.len()
            && one.iter().zip(&two).all(|(a, b)| a.0 == b.0 && a.1.value.is_same(&b.1.value))
    }
}

impl Own {
    /// Reads the user's cloud-configs and MIME parts. Of a key given more than once the last value counts.
    /// Files that cannot be read and keys that conflict with firstlight's own go into the report.
    pub(crate) fn read(
        configs: &[ConfigLayer],
        parts: &[ConfigLayer],
        phase: Phase,
        files: &dyn ReadFile,
        report: &mut Report,
    ) -> Self {
        let places: Vec<_> = configs.iter().filter_map(|layer| report.keep(place(layer, files))).collect();
        let data = read_configs(&places);
        lint(&data, report);
        let is_in_config = configs.iter().any(|layer| matches!(layer.node.kind, yaml::Kind::Mapping(_)));
        let mut own = Self { parts: parts::all(parts, files, report), is_in_config, ..Self::default() };
        let mut at = BTreeMap::new();
        for (layer, part) in configs.iter().zip(&data.parts) {
            let Some(map) = part.config.as_ref().and_then(|config| config.map()) else { continue };
            for (key, _) in map.entries.iter().filter(|(key, _)| key.value.text().is_none()) {
                let problem = Diagnostic::error(Code::WrongType, "a key must be text").at(&key.place, "");
                report.push(problem.help("put it in quotes"));
            }
            for (key, name, value) in map.texts() {
                if phase == Phase::Boot && layer.origin == Origin::Host && key::is_baked_alone(name) {
                    report.push(key::too_late(name, key));
                }
                let entry = (name.to_owned(), key.clone(), value.clone());
                match at.get(name).and_then(|at| own.keys.get_mut(*at)) {
                    Some(before) => *before = entry,
                    None => {
                        at.insert(name.to_owned(), own.keys.len());
                        own.keys.push(entry);
                    }
                }
            }
        }
        own.keys.iter().for_each(|(name, key, value)| key::check(name, key, value, report));
        own.files = data.config.files.into_iter().map(std::sync::Arc::new).collect();
        own
    }

    /// What of it a phase takes.
    #[must_use]
    pub(crate) fn of(&self, phase: Phase) -> Self {
        let keys = self.keys.iter().filter(|(name, ..)| key::is_taken(name, phase)).cloned().collect();
        let is_baked = phase == Phase::Bake;
        Self {
            keys,
            files: if is_baked { Vec::new() } else { self.files.clone() },
            parts: if is_baked { Vec::new() } else { self.parts.clone() },
            is_in_config: self.is_in_config,
        }
    }

    /// Arguments of `firstlight render` that give the same document again, from those that do without the user's own.
    /// What no flag can say is where it was said: in the configuration, or in the list of hosts.
    #[must_use]
    pub(crate) fn arguments(
        configs: &[ConfigLayer],
        config: Option<&Source>,
        others: Vec<String>,
    ) -> Vec<String> {
        let is_inline = |layer: &&ConfigLayer| matches!(layer.node.kind, yaml::Kind::Mapping(_));
        let file = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
        let flags = |of: &[Origin]| -> Vec<String> {
            let named = configs.iter().filter(|layer| of.contains(&layer.origin));
            let paths = named.filter_map(|layer| layer.node.text("").ok());
            paths.flat_map(|path| ["--cloud-config".to_owned(), path.to_owned()]).collect()
        };
        let whole = config.map(|source| file(&source.name)).into_iter();
        match configs.iter().rfind(is_inline) {
            None => others.into_iter().chain(flags(&[Origin::Config, Origin::Host, Origin::Flag])).collect(),
            Some(ConfigLayer { origin: Origin::Host, node }) => {
                let hosts = ["--hosts".to_owned(), file(&node.place.source.name)];
                let to = ["--output", "FOLDER"].map(str::to_owned);
                whole.chain(hosts).chain(flags(&[Origin::Flag])).chain(to).collect()
            }
            Some(_) => whole.chain(others).chain(flags(&[Origin::Host, Origin::Flag])).collect(),
        }
    }

    /// Whether the user has given neither keys nor parts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.parts.is_empty()
    }

    /// The files whose whole content the document determines: neither appended to others nor fetched by the
    /// server.
    pub(crate) fn whole_files(&self) -> impl Iterator<Item = &WrittenFile> {
        self.files.iter().map(AsRef::as_ref).filter(|file| !file.append && file.source.is_none())
    }

    /// A key's value.
    #[must_use]
    pub(crate) fn get(&self, name: &str) -> Option<&Tree> {
        self.keys.iter().find(|(key, ..)| key == name).map(|(_, _, value)| value)
    }

    /// The items of a key that ours has, too.
    #[must_use]
    pub(crate) fn items(&self, name: &str) -> &[Tree] {
        self.get(name).and_then(|value| value.list()).unwrap_or_default()
    }

    /// The keys that ours has not.
    pub(crate) fn others(&self) -> impl Iterator<Item = (&str, &Tree)> {
        let all = self.keys.iter().map(|(name, _, value)| (name.as_str(), value));
        all.filter(|(name, _)| !key::MERGED.contains(name))
    }

    /// The place of the first key or part; `None` if there is none.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        let key = self.keys.first().map(|(_, key, _)| key.place.first_line());
        key.or_else(|| self.parts.first().map(|part| part.place.clone()))
    }
}

/// Where a cloud-config stands: here, or in the file that is named here.
fn place(layer: &ConfigLayer, files: &dyn ReadFile) -> Result<Place, Diagnostic> {
    let node = &layer.node;
    match &node.kind {
        yaml::Kind::Mapping(_) => Ok(from_its_line(&node.place)),
        yaml::Kind::Scalar { .. } => {
            let source = files.read_text(&node.place, node.text(WANTED)?)?;
            let all = Place::all(&source);
            match ContentKind::of_text(&source.text) {
                None | Some(ContentKind::CloudConfig) => Ok(all),
                Some(other) => {
                    let message = format!(
                        "cloud-init would read this as: {}; a cloud-config is expected here",
                        other.name()
                    );
                    Err(Diagnostic::error(Code::BadValue, message)
                        .at(&all.first_line(), "")
                        .help("begin the file with #cloud-config, or list it under `parts:` instead"))
                }
            }
        }
        yaml::Kind::List(_) => Err(node
            .wrong_type(WANTED)
            .help("write the keys below it, or the path of a file that contains them")),
    }
}

const WANTED: &str = "a mapping, or the path of a file,";

/// A mapping in a block begins after the blanks of its first line: they belong to its YAML.
fn from_its_line(place: &Place) -> Place {
    let before = place.source.text.get(..place.span.start).unwrap_or("");
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let is_block = before.get(start..).is_some_and(|blanks| blanks.bytes().all(|b| b == b' '));
    let start = if is_block { start } else { place.span.start };
    Place { source: place.source.clone(), span: start..place.span.end }
}

/// Everything that lint finds; host keys are errors here. Passwords and other secrets are searched for with all else.
pub(crate) fn lint(data: &UserData, report: &mut Report) {
    let searched = [&rule::NAMED_SECRET, &rule::PLACED_SECRET, &rule::SECRET, &rule::CLEAR_PASSWORD];
    for found in crate::review::lint::of_configs(data).diagnostics() {
        if rule::HOST_KEY.is_of(found) {
            report.push(Diagnostic { severity: Severity::Error, ..found.clone() });
        } else if !searched.iter().any(|rule| rule.is_of(found)) {
            report.push(found.clone());
        }
    }
}
