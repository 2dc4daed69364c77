//! Texts that fit into a literal block of YAML without a change.

/// A text that a literal block holds as it is, and the block's indicator; nothing for what has to go as base64.
pub(super) fn literal(bytes: &[u8]) -> Option<(&'static str, &str)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let printable = text.bytes().all(|b| b == b'\n' || b == b'\t' || (b' '..=b'~').contains(&b));
    let body = text.trim_end_matches('\n');
    if !printable || body.is_empty() || body.trim_start_matches('\n').starts_with([' ', '\t']) {
        return None;
    }
    match text.len() - body.len() {
        0 => Some(("|-", text)),
        1 => Some(("|", text)),
        _ => None,
    }
}
