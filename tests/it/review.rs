//! docs/reviewing.md, docs/boot.svg, the GitHub Action and the pre-commit hook, as they are shipped.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_yaml::Value;

use crate::common::{code, golden, root, run, said, scratch, text, updating};

const BEGIN: &str = "<!-- firstlight diff --format markdown --provider hetzner base/infra/user-data head/infra/user-data -->\n";
const END: &str = "\n<!-- end -->";

fn page() -> String {
    fs::read_to_string(root().join("docs/reviewing.md")).expect("a page")
}

/// The page's configurations, by the path in their first line.
fn configurations(page: &str) -> BTreeMap<String, String> {
    let blocks = page.split("```yaml\n# ").skip(1).map(|rest| rest.split("```").next().expect("an end"));
    blocks
        .filter_map(|block| block.split_once('\n'))
        .map(|(path, body)| (path.to_owned(), body.to_owned()))
        .collect()
}

/// Both sides of the page's pull request, rendered.
fn sides(here: &Path) {
    for (path, body) in configurations(&page()) {
        let to = here.join(&path);
        fs::create_dir_all(to.parent().expect("a folder")).expect("writable");
        fs::write(to, body).expect("writable");
    }
    for side in ["base", "head"] {
        let made = run(here, &["check", "--update", side]);
        assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    }
}

#[test]
fn the_pull_request_is_what_the_command_prints() {
    let folder = scratch();
    sides(folder.path());
    let command = BEGIN.trim_start_matches("<!-- firstlight ").trim_end_matches(" -->\n");
    let made = run(folder.path(), &command.split(' ').collect::<Vec<_>>());
    assert_eq!(code(&made), 1, "{}", text(&made.stderr));
    let page = page();
    let (before, rest) = page.split_once(BEGIN).expect("a beginning");
    let (shown, after) = rest.split_once(END).expect("an end");
    let wanted = format!("\n{}", text(&made.stdout));
    if updating() {
        fs::write(root().join("docs/reviewing.md"), format!("{before}{BEGIN}{wanted}{END}{after}"))
            .expect("writable");
        return;
    }
    assert_eq!(shown, wanted, "make golden writes it");
}

/// The README's picture is what explain draws.
#[test]
fn the_picture_is_what_the_command_draws() {
    let there = golden(&["infrakt-defaults"]);
    let made = run(there.path(), &["explain", "golden/infrakt-defaults/user-data", "--format", "svg"]);
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    let path = root().join("docs/boot.svg");
    if updating() {
        fs::write(&path, &made.stdout).expect("writable");
    }
    assert!(fs::read(path).expect("a picture") == made.stdout, "make golden writes it");
}

fn yaml(path: &str) -> Value {
    serde_yaml::from_str(&fs::read_to_string(root().join(path)).expect("a file")).expect("YAML")
}

/// A step of the action, as a runner would run it.
fn step(name: &str, here: &Path, environment: &[(&str, &str)]) -> std::process::Output {
    let action = yaml("action.yml");
    let steps = action["runs"]["steps"].as_sequence().expect("steps");
    let step = steps.iter().find(|step| step["name"] == name).expect("a step");
    assert_eq!(step["shell"], "bash");
    let program = Path::new(env!("CARGO_BIN_EXE_firstlight")).parent().expect("a folder");
    Command::new("bash")
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].as_str().expect("a script")])
        .current_dir(here)
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", program.display()))
        .envs(environment.iter().copied())
        .output()
        .expect("bash starts")
}

fn git(here: &Path, arguments: &[&str]) -> String {
    let made = Command::new("git")
        .args(["-c", "user.name=x", "-c", "user.email=x@example.com"])
        .args(arguments)
        .current_dir(here)
        .output()
        .expect("git");
    assert!(made.status.success(), "{arguments:?}: {}", text(&made.stderr));
    text(&made.stdout).trim().to_owned()
}

#[test]
fn the_action_checks_and_shows_what_changes() {
    let folder = scratch();
    sides(folder.path());
    let here = folder.path().join("repository");
    let here = here.as_path();
    let copy = |side: &str| {
        for name in ["firstlight.yaml", "user-data"] {
            let from = folder.path().join(side).join("infra").join(name);
            fs::copy(from, here.join("infra").join(name)).expect("writable");
        }
    };
    fs::create_dir_all(here.join("infra")).expect("writable");
    git(here, &["init", "-q"]);
    copy("base");
    git(here, &["add", "."]);
    git(here, &["commit", "-qm", "base"]);
    let base = git(here, &["rev-parse", "HEAD"]);
    let good = step("Check", here, &[("FIRSTLIGHT_PATH", "infra")]);
    assert_eq!((code(&good), text(&good.stdout)), (0, String::new()), "{}", text(&good.stderr));

    // Somebody changes the configuration and forgets the document.
    fs::copy(folder.path().join("head/infra/firstlight.yaml"), here.join("infra/firstlight.yaml"))
        .expect("writable");
    let bad = step("Check", here, &[("FIRSTLIGHT_PATH", ".")]);
    assert_eq!(code(&bad), 1);
    assert!(text(&bad.stdout).starts_with("::error file=infra/user-data,line="), "{}", text(&bad.stdout));

    copy("head");
    fs::write(here.join("infra/new.user-data"), "#cloud-config\npackages: [git]\n").expect("writable");
    git(here, &["add", "."]);
    let summary = folder.path().join("summary");
    let path = summary.to_str().expect("UTF-8");
    let environment = [("BASE", base.as_str()), ("PROVIDER", "hetzner"), ("GITHUB_STEP_SUMMARY", path)];
    let shown = step("Show what changes", here, &environment);
    assert_eq!(code(&shown), 0, "{}", text(&shown.stderr));
    let summary = fs::read_to_string(summary).expect("a summary");
    let page = page();
    let wanted = page.split(BEGIN).nth(1).expect("an example").split(END).next().expect("an end");
    assert!(summary.contains(wanted.trim()), "{summary}");
    assert!(summary.contains("### `base/infra/new.user-data` → `head/infra/new.user-data`"), "{summary}");
}

/// A link is shown as the path it leads to; no name of a folder ends the loop, or is taken for an option.
#[test]
fn the_action_follows_no_link_and_takes_any_name() {
    let folder = scratch();
    let here = folder.path().join("repository");
    let here = here.as_path();
    fs::create_dir_all(here).expect("writable");
    fs::write(folder.path().join("outside"), "#cloud-config\npackages: [outside-secret]\n")
        .expect("writable");
    git(here, &["init", "-q"]);
    git(here, &["commit", "-qm", "base", "--allow-empty"]);
    let base = git(here, &["rev-parse", "HEAD"]);
    let names = ["-x", "new\nline", "end\n", "a b", "--output", "*", "z"];
    for name in names {
        fs::create_dir(here.join(name)).expect("writable");
        fs::write(here.join(name).join("user-data"), "#cloud-config\npackages: [shown]\n").expect("writable");
    }
    std::os::unix::fs::symlink("../outside", here.join("user-data")).expect("a link");
    std::os::unix::fs::symlink("/etc/passwd", here.join("x.user-data")).expect("a link");
    git(here, &["add", "."]);
    let summary = folder.path().join("summary");
    let path = summary.to_str().expect("UTF-8");
    let shown =
        step("Show what changes", here, &[("BASE", &base), ("PROVIDER", ""), ("GITHUB_STEP_SUMMARY", path)]);
    assert_eq!((code(&shown), text(&shown.stderr)), (0, String::new()));
    let summary = fs::read_to_string(summary).expect("a summary");
    assert_eq!(summary.matches("\n### ").count() + 1, names.len() + 2, "{summary}");
    assert_eq!(summary.matches("shown").count(), names.len(), "{summary}");
    assert!(!summary.contains("outside-secret") && !summary.contains("root:x:0:0"), "{summary}");

    let checked = step("Check", here, &[("FIRSTLIGHT_PATH", "-x\n z")]);
    let said = said(&checked);
    assert_eq!(code(&checked), 2, "neither has a configuration: {said}");
    assert!(said.contains("cannot read -x") && said.contains("cannot read z"), "{said}");
}

#[test]
fn the_hook_runs_what_there_is() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    assert!(hooks.as_sequence().expect("hooks").iter().all(|hook| hook["language"] == "python"));
    let hook = &hooks[0];
    assert_eq!(hook["entry"], "firstlight check");
    assert_eq!(hook["pass_filenames"], false);
    let made = run(&root(), &["check", "--help"]);
    assert_eq!(code(&made), 0);
    let page = page();
    assert!(page.contains(hook["id"].as_str().expect("a name")));
    // Whatever `check` looks at makes the hook run, as pre-commit decides it.
    let always = hook["always_run"].as_bool() == Some(true);
    let files = hook["files"].as_str().unwrap_or("");
    assert!(!always || files.is_empty(), "it waits for nothing");
    for path in [
        "compose.yaml",
        "any/name.yml",
        "profile/profile.yaml",
        "profile/files/opt/x.j2",
        "server.yaml",
        "greet.sh",
        "firstlight.yaml",
        "a/b.firstlight.yaml",
        "hosts.yaml",
        "x/user-data",
        "a.user-data",
        "user-data/host",
    ] {
        let mut grep = Command::new("bash");
        grep.args(["-c", "grep -qP -- \"$0\" <<<\"$1\"", files, path]);
        assert!(always || grep.status().expect("grep").success(), "{path}");
    }
}

/// The hook gives pre-commit's names to a shell, whatever they are.
#[test]
fn the_hook_of_lint_takes_each_file() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let hook = &hooks[1];
    assert_eq!(hook["id"], "firstlight-lint");
    assert!(page().contains("firstlight-lint"));
    let (files, exclude) = (hook["files"].as_str().expect("names"), hook["exclude"].as_str().expect("names"));
    let is_chosen = |path: &str| {
        let mut grep = Command::new("bash");
        grep.args([
            "-c",
            "grep -qP -- \"$0\" <<<\"$2\" && ! grep -qP -- \"$1\" <<<\"$2\"",
            files,
            exclude,
            path,
        ]);
        grep.status().expect("grep").success()
    };
    let chosen = [
        "user-data",
        "a/user-data",
        "web.user-data",
        "user-data/web-1",
        "x/cloud-init.yaml",
        "cloud-config.yml",
    ];
    assert!(chosen.into_iter().all(is_chosen));
    let others = [
        "user-data.tftpl",
        "user-data/README.md",
        "my-user-data.rs",
        "cloud-init.service",
        "firstlight.yaml",
    ];
    assert!(!others.into_iter().any(is_chosen));

    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("-good one"), "#cloud-config\npackages: [git]\n").expect("writable");
    fs::write(here.join("$(touch x)"), "#cloud-config\npackages: {\n").expect("writable");
    let program = Path::new(env!("CARGO_BIN_EXE_firstlight")).parent().expect("a folder");
    let run = |names: &[&str]| {
        // pre-commit splits the entry as a shell does, and appends the names.
        let line = format!("exec {} \"$@\"", hook["entry"].as_str().expect("a command"));
        let mut bash = Command::new("bash");
        bash.args(["-c", &line, "bash"]).args(names).current_dir(here).env_clear();
        bash.env("PATH", format!("{}:/usr/bin:/bin", program.display())).output().expect("bash starts")
    };
    let good = run(&["-good one"]);
    assert_eq!(code(&good), 0, "{}", said(&good));
    let bad = run(&["$(touch x)", "-good one"]);
    assert_ne!(code(&bad), 0, "{}", said(&bad));
    assert!(!here.join("x").exists(), "a name is not run");
}

/// The action and the hooks install the wheel of their own version.
#[test]
fn what_installs_the_wheel_names_this_version() {
    let project = fs::read_to_string(root().join("pyproject.toml")).expect("a project");
    let version = env!("CARGO_PKG_VERSION");
    assert!(project.contains(&format!("\nversion = \"{version}\"\n")), "pyproject.toml");
    assert!(project.contains(&format!("\ndependencies = [\"firstlight=={version}\"]\n")), "pyproject.toml");
    assert!(fs::read_to_string(root().join("CHANGELOG.md")).expect("a log").contains("\n## [Unreleased]\n"));

    // The step of the action, with programs in the place of Python's that say how they are called.
    let folder = scratch();
    let here = folder.path();
    let path = |name: &str| here.join(name).to_str().expect("UTF-8").to_owned();
    fs::create_dir_all(here.join("programs")).expect("writable");
    let python = "#!/bin/bash\nmkdir -p \"$3/bin\"\nprintf '#!/bin/bash\\necho \"$@\"' >\"$3/bin/pip\"\nchmod +x \"$3/bin/pip\"\n";
    fs::write(here.join("programs/python3"), python).expect("writable");
    let chmod = Command::new("chmod").arg("+x").arg(here.join("programs/python3")).status().expect("chmod");
    assert!(chmod.success());
    let action = yaml("action.yml");
    let install = action["runs"]["steps"]
        .as_sequence()
        .expect("steps")
        .iter()
        .find(|step| step["name"] == "Install firstlight");
    let script = install.expect("a step")["run"].as_str().expect("a script");
    let made = Command::new("bash")
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", path("programs")))
        .envs([
            ("ACTION", root().to_str().expect("UTF-8")),
            ("RUNNER_TEMP", &path("temp")),
            ("GITHUB_PATH", &path("added")),
        ])
        .output()
        .expect("bash starts");
    let said = said(&made);
    assert_eq!(code(&made), 0, "{said}");
    assert!(said.ends_with(&format!(" --only-binary :all: firstlight=={version}\n")), "{said}");
    assert_eq!(
        fs::read_to_string(here.join("added")).expect("a path"),
        format!("{}/firstlight/bin\n", path("temp"))
    );
}

#[test]
fn help() {
    for name in ["diff", "check", "explain"] {
        insta::assert_snapshot!(format!("{name}_help"), text(&run(&root(), &[name, "--help"]).stdout));
    }
}

/// Whatever a command prints of somebody's user-data may stand in a log.
#[test]
fn no_command_shows_a_secret() {
    let folder = scratch();
    let document = root().join("tests/cases/userdata/passwords/user-data");
    fs::copy(document, folder.path().join("user-data")).expect("writable");
    fs::write(folder.path().join("empty"), "#cloud-config\n").expect("writable");
    for command in [
        "inspect user-data",
        "inspect user-data --format json",
        "lint user-data",
        "lint user-data --format json",
        "lint user-data --format sarif",
        "lint user-data --format github",
        "explain user-data",
        "explain user-data --format mermaid",
        "explain user-data --format svg",
        "diff empty user-data",
        "diff user-data empty --format markdown",
        "diff empty user-data --format json",
    ] {
        let made = run(folder.path(), &command.split(' ').collect::<Vec<_>>());
        let shown = said(&made);
        assert!(!shown.contains("hunter2"), "{command}:\n{shown}");
        assert!(shown.len() > 100, "{command}:\n{shown}");
    }
}
