//! Kinds of user-data: what cloud-init takes a part for, by its first line or by its content type.

use serde::Serialize;

/// The kinds of part that cloud-init acts on, and the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContentKind {
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

/// Each kind's content type and, where it has one, the first line that tells it: the longest of those that begin alike first.
/// Source: `cloudinit/handlers/__init__.py`.
const ROWS: &[(ContentKind, &str, Option<&str>)] = &[
    (ContentKind::Archive, "text/cloud-config-archive", Some("#cloud-config-archive")),
    (ContentKind::JsonPatch, "text/cloud-config-jsonp", Some("#cloud-config-jsonp")),
    (ContentKind::CloudConfig, "text/cloud-config", Some("#cloud-config")),
    (ContentKind::BootHook, "text/cloud-boothook", Some("#cloud-boothook")),
    (ContentKind::IncludeOnce, "text/x-include-once-url", Some("#include-once")),
    (ContentKind::Include, "text/x-include-url", Some("#include")),
    (ContentKind::PartHandler, "text/part-handler", Some("#part-handler")),
    (ContentKind::Template, "text/jinja2", Some("## template: jinja")),
    (ContentKind::Script, "text/x-shellscript", Some("#!")),
    (ContentKind::ScriptPerBoot, "text/x-shellscript-per-boot", None),
    (ContentKind::ScriptPerInstance, "text/x-shellscript-per-instance", None),
    (ContentKind::ScriptPerOnce, "text/x-shellscript-per-once", None),
];

impl ContentKind {
    /// By the first line: blanks before it and upper case do not matter to cloud-init.
    #[must_use]
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        let text = text.trim_start();
        let begins = |header: &str| text.get(..header.len()).is_some_and(|t| t.eq_ignore_ascii_case(header));
        ROWS.iter().find(|(.., header)| header.is_some_and(begins)).map(|(kind, ..)| kind.clone())
    }

    /// By the content type.
    #[must_use]
    pub(crate) fn of_type(content_type: &str) -> Self {
        let found = ROWS.iter().find(|(_, name, _)| *name == content_type);
        found.map_or(Self::Unknown, |(kind, ..)| kind.clone())
    }

    /// Its content type.
    #[must_use]
    pub(crate) fn content_type(&self) -> Option<&'static str> {
        ROWS.iter().find(|(kind, ..)| kind == self).map(|(_, name, _)| *name)
    }

    /// The first line that makes it.
    #[must_use]
    pub(crate) fn header(&self) -> Option<&'static str> {
        ROWS.iter().find(|(kind, ..)| kind == self).and_then(|(.., header)| *header)
    }

    /// All first lines.
    pub(crate) fn headers() -> impl Iterator<Item = &'static str> {
        ROWS.iter().filter_map(|(.., header)| *header)
    }

    /// All kinds that cloud-init acts on.
    pub(crate) fn known() -> impl Iterator<Item = &'static Self> {
        ROWS.iter().map(|(kind, ..)| kind)
    }

    /// Whether it is a script that cloud-init saves and runs.
    #[must_use]
    pub(crate) fn is_script(&self) -> bool {
        matches!(self, Self::Script | Self::ScriptPerBoot | Self::ScriptPerInstance | Self::ScriptPerOnce)
    }

    /// What people call it.
    #[must_use]
    pub(crate) fn name(&self) -> &'static str {
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
