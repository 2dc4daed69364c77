//! Words of the Exec lines in systemd units (systemd.service(5), systemd.syntax(7)).

use super::is_bare;

pub(super) fn token(value: &str) -> Result<String, &'static str> {
    if is_bare(value, "._-/:@+=,") && !value.starts_with(['-', '@', ':', '+']) {
        return Ok(value.to_owned());
    }
    if value.chars().any(char::is_control) {
        return Err("a systemd unit cannot contain control characters");
    }
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '\\' | '"' => out.extend(['\\', c]),
            '%' | '$' => out.extend([c, c]),
            c => out.push(c),
        }
    }
    out.push('"');
    Ok(out)
}
