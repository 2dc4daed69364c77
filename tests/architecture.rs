//! ARCHITECTURE.md's map and invariants, held against the code.

mod common;

use common::{files, root};

fn sources() -> Vec<(String, String)> {
    files(&root().join("src"))
        .into_iter()
        .map(|(path, bytes)| (path, String::from_utf8(bytes).expect("UTF-8")))
        .collect()
}

/// The code of a file, without its tests.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or(text);
    // A trait; it is read from memory.
    code.replace("use std::io::Read as _;", "")
}

#[test]
fn the_map_is_complete_and_true() {
    let map = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("a map");
    let mut rows: Vec<String> =
        map.lines().filter_map(|l| l.strip_prefix("| `src/")?.split('`').next().map(str::to_owned)).collect();
    rows.sort();
    let mut found: Vec<String> = sources()
        .into_iter()
        .map(|(path, _)| path.split_once('/').map_or(path.clone(), |(folder, _)| format!("{folder}/")))
        .collect();
    found.sort();
    found.dedup();
    assert_eq!(rows, found);
}

/// Words leave by one file, which lets nothing odd pass, and documents by another.
#[test]
fn the_terminal_has_one_door() {
    for (path, text) in sources() {
        if matches!(path.as_str(), "edge/terminal.rs" | "edge/output.rs") {
            continue;
        }
        for word in ["io::stdout", "io::stderr", "print!(", "println!(", "eprint!(", "eprintln!("] {
            assert!(!code(&text).contains(word), "src/{path} has {word}");
        }
    }
}

#[test]
fn only_the_edge_touches_the_world() {
    for (path, text) in sources() {
        if path.starts_with("edge/") || path == "main.rs" {
            continue;
        }
        for word in [
            "std::fs",
            "io::stdin",
            "io::stdout",
            "io::stderr",
            "std::env::",
            "std::process",
            "std::time",
            "rand::",
            "tempfile",
            "anyhow",
            "println!",
        ] {
            assert!(!code(&text).contains(word), "src/{path} has {word}");
        }
    }
}

#[test]
fn no_code_knows_a_profile_by_name() {
    for profile in common::folders(&root().join("profiles")) {
        let name = common::name(&profile).to_owned();
        if name == "_host" {
            continue;
        }
        for (path, text) in sources() {
            assert!(!code(&text).contains(&format!("\"{name}\"")), "src/{path} knows the profile {name}");
        }
    }
}

#[test]
fn no_code_can_panic_on_purpose() {
    for (path, text) in sources() {
        if path.ends_with("tests.rs") {
            continue;
        }
        for word in ["unsafe", ".unwrap()", ".expect(", "panic!", "todo!", "unreachable!"] {
            assert!(!code(&text).contains(word), "src/{path} has {word}");
        }
    }
}

/// On a busy machine a clock says nothing: `common::processor` counts what was worked.
#[test]
fn no_test_looks_at_the_clock() {
    let clocks = [["Instant", "::now"], ["System", "Time"], [".elapsed", "("], ["timeout", " "]]
        .map(|word| word.concat());
    for (path, bytes) in files(&root().join("tests")).into_iter().filter(|(path, _)| path.ends_with(".rs")) {
        let text = common::text(&bytes);
        for clock in &clocks {
            assert!(!text.contains(clock), "tests/{path} has {clock}");
        }
    }
}

/// The project speaks of itself alone.
#[test]
fn nothing_names_the_machine_it_was_written_on() {
    let listed =
        std::process::Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output().expect("git");
    let top = root();
    let top = top.to_str().expect("UTF-8");
    for path in common::text(&listed.stdout).split('\0').filter(|path| !path.is_empty()) {
        let Ok(text) = std::fs::read_to_string(root().join(path)) else { continue };
        assert!(!text.contains(&format!("{top}/")), "{path} names {top}");
    }
}
