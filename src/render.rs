//! From what is laid to its bytes.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::diagnostic::{Code, Diagnostic, Report};
use crate::escape::Syntax;
use crate::plan::{Body, Bundle};
use crate::resolve::Resolved;
use crate::secret;
use crate::source::{Place, Source};
use crate::template::{self, Failure};
use crate::value::{GuestPath, Mode};

/// What the document carries, byte for byte.
#[derive(Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Every file, by the path at which cloud-init lays it. All belong to root.
    pub files: BTreeMap<GuestPath, File>,
    /// What cloud-init runs once they are there.
    pub commands: Vec<Vec<String>>,
}

/// A file as it is laid.
#[derive(Debug, PartialEq, Eq)]
pub struct File {
    /// Its mode.
    pub mode: Mode,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl File {
    /// SHA-256 of the content, in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> String {
        Sha256::digest(&self.bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Renders every file.
pub fn render(bundle: Bundle, resolved: &Resolved, report: &mut Report) -> Rendered {
    let mut files = BTreeMap::new();
    for (path, planned) in bundle.files {
        let (source, text) = match planned.body {
            Body::Verbatim(source) => (source.clone(), Ok(source.text.clone())),
            Body::Text(source) if has_notes(&path, &source) => {
                (source.clone(), Ok(template::without_notes(&source.text).0))
            }
            Body::Text(source) => (source.clone(), Ok(source.text.clone())),
            Body::Template(source) => (source.clone(), render_template(&path, &source, resolved)),
        };
        match text {
            Ok(text) => {
                if Syntax::of(path.as_str()) == Some(Syntax::Compose) {
                    check_yaml(&text, &source, report);
                }
                if let Some(found) = secret::find(&text).first() {
                    report.push(literal_secret(&source, &text, found));
                }
                files.insert(path, File { mode: planned.mode, bytes: text.into_bytes() });
            }
            Err(problem) => report.push(problem),
        }
    }
    Rendered { files, commands: bundle.commands }
}

/// A compose file must at least be YAML without double keys, whoever wrote it.
fn check_yaml(text: &str, source: &std::sync::Arc<Source>, report: &mut Report) {
    let Err(error) = serde_yaml::from_str::<serde_yaml::Value>(text) else { return };
    if source.text != text {
        let problem = format!("{} would come out as broken YAML: {error}", source.name);
        report.push(
            Diagnostic::error(Code::Unrepresentable, problem)
                .help("a name is given twice, or is one the profile uses itself"),
        );
        return;
    }
    let at = error.location().map_or(0, |location| location.index().min(text.len()));
    let place = Place { source: std::sync::Arc::clone(source), span: at..at };
    report.push(
        Diagnostic::error(Code::BadYaml, format!("this compose file is not YAML: {error}")).at(&place, ""),
    );
}

/// Notes are dropped where `#` begins a comment, so not from a text in some other syntax.
fn has_notes(path: &GuestPath, source: &Source) -> bool {
    Syntax::of(path.as_str()).is_some() || source.text.starts_with("#!")
}

fn render_template(
    path: &GuestPath,
    source: &std::sync::Arc<Source>,
    resolved: &Resolved,
) -> Result<String, Diagnostic> {
    let Some(syntax) = Syntax::of(path.as_str()) else {
        return Err(Diagnostic::error(Code::BadProfile, format!("{}: no syntax is known for {path}", source.name))
            .help("a template's name ends in .yml, .yaml, .env, .caddy, .sh or a systemd unit's ending, or is Caddyfile"));
    };
    template::render(&source.text, syntax, &resolved.context)
        .map_err(|failure| blame(&failure, source, resolved))
}

/// A value that its file cannot hold is the user's to mend; anything else is the profile's fault.
fn blame(failure: &Failure, source: &std::sync::Arc<Source>, resolved: &Resolved) -> Diagnostic {
    let chosen = failure
        .value
        .as_ref()
        .and_then(|value| resolved.settings.iter().find(|chosen| chosen.value.holds(value)));
    if let Some(place) = chosen.and_then(|chosen| chosen.place.as_ref()) {
        return Diagnostic::error(
            Code::Unrepresentable,
            format!("{} cannot hold this value: {}", source.name, failure.message),
        )
        .at(place, "")
        .help("choose another value");
    }
    let line = failure.line.unwrap_or(1);
    let start: usize = source.text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let length = source.text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
    let place = Place { source: std::sync::Arc::clone(source), span: start..start + length };
    Diagnostic::error(Code::BadProfile, failure.message.clone()).at(&place, "in the profile")
}

fn literal_secret(source: &std::sync::Arc<Source>, text: &str, found: &secret::Found) -> Diagnostic {
    let span = if source.text == text { found.span.clone() } else { 0..0 };
    secret_at(&Place { source: std::sync::Arc::clone(source), span }, found.name)
}

/// The complaint about a secret itself where only a reference may stand.
#[must_use]
pub fn secret_at(place: &Place, name: &str) -> Diagnostic {
    Diagnostic::error(Code::LiteralSecret, format!("this holds {name}; user-data can be read by anyone on the server"))
        .at(place, "not shown")
        .help("revoke it if it has been shared; keep it in a file on the server and give its reference: file:///etc/firstlight/ghcr-token")
}
