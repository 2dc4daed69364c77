//! Workflows and actions of GitHub: a YAML scalar, in which GitHub would evaluate `${{ … }}` wherever it stands.

use super::yaml_scalar;

pub(super) fn token(value: &str) -> Result<String, &'static str> {
    if value.contains("${{") {
        return Err("GitHub would take `${{` for the beginning of an expression");
    }
    Ok(yaml_scalar::token(value))
}
