//! The README's examples, run as they are written.

use std::process::Command;

use crate::common::{root, text};

/// The code blocks of one kind.
fn blocks(kind: &str) -> Vec<String> {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("a README");
    let mut found = Vec::new();
    let mut inside: Option<(usize, String)> = None;
    for line in readme.lines() {
        let trimmed = line.trim_start();
        match &mut inside {
            None if trimmed == format!("```{kind}") => {
                inside = Some((line.len() - trimmed.len(), String::new()))
            }
            Some(_) if trimmed == "```" => found.extend(inside.take().map(|(_, block)| block)),
            Some((indent, block)) => *block += &format!("{}\n", line.get(*indent..).unwrap_or("")),
            None => {}
        }
    }
    found
}

#[test]
fn every_render_command_makes_a_document() {
    let folder = tempfile::tempdir().expect("a folder");
    // A block's first line names the file that it is.
    for block in blocks("yaml") {
        let name = block.lines().next().and_then(|line| line.strip_prefix("# ")).expect("a name");
        std::fs::write(folder.path().join(name), &block).expect("writable");
    }
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_firstlight"))
        .parent()
        .expect("a folder")
        .display()
        .to_string();
    let mut ran = 0;
    for line in blocks("sh").iter().flat_map(|block| block.lines()) {
        let line = line.replace("cargo run --release --quiet --", "firstlight");
        if !line.starts_with("firstlight ") {
            continue;
        }
        let made = Command::new("bash")
            .args(["-ec", &line])
            .current_dir(&folder)
            .env("PATH", format!("{program}:/usr/bin:/bin"))
            .output()
            .expect("bash starts");
        let is_good =
            made.status.success() || line.starts_with("firstlight diff") && made.status.code() == Some(1);
        assert!(is_good, "{line}\n{}", text(&made.stderr));
        match line.split_once("--output ").map_or(line.split_once("> "), Some) {
            Some((_, "user-data")) => {
                let document = std::fs::read_to_string(folder.path().join("user-data")).expect("a document");
                assert!(document.starts_with("#cloud-config\n"), "{line}");
            }
            Some((_, to)) => assert!(folder.path().join(to).exists(), "{line}"),
            None => {}
        }
        ran += 1;
    }
    assert!(ran >= 6, "only {ran} examples were found");
}

#[test]
fn every_make_target_named_is_there() {
    let makefile = std::fs::read_to_string(root().join("Makefile")).expect("a Makefile");
    let readme = std::fs::read_to_string(root().join("README.md")).expect("a README");
    for (at, _) in readme.match_indices("make ") {
        if !readme[..at].ends_with(['`', '\n']) {
            continue;
        }
        let target: String =
            readme[at + 5..].chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
        assert!(makefile.contains(&format!("\n{target}:")), "no target {target}");
    }
}
