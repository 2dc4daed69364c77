//! JSON as people read it.

/// The greatest length of a line that holds a whole list or object, in characters.
const WIDTH: usize = 118;

/// Indented JSON in which each list and each object that fits in a line has one.
///
/// The text is what `serde_json::to_string_pretty` makes: each bracket that opens something ends a line.
pub(crate) fn folded(pretty: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for line in pretty.lines() {
        lines.push(line.to_owned());
        if line.ends_with(['{', '[']) {
            open.push(lines.len() - 1);
        } else if line.trim_start().starts_with(['}', ']'])
            && let Some(start) = open.pop()
        {
            let (first, rest) = lines.get(start..).and_then(<[_]>::split_first).unzip();
            let inner = rest.unwrap_or_default().iter().map(|line| line.trim_start());
            let one = inner.fold(first.cloned().unwrap_or_default(), |mut one, part| {
                // Braces have blanks within, as in YAML; square brackets have none.
                if !one.ends_with('[') && !part.starts_with(']') {
                    one.push(' ');
                }
                one.push_str(part);
                one
            });
            // The outermost object stays open.
            if start > 0 && one.chars().count() <= WIDTH {
                lines.truncate(start);
                lines.push(one);
            }
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_in_a_line_has_one() {
        let long = "x".repeat(60);
        let value = serde_json::json!({
            "a": [], "b": {}, "c": [200, 404], "d": {"e": "} [", "f": [{"g": 1}]},
            "h": [{"i": &long}, {"i": &long}],
        });
        let text = folded(&serde_json::to_string_pretty(&value).unwrap());
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
        let item = format!("    {{ \"i\": \"{long}\" }}");
        assert_eq!(
            text.lines().collect::<Vec<_>>(),
            [
                "{",
                "  \"a\": [],",
                "  \"b\": {},",
                "  \"c\": [200, 404],",
                "  \"d\": { \"e\": \"} [\", \"f\": [{ \"g\": 1 }] },",
                "  \"h\": [",
                &format!("{item},"),
                &item,
                "  ]",
                "}",
            ]
        );
    }
}
