//! `firstlight schema` takes what the program takes, and nothing else.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::common::{DOWNLOADED, PLAIN, code, feed, folders, name, root, run, text, with};

fn schema(folder: &Path, profile: Option<&str>) -> jsonschema::Validator {
    let mut arguments = vec!["schema"];
    arguments.extend(profile.into_iter().flat_map(|profile| ["--profile", profile]));
    let made = run(folder, &arguments);
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    let schema: Value = serde_json::from_slice(&made.stdout).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
}

#[test]
fn the_schema_takes_what_the_program_takes() {
    let mut seen = 0;
    for case in folders(&root().join("golden"))
        .into_iter()
        .filter(|case| !["errors", "formats", "runtime"].contains(&name(case)))
    {
        let input = case.join("input");
        let arguments = fs::read_to_string(input.join("args")).expect("arguments");
        let arguments: Vec<&str> = arguments.lines().collect();
        for file in arguments.iter().filter(|argument| argument.ends_with(".yaml")) {
            let config: Value =
                serde_yaml::from_str(&fs::read_to_string(input.join(file)).expect("a file")).expect("YAML");
            let flag = arguments.iter().position(|a| *a == "--profile").map(|at| arguments[at + 1]);
            let validator = schema(&input, flag.or(config["profile"].as_str()));
            let errors: Vec<_> = validator.iter_errors(&config).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{}: {errors:?}", name(&case));
            seen += 1;
        }
    }
    assert!(seen >= 3, "only {seen} configurations");
}

/// What `render --format json` prints is as its schema says, and the schema allows nothing else.
#[test]
fn the_json_is_as_its_schema_says() {
    let made = run(&root(), &["schema", "json"]);
    let schema: Value = serde_json::from_slice(&made.stdout).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let gzip = with(&["--provider", "aws", "--encoding", "gzip"], &DOWNLOADED);
    for more in [&[][..], &gzip, &["--phase", "boot"]] {
        let made = run(&root(), &with(&with(&PLAIN, &["--format", "json"]), more));
        let mut data: Value = serde_json::from_slice(&made.stdout).expect("JSON");
        let errors: Vec<_> = validator.iter_errors(&data).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        for key in ["document", "files", "sha256", "command"] {
            let taken = data.as_object_mut().expect("an object").shift_remove(key).expect("it is there");
            assert!(!validator.is_valid(&data), "{key} is not required");
            data[key] = taken;
        }
    }
}

#[test]
fn the_schema_refuses_what_the_program_refuses() {
    let validator = schema(&root(), Some("app"));
    let good = serde_json::json!({ "profile": "app", "domain": "a.example.com", "settings": { "image": "a", "port": 80 } });
    assert!(validator.is_valid(&good));
    for (at, bad) in [
        ("/domian", serde_json::json!("a")),
        ("/settings/imge", serde_json::json!("a")),
        ("/settings/port", serde_json::json!("eighty")),
        ("/settings/port", serde_json::json!(65536)),
        ("/settings/www", serde_json::json!("yes")),
        ("/settings/environment", serde_json::json!("a")),
        ("/provider", serde_json::json!("hetznr")),
        ("/domain", serde_json::json!(["a"])),
    ] {
        let mut config = good.clone();
        let (parent, key) = at.rsplit_once('/').expect("a path");
        config.pointer_mut(parent).expect("there")[key] = bad;
        assert!(!validator.is_valid(&config), "{config}");
        let yaml = serde_yaml::to_string(&config).expect("YAML");
        assert_eq!(code(&feed(&root(), &["render", "-"], yaml.as_bytes())), 2, "{yaml}");
    }
}
