//! Compose files: a YAML scalar in which every `$` is doubled (compose-go, template).

use super::yaml_scalar;

pub(super) fn token(value: &str) -> String {
    yaml_scalar::token(&value.replace('$', "$$"))
}
