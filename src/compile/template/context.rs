//! The names that templates can use. Here values become text.

use std::collections::BTreeMap;

use minijinja::Value;

use crate::compile::setting;

/// Names, and their values as templates have them. Only templates read them: whoever wants a fact asks for the value
/// that it was made from.
#[derive(Default)]
pub struct Context(pub(super) BTreeMap<String, Value>);

/// Only its names: a text may be a secret.
impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Context {
    /// Gives a value a name.
    pub(crate) fn add(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }
}

impl From<&setting::Value> for Value {
    fn from(value: &setting::Value) -> Self {
        use setting::Value as Of;
        match value {
            Of::Bool(value) => Self::from(*value),
            Of::Port(port) => Self::from(*port),
            Of::File { .. } => Self::from("file"),
            Of::List(items) => items.iter().map(Self::from).collect(),
            // As pairs, which keep the order given.
            Of::Map(entries) => entries
                .iter()
                .map(|(name, value)| Self::from(vec![Self::from(name.as_str()), value.into()]))
                .collect(),
            text => Self::from(text.written()),
        }
    }
}
