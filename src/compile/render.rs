//! Renders every file and command of a plan to the bytes that the document contains.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::digest::sha256;
use crate::compile::compose_dialect::key_twice;
use crate::compile::own::Own;
use crate::compile::plan::{Bundle, Content, Planned};
use crate::compile::program::{Program, ProgramForm};
use crate::compile::resolve::Resolved;
use crate::compile::template::{self, Failure};
use crate::escape::Syntax;
use crate::finding::{Code, Diagnostic, Report};
use crate::host::{PROGRAM, STAGE, placed};
use crate::text::source::{Place, Source, byte_at};
use crate::value::{GuestPath, HttpsUrl, Mode};
use crate::yaml;

/// The content of a document before encoding: the same bytes that arrive on the server.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    /// Every file of the profile, by its absolute path on the server. Owner and group are `root:root`.
    pub files: BTreeMap<GuestPath, RenderedFile>,
    /// The files for the repository of the application, by their paths in it, which begin with `/`. They are not in the
    /// document.
    pub repository: BTreeMap<GuestPath, RenderedFile>,
    /// The program of the server, which is not among the files before it is decided how the document carries it.
    pub(crate) program: Program,
    /// Commands that cloud-init runs on every boot, before it writes files (`bootcmd`); each is a list of
    /// words.
    pub bootcmd: Vec<Vec<String>>,
    /// Commands that cloud-init runs after it has written the files (`runcmd`); each is a list of words.
    pub runcmd: Vec<Vec<String>>,
    /// The user's own cloud-config keys and MIME parts.
    pub own: Own,
}

/// A file as it arrives on the server.
#[derive(Clone, PartialEq, Eq)]
pub struct RenderedFile {
    /// The permission bits.
    pub mode: Mode,
    /// The content.
    pub bytes: Vec<u8>,
}

/// Without its content, which may be a secret.
impl std::fmt::Debug for RenderedFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RenderedFile({}, {} bytes)", self.mode, self.bytes.len())
    }
}

impl RenderedFile {
    /// SHA-256 of the content, in hexadecimal.
    #[must_use]
    pub(crate) fn sha256(&self) -> String {
        sha256(&self.bytes)
    }
}

impl Rendered {
    /// The same content with the program among the files.
    #[must_use]
    pub(crate) fn carrying(&self, form: ProgramForm) -> Self {
        let program =
            self.program.files(form).iter().map(|(path, bytes)| {
                (path.clone(), RenderedFile { mode: Mode::DEFAULT, bytes: bytes.clone() })
            });
        let files = self.files.clone().into_iter().chain(program).collect();
        Self { files, program: Program::default(), ..self.clone() }
    }

    /// Makes the program of the modules among the files. `None`, with an error in the report, if it cannot be made.
    pub(crate) fn take_program(&mut self, address: Option<&HttpsUrl>, report: &mut Report) -> Option<()> {
        let is_module = |path: &GuestPath| path.as_str().starts_with(PROGRAM);
        let (modules, others): (BTreeMap<_, _>, _) =
            std::mem::take(&mut self.files).into_iter().partition(|(path, _)| is_module(path));
        self.files = others;
        let named = modules
            .iter()
            .filter_map(|(path, file)| Some((path.as_str().strip_prefix(PROGRAM)?, file.bytes.as_slice())));
        self.program = Program::of(&named.collect(), address, report)?;
        Some(())
    }

    /// A file's path in the document and its text, by the path that it has on the server in the end.
    #[must_use]
    pub(crate) fn text(&self, path: &str) -> Option<(&GuestPath, &str)> {
        let staged = self.files.get_key_value(format!("{STAGE}{path}").as_str());
        let (at, file) = staged.or_else(|| self.files.get_key_value(path))?;
        Some((at, std::str::from_utf8(&file.bytes).ok()?))
    }
}

/// Renders everything that is planned.
pub(crate) fn render(bundle: &Bundle, resolved: &Resolved, report: &mut Report) -> Rendered {
    let files = render_files(&bundle.files, resolved, report);
    Rendered {
        files,
        repository: render_files(&bundle.repository, resolved, report),
        program: Program::default(),
        bootcmd: bundle.bootcmd.clone(),
        runcmd: bundle.runcmd.clone(),
        own: Own::default(),
    }
}

/// Renders some files.
pub(crate) fn render_files(
    planned: &BTreeMap<GuestPath, Planned>,
    resolved: &Resolved,
    report: &mut Report,
) -> BTreeMap<GuestPath, RenderedFile> {
    let mut files = BTreeMap::new();
    for (path, planned) in planned {
        // If there is no text, the report has an error.
        let text = render_file(placed(path.as_str()), planned, resolved, report).unwrap_or_default();
        files.insert(path.clone(), RenderedFile { mode: planned.mode, bytes: text.into_bytes() });
    }
    files
}

/// The text of the file at this path; `None`, with an error in the report, if there is something wrong with it.
fn render_file(path: &str, planned: &Planned, resolved: &Resolved, report: &mut Report) -> Option<String> {
    let (source, syntax) = (planned.body.source(), planned.syntax);
    let text = match planned.body {
        // Notes are dropped where `#` begins a comment, so not from a text in some other syntax.
        Content::Text(_) if syntax.is_some() || source.text.starts_with("#!") => {
            template::without_notes(&source.text).0
        }
        Content::Verbatim(_) | Content::Text(_) => source.text.clone(),
        Content::Template(_) => report.keep(render_template(path, source, syntax, resolved))?,
    };
    let is_yaml = matches!(syntax, Some(Syntax::Compose | Syntax::Yaml | Syntax::Workflow));
    if is_yaml && !matches!(planned.body, Content::Verbatim(_)) {
        check_yaml(&text, source, resolved, report);
    }
    Some(text)
}

/// What a profile makes must at least be YAML without double keys. A compose file of the user's is read with more care.
fn check_yaml(text: &str, source: &Arc<Source>, resolved: &Resolved, report: &mut Report) {
    if yaml::is_deep(text) {
        let place = Place::start(source);
        return report
            .push(Diagnostic::error(Code::BadYaml, "this file is nested too deeply").at(&place, ""));
    }
    let Err(error) = serde_yaml::from_str::<serde_yaml::Value>(text) else { return };
    if source.text != text {
        return report.push(broken_yaml(&error, text, source, resolved));
    }
    let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
    let at = byte_at(text, line, column);
    let end = text.get(at..).and_then(|t| t.chars().next()).map_or(at, |c| at + c.len_utf8());
    let place = Place { source: Arc::clone(source), span: at..end };
    report.push(Diagnostic::error(Code::BadYaml, format!("this file is not YAML: {error}")).at(&place, ""));
}

/// A name that the user chose and the profile has already; anything else is the profile's fault.
fn broken_yaml(
    error: &serde_yaml::Error,
    text: &str,
    source: &Arc<Source>,
    resolved: &Resolved,
) -> Diagnostic {
    let twice = key_twice(&Place::all(&Source::file(&source.name, text)));
    let is_name = |given: &str, name: &str| given == name || given.split(':').next() == Some(name);
    let given = twice.as_ref().and_then(|name| find(resolved, &|text| is_name(text, name)));
    match (twice, given) {
        (Some(name), Some(place)) => Diagnostic::error(
            Code::Unrepresentable,
            format!("`{name}` would be given twice in {}", source.label()),
        )
        .at(place, "")
        .help("choose another name: this one is given twice, or the profile already uses it"),
        _ => Diagnostic::error(Code::BadProfile, format!("{} becomes invalid YAML: {error}", source.label())),
    }
}

/// Where the user gave a text of which something holds.
fn find<'a>(resolved: &'a Resolved, holds: &dyn Fn(&str) -> bool) -> Option<&'a Place> {
    resolved.settings.iter().filter_map(|chosen| chosen.given.as_ref()).find_map(|node| node.find(holds))
}

fn render_template(
    path: &str,
    source: &Arc<Source>,
    syntax: Option<Syntax>,
    resolved: &Resolved,
) -> Result<String, Diagnostic> {
    let Some(syntax) = syntax else {
        return Err(Diagnostic::error(Code::BadProfile, format!("{}: the syntax of {path} is not known", source.label()))
            .help("a template must be named Caddyfile, or end in .yml, .yaml, .env, .caddy, .sh or the suffix of a systemd unit"));
    };
    template::render(&source.text, syntax, &resolved.context)
        .map_err(|failure| blame(failure, syntax, source, resolved))
}

/// A value that its file cannot hold is the user's to mend; anything else is the profile's fault.
fn blame(failure: Failure, syntax: Syntax, source: &Arc<Source>, resolved: &Resolved) -> Diagnostic {
    let culprit = failure
        .value
        .as_ref()
        .and_then(|value| find(resolved, &|text| value.contains(text) && syntax.token(text).is_err()));
    if let Some(place) = culprit {
        return Diagnostic::error(
            Code::Unrepresentable,
            format!("{} cannot contain this value: {}", source.label(), failure.message),
        )
        .at(place, "")
        .help("choose another value");
    }
    failure.in_profile(&Place::all(source), &source.text)
}
