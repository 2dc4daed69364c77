//! Checks for keys that are given twice in a mapping.

use crate::finding::{Report, rule};
use crate::userdata::{TreeNode, Value};

/// Checks all mappings of a cloud-config.
pub(super) fn check(node: &TreeNode, report: &mut Report) {
    match &node.value {
        Value::Map(map) => {
            for (key, before) in map.twice() {
                if report.is_full() {
                    return;
                }
                let (line, _) = before.place.source.line_column(before.place.span.start);
                let message =
                    format!("the key `{}` is given twice; cloud-init uses the last one", key.place.text());
                report.push(rule::DUPLICATE.found(message).at(&key.place, format!("first on line {line}")));
            }
            map.entries.iter().for_each(|(_, value)| check(value, report));
        }
        Value::List(items) => items.iter().for_each(|item| check(item, report)),
        _ => {}
    }
}
