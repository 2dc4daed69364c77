//! Compose files: a YAML scalar in which every `$` is doubled (compose-go, template).

use super::yaml;

pub(super) fn token(value: &str) -> String {
    yaml::scalar(&value.replace('$', "$$"))
}
