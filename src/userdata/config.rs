//! The merged cloud-config as types. Values of the wrong type are left out; lint reports them.

use super::node::Value;
use super::{Budget, Tree, WrittenFile};
use crate::finding::Diagnostic;
use crate::text::source::Place;

/// The parts of a merged cloud-config that reviews use most.
#[derive(Debug, Default)]
pub struct CloudConfig {
    /// The whole merged mapping; `None` if the document has no cloud-config.
    pub root: Option<Tree>,
    /// The entries of `write_files` that have a path, in order.
    pub files: Vec<WrittenFile>,
    /// The entries of `users`, in order; the name `default` stands for the image's own user.
    pub users: Vec<User>,
    /// The names in `groups`.
    pub groups: Vec<String>,
    /// The names in `packages`; a wanted version follows after `=`.
    pub packages: Vec<String>,
    /// The commands of `bootcmd`, in order.
    pub bootcmd: Vec<BootCommand>,
    /// The commands of `runcmd`, in order.
    pub runcmd: Vec<BootCommand>,
}

/// A user that cloud-init creates.
#[derive(Debug)]
pub struct User {
    /// The login name.
    pub name: String,
    /// The names of further groups.
    pub groups: Vec<String>,
    /// The sudoers rules, such as `ALL=(ALL) NOPASSWD:ALL`.
    pub sudo: Vec<String>,
    /// How many SSH public keys the entry lists.
    pub keys: usize,
    /// The accounts from which SSH keys are imported, such as `gh:NAME` (`ssh_import_id`).
    pub imports: Vec<String>,
    /// The place of the entry in the document.
    pub place: Place,
}

/// A command of `bootcmd` or `runcmd`.
#[derive(Debug)]
pub struct BootCommand {
    /// The command itself.
    pub words: Words,
    /// The place of the command in the document.
    pub place: Place,
}

/// The two ways to write a command in a cloud-config.
#[derive(Debug, PartialEq, Eq)]
pub enum Words {
    /// A list: the program and its arguments, which no shell interprets.
    List(Vec<String>),
    /// One text, which `sh` interprets.
    Line(String),
}

impl Words {
    /// The words, if it is a list.
    #[must_use]
    pub(crate) fn list(&self) -> Option<&[String]> {
        match self {
            Self::List(words) => Some(words),
            Self::Line(_) => None,
        }
    }
}

impl BootCommand {
    /// As it would be typed, words that a shell would divide in quotes.
    #[must_use]
    pub(crate) fn line(&self) -> String {
        let quoted = |word: &String| {
            let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-./=:,@%+".contains(&b);
            if !word.is_empty() && word.bytes().all(plain) {
                word.clone()
            } else {
                format!("'{}'", word.replace('\'', "'\\''"))
            }
        };
        match &self.words {
            Words::List(words) => words.iter().map(quoted).collect::<Vec<_>>().join(" "),
            Words::Line(line) => line.clone(),
        }
    }
}

impl CloudConfig {
    pub(super) fn read(root: Option<&Tree>, budget: &mut Budget, findings: &mut Vec<Diagnostic>) -> Self {
        let Some(node) = root else { return Self::default() };
        let get = |key: &str| node.get(key);
        let list = |key: &str| get(key).and_then(|node| node.list()).unwrap_or_default();
        Self {
            files: list("write_files")
                .iter()
                .filter_map(|entry| WrittenFile::read(entry, budget, findings))
                .collect(),
            users: get("users").map(users).unwrap_or_default(),
            groups: get("groups").map(groups).unwrap_or_default(),
            packages: get("packages").map(packages).unwrap_or_default(),
            bootcmd: commands(list("bootcmd")),
            runcmd: commands(list("runcmd")),
            root: root.cloned(),
        }
    }

    /// The value of a top-level key.
    #[must_use]
    pub(crate) fn get(&self, key: &str) -> Option<&Tree> {
        self.root.as_ref()?.get(key)
    }
}

fn commands(list: &[Tree]) -> Vec<BootCommand> {
    let command = |node: &Tree| {
        let words = match &node.value {
            Value::List(words) => Words::List(words.iter().map(|word| word.value.python()).collect()),
            Value::Text(line) => Words::Line(line.clone()),
            _ => return None,
        };
        Some(BootCommand { words, place: node.place.clone() })
    };
    list.iter().filter_map(command).collect()
}

/// A list, a mapping by names, or names between commas.
fn users(node: &Tree) -> Vec<User> {
    match &node.value {
        Value::Text(names) => names.split(',').map(|name| user(name, &node.place, None)).collect(),
        Value::Map(map) => {
            let one = |(name, more): &(Tree, Tree)| Some(user(name.value.text()?, &name.place, Some(more)));
            map.entries.iter().filter_map(one).collect()
        }
        Value::List(items) => {
            let one = |item: &Tree| match item.map() {
                Some(_) => {
                    let name = item.get("name")?;
                    Some(user(name.value.text()?, &name.place, Some(item)))
                }
                None => Some(user(item.value.text()?, &item.place, None)),
            };
            items.iter().filter_map(one).collect()
        }
        _ => Vec::new(),
    }
}

fn user(name: &str, place: &Place, more: Option<&Tree>) -> User {
    let get = |key: &str| more.and_then(|more| more.get(key));
    let texts = |key: &str| get(key).map(texts).unwrap_or_default();
    let count = |key: &str| get(key).map_or(0, |node| node.list().map_or(1, <[_]>::len));
    User {
        name: name.trim().to_owned(),
        groups: texts("groups")
            .iter()
            .flat_map(|names| names.split(','))
            .map(|name| name.trim().to_owned())
            .collect(),
        sudo: texts("sudo"),
        keys: ["ssh_authorized_keys", "ssh-authorized-keys"].map(count).into_iter().max().unwrap_or(0),
        imports: texts("ssh_import_id"),
        place: place.clone(),
    }
}

/// One text, a list of them, or a mapping's keys.
fn texts(node: &Tree) -> Vec<String> {
    match &node.value {
        Value::List(items) => items.iter().filter_map(|item| item.value.text().map(str::to_owned)).collect(),
        Value::Map(map) => map.texts().map(|(_, key, _)| key.to_owned()).collect(),
        value => value.text().map(str::to_owned).into_iter().collect(),
    }
}

fn groups(node: &Tree) -> Vec<String> {
    let text = |node: &Tree| node.value.text().map(str::to_owned);
    match &node.value {
        Value::Text(names) => names.split(',').map(|name| name.trim().to_owned()).collect(),
        Value::Map(map) => map.entries.iter().filter_map(|(key, _)| text(key)).collect(),
        Value::List(items) => items
            .iter()
            .flat_map(|item| match item.map() {
                Some(map) => map.entries.iter().filter_map(|(key, _)| text(key)).collect(),
                None => text(item).into_iter().collect::<Vec<_>>(),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Names, `[name, version]`, or lists of these below a package manager's name.
fn packages(node: &Tree) -> Vec<String> {
    let one = |item: &Tree| match &item.value {
        Value::List(pair) => pair.iter().map(|part| part.value.python()).collect::<Vec<_>>().join("="),
        value => value.python(),
    };
    let mut found = Vec::new();
    for item in node.list().unwrap_or_default() {
        match item.map() {
            Some(map) => {
                let lists = map.entries.iter().filter_map(|(_, list)| list.list());
                found.extend(lists.flatten().map(one));
            }
            None => found.push(one(item)),
        }
    }
    found
}
