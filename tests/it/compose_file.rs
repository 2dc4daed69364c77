//! Compose files of users: what is refused, what is warned of, and which files come with one.
//!
//! `tests/cases/compose/PROMISE/NAME/` has them by what has to come of each: `compose.yaml`, what lies `beside` it, and what
//! `render` says. The real Compose reads the same files (`tests/consumers/check`): it takes those in `accepted`, `warned` and
//! `not-here`, and refuses those in `refused`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::common::{self, code, compare, name, processor, run, scratch, settle, text};

/// What can come of a file. In `not-here` is what this server refuses and Compose takes.
pub const PROMISES: [&str; 4] = ["accepted", "warned", "refused", "not-here"];

/// What is set for each file; and a variable that is known, and one that the server alone knows, for those that use it.
const SETTINGS: [&str; 8] =
    ["--token", "none", "--set", "service=web", "--set", "port=3000", "--format", "json"];
const VARIABLES: [&str; 2] = ["environment.KNOWN=value", "secrets.SECRET=generate"];

/// The cases of which this has to come.
fn cases(promise: &str) -> Vec<PathBuf> {
    common::cases(&format!("compose/{promise}"), "compose.yaml")
}

/// Renders with a folder's compose file.
fn render(folder: &Path) -> std::process::Output {
    let mut arguments = vec!["render", "--profile", "compose", "--domain", "shop.example.com"];
    arguments.extend(["--set", "compose=./compose.yaml"]);
    arguments.extend(SETTINGS);
    // A variable that no service uses would be warned of.
    let text = fs::read_to_string(folder.join("compose.yaml")).unwrap_or_default();
    let names = |variable: &&str| variable.split(['.', '=']).nth(1).is_some_and(|name| text.contains(name));
    arguments.extend(VARIABLES.into_iter().filter(names).flat_map(|variable| ["--set", variable]));
    run(folder, &arguments)
}

/// A line for each finding, as it stands in `render.txt`.
fn findings(output: &std::process::Output) -> Vec<String> {
    let data: Value = match text(&output.stderr) {
        said if said.is_empty() => return Vec::new(),
        said => serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}")),
    };
    let line = |found: &Value| {
        let field = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
        let place = match found["line"].as_u64() {
            Some(line) => format!("{line}:{}", found["column"]),
            None => "-".to_owned(),
        };
        let help =
            if field("help").is_empty() { String::new() } else { format!("\n      = {}", field("help")) };
        format!("{}[{}] {place} {}{help}", field("severity"), field("code"), field("message"))
    };
    data["diagnostics"].as_array().expect("a list").iter().map(line).collect()
}

/// What is said of each file, word by word; and that as much is said as its folder promises.
#[test]
fn every_case() {
    let (mut problems, mut wrong) = (Vec::new(), Vec::new());
    for promise in PROMISES {
        for case in cases(promise) {
            let output = render(&case);
            let found = findings(&output);
            let has = |severity: &str| found.iter().any(|line| line.starts_with(severity));
            let (errors, warnings) = (has("error["), has("warning["));
            let is_kept = match promise {
                "accepted" => !errors && !warnings,
                "warned" => !errors && warnings,
                _ => errors,
            };
            if !is_kept {
                wrong.push(format!("{promise}/{}: {found:#?}", name(&case)));
            }
            let mut said: String = found.iter().map(|line| format!("{line}\n")).collect();
            said.push_str(&format!("exit code {}\n", code(&output)));
            let expected = BTreeMap::from([("render.txt".to_owned(), said.into_bytes())]);
            compare(&case, &["compose.yaml", "beside/"], &expected, &mut problems);
            assert_eq!(code(&output), if errors { 2 } else { 0 }, "{promise}/{}", name(&case));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    settle(&problems);
}

/// Every error of a file stands at a place in it.
#[test]
fn every_error_has_a_place() {
    for case in ["refused", "not-here"].into_iter().flat_map(cases) {
        for line in findings(&render(&case)).iter().filter(|line| line.starts_with("error[")) {
            assert!(!line.contains("] - "), "{}: {line}", name(&case));
        }
    }
}

/// A folder with a compose file and one thing beside it.
fn with(mount: &str) -> tempfile::TempDir {
    let folder = scratch();
    let text = format!("services:\n  web:\n    image: nginx:1.29\n    volumes: [\"{mount}:/x\"]\n");
    fs::write(folder.path().join("compose.yaml"), text).expect("writable");
    folder
}

/// What is too much, leads elsewhere or is no file is refused, and nothing hangs.
#[test]
fn folders_are_bounded_and_links_are_not_followed() {
    type Make = fn(&Path);
    let cases: [(&str, Make); 6] = [
        ("more than 200 files", |at| {
            (0..201).for_each(|n| fs::write(at.join(n.to_string()), "").expect("writable"));
        }),
        ("more than 512 KiB", |at| fs::write(at.join("a"), "x".repeat(600 << 10)).expect("writable")),
        ("8 folders deep", |at| fs::create_dir_all(at.join("1/2/3/4/5/6/7/8/9")).expect("writable")),
        ("is a symbolic link", |at| std::os::unix::fs::symlink("/etc", at.join("a")).expect("a link")),
        ("not UTF-8", |at| fs::write(at.join("a"), b"\xff").expect("writable")),
        ("neither a file nor a folder", |at| {
            let made =
                std::process::Command::new("mkfifo").arg(at.join("a")).status().expect("mkfifo starts");
            assert!(made.success());
        }),
    ];
    for (said, make) in cases {
        let folder = with("./data");
        let at = folder.path().join("data");
        fs::create_dir(&at).expect("writable");
        make(&at);
        let found = findings(&render(folder.path()));
        assert!(
            found.iter().any(|line| line.starts_with("error[") && line.contains(said)),
            "{said}: {found:?}"
        );
    }
    let folder = with("./data/inner");
    std::os::unix::fs::symlink("/etc", folder.path().join("data")).expect("a link");
    assert!(findings(&render(folder.path())).iter().any(|line| line.contains("is a symbolic link")));
}

/// An empty folder is one that Compose makes.
#[test]
fn an_empty_folder_needs_nothing() {
    let folder = with("./data");
    fs::create_dir(folder.path().join("data")).expect("writable");
    assert_eq!(findings(&render(folder.path())), Vec::<String>::new());
}

/// Many services that name one another are read in a time that grows with their number alone.
#[test]
fn many_services_that_name_one_another() {
    const MANY: usize = 3000;
    let service = |number: usize, rest: &str| format!("  s{number}: {{image: a, {rest}}}\n");
    let others = |number: usize, most: usize| {
        let names: Vec<_> = (1..=20).map(|step| format!("s{}", (number + step * 7) % most)).collect();
        format!("depends_on: [{}]", names.join(", "))
    };
    type Service<'a> = Box<dyn Fn(usize) -> String + 'a>;
    let files: [(&str, Service<'_>, Option<&str>); 4] = [
        (
            "a chain of extends",
            Box::new(|number| service(number, &format!("extends: s{}", (number + 1).min(MANY - 1)))),
            Some("extends more than 15 services"),
        ),
        (
            "dependencies without a cycle",
            Box::new(|number| match number + 150 < MANY {
                true => service(number, &others(number, MANY)),
                false => service(number, "init: true"),
            }),
            None,
        ),
        (
            "dependencies in cycles",
            Box::new(|number| service(number, &others(number, MANY))),
            Some("forms a cycle"),
        ),
        (
            "dependencies that are not there",
            Box::new(|number| service(number, &others(number + 1_000_000, usize::MAX))),
            Some("there is no service"),
        ),
    ];
    for (what, service, wanted) in files {
        let folder = scratch();
        let services: String = (0..MANY).map(service).collect();
        let text = format!("services:\n  web: {{image: a, expose: [3000]}}\n{services}");
        fs::write(folder.path().join("compose.yaml"), text).expect("writable");
        let made = processor::limited(20, folder.path())
            .args(["render", "--profile", "compose", "--domain", "shop.example.com"])
            .args(["--set", "compose=./compose.yaml"])
            .args(SETTINGS)
            .output()
            .expect("it starts");
        let said = common::said(&made);
        let start: String = said.chars().take(300).collect();
        let is_said = wanted.is_none_or(|wanted| said.contains(wanted));
        assert!(is_said && made.status.code().is_some(), "{what}: {:?}: {start}", made.status);
        assert!(wanted.is_some() || !said.contains("cycle"), "{what}: {start}");
    }
}

/// What comes with a compose file is searched for secrets like everything else.
#[test]
fn a_secret_in_a_file_beside_is_refused() {
    let folder = with("./page");
    fs::write(folder.path().join("page"), format!("key: {}\n", crate::common::token())).expect("writable");
    let output = render(folder.path());
    let found = findings(&output);
    assert!(found.iter().any(|line| line.starts_with("error[literal-secret] 1:6")), "{found:?}");
    assert!(!text(&output.stderr).contains(&crate::common::token()));
}

/// With Traefik in front of it, infrakt has to be where Traefik's route leads.
#[test]
fn behind_traefik_the_service_is_where_it_is_looked_for() {
    let cannot =
        "Traefik cannot reach `infrakt`: it looks for `infrakt-app` on the external network `infrakt`";
    let named = "{image: a, container_name: infrakt-app, networks: [infrakt]}";
    let cases = [
        (format!("services:\n  infrakt: {named}\nnetworks:\n  infrakt: {{external: true}}\n"), ""),
        (format!("services:\n  infrakt: {named}\nnetworks:\n  infrakt:\n"), cannot),
        ("services:\n  infrakt: {image: a, container_name: infrakt-app}\n".to_owned(), cannot),
        (
            "services:\n  infrakt: {image: a, networks: [front]}\nnetworks:\n  front: {external: true, name: infrakt}\n"
                .to_owned(),
            cannot,
        ),
        ("services:\n  app: {image: a}\n".to_owned(), "there is no service `infrakt` in ./own.yml"),
        (
            "services:\n  infrakt: {image: a, networks: {front: {aliases: [infrakt-app]}}}\nnetworks:\n  front: {external: true, name: infrakt}\n".to_owned(),
            "",
        ),
    ];
    for (compose, wanted) in cases {
        let folder = scratch();
        fs::write(folder.path().join("own.yml"), &compose).expect("writable");
        let arguments = ["render", "--domain", "infrakt.example.com", "--set", "compose=./own.yml"];
        let made = run(folder.path(), &[&arguments[..], &["--set", "front=traefik"]].concat());
        let said = text(&made.stderr);
        assert_eq!(code(&made) == 0, wanted.is_empty(), "{compose}{said}");
        assert!(said.contains(wanted) && !said.contains("Compose does not create"), "{compose}{said}");
    }
}
