//! Variables in the values of settings, where they are only literal text.

use crate::compile::resolve::Resolved;
use crate::compile::setting::Value;
use crate::finding::{Code, Diagnostic, Report};

/// Warns of values that contain a variable which another setting sets: `${DB_PASSWORD}` within a URL.
pub(super) fn check(resolved: &Resolved, report: &mut Report) {
    let maps = || {
        resolved.settings.iter().filter_map(|chosen| match (&chosen.value, &chosen.given) {
            (Value::Map(entries), Some(node)) => Some((entries, node)),
            _ => None,
        })
    };
    let names: Vec<_> = maps().flat_map(|(entries, _)| entries).map(|(name, _)| name.as_str()).collect();
    let is_of_compose = resolved.settings.iter().any(|chosen| matches!(chosen.value, Value::File { .. }));
    for (entries, node) in maps() {
        for (variable, value) in entries {
            let Value::Text(text) = value else { continue };
            let (text, Some(node)) = (text.as_str(), node.get(variable.as_str())) else { continue };
            let Some(at) = names.iter().find_map(|name| find(text, name)) else { continue };
            let shown = text.get(at.clone()).unwrap_or("");
            let message = format!(
                "the application gets `{shown}` as literal text: nothing replaces variables in a setting"
            );
            let help = match (is_of_compose, &resolved.secrets_map) {
                (true, _) => format!(
                    "write it in the compose file instead, under the service's `environment`: Compose replaces {shown} \
                     there"
                ),
                (false, Some(map)) => format!(
                    "write the whole value into a file on the server, and a reference to it under settings: \
                     `{map}: {{{variable}: file:///etc/firstlight/{variable}}}`; or let the application put the value \
                     together from variables of its own"
                ),
                (false, None) => "write the whole value".to_owned(),
            };
            let place = node.place.part(text, at);
            report.push(Diagnostic::warning(Code::LiteralVariable, message).at(&place, "").help(help));
        }
    }
}

/// The byte range of `$NAME` or `${NAME…}` in a text.
fn find(text: &str, name: &str) -> Option<std::ops::Range<usize>> {
    text.match_indices('$').find_map(|(at, _)| {
        let rest = text.get(at + 1..)?;
        let (inner, is_braced) = rest.strip_prefix('{').map_or((rest, false), |inner| (inner, true));
        let after = inner.strip_prefix(name)?;
        let is_longer = after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let end = match is_braced {
            true => text.len() - after.len() + after.find('}')? + 1,
            false => text.len() - after.len(),
        };
        (!is_longer).then_some(at..end)
    })
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn a_variable_is_found_by_its_whole_name() {
        for (text, found) in [
            ("postgres://a:${PW}@db", Some("${PW}")),
            ("$PW", Some("$PW")),
            ("$PWD ${PW:-x} y", Some("${PW:-x}")),
            ("$PWD ${PW_FILE}", None),
            ("PW", None),
            ("${PW", None),
        ] {
            assert_eq!(find(text, "PW").and_then(|range| text.get(range)), found, "{text}");
        }
    }
}
