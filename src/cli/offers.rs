//! The profiles that come with firstlight, as far as `init` needs them.

use std::sync::{Arc, LazyLock};

use crate::compile::embedded::{self, Embedded};
use crate::compile::profile::{Profile, ReadProfile};
use crate::compile::setting::Type;
use crate::compile::starter::required;
use crate::host::PROFILE;

/// A setting for which there is a flag.
#[derive(Debug)]
pub(super) struct Offer {
    /// The setting's name.
    pub(super) key: String,
    /// What stands for its value in the help.
    pub(super) value: String,
    /// What it is.
    pub(super) help: String,
}

/// Settings that no profile requires, but that some providers and registries do.
pub(super) const PROGRAM: &str = "program";
/// The same for the name of a registry's user.
pub(super) const USER: &str = "registry_user";

/// The profile that all share; `None` never, because its text is part of this program.
pub(super) static HOST: LazyLock<Option<Arc<Profile>>> =
    LazyLock::new(|| Embedded.profile(PROFILE).map(Arc::new));

/// The profiles that say what they run, in their order.
pub(super) static PROFILES: LazyLock<Vec<Arc<Profile>>> = LazyLock::new(|| {
    let all = embedded::names().filter_map(|name| Embedded.profile(name));
    all.filter(|profile| !profile.help.is_empty()).map(Arc::new).collect()
});

/// The settings with a flag.
pub(super) static ASKED: LazyLock<Vec<Offer>> = LazyLock::new(|| {
    let of_host = HOST.iter().flat_map(|host| &host.settings);
    let of_host = of_host.filter(|setting| [PROGRAM, USER].contains(&setting.key.value.as_str()));
    let mut found: Vec<Offer> = Vec::new();
    for setting in PROFILES.iter().flat_map(|profile| required(profile)).chain(of_host) {
        if found.iter().all(|offer| offer.key != setting.key.value) {
            let key = setting.key.value.clone();
            let value = match setting.kind {
                Type::File(_) => "FILE".to_owned(),
                Type::Url => "URL".to_owned(),
                _ => key.rsplit('_').next().unwrap_or("VALUE").to_uppercase(),
            };
            found.push(Offer { key, value, help: setting.help.clone() });
        }
    }
    found
});
