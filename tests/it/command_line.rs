//! What is the same for every command: examples, environment, colours, completions, manual pages.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::common::{code, firstlight, root, run, said, scratch, text, with};

const DOMAIN: [&str; 3] = ["render", "--domain", "www.example.com"];

/// The names of all commands, from the help.
fn commands() -> Vec<String> {
    let help = text(&run(&root(), &["--help"]).stdout);
    let list = help.split("Commands:\n").nth(1).expect("commands").split("\n\n").next().expect("a list");
    let names = list.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// A folder with what the examples read.
fn stocked() -> tempfile::TempDir {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("firstlight.yaml"), "domain: www.example.com\n").expect("writable");
    let made = run(here, &["render", "firstlight.yaml"]);
    for name in ["user-data", "old.user-data"] {
        fs::write(here.join(name), &made.stdout).expect("writable");
    }
    folder
}

#[test]
fn each_command_shows_two_examples_that_work() {
    let program = Path::new(env!("CARGO_BIN_EXE_firstlight")).parent().expect("a folder").display();
    let mut pages = vec![text(&run(&root(), &["--help"]).stdout)];
    pages.extend(commands().iter().map(|name| text(&run(&root(), &[name, "--help"]).stdout)));
    assert!(pages.len() > 10);
    for page in pages {
        let examples: Vec<_> = page
            .lines()
            .filter_map(|line| line.strip_prefix("  "))
            .filter(|l| l.starts_with("firstlight "))
            .collect();
        assert_eq!(examples.len(), 2, "{page}");
        for example in examples {
            let folder = stocked();
            let made = Command::new("bash")
                .args(["-ec", example])
                .current_dir(&folder)
                .env_clear()
                .env("PATH", format!("{program}:/usr/bin:/bin"))
                .output()
                .expect("bash starts");
            let right = if example.starts_with("firstlight diff") { vec![0, 1] } else { vec![0] };
            // Whether the documents are up to date is what it was asked.
            let right = if example == "firstlight check --format github" { vec![0, 1] } else { right };
            assert!(right.contains(&code(&made)), "{example}\n{}", said(&made));
        }
    }
}

#[test]
fn an_environment_variable_stands_for_an_option() {
    let by_flag = run(&root(), &with(&DOMAIN, &["--set", "acme=staging"]));
    let made = |variables: &[(&str, &str)], arguments: &[&str]| {
        firstlight(&root()).args(arguments).envs(variables.iter().copied()).output().expect("it starts")
    };
    let both = [("FIRSTLIGHT_DOMAIN", "www.example.com"), ("FIRSTLIGHT_SET", "acme=staging")];
    let by_variable = made(&both, &["render"]);
    assert_eq!(text(&by_variable.stdout), text(&by_flag.stdout));
    let hint = "From the environment: FIRSTLIGHT_DOMAIN, FIRSTLIGHT_SET.\n";
    assert!(text(&by_variable.stderr).starts_with(hint), "{}", text(&by_variable.stderr));
    // A flag wins, and is not said to come from there.
    let flag = made(&both[..1], &["render", "--domain", "a.example.com"]);
    assert!(text(&flag.stdout).contains("# https://a.example.com:"));
    assert!(!text(&flag.stderr).contains("environment"));
    // A switch is on unless the variable says no.
    for (value, wanted) in [("1", 2), ("yes", 2), ("0", 0), ("false", 0)] {
        let warned = with(&DOMAIN, &["--expires", "2026-01-10", "--today", "2026-01-09"]);
        assert_eq!(code(&made(&[("FIRSTLIGHT_STRICT", value)], &warned)), wanted, "{value}");
    }
    let everywhere =
        made(&[("FIRSTLIGHT_QUIET", "1"), ("FIRSTLIGHT_FORMAT", "json")], &["lint", "golden/app/user-data"]);
    assert_eq!(text(&everywhere.stderr), "");
    serde_json::from_slice::<Value>(&everywhere.stdout).expect("JSON");
}

#[test]
fn no_secret_of_the_environment_is_shown() {
    let secret = "ghp_0123456789abcdefghijABCDEFGHIJklmnop";
    for (name, arguments) in [
        ("FIRSTLIGHT_TOKEN", &DOMAIN[..]),
        ("FIRSTLIGHT_FORMAT", &DOMAIN[..]),
        ("FIRSTLIGHT_COLOR", &["providers"]),
        ("FIRSTLIGHT_SET", &DOMAIN[..]),
    ] {
        for value in [secret, "TOKEN=hunter2hunter2"] {
            let made = firstlight(&root()).args(arguments).env(name, value).output().expect("it starts");
            assert_eq!(code(&made), 2, "{name}: {}", said(&made));
            assert!(!said(&made).contains(secret) && !said(&made).contains("hunter2"), "{}", said(&made));
        }
    }
}

#[test]
fn colours_are_there_when_they_are_wanted() {
    let bad = ["render", "--domain", "x"];
    let is_coloured = |arguments: &[&str]| text(&run(&root(), arguments).stderr).contains("\x1b[");
    assert!(!is_coloured(&bad) && !is_coloured(&with(&bad, &["--color", "never"])));
    assert!(is_coloured(&with(&bad, &["--color", "always"])));
    // Never in a file.
    let folder = stocked();
    fs::write(folder.path().join("bad"), "#cloud-config\nruncmd: x\nruncmd: y\n").expect("writable");
    run(folder.path(), &["lint", "bad", "--color", "always", "--output", "found"]);
    let found = fs::read_to_string(folder.path().join("found")).expect("a file");
    assert!(found.contains("error[") && !found.contains('\x1b'), "{found}");
}

#[test]
fn quiet_and_verbose() {
    let folder = stocked();
    let render = ["render", "firstlight.yaml", "--output", "made"];
    let made = run(folder.path(), &with(&render, &["-q"]));
    assert_eq!((code(&made), text(&made.stderr).as_str()), (0, ""));
    let size = fs::metadata(folder.path().join("made")).expect("a file").len();
    let made = text(&run(folder.path(), &with(&render, &["-v"])).stderr);
    assert!(made.starts_with("Reading firstlight.yaml.\n"), "{made}");
    assert!(made.contains(&format!("Wrote made, {size} bytes.\n")), "{made}");
    assert_eq!(code(&run(folder.path(), &with(&render, &["-q", "-v"]))), 2);
    // What is wrong is said all the same.
    let made = run(folder.path(), &["render", "-q", "--domain", "x"]);
    assert!(text(&made.stderr).starts_with("error["));
}

#[test]
fn completions_for_each_shell() {
    for (shell, word) in [
        ("bash", "complete -F _firstlight"),
        ("zsh", "#compdef firstlight"),
        ("fish", "complete -c firstlight"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion:arg-completer[firstlight]"),
    ] {
        let made = run(&root(), &["completions", shell]);
        assert!(text(&made.stdout).contains(word), "{shell}");
    }
    let script = format!(
        "source <('{}' completions bash); COMP_WORDS=(firstlight provi); COMP_CWORD=1; \
         _firstlight firstlight provi firstlight; echo \"${{COMPREPLY[*]}}\"",
        env!("CARGO_BIN_EXE_firstlight")
    );
    let made = Command::new("bash").args(["-c", &script]).output().expect("bash starts");
    assert_eq!(text(&made.stdout), "providers\n", "{}", said(&made));
}

#[test]
fn a_manual_page_for_each_command() {
    let folder = scratch();
    let made = run(folder.path(), &["man", "a/b"]);
    assert_eq!(code(&made), 0, "{}", said(&made));
    for name in commands().iter().map(|name| format!("firstlight-{name}")).chain(["firstlight".to_owned()]) {
        let page = fs::read_to_string(folder.path().join(format!("a/b/{name}.1"))).expect("a page");
        assert!(page.contains(&format!(".TH {name} 1")), "{page}");
        assert!(page.contains(&name.replace('-', "\\-")) || page.contains(&name), "{page}");
    }
}

#[test]
fn several_files_are_linted_at_once() {
    let folder = scratch();
    for (name, body) in [
        ("one", "#cloud-config\npakages: [a]\n"),
        ("two", "#cloud-config\nruncmd: [a]\n"),
        ("three", "#cloud-config\nhostnme: a\n"),
    ] {
        fs::write(folder.path().join(name), body).expect("writable");
    }
    let lint = |more: &[&str]| run(folder.path(), &with(&["lint"], more));
    let made = lint(&["one", "two", "three"]);
    assert_eq!(code(&made), 2);
    let shown = text(&made.stdout);
    assert!(
        shown.contains("--> one:2") && shown.contains("--> three:2") && !shown.contains("two"),
        "{shown}"
    );
    let data: Value =
        serde_json::from_slice(&lint(&["one", "three", "--format", "json"]).stdout).expect("JSON");
    assert_eq!(data["diagnostics"].as_array().expect("a list").len(), 2);
    let data: Value =
        serde_json::from_slice(&lint(&["one", "three", "--format", "sarif"]).stdout).expect("JSON");
    let uri = |at: usize| {
        data["runs"][0]["results"][at]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone()
    };
    assert_eq!((uri(0), uri(1)), ("one".into(), "three".into()));
    assert_eq!(data["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules").len(), 1);
    // One that is not there does not hide what the others are.
    let made = lint(&["one", "nosuch"]);
    assert_eq!(code(&made), 2);
    assert!(text(&made.stdout).contains("one:2") && text(&made.stderr).contains("nosuch"), "{}", said(&made));
    assert_eq!(code(&lint(&["two", "nosuch"])), 2);
    assert_eq!(code(&lint(&[])), 2);
}

#[test]
fn what_is_printed_can_go_to_a_file() {
    let folder = stocked();
    for arguments in [
        &["lint", "user-data"][..],
        &["lint", "user-data", "--format", "sarif"],
        &["diff", "user-data", "old.user-data", "--format", "json"],
        &["explain", "bad-mode"],
        &["explain", "user-data", "--format", "svg"],
        &["schema"],
        &["schema", "hosts"],
    ] {
        let printed = run(folder.path(), arguments);
        let written = run(folder.path(), &with(arguments, &["--output", "to"]));
        assert_eq!(code(&printed), code(&written), "{arguments:?}");
        assert!(written.stdout.is_empty());
        assert_eq!(fs::read(folder.path().join("to")).expect("a file"), printed.stdout, "{arguments:?}");
    }
}

/// The version says which commit it is, if it is known; the documents do not.
#[test]
fn the_version() {
    let made = text(&run(&root(), &["--version"]).stdout);
    assert!(made.starts_with(&format!("firstlight {}", env!("CARGO_PKG_VERSION"))), "{made}");
}
