//! Reads the finished document as cloud-init does, and compares it with what was intended.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::gunzip;
use crate::compile::render::Rendered;
use crate::text::source::{Place, Source};
use crate::userdata::read_yaml;

/// What cloud-init reads of the document: ours, then the user's. Anything else in it is an error.
#[derive(Deserialize)]
struct CloudConfig {
    write_files: Vec<serde_yaml::Value>,
    #[serde(default)]
    bootcmd: Vec<serde_yaml::Value>,
    #[serde(default)]
    runcmd: Vec<serde_yaml::Value>,
    #[serde(flatten)]
    others: BTreeMap<String, IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    path: String,
    #[serde(default = "default_mode")]
    permissions: String,
    encoding: Option<String>,
    content: String,
}

fn default_mode() -> String {
    "0644".to_owned()
}

/// Compares the document with what was meant.
///
/// # Errors
/// What differs, in words; it is a fault of firstlight.
pub(crate) fn verify(document: &str, meant: &Rendered) -> Result<(), String> {
    if !document.starts_with("#cloud-config\n") {
        return Err("it does not begin with #cloud-config".to_owned());
    }
    if let Some(byte) = document.bytes().find(|b| !matches!(b, b'\n' | b'\t') && !(b' '..=b'~').contains(b)) {
        return Err(format!("it contains the byte 0x{byte:02x}, which is not printable ASCII"));
    }
    let read: CloudConfig = serde_yaml::from_str(document)
        .map_err(|error| format!("it cannot be read as the YAML of a cloud-config: {error}"))?;
    let own = meant.own.items("write_files").len();
    if read.write_files.len() != meant.files.len() + own {
        return Err(format!(
            "it has {} files instead of {}",
            read.write_files.len(),
            meant.files.len() + own
        ));
    }
    let entries: Vec<Entry> = ours(read.write_files, meant.files.len())?;
    for (entry, (path, file)) in entries.iter().zip(&meant.files) {
        let bytes = match entry.encoding.as_deref() {
            None => entry.content.clone().into_bytes(),
            Some("b64") => decode(&entry.content).map_err(|error| format!("{path}: {error}"))?,
            Some("gz+b64") => decode(&entry.content)
                .and_then(|packed| gunzip(&packed, file.bytes.len()))
                .map_err(|error| format!("{path}: {error}"))?,
            Some(other) => return Err(format!("{path} has the unknown encoding {other}")),
        };
        if entry.path != path.as_str() || entry.permissions != file.mode.to_string() || bytes != file.bytes {
            return Err(format!("the path, the mode or the content of {path} is wrong"));
        }
    }
    for (commands, meant) in [(read.bootcmd, &meant.bootcmd), (read.runcmd, &meant.runcmd)] {
        if ours::<Vec<String>>(commands, meant.len())? != *meant {
            return Err("its commands are wrong".to_owned());
        }
    }
    match meant.own.keys.is_empty() && read.others.is_empty() {
        true => Ok(()),
        false => verify_own(document, meant, read.others.keys().map(String::as_str).collect()),
    }
}

/// The first items of a list, which are ours.
fn ours<T: serde::de::DeserializeOwned>(
    items: Vec<serde_yaml::Value>,
    count: usize,
) -> Result<Vec<T>, String> {
    let ours = items.into_iter().take(count).map(serde_yaml::from_value::<T>);
    ours.collect::<Result<_, _>>().map_err(|error| format!("an entry has the wrong form: {error}"))
}

/// Every key of the user's, as PyYAML reads it, and what comes after ours in the lists that ours has as well.
fn verify_own(document: &str, meant: &Rendered, others: BTreeSet<&str>) -> Result<(), String> {
    let place = Place::all(&Source::file("user-data", document));
    let root = read_yaml(&place).map_err(|problem| problem.message)?;
    if others != meant.own.others().map(|(name, _)| name).collect() {
        return Err("its keys differ from those that the user gave".to_owned());
    }
    for (name, value) in meant.own.others() {
        if !root.get(name).is_some_and(|read| read.value.is_same(&value.value)) {
            return Err(format!("the value of {name} differs from the one that the user gave"));
        }
    }
    let lists = [
        ("write_files", meant.files.len()),
        ("bootcmd", meant.bootcmd.len()),
        ("runcmd", meant.runcmd.len()),
    ];
    for (name, ours) in lists {
        let read =
            root.get(name).and_then(|list| list.list()).and_then(|list| list.get(ours..)).unwrap_or_default();
        let meant = meant.own.items(name);
        if read.len() != meant.len()
            || read.iter().zip(meant).any(|(read, meant)| !read.value.is_same(&meant.value))
        {
            return Err(format!("the entries of {name} differ from those that the user gave"));
        }
    }
    Ok(())
}

/// Whether a document that is base64 of gzip holds the text.
///
/// # Errors
/// What differs, in words; it is a fault of firstlight.
pub(crate) fn verify_gzip(packed: &str, meant: &str) -> Result<(), String> {
    match decode(packed).and_then(|bytes| gunzip(&bytes, meant.len()))? == meant.as_bytes() {
        true => Ok(()),
        false => Err("the compressed text is wrong".to_owned()),
    }
}

fn decode(text: &str) -> Result<Vec<u8>, String> {
    STANDARD.decode(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::compile::document::Packing;
    use crate::compile::document::cloud_config::encode;
    use crate::compile::own::Own;
    use crate::compile::program::Program;
    use crate::compile::render::RenderedFile;
    use crate::value::{GuestPath, Mode};

    fn rendered(bytes: Vec<u8>, word: String) -> Rendered {
        let path = GuestPath::parse("/opt/a").unwrap();
        let mode = Mode::parse("0600").unwrap();
        Rendered {
            files: BTreeMap::from([(path, RenderedFile { mode, bytes })]),
            repository: BTreeMap::new(),
            program: Program::default(),
            bootcmd: vec![vec!["echo".to_owned(), word.clone()]],
            runcmd: vec![vec!["echo".to_owned(), word]],
            own: Own::default(),
        }
    }

    proptest! {
        /// Whatever a file holds, it comes back byte for byte.
        #[test]
        fn any_content_survives(bytes: Vec<u8>, text in "[ -~\n\t\u{85}\u{2028}é]{0,40}", word: String) {
            for bytes in [bytes, text.into_bytes()] {
                let meant = rendered(bytes, word.clone());
                for packing in [Packing::Readable, Packing::Largest, Packing::Smallest] {
                    prop_assert_eq!(verify(&encode(&meant, "# header\n", packing), &meant), Ok(()));
                }
            }
        }
    }

    #[test]
    fn a_changed_byte_is_noticed() {
        let meant = rendered(b"hello\n".to_vec(), "x".to_owned());
        let document = encode(&meant, "", Packing::Readable);
        for (from, to) in [
            ("hello", "hallo"),
            ("0600", "0644"),
            ("/opt/a", "/opt/b"),
            ("echo", "true"),
            ("path:", "\u{e9}path:"),
            ("#cloud", " #cloud"),
        ] {
            assert!(verify(&document.replacen(from, to, 1), &meant).is_err(), "{from}");
        }
    }
}
