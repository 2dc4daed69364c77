//! What a path names: somebody's document, a configuration of ours, or a folder of a server's files.

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

/// A document, taken apart; a configuration is rendered first.
pub(super) struct Document {
    pub(super) data: UserData,
    pub(super) bytes: Vec<u8>,
    pub(super) provider: Option<&'static Provider>,
}

impl Document {
    /// A folder may have a document in it, as a seed has: the document tells more than its files.
    pub(super) fn read(path: &Path, world: World, report: &mut Report) -> Option<Self> {
        let inside = path.join(DOCUMENT);
        let path = if inside.is_file() { &inside } else { path };
        let name = path.to_string_lossy();
        let bytes = report.keep(read_user_data(path).map_err(|why| cannot_read(&name, &why)))?;
        match std::str::from_utf8(&bytes).ok().filter(|text| is_configuration(path, text)) {
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

/// One side of a comparison.
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

/// Compiles a configuration with nothing but what it says.
pub(super) fn render(name: &str, text: &str, world: World, report: &mut Report) -> Option<Output> {
    let (flags, options) = (Flags::default(), DocumentOptions::default());
    let input = Input { config: Some(Source::file(name, text)), ..bare(&flags, &options) };
    compile(&input, &world, report)
}

/// An input in which nothing is given; the day only makes warnings.
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

/// By its name and its keys; user-data has a header, and other keys.
fn is_configuration(path: &Path, text: &str) -> bool {
    let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    if !is_yaml || ContentKind::of_text(text).is_some() {
        return false;
    }
    match yaml::parse(&Source::file("", text), &mut Report::default()).map(|node| node.kind) {
        Some(Yaml::Mapping(entries)) => {
            entries.iter().any(|(key, _)| Config::KEYS.contains(&key.value.as_str()))
        }
        Some(_) => false,
        None => path.file_name().is_some_and(|name| name.to_string_lossy().ends_with("firstlight.yaml")),
    }
}
