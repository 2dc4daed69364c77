//! `firstlight profiles`, and what `explain` and `schema` tell about profiles.

use super::arguments::View;
use super::files::World;
use super::{Outcome, outcome, print_json, show, terminal};
use crate::compile::catalogue::{Entry, table};
use crate::compile::embedded::default_profile;
use crate::compile::profile::{Profile, ReadProfile};
use crate::compile::schema;
use crate::finding::Report;
use crate::host;
use crate::text::source::{Place, Source};

/// Profiles, and the part that all share.
pub(super) struct Profiles {
    host: Profile,
    profiles: Vec<Profile>,
}

/// Reads a profile, or without a name all that come with firstlight; the one that is taken if none is named comes first.
pub(super) fn read(name: Option<&str>, report: &mut Report) -> Option<Profiles> {
    let world = World { allow_outside: false };
    let place = name.map(|name| Place::all(&Source::flag("--profile", name)));
    let mut read = |name: &str, place: Option<&Place>| {
        let tree = report.keep(world.read_profile(name, place))?;
        Profile::read(name, &tree, report)
    };
    let host = read(host::PROFILE, None)?;
    let profiles = match name {
        Some(name) => vec![read(name, place.as_ref())?],
        None => {
            let mut names = world.profile_names();
            names.sort_by_key(|name| (name != default_profile(), name.clone()));
            names.iter().map(|name| read(name, None)).collect::<Option<_>>()?
        }
    };
    Some(Profiles { host, profiles })
}

impl Profiles {
    /// Everything that can be set in them.
    pub(super) fn entries(&self) -> Vec<Entry> {
        self.profiles.iter().map(|profile| Entry::of(&self.host, profile, default_profile())).collect()
    }

    /// The schema of a configuration of `one` profile, or of any of them.
    pub(super) fn schema(&self, one: bool) -> serde_json::Value {
        schema::configuration(&self.host, &self.profiles, self.default(one))
    }

    /// The schema of a list of hosts, likewise.
    pub(super) fn schema_of_hosts(&self, one: bool) -> serde_json::Value {
        schema::hosts(&self.host, &self.profiles, self.default(one))
    }

    fn default(&self, one: bool) -> Option<&str> {
        (!one).then(default_profile)
    }
}

pub(super) fn run(name: Option<&str>, format: View) -> anyhow::Result<Outcome> {
    let mut report = Report::default();
    let found = read(name, &mut report);
    show(&report, format == View::Json);
    let Some(found) = found else { return Ok(outcome(&report)) };
    let entries = found.entries();
    match (format, name, entries.first()) {
        (View::Json, Some(_), Some(one)) => return print_json(one),
        (View::Json, ..) => return print_json(&entries),
        (View::Text, Some(_), Some(one)) => terminal::print(&one.text())?,
        (View::Text, ..) => terminal::print(&table(&entries))?,
    }
    Ok(Outcome::Done)
}
