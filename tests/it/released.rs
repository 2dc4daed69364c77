//! The table of the modules that were released has those of this version.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::common::{root, updating};

/// The files of a folder, by their paths below it.
fn files(folder: &Path, below: &str, found: &mut Vec<(String, PathBuf)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = format!("{below}{}", entry.file_name().to_str().expect("UTF-8"));
        match entry.file_type().expect("a type").is_dir() {
            true if name.ends_with("__pycache__") => {}
            true => files(&entry.path(), &format!("{name}/"), found),
            false => found.push((name, entry.path())),
        }
    }
}

/// After a release, a change of the program needs another version: `make golden` writes the lines of this one alone.
#[test]
fn the_table_has_the_modules_of_this_version() {
    let version = concat!(env!("CARGO_PKG_VERSION"), " ");
    let mut wanted = String::new();
    for form in ["files", "packed"] {
        let mut found = Vec::new();
        let folder = root().join("profiles/_host").join(form).join("usr/local/lib/firstlight");
        files(&folder, "", &mut found);
        found.sort();
        for (name, path) in found {
            let digest = Sha256::digest(fs::read(path).expect("a module"));
            let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            wanted += &format!("{version}{form} {digest} {name}\n");
        }
    }
    let path = root().join("src/host/released.txt");
    let table = fs::read_to_string(&path).expect("a table");
    let (this, earlier): (Vec<_>, Vec<_>) =
        table.split_inclusive('\n').partition(|line| line.starts_with(version));
    if updating() {
        fs::write(path, earlier.concat() + &wanted).expect("writable");
        return;
    }
    assert!(this.concat() == wanted, "make golden writes src/host/released.txt");
}
