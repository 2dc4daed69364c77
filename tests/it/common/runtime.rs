//! The server's program in expected outputs. Each archive is in golden/runtime/ once, as base64; in all other files of
//! golden/ a marker with its name stands in its place: `{{ runtime NAME }}`. In readable form, a module is a line with
//! its path: `{{ firstlight/app.py }}`. Before a comparison, the markers are replaced by what they stand for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::{files, root};

const FOLDER: &str = "usr/local/lib/firstlight/";

/// How the base64 of an archive begins: with the first bytes of bzip2.
const BEGIN: &str = "QlpoOT";

/// The indentation of a module in a script, and in a cloud-config.
const INDENTS: [&str; 2] = ["", "  "];

fn archives() -> PathBuf {
    root().join("golden/runtime")
}

/// The modules as a person reads them, by their paths below the program's folder. An empty one needs no marker.
fn modules() -> BTreeMap<String, String> {
    let all = files(&root().join("profiles/_host/files").join(FOLDER));
    let texts = all.into_iter().map(|(path, bytes)| (path, super::text(&bytes)));
    texts.filter(|(_, text)| text.len() > 100).collect()
}

/// The name of a set of modules: those that not every site needs.
fn name(archive: &[u8]) -> String {
    let rules = fs::read_to_string(root().join("profiles/_host/profile.yaml")).expect("a profile");
    let of_some: BTreeSet<_> = rules
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- path: /")?.strip_prefix(FOLDER))
        .collect();
    let mut tar = tar::Archive::new(bzip2::read::BzDecoder::new(archive));
    let members = tar.entries().expect("an archive").map(|entry| entry.expect("a member"));
    let paths = members.map(|entry| entry.path().expect("a path").to_str().expect("UTF-8").to_owned());
    let optional = paths.filter(|path| of_some.contains(path.as_str()));
    let names: Vec<_> =
        optional.map(|path| path.rsplit('/').next().expect("a name").replace(".py", "")).collect();
    if names.is_empty() { "least".to_owned() } else { names.join("+") }
}

/// An output as it is written into golden/: with markers. Writes the archives.
pub fn with_markers(bytes: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(bytes) else { return bytes.to_vec() };
    let mut text = text.to_owned();
    while let Some(start) = text.find(BEGIN) {
        let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
        let length = text[start..].find(|c| !is_base64(c)).unwrap_or(text.len() - start);
        let base64 = text[start..start + length].to_owned();
        let name = name(&STANDARD.decode(&base64).expect("base64"));
        let path = archives().join(format!("{name}.b64"));
        fs::create_dir_all(archives()).expect("a folder");
        // Other tests may read it at the same time.
        if fs::read_to_string(&path).ok() != Some(base64.clone() + "\n") {
            fs::write(path, base64.clone() + "\n").expect("writable");
        }
        text = text.replace(&base64, &format!("{{{{ runtime {name} }}}}"));
    }
    for (path, module) in modules() {
        for indent in INDENTS {
            let marker = format!("{indent}{{{{ {path} }}}}\n");
            text = text.replace(&indented(&module, indent), &marker);
        }
    }
    text.into_bytes()
}

/// What an output in golden/ stands for: without markers.
pub fn without_markers(bytes: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(bytes) else { return bytes.to_vec() };
    let modules = modules();
    let line = |line: &str| {
        let indent = &line[..line.len() - line.trim_start_matches(' ').len()];
        let path = line[indent.len()..].strip_prefix("{{ ").and_then(|rest| rest.strip_suffix(" }}\n"));
        match path.and_then(|path| modules.get(path)) {
            Some(module) => indented(module, indent),
            None => line.to_owned(),
        }
    };
    let mut text: String = text.split_inclusive('\n').map(line).collect();
    while let Some((before, rest)) = text.split_once("{{ runtime ") {
        let (name, after) = rest.split_once(" }}").expect("an end");
        let base64 = fs::read_to_string(archives().join(format!("{name}.b64"))).expect("an archive");
        text = format!("{before}{}{after}", base64.trim_end());
    }
    text.into_bytes()
}

fn indented(text: &str, indent: &str) -> String {
    let line = |line: &str| if line == "\n" { line.to_owned() } else { format!("{indent}{line}") };
    text.split_inclusive('\n').map(line).collect()
}

/// Removes the modules from a folder with a server's files, below `top`. The file `digest` remains, which is the SHA-256
/// of their names and contents, so they are compared by that.
pub fn without_modules(top: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    let folder = format!("{top}{FOLDER}");
    let Some(named) = files.get(&format!("{folder}digest")) else { return };
    let named = super::text(named).trim().to_owned();
    let mut lines = String::new();
    files.retain(|path, bytes| {
        let module = path.strip_prefix(&folder).and_then(|rest| rest.strip_prefix(&named)?.strip_prefix('/'));
        if let Some(module) = module {
            lines += &format!("{}  {module}\n", hex(bytes));
        }
        module.is_none()
    });
    if !lines.is_empty() {
        assert_eq!(hex(lines.as_bytes()), named, "{folder}: the digest of the modules");
    }
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The names of the archives in golden/runtime/, and of those that markers name.
pub fn archives_and_markers() -> (BTreeSet<String>, BTreeSet<String>) {
    let there = files(&archives()).into_keys().map(|name| name.replace(".b64", "")).collect();
    let mut named = BTreeSet::new();
    for bytes in files(&root().join("golden")).into_values() {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let markers = text.split("{{ runtime ").skip(1).filter_map(|rest| rest.split(" }}").next());
        named.extend(markers.map(str::to_owned));
    }
    (there, named)
}
