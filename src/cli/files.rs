//! Reads the files and profiles that a configuration or a flag names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::read::read;
use super::read_folder::collect;
use super::{cannot_read, compose_files, repository};
use crate::compile::embedded;
use crate::compile::files::{Beside, ReadFile};
use crate::compile::profile::{ProfileTree, ReadProfile, is_folder};
use crate::finding::Diagnostic;
use crate::text::source::{Place, Source};

/// The file system as the compiler sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct World {
    /// Whether a file may name other files outside of its repository.
    pub(super) allow_outside: bool,
}

impl World {
    /// Checks that a path that is named in a file is in the repository of that file. A path from the command line may
    /// be anywhere.
    fn check(self, place: Option<&Place>, path: &str, found: &Path) -> Result<(), Diagnostic> {
        let file = place.map(|place| &place.source).filter(|source| !source.command_line);
        let Some(source) = file.filter(|_| !self.allow_outside) else { return Ok(()) };
        let problem = |why: &str| {
            let problem = cannot_read(path, why).help(repository::HELP);
            match place {
                Some(place) => problem.at(place, ""),
                None => problem,
            }
        };
        if Path::new(path).is_absolute() {
            return Err(problem(
                "a file can only name other files by relative paths, which start at its own folder",
            ));
        }
        let folder = Path::new(&source.name).parent().unwrap_or(Path::new(""));
        repository::check(&repository::root(folder), found).map_err(|why| problem(&why))
    }
}

/// The path to open: a relative path in a file starts at the folder of that file, and one from the command line at
/// the working directory.
fn found_at(place: Option<&Place>, path: &str) -> PathBuf {
    let file = place.map(|place| &place.source).filter(|source| !source.command_line);
    file.and_then(|source| Path::new(&source.name).parent())
        .map_or_else(|| PathBuf::from(path), |folder| folder.join(path))
}

impl ReadFile for World {
    fn read_text(&self, place: &Place, path: &str) -> Result<Arc<Source>, Diagnostic> {
        let found = found_at(Some(place), path);
        self.check(Some(place), path, &found)?;
        let shown = found.to_string_lossy();
        let text = read(&found).map_err(|why| cannot_read(&shown, &why).at(place, ""))?;
        Ok(Source::file(&shown, &text))
    }

    fn read_beside(&self, file: &Source, path: &str) -> Result<Beside, String> {
        compose_files::read(file, path)
    }
}

impl ReadProfile for World {
    fn read_profile(&self, name: &str, place: Option<&Place>) -> Result<ProfileTree, Diagnostic> {
        let at = |problem: Diagnostic| match place {
            Some(place) => problem.at(place, ""),
            None => problem,
        };
        if is_folder(name) {
            let mut tree = ProfileTree::new();
            let found = found_at(place, name);
            self.check(place, name, &found)?;
            return match collect(&found, "", 0, &mut tree) {
                Ok(()) => Ok(tree),
                Err(why) => Err(at(cannot_read(name, &why))),
            };
        }
        embedded::read(name, place)
    }

    fn profile_names(&self) -> Vec<String> {
        embedded::names().map(str::to_owned).collect()
    }
}
