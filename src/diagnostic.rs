//! What is wrong with what the user gave: code, message, place and remedy.

use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::Serialize;

use crate::secret;
use crate::source::{Place, Source};

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
            message: fit(&message.into()),
            place: None,
            label: String::new(),
            help: String::new(),
        }
    }

    /// The complaint about a secret itself where only a reference may stand.
    #[must_use]
    pub fn literal_secret(place: &Place, name: &str) -> Self {
        Self::error(Code::LiteralSecret, format!("this holds {name}; user-data can be read by anyone on the server"))
            .at(place, "not shown")
            .help("revoke it if it has been shared; keep it in a file on the server and give its reference: file:///etc/firstlight/ghcr-token")
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
        self.label = fit(&label.into());
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = fit(&help.into());
        self
    }

    /// Whether it is about a part of a place that holds a secret.
    fn is_covered_by(&self, other: &Self) -> bool {
        let (Some(place), Some(secret)) = (&self.place, &other.place) else { return false };
        let (own, theirs) = (&place.span, &secret.span);
        other.code == Code::LiteralSecret
            && own.start < theirs.end
            && theirs.start < own.end
            && place.source == secret.source
    }
}

/// Longest line of a message; a longer one loses its middle.
const LONGEST: usize = 400;

/// A text fit to be shown: secrets masked, overlong lines cut.
fn fit(text: &str) -> String {
    let masked = secret::mask(text);
    if masked.len() <= LONGEST {
        return masked;
    }
    let lines: Vec<_> = masked.split('\n').map(shorten).collect();
    lines.join("\n")
}

fn shorten(line: &str) -> String {
    let count = line.chars().count();
    if count <= LONGEST {
        return line.to_owned();
    }
    let start: String = line.chars().take(LONGEST / 2).collect();
    let end: String = line.chars().skip(count - LONGEST / 4).collect();
    format!("{start} … {end}")
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

    /// The same for a longer text, in which this one stands at `range`.
    #[must_use]
    pub fn within(mut self, range: Range<usize>) -> Self {
        let part = self.part.map_or_else(|| range.clone(), |p| p.start + range.start..p.end + range.start);
        self.part = Some(part);
        self
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

/// Most diagnostics kept; whoever has more to mend begins with these.
const MOST: usize = 100;

/// All that was found in one run, in the order found.
#[derive(Debug, Default)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
    more: bool,
}

impl Report {
    /// Adds one, unless it is there already, or is about a text that is no more than a secret.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() >= MOST {
            self.more = true;
        } else if !self.diagnostics.iter().any(|d| *d == diagnostic || diagnostic.is_covered_by(d)) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Whether it takes no more, and has been given more.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.more
    }

    /// Whether a name was misspelt that is likely meant to be this one.
    #[must_use]
    pub fn has_suggested(&self, name: &str) -> bool {
        let help = did_you_mean(name);
        self.diagnostics.iter().any(|d| d.help == help)
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

    /// In the order of each file's lines.
    fn sorted(&self) -> Vec<&Diagnostic> {
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
        keyed.into_iter().map(|(_, diagnostic)| diagnostic).collect()
    }

    /// As text for people, in the manner of rustc.
    #[must_use]
    pub fn human(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let mut out = String::new();
        let mut masked = Masked::default();
        for diagnostic in self.sorted() {
            out.push_str(&human(diagnostic, &renderer, &mut masked));
            out.push_str("\n\n");
        }
        if self.more {
            out.push_str("There is more; mend these first.\n\n");
        }
        out.pop();
        out
    }

    /// As JSON, one object with the list `diagnostics`, and `more` if some were left out.
    #[must_use]
    pub fn json(&self) -> String {
        let list: Vec<_> = self.sorted().into_iter().map(Record::from).collect();
        let mut data = serde_json::json!({ "diagnostics": list });
        if let (true, Some(data)) = (self.more, data.as_object_mut()) {
            data.insert("more".to_owned(), true.into());
        }
        let mut text = data.to_string();
        text.push('\n');
        text
    }
}

fn human(diagnostic: &Diagnostic, renderer: &Renderer, masked: &mut Masked) -> String {
    let Diagnostic { message, label, help, .. } = diagnostic;
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
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
        group = group.element(Level::HELP.message(help));
    }
    renderer.render(&[group])
}

/// The texts shown so far, secrets masked; a long one takes a while.
#[derive(Default)]
struct Masked(Vec<(Arc<Source>, String)>);

impl Masked {
    fn text(&mut self, source: &Arc<Source>) -> &str {
        let known = self.0.iter().position(|(other, _)| Arc::ptr_eq(other, source));
        let at = known.unwrap_or_else(|| {
            self.0.push((Arc::clone(source), secret::mask_same_length(&source.text)));
            self.0.len() - 1
        });
        self.0.get(at).map_or("", |(_, text)| text)
    }
}

/// The line a place begins on, secrets masked.
struct Excerpt {
    path: String,
    line: usize,
    text: String,
    span: Range<usize>,
}

impl Excerpt {
    fn of(place: &Place, code: Code, masked: &mut Masked) -> Self {
        let masked = masked.text(&place.source);
        let (line, _) = place.source.line_column(place.span.start);
        let path = secret::mask(&place.source.name);
        let start = masked.get(..place.span.start).and_then(|t| t.rfind('\n')).map_or(0, |at| at + 1);
        let rest = masked.get(start..).unwrap_or("");
        let text = rest.split('\n').next().unwrap_or("").trim_end_matches('\r');
        let from = (place.span.start - start).min(text.len());
        let to = (place.span.end - start).clamp(from, text.len());
        let mut text = text.to_owned();
        if code == Code::LiteralSecret {
            // It may be spelt with escapes, in which the mask does not know it.
            text.replace_range(from..to, &"*".repeat(to - from));
        }
        Self { path, line, text, span: from..to }
    }
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
            message: diagnostic.message.clone(),
            file: place.map(|p| secret::mask(&p.source.name)),
            line: start.map(|(line, _)| line),
            column: start.map(|(_, column)| column),
            end_line: end.map(|(line, _)| line),
            end_column: end.map(|(_, column)| column),
            label: diagnostic.label.clone(),
            help: diagnostic.help.clone(),
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
        Some(name) => did_you_mean(name),
        None if names.is_empty() => "there are none".to_owned(),
        None => format!("there are: {}", names.join(", ")),
    }
}

fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}
