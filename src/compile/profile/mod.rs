//! A profile: a folder that defines which settings there are, which files the server gets, and which commands run.
//!
//! `profile.yaml` describes it. `files/` contains the server's files, each at its path on the server; a file whose name
//! ends in `.j2` is a template. `repository/` contains files for the repository of the application, such as a step of the
//! workflow that makes its image. The profile `_host` is the part that all others share.

mod check;
mod read;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::compile::setting::Setting;
use crate::finding::{Diagnostic, Report};
use crate::host::Method;
use crate::text::source::{Place, Source, Spanned};
use crate::value::Mode;
use crate::yaml::Node;

/// The files of a profile's folder: content by path, relative to the folder and with `/` as the separator.
pub type ProfileTree = BTreeMap<String, Vec<u8>>;

/// Whether a profile is named by the path of a folder of the user's.
#[must_use]
pub(crate) fn is_folder(name: &str) -> bool {
    name.contains(['/', '.'])
}

/// A profile, read and checked from its folder.
#[derive(Debug)]
pub struct Profile {
    /// The value of `--profile`: a name, or the path of a folder.
    pub name: String,
    /// The place of the first line of `profile.yaml`.
    pub place: Place,
    /// The whole of `profile.yaml` as a tree.
    pub description: Node,
    /// What the profile runs, in one sentence without a full stop; empty if it does not say.
    pub help: String,
    /// A template for one line that describes the site; it stands in the document's header.
    pub summary: Spanned<String>,
    /// The default of the top-level key `repo`; `None` if the profile has no such default.
    pub repo: Option<Node>,
    /// The default of the top-level key `branch`, likewise.
    pub branch: Option<Node>,
    /// The default of the top-level key `token`, likewise.
    pub token: Option<Node>,
    /// The settings that users may choose, in the order of `profile.yaml`.
    pub settings: Vec<Setting>,
    /// Names that are computed from the settings, each with its template, in order: a later one may use an
    /// earlier one.
    pub values: Vec<(Spanned<String>, Spanned<String>)>,
    /// Only in the shared profile `_host`: each name that the other profile must define, and what it means.
    pub needs: Vec<(String, String)>,
    /// Exceptions to the rule that every file below `files/` becomes part of the document, with mode 0644.
    pub(crate) rules: Vec<FileRule>,
    /// The lines that `firstlight status` shows of a site that is up.
    pub(crate) status: Vec<StatusRule>,
    /// The requests that `firstlight verify` sends to the site.
    pub(crate) verify: Vec<CheckRule>,
    /// Commands that cloud-init runs on every boot, before it writes files.
    pub(crate) bootcmd: Vec<ProfileCommand>,
    /// Commands that cloud-init runs after it has written all files.
    pub(crate) runcmd: Vec<ProfileCommand>,
    /// The files below `files/`, by their path relative to that folder; those in `.j2` are templates.
    pub files: BTreeMap<String, Arc<Source>>,
    /// The files below `repository/`, which are for the repository of the application; their paths in it begin with `/`.
    pub repository: BTreeMap<String, Arc<Source>>,
}

/// A line of `firstlight status`.
#[derive(Debug)]
pub(crate) struct StatusRule {
    /// What the line is about; a template.
    pub label: Spanned<String>,
    /// Its value.
    pub value: Sourced,
}

/// A value that a profile writes itself or that is looked up on the server.
#[derive(Debug)]
pub(crate) struct Sourced {
    /// Where it comes from.
    pub source: LineSource,
    /// A template for the text, the path or the variable's name.
    pub template: Spanned<String>,
}

/// Where a value that the server shows or sends comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineSource {
    /// From the profile.
    Text,
    /// From a file in the application's container.
    File,
    /// From a variable in the application's container.
    Variable,
}

/// A request that `firstlight verify` sends to the site.
#[derive(Debug)]
pub(crate) struct CheckRule {
    /// What is checked, in words; a template.
    pub what: Spanned<String>,
    /// The request's method.
    pub method: Method,
    /// The path that is requested; a template.
    pub path: Spanned<String>,
    /// The headers that the request has besides the usual ones.
    pub headers: Vec<HeaderRule>,
    /// The statuses that are right; at least one.
    pub expected: Vec<u16>,
}

/// A header of such a request.
#[derive(Debug)]
pub(crate) struct HeaderRule {
    /// Its name; a template.
    pub name: Spanned<String>,
    /// Its value.
    pub value: Sourced,
}

/// A command for cloud-init's `bootcmd` or `runcmd`.
#[derive(Debug)]
pub(crate) struct ProfileCommand {
    /// The program and its arguments, each a template; no shell reads them again.
    pub words: Vec<String>,
    /// A template expression; the command is left out if it is false. `None` means that it always runs.
    pub when: Option<Spanned<String>>,
}

/// An exception for one of the profile's files.
#[derive(Debug)]
pub(crate) struct FileRule {
    /// A template for the file's absolute path on the server.
    pub path: Spanned<String>,
    /// The file's permission bits.
    pub mode: Mode,
    /// Whether the operator's changes to the file survive an update.
    pub keep: bool,
    /// The setting whose value, a file of the user's, can replace this file.
    pub from: Option<Spanned<String>>,
    /// Whether it is YAML in which `$` has no meaning, other than in a compose file.
    pub is_yaml: bool,
    /// A template expression; the file is left out if it is false. `None` means that it never is.
    pub when: Option<Spanned<String>>,
}

/// Reads profiles. The core has no file system, so the caller of the compiler implements it.
pub trait ReadProfile {
    /// Returns the files of the profile `name`. `place` is where the user named it; `None` if nobody did.
    ///
    /// # Errors
    /// There is no such profile, or its folder cannot be read.
    fn read_profile(&self, name: &str, place: Option<&Place>) -> Result<ProfileTree, Diagnostic>;

    /// A profile whose faults are of no interest; `None` if it cannot be read.
    fn profile(&self, name: &str) -> Option<Profile> {
        let tree = self.read_profile(name, None).ok()?;
        Profile::read(name, &tree, &mut Report::default())
    }

    /// The names of all profiles that a user may choose by name, for suggestions.
    fn profile_names(&self) -> Vec<String>;
}
