//! What a part is: by its first line, or by its content type.

use serde::Serialize;

/// The kinds of part that cloud-init acts on, and the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// `#cloud-config`.
    CloudConfig,
    /// `#cloud-config-archive`: a list of parts.
    Archive,
    /// `#cloud-config-jsonp`: a JSON patch of the cloud-config so far.
    JsonPatch,
    /// `#!`: runs once an instance, at the end of the first boot.
    Script,
    /// A script that runs on every boot.
    ScriptPerBoot,
    /// A script that runs once an instance.
    ScriptPerInstance,
    /// A script that runs once and never again.
    ScriptPerOnce,
    /// `#cloud-boothook`: runs on every boot, as early as can be.
    BootHook,
    /// `#part-handler`: Python that handles parts of other types.
    PartHandler,
    /// `#include`: addresses whose content is user-data too.
    Include,
    /// `#include-once`: the same, fetched once an instance.
    IncludeOnce,
    /// `## template: jinja`: to be rendered first.
    Template,
    /// Nothing that cloud-init knows.
    Unknown,
}

/// First lines, the longest of those that begin alike first. Source: cloudinit/handlers/__init__.py.
const HEADERS: &[(&str, Kind)] = &[
    ("#cloud-config-archive", Kind::Archive),
    ("#cloud-config-jsonp", Kind::JsonPatch),
    ("## template: jinja", Kind::Template),
    ("#cloud-boothook", Kind::BootHook),
    ("#include-once", Kind::IncludeOnce),
    ("#cloud-config", Kind::CloudConfig),
    ("#part-handler", Kind::PartHandler),
    ("#include", Kind::Include),
    ("#!", Kind::Script),
];

const TYPES: &[(&str, Kind)] = &[
    ("text/cloud-config", Kind::CloudConfig),
    ("text/cloud-config-archive", Kind::Archive),
    ("text/cloud-config-jsonp", Kind::JsonPatch),
    ("text/x-shellscript", Kind::Script),
    ("text/x-shellscript-per-boot", Kind::ScriptPerBoot),
    ("text/x-shellscript-per-instance", Kind::ScriptPerInstance),
    ("text/x-shellscript-per-once", Kind::ScriptPerOnce),
    ("text/cloud-boothook", Kind::BootHook),
    ("text/part-handler", Kind::PartHandler),
    ("text/x-include-url", Kind::Include),
    ("text/x-include-once-url", Kind::IncludeOnce),
    ("text/jinja2", Kind::Template),
];

impl Kind {
    /// By the first line: blanks before it and upper case do not matter to cloud-init.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        let text = text.trim_start();
        let begins = |header: &str| text.get(..header.len()).is_some_and(|t| t.eq_ignore_ascii_case(header));
        HEADERS.iter().find(|(header, _)| begins(header)).map(|(_, kind)| kind.clone())
    }

    /// By the content type.
    #[must_use]
    pub fn of_type(content_type: &str) -> Self {
        let found = TYPES.iter().find(|(name, _)| *name == content_type);
        found.map_or(Self::Unknown, |(_, kind)| kind.clone())
    }

    /// Its content type.
    #[must_use]
    pub fn content_type(&self) -> Option<&'static str> {
        TYPES.iter().find(|(_, kind)| kind == self).map(|(name, _)| *name)
    }

    /// The first line that makes it.
    #[must_use]
    pub fn header(&self) -> Option<&'static str> {
        HEADERS.iter().find(|(_, kind)| kind == self).map(|(header, _)| *header)
    }

    /// All first lines.
    pub fn headers() -> impl Iterator<Item = &'static str> {
        HEADERS.iter().map(|(header, _)| *header)
    }

    /// Whether it is a script that cloud-init saves and runs.
    #[must_use]
    pub fn is_script(&self) -> bool {
        matches!(self, Self::Script | Self::ScriptPerBoot | Self::ScriptPerInstance | Self::ScriptPerOnce)
    }

    /// What people call it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::CloudConfig => "cloud-config",
            Self::Archive => "archive",
            Self::JsonPatch => "JSON patch",
            Self::Script => "script",
            Self::ScriptPerBoot => "script, every boot",
            Self::ScriptPerInstance => "script, once an instance",
            Self::ScriptPerOnce => "script, once",
            Self::BootHook => "boot hook",
            Self::PartHandler => "part handler",
            Self::Include => "include",
            Self::IncludeOnce => "include once",
            Self::Template => "template",
            Self::Unknown => "unknown",
        }
    }
}
