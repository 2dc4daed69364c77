//! `firstlight profiles` and `explain SETTING`: what can be set, as the compiler takes it.

use std::fs;

use serde_json::Value;

use crate::common::{code, root, run, said, scratch, text};

const COMPOSE: &str = "services:\n  web:\n    image: nginx:1\n";

fn profiles() -> Vec<Value> {
    let made = run(&root(), &["profiles", "--format", "json"]);
    serde_json::from_slice(&made.stdout).expect("JSON")
}

/// A value as `--set` has it.
fn set(name: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Object(entries) => {
            entries.iter().flat_map(|(key, value)| set(&format!("{name}.{key}"), value)).collect()
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| item.as_str().expect("a text")).collect();
            vec![format!("{name}={}", items.join(","))]
        }
        Value::String(text) => vec![format!("{name}={text}")],
        other => vec![format!("{name}={other}")],
    }
}

#[test]
fn each_example_is_taken() {
    let folder = scratch();
    fs::write(folder.path().join("compose.yaml"), COMPOSE).expect("writable");
    let mut seen = 0;
    for profile in profiles() {
        let whole = profile["example"].as_str().expect("an example");
        let words: Vec<&str> = whole.split(' ').skip(1).collect();
        let made = run(folder.path(), &words);
        assert_eq!(code(&made), 0, "{whole}: {}", said(&made));
        let all = [&profile["settings"], &profile["shared"]];
        for setting in all.into_iter().flat_map(|list| list.as_array().expect("a list")) {
            let name = setting["name"].as_str().expect("a name");
            let mut arguments = words.clone();
            let own = set(name, &setting["example"]);
            // The command has those that are required.
            if words.iter().any(|word| own.first().is_some_and(|one| one == word)) {
                continue;
            }
            own.iter().for_each(|one| arguments.extend(["--set", one]));
            // infrakt's provisioning is a part of its management.
            if name == "provision" {
                arguments.extend(["--set", "manage_host=true"]);
            }
            let made = run(folder.path(), &arguments);
            assert_eq!(code(&made), 0, "{arguments:?}: {}", said(&made));
            assert!(!setting["help"].as_str().expect("a help").is_empty(), "{name}");
            seen += 1;
        }
    }
    assert!(seen > 25, "only {seen} settings");
}

#[test]
fn profiles_as_text() {
    insta::assert_snapshot!("profiles", said(&run(&root(), &["profiles"])));
    insta::assert_snapshot!("profile_app", said(&run(&root(), &["profiles", "app"])));
    let made = run(&root(), &["profiles", "nosuch"]);
    assert_eq!(code(&made), 2);
    assert!(text(&made.stderr).contains("there is no profile `nosuch`"));
    assert_eq!(code(&run(&root(), &["profiles", "_host"])), 2);
}

#[test]
fn a_profile_of_ones_own() {
    let folder = scratch();
    fs::create_dir(folder.path().join("own")).expect("a folder");
    let profile =
        "settings:\n  size: {type: choice, choices: [small, large], default: small, help: How large}\n";
    fs::write(folder.path().join("own/profile.yaml"), profile).expect("writable");
    let made = run(folder.path(), &["profiles", "./own"]);
    let shown = text(&made.stdout);
    assert!(
        shown.contains("size (small or large, default small)") && shown.contains("--set size=large"),
        "{shown}"
    );
}

#[test]
fn a_setting_is_explained() {
    insta::assert_snapshot!("explain_port", said(&run(&root(), &["explain", "port"])));
    for (name, word) in [
        ("domain", "--domain DOMAIN"),
        ("--domain", "--domain DOMAIN"),
        ("acme_email", "A setting of every profile"),
        ("acme-email", "A setting of every profile"),
        ("webhook_secret", "A setting of the profile infrakt"),
    ] {
        let made = run(&root(), &["explain", "--", name]);
        assert!(text(&made.stdout).contains(word), "{name}: {}", said(&made));
    }
    let made = run(&root(), &["explain", "prot"]);
    assert!(code(&made) == 2 && text(&made.stderr).contains("did you mean `port`?"), "{}", said(&made));
}
