//! `golden/<case>/`: input, and what it makes, byte for byte.
//!
//! A case is `input/args`, an argument a line, run in `input/`. It makes `user-data`, the files in it
//! below `files/`, and `manifest`. In `golden/formats/` a case makes what lies in `made/`, and `stderr`. In
//! `golden/errors/` a case makes `stderr`, exit code 2 and no output. The server's program is in `golden/runtime/`.

use std::collections::BTreeMap;
use std::path::Path;

use crate::common::{compare, folders, made_in, name, root, run, runtime, settle, text};

fn arguments(case: &Path) -> Vec<String> {
    let path = case.join("input/args");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.lines().map(str::to_owned).collect()
}

fn render(case: &Path, more: &[&str]) -> std::process::Output {
    let arguments = arguments(case);
    let all: Vec<&str> = arguments.iter().map(String::as_str).chain(more.iter().copied()).collect();
    run(&case.join("input"), &all)
}

/// What a case makes: every format of it.
fn make(case: &Path) -> BTreeMap<String, Vec<u8>> {
    let document = render(case, &[]);
    assert!(document.status.success(), "{}: {}", name(case), text(&document.stderr));
    let scratch = tempfile::tempdir().expect("a folder");
    let tree = scratch.path().join("tree");
    let made = render(case, &["--format", "tree", "--output", tree.to_str().expect("UTF-8")]);
    assert!(made.status.success(), "{}: {}", name(case), text(&made.stderr));
    let json = render(case, &["--format", "json"]);
    let data: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(
        data["document"].as_str().map(str::as_bytes),
        Some(document.stdout.as_slice()),
        "{}",
        name(case)
    );

    let mut expected = BTreeMap::from([("user-data".to_owned(), document.stdout)]);
    let mut manifest = String::new();
    for file in data["files"].as_array().expect("a list") {
        let field = |key: &str| file[key].as_str().expect("a text").to_owned();
        manifest.push_str(&format!(
            "{} {} {:>6} {}\n",
            field("mode"),
            field("owner"),
            file["bytes"],
            field("path")
        ));
    }
    expected.insert("manifest".to_owned(), manifest.into_bytes());
    expected.extend(made_in(&tree).into_iter().map(|(path, bytes)| (format!("files/{path}"), bytes)));
    runtime::without_modules("files/", &mut expected);
    expected
}

fn cases() -> Vec<std::path::PathBuf> {
    folders(&root().join("golden"))
        .into_iter()
        .filter(|path| !["errors", "formats", "runtime"].contains(&name(path)))
        .collect()
}

#[test]
fn documents() {
    let mut problems = Vec::new();
    for case in cases() {
        compare(&case, &["input/"], &make(&case), &mut problems);
    }
    settle(&problems);
}

/// What a case of `golden/formats/` makes: one file, or a folder of them.
#[test]
fn formats() {
    let mut problems = Vec::new();
    for case in folders(&root().join("golden/formats")) {
        let scratch = tempfile::tempdir().expect("a folder");
        let to = scratch.path().join("made");
        let made = render(&case, &["--output", to.to_str().expect("UTF-8")]);
        assert!(made.status.success(), "{}: {}", name(&case), text(&made.stderr));
        let found = match to.is_dir() {
            true => made_in(&to),
            false => BTreeMap::from([("file".to_owned(), std::fs::read(&to).expect("a file"))]),
        };
        let mut found = found.into_iter().map(|(path, bytes)| (format!("made/{path}"), bytes)).collect();
        runtime::without_modules("made/", &mut found);
        let said = [(
            "stderr".to_owned(),
            text(&made.stderr).replace(&*to.to_string_lossy(), "OUTPUT").into_bytes(),
        )];
        found.extend(said);
        compare(&case, &["input/"], &found, &mut problems);
    }
    settle(&problems);
}

/// Each archive is there because a document contains it.
#[test]
fn every_archive_is_in_a_document() {
    let (there, named) = runtime::archives_and_markers();
    assert_eq!(there, named);
}

/// Whoever adds a format, an encoding or a phase adds a case for it.
#[test]
fn every_format_has_a_case() {
    let all = folders(&root().join("golden/formats")).into_iter().chain(cases());
    let used: String = all.map(|case| arguments(&case).join(" ") + "\n").collect();
    let help = text(&run(&root(), &["render", "--help"]).stdout);
    for option in ["--format", "--encoding", "--phase"] {
        let values =
            help.split(&format!("{option} <")).nth(1).expect("an option").split("Possible values:").nth(1);
        let values = values.expect("values").lines().map(str::trim).skip_while(|line| line.is_empty());
        for value in values.map_while(|line| line.strip_prefix("- ")) {
            let value = value.split(':').next().expect("a name");
            let is_default = ["cloud-config", "auto", "all"].contains(&value);
            assert!(
                is_default || used.contains(&format!("{option} {value}")),
                "no golden case for {option} {value}"
            );
        }
    }
}

#[test]
fn errors() {
    let mut problems = Vec::new();
    for case in folders(&root().join("golden/errors")) {
        let made = render(&case, &[]);
        assert_eq!(made.status.code(), Some(2), "{}: {}", name(&case), text(&made.stderr));
        assert!(made.stdout.is_empty(), "{}: printed something", name(&case));
        compare(&case, &["input/"], &BTreeMap::from([("stderr".to_owned(), made.stderr)]), &mut problems);
    }
    settle(&problems);
}

/// Whoever adds a profile adds a case for it.
#[test]
fn every_profile_has_a_case() {
    let used: Vec<String> = cases()
        .iter()
        .map(|case| {
            let json = render(case, &["--format", "json"]);
            let data: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
            data["profile"].as_str().expect("a name").to_owned()
        })
        .collect();
    for profile in folders(&root().join("profiles")) {
        let profile = name(&profile).to_owned();
        assert!(
            profile.starts_with('_') || used.contains(&profile),
            "no golden case for the profile {profile}"
        );
    }
}

/// Every code a user can meet is pinned by a case.
#[test]
fn every_diagnostic_has_a_case() {
    let seen: String = folders(&root().join("golden/errors"))
        .iter()
        .map(|case| std::fs::read_to_string(case.join("stderr")).unwrap_or_default())
        .collect();
    for code in firstlight::finding::Code::ALL {
        // The first is our own fault, the second a warning: tests/it/cli.rs shows it. The others are of `firstlight check`.
        if !matches!(code.name(), "internal" | "unknown-limit" | "outdated" | "missing-document" | "orphan") {
            assert!(seen.contains(&format!("[{}]", code.name())), "no golden case for {}", code.name());
        }
    }
}

/// The default document can be read but for the program, and is no larger than those who accept 64 KB or little less take.
#[test]
fn the_default_document_is_readable() {
    let document = text(&render(&root().join("golden/infrakt-defaults"), &[]).stdout);
    assert!(document.len() <= 40_000, "{} bytes", document.len());
    assert_eq!(document.matches("encoding: ").count(), 1);
    assert!(document.contains("encoding: b64"));
}

/// The header's command makes the same document again.
#[test]
fn the_header_tells_the_command() {
    for case in cases() {
        let document = text(&render(&case, &[]).stdout);
        let line = document.lines().nth(4).expect("a header").trim_start_matches("#   ").to_owned();
        let program = Path::new(env!("CARGO_BIN_EXE_firstlight")).parent().expect("a folder");
        let path = format!("{}:/usr/bin:/bin", program.display());
        let again = std::process::Command::new("bash")
            .args(["-c", &line])
            .current_dir(case.join("input"))
            .env("PATH", path)
            .output()
            .expect("bash starts");
        assert_eq!(text(&again.stdout), document, "{}: {line}\n{}", name(&case), text(&again.stderr));
    }
}
