//! JSON Web Tokens that are meant for web pages, and are no secrets.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The beginnings of names whose values a bundler puts into web pages.
const PUBLIC_NAMES: &[&str] = &["PUBLIC_", "NEXT_PUBLIC_", "NUXT_PUBLIC_", "EXPO_PUBLIC_"];
/// The claim of a token that gives the rights of a visitor who has not logged in, as Supabase issues it.
const VISITOR: (&str, &str) = ("role", "anon");

/// Whether a token in a text is public, because of the name before it or of its payload.
pub(super) fn is_public(text: &str, span: &Range<usize>) -> bool {
    let before = text.get(..span.start).unwrap_or("");
    let name = before.trim_end_matches([' ', '=', ':', '"', '\'', '\\']);
    let start = name.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
    let word = name.get(start..).unwrap_or("");
    name.len() < before.len() && PUBLIC_NAMES.iter().any(|begin| word.starts_with(begin))
        || text.get(span.clone()).is_some_and(is_public_token)
}

/// Whether a text is a token for visitors.
#[must_use]
pub(crate) fn is_public_token(token: &str) -> bool {
    let Some(payload) = token.split('.').nth(1).filter(|_| token.starts_with("ey")) else { return false };
    let decoded = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).unwrap_or_default();
    let claims: Option<serde_json::Value> = serde_json::from_slice(&decoded).ok();
    claims.and_then(|claims| Some(claims.get(VISITOR.0)?.as_str()? == VISITOR.1)).unwrap_or(false)
}
