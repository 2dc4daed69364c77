//! The arguments of the command line. The doc comments of these types are the texts of `--help`.

use clap::builder::PossibleValue;
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::examples;
use super::files::World;
use super::init_arguments::Init;
use super::late::Late;
use super::manner::Manner;
use super::top_flags::TopFlags;
use crate::compile::document::Encoding;
use crate::compile::phase::Phase;
use crate::format::Format;

/// The core does not use clap, so the help texts of `--phase` are here.
impl ValueEnum for Phase {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::All, Self::Bake, Self::Boot]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(match self {
            Self::All => "One document that sets up a server from a plain system image",
            Self::Bake => "The document for the server that becomes the image, the same for every domain",
            Self::Boot => "The document for a server that starts from that image",
        }))
    }
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(self.help()))
    }
}

/// Turn a bare VPS into an HTTPS site with one cloud-init document.
#[derive(Debug, Parser)]
#[command(version = env!("FIRSTLIGHT_VERSION"), about, max_term_width = 100, after_help = examples::PROGRAM)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) manner: Manner,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Where what a configuration names may lie.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Outside {
    /// Allow a configuration to name absolute paths and files outside of its repository, and follow symbolic links that
    /// lead out of it
    #[arg(long, help_heading = "Checks")]
    allow_outside: bool,
}

impl Outside {
    pub(super) fn world(self) -> World {
        World { allow_outside: self.allow_outside }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Render the user-data document for a server, or for many servers (--hosts)
    #[command(after_help = examples::RENDER)]
    Render(Box<Render>),
    /// Ask a few questions, and write a configuration and its user-data document
    #[command(after_help = examples::INIT)]
    Init(Late<Init>),
    /// Show the content of user-data: parts, files, commands, and the order in which cloud-init runs them
    #[command(after_help = examples::INSPECT)]
    Inspect(Inspect),
    /// Find mistakes in user-data: settings that have no effect or are dangerous
    #[command(after_help = examples::LINT)]
    Lint(Lint),
    /// Show what changes between two documents, configurations or folders, and how the change reaches a server
    #[command(after_help = examples::DIFF)]
    Diff(Diff),
    /// Check that each committed user-data document is up to date with its configuration
    #[command(after_help = examples::CHECK)]
    Check(Check),
    /// Explain what a server will do with a document, or what the code of an error, warning or note means
    #[command(after_help = examples::EXPLAIN)]
    Explain(Explain),
    /// Print the user-data limits and behaviour of all providers, or the details of one provider with their sources
    #[command(after_help = examples::PROVIDERS)]
    Providers {
        /// The name of a provider
        name: Option<String>,
        /// The output format
        #[arg(long, value_enum, default_value_t = View::Text)]
        format: View,
        /// The old name of --format json
        #[arg(long, hide = true, conflicts_with = "format")]
        json: bool,
    },
    /// Print the profiles, or the settings of one profile: their types, defaults and examples
    #[command(after_help = examples::PROFILES)]
    Profiles {
        /// The name of a profile, or the path of your own profile's folder
        #[arg(value_name = "NAME|./FOLDER")]
        name: Option<String>,
        /// The output format
        #[arg(long, value_enum, default_value_t = View::Text)]
        format: View,
    },
    /// Print the program that runs on servers, as an archive that a server can download (setting `program`)
    #[command(after_help = examples::PROGRAM_ARCHIVE)]
    Program {
        /// Write to this file instead of standard output
        #[arg(short, long)]
        output: Option<std::path::PathBuf>,
    },
    /// Print a new webhook secret: 32 random bytes in hexadecimal
    #[command(after_help = examples::SECRET)]
    Secret,
    /// Print the JSON schema of the configuration, of a list of hosts, or of the JSON output
    #[command(after_help = examples::SCHEMA)]
    Schema {
        /// What the schema describes
        #[arg(value_enum, default_value_t = SchemaOf::Config)]
        of: SchemaOf,
        /// Describe the settings of this profile alone, instead of those of all profiles that come with firstlight
        #[arg(long, value_name = "NAME|./FOLDER")]
        profile: Option<String>,
        /// Write to this file instead of standard output
        #[arg(short, long, value_name = "FILE")]
        output: Option<std::path::PathBuf>,
    },
    /// Print what a shell has to read to complete this program's commands and options
    #[command(after_help = examples::COMPLETIONS)]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a folder
    #[command(after_help = examples::MAN)]
    Man {
        /// The folder; it is made if it does not exist
        #[arg(value_name = "FOLDER")]
        folder: std::path::PathBuf,
    },
}

/// What to render. Flags win over the configuration.
#[derive(Debug, Args)]
pub(super) struct Render {
    /// The configuration, a YAML file; `firstlight schema` describes its keys. Without this argument and without
    /// --domain, render reads firstlight.yaml, if it exists, from the current folder or from the folder of the --hosts
    /// file
    pub(super) config: Option<String>,
    /// Do not read firstlight.yaml unless it is named
    #[arg(long, conflicts_with = "config", help_heading = "What to render")]
    pub(super) no_config: bool,
    #[command(flatten)]
    pub(super) top: TopFlags,
    /// Allow env://NAME: write the value of this environment variable into the document, which is then as secret as the
    /// value
    #[arg(long, help_heading = "Checks")]
    pub(super) embed_secret: bool,
    /// Treat warnings as errors
    #[arg(long, help_heading = "Checks")]
    pub(super) strict: bool,
    /// Compare --expires with this day instead of today
    #[arg(long, value_name = "YYYY-MM-DD", help_heading = "Checks")]
    pub(super) today: Option<String>,
    /// Render one document for each host in this YAML file, `hosts: {NAME: {domain: …}}`; a host's keys override those
    /// of the configuration
    #[arg(long, value_name = "FILE", help_heading = "What to render")]
    pub(super) hosts: Option<String>,
    /// Set a setting of the profile; can be repeated; `firstlight schema` lists the settings
    #[arg(long, value_name = "KEY=VALUE", help_heading = "What to render")]
    pub(super) set: Vec<String>,
    /// Add the cloud-config keys of this file (users, packages, write_files, …) to the document; can be repeated
    #[arg(long, value_name = "FILE", help_heading = "What to render")]
    pub(super) cloud_config: Vec<String>,
    /// Allow a value that looks like a secret but is not one, by its address, such as environment.COMMIT; the
    /// document's header lists it; can be repeated
    #[arg(long, value_name = "ADDRESS", help_heading = "Checks")]
    pub(super) in_clear: Vec<String>,
    /// The output format; with json, errors are printed as JSON too
    #[arg(long, value_enum, default_value_t = Format::CloudConfig, help_heading = "Output")]
    pub(super) format: Format,
    /// Add a file as a part of the MIME document; without :TYPE, the first line of the file determines its type; can be
    /// repeated
    #[arg(long, value_name = "FILE[:TYPE]", help_heading = "What to render")]
    pub(super) part: Vec<String>,
    /// How the document is encoded
    #[arg(long, value_enum, default_value_t = Encode::Auto, help_heading = "Output")]
    pub(super) encoding: Encode,
    /// Split the work between an image and the servers that start from it
    #[arg(long, value_enum, default_value_t = Phase::All, help_heading = "Output")]
    pub(super) phase: Phase,
    /// Print the size of each file and of the whole document instead of the document
    #[arg(long, help_heading = "Output")]
    pub(super) size: bool,
    /// Write to this path instead of standard output; it is a folder for packer, terraform and tree, and a folder or
    /// FILE.img for nocloud
    #[arg(long, short, value_name = "PATH", help_heading = "Output")]
    pub(super) output: Option<std::path::PathBuf>,
    /// In an existing output folder, overwrite or remove even files that were edited after firstlight wrote them
    #[arg(long, help_heading = "Output")]
    pub(super) force: bool,
    #[command(flatten)]
    pub(super) outside: Outside,
}

/// What `schema` can describe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    /// The configuration file, such as firstlight.yaml
    Config,
    /// The list of hosts for `render --hosts`
    Hosts,
    /// The output of `render --format json`
    Json,
}

/// What to inspect, and how to show it.
#[derive(Debug, Args)]
pub(super) struct Inspect {
    /// The user-data: a file, or - for standard input; plain, gzip, base64, MIME, or any other form that cloud-init
    /// accepts
    pub(super) file: std::path::PathBuf,
    /// The output format
    #[arg(long, value_enum, default_value_t = View::Text)]
    pub(super) format: View,
    /// Write its files and parts into this folder; files that firstlight did not write are kept
    #[arg(long, value_name = "FOLDER")]
    pub(super) extract: Option<std::path::PathBuf>,
    /// With --extract, overwrite or remove even files that were edited after firstlight wrote them
    #[arg(long, requires = "extract")]
    pub(super) force: bool,
}

/// How `inspect` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum View {
    /// Text
    #[value(alias = "human")]
    Text,
    /// JSON, without the content of the files
    Json,
}

/// What to lint, and how to say it.
#[derive(Debug, Args)]
pub(super) struct Lint {
    /// The user-data: files, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<std::path::PathBuf>,
    /// The output format
    #[arg(long, value_enum, default_value_t = Findings::Text)]
    pub(super) format: Findings,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<std::path::PathBuf>,
    /// The cloud provider that the user-data is for: also check its limit
    #[arg(long)]
    pub(super) provider: Option<String>,
    /// Treat warnings as errors; notes remain notes
    #[arg(long)]
    pub(super) strict: bool,
}

/// What to compare, and how to show it.
#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The old version: user-data (- for standard input), a configuration (.yaml), a folder that contains user-data, or a
    /// folder with a server's files
    pub(super) old: std::path::PathBuf,
    /// The new version, in one of the same forms
    pub(super) new: std::path::PathBuf,
    /// The output format
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub(super) format: DiffFormat,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<std::path::PathBuf>,
    /// The cloud provider: say whether Terraform would replace the server
    #[arg(long)]
    pub(super) provider: Option<String>,
    /// Compare firstlight's own program module by module, and not as a whole
    #[arg(long)]
    pub(super) modules: bool,
    #[command(flatten)]
    pub(super) outside: Outside,
}

/// How `diff` shows what changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DiffFormat {
    /// Text
    #[value(alias = "human")]
    Text,
    /// Markdown, for a pull request
    Markdown,
    /// JSON
    Json,
}

/// What to check, and how to say it.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// Folders to search, with their subfolders, or configurations: firstlight.yaml, NAME.firstlight.yaml, hosts.yaml
    #[arg(default_value = ".")]
    pub(super) paths: Vec<std::path::PathBuf>,
    /// Write the documents that are missing or outdated
    #[arg(long)]
    pub(super) update: bool,
    /// The output format
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    pub(super) format: CheckFormat,
    #[command(flatten)]
    pub(super) outside: Outside,
}

/// How `check` prints what it found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckFormat {
    /// Text
    #[value(alias = "human")]
    Text,
    /// Annotations for GitHub Actions
    Github,
}

/// What to explain, and how.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The code of an error, warning or note, such as bad-mode; the name of a setting or key, such as port; or user-data
    /// (- for standard input) or a configuration; without this argument, list all codes
    pub(super) what: Option<String>,
    /// The output format
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    pub(super) format: ExplainFormat,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<std::path::PathBuf>,
    #[command(flatten)]
    pub(super) outside: Outside,
}

/// How `explain` tells what a document does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ExplainFormat {
    /// Text
    Text,
    /// A Mermaid flowchart
    Mermaid,
    /// A picture
    Svg,
    /// A picture of how long each step of a first boot took, from what `firstlight status --json` printed on the server
    Timeline,
}

/// How `lint` prints what it found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Findings {
    /// Text
    #[value(alias = "human")]
    Text,
    /// JSON
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations for GitHub Actions
    Github,
}

/// How the document is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Encode {
    /// The most readable of these that fits the provider's limit; packed if no limit is known
    Auto,
    /// No compression; each module of the program is a file of its own
    Plain,
    /// Only the server's program compressed, as one archive
    Packed,
    /// The program as one archive, and each other file in the smallest form: text, base64, or base64 of gzip
    Files,
    /// The whole document as base64 of gzip
    Gzip,
}

impl Encode {
    pub(super) fn encoding(self) -> Option<Encoding> {
        match self {
            Self::Auto => None,
            Self::Plain => Some(Encoding::Plain),
            Self::Packed => Some(Encoding::Packed),
            Self::Files => Some(Encoding::Files),
            Self::Gzip => Some(Encoding::Gzip),
        }
    }
}
