//! Caddyfile tokens (Caddy's documentation, "Caddyfile concepts").
//!
//! In double quotes only `\"` is an escape, so a trailing backslash cannot be written. `{$X}` is
//! replaced before lexing, whatever surrounds it; other placeholders yield to `\{`, and where there is
//! one, `\}` loses its backslash too.

use super::is_bare;

pub(super) fn token(value: &str) -> Result<String, &'static str> {
    if is_bare(value, "._-/:*+=&?%~@") && !value.starts_with('@') {
        return Ok(value.to_owned());
    }
    if value.contains("{$") {
        return Err("in a Caddyfile, `{$` is replaced even inside quotes");
    }
    if value.ends_with('\\') || ["\\\"", "\\{", "\\}"].iter().any(|pair| value.contains(pair)) {
        return Err("a Caddyfile cannot contain a backslash before a quote, a brace or the end");
    }
    if value.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err("a Caddyfile cannot contain control characters");
    }
    Ok(format!("\"{}\"", value.replace('"', "\\\"").replace('{', "\\{")))
}
