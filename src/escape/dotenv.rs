//! Compose's `.env` files (compose-go, dotenv): in double quotes, with the escapes `\\`, `\"`, `\$`, `\n` and `\r`.

use super::is_bare;

pub(super) fn token(value: &str) -> String {
    if is_bare(value, "._-/:+=,@") && !value.starts_with('@') {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '\\' | '"' | '$' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
