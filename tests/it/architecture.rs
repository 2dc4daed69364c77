//! ARCHITECTURE.md's map and invariants, held against the code.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::{files, root};

fn sources() -> Vec<(String, String)> {
    files(&root().join("src"))
        .into_iter()
        .map(|(path, bytes)| (path, String::from_utf8(bytes).expect("UTF-8")))
        .collect()
}

/// The code of a file, without its tests.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or(text);
    // Examples in the documentation are tests as well.
    let code: String =
        code.split_inclusive('\n').filter(|line| !line.trim_start().starts_with("//")).collect();
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

/// A module by its path below the crate: `["compile", "plan"]`.
type Module = Vec<String>;

/// What each module names of the crate, its tests left out.
fn uses() -> BTreeMap<Module, BTreeSet<Module>> {
    let modules: BTreeMap<Module, String> = sources()
        .into_iter()
        .filter(|(path, _)| {
            path.ends_with(".rs")
                && !path.ends_with("tests.rs")
                && !matches!(path.as_str(), "lib.rs" | "main.rs")
        })
        .map(|(path, text)| {
            let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
            (path.split('/').map(str::to_owned).collect(), plain(&text))
        })
        .collect();
    let known = |mut path: Module| {
        while !path.is_empty() && !modules.contains_key(&path) {
            path.pop();
        }
        path
    };
    let named = |module: &Module, text: &str| {
        paths(text).into_iter().filter_map(|path| absolute(module, path)).map(known).collect()
    };
    modules.iter().map(|(module, text)| (module.clone(), named(module, text))).collect()
}

/// Code without tests and comments.
fn plain(text: &str) -> String {
    code(text).lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// Every path that begins with `crate`, `super` or `self`; of `use a::{b, c::d}` each.
fn paths(text: &str) -> Vec<Module> {
    let mut found = Vec::new();
    let bytes: Vec<char> = text.chars().collect();
    let text: String = bytes.iter().collect();
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in text.match_indices(start) {
            let before = text[..at].chars().next_back();
            if !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '$')) {
                expand(&mut Vec::new(), &text[at..], &mut found);
            }
        }
    }
    found
}

/// Reads a path, or a tree of them in braces, and gives what is left of the text.
fn expand<'a>(above: &mut Module, text: &'a str, found: &mut Vec<Module>) -> &'a str {
    let mut path = above.clone();
    let mut rest = text.trim_start();
    loop {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        if end > 0 {
            path.push(rest[..end].to_owned());
            rest = &rest[end..];
        }
        if let Some(next) = rest.strip_prefix("::") {
            rest = next;
            continue;
        }
        let Some(mut inner) = rest.strip_prefix('{').filter(|_| end == 0) else {
            found.push(path);
            return rest;
        };
        loop {
            inner = expand(&mut path, inner, found).trim_start();
            // `as name` and the like.
            let stop = inner.find([',', '}']).unwrap_or(inner.len());
            inner = &inner[stop..];
            match inner.strip_prefix(',').map(str::trim_start) {
                Some(next) if !next.starts_with('}') => inner = next,
                Some(next) => return next.strip_prefix('}').unwrap_or(""),
                None => return inner.strip_prefix('}').unwrap_or(""),
            }
        }
    }
}

/// A path from the crate's root.
fn absolute(module: &Module, path: Module) -> Option<Module> {
    let mut from = match path.first()?.as_str() {
        "crate" => Vec::new(),
        _ => module.clone(),
    };
    for name in path {
        match name.as_str() {
            "crate" | "self" => {}
            "super" => _ = from.pop(),
            _ => from.push(name),
        }
    }
    Some(from)
}

/// At every level of the tree: if one module needs another, that one does not need it, by whatever way.
#[test]
fn no_module_needs_one_that_needs_it() {
    // For each folder, its members' needs of each other, with an example.
    let mut needs: BTreeMap<Module, BTreeMap<String, BTreeMap<String, String>>> = BTreeMap::new();
    for (from, all) in uses() {
        for to in all {
            let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
            if let (Some(one), Some(other)) = (from.get(common), to.get(common)) {
                let example = format!("{} needs {}", from.join("::"), to.join("::"));
                let folder = needs.entry(from[..common].to_vec()).or_default();
                folder.entry(one.clone()).or_default().entry(other.clone()).or_insert(example);
            }
        }
    }
    assert!(needs[&Vec::new()]["compile"].contains_key("review"), "own cloud-config is linted: {needs:#?}");
    for (folder, mut members) in needs {
        // Whoever needs nobody is taken away, until nobody is left; or a circle is.
        loop {
            let done: Vec<String> = members
                .values()
                .flat_map(|needed| needed.keys().cloned())
                .filter(|name| !members.contains_key(name))
                .collect();
            let before: usize = members.values().map(BTreeMap::len).sum();
            members.values_mut().for_each(|needed| needed.retain(|name, _| !done.contains(name)));
            members.retain(|_, needed| !needed.is_empty());
            if members.is_empty() {
                break;
            }
            let after: usize = members.values().map(BTreeMap::len).sum();
            assert!(after < before, "a circle in src/{}: {members:#?}", folder.join("/"));
        }
    }
}

/// The map's order is the order of the floors: a row needs rows above it alone.
#[test]
fn the_map_goes_from_the_ground_up() {
    let map = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("a map");
    let rows: Vec<String> = map
        .lines()
        .filter_map(|line| line.strip_prefix("| `src/")?.split('/').next().map(str::to_owned))
        .collect();
    let floor = |name: &String| rows.iter().position(|row| row == name);
    for (from, all) in uses() {
        for to in all {
            let (Some(one), Some(other)) = (from.first(), to.first()) else { continue };
            assert!(
                floor(other) <= floor(one),
                "{} needs {}, which the map has above it",
                from.join("::"),
                to.join("::")
            );
        }
    }
}

/// Words leave by one file, which lets nothing odd pass, and documents by another.
#[test]
fn the_terminal_has_one_door() {
    for (path, text) in sources() {
        if matches!(path.as_str(), "cli/terminal.rs" | "cli/output.rs") {
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
        if path.starts_with("cli/") || path == "main.rs" {
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
    for profile in crate::common::folders(&root().join("profiles")) {
        let name = crate::common::name(&profile).to_owned();
        if name.starts_with('_') {
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

/// On a busy machine a clock says nothing: `crate::common::processor` counts what was worked.
#[test]
fn no_test_looks_at_the_clock() {
    let clocks = [["Instant", "::now"], ["System", "Time"], [".elapsed", "("], ["timeout", " "]]
        .map(|word| word.concat());
    for (path, bytes) in files(&root().join("tests")).into_iter().filter(|(path, _)| path.ends_with(".rs")) {
        let text = crate::common::text(&bytes);
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
    for path in crate::common::text(&listed.stdout).split('\0').filter(|path| !path.is_empty()) {
        let Ok(text) = std::fs::read_to_string(root().join(path)) else { continue };
        assert!(!text.contains(&format!("{top}/")), "{path} names {top}");
    }
}

/// A step of a worked example: the file that it names last before its block, and the block's lines.
struct Step {
    file: String,
    quoted: Vec<String>,
}

fn steps(example: &str) -> Vec<Step> {
    let mut found: Vec<Step> = Vec::new();
    let mut inside = false;
    for line in example.lines() {
        let line = line.trim();
        if line.starts_with("```") {
            inside = !inside;
        } else if inside {
            found.last_mut().expect("a step before its block").quoted.push(line.to_owned());
        } else {
            if line.split_once(". ").is_some_and(|(number, _)| number.parse::<usize>().is_ok()) {
                found.push(Step { file: String::new(), quoted: Vec::new() });
            }
            for path in line.split('`').skip(1).step_by(2).filter(|word| word.contains('/')) {
                assert!(root().join(path).exists(), "there is no {path}");
                found.last_mut().expect("a step").file = path.to_owned();
            }
        }
    }
    found
}

/// Whether lines begin within so many, each part's below each other, and the other parts soon after.
fn stand(parts: &[&[String]], lines: &[&str], within: usize) -> bool {
    let Some((first, rest)) = parts.split_first() else { return true };
    let is_here = |at: &[&str]| at.iter().zip(*first).all(|(line, quoted)| line.contains(quoted.as_str()));
    let found = lines.windows(first.len()).enumerate().take(within).filter(|(_, at)| is_here(at));
    found.into_iter().any(|(at, _)| stand(rest, &lines[at + first.len()..], 10))
}

/// The worked examples are quotations: each block stands in its file, line below line, and each begins where the table says.
#[test]
fn the_worked_examples_are_true() {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("a page");
    let section = |title: &str| {
        let text = page.split(&format!("\n## {title}\n")).nth(1).expect("a section");
        text.split("\n## ").next().expect("its text").to_owned()
    };
    let table = section("Where to begin").replace('`', "");
    let examples = section("Worked examples");
    let examples: Vec<_> = examples.split("\n### ").skip(1).collect();
    assert_eq!(examples.len(), 6);
    for example in examples {
        let (title, text) = example.split_once('\n').expect("a title and its steps");
        let (what, _) = title.split_once(", such as ").expect("what is added, and one that is there");
        let what = format!("a{}", &what[1..]);
        let steps = steps(text);
        assert!(steps.len() >= 3, "{title}: {} steps", steps.len());
        let row = table.lines().find(|line| line.starts_with(&format!("| {what} |")));
        let row = row.unwrap_or_else(|| panic!("no row begins with {what}"));
        assert!(
            row.contains(&steps[0].file),
            "{title} begins at {}, and the table has: {row}",
            steps[0].file
        );
        for Step { file, quoted } in steps {
            let text = std::fs::read_to_string(root().join(&file))
                .unwrap_or_else(|e| panic!("{title}: {file}: {e}"));
            assert!(!quoted.is_empty(), "{title}: nothing is quoted of {file}");
            let parts: Vec<_> = quoted.split(|line| line == "…").collect();
            assert!(
                stand(&parts, &text.lines().collect::<Vec<_>>(), usize::MAX),
                "{title}: ARCHITECTURE.md quotes of {file} what is not there:\n{}",
                quoted.join("\n")
            );
        }
    }
}

/// What no module declares is compiled by nobody.
#[test]
fn every_file_is_a_module() {
    let all: BTreeMap<String, String> =
        sources().into_iter().filter(|(path, _)| path.ends_with(".rs")).collect();
    for path in all.keys().filter(|path| !matches!(path.as_str(), "lib.rs" | "main.rs")) {
        let module = path.trim_end_matches(".rs").trim_end_matches("/mod");
        let (folder, name) = module.rsplit_once('/').unwrap_or(("", module));
        let parents = [format!("{folder}/mod.rs"), format!("{folder}.rs"), "lib.rs".to_owned()];
        let parent = parents.iter().find_map(|parent| all.get(parent.as_str())).expect("a parent");
        assert!(parent.contains(&format!("mod {name};")), "nothing declares src/{path}");
    }
}
