//! docs/profiles.md: its worked profile is rendered, and its tables are complete.

use std::path::Path;

use crate::common::{root, run, text};

fn page() -> String {
    std::fs::read_to_string(root().join("docs/profiles.md")).expect("the page")
}

/// The files that the page shows, each named in code before its block.
fn write_profile(folder: &Path) {
    let page = page();
    let mut name: Option<String> = None;
    let mut block: Option<String> = None;
    for line in page.lines() {
        match (&mut block, &name) {
            (None, Some(_)) if line.starts_with("```") => block = Some(String::new()),
            (Some(content), Some(path)) if line == "```" => {
                let path = folder.join(path);
                std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
                std::fs::write(path, content).expect("writable");
                (block, name) = (None, None);
            }
            (Some(content), _) => *content += &format!("{line}\n"),
            (None, None) if line.ends_with("`:") => {
                let named = line.trim_end_matches("`:").rsplit('`').next().unwrap_or("");
                name = named.starts_with("gitea/").then(|| named.to_owned());
            }
            _ => {}
        }
    }
}

#[test]
fn the_worked_profile_makes_a_document() {
    let folder = tempfile::tempdir().expect("a folder");
    write_profile(folder.path());
    let page = page().replace("\\\n", " ");
    let command =
        page.lines().find(|line| line.starts_with("firstlight render --profile ./")).expect("a command");
    let words: Vec<&str> =
        command.split_whitespace().skip(1).chain(["--format", "tree", "--force"]).collect();
    let made = run(folder.path(), &words);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let made = folder.path().join("user-data");
    let compose = std::fs::read_to_string(made.join("var/lib/firstlight/files/opt/gitea/compose.yaml"))
        .or_else(|_| {
            std::fs::read_to_string(made.join("files/var/lib/firstlight/files/opt/gitea/compose.yaml"))
        })
        .expect("a compose file");
    for line in ["    ports: [\"2200:22\"]", "${SECRET_KEY}", "https://git.example.com/"] {
        assert!(compose.contains(line), "{line}\n{compose}");
    }
}

/// Whoever adds a filter, a type or a needed name adds its row.
#[test]
fn the_tables_are_complete() {
    let (page, source) = (page(), |path: &str| std::fs::read_to_string(root().join(path)).expect("a source"));
    let template = source("src/compile/template/filter.rs");
    let filters = template.split("add_filter(\"").skip(1).filter_map(|rest| rest.split('"').next());
    for filter in filters {
        assert!(
            page.contains(&format!("`{filter}`")) || page.contains(&format!("`{filter}(")),
            "filter {filter}"
        );
    }
    let settings = source("src/compile/setting/kind.rs");
    let tables = settings.split("impl Type {").next().expect("the tables of types");
    let types: Vec<_> = tables.split("(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(types.contains(&"text") && types.contains(&"map"), "{types:?}");
    for name in types {
        assert!(page.contains(&format!("| `{name}` |")), "type {name}");
    }
    let shared = source("profiles/_host/profile.yaml");
    let needs =
        shared.split("\nneeds:\n").nth(1).and_then(|rest| rest.split("\nvalues:").next()).expect("needs");
    for need in needs.lines().filter_map(|line| line.trim().split(':').next()) {
        assert!(page.contains(&format!("| `{need}` |")), "needed name {need}");
    }
}
