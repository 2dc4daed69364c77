//! `tests/cases/`: an input and what is said of it, side by side in one folder.
//!
//! In `userdata/NAME/` the input is `user-data`, anybody's document, and each command of the reviewer that takes one has a file.
//! `compose/PROMISE/NAME/` is read in `compose_file.rs`.

use std::collections::BTreeMap;

use crate::common::{cases, code, compare, files, root, run, settle, text};
use crate::compose_file::PROMISES;

/// Makes all of a case's outputs; one without its input, or an input without them, is a problem.
#[test]
fn documents() {
    let mut problems = Vec::new();
    for case in cases("userdata", "user-data") {
        let said = ["inspect", "lint", "explain"].map(|command| {
            let made = run(&case, &[command, "user-data"]);
            let said = format!("{}{}exit code {}\n", text(&made.stdout), text(&made.stderr), code(&made));
            (format!("{command}.txt"), said.into_bytes())
        });
        compare(&case, &["user-data"], &BTreeMap::from(said), &mut problems);
    }
    settle(&problems);
}

/// What lies elsewhere is read by no test.
#[test]
fn every_file_belongs_to_a_case() {
    for path in files(&root().join("tests/cases")).into_keys() {
        let is_read = match path.split('/').collect::<Vec<_>>()[..] {
            ["userdata", _, _] => true,
            ["site", _, "firstlight.yaml" | "site.json"] => true,
            ["compose", promise, _, _, ..] => PROMISES.contains(&promise),
            _ => false,
        };
        assert!(is_read, "no test reads tests/cases/{path}");
    }
}
