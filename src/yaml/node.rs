//! The tree: nodes with their places.

use crate::base::problem::Problem;
use crate::finding::{Code, Diagnostic};
use crate::text::source::{Place, Spanned};

/// A node of a YAML document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The place of the node in the text.
    pub place: Place,
    /// The content of the node.
    pub kind: Kind,
}

/// The content of a node, by the kind of node.
#[derive(Clone, PartialEq, Eq)]
pub enum Kind {
    /// A single value.
    Scalar {
        /// The value as text, without quotes and with escapes replaced.
        text: String,
        /// Whether the value was written without quotes.
        plain: bool,
    },
    /// A list.
    List(Vec<Node>),
    /// A mapping in the order of the text. Each key occurs once.
    Mapping(Vec<(Spanned<String>, Node)>),
}

/// A single value may be a secret because of its key alone, so only its length is shown.
impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Scalar { text, .. } => write!(f, "Scalar({} bytes)", text.len()),
            Self::List(items) => items.fmt(f),
            Self::Mapping(entries) => entries.fmt(f),
        }
    }
}

impl Node {
    /// The scalar for a value that was given on the command line. It counts as quoted, so that it is never null.
    #[must_use]
    pub(crate) fn scalar(place: Place) -> Self {
        let text = place.text().to_owned();
        Self { place, kind: Kind::Scalar { text, plain: false } }
    }

    /// Whether the node has no value: it is empty, or a spelling of null without quotes.
    #[must_use]
    pub(crate) fn is_nothing(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, plain: true } if is_null(text))
    }

    /// The kind of node for messages, with its article.
    #[must_use]
    pub(crate) fn what(&self) -> &'static str {
        match &self.kind {
            _ if self.is_nothing() => "nothing",
            Kind::Scalar { .. } => "a single value",
            Kind::List(_) => "a list",
            Kind::Mapping(_) => "a mapping",
        }
    }

    /// The text of a single value. `wanted` says in the error what is expected, with its article.
    ///
    /// # Errors
    /// The node is a list, a mapping or an empty value.
    pub(crate) fn text(&self, wanted: &str) -> Result<&str, Diagnostic> {
        match &self.kind {
            Kind::Scalar { text, .. } if !self.is_nothing() => Ok(text),
            _ => Err(self.wrong_type(wanted)),
        }
    }

    /// The text of a single value, parsed by `parse`. `wanted` says in the error what is expected, with its article.
    ///
    /// # Errors
    /// The node is a list, a mapping or an empty value, or its text cannot be parsed.
    pub(crate) fn parsed<T>(
        &self,
        wanted: &str,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Result<T, Diagnostic> {
        let text = self.text(wanted)?;
        parse(text).map_err(|problem| problem.at(&self.place, text))
    }

    /// The texts of a list of single values.
    ///
    /// # Errors
    /// The node is not a list, or one of its items is not a single value.
    pub(crate) fn texts(&self) -> Result<Vec<String>, Diagnostic> {
        let Kind::List(items) = &self.kind else { return Err(self.no_list()) };
        items.iter().map(|item| item.text("a single value").map(str::to_owned)).collect()
    }

    /// The entries of a mapping; empty for any other node.
    #[must_use]
    pub(crate) fn entries(&self) -> &[(Spanned<String>, Self)] {
        if let Kind::Mapping(entries) = &self.kind { entries } else { &[] }
    }

    /// The value of a key; `None` if the node is not a mapping, or does not have the key.
    #[must_use]
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(own, _)| own.value == key).map(|(_, node)| node)
    }

    /// The places of all single values in the node, without keys.
    #[must_use]
    pub(crate) fn places(&self) -> Vec<&Place> {
        match &self.kind {
            Kind::Scalar { .. } => vec![&self.place],
            Kind::List(items) => items.iter().flat_map(Self::places).collect(),
            Kind::Mapping(entries) => entries.iter().flat_map(|(_, node)| node.places()).collect(),
        }
    }

    /// The place of the first single value or key in the node for which `holds` is true.
    #[must_use]
    pub(crate) fn find(&self, holds: &dyn Fn(&str) -> bool) -> Option<&Place> {
        match &self.kind {
            Kind::Scalar { text, .. } => holds(text).then_some(&self.place),
            Kind::List(items) => items.iter().find_map(|item| item.find(holds)),
            Kind::Mapping(entries) => entries
                .iter()
                .find_map(|(key, item)| if holds(&key.value) { Some(&key.place) } else { item.find(holds) }),
        }
    }

    /// The error that something else is expected here: `wanted`, with its article.
    #[must_use]
    pub(crate) fn wrong_type(&self, wanted: &str) -> Diagnostic {
        self.instead_of(wanted, "")
    }

    /// The error that a list is expected here.
    #[must_use]
    pub(crate) fn no_list(&self) -> Diagnostic {
        self.instead_of("a list", "write [one, two]")
    }

    /// The error that a mapping is expected here.
    #[must_use]
    pub(crate) fn no_mapping(&self) -> Diagnostic {
        let help = match self.place.source.command_line {
            true => "write --set KEY.NAME=VALUE",
            false => "write `key: value` with a space after the colon, each on a separate line",
        };
        self.instead_of("a mapping", help)
    }

    fn instead_of(&self, wanted: &str, help: &str) -> Diagnostic {
        let message = format!("{wanted} is expected here, but this is {}", self.what());
        Diagnostic::error(Code::WrongType, message).at(&self.place, "").help(match self.is_nothing() {
            true => "give the key a value (\"\" for an empty one), or remove it",
            false => help,
        })
    }
}

/// Whether a text is one of the spellings of null in YAML 1.2.
fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}
