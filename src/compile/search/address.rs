//! The address of a value: where it is in what was given, as `in_clear` names it.

use std::fmt;
use std::sync::Arc;

/// The keys that lead to a value, the outermost first: a key of the configuration or the path of a file, and the keys
/// of the mappings within it. Items of a list have the address of the list.
///
/// It is displayed with dots between the keys: `compose.services.web.environment.COMMIT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address(Vec<Arc<str>>);

impl Address {
    /// The address with one key.
    pub(super) fn new(key: &str) -> Self {
        Self(vec![key.into()])
    }

    /// The address of the value of a key within this one.
    pub(super) fn below(&self, key: &str) -> Self {
        let mut keys = Vec::with_capacity(self.0.len() + 1);
        keys.extend_from_slice(&self.0);
        keys.push(key.into());
        Self(keys)
    }

    /// The innermost key.
    pub(super) fn last(&self) -> &str {
        self.0.last().map_or("", AsRef::as_ref)
    }

    /// The outermost key, if others follow it; `None` otherwise.
    pub(super) fn outer(&self) -> Option<&str> {
        let (first, rest) = self.0.split_first()?;
        (!rest.is_empty()).then_some(first)
    }

    /// Whether these are all the keys.
    pub(super) fn is(&self, keys: &[&str]) -> bool {
        self.0.len() == keys.len() && self.ends_with(keys)
    }

    /// Whether these are the innermost keys.
    pub(super) fn ends_with(&self, keys: &[&str]) -> bool {
        let own = self.0.iter().rev().map(AsRef::as_ref);
        self.0.len() >= keys.len() && own.zip(keys.iter().rev()).all(|(own, key): (&str, _)| own == *key)
    }

    /// Whether the value is within the value of a key that is not the outermost.
    pub(super) fn is_within(&self, key: &str) -> bool {
        let above = self.0.split_last().map_or(&[][..], |(_, above)| above);
        above.iter().skip(1).any(|own| **own == *key)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, key) in self.0.iter().enumerate() {
            let dot = if at > 0 { "." } else { "" };
            write!(f, "{dot}{key}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn an_address_is_compared_by_its_keys() {
        let list = Address::new("cloud_config").below("chpasswd").below("list");
        assert_eq!(list.to_string(), "cloud_config.chpasswd.list");
        assert!(list.ends_with(&["chpasswd", "list"]) && list.is_within("chpasswd"));
        assert!(!list.is_within("cloud_config") && !list.is_within("list"));
        assert_eq!((list.outer(), list.last()), (Some("cloud_config"), "list"));
        // The same text, but other keys.
        let other = Address::new("cloud_config").below("my-chpasswd.list");
        assert!(!other.ends_with(&["chpasswd", "list"]));
        let file = Address::new("/etc/a.users.b").below("password");
        assert!(!file.is_within("users"));
        assert!(!Address::new("token").is(&["a", "token"]) && Address::new("token").is(&["token"]));
        assert_eq!(Address::new("token").outer(), None);
    }
}
