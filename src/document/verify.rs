//! Reads the finished document as cloud-init would and compares it with what was meant.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::gunzip;
use crate::render::Rendered;

/// What cloud-init reads of the document. Anything else in it is an error.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CloudConfig {
    write_files: Vec<Entry>,
    #[serde(default)]
    bootcmd: Vec<Vec<String>>,
    #[serde(default)]
    runcmd: Vec<Vec<String>>,
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
pub fn verify(document: &str, meant: &Rendered) -> Result<(), String> {
    if !document.starts_with("#cloud-config\n") {
        return Err("it does not begin with #cloud-config".to_owned());
    }
    if let Some(byte) = document.bytes().find(|b| !matches!(b, b'\n' | b'\t') && !(b' '..=b'~').contains(b)) {
        return Err(format!("it holds the byte 0x{byte:02x}"));
    }
    let read: CloudConfig =
        serde_yaml::from_str(document).map_err(|error| format!("it is not the YAML meant: {error}"))?;
    if read.write_files.len() != meant.files.len() {
        return Err(format!("it has {} files, {} were meant", read.write_files.len(), meant.files.len()));
    }
    for (entry, (path, file)) in read.write_files.iter().zip(&meant.files) {
        let bytes = match entry.encoding.as_deref() {
            None => entry.content.clone().into_bytes(),
            Some("b64") => decode(&entry.content).map_err(|error| format!("{path}: {error}"))?,
            Some("gz+b64") => decode(&entry.content)
                .and_then(|packed| gunzip(&packed, file.bytes.len()))
                .map_err(|error| format!("{path}: {error}"))?,
            Some(other) => return Err(format!("{path}: unknown encoding {other}")),
        };
        if entry.path != path.as_str() || entry.permissions != file.mode.to_string() || bytes != file.bytes {
            return Err(format!("{path} is not as it was meant"));
        }
    }
    if read.bootcmd != meant.bootcmd || read.runcmd != meant.runcmd {
        return Err("the commands are not as they were meant".to_owned());
    }
    Ok(())
}

/// Whether a document that is base64 of gzip holds the text.
///
/// # Errors
/// What differs, in words; it is a fault of firstlight.
pub fn verify_gzip(packed: &str, meant: &str) -> Result<(), String> {
    match decode(packed).and_then(|bytes| gunzip(&bytes, meant.len()))? == meant.as_bytes() {
        true => Ok(()),
        false => Err("what is compressed is not what was meant".to_owned()),
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
    use crate::document::{Packing, encode};
    use crate::render::File;
    use crate::value::{GuestPath, Mode};

    fn rendered(bytes: Vec<u8>, word: String) -> Rendered {
        let path = GuestPath::parse("/opt/a").unwrap();
        let mode = Mode::parse("0600").unwrap();
        Rendered {
            files: BTreeMap::from([(path, File { mode, bytes })]),
            bootcmd: vec![vec!["echo".to_owned(), word.clone()]],
            runcmd: vec![vec!["echo".to_owned(), word]],
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
