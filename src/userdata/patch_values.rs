//! The values that a JSON patch adds to a cloud-config, each below the keys of its path, without that cloud-config.

use super::node::{Map, TreeNode, Value};
use super::patch::{operations, unescaped};
use super::{MAX_YAML_DEPTH, Part, Tree, read_yaml};
use crate::cloud_init::ContentKind;
use crate::text::source::Place;

impl Part {
    /// The cloud-configs in the part: its own, or the values that its JSON patch adds to others.
    #[must_use]
    pub(crate) fn configs(&self) -> Vec<Tree> {
        match (&self.config, self.payload.place()) {
            (Some(config), _) => vec![config.clone()],
            (None, Some(place)) if self.kind == ContentKind::JsonPatch => put(place),
            _ => Vec::new(),
        }
    }
}

/// The values that a JSON patch adds, each in a cloud-config of its own; empty if the patch cannot be read, which other
/// code reports.
fn put(place: &Place) -> Vec<Tree> {
    let list = operations(place);
    let read = read_yaml(&list).ok();
    let listed = read.as_ref().and_then(|read| read.list()).unwrap_or_default();
    listed.iter().filter_map(|one| Some(below(one.get("path")?, one.get("value")?))).collect()
}

/// A value below the keys of a path: `/users/0/passwd`.
fn below(path: &Tree, value: &Tree) -> Tree {
    let keys = path.value.text().unwrap_or("").split('/').skip(1);
    let keys: Vec<_> = keys.take(MAX_YAML_DEPTH).map(unescaped).collect();
    keys.into_iter().rev().fold(value.clone(), |inner, key| {
        let is_item = key == "-" || !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit());
        let outer = if is_item {
            Value::List(vec![inner])
        } else {
            let name = TreeNode::made(path.place.clone(), Value::Text(key));
            Value::Map(Map { entries: vec![(name, inner)], merged: 0 })
        };
        TreeNode::made(value.place.clone(), outer)
    })
}
