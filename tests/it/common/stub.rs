//! A world for the compiler that is not the file system.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use firstlight::compile::files::{Beside, ReadFile};
use firstlight::compile::profile::{ProfileTree, ReadProfile};
use firstlight::finding::{Code, Diagnostic};
use firstlight::text::source::{Place, Source};

use super::{files, folders, name, root};

/// A world with the shipped profiles, in which every file holds the same text.
pub struct Stub {
    profiles: BTreeMap<String, ProfileTree>,
}

pub static STUB: LazyLock<Stub> = LazyLock::new(|| Stub {
    profiles: folders(&root().join("profiles"))
        .iter()
        .map(|folder| (name(folder).to_owned(), files(folder)))
        .collect(),
});

impl ReadFile for Stub {
    fn read_text(&self, _: &Place, path: &str) -> Result<Arc<Source>, Diagnostic> {
        Ok(Source::file(path, "services:\n  web:\n    image: a\n"))
    }

    fn read_beside(&self, _: &Source, _: &str) -> Result<Beside, String> {
        Ok(Beside::Nothing)
    }
}

impl ReadProfile for Stub {
    fn read_profile(&self, name: &str, _: Option<&Place>) -> Result<ProfileTree, Diagnostic> {
        self.profiles
            .get(name)
            .cloned()
            .ok_or_else(|| Diagnostic::error(Code::UnknownName, "no such profile"))
    }

    fn profile_names(&self) -> Vec<String> {
        self.profiles.keys().filter(|name| !name.starts_with('_')).cloned().collect()
    }
}
