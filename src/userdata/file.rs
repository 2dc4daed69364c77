//! A file of `write_files`: its path, owner, mode and content.

use super::members::{Member, members};
use super::node::Value;
use super::transport::{Gunzip, gunzip, lenient_base64};
use super::{Budget, Tree, TreeNode, template};
use crate::finding::{Diagnostic, rule};
use crate::text::source::Place;
use crate::value::absolute;

/// A file that cloud-init writes, by an entry of `write_files` (cloud-init, `cc_write_files.py`).
#[derive(Debug)]
pub struct WrittenFile {
    /// The absolute path, without `.`, `..` and double slashes.
    pub path: String,
    /// The permission bits, setuid and the like included; 0o644 if none are given or they cannot be read.
    pub mode: u32,
    /// The owner as `user:group`; `root:root` if none is given.
    pub owner: String,
    /// The encoding that was given, in lower case; `None` if there is none.
    pub encoding: Option<String>,
    /// The content, decoded.
    pub body: FileContent,
    /// The URL from which the server fetches the content; [`Self::body`] is then used only if that fails.
    pub source: Option<String>,
    /// Whether the content is appended to a file that exists already.
    pub append: bool,
    /// Whether the file is written in the final stage of the boot, after users and packages exist.
    pub defer: bool,
    /// The files in the content if it is a tar archive; empty if it is none, or cannot be read.
    pub members: Vec<Member>,
    /// The place of the entry in the document.
    pub place: Place,
}

/// What is known of a file's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileContent {
    /// The decoded content.
    Bytes(Vec<u8>),
    /// The content depends on a Jinja template that only the server can render.
    Rendered,
    /// The content cannot be decoded or is not text, so cloud-init does not write the file.
    Broken,
}

/// What cloud-init gives a file if nothing is said.
pub(crate) const DEFAULT_MODE: u32 = 0o644;

impl WrittenFile {
    pub(super) fn read(entry: &Tree, budget: &mut Budget, findings: &mut Vec<Diagnostic>) -> Option<Self> {
        let given = entry.get("path").and_then(|node| node.value.text()).filter(|path| !path.is_empty())?;
        let text = |key: &str| entry.get(key).and_then(|node| node.value.text());
        let is_true = |key: &str| entry.get(key).is_some_and(|node| node.value.is_true());
        let encoding =
            text("encoding").map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty());
        let body = match entry.get("content") {
            None => FileContent::Bytes(Vec::new()),
            Some(node) => content(node, encoding.as_deref(), budget).unwrap_or_else(|problem| {
                findings.push(problem);
                FileContent::Broken
            }),
        };
        let bytes = match &body {
            FileContent::Bytes(bytes) => bytes.as_slice(),
            FileContent::Rendered | FileContent::Broken => &[],
        };
        Some(Self {
            path: absolute(given),
            members: members(bytes, budget).unwrap_or_default(),
            mode: entry
                .get("permissions")
                .map_or(Some(DEFAULT_MODE), |node| mode(&node.value))
                .unwrap_or(DEFAULT_MODE),
            owner: owner(text("owner").unwrap_or("root:root")),
            encoding,
            body,
            source: entry.get("source").and_then(|node| node.get("uri")?.value.text()).map(str::to_owned),
            append: is_true("append"),
            defer: is_true("defer"),
            place: entry.place.clone(),
        })
    }

    /// Its content as text; `None` if it is not known or is not UTF-8.
    #[must_use]
    pub(crate) fn text(&self) -> Option<&str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    /// Its bytes, if they are known.
    #[must_use]
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        match &self.body {
            FileContent::Bytes(bytes) => Some(bytes),
            FileContent::Rendered | FileContent::Broken => None,
        }
    }

    /// The systemd unit it is, or belongs to.
    #[must_use]
    pub(crate) fn unit(&self) -> Option<&str> {
        let folders = [
            "/etc/systemd/system/",
            "/usr/lib/systemd/system/",
            "/lib/systemd/system/",
            "/run/systemd/system/",
        ];
        folders.iter().find_map(|folder| self.path.strip_prefix(folder))
    }
}

/// The mode that cloud-init gives; nothing where it gives up and takes its default.
#[must_use]
pub(crate) fn mode(value: &Value) -> Option<u32> {
    match value {
        Value::Null => Some(DEFAULT_MODE),
        Value::Int(number) => u32::try_from(*number).ok().map(|mode| mode & 0o7777),
        Value::Bool(value) => Some(u32::from(*value)),
        Value::Text(text) => {
            let digits = text.trim().replace('_', "");
            let digits = digits.strip_prefix("0o").or_else(|| digits.strip_prefix("0O")).unwrap_or(&digits);
            u32::from_str_radix(digits, 8).ok().map(|mode| mode & 0o7777)
        }
        _ => None,
    }
}

/// `user:group`; what is left out is root's.
fn owner(text: &str) -> String {
    let (user, group) = text.split_once(':').unwrap_or((text, ""));
    let or_root = |name: &str| match name.trim() {
        "" | "-1" => "root".to_owned(),
        name if name.eq_ignore_ascii_case("none") => "root".to_owned(),
        name => name.to_owned(),
    };
    format!("{}:{}", or_root(user), or_root(group))
}

fn content(node: &TreeNode, encoding: Option<&str>, budget: &mut Budget) -> Result<FileContent, Diagnostic> {
    let bytes = match &node.value {
        Value::Text(text) => text.as_bytes(),
        Value::Bytes(bytes) => bytes,
        Value::Null => return Ok(FileContent::Bytes(Vec::new())),
        other => {
            let message = format!("a file's content must be text, but this is {}", other.what());
            return Err(rule::WRONG_TYPE.at(&node.place, message).help("put it in quotes"));
        }
    };
    budget.take(bytes.len())?;
    if is_rendered(&node.place) {
        return Ok(FileContent::Rendered);
    }
    let (base64, gzip) = match encoding {
        Some("gz" | "gzip") => (false, true),
        Some("gz+base64" | "gzip+base64" | "gz+b64" | "gzip+b64") => (true, true),
        Some("b64" | "base64") => (true, false),
        _ => (false, false),
    };
    let broken = |why: String| match node.value.text().is_some_and(|text| text.contains("${")) {
        true => rule::NOT_FILLED_IN
            .at(&node.place.first_line(), format!("{why}, because it is a variable that was not replaced")),
        false => rule::BAD_CONTENT.at(&node.place.first_line(), why),
    };
    let decoded = if base64 {
        let decoded = lenient_base64(bytes).filter(|_| bytes.is_ascii());
        decoded.ok_or_else(|| broken("the content is not base64".to_owned()))?
    } else {
        bytes.to_vec()
    };
    if !gzip {
        return Ok(FileContent::Bytes(decoded));
    }
    gunzip(&decoded, budget).map(FileContent::Bytes).map_err(|problem| match problem {
        Gunzip::Damaged(why) => broken(format!("the content cannot be decompressed: {why}")),
        Gunzip::TooMuch(problem) => problem.at(&node.place.first_line(), ""),
    })
}

/// Whether it stands in a template, and holds what is rendered.
fn is_rendered(place: &Place) -> bool {
    let head = place.source.text.trim_start().get(..18).unwrap_or("");
    head.eq_ignore_ascii_case("## template: jinja") && !template::marks(place.text()).is_empty()
}
