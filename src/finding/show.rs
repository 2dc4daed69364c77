//! A report as text for people and as JSON for machines.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::Serialize;

use super::redact::Hidden;
use super::{Code, Diagnostic, Report, Severity};
use crate::evidence::{redacted, starred, starred_if_sure};
use crate::text::printable::guard;
use crate::text::source::{Place, Source};

impl Report {
    /// The diagnostics in the order of each file's lines, without hidden texts.
    pub(super) fn sorted(&self) -> Vec<Cow<'_, Diagnostic>> {
        let first_of_file = |index: usize, diagnostic: &Diagnostic| {
            let source = diagnostic.place.as_ref().map(|place| &place.source);
            let same = |other: &Diagnostic| {
                source.is_some() && other.place.as_ref().map(|place| &place.source) == source
            };
            self.diagnostics.iter().position(same).unwrap_or(index)
        };
        let mut keyed: Vec<_> = self
            .diagnostics
            .iter()
            .enumerate()
            .map(|(index, d)| ((first_of_file(index, d), d.place.as_ref().map_or(0, |p| p.span.start)), d))
            .collect();
        keyed.sort_by_key(|(key, _)| *key);
        let hidden = Hidden::of(&self.diagnostics, &self.known);
        keyed.into_iter().map(|(_, diagnostic)| hidden.redacted(diagnostic)).collect()
    }

    /// Returns the report as text for people, in the manner of rustc, ordered by file and line; with ANSI
    /// colours if `colour`. What may be a secret is masked. An empty report gives an empty text.
    #[must_use]
    pub fn human(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let mut out = String::new();
        let mut masked = Masked { hidden: Hidden::of(&self.diagnostics, &self.known), texts: Vec::new() };
        for diagnostic in self.sorted() {
            out.push_str(&human(&diagnostic, &renderer, &mut masked));
            out.push_str("\n\n");
        }
        if self.more {
            out.push_str("There are more errors; correct these first.\n\n");
        }
        out.pop();
        out
    }

    /// Returns the report as one line of JSON: an object with the list `diagnostics`, and `more: true` if
    /// some were dropped. Lines and columns begin at 1, columns count characters.
    #[must_use]
    pub fn json(&self) -> String {
        data(self.records(), self.more)
    }

    /// The diagnostics of [`Self::json`] alone.
    #[must_use]
    pub(crate) fn records(&self) -> Vec<serde_json::Value> {
        self.sorted().iter().map(|diagnostic| serde_json::json!(Record::from(&**diagnostic))).collect()
    }

    /// A line for each error and warning: severity, line and column, code, message.
    #[must_use]
    pub(crate) fn lines(&self) -> Vec<String> {
        let line = |diagnostic: &Cow<'_, Diagnostic>| {
            let Diagnostic { severity, code, message, place, .. } = &**diagnostic;
            let place = place.as_ref().map_or(String::new(), |place| {
                let (line, column) = place.source.line_column(place.span.start);
                format!("{line}:{column}")
            });
            format!("{:<8} {place:<7} {:<18} {message}", severity.name(), code.name())
        };
        self.sorted().iter().filter(|found| found.severity != Severity::Note).map(line).collect()
    }
}

/// The reports about several files as one line of JSON, in the form of [`Report::json`].
#[must_use]
pub fn json(reports: &[(&str, &Report)]) -> String {
    let records = reports.iter().flat_map(|(_, report)| report.records()).collect();
    data(records, reports.iter().any(|(_, report)| report.more))
}

fn data(records: Vec<serde_json::Value>, more: bool) -> String {
    let mut data = serde_json::json!({ "diagnostics": records });
    if let (true, Some(data)) = (more, data.as_object_mut()) {
        data.insert("more".to_owned(), true.into());
    }
    format!("{data}\n")
}

fn human(diagnostic: &Diagnostic, renderer: &Renderer, masked: &mut Masked<'_>) -> String {
    let Diagnostic { message, label, .. } = diagnostic;
    let help = diagnostic.help.text();
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group = Group::with_title(level.primary_title(message).id(diagnostic.code.name()));
    let excerpt = diagnostic.place.as_ref().map(|place| Excerpt::of(place, diagnostic.code, masked));
    if let Some(excerpt) = &excerpt {
        let mut mark = AnnotationKind::Primary.span(excerpt.span.clone());
        if !label.is_empty() {
            mark = mark.label(label);
        }
        group = group.element(
            Snippet::source(excerpt.text.as_str())
                .path(excerpt.path.as_str())
                .line_start(excerpt.line)
                .annotation(mark),
        );
    }
    if !help.is_empty() {
        group = group.element(Level::HELP.message(&*help));
    }
    let text = renderer.render(&[group]);
    let flag = excerpt.filter(|excerpt| excerpt.is_flag);
    flag.and_then(|excerpt| without_line(&text, &excerpt.path)).unwrap_or(text)
}

/// The text without the line and the column after the path in `--> PATH:1:1`; `None` if it has no such line.
fn without_line(text: &str, path: &str) -> Option<String> {
    let (before, after) = text.split_once("--> ")?;
    let (colour, after) = after.split_once(path)?;
    let rest = after.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit());
    Some(format!("{before}--> {colour}{path}{rest}"))
}

/// The masked texts of the sources that were shown so far, because masking a long text takes time.
struct Masked<'a> {
    hidden: Hidden<'a>,
    texts: Vec<(Arc<Source>, bool, String)>,
}

impl Masked<'_> {
    /// The masked text of a source. If it was not parsed (`unread`), everything is masked that may be a secret;
    /// otherwise only what surely is one.
    fn text(&mut self, source: &Arc<Source>, unread: bool) -> &str {
        let known = self.texts.iter().position(|(other, of, _)| Arc::ptr_eq(other, source) && *of == unread);
        let at = known.unwrap_or_else(|| {
            let mask = if unread { starred } else { starred_if_sure };
            let text = self.hidden.star(source, mask(&source.text));
            self.texts.push((Arc::clone(source), unread, text));
            self.texts.len() - 1
        });
        self.texts.get(at).map_or("", |(_, _, text)| text)
    }
}

/// The line on which a place begins, with secrets masked.
struct Excerpt {
    path: String,
    /// Whether the text is the value of a flag, in which a line and a column help nobody.
    is_flag: bool,
    line: usize,
    text: String,
    span: Range<usize>,
}

impl Excerpt {
    fn of(place: &Place, code: Code, masked: &mut Masked<'_>) -> Self {
        let masked = masked.text(&place.source, matches!(code, Code::BadYaml | Code::Finding(_)));
        let (line, _) = place.source.line_column(place.span.start);
        let path = place.source.label();
        let start = masked.get(..place.span.start).and_then(|t| t.rfind('\n')).map_or(0, |at| at + 1);
        let rest = masked.get(start..).unwrap_or("");
        let text = rest.split('\n').next().unwrap_or("").trim_end_matches('\r');
        let from = (place.span.start - start).min(text.len());
        let to = (place.span.end - start).clamp(from, text.len());
        // Each part is escaped by itself, so that the mark stays at the right place.
        let (before, rest) = text.split_at_checked(from).unwrap_or((text, ""));
        let (marked, after) = rest.split_at_checked(to - from).unwrap_or((rest, ""));
        let [before, marked, after] = [before, marked, after].map(guard);
        let span = before.len()..before.len() + marked.len();
        Self {
            path,
            is_flag: place.source.command_line,
            line,
            text: format!("{before}{marked}{after}"),
            span,
        }
    }
}

/// A diagnostic as JSON.
#[derive(Serialize)]
struct Record {
    code: Code,
    severity: Severity,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
    #[serde(skip_serializing_if = "String::is_empty")]
    label: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    help: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

impl From<&Diagnostic> for Record {
    fn from(diagnostic: &Diagnostic) -> Self {
        let place = diagnostic.place.as_ref();
        let start = place.map(|p| p.source.line_column(p.span.start));
        let end = place.map(|p| p.source.line_column(p.span.end));
        Self {
            code: diagnostic.code,
            severity: diagnostic.severity,
            message: diagnostic.message.clone(),
            file: place.map(|p| redacted(&p.source.name)),
            line: start.map(|(line, _)| line),
            column: start.map(|(_, column)| column),
            end_line: end.map(|(line, _)| line),
            end_column: end.map(|(_, column)| column),
            label: diagnostic.label.clone(),
            help: diagnostic.help.text().into_owned(),
            fix: diagnostic.fix.clone(),
        }
    }
}
