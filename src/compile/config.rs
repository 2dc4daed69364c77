//! What the user gave: a configuration file, and flags that win over it.

use std::sync::Arc;

use crate::finding::{Code, Diagnostic, Report};
use crate::text::source::{Place, Source, Spanned};
use crate::yaml::{self, Kind, Mapping, Node};

/// What may be in clear by the user's own choice.
#[derive(Clone)]
pub struct Exception {
    /// Its address, and where the configuration lists it.
    pub address: Spanned<String>,
    /// Whether other hosts have it too, so that it need not serve this one.
    pub is_shared: bool,
}

/// What stands there may be anything.
impl std::fmt::Debug for Exception {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Exception").field(&self.address).finish()
    }
}

/// The command line's flags, as given.
#[derive(Clone, Default)]
pub struct Flags {
    /// `--profile`
    pub profile: Option<String>,
    /// `--domain`
    pub domain: Option<String>,
    /// `--token`
    pub token: Option<String>,
    /// `--repo`
    pub repo: Option<String>,
    /// `--branch`
    pub branch: Option<String>,
    /// `--expires`
    pub expires: Option<String>,
    /// `--provider`
    pub provider: Option<String>,
    /// `--set KEY=VALUE`, in order
    pub set: Vec<String>,
    /// `--cloud-config FILE`, in order
    pub cloud_config: Vec<String>,
    /// `--in-clear ADDRESS`, in order
    pub in_clear: Vec<String>,
}

/// What was given may be a secret by its name alone, so nothing of it is told.
impl std::fmt::Debug for Flags {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flags").finish_non_exhaustive()
    }
}

/// Everything given, each value where it stands; nothing is checked yet but the shape.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// A profile's name or folder.
    pub profile: Option<Node>,
    /// The site's domain.
    pub domain: Option<Node>,
    /// The reference to the registry's token.
    pub token: Option<Node>,
    /// The last day on which the token works.
    pub expires: Option<Node>,
    /// The GitHub repository.
    pub repo: Option<Node>,
    /// Its branch.
    pub branch: Option<Node>,
    /// The provider the document is for.
    pub provider: Option<Node>,
    /// The profile's own settings.
    pub settings: Vec<(Spanned<String>, Node)>,
    /// Settings and entries in whose place others came.
    pub replaced: Vec<(Spanned<String>, Node)>,
    /// What may be in clear by the user's own choice.
    pub in_clear: Vec<Exception>,
    /// Keys that nothing reads.
    pub strays: Vec<Spanned<String>>,
    /// The user's own cloud-configs; of a key that several have the last counts.
    pub cloud_config: Vec<ConfigLayer>,
    /// Lists of the user's own MIME parts; the last counts.
    pub parts: Vec<ConfigLayer>,
}

/// What several may say of one thing.
#[derive(Clone, Debug)]
pub struct ConfigLayer {
    /// What was said.
    pub node: Node,
    /// Who said it.
    pub origin: Origin,
}

/// Who says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The configuration.
    Config,
    /// A host's own, in the list of hosts.
    Host,
    /// The command line.
    Flag,
}

impl Config {
    /// The keys at the top of a configuration.
    pub(crate) const KEYS: [&str; 11] = [
        "profile",
        "domain",
        "token",
        "expires",
        "repo",
        "branch",
        "provider",
        "settings",
        "cloud_config",
        "parts",
        "in_clear",
    ];
    /// The key that only a list of hosts has.
    pub(crate) const HOSTS: &str = "hosts";
    /// Those of them that are flags, too.
    pub(crate) const FLAGS: [&str; 7] =
        ["profile", "domain", "token", "expires", "repo", "branch", "provider"];

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
            profile: mapping.take("profile"),
            domain: mapping.take("domain"),
            token: mapping.take("token"),
            expires: mapping.take("expires"),
            repo: mapping.take("repo"),
            branch: mapping.take("branch"),
            provider: mapping.take("provider"),
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

    /// Reads the command line's flags.
    pub fn from_flags(flags: &Flags, report: &mut Report) -> Self {
        let node = |name: &str, value: &Option<String>| {
            value.as_ref().map(|value| Node::scalar(Place::all(&Source::flag(name, value))))
        };
        let mut config = Self {
            profile: node("--profile", &flags.profile),
            domain: node("--domain", &flags.domain),
            token: node("--token", &flags.token),
            expires: node("--expires", &flags.expires),
            repo: node("--repo", &flags.repo),
            branch: node("--branch", &flags.branch),
            provider: node("--provider", &flags.provider),
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

    /// What was given of the keys that are no settings, by their names.
    pub(crate) fn top(&self) -> impl Iterator<Item = (&'static str, &Node)> {
        let all = [
            ("profile", &self.profile),
            ("domain", &self.domain),
            ("token", &self.token),
            ("expires", &self.expires),
            ("repo", &self.repo),
            ("branch", &self.branch),
            ("provider", &self.provider),
        ];
        all.into_iter().filter_map(|(key, node)| Some((key, node.as_ref()?)))
    }

    /// The same for another domain.
    #[must_use]
    pub(crate) fn with_domain(&self, domain: &str) -> Self {
        let node = Node::scalar(Place::all(&Source::flag("--domain", domain)));
        Self { domain: Some(node), ..self.clone() }
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
            profile: self.profile.or(other.profile),
            domain: self.domain.or(other.domain),
            token: self.token.or(other.token),
            expires: self.expires.or(other.expires),
            repo: self.repo.or(other.repo),
            branch: self.branch.or(other.branch),
            provider: self.provider.or(other.provider),
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
        let text: String = Config::KEYS.iter().map(|key| format!("{key}: {{}}\n")).collect();
        let source = Source::file("firstlight.yaml", &format!("{text}more: 1\n"));
        let config = Config::from_file(&source, &mut Report::default()).expect("a mapping");
        let strays: Vec<_> = config.strays.iter().map(|key| key.value.as_str()).collect();
        assert_eq!(strays, ["more"]);
    }
}
