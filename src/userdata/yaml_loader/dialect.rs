//! The differences between programs that read YAML.

use crate::userdata::node::Value;

/// How one program reads YAML.
#[derive(Debug)]
pub(crate) struct Dialect {
    /// The program's name.
    pub(crate) reader: &'static str,
    /// What it makes of a text without quotes.
    pub(crate) plain: fn(&str) -> Value,
    /// Words without quotes that mean something else to it, so that they are refused.
    pub(crate) special: &'static [&'static str],
    /// Whether it takes a tab between words.
    pub(crate) tabs: bool,
    /// Tags of its own, which change nothing about a value.
    pub(crate) tags: &'static [&'static str],
    /// What to do about a second document.
    pub(crate) one_document: &'static str,
}

/// PyYAML as cloud-init uses it.
pub(super) const CLOUD_INIT: Dialect = Dialect {
    reader: "cloud-init",
    plain: Value::of_plain,
    special: &["=", "<<"],
    tabs: false,
    tags: &[],
    one_document: "cloud-init reads one document; join them, or send them as MIME parts",
};
