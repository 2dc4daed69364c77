//! Caddyfile tokens (Caddy's documentation, "Caddyfile concepts").
//!
//! In double quotes `\"` is the only escape, so a value cannot end in a backslash. `{$X}` is replaced before the file
//! is split into tokens, even within quotes. `\{` prevents other placeholders; in a token with such a brace Caddy also
//! removes the backslash of `\}`.

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
