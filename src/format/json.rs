//! Everything as data.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::Serialize;

use crate::compile::Output;

/// A document, what is in it, and what it was made from.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "firstlight render --format json")]
pub struct Json {
    /// The version that made it.
    firstlight: &'static str,
    /// The profile's name, or the path of its folder.
    profile: String,
    /// The site's domain.
    domain: String,
    /// The reference to the registry's token.
    token: String,
    /// The provider it is for, if one was named.
    provider: Option<&'static str>,
    /// Arguments of `firstlight` that make the same document again, after `render`.
    command: Vec<String>,
    /// How it is encoded: plain, files or gzip.
    encoding: &'static str,
    /// How many bytes the provider counts.
    bytes: usize,
    /// The document itself.
    document: String,
    /// SHA-256 of the document, in hexadecimal.
    sha256: String,
    /// The files that cloud-init lays, by path.
    files: Vec<File>,
    /// What cloud-init runs at every boot, before it lays files: a list of words each.
    bootcmd: Vec<Vec<String>>,
    /// What cloud-init runs once the files are there: a list of words each.
    runcmd: Vec<Vec<String>>,
}

#[derive(Serialize, JsonSchema)]
struct File {
    /// Where it lies on the server.
    path: String,
    /// Its mode, four octal digits.
    mode: String,
    /// Its owner and group.
    owner: &'static str,
    /// How many bytes it has.
    bytes: usize,
    /// SHA-256 of its content, in hexadecimal.
    sha256: String,
    /// Its content, if it is UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
    /// Its content in base64, if it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_base64: Option<String>,
}

/// The document and its files as data.
#[must_use]
pub fn json(made: &Output) -> Json {
    let files = made.rendered.files.iter().map(|(path, file)| {
        let content = String::from_utf8(file.bytes.clone()).ok();
        File {
            path: path.to_string(),
            mode: file.mode.to_string(),
            owner: "root:root",
            bytes: file.bytes.len(),
            sha256: file.sha256(),
            content_base64: content.is_none().then(|| STANDARD.encode(&file.bytes)),
            content,
        }
    });
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
        sha256: crate::render::sha256(made.document.text.as_bytes()),
        files: files.collect(),
        bootcmd: made.rendered.bootcmd.clone(),
        runcmd: made.rendered.runcmd.clone(),
    }
}
