//! The output of `render --format json`: the document, its content, and the values that it was rendered from.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::base::digest::sha256;
use crate::compile::Output;
use crate::compile::handover::{Brought, brought};
use crate::compile::phase::Phase;
use crate::userdata::{Tree, Value as Yaml};
use crate::value::Mode;

/// A document, its content, and the values that it was rendered from.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "firstlight render --format json")]
pub struct Json {
    /// The version of firstlight that rendered it.
    firstlight: &'static str,
    /// The profile's name, or the path of its folder.
    profile: String,
    /// The site's domain.
    domain: String,
    /// The reference to the registry's token.
    token: String,
    /// The provider that the document is for, if one was named.
    provider: Option<&'static str>,
    /// The arguments of `firstlight render` that render the same document again.
    command: Vec<String>,
    /// The encoding of the document: plain, packed, files or gzip.
    encoding: &'static str,
    /// The size in bytes, as the provider counts it.
    bytes: usize,
    /// The document itself.
    document: String,
    /// SHA-256 of the document, in hexadecimal.
    sha256: String,
    /// The files that cloud-init writes, by path.
    files: Vec<File>,
    /// The files that the server waits for and that the operator copies to it.
    bring: Vec<Brought>,
    /// The commands that cloud-init runs on every boot, before it writes files; each is a list of words.
    bootcmd: Vec<Vec<String>>,
    /// The commands that cloud-init runs after it has written the files; each is a list of words.
    runcmd: Vec<Vec<String>>,
    /// The user's own cloud-config keys, converted to JSON.
    cloud_config: Map<String, Value>,
}

#[derive(Serialize, JsonSchema)]
struct File {
    /// The file's path on the server.
    path: String,
    /// The file's mode, four octal digits.
    mode: String,
    /// The file's owner and group.
    owner: String,
    /// The file's size in bytes.
    bytes: usize,
    /// SHA-256 of the file's content, in hexadecimal.
    sha256: String,
    /// The file's content, if it is UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
    /// The file's content in base64, if it is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_base64: Option<String>,
}

/// Makes the data of the JSON output, which the caller serializes.
#[must_use]
pub fn json(made: &Output, phase: Phase) -> Json {
    let rendered = made.rendered.carrying(made.document.encoding.program(phase));
    let files = rendered
        .files
        .iter()
        .map(|(path, file)| File::of(path.to_string(), file.mode, "root:root".to_owned(), &file.bytes));
    let own = made.rendered.own.whole_files().filter_map(|file| {
        Some(File::of(file.path.clone(), Mode::of_bits(file.mode), file.owner.clone(), file.bytes()?))
    });
    let keys = &made.rendered.own.keys;
    Json {
        firstlight: env!("CARGO_PKG_VERSION"),
        profile: made.resolved.profile.clone(),
        domain: made.resolved.domain.to_string(),
        token: made.resolved.token.to_string(),
        provider: made.resolved.provider.map(|provider| provider.name),
        command: made.resolved.arguments.clone(),
        encoding: made.document.encoding.name(),
        bytes: made.document.bytes,
        document: made.document.text.clone(),
        sha256: sha256(made.document.text.as_bytes()),
        files: files.chain(own).collect(),
        bring: brought(&made.resolved),
        bootcmd: made.rendered.bootcmd.clone(),
        runcmd: made.rendered.runcmd.clone(),
        cloud_config: keys.iter().map(|(name, _, value)| (name.clone(), data(value))).collect(),
    }
}

impl File {
    fn of(path: String, mode: Mode, owner: String, bytes: &[u8]) -> Self {
        let content = String::from_utf8(bytes.to_vec()).ok();
        Self {
            path,
            mode: mode.to_string(),
            owner,
            bytes: bytes.len(),
            sha256: sha256(bytes),
            content_base64: content.is_none().then(|| STANDARD.encode(bytes)),
            content,
        }
    }
}

/// A YAML value as JSON. Dates, bytes (as base64) and integers of more than 64 bits become text.
fn data(node: &Tree) -> Value {
    match &node.value {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => (*value).into(),
        Yaml::Int(number) => i64::try_from(*number).map_or_else(|_| number.to_string().into(), Value::from),
        Yaml::Float(number) => (*number).into(),
        Yaml::Date(text) | Yaml::Text(text) => text.as_str().into(),
        Yaml::Bytes(bytes) => STANDARD.encode(bytes).into(),
        Yaml::List(items) => items.iter().map(data).collect(),
        Yaml::Map(map) => {
            let entry = |(key, value): (&Tree, &Tree)| (key.value.python(), data(value));
            Value::Object(map.each().into_iter().map(entry).collect())
        }
    }
}
