//! Outputs that are folders: made again, with what others put there left alone.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::process::Command;

use crate::common::{PLAIN, code, files, run, scratch, text, with};

const LIST: &str = ".firstlight-files";

fn made(here: &Path, arguments: &[&str]) -> (i32, String) {
    let made = run(here, arguments);
    (code(&made), text(&made.stderr))
}

fn tree(more: &[&'static str]) -> Vec<&'static str> {
    with(&with(&PLAIN, &["--format", "tree", "--output", "out"]), more)
}

/// Each format that is a folder, and the same with something else in it.
#[test]
fn every_folder_can_be_made_again() {
    const HOSTS: &str = "hosts: {a: {domain: a.example.com}, b: {domain: b.example.com}}";
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("hosts.yaml"), HOSTS).expect("writable");
    let one = |format: &'static str| vec!["render", "--domain", "a.example.com", "--format", format];
    let many = |format: &'static str| vec!["render", "--hosts", "hosts.yaml", "--format", format];
    let mut commands: Vec<_> = ["terraform", "nocloud", "tree"].into_iter().map(one).collect();
    commands.push(vec!["render", "--format", "packer"]);
    commands.extend(["cloud-config", "mime", "json", "script", "nocloud", "tree", "terraform"].map(many));
    for command in commands {
        let first = with(&command, &["--output", "out"]);
        assert_eq!(made(here, &first).0, 0, "{command:?}");
        let before = files(&here.join("out"));
        let sum =
            Command::new("sha256sum").args(["-c", "--quiet", LIST]).current_dir(here.join("out")).output();
        assert_eq!(text(&sum.expect("sha256sum").stderr), "", "{command:?}");
        let listed = text(&before[LIST]).lines().count();
        assert_eq!(listed, before.len(), "{command:?}: all but the list, and its first line");

        for path in ["out/terraform.tfstate", "out/.terraform/x", "out/my.tfvars"] {
            let path = here.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
            fs::write(path, "mine").expect("writable");
        }
        let (status, said) = made(here, &with(&first, &["--set", "acme=staging"]));
        assert_eq!(status, 0, "{command:?}: {said}");
        assert!(!said.contains("Removed"), "{said}");
        let mut after = files(&here.join("out"));
        for path in ["terraform.tfstate", ".terraform/x", "my.tfvars"] {
            assert_eq!(after.remove(path).expect("it is there"), b"mine", "{command:?}");
        }
        assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "{command:?}");
        assert_ne!(before, after, "{command:?}: the new content is there");
        fs::remove_dir_all(here.join("out")).expect("removable");
    }
}

#[test]
fn what_was_written_again_is_said() {
    let folder = scratch();
    let here = folder.path();
    let said = |more: &[&'static str]| {
        let (status, said) = made(here, &tree(more));
        assert_eq!(status, 0, "{said}");
        said
    };
    assert_eq!(said(&[]), "");
    let again = said(&[]);
    assert!(
        again.starts_with("Nothing was written: ") && again.ends_with(" files in out did not change.\n"),
        "{again}"
    );
    let changed = said(&["--set", "acme=staging"]);
    assert!(changed.starts_with("Written in out: ") && changed.contains("Caddyfile"), "{changed}");
    assert!(changed.contains(". Unchanged: ") && changed.ends_with(" files.\n"), "{changed}");
}

#[test]
fn what_is_no_longer_made_goes_and_is_named() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("hosts.yaml"), "hosts: {a: {domain: a.example.com}, b: {domain: b.example.com}}")
        .expect("writable");
    let hosts = ["render", "--hosts", "hosts.yaml", "--format", "nocloud", "--output", "out"];
    assert_eq!(made(here, &hosts).0, 0);
    fs::write(here.join("hosts.yaml"), "hosts: {a: {domain: a.example.com}}").expect("writable");
    let (status, said) = made(here, &hosts);
    assert_eq!(
        (status, said.matches("Removed, because it is no longer part of the output: out/b/").count()),
        (0, 4),
        "{said}"
    );
    assert!(!here.join("out/b").exists(), "an empty folder goes, too");
    // From a folder a host to a file a host, and back.
    let plain = ["render", "--hosts", "hosts.yaml", "--output", "out"];
    assert_eq!(made(here, &plain).0, 0);
    assert!(here.join("out/a").is_file());
    assert_eq!(made(here, &hosts).0, 0);
    assert!(here.join("out/a/user-data").is_file());
    // But not over what is somebody's.
    fs::write(here.join("out/a/mine"), "mine").expect("writable");
    let before = files(here);
    let (status, said) = made(here, &with(&plain, &["--force"]));
    assert_eq!(status, 1, "{said}");
    assert!(
        said.contains("out/a: it is a folder that contains a/mine, which firstlight did not write"),
        "{said}"
    );
    assert_eq!(files(here), before);
}

#[test]
fn what_was_edited_is_named_and_kept() {
    let folder = scratch();
    let here = folder.path();
    assert_eq!(made(here, &tree(&[])).0, 0);
    let site = here.join("out/etc/firstlight/site.json");
    fs::write(&site, "mine").expect("writable");
    let before = files(here);
    let (status, said) = made(here, &tree(&["--set", "www=true"]));
    assert_eq!(status, 1);
    let wanted = "error: nothing was written: these files in out are not from firstlight, or were changed after \
                  firstlight wrote them:\n  etc/firstlight/site.json\nMove them, or add --force to overwrite or remove \
                  them\n";
    assert_eq!(said, wanted);
    assert_eq!(files(here), before, "nothing changed");
    assert_eq!(made(here, &tree(&["--force"])).0, 0);
    assert_ne!(fs::read(&site).expect("readable"), b"mine");
    // What is removed although it was edited is named as well.
    let unit = here.join("out/etc/systemd/system/firstlight.path");
    fs::write(&unit, "mine").expect("writable");
    let (status, said) = made(
        here,
        &[
            "render",
            "--profile",
            "app",
            "--domain",
            "a.example.com",
            "--set",
            "image=a/b",
            "--set",
            "port=80",
            "--format",
            "tree",
            "--output",
            "out",
            "--force",
        ],
    );
    assert_eq!(status, 0, "{said}");
    assert!(
        said.contains(
            "Removed, because it is no longer part of the output: out/etc/systemd/system/firstlight.path\n"
        ),
        "{said}"
    );
    assert!(!unit.exists());
    assert_eq!(made(here, &tree(&["--force"])).0, 0);
    // A file of somebody's where a new one has to be, in a folder that firstlight never saw.
    fs::remove_file(here.join("out").join(LIST)).expect("removable");
    assert_eq!(made(here, &tree(&[])).0, 0, "what is the same already can be taken over");
    fs::remove_file(here.join("out").join(LIST)).expect("removable");
    assert_eq!(made(here, &tree(&["--set", "acme=staging"])).0, 1, "nobody knows who wrote this");
}

#[test]
fn the_root_folder_is_no_output_folder() {
    let folder = scratch();
    for to in ["/", "/usr/..", "/."] {
        let render = ["render", "--domain", "a.example.com", "--format", "terraform", "--output", to];
        let (status, said) = made(folder.path(), &render);
        assert_eq!(status, 1, "{said}");
        assert!(said.contains("it is the root folder"), "{said}");
    }
}

/// A list or a link in somebody's repository does not lead out of the folder.
#[test]
fn nothing_is_written_or_removed_outside() {
    let folder = scratch();
    let here = folder.path();
    fs::create_dir(here.join("outside")).expect("writable");
    fs::write(here.join("outside/x"), "").expect("writable");
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    for path in ["../outside/x", "link/x"] {
        fs::create_dir(here.join("out")).expect("writable");
        symlink("../outside", here.join("out/link")).expect("a link");
        fs::write(here.join("out").join(LIST), format!("{empty}  {path}\n")).expect("writable");
        let (status, said) = made(here, &tree(&[]));
        assert_eq!(status, i32::from(path.starts_with("..")), "{said}");
        assert!(here.join("outside/x").exists());
        fs::remove_dir_all(here.join("out")).expect("removable");
    }
    fs::create_dir(here.join("out")).expect("writable");
    symlink("../outside", here.join("out/etc")).expect("a link");
    let before = files(here);
    assert_eq!(made(here, &tree(&[])).0, 1);
    assert_eq!(files(here), before);
    assert_eq!(made(here, &tree(&["--force"])).0, 0, "the link goes, not what it leads to");
    assert!(!here.join("out/etc").is_symlink());
    assert_eq!(fs::read_dir(here.join("outside")).expect("a folder").count(), 1);
}

/// A run that was stopped in the middle left both digests; the next one finishes its work.
#[test]
fn what_was_interrupted_is_finished() {
    let folder = scratch();
    let here = folder.path();
    assert_eq!(made(here, &tree(&["--set", "www=true"])).0, 0);
    let new: BTreeMap<_, _> = files(&here.join("out"));
    fs::remove_dir_all(here.join("out")).expect("removable");
    assert_eq!(made(here, &tree(&[])).0, 0);
    // As it is after the first rename of many.
    let list = here.join("out").join(LIST);
    let both = fs::read_to_string(&list).expect("a list") + &text(&new[LIST]);
    fs::write(&list, both).expect("writable");
    fs::write(here.join("out/etc/firstlight/site.json"), &new["etc/firstlight/site.json"]).expect("writable");
    let (status, said) = made(here, &tree(&["--set", "www=true"]));
    assert_eq!(status, 0, "{said}");
    assert_eq!(files(&here.join("out")), new);
}

#[test]
fn a_tree_keeps_modes_and_what_is_the_same() {
    let folder = scratch();
    let here = folder.path();
    assert_eq!(made(here, &tree(&[])).0, 0);
    let command = here.join("out/usr/local/sbin/firstlight");
    let before = fs::metadata(&command).expect("it is there");
    assert_eq!(before.mode() & 0o777, 0o755);
    let mut closed = before.permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut closed, 0o600);
    fs::set_permissions(&command, closed).expect("allowed");
    assert_eq!(made(here, &tree(&[])).0, 0);
    let after = fs::metadata(&command).expect("it is there");
    assert_eq!((after.mode(), after.ino()), (before.mode(), before.ino()));
    assert!(fs::read_dir(here).expect("a folder").count() == 1, "nothing else was left");
}
