//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};

/// From a bare VPS to HTTPS with one pasted document.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print the user-data document for one server
    Render(Box<Render>),
    /// Show what is in somebody's user-data: parts, files, commands, and the order in which cloud-init acts
    Inspect(Inspect),
    /// Find what is dead or dangerous in somebody's user-data
    Lint(Lint),
    /// Say what a finding of lint means, why it matters, and how to mend it
    Explain {
        /// The finding's code, such as bad-mode; without one, all codes
        code: Option<String>,
    },
    /// Print a new webhook secret: 32 random bytes in hexadecimal
    Secret,
    /// Print the JSON schema of configurations
    Schema {
        /// The profile whose settings to describe
        #[arg(long, value_name = "NAME|./FOLDER")]
        profile: Option<String>,
    },
}

/// What to render. Flags win over the configuration.
#[derive(Debug, Args)]
pub(super) struct Render {
    /// A configuration: YAML with the keys profile, domain, token, repo, branch, provider, settings
    pub(super) config: Option<String>,
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
    /// A setting of the profile; `firstlight schema` lists them
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// What to print; with json, errors are JSON too
    #[arg(long, value_enum, default_value_t = Format::CloudConfig)]
    pub(super) format: Format,
    /// Write here instead of to standard output; a folder for tree
    #[arg(long, short, value_name = "PATH")]
    pub(super) output: Option<std::path::PathBuf>,
}

/// What to inspect, and how to show it.
#[derive(Debug, Args)]
pub(super) struct Inspect {
    /// The user-data: a file, or - for standard input; gzip, base64, MIME and all else that cloud-init takes
    pub(super) file: std::path::PathBuf,
    /// How to show it
    #[arg(long, value_enum, default_value_t = View::Human)]
    pub(super) format: View,
    /// Write its files and parts into this new folder
    #[arg(long, value_name = "FOLDER")]
    pub(super) extract: Option<std::path::PathBuf>,
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
    /// The document and its files as data
    Json,
    /// The server's files as a folder, for review
    Tree,
}
