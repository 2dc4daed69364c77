//! Chooses the encoding with which a document fits into its provider's limit. Nothing is ever truncated.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::mime::wrap;
use super::{Packing, cloud_config, gzip, header, template, verify, verify_gzip};
use crate::compile::own::Own;
use crate::compile::part::MimePart;
use crate::compile::phase::Phase;
use crate::compile::program::{self, ProgramForm};
use crate::compile::render::Rendered;
use crate::compile::resolve::Resolved;
use crate::compile::search::Searched;
use crate::finding::{Code, Diagnostic, Report};
use crate::host::HostSide;
use crate::provider::{Gzip, Limit, PROVIDERS, Provider, Takes};
use crate::value::{Arrival, SecretUri};

/// The form of the document that is asked for.
#[derive(Debug, Default)]
pub struct DocumentOptions {
    /// The encoding; `None` takes the most readable one that fits the provider's limit.
    pub encoding: Option<Encoding>,
    /// The MIME parts given as flags. With `Some`, even of an empty list, the document becomes a MIME
    /// multipart message.
    pub parts: Option<Vec<MimePart>>,
    /// Whether the document does all the work, or only the part for an image or for a server from that image.
    pub phase: Phase,
    /// Whether the server runs already, as one does to which a script is brought, and does not boot with the document
    /// for the first time.
    pub is_running: bool,
    /// The host side that the document contains.
    pub side: HostSide,
}

/// How the content is encoded so that the document fits, from the most readable to the smallest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    /// Every text stands in the document in readable form, and so does each module of the program.
    Plain,
    /// The program is one compressed archive; every other text stands in the document in readable form.
    Packed,
    /// The program is one compressed archive, and each file is stored in the smallest of three forms: text, base64, or
    /// base64 of gzip (RFC 1952).
    Files,
    /// The whole document is base64 of gzip.
    Gzip,
}

/// A finished document.
#[derive(Clone)]
pub struct Document {
    /// The document as printable ASCII, with LF as the line break.
    pub text: String,
    /// The encoding that was used.
    pub encoding: Encoding,
    /// The size in bytes as the provider counts it against its limit.
    pub bytes: usize,
}

impl Encoding {
    /// Those that differ for a host side, from the most readable to the smallest.
    const fn all(side: HostSide) -> &'static [Self] {
        match side {
            HostSide::Scripts => &[Self::Plain, Self::Files, Self::Gzip],
            HostSide::Program => &[Self::Plain, Self::Packed, Self::Files, Self::Gzip],
        }
    }

    /// As `--encoding` takes it.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Packed => "packed",
            Self::Files => "files",
            Self::Gzip => "gzip",
        }
    }

    /// How a document in this encoding carries the program. An image contains an archive in any case: the document of a
    /// server from it does not know how the image's document was encoded.
    pub(crate) fn program(self, phase: Phase) -> ProgramForm {
        match (self, phase) {
            (_, Phase::Bake) | (Self::Packed | Self::Files | Self::Gzip, _) => ProgramForm::Archive,
            (Self::Plain, Phase::All | Phase::Boot) => ProgramForm::Folder,
        }
    }

    /// With how its files are packed if nobody says otherwise.
    const fn packed(self) -> (Self, Packing) {
        (self, if matches!(self, Self::Files) { Packing::Smallest } else { Packing::Readable })
    }
}

/// The user's own parts, those of the configuration first; none if the document is not MIME.
pub(crate) fn parts<'a>(own: &'a Own, options: &'a DocumentOptions) -> Option<Vec<&'a MimePart>> {
    let parts: Vec<&MimePart> =
        own.parts.iter().map(AsRef::as_ref).chain(options.parts.iter().flatten()).collect();
    (options.parts.is_some() || !parts.is_empty()).then_some(parts)
}

impl DocumentOptions {
    /// Arguments of `firstlight render` that give the same options again; the user's own parts may come by the configuration.
    fn arguments(&self, own: &Own) -> Vec<String> {
        let mut arguments = Vec::new();
        if self.side == HostSide::Program {
            arguments.push("--next".to_owned());
        }
        if self.phase != Phase::All {
            arguments.extend(["--phase", self.phase.name()].map(str::to_owned));
        }
        if let Some(encoding) = self.encoding {
            arguments.extend(["--encoding", encoding.name()].map(str::to_owned));
        }
        let named = own.parts.iter().map(AsRef::as_ref).filter(|_| !own.is_in_config);
        let parts: Vec<&MimePart> = named.chain(self.parts.iter().flatten()).collect();
        if self.parts.is_some() || !parts.is_empty() {
            arguments.extend(["--format", "mime"].map(str::to_owned));
        }
        arguments.extend(parts.iter().flat_map(|part| ["--part".to_owned(), part.argument.clone()]));
        arguments
    }
}

/// Builds the document in the encoding asked for, or else in the first one that fits, and reads it back to
/// verify it.
///
/// Returns `None`, with an error in the report, if nothing fits, the encoding does not suit, or verification
/// fails.
pub fn build(
    rendered: &Rendered,
    resolved: &Resolved,
    searched: &Searched,
    options: &DocumentOptions,
    report: &mut Report,
) -> Option<Document> {
    let draft = Draft::of(rendered, resolved, searched, options);
    let largest = (Encoding::Files, Packing::Largest);
    let encodings = match (options.encoding, resolved.provider.map(|provider| provider.limit)) {
        (Some(encoding), _) => vec![encoding.packed()],
        (None, Some(Limit::Bytes(_))) => {
            let all = Encoding::all(options.side).iter().map(|encoding| encoding.packed());
            let before = |one: &(Encoding, _)| (one.0 == Encoding::Files).then_some(largest);
            let all = all.flat_map(|one| before(&one).into_iter().chain([one]));
            all.filter(|(encoding, _)| draft.unsuited(*encoding).is_none()).collect()
        }
        (None, Some(Limit::None)) => vec![Encoding::Plain.packed()],
        // Whoever names no provider may have any of them, and whoever names one without a known limit needs a document
        // that is not large. A person reads what is the site's own, and no more.
        (None, _) if options.side == HostSide::Program => vec![Encoding::Packed.packed()],
        (None, Some(Limit::Unknown)) => vec![Encoding::Plain.packed()],
        (None, None) => vec![Encoding::Plain.packed(), largest, Encoding::Files.packed()],
    };
    let mut made = Vec::new();
    for (encoding, packing) in encodings {
        if let Some(problem) = draft.unsuited(encoding) {
            report.push(problem);
            return None;
        }
        let document = match draft.document(encoding, packing) {
            Ok(document) => document,
            Err(why) => {
                report.push(not_as_meant(&why));
                return None;
            }
        };
        let fits = match resolved.provider {
            Some(provider) => !provider.is_exceeded_by(document.bytes),
            None => {
                options.encoding.is_some() || PROVIDERS.iter().all(|any| !any.is_exceeded_by(document.bytes))
            }
        };
        if fits {
            warn_of_unknown_limit(&document, resolved, report);
            return Some(document);
        }
        // What saves less is not worth a word beside what saves most.
        if packing != Packing::Largest {
            made.push(document);
        }
    }
    if resolved.provider.is_none() {
        // Nobody takes it for the smallest provider's: the most readable one.
        return made.into_iter().next();
    }
    report.push(too_large(&made, rendered, resolved));
    None
}

/// A document before it is decided how it is encoded.
struct Draft<'a> {
    rendered: &'a Rendered,
    options: &'a DocumentOptions,
    header: String,
    provider: Option<&'static Provider>,
    /// What Terraform fills in.
    variables: Vec<&'a SecretUri>,
    /// Whether something is filled in after the document is made.
    has_holes: bool,
}

impl<'a> Draft<'a> {
    fn of(
        rendered: &'a Rendered,
        resolved: &'a Resolved,
        searched: &Searched,
        options: &'a DocumentOptions,
    ) -> Self {
        let all = [resolved.arguments.clone(), searched.arguments(), options.arguments(&rendered.own)];
        let command: Vec<_> = all.into_iter().flatten().collect();
        let variables = resolved.arriving(Arrival::FilledIn);
        let has_holes = !variables.is_empty() || !resolved.arriving(Arrival::Embedded).is_empty();
        let header = header(resolved, searched, options.phase, &command);
        Self { rendered, options, header, provider: resolved.provider, variables, has_holes }
    }

    /// Why the document cannot be encoded so.
    fn unsuited(&self, encoding: Encoding) -> Option<Diagnostic> {
        if encoding != Encoding::Gzip {
            return None;
        }
        let (message, help) = match self.provider {
            _ if self.has_holes => (
                "a template cannot be compressed before it is rendered".to_owned(),
                "use --encoding files; Terraform itself can compress: base64gzip(templatefile(…))",
            ),
            Some(Provider { gzip: Gzip::No, name, .. }) => (
                format!("{name} does not decode base64, so the server could not read the document"),
                "use --encoding files, which compresses each file separately",
            ),
            Some(Provider { gzip: Gzip::Unknown, name, .. }) => (
                format!(
                    "it is not known whether {name} decodes base64; if not, the server could not read the document"
                ),
                "use --encoding files, which compresses each file separately",
            ),
            _ => return None,
        };
        Some(Diagnostic::error(Code::Unsuitable, message).help(help))
    }

    fn document(&self, encoding: Encoding, packing: Packing) -> Result<Document, String> {
        let form = match self.rendered.program.is_downloaded() {
            true => ProgramForm::Archive,
            false => encoding.program(self.options.phase),
        };
        let rendered = self.rendered.carrying(form);
        let header = self.header.clone() + &program::comment(&self.rendered.program, form);
        let config = cloud_config::encode(&rendered, &header, packing);
        verify(&config, &rendered)?;
        let text = match parts(&self.rendered.own, self.options) {
            None => config,
            Some(parts) => wrap(&config, &parts),
        };
        let text = if self.variables.is_empty() { text } else { template(&text, &self.variables) };
        if encoding != Encoding::Gzip {
            return Ok(Document { bytes: text.len(), text, encoding });
        }
        let packed = gzip(text.as_bytes());
        let sent = STANDARD.encode(&packed);
        verify_gzip(&sent, &text)?;
        let is_decoded = self.provider.is_some_and(|provider| provider.gzip == Gzip::Decoded);
        Ok(Document { bytes: if is_decoded { packed.len() } else { sent.len() }, text: sent, encoding })
    }
}

fn not_as_meant(why: &str) -> Diagnostic {
    Diagnostic::error(Code::Internal, format!("the document does not contain what it should: {why}"))
        .help("this is an error in firstlight; please report it with the command that you ran")
}

fn warn_of_unknown_limit(document: &Document, resolved: &Resolved, report: &mut Report) {
    let Some(Provider { name, limit: Limit::Unknown, .. }) = resolved.provider else { return };
    let bytes = document.bytes;
    let message = format!("the user-data limit of {name} is not documented; this document has {bytes} bytes");
    report.push(
        Diagnostic::warning(Code::UnknownLimit, message)
            .help("without --provider, the document fits the smallest limit of all providers, if it can"),
    );
}

fn too_large(made: &[Document], rendered: &Rendered, resolved: &Resolved) -> Diagnostic {
    let tried = made.iter().map(|document| match document.encoding {
        Encoding::Plain => format!("{} bytes", document.bytes),
        Encoding::Packed => format!("{} with its program compressed", document.bytes),
        Encoding::Files => format!("{} with its files compressed", document.bytes),
        Encoding::Gzip => format!("{} as gzip", document.bytes),
    });
    let tried = tried.collect::<Vec<_>>().join(", ");
    let (name, limit) = match resolved.provider {
        Some(Provider { name, limit: Limit::Bytes(limit), .. }) => (*name, *limit),
        _ => ("the provider", 0),
    };
    let smallest = made.iter().map(|document| document.bytes).min().unwrap_or_default();
    let roomier =
        PROVIDERS.iter().filter(|other| matches!(other.limit, Limit::Bytes(most) if most >= smallest));
    let roomier: Vec<_> = roomier.map(|other| other.name).collect();
    let advice = match made {
        [Document { encoding: Encoding::Plain, .. }] => {
            "use --encoding auto, which compresses the document".to_owned()
        }
        _ => {
            let higher = format!(
                "shorten the largest file, or use a provider with a higher limit: {}",
                roomier.join(", ")
            );
            match rendered.program.is_empty() || rendered.program.is_downloaded() {
                true => higher,
                false => format!("{LET_IT_DOWNLOAD}\nor {higher}"),
            }
        }
    };
    Diagnostic::error(Code::TooLarge, format!("the document has {tried}; {name} accepts at most {limit}"))
        .help(format!("{advice}\n{}", files_table(rendered)))
}

/// What to do if the program does not fit into a document.
const LET_IT_DOWNLOAD: &str = "let the server download the program: `firstlight program --output runtime.tar.bz2` writes it; put it \
on a web server or into a public bucket, and add --set program=https://…/runtime.tar.bz2. The document contains its digest";

/// Every file with its bytes, as it is, and in the document as text and in the smallest form; the largest first.
fn files_table(rendered: &Rendered) -> String {
    let packed = rendered.carrying(ProgramForm::Archive);
    let mut rows: Vec<_> = packed
        .files
        .iter()
        .map(|(path, file)| {
            let taken = |packing| cloud_config::entry(path, file, packing).len();
            (file.bytes.len(), taken(Packing::Readable), taken(Packing::Smallest), path.as_str())
        })
        .collect();
    let own = cloud_config::encode_own(&rendered.own).map_or(0, |text| text.len());
    if own > 0 {
        rows.push((own, own, own, "(cloud_config)"));
    }
    rows.sort_by_key(|(_, plain, ..)| std::cmp::Reverse(*plain));
    let rows = rows
        .into_iter()
        .map(|(bytes, plain, packed, path)| format!("{bytes:>8} {plain:>8} {packed:>8}  {path}\n"));
    format!("{:>8} {:>8} {:>8}  FILE\n{}", "BYTES", "PLAIN", "PACKED", rows.collect::<String>())
}

/// Returns a table, as text, of the size in bytes of each file and of the document in each encoding, with the
/// providers that accept it.
#[must_use]
pub fn sizes(
    rendered: &Rendered,
    resolved: &Resolved,
    searched: &Searched,
    options: &DocumentOptions,
) -> String {
    let draft = Draft::of(rendered, resolved, searched, options);
    let mut out = files_table(rendered);
    for encoding in Encoding::all(options.side) {
        // What does not read back is reported when it is built.
        let (encoding, packing) = encoding.packed();
        let Ok(document) = draft.document(encoding, packing) else { continue };
        let takes = PROVIDERS.iter().filter(|provider| match (provider.limit, encoding) {
            (Limit::Unknown, _) => false,
            _ if provider.takes == Takes::Script => false,
            (_, Encoding::Gzip) if matches!(provider.gzip, Gzip::No | Gzip::Unknown) || draft.has_holes => {
                false
            }
            (_, Encoding::Gzip) if provider.gzip == Gzip::Decoded => {
                !provider.is_exceeded_by(unpadded(&document.text))
            }
            _ => !provider.is_exceeded_by(document.text.len()),
        });
        let takes: Vec<_> = takes.map(|provider| provider.name).collect();
        let takes = if takes.is_empty() { "no provider".to_owned() } else { takes.join(", ") };
        out.push_str(&format!("\n{}: {} bytes; accepted by {takes}", encoding.name(), document.text.len()));
    }
    out + "\n"
}

/// How many bytes a base64 text holds.
fn unpadded(base64: &str) -> usize {
    base64.trim_end_matches('=').len() * 3 / 4
}
