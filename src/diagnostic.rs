//! What is wrong with what the user gave: code, message, place and remedy.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::Serialize;

use crate::secret;
use crate::source::Place;

/// Stable names of all that can be wrong. A code never changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// A value has the wrong form for its type.
    BadValue,
    /// The text is not YAML, or YAML that a configuration must not use.
    BadYaml,
    /// A file or folder cannot be read.
    CannotRead,
    /// A key stands twice.
    DuplicateKey,
    /// A mapping, list or single value where another was wanted.
    WrongType,
    /// A secret itself, where only a reference may stand.
    LiteralSecret,
    /// A required key is missing.
    MissingKey,
    /// The document is larger than the provider takes.
    TooLarge,
    /// The provider's limit is not known.
    UnknownLimit,
    /// A key that nothing reads.
    UnknownKey,
    /// A name that is not one of those there are.
    UnknownName,
    /// A profile does not fit together.
    BadProfile,
    /// A value that the syntax of a file cannot hold.
    Unrepresentable,
    /// A fault of firstlight itself.
    Internal,
}

impl Code {
    /// Every code, for tests and documentation.
    pub const ALL: [Self; 14] = [
        Self::BadValue,
        Self::BadYaml,
        Self::CannotRead,
        Self::DuplicateKey,
        Self::WrongType,
        Self::LiteralSecret,
        Self::MissingKey,
        Self::TooLarge,
        Self::UnknownLimit,
        Self::UnknownKey,
        Self::UnknownName,
        Self::BadProfile,
        Self::Unrepresentable,
        Self::Internal,
    ];

    /// The name as printed and as in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BadValue => "bad-value",
            Self::BadYaml => "bad-yaml",
            Self::CannotRead => "cannot-read",
            Self::DuplicateKey => "duplicate-key",
            Self::WrongType => "wrong-type",
            Self::LiteralSecret => "literal-secret",
            Self::MissingKey => "missing-key",
            Self::TooLarge => "too-large",
            Self::UnknownLimit => "unknown-limit",
            Self::UnknownKey => "unknown-key",
            Self::UnknownName => "unknown-name",
            Self::BadProfile => "bad-profile",
            Self::Unrepresentable => "unrepresentable",
            Self::Internal => "internal",
        }
    }
}

/// Whether a diagnostic stops the compilation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is printed.
    Error,
    /// The document is printed all the same.
    Warning,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its stable name.
    pub code: Code,
    /// Whether it stops the compilation.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where, if it is anywhere in particular.
    pub place: Option<Place>,
    /// What to write under the place.
    pub label: String,
    /// What to do about it.
    pub help: String,
}

impl Diagnostic {
    /// An error that is nowhere in particular.
    #[must_use]
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            place: None,
            label: String::new(),
            help: String::new(),
        }
    }

    /// The same as a warning.
    #[must_use]
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Adds the place and what to write under it.
    #[must_use]
    pub fn at(mut self, place: &Place, label: impl Into<String>) -> Self {
        self.place = Some(place.clone());
        self.label = label.into();
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

/// Why a text is not a value of some type; the caller knows the place of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, a full phrase.
    pub message: String,
    /// The bad part of the text, in bytes; all of it if none.
    pub part: Option<Range<usize>>,
    /// What to do about it.
    pub help: String,
}

impl Problem {
    /// A problem with the text as a whole.
    #[must_use]
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), part: None, help: help.into() }
    }

    /// Narrows it to a part of the text.
    #[must_use]
    pub fn part(mut self, part: Range<usize>) -> Self {
        self.part = Some(part);
        self
    }

    /// As a diagnostic about `value`, which stands at `place`.
    #[must_use]
    pub fn at(self, place: &Place, value: &str) -> Diagnostic {
        let place = match self.part {
            Some(part) => place.part(value, part),
            None => place.clone(),
        };
        Diagnostic::error(Code::BadValue, self.message).at(&place, "").help(self.help)
    }
}

/// All that was found in one run, in the order found.
#[derive(Debug, Default)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if !self.diagnostics.contains(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// The value, or nothing and the problem added.
    pub fn keep<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|diagnostic| self.push(diagnostic)).ok()
    }

    /// Whether any of them stops the compilation.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }

    /// Whether one of them is firstlight's own fault.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.diagnostics.iter().any(|d| d.code == Code::Internal)
    }

    /// All of them.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// As text for people, in the manner of rustc.
    #[must_use]
    pub fn human(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let mut out = String::new();
        for diagnostic in &self.diagnostics {
            out.push_str(&human(diagnostic, &renderer));
            out.push_str("\n\n");
        }
        out.pop();
        out
    }

    /// As JSON, one object with the list `diagnostics`.
    #[must_use]
    pub fn json(&self) -> String {
        let list: Vec<_> = self.diagnostics.iter().map(Record::from).collect();
        let mut text = serde_json::json!({ "diagnostics": list }).to_string();
        text.push('\n');
        text
    }
}

/// Longest line shown whole; a longer one is cut around the place.
const WIDTH: usize = 160;

fn human(diagnostic: &Diagnostic, renderer: &Renderer) -> String {
    let message = secret::mask(&diagnostic.message);
    let label = secret::mask(&diagnostic.label);
    let help = secret::mask(&diagnostic.help);
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(message).id(diagnostic.code.name()));
    let excerpt = diagnostic.place.as_ref().map(Excerpt::of);
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
        group = group.element(Level::HELP.message(help));
    }
    renderer.render(&[group])
}

/// The line a place begins on, fit to be shown: secrets masked, overlong lines cut.
struct Excerpt {
    path: String,
    line: usize,
    text: String,
    span: Range<usize>,
}

impl Excerpt {
    fn of(place: &Place) -> Self {
        let masked = secret::mask_same_length(&place.source.text);
        let (line, _) = place.source.line_column(place.span.start);
        let path = secret::mask(&place.source.name);
        let start = masked.get(..place.span.start).and_then(|t| t.rfind('\n')).map_or(0, |at| at + 1);
        let rest = masked.get(start..).unwrap_or("");
        let text = rest.split('\n').next().unwrap_or("").trim_end_matches('\r');
        let from = (place.span.start - start).min(text.len());
        let to = (place.span.end - start).clamp(from, text.len());
        let (text, span) = clip(text, from..to);
        Self { path, line, text, span }
    }
}

fn clip(text: &str, span: Range<usize>) -> (String, Range<usize>) {
    if text.len() <= WIDTH {
        return (text.to_owned(), span);
    }
    let floor = |at: usize| (0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    let from = floor(span.start.saturating_sub(WIDTH / 2));
    let to = floor((from + WIDTH).min(text.len()));
    let cut = text.get(from..to).unwrap_or("");
    let end = span.end.min(to) - from;
    (cut.to_owned(), span.start - from..end)
}

/// A diagnostic as JSON shows it.
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
}

impl From<&Diagnostic> for Record {
    fn from(diagnostic: &Diagnostic) -> Self {
        let place = diagnostic.place.as_ref();
        let start = place.map(|p| p.source.line_column(p.span.start));
        let end = place.map(|p| p.source.line_column(p.span.end));
        Self {
            code: diagnostic.code,
            severity: diagnostic.severity,
            message: secret::mask(&diagnostic.message),
            file: place.map(|p| secret::mask(&p.source.name)),
            line: start.map(|(line, _)| line),
            column: start.map(|(_, column)| column),
            end_line: end.map(|(line, _)| line),
            end_column: end.map(|(_, column)| column),
            label: secret::mask(&diagnostic.label),
            help: secret::mask(&diagnostic.help),
        }
    }
}

/// The name nearest to `given`, if one is near enough to be meant.
#[must_use]
pub fn nearest<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = |name: &&str| strsim::damerau_levenshtein(&given.to_lowercase(), name);
    names
        .into_iter()
        .map(|name| (near(&name), name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 4)
        .min()
        .map(|(_, name)| name)
}

/// "did you mean" when a name is near, else the list of names.
#[must_use]
pub fn suggest<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.into_iter().collect();
    match nearest(given, names.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("there are: {}", names.join(", ")),
    }
}
