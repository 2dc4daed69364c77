//! `firstlight inspect`: as data, and what it extracts. What it prints of each document is in tests/cases/userdata (`cases.rs`).

use std::fs;
use std::os::unix::fs::MetadataExt;

use serde_json::Value;

use crate::common::{code, feed, files, gzip, root, run, said, scratch, text, token};

fn json(document: &[u8]) -> Value {
    let made = feed(&root(), &["inspect", "-", "--format", "json"], document);
    serde_json::from_slice(&made.stdout).expect("JSON")
}

#[test]
fn as_data() {
    let document = fs::read(root().join("tests/cases/userdata/files/user-data")).expect("a document");
    let data = json(&document);
    let file = |path: &str| {
        let found = data["files"].as_array().expect("a list").iter().find(|file| file["path"] == path);
        found.unwrap_or_else(|| panic!("no {path}")).clone()
    };
    let config = file("/opt/app/config.json");
    assert_eq!((&config["mode"], &config["owner"]), (&"0640".into(), &"root:adm".into()));
    assert_eq!(config["bytes"], 17);
    assert_eq!(config["sha256"], "589ea70eb20d88d594206c8f9bc39c35c91b8711d24b22f5e3daf69000d1887c");
    assert_eq!(file("/opt/app/empty")["bytes"], 0);
    assert_eq!(file("/opt/app/latest.json")["source"], "https://example.com/latest.json");
    assert_eq!(file("/home/deploy/.profile")["defer"], true);
    assert_eq!(data["units"].as_array().map(Vec::len), Some(2));
    let names: Vec<_> = data["users"].as_array().expect("a list").iter().map(|user| &user["name"]).collect();
    assert_eq!(names, ["default", "deploy"]);
    let data = json(&fs::read(root().join("tests/cases/userdata/users/user-data")).expect("a document"));
    assert_eq!(data["users"][1]["groups"], serde_json::json!(["adm", "docker"]));
    assert_eq!(data["users"][1]["sudo"], serde_json::json!(["ALL=(ALL) NOPASSWD:ALL"]));
    assert_eq!(data["users"][2]["ssh_authorized_keys"], 2);
}

/// Whoever knows the rest of a file could try out a short password with its digest.
#[test]
fn no_digest_of_a_file_with_a_secret() {
    let document = b"#cloud-config\nwrite_files:\n- {path: /etc/firstlight/ghcr-token, content: seagull}\n\
        - {path: /opt/app/.env, content: DB_PASSWORD=sommerzeit}\n- {path: /opt/app/on, content: \"1\"}\n";
    let data = json(document);
    let digests: Vec<_> =
        data["files"].as_array().expect("a list").iter().map(|file| &file["sha256"]).collect();
    assert!(digests[0].is_null() && digests[1].is_null() && data["parts"][0]["sha256"].is_null(), "{data}");
    assert_eq!(digests[2], "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b");
    let printed = text(&feed(&root(), &["inspect", "-"], document).stdout);
    let line = |path: &str| printed.lines().find(|line| line.ends_with(path)).unwrap_or("").to_owned();
    assert!(line(" /etc/firstlight/ghcr-token").contains("  secret  "), "{printed}");
    assert!(line(" /opt/app/.env").contains("  secret  "), "{printed}");
    assert!(line(" /opt/app/on").contains("  6b86b273ff34  "), "{printed}");
}

/// The same document, however it is wrapped.
#[test]
fn gzip_and_base64_around_it() {
    use base64::Engine as _;
    let document = fs::read(root().join("tests/cases/userdata/everything/user-data")).expect("a document");
    let plain = json(&document);
    let packed = gzip(&document);
    let engine = base64::engine::general_purpose::STANDARD;
    for (what, bytes, layers) in [
        ("gzip", packed.clone(), vec!["gzip"]),
        ("base64", engine.encode(&document).into_bytes(), vec!["base64"]),
        ("base64 of gzip", engine.encode(&packed).into_bytes(), vec!["base64", "gzip"]),
        ("zeros after gzip", [packed.clone(), vec![0; 512]].concat(), vec!["gzip"]),
        ("two members", [gzip(&document[..100]), gzip(&document[100..])].concat(), vec!["gzip"]),
    ] {
        let data = json(&bytes);
        assert_eq!(data["layers"], serde_json::json!(layers), "{what}");
        for key in ["files", "packages", "runcmd", "order", "keys"] {
            assert_eq!(data[key], plain[key], "{what}: {key}");
        }
    }
}

// --extract

#[test]
fn extracted_as_the_server_would_have_them() {
    let folder = scratch();
    let here = folder.path();
    let document = root().join("tests/cases/userdata/files/user-data");
    let made = run(here, &["inspect", document.to_str().expect("UTF-8"), "--extract", "out"]);
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    let laid = files(here);
    assert_eq!(laid["out/files/etc/motd"], b"Welcome.\nBe kind.\n", "the second entry is appended");
    assert_eq!(laid["out/files/usr/local/bin/hello"], b"#!/bin/sh\necho hello\n");
    assert_eq!(laid["out/files/opt/app/packed"], b"packed\n");
    assert_eq!(laid["out/files/opt/app/binary"], [0, 1, 2, 3]);
    assert_eq!(laid["out/parts/001-part-001"], fs::read(document).expect("a document"));
    let mode = |path: &str| fs::metadata(here.join(path)).expect("it is there").mode() & 0o7777;
    assert_eq!(mode("out/files/usr/local/bin/hello"), 0o755);
    assert_eq!(mode("out"), 0o700, "what is in it may be secret");
}

#[test]
fn only_as_a_whole_and_over_nothing_of_others() {
    let folder = scratch();
    let here = folder.path();
    fs::create_dir_all(here.join("there/files")).expect("writable");
    fs::write(here.join("there/files/a"), "mine").expect("writable");
    fs::write(here.join("file"), "mine").expect("writable");
    std::os::unix::fs::symlink("/nosuch", here.join("dangling")).expect("a link");
    for to in ["there", "file", "dangling", "nosuch/out"] {
        let made =
            feed(here, &["inspect", "-", "--extract", to], b"#cloud-config\nwrite_files: [{path: /a}]\n");
        assert_eq!(code(&made), 1, "{to}");
        assert!(made.stdout.is_empty(), "{to}");
    }
    fs::remove_file(here.join("dangling")).expect("it is still there");
    assert_eq!(files(here).keys().collect::<Vec<_>>(), ["file", "there/files/a"]);
    assert!(!fs::exists("/nosuch").expect("readable"));
}

/// A path longer than the file system takes is an error that says so; nothing is left of the attempt.
#[test]
fn a_path_that_is_too_long_is_named() {
    let folder = scratch();
    let path = format!("/{}", "n".repeat(190)).repeat(30);
    let document = format!("#cloud-config\nwrite_files: [{{path: {path}, content: a}}]\n");
    let made = feed(folder.path(), &["inspect", "-", "--extract", "out"], document.as_bytes());
    let said = text(&made.stderr);
    assert_eq!(code(&made), 1, "{said}");
    assert!(said.starts_with("error: cannot write out/files/nnn") && said.contains("is too long"), "{said}");
    assert!(said.len() < 250 && !said.contains(".firstlight-"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

/// What an earlier run wrote is replaced; it stays closed to others even where the folder was open.
/// Two paths that become the same name are two files, and no name steers a terminal.
#[test]
fn no_extracted_file_replaces_another() {
    let folder = scratch();
    let document = "#cloud-config\nwrite_files:\n- {path: \"/a\\x01b\", content: one}\n- {path: \"/a\\x02b\", content: two}\n\
        - {path: /a_b, content: three}\n- {path: \"/c\\u202ed\", content: four}\n- {path: /c_d, content: five}\n";
    let made = feed(folder.path(), &["inspect", "-", "--extract", "out"], document.as_bytes());
    assert!(made.status.code().is_some_and(|code| code != 1), "{}", text(&made.stderr));
    let found: Vec<_> = files(&folder.path().join("out/files")).into_iter().collect();
    let found: Vec<_> = found.iter().map(|(path, bytes)| (path.as_str(), text(bytes))).collect();
    let wanted = [("a_b", "one"), ("a_b~", "two"), ("a_b~~", "three"), ("c_d", "four"), ("c_d~", "five")];
    assert_eq!(found, wanted.map(|(path, content)| (path, content.to_owned())));
}

#[test]
fn extracted_again() {
    let folder = scratch();
    let here = folder.path();
    fs::create_dir(here.join("out")).expect("writable");
    fs::write(here.join("out/notes"), "mine").expect("writable");
    let extract = |path: &str| {
        let document = format!("#cloud-config\nwrite_files: [{{path: {path}, content: a}}]\n");
        let made = feed(here, &["inspect", "-", "--extract", "out"], document.as_bytes());
        assert_eq!(code(&made), 0, "{}", text(&made.stderr));
        files(&here.join("out")).into_keys().collect::<Vec<_>>()
    };
    assert_eq!(extract("/etc/a"), [".firstlight-files", "files/etc/a", "notes", "parts/001-part-001"]);
    assert_eq!(extract("/b"), [".firstlight-files", "files/b", "notes", "parts/001-part-001"]);
    assert_eq!(fs::metadata(here.join("out/files")).expect("a folder").mode() & 0o777, 0o700);
}

/// Whatever a path says, the file lands below the folder, once, and nothing is lost.
#[test]
fn no_path_gets_out() {
    let paths = [
        "../../escape",
        "/../../escape2",
        "/a/../../../escape3",
        "/",
        "//server/share",
        "a\\\\..\\\\b",
        "/clash",
        "/clash/below",
        "/clash/below/more",
        "/late/file",
        "/late",
        "/x\\u0000y",
        "/new\\nline",
        "/\\e[31m",
        "~/home",
        "/.../dots",
        "/ ",
        "C:\\\\x",
    ];
    let long = format!("/{}", "n".repeat(4000));
    let deep = "/d".repeat(900);
    let mut document = "#cloud-config\nwrite_files:\n".to_owned();
    for (number, path) in paths.iter().chain([&long.as_str(), &deep.as_str()]).enumerate() {
        document +=
            &format!("- {{path: \"{path}\", content: \"content-{number}\", permissions: \"06777\"}}\n");
    }
    let folder = scratch();
    let here = folder.path().join("inside");
    fs::create_dir(&here).expect("writable");
    let made = feed(&here, &["inspect", "-", "--extract", "out"], document.as_bytes());
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    let laid = files(folder.path());
    assert!(laid.keys().all(|path| path.starts_with("inside/out/")), "{:?}", laid.keys());
    for number in 0..paths.len() + 2 {
        let content = format!("content-{number}").into_bytes();
        assert_eq!(laid.values().filter(|bytes| **bytes == content).count(), 1, "number {number}");
    }
    for path in laid.keys().filter(|path| path.contains("/files/")) {
        let mode = fs::metadata(folder.path().join(path)).expect("it is there").mode();
        assert_eq!(mode & 0o7000, 0, "{path} keeps setuid");
    }
}

#[test]
fn secrets_and_control_characters_are_not_shown() {
    let document = format!(
        "#cloud-config\nruncmd:\n- login {0}\n- [login, {0}]\npackages: [{0}]\nwrite_files:\n- path: /etc/{0}\n- path: \"/\\e[31mred\"\n",
        token()
    );
    for format in ["human", "json"] {
        let made = feed(&root(), &["inspect", "-", "--format", format], document.as_bytes());
        let shown = said(&made);
        assert!(!shown.contains("Ab1Ab1") && shown.contains("[redacted]"), "{shown}");
        assert!(!shown.contains('\u{1b}'), "{shown:?}");
    }
}
