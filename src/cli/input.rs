//! Reads what a path names: a document, a configuration of firstlight, or a folder with a server's files.

use std::path::Path;

use super::cannot_read;
use super::files::World;
use super::read::read_user_data;
use super::read_folder::read_folder;
use super::render::now;
use crate::cloud_init::ContentKind;
use crate::compile::config::{Config, Flags};
use crate::compile::document::DocumentOptions;
use crate::compile::embedded::default_profile;
use crate::compile::{Input, Output, compile};
use crate::finding::Report;
use crate::provider::Provider;
use crate::review::check::DOCUMENT;
use crate::review::diff::Side;
use crate::text::source::Source;
use crate::userdata::{UserData, decode};
use crate::yaml::{self, Kind as Yaml};

/// A document that has been read, or rendered from a configuration.
pub(super) struct Document {
    /// The decoded content.
    pub(super) data: UserData,
    /// The document itself.
    pub(super) bytes: Vec<u8>,
    /// The provider that the configuration names; `None` if there is no configuration, or if it names none.
    pub(super) provider: Option<&'static Provider>,
}

/// What a path names: user-data, or a configuration from which it is rendered.
pub(super) struct Given {
    /// The path of the file.
    pub(super) name: String,
    /// The content of the file.
    pub(super) bytes: Vec<u8>,
    /// Whether it is a configuration.
    pub(super) is_configuration: bool,
}

impl Given {
    /// Reads the file at a path; in a folder it is the file `user-data`, as in a NoCloud seed. If it cannot be read,
    /// reports why and returns `None`.
    pub(super) fn read(path: &Path, report: &mut Report) -> Option<Self> {
        let inside = path.join(DOCUMENT);
        let path = if inside.is_file() { &inside } else { path };
        let name = path.to_string_lossy().into_owned();
        let bytes = report.keep(read_user_data(path).map_err(|why| cannot_read(&name, &why)))?;
        let is_configuration = std::str::from_utf8(&bytes).is_ok_and(|text| is_configuration(path, text));
        Some(Self { name, bytes, is_configuration })
    }
}

impl Document {
    /// Reads the document or the configuration at a path; in a folder it is the file `user-data`, as in a NoCloud
    /// seed. If it cannot be read or rendered, reports why and returns `None`.
    pub(super) fn read(path: &Path, world: World, report: &mut Report) -> Option<Self> {
        let Given { name, bytes, is_configuration } = Given::read(path, report)?;
        match std::str::from_utf8(&bytes).ok().filter(|_| is_configuration) {
            None => Some(Self { data: decode(&name, &bytes), bytes, provider: None }),
            Some(text) => {
                let made = render(&name, text, world, report)?;
                report.leave_notes_out();
                let bytes = made.document.text.into_bytes();
                Some(Self { data: decode(&name, &bytes), bytes, provider: made.resolved.provider })
            }
        }
    }
}

/// Reads one side of a comparison. A folder without a file `user-data` is taken for a folder with a server's files.
pub(super) fn side(path: &Path, world: World, report: &mut Report) -> Option<Side> {
    let name = path.to_string_lossy();
    if path.is_dir() && !path.join(DOCUMENT).is_file() {
        let files = report.keep(read_folder(path).map_err(|why| cannot_read(&name, &why)))?;
        return Some(Side::folder(&name, files));
    }
    let document = Document::read(path, world, report)?;
    let side = report.keep(Side::document(&document.data, &document.bytes))?;
    Some(Side { provider: document.provider, ..side })
}

/// Compiles a configuration without any flags.
pub(super) fn render(name: &str, text: &str, world: World, report: &mut Report) -> Option<Output> {
    let (flags, options) = (Flags::default(), DocumentOptions::default());
    let input = Input { config: Some(Source::file(name, text)), ..bare(&flags, &options) };
    compile(&input, &world, report)
}

/// An input without a configuration. The current day in it only affects warnings.
pub(super) fn bare<'a>(flags: &'a Flags, options: &'a DocumentOptions) -> Input<'a> {
    Input {
        config: None,
        flags,
        default_profile: default_profile(),
        today: Some(now()),
        embed_secret: false,
        options,
    }
}

/// Whether a text is a configuration, judged by its file name and its keys: user-data has a header and other keys.
fn is_configuration(path: &Path, text: &str) -> bool {
    let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    if !is_yaml || ContentKind::of_text(text).is_some() {
        return false;
    }
    match yaml::parse(&Source::file("", text), &mut Report::default()).map(|node| node.kind) {
        Some(Yaml::Mapping(entries)) => {
            let keys = || Config::keys().chain([Config::HOSTS]);
            entries.iter().any(|(key, _)| keys().any(|known| known == key.value))
        }
        Some(_) => false,
        None => path.file_stem().is_some_and(|name| name.to_string_lossy().ends_with("firstlight")),
    }
}
