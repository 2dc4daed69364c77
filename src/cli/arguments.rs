//! The command line.

use clap::builder::PossibleValue;
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::files::World;
use crate::compile::document::Encoding;
use crate::compile::phase::Phase;

/// The core knows no command line; its words for `--phase` are said here.
impl ValueEnum for Phase {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::All, Self::Bake, Self::Boot]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(match self {
            Self::All => "All of it, on a bare server",
            Self::Bake => "What is the same for every domain: the result is an image",
            Self::Boot => "The rest, on a server started from that image",
        }))
    }
}

/// From a bare VPS to HTTPS with one pasted document.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Where what a configuration names may lie.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Outside {
    /// Let a configuration name files outside of its repository, or by absolute paths, and follow links out of it
    #[arg(long)]
    allow_outside: bool,
}

impl Outside {
    pub(super) fn world(self) -> World {
        World { allow_outside: self.allow_outside }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print the user-data document for one server
    Render(Box<Render>),
    /// Show what is in somebody's user-data: parts, files, commands, and the order in which cloud-init acts
    Inspect(Inspect),
    /// Find what is dead or dangerous in somebody's user-data
    Lint(Lint),
    /// Show what changes between two documents, configurations or folders, and how it reaches a server
    Diff(Diff),
    /// Check that each committed user-data is what the firstlight.yaml beside it makes
    Check(Check),
    /// Say what a server will do with a document, or what the code of an error, warning or note means
    Explain(Explain),
    /// Print what is known of each provider's user-data, or all that is known of one, with its sources
    Providers {
        /// The provider
        name: Option<String>,
        /// As data
        #[arg(long)]
        json: bool,
    },
    /// Print a new webhook secret: 32 random bytes in hexadecimal
    Secret,
    /// Print a JSON schema
    Schema {
        /// What it is a schema of
        #[arg(value_enum, default_value_t = SchemaOf::Config)]
        of: SchemaOf,
        /// The profile whose settings to describe
        #[arg(long, value_name = "NAME|./FOLDER")]
        profile: Option<String>,
    },
}

/// What to render. Flags win over the configuration.
#[derive(Debug, Args)]
pub(super) struct Render {
    /// A configuration: YAML with the keys profile, domain, token, expires, repo, branch, provider, settings,
    /// cloud_config, parts. Without it, and without --domain, firstlight.yaml is taken if there is one: here, or beside
    /// the --hosts
    pub(super) config: Option<String>,
    /// Do not look for a firstlight.yaml
    #[arg(long, conflicts_with = "config")]
    pub(super) no_config: bool,
    /// The site's domain; point its DNS to the server
    #[arg(long)]
    pub(super) domain: Option<String>,
    /// Where the server finds the registry token: file:///PATH on the server, another reference, or none
    #[arg(long, value_name = "REFERENCE")]
    pub(super) token: Option<String>,
    /// The last day on which the token works; warns from two weeks before
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) expires: Option<String>,
    /// Put the value of env://NAME into the document, which is then as secret as the value
    #[arg(long)]
    pub(super) embed_secret: bool,
    /// Take warnings for errors
    #[arg(long)]
    pub(super) strict: bool,
    /// The day to compare --expires with, instead of today
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) today: Option<String>,
    /// The GitHub repository whose image to run
    #[arg(long, value_name = "OWNER/NAME")]
    pub(super) repo: Option<String>,
    /// The repository's branch
    #[arg(long)]
    pub(super) branch: Option<String>,
    /// A profile's name, or the path of your own
    #[arg(long, value_name = "NAME|./FOLDER")]
    pub(super) profile: Option<String>,
    /// The provider the document is for; checks that it fits
    #[arg(long)]
    pub(super) provider: Option<String>,
    /// Many hosts at once: YAML with `hosts: {NAME: {domain: …}}`, whose keys win over the configuration's
    #[arg(long, value_name = "FILE")]
    pub(super) hosts: Option<String>,
    /// A setting of the profile; `firstlight schema` lists them
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// Your own cloud-config keys (users, packages, write_files, …), put into the same document
    #[arg(long, value_name = "FILE")]
    pub(super) cloud_config: Vec<String>,
    /// Something that looks like a secret and is none, by its address: environment.COMMIT; the document's header names it
    #[arg(long, value_name = "ADDRESS")]
    pub(super) in_clear: Vec<String>,
    /// What to print; with json, errors are JSON too
    #[arg(long, value_enum, default_value_t = Format::CloudConfig)]
    pub(super) format: Format,
    /// A part of your own in a MIME document; its type is told by its first line, or by :TYPE
    #[arg(long, value_name = "FILE[:TYPE]")]
    pub(super) part: Vec<String>,
    /// What is done so that the document fits; auto takes the first of the others that does
    #[arg(long, value_enum, default_value_t = Encode::Auto)]
    pub(super) encoding: Encode,
    /// Split the work between an image and the servers started from it
    #[arg(long, value_enum, default_value_t = Phase::All)]
    pub(super) phase: Phase,
    /// Print what takes how much room instead of the document
    #[arg(long)]
    pub(super) size: bool,
    /// Write here instead of to standard output; a folder for nocloud (or FILE.img), packer, terraform and tree
    #[arg(long, short, value_name = "PATH")]
    pub(super) output: Option<std::path::PathBuf>,
    /// In a folder that is written again, overwrite or remove even files that were edited since
    #[arg(long)]
    pub(super) force: bool,
    #[command(flatten)]
    pub(super) outside: Outside,
}

/// What `schema` can describe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    /// A configuration
    Config,
    /// What `render --format json` prints
    Json,
}

/// What to inspect, and how to show it.
#[derive(Debug, Args)]
pub(super) struct Inspect {
    /// The user-data: a file, or - for standard input; gzip, base64, MIME and all else that cloud-init takes
    pub(super) file: std::path::PathBuf,
    /// How to show it
    #[arg(long, value_enum, default_value_t = View::Human)]
    pub(super) format: View,
    /// Write its files and parts into this folder; what is there and not of an earlier run stays
    #[arg(long, value_name = "FOLDER")]
    pub(super) extract: Option<std::path::PathBuf>,
    /// With --extract, overwrite or remove even files that were edited since
    #[arg(long, requires = "extract")]
    pub(super) force: bool,
}

/// How `inspect` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum View {
    /// For people
    Human,
    /// As data, without what stands in the files
    Json,
}

/// What to lint, and how to say it.
#[derive(Debug, Args)]
pub(super) struct Lint {
    /// The user-data: a file, or - for standard input
    pub(super) file: std::path::PathBuf,
    /// How to print what is found
    #[arg(long, value_enum, default_value_t = Findings::Human)]
    pub(super) format: Findings,
    /// The provider it is for; checks that it fits
    #[arg(long)]
    pub(super) provider: Option<String>,
    /// Take warnings for errors; notes stay notes
    #[arg(long)]
    pub(super) strict: bool,
}

/// What to compare, and how to show it.
#[derive(Debug, Args)]
pub(super) struct Diff {
    /// User-data (- for standard input), a configuration (.yaml), a folder with user-data in it, or a folder of a server's files
    pub(super) old: std::path::PathBuf,
    /// The same, as it is now
    pub(super) new: std::path::PathBuf,
    /// How to show it
    #[arg(long, value_enum, default_value_t = DiffFormat::Human)]
    pub(super) format: DiffFormat,
    /// The provider it is for; tells what Terraform does to the server
    #[arg(long)]
    pub(super) provider: Option<String>,
    #[command(flatten)]
    pub(super) outside: Outside,
}

/// How `diff` shows what changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DiffFormat {
    /// For people
    Human,
    /// For a pull request
    Markdown,
    /// As data
    Json,
}

/// What to check, and how to say it.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// Folders with all below them, or configurations: firstlight.yaml, NAME.firstlight.yaml, hosts.yaml
    #[arg(default_value = ".")]
    pub(super) paths: Vec<std::path::PathBuf>,
    /// Write what is missing or not the same
    #[arg(long)]
    pub(super) update: bool,
    /// How to print what is found
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub(super) format: CheckFormat,
    #[command(flatten)]
    pub(super) outside: Outside,
}

/// How `check` prints what it found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckFormat {
    /// For people
    Human,
    /// Annotations for GitHub Actions
    Github,
}

/// What to explain, and how.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// A code in brackets, such as bad-mode; or user-data (- for standard input), or a configuration; without one, all codes
    pub(super) what: Option<String>,
    /// How to explain a document
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    pub(super) format: ExplainFormat,
    #[command(flatten)]
    pub(super) outside: Outside,
}

/// How `explain` tells what a document does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ExplainFormat {
    /// In words
    Text,
    /// As a Mermaid flowchart
    Mermaid,
    /// As a picture
    Svg,
}

/// How `lint` prints what it found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Findings {
    /// For people
    Human,
    /// As data
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations for GitHub Actions
    Github,
}

/// What `render` can print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// The document
    CloudConfig,
    /// The document, and parts of your own, as MIME multipart
    Mime,
    /// A Terraform module
    Terraform,
    /// What Packer needs to bake an image
    Packer,
    /// The seed of a NoCloud datasource: a folder, or a volume for --output FILE.img
    Nocloud,
    /// A shell script for a host that runs already
    Script,
    /// The server's files as a folder, for review
    Tree,
    /// The document and its files as data
    Json,
}

/// How the document is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Encode {
    /// The first of the others that fits the provider
    Auto,
    /// Every text as it is
    Plain,
    /// Each file as the smallest of text, base64, and base64 of gzip
    Files,
    /// The whole document as base64 of gzip
    Gzip,
}

impl Encode {
    pub(super) fn encoding(self) -> Option<Encoding> {
        match self {
            Self::Auto => None,
            Self::Plain => Some(Encoding::Plain),
            Self::Files => Some(Encoding::Files),
            Self::Gzip => Some(Encoding::Gzip),
        }
    }
}
