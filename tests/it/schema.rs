//! `firstlight schema` takes what the program takes, and nothing else.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::common::{DOWNLOADED, PLAIN, code, feed, folders, name, root, run, text, with};

fn schema(folder: &Path, profile: Option<&str>) -> jsonschema::Validator {
    schema_of(folder, "config", profile)
}

fn schema_of(folder: &Path, what: &str, profile: Option<&str>) -> jsonschema::Validator {
    let mut arguments = vec!["schema", what];
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
            let is_list = config.get("hosts").is_some();
            // The flag names the profile, or the profile is in another file.
            let whole = schema_of(&input, if is_list { "hosts" } else { "config" }, None);
            let mut validators = vec![];
            if !is_list {
                validators.push(schema(&input, flag.or(config["profile"].as_str())));
            }
            if flag.is_none() || is_list {
                validators.push(whole);
            }
            for validator in validators {
                let errors: Vec<_> = validator.iter_errors(&config).map(|error| error.to_string()).collect();
                assert!(errors.is_empty(), "{}: {errors:?}", name(&case));
            }
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

/// What is wrong in the configuration itself, and not in what it names, an editor can say as well.
#[test]
fn the_schema_refuses_what_the_program_calls_unknown_or_of_the_wrong_kind() {
    let (mut seen, mut taken) = (0, Vec::new());
    for case in folders(&root().join("golden/errors")) {
        let input = case.join("input");
        let arguments = fs::read_to_string(input.join("args")).expect("arguments");
        let stderr = fs::read_to_string(case.join("stderr")).expect("what was said");
        let words: Vec<&str> = arguments.lines().collect();
        let config = words.iter().find(|word| word.ends_with("firstlight.yaml") || **word == "hosts.yaml");
        let Some(config) = config.filter(|_| words.first() == Some(&"render")) else { continue };
        let Ok(text) = fs::read_to_string(input.join(config)) else { continue };
        let Ok(data) = serde_yaml::from_str::<Value>(&text) else { continue };
        let at_the_config = ["unknown-key", "wrong-type", "missing-key"].iter().any(|code| {
            stderr.split("\n\n").any(|one| {
                one.starts_with(&format!("error[{code}]")) && one.contains(&format!("--> {config}:"))
            })
        });
        // What is below `cloud_config:` has a schema of cloud-init's.
        if !at_the_config || name(&case).starts_with("cloud-config") {
            continue;
        }
        let is_list = words.windows(2).any(|pair| pair[0] == "--hosts" && pair[1] == *config);
        let what = if is_list { "hosts" } else { "config" };
        let flag = words.iter().position(|a| *a == "--profile").map(|at| words[at + 1]);
        if schema_of(&input, what, flag).is_valid(&data) {
            taken.push(name(&case).to_owned());
        }
        seen += 1;
    }
    assert!(taken.is_empty(), "the schema takes {taken:?}");
    assert!(seen >= 5, "only {seen} cases");
}

#[test]
fn one_schema_for_all_profiles() {
    let whole = schema(&root(), None);
    let is_valid = |config: serde_json::Value| whole.is_valid(&config);
    assert!(is_valid(serde_json::json!({ "domain": "a.example.com", "settings": { "front": "traefik" } })));
    assert!(
        !is_valid(serde_json::json!({ "settings": { "image": "a", "port": 80 } })),
        "infrakt has no port"
    );
    let app =
        |settings: serde_json::Value| is_valid(serde_json::json!({ "profile": "app", "settings": settings }));
    assert!(app(serde_json::json!({ "image": "a", "port": 80 })));
    assert!(!app(serde_json::json!({ "image": "a" })), "a port is required");
    assert!(!app(serde_json::json!({ "image": "a", "port": 80, "front": "caddy" })));
    assert!(is_valid(serde_json::json!({ "profile": "./own", "settings": { "anything": 1 } })));
    assert!(!is_valid(serde_json::json!({ "profile": "ap" })));
    let data: Value = serde_json::from_slice(&run(&root(), &["schema"]).stdout).expect("JSON");
    assert_eq!(data["$id"], "https://json.schemastore.org/firstlight.json");
    assert_eq!(data["$schema"], "http://json-schema.org/draft-07/schema#");
    let port = &data["definitions"]["app"]["properties"]["port"];
    assert_eq!(port["examples"], serde_json::json!([80]));
    assert_eq!(
        data["definitions"]["infrakt"]["properties"]["front"]["enum"],
        serde_json::json!(["caddy", "traefik"])
    );
    assert_eq!(data["definitions"]["infrakt"]["properties"]["front"]["default"], "caddy");
    assert!(
        data["definitions"]["infrakt"]["properties"]["image"].get("default").is_none(),
        "it depends on repo"
    );
    assert_eq!(data["definitions"]["app"]["required"], serde_json::json!(["image", "port"]));
}

#[test]
fn a_schema_for_lists_of_hosts() {
    let hosts = schema_of(&root(), "hosts", None);
    let of = |host: serde_json::Value| hosts.is_valid(&serde_json::json!({ "hosts": { "web-1": host } }));
    assert!(of(serde_json::json!({ "domain": "a.example.com" })));
    assert!(
        of(serde_json::json!({ "domain": "a.example.com", "settings": { "port": 80 } })),
        "of any profile"
    );
    assert!(!of(serde_json::json!({ "branch": "next" })), "a domain is required");
    assert!(!of(serde_json::json!({ "domain": "a.example.com", "settings": { "prot": 80 } })));
    assert!(!of(
        serde_json::json!({ "domain": "a.example.com", "profile": "app", "settings": { "front": "caddy" } })
    ));
    assert!(!hosts.is_valid(&serde_json::json!({ "hosts": {} })));
    assert!(
        !hosts
            .is_valid(&serde_json::json!({ "hosts": { "a": { "domain": "a.example.com" } }, "domain": "x" }))
    );
}
