//! A report for other tools: as SARIF 2.1.0, and as annotations for GitHub.

use serde_json::{Value, json};

use super::{Diagnostic, Report, Severity};
use crate::evidence::redacted;
use crate::finding::rule::{RULES, Rule};
use crate::text::printable::label;

/// Lines and columns, from 1.
struct Region {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// Where to point in the file itself, and where it really is if that is a part that had to be decoded first.
fn region(diagnostic: &Diagnostic, file: &str) -> (Option<Region>, String) {
    let Some(place) = &diagnostic.place else { return (None, String::new()) };
    let (line, column) = place.source.line_column(place.span.start);
    let (end_line, end_column) = place.source.line_column(place.span.end);
    if place.source.name == file {
        return (Some(Region { line, column, end_line, end_column }), String::new());
    }
    (None, format!(" ({}, line {line})", place.source.label()))
}

/// The message, where it is, and what to do.
fn text(diagnostic: &Diagnostic, inside: &str) -> String {
    let (message, help) = (&diagnostic.message, diagnostic.help.text());
    if help.is_empty() { format!("{message}{inside}") } else { format!("{message}{inside}\n{help}") }
}

/// Returns reports as SARIF 2.1.0 (an OASIS standard), pretty-printed JSON with a final newline. Each has the path of its
/// file as code scanning should show it; what stands in another source gets no region.
#[must_use]
pub fn sarif(reports: &[(&str, &Report)]) -> String {
    let lists: Vec<_> = reports.iter().map(|(file, report)| (file, report.sorted())).collect();
    let all = || lists.iter().flat_map(|(file, list)| list.iter().map(move |found| (file, found)));
    let rules: Vec<&Rule> =
        RULES.iter().copied().filter(|rule| all().any(|(_, found)| rule.is_of(found))).collect();
    let results: Vec<_> = all().map(|(file, diagnostic)| result(diagnostic, file)).collect();
    let data = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "firstlight",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.into_iter().map(described).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{data:#}\n")
}

impl Report {
    /// Returns the report as [`sarif`] does.
    #[must_use]
    pub fn sarif(&self, file: &str) -> String {
        sarif(&[(file, self)])
    }

    /// Returns the report as workflow commands of GitHub Actions (`::error file=…::…`), one a line. `file` is
    /// the path to annotate.
    #[must_use]
    pub fn github(&self, file: &str) -> String {
        let line = |diagnostic: &Diagnostic| {
            let command = match diagnostic.severity {
                Severity::Note => "notice",
                severity => severity.name(),
            };
            let (region, inside) = region(diagnostic, file);
            let at = region.map_or(String::new(), |r| {
                let Region { line, column, end_line, end_column } = r;
                format!(",line={line},col={column},endLine={end_line},endColumn={end_column}")
            });
            let file = property(&label(file));
            let title = property(diagnostic.code.name());
            let message = message(&text(diagnostic, &inside));
            format!("::{command} file={file}{at},title={title}::{message}\n")
        };
        self.sorted().iter().map(|diagnostic| line(diagnostic)).collect()
    }
}

fn described(rule: &Rule) -> Value {
    json!({
        "id": rule.code.name(),
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.explanation },
        "help": { "text": format!("{}\n\nSource: {}", rule.explanation, rule.source) },
        "defaultConfiguration": { "level": rule.severity.name() },
    })
}

fn result(diagnostic: &Diagnostic, file: &str) -> Value {
    let (region, inside) = region(diagnostic, file);
    let region = region.map(|r| {
        json!({ "startLine": r.line, "startColumn": r.column, "endLine": r.end_line, "endColumn": r.end_column })
    });
    let artifact = json!({ "uri": uri(&redacted(file)) });
    // GitHub shows no result without a line.
    let shown = region.clone().unwrap_or_else(|| json!({ "startLine": 1 }));
    let location = json!({ "artifactLocation": artifact, "region": shown });
    let mut result = json!({
        "ruleId": diagnostic.code.name(),
        "level": diagnostic.severity.name(),
        "message": { "text": text(diagnostic, &inside) },
        "locations": [{ "physicalLocation": location }],
    });
    if let (Some(fix), Some(region), Some(result)) = (&diagnostic.fix, region, result.as_object_mut()) {
        let replacement = json!({ "deletedRegion": region, "insertedContent": { "text": fix } });
        let change = json!({ "artifactLocation": artifact, "replacements": [replacement] });
        let description = json!({ "text": format!("write {fix}") });
        result
            .insert("fixes".to_owned(), json!([{ "description": description, "artifactChanges": [change] }]));
    }
    result
}

/// A path as a relative URI.
fn uri(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    path.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// GitHub's escapes.
fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
