//! What is known about cloud-init, each fact in one place: its modules and their keys, and the kinds of user-data.

mod key;
mod kind;
mod module;

pub(crate) use key::{
    CHPASSWD, ConfigKey, Deprecated, ELSEWHERE, EXAMPLES, FILE, NTP, POWER_STATE, SWAP, USER, ValueShape,
};
pub(crate) use kind::ContentKind;
pub(crate) use module::{Frequency, MODULES, Module, Stage, runs_every_boot};

/// All top-level keys of a cloud-config.
pub(crate) fn top() -> impl Iterator<Item = &'static ConfigKey> + Clone {
    MODULES.iter().flat_map(|module| module.keys).chain(key::BASE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_says_what_it_does() {
        for module in MODULES {
            assert!(module.sentence.ends_with('.'), "{}", module.name);
        }
    }

    /// Two modules may read the same key, such as `write_files`; then both rows must give it the same types.
    #[test]
    fn a_key_is_described_once() {
        for key in top() {
            for other in top().filter(|other| other.name == key.name) {
                assert_eq!(key.shapes, other.shapes, "{}", key.name);
            }
        }
    }
}
