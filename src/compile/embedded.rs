//! The profiles that come with firstlight, embedded when it is built.

use std::path::Path;

use include_dir::{Dir, include_dir};

use super::files::{Beside, ReadFile};
use super::profile::{ProfileTree, ReadProfile};
use crate::base::nearest::suggest;
use crate::finding::{Code, Diagnostic};
use crate::text::source::{Place, Source};

static PROFILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/profiles");

/// The profile that holds if none is named.
#[must_use]
pub(crate) fn default_profile() -> &'static str {
    PROFILES.get_file("default").and_then(|file| file.contents_utf8()).map_or("", str::trim)
}

/// The profiles that can be asked for. What begins with an underscore is a part of others.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    PROFILES.dirs().filter_map(|dir| dir.path().to_str()).filter(|name| !name.starts_with('_'))
}

/// A profile's files.
///
/// # Errors
/// There is none of this name; or it is part of others, and a user asks for it, at a place.
pub(crate) fn read(name: &str, place: Option<&Place>) -> Result<ProfileTree, Diagnostic> {
    match PROFILES.get_dir(name).filter(|_| place.is_none() || !name.starts_with('_')) {
        Some(dir) => Ok(tree(dir, name)),
        None => {
            let problem = Diagnostic::error(Code::UnknownName, format!("there is no profile `{name}`"))
                .help(suggest(name, names().chain(["./FOLDER"])));
            Err(match place {
                Some(place) => problem.at(place, ""),
                None => problem,
            })
        }
    }
}

fn tree(dir: &Dir<'_>, root: &str) -> ProfileTree {
    let mut all = ProfileTree::new();
    for file in dir.files() {
        if let Some(path) = file.path().strip_prefix(root).ok().and_then(Path::to_str) {
            all.insert(path.replace('\\', "/"), file.contents().to_vec());
        }
    }
    for inner in dir.dirs() {
        all.extend(tree(inner, root));
    }
    all
}

/// A world of these profiles and no files: for those who have only a configuration's text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Embedded;

impl ReadProfile for Embedded {
    fn read_profile(&self, name: &str, place: Option<&Place>) -> Result<ProfileTree, Diagnostic> {
        read(name, place)
    }

    fn profile_names(&self) -> Vec<String> {
        names().map(str::to_owned).collect()
    }
}

impl ReadFile for Embedded {
    fn read_text(&self, place: &Place, path: &str) -> Result<std::sync::Arc<Source>, Diagnostic> {
        let message = format!("cannot read {path}: only the configuration is given here, and no files");
        Err(Diagnostic::error(Code::CannotRead, message).at(place, ""))
    }

    fn read_beside(&self, _: &Source, _: &str) -> Result<Beside, String> {
        Ok(Beside::Nothing)
    }
}
