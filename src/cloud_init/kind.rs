//! The kinds of user-data, which cloud-init distinguishes by the first line or the content type.

use serde::Serialize;

/// What cloud-init takes a part of user-data for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContentKind {
    /// `#cloud-config`: settings as YAML.
    CloudConfig,
    /// `#cloud-config-archive`: a list of parts.
    Archive,
    /// `#cloud-config-jsonp`: a JSON patch for the cloud-config that the parts before it result in.
    JsonPatch,
    /// `#!`: a script that runs once per instance, at the end of the first boot.
    Script,
    /// A script that runs on every boot.
    ScriptPerBoot,
    /// A script that runs once per instance.
    ScriptPerInstance,
    /// A script that runs once and never again.
    ScriptPerOnce,
    /// `#cloud-boothook`: a script that runs on every boot, as early as possible.
    BootHook,
    /// `#part-handler`: Python code that handles parts of other types.
    PartHandler,
    /// `#include`: URLs whose content is user-data, too.
    Include,
    /// `#include-once`: the same, but fetched only once per instance.
    IncludeOnce,
    /// `## template: jinja`: a Jinja template, which cloud-init renders first.
    Template,
    /// A kind that cloud-init does not know.
    Unknown,
}

/// Each kind with its content type and, if it has one, the first line that identifies it. Of several first lines with
/// the same beginning, the longest comes first. Source: `cloudinit/handlers/__init__.py`.
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
    /// The kind of a text by its first line; `None` if cloud-init does not know that line. White space before it and
    /// upper case do not matter to cloud-init.
    #[must_use]
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        let text = text.trim_start();
        let begins = |header: &str| text.get(..header.len()).is_some_and(|t| t.eq_ignore_ascii_case(header));
        ROWS.iter().find(|(.., header)| header.is_some_and(begins)).map(|(kind, ..)| kind.clone())
    }

    /// The kind with a content type; [`Self::Unknown`] if cloud-init does not know that type.
    #[must_use]
    pub(crate) fn of_type(content_type: &str) -> Self {
        let found = ROWS.iter().find(|(_, name, _)| *name == content_type);
        found.map_or(Self::Unknown, |(kind, ..)| kind.clone())
    }

    /// The content type; `None` for [`Self::Unknown`].
    #[must_use]
    pub(crate) fn content_type(&self) -> Option<&'static str> {
        ROWS.iter().find(|(kind, ..)| kind == self).map(|(_, name, _)| *name)
    }

    /// The first line that identifies the kind; `None` if it has none.
    #[must_use]
    pub(crate) fn header(&self) -> Option<&'static str> {
        ROWS.iter().find(|(kind, ..)| kind == self).and_then(|(.., header)| *header)
    }

    /// All first lines that cloud-init knows.
    pub(crate) fn headers() -> impl Iterator<Item = &'static str> {
        ROWS.iter().filter_map(|(.., header)| *header)
    }

    /// All kinds that cloud-init knows.
    pub(crate) fn known() -> impl Iterator<Item = &'static Self> {
        ROWS.iter().map(|(kind, ..)| kind)
    }

    /// Whether it is a script that cloud-init saves and runs.
    #[must_use]
    pub(crate) fn is_script(&self) -> bool {
        matches!(self, Self::Script | Self::ScriptPerBoot | Self::ScriptPerInstance | Self::ScriptPerOnce)
    }

    /// The name in the output.
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
