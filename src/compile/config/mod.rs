//! What the user gave: a configuration file, and flags, which override it. Only the structure is checked here; values
//! are checked when they are resolved.

mod key;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use key::TopKey;

use crate::finding::{Code, Diagnostic, Report};
use crate::text::source::{Place, Source, Spanned};
use crate::yaml::{self, Kind, Mapping, Node};

/// An entry of `in_clear`: a value that looks like a secret and that the user allows in the document.
#[derive(Clone)]
pub(crate) struct Exception {
    /// The address of the value, such as `environment.COMMIT`, and where the configuration lists it.
    pub address: Spanned<String>,
    /// Whether the entry applies to all hosts of a list, so that a single host need not use it.
    pub is_shared: bool,
}

/// The address may be a secret, so only its place is printed.
impl std::fmt::Debug for Exception {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Exception").field(&self.address).finish()
    }
}

/// The values of the command line's flags, as text that nobody has checked yet; `None` or empty if not given.
#[derive(Clone, Default)]
pub struct Flags {
    /// The values of the flags that are keys of a configuration, too.
    pub top: BTreeMap<TopKey, String>,
    /// The values of `--set`, each `KEY=VALUE`, in the order given.
    pub set: Vec<String>,
    /// The values of `--cloud-config`, each the path of a file, in the order given.
    pub cloud_config: Vec<String>,
    /// The values of `--in-clear`, each an address such as `environment.COMMIT`, in the order given.
    pub in_clear: Vec<String>,
}

/// A value may be a secret because of its name alone, so none is shown.
impl std::fmt::Debug for Flags {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flags").finish_non_exhaustive()
    }
}

/// The merged configuration. Every value keeps its place in the text; only the structure is checked so far.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The keys that have a single value.
    pub top: BTreeMap<TopKey, Node>,
    /// The profile's settings by name, in the order given.
    pub settings: Vec<(Spanned<String>, Node)>,
    /// Settings and entries that others replaced, such as a setting of the file that a flag overrides. They
    /// are checked, too.
    pub(crate) replaced: Vec<(Spanned<String>, Node)>,
    /// Values that look like secrets and that the user allows in the document.
    pub(crate) in_clear: Vec<Exception>,
    /// Keys at the top that no configuration has; they are reported as unknown.
    pub(crate) strays: Vec<Spanned<String>>,
    /// The user's own cloud-configs. If several have the same top-level key, the last one counts.
    pub(crate) cloud_config: Vec<ConfigLayer>,
    /// The lists of the user's own MIME parts. Only the last list counts.
    pub(crate) parts: Vec<ConfigLayer>,
}

/// One of several sources of the same information, and who gave it.
#[derive(Clone, Debug)]
pub(crate) struct ConfigLayer {
    /// What was given, with its place in the text.
    pub node: Node,
    /// Who gave it.
    pub origin: Origin,
}

/// Who gave a part of the configuration, from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The configuration file.
    Config,
    /// The host's own entry in the list of hosts.
    Host,
    /// A flag on the command line.
    Flag,
}

impl Config {
    /// The keys at the top of a configuration that have more than a single value.
    const OTHERS: [&str; 4] = ["settings", "cloud_config", "parts", "in_clear"];
    /// The key that only a list of hosts has.
    pub(crate) const HOSTS: &str = "hosts";

    /// The names of all keys at the top of a configuration.
    pub(crate) fn keys() -> impl Iterator<Item = &'static str> {
        TopKey::ALL.into_iter().map(TopKey::name).chain(Self::OTHERS)
    }

    /// What was given for a key that has a single value.
    #[must_use]
    pub(crate) fn get(&self, key: TopKey) -> Option<&Node> {
        self.top.get(&key)
    }

    /// Reads a configuration file.
    pub(crate) fn from_file(source: &Arc<Source>, report: &mut Report) -> Option<Self> {
        let node = yaml::parse(source, report)?;
        Self::from_node(node, Origin::Config, report)
    }

    /// Reads a mapping with a configuration's keys.
    pub(crate) fn from_node(node: Node, origin: Origin, report: &mut Report) -> Option<Self> {
        let mut mapping = report.keep(Mapping::of(node))?;
        let layer = |node: Option<Node>| node.map(|node| ConfigLayer { node, origin }).into_iter().collect();
        let mut config = Self {
            top: TopKey::ALL.into_iter().filter_map(|key| Some((key, mapping.take(key.name())?))).collect(),
            cloud_config: layer(mapping.take("cloud_config")),
            parts: layer(mapping.take("parts")),
            in_clear: exceptions(mapping.take("in_clear"), report),
            ..Self::default()
        };
        match mapping.take("settings") {
            None => {}
            Some(Node { kind: Kind::Mapping(entries), .. }) => config.settings = entries,
            Some(node) => report.push(node.no_mapping()),
        }
        config.strays = mapping.left();
        Some(config)
    }

    /// Takes the flags as a configuration. A `--set` without `KEY=VALUE` and other malformed flags go into
    /// the report.
    pub fn from_flags(flags: &Flags, report: &mut Report) -> Self {
        let node = |(key, value): (&TopKey, &String)| {
            (*key, Node::scalar(Place::all(&Source::flag(&format!("--{}", key.name()), value))))
        };
        let mut config = Self {
            top: flags.top.iter().map(node).collect(),
            cloud_config: flags
                .cloud_config
                .iter()
                .map(|path| Node::scalar(Place::all(&Source::flag("--cloud-config", path))))
                .map(|node| ConfigLayer { node, origin: Origin::Flag })
                .collect(),
            in_clear: flags
                .in_clear
                .iter()
                .map(|text| exception(text, Place::all(&Source::flag("--in-clear", text))))
                .collect(),
            ..Self::default()
        };
        for argument in &flags.set {
            if let Some((key, value)) = report.keep(split_argument(argument)) {
                config.set(key, value, report);
            }
        }
        config
    }

    /// Whether it is no configuration, but a list of hosts.
    #[must_use]
    pub(crate) fn lists_hosts(&self) -> bool {
        self.strays.iter().any(|key| key.value == Self::HOSTS)
    }

    /// Adds a setting; `map.NAME` adds one entry to a map.
    fn set(&mut self, key: Spanned<String>, node: Node, report: &mut Report) {
        let (key, node) = match key.value.split_once('.') {
            None => (key, node),
            Some((map, name)) => {
                let at = map.len();
                let inner = Spanned {
                    value: name.to_owned(),
                    place: key.place.part(&key.value, at + 1..key.value.len()),
                };
                let outer = Spanned { value: map.to_owned(), place: key.place.part(&key.value, 0..at) };
                let place = key.place.clone();
                (outer, Node { place, kind: Kind::Mapping(vec![(inner, node)]) })
            }
        };
        match (self.settings.iter().find(|(known, _)| known.value == key.value), &node.kind) {
            (Some((_, Node { kind: Kind::Mapping(old), .. })), Kind::Mapping(new)) => {
                for (name, _) in new.iter().filter(|(name, _)| old.iter().any(|(k, _)| k.value == name.value))
                {
                    report.push(twice(&format!("{}.{}", key.value, name.value), &name.place));
                }
            }
            (Some(_), _) => return report.push(twice(&key.value, &key.place)),
            (None, _) => {}
        }
        join(&mut self.settings, key, node, &mut self.replaced);
    }

    /// The same for another domain.
    #[must_use]
    pub(crate) fn with_domain(&self, domain: &str) -> Self {
        let node = Node::scalar(Place::all(&Source::flag("--domain", domain)));
        let mut config = self.clone();
        config.top.insert(TopKey::Domain, node);
        config
    }

    /// This one, and the other for what this one does not say. Maps are joined.
    #[must_use]
    pub(crate) fn over(self, other: Self) -> Self {
        let (mut settings, mut replaced) = (other.settings, other.replaced);
        replaced.extend(self.replaced);
        for (key, node) in self.settings {
            join(&mut settings, key, node, &mut replaced);
        }
        Self {
            top: other.top.into_iter().chain(self.top).collect(),
            settings,
            strays: other.strays.into_iter().chain(self.strays).collect(),
            cloud_config: other.cloud_config.into_iter().chain(self.cloud_config).collect(),
            parts: other.parts.into_iter().chain(self.parts).collect(),
            replaced,
            in_clear: self.in_clear.into_iter().chain(other.in_clear).collect(),
        }
    }
}

fn exception(address: &str, place: Place) -> Exception {
    Exception { address: Spanned { value: address.to_owned(), place }, is_shared: false }
}

fn exceptions(node: Option<Node>, report: &mut Report) -> Vec<Exception> {
    let Some(node) = node else { return Vec::new() };
    let Kind::List(items) = &node.kind else {
        report.push(node.no_list());
        return Vec::new();
    };
    let one = |item: &Node| item.text("an address").map(|text| exception(text, item.place.clone()));
    items.iter().filter_map(|item| report.keep(one(item))).collect()
}

fn twice(key: &str, place: &Place) -> Diagnostic {
    Diagnostic::error(Code::DuplicateKey, format!("`{key}` is set twice"))
        .at(place, "again here")
        .help("keep one of them")
}

/// Adds a setting; what was there by this name is replaced, but the entries of two maps are joined.
fn join(
    settings: &mut Vec<(Spanned<String>, Node)>,
    key: Spanned<String>,
    node: Node,
    replaced: &mut Vec<(Spanned<String>, Node)>,
) {
    match (settings.iter_mut().find(|(known, _)| known.value == key.value), node) {
        (None, node) => settings.push((key, node)),
        (Some((_, Node { kind: Kind::Mapping(old), .. })), Node { kind: Kind::Mapping(new), .. }) => {
            for (inner, node) in new {
                if let Some(at) = old.iter().position(|(known, _)| known.value == inner.value) {
                    let entry = old.remove(at);
                    let place = entry.1.place.clone();
                    replaced.push((key.clone(), Node { place, kind: Kind::Mapping(vec![entry]) }));
                }
                old.push((inner, node));
            }
        }
        (Some(entry), node) => replaced.push(std::mem::replace(entry, (key, node))),
    }
}

/// `KEY=VALUE` of a `--set`.
fn split_argument(argument: &str) -> Result<(Spanned<String>, Node), Diagnostic> {
    let source = Source::flag("--set", argument);
    let all = Place::all(&source);
    match argument.split_once('=') {
        Some((key, _)) if !key.is_empty() => {
            let place = Place { source: Arc::clone(&source), span: 0..key.len() };
            let value = Place { source, span: key.len() + 1..argument.len() };
            Ok((Spanned { value: key.to_owned(), place }, Node::scalar(value)))
        }
        _ => Err(Diagnostic::error(Code::BadValue, "this is not KEY=VALUE")
            .at(&all, "")
            .help("write, for example, --set acme=staging")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_named_are_those_read() {
        let text: String = Config::keys().map(|key| format!("{key}: {{}}\n")).collect();
        let source = Source::file("firstlight.yaml", &format!("{text}more: 1\n"));
        let config = Config::from_file(&source, &mut Report::default()).expect("a mapping");
        let strays: Vec<_> = config.strays.iter().map(|key| key.value.as_str()).collect();
        assert_eq!(strays, ["more"]);
    }
}
