//! The pipeline: text, configuration, what holds, what is laid, bytes, document.

use std::sync::Arc;

use crate::config::{Config, Flags};
use crate::diagnostic::{Code, Diagnostic, Report};
use crate::document;
use crate::plan::plan;
use crate::profile::{HOST, Profile, ReadProfile};
use crate::provider::Limit;
use crate::render::{Rendered, render};
use crate::resolve::{Resolved, resolve};
use crate::secret;
use crate::setting::ReadFile;
use crate::source::{Place, Source};
use crate::value::Date;

/// What the compiler is given.
#[derive(Debug)]
pub struct Input<'a> {
    /// The configuration, if there is one.
    pub config: Option<Arc<Source>>,
    /// The command line's flags.
    pub flags: &'a Flags,
    /// The profile that holds if none is named.
    pub default_profile: &'a str,
    /// What day it is: the core has no clock.
    pub today: Option<Date>,
    /// Whether a secret may be embedded, by `env://`.
    pub embed_secret: bool,
}

/// What the compiler makes.
pub struct Output {
    /// The finished document.
    pub document: String,
    /// The files in it.
    pub rendered: Rendered,
    /// What it was made from.
    pub resolved: Resolved,
}

/// The document's secrets masked; one that was embedded is of no known shape, so it is not shown at all then.
impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let is_secret = !self.resolved.of_scheme("env").is_empty();
        let document = if is_secret { "[redacted]".to_owned() } else { secret::mask(&self.document) };
        f.debug_struct("Output").field("document", &document).field("resolved", &self.resolved).finish()
    }
}

/// Compiles one document, or says in the report why there is none.
pub fn compile(
    input: &Input<'_>,
    world: &(impl ReadFile + ReadProfile),
    report: &mut Report,
) -> Option<Output> {
    refuse_secrets(input, report);
    let mut config = Config::from_flags(input.flags, report);
    if let Some(source) = &input.config {
        config = config.over(Config::from_file(source, report)?);
    }
    let host = read_profile(HOST, None, world, report)?;
    let (name, place) = match &config.profile {
        None => (input.default_profile.to_owned(), None),
        Some(node) => (report.keep(node.text("a profile's name").map(str::to_owned))?, Some(&node.place)),
    };
    let found = report.diagnostics().len();
    let profile = read_profile(&name, place, world, report)?;
    profile.check(&host, report);
    if report.diagnostics().len() > found {
        return None;
    }
    let resolved = resolve(config, &host, &profile, world, report)?;
    check_embedding(input, &resolved, report);
    check_expiry(input.today, &resolved, report);
    let bundle = plan(&resolved, &host, &profile, report);
    bundle.check_tree(report);
    let rendered = render(bundle, &resolved, report);
    if report.has_errors() {
        return None;
    }
    let document = document::encode(&rendered, &document::header(&resolved));
    if let Err(why) = document::verify(&document, &rendered) {
        report.push(
            Diagnostic::error(
                Code::Internal,
                format!("the document does not read back as it was meant: {why}"),
            )
            .help("this is a fault of firstlight; please report it with the command you ran"),
        );
        return None;
    }
    let holes = resolved.of_scheme("terraform");
    let document = if holes.is_empty() { document } else { document::template(&document, &holes) };
    check_size(&document, &rendered, &resolved, report);
    (!report.has_errors()).then_some(Output { document, rendered, resolved })
}

fn read_profile(
    name: &str,
    place: Option<&Place>,
    world: &impl ReadProfile,
    report: &mut Report,
) -> Option<Profile> {
    let tree = report.keep(world.read_profile(name, place))?;
    Profile::read(name, &tree, report)
}

/// A secret anywhere in what was given stops everything; it is never shown.
fn refuse_secrets(input: &Input<'_>, report: &mut Report) {
    let flags = input.flags;
    let given = [
        ("--profile", &flags.profile),
        ("--domain", &flags.domain),
        ("--token", &flags.token),
        ("--expires", &flags.expires),
        ("--repo", &flags.repo),
        ("--branch", &flags.branch),
        ("--provider", &flags.provider),
    ];
    let flags = given.into_iter().filter_map(|(name, text)| Some(Source::flag(name, text.as_ref()?)));
    let sets = input.flags.set.iter().map(|text| Source::flag("--set", text));
    for source in input.config.iter().cloned().chain(flags).chain(sets) {
        for found in secret::find(&source.text) {
            let place = Place { source: Arc::clone(&source), span: found.span };
            report.push(Diagnostic::literal_secret(&place, found.name));
        }
    }
}

/// A secret gets into a document only if that was asked for in so many words.
fn check_embedding(input: &Input<'_>, resolved: &Resolved, report: &mut Report) {
    for held in resolved.secrets.iter().filter(|held| held.uri.scheme.name == "env" && !input.embed_secret) {
        let message = format!(
            "`{}` puts the secret into the document, where anyone on the server can read it",
            held.uri
        );
        report.push(
            Diagnostic::error(Code::EmbeddedSecret, message)
                .at(&held.place, "")
                .help("better let the server fetch it, as with file:///etc/firstlight/ghcr-token; or add --embed-secret"),
        );
    }
}

/// Warns two weeks ahead: afterwards no pull and no self-update works.
fn check_expiry(today: Option<Date>, resolved: &Resolved, report: &mut Report) {
    let (Some(today), Some((expires, place))) = (today, &resolved.expires) else { return };
    let left = expires.since(today);
    let message = match left {
        15.. => return,
        0 => "the token expires today".to_owned(),
        1 => "the token expires tomorrow".to_owned(),
        2.. => format!("the token expires in {left} days, on {expires}"),
        _ => format!("the token expired on {expires}"),
    };
    report.push(
        Diagnostic::warning(Code::TokenExpires, message)
            .at(place, "")
            .help("make a new one, put it where the reference points, and write its last day here"),
    );
}

/// Nothing is ever cut: a document that does not fit is an error with a table of what takes the room.
fn check_size(document: &str, rendered: &Rendered, resolved: &Resolved, report: &mut Report) {
    let Some(provider) = resolved.provider else { return };
    match provider.limit {
        Limit::Bytes(limit) if document.len() > limit => {
            let mut sizes: Vec<_> =
                rendered.files.iter().map(|(path, file)| (file.bytes.len(), path)).collect();
            sizes.sort_by_key(|(size, _)| std::cmp::Reverse(*size));
            let rest = document.len().saturating_sub(sizes.iter().map(|(size, _)| size).sum());
            let mut table: Vec<_> = sizes.iter().map(|(size, path)| format!("{size:>8} {path}")).collect();
            table.push(format!("{rest:>8} all else: the command at the head, indentation, base64"));
            report.push(
                Diagnostic::error(
                    Code::TooLarge,
                    format!("the document has {} bytes, {} takes {limit}", document.len(), provider.name),
                )
                .help(format!("bytes by file:\n{}", table.join("\n"))),
            );
        }
        Limit::Unknown => report.push(Diagnostic::warning(
            Code::UnknownLimit,
            format!(
                "how much user-data {} takes is not documented; this document has {} bytes",
                provider.name,
                document.len()
            ),
        )),
        Limit::Bytes(_) | Limit::None => {}
    }
}
