//! `render --next`: documents with the program that will replace the scripts on the server.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::{code, files, root, run, scratch, text, with};

const NEXT: [&str; 4] = ["render", "--next", "--domain", "a.example.com"];
const APP: [&str; 6] = ["--profile", "app", "--set", "image=nginx", "--set", "port=80"];

/// The server's files that a document contains.
fn tree(here: &Path, name: &str, arguments: &[&str]) -> PathBuf {
    let all = with(&with(&NEXT, arguments), &["--format", "tree", "--output", name]);
    let made = run(here, &all);
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    here.join(name)
}

fn archive(tree: &Path) -> Vec<u8> {
    fs::read(tree.join("usr/local/lib/firstlight/runtime.tar.gz")).expect("an archive")
}

/// What the launcher does on the server, with the same programs.
fn unpacked(tree: &Path) -> BTreeMap<String, Vec<u8>> {
    let folder = tree.join("usr/local/lib/firstlight");
    let script =
        "sha256sum --check --quiet runtime.sha256 && mkdir unpacked && tar -xzf runtime.tar.gz -C unpacked";
    let done = Command::new("sh").args(["-c", script]).current_dir(&folder).output().expect("sh");
    assert!(done.status.success(), "{}", text(&done.stderr));
    files(&folder.join("unpacked"))
}

/// The modules as the repository has them, without some.
fn packed(without: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let mut all = files(&root().join("profiles/_next/packed/usr/local/lib/firstlight"));
    all.retain(|path, _| !without.iter().any(|name| path.ends_with(name)));
    all
}

const STORES: [&str; 6] =
    ["aws.py", "awsssm.py", "awssecrets.py", "gcpsecrets.py", "azurekeyvault.py", "vault.py"];

#[test]
fn the_archive_has_the_modules_that_the_site_needs() {
    let folder = scratch();
    let here = folder.path();
    let rest = |more: &[&'static str]| with(&STORES, more);
    let all = tree(here, "default", &[]);
    assert_eq!(unpacked(&all), packed(&rest(&["repository.py", "bake.py"])));
    let app = tree(here, "app", &APP);
    assert_eq!(unpacked(&app), packed(&rest(&["repository.py", "bake.py", "outdated.py"])));
    let aws =
        tree(here, "aws", &["--token", "awsssm://a?region=eu-central-1", "--set", "compose=repository"]);
    let lacking = ["awssecrets.py", "gcpsecrets.py", "azurekeyvault.py", "vault.py", "bake.py"];
    assert_eq!(unpacked(&aws), packed(&lacking));
}

#[test]
fn the_archive_is_the_same_for_every_site() {
    let folder = scratch();
    let here = folder.path();
    let one = archive(&tree(here, "one", &[]));
    let other = ["--set", "www=true", "--set", "acme=staging", "--repo", "a/b", "--token", "credential://x"];
    assert!(one == archive(&tree(here, "other", &other)));
    let app = archive(&tree(here, "app", &APP));
    let more = ["--set", "name=b", "--set", "secrets.A=generate", "--set", "volumes=data:/data"];
    assert!(app == archive(&tree(here, "app2", &with(&APP, &more))));
}

/// The program starts: what is carried is a whole program.
#[test]
fn the_carried_program_runs() {
    let folder = scratch();
    let tree = tree(folder.path(), "tree", &[]);
    unpacked(&tree);
    let program = tree.join("usr/local/lib/firstlight/unpacked");
    let done =
        Command::new("python3").args(["-I", "-B"]).arg(&program).arg("--help").output().expect("python3");
    assert!(
        done.status.success() && text(&done.stdout).starts_with("usage: firstlight COMMAND"),
        "{}",
        text(&done.stderr)
    );
}

/// The command in the header makes the same document, and no other file of the scripts is in it.
#[test]
fn nothing_of_the_scripts_is_in_it() {
    let folder = scratch();
    let found = files(&tree(folder.path(), "tree", &[]));
    assert!(found.contains_key("etc/firstlight/site.json"));
    for (path, bytes) in &found {
        assert!(!path.ends_with("site.sh") && !path.contains(".parts"), "{path}");
        assert!(!bytes.starts_with(b"#!/bin/bash") && !bytes.starts_with(b"#!/usr/bin/env bash"), "{path}");
    }
    let document = text(&run(folder.path(), &NEXT).stdout);
    assert!(document.contains("#   firstlight render --domain a.example.com --next\n"), "{document:.300}");
}
