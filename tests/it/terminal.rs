//! Names made to be obeyed by a terminal, or to be read as something else, through every command and format: nothing odd
//! leaves the program.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::common::shown::is_odd;
use crate::common::{firstlight, run, scratch};

/// A title, a C1 sequence, a bell, the other direction, a line separator, no width, a tag, and what passes for an error.
const NAME: &str = "x\u{1b}]0;t\u{7}\u{9b}31m\u{1b}[35;5m\u{202e}\u{2066}\u{2028}\u{2029}\u{200b}\u{feff}\u{61c}\u{e0041}\u{ad}\rX\nerror: y";
/// The same in YAML's and JSON's escapes.
const ESCAPED: &str = "x\\e]0;t\\a\\x9b31m\\e[35;5m\\u202e\\u2066\\u2028\\u2029\\u200b\\ufeff\\u061c\\U000e0041\\xad\\rX\\nerror: y";

/// What a command prints holds nothing odd, and no line that a name has begun.
fn check(folder: &Path, arguments: &[&str]) {
    let made = run(folder, arguments);
    for (stream, bytes) in [("stdout", &made.stdout), ("stderr", &made.stderr)] {
        let text =
            std::str::from_utf8(bytes).unwrap_or_else(|_| panic!("{arguments:?}: {stream} is not UTF-8"));
        let odd: Vec<_> = text.chars().filter(|c| is_odd(*c)).collect();
        assert!(odd.is_empty(), "{arguments:?}: {stream} has {odd:?}: {text:?}");
        assert!(!text.lines().any(|line| line.starts_with("error: y")), "{arguments:?}: {stream}: {text}");
    }
    assert!(!made.stdout.is_empty() || !made.stderr.is_empty(), "{arguments:?}: it says nothing");
}

/// A document whose parts, files, keys, commands and users bear such names.
fn document() -> String {
    format!(
        "#cloud-config\nwrite_files:\n- {{path: \"/opt/{ESCAPED}\", owner: \"{ESCAPED}:x\", permissions: 644, content: \"{ESCAPED}\"}}\n\
         - {{path: \"/etc/systemd/system/{ESCAPED}.service\", content: x}}\n\
         \"{ESCAPED}\": 1\nhostname: \"{ESCAPED}\"\npackages: [\"{ESCAPED}\"]\nruncmd:\n- [echo, \"{ESCAPED}\"]\n- \"{ESCAPED}\"\n\
         bootcmd:\n- \"{ESCAPED}\"\nusers:\n- name: \"{ESCAPED}\"\n  groups: \"{ESCAPED}\"\n"
    )
}

fn mime() -> String {
    let name = NAME.replace(['\n', '\r'], " ");
    format!(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/x-shellscript\n\
         Content-Disposition: attachment; filename=\"{name}\"\n\n#!/bin/sh\necho {name}\n--B\nContent-Type: text/{name}\n\n{name}\n--B--\n"
    )
}

#[test]
fn names_of_files_and_of_what_is_in_them() {
    let folder = scratch();
    let here = folder.path();
    let (one, two) = (format!("{NAME}.1"), format!("{NAME}.2"));
    fs::write(here.join(&one), document()).expect("writable");
    fs::write(here.join(&two), mime()).expect("writable");
    fs::write(here.join("broken"), format!("#cloud-config\n{NAME}: [\n")).expect("writable");
    for file in [one.as_str(), &two, "broken"] {
        for format in ["human", "json"] {
            check(here, &["inspect", "--format", format, file]);
        }
        for format in ["human", "json", "sarif", "github"] {
            check(here, &["lint", "--format", format, "--provider", "aws", file]);
        }
        for format in ["text", "mermaid", "svg"] {
            check(here, &["explain", "--format", format, file]);
        }
        for other in [one.as_str(), &two, "broken", "nosuch", NAME] {
            for format in ["human", "markdown", "json"] {
                if other != file {
                    check(here, &["diff", "--format", format, file, other]);
                }
            }
        }
    }
    for (old, new) in [("a", "b"), ("b", "a")] {
        fs::create_dir_all(here.join(old).join(NAME)).expect("writable");
        fs::write(here.join(old).join(NAME).join(NAME), format!("{NAME}{old}")).expect("writable");
        fs::create_dir_all(here.join(new)).expect("writable");
    }
    for format in ["human", "markdown", "json"] {
        check(here, &["diff", "--format", format, "a", "b"]);
    }
    for command in ["inspect", "lint", "explain", "check", "render"] {
        check(here, &[command, NAME]);
        check(here, &[command, &one, NAME]);
    }
    check(here, &["inspect", &one, "--extract", &format!("{NAME}/nosuch/x")]);
}

#[test]
fn names_of_configurations_and_what_they_say() {
    let folder = scratch();
    let here = folder.path();
    let config = format!("{NAME}.firstlight.yaml");
    let quoted = format!("\"{ESCAPED}\"");
    for text in [
        "domain: a.example.com\n".to_owned(),
        "domain: localhost\n".to_owned(),
        format!("domain: {quoted}\n"),
        format!("{quoted}: 1\nprofile: {quoted}\ntoken: {quoted}\nprovider: {quoted}\nbranch: {quoted}\n"),
        format!("domain: a.example.com\nsettings: {{{quoted}: 1, compose: {quoted}, acme: {quoted}}}\n"),
        format!(
            "domain: a.example.com\nprofile: compose\nsettings: {{compose: \"./{ESCAPED}\", service: {quoted}, port: 1}}\n"
        ),
        format!("domain: {NAME}\n"),
    ] {
        fs::write(here.join(&config), &text).expect("writable");
        for format in ["cloud-config", "json", "mime"] {
            check(here, &["render", &config, "--format", format]);
        }
        check(here, &["render", &config, "--format", "terraform", "--output", NAME]);
        check(here, &["render", &config, "--output", &format!("{NAME}/nosuch/x")]);
        check(here, &["explain", &config]);
        check(here, &["diff", &config, "/dev/null"]);
        for format in ["human", "github"] {
            check(here, &["check", "--format", format]);
            check(here, &["check", "--format", format, &config]);
            check(here, &["check", "--format", format, "--update", &config]);
            check(here, &["check", "--format", format, "."]);
        }
    }
    fs::write(
        here.join("hosts.yaml"),
        format!("hosts:\n  {quoted}: {{domain: {quoted}}}\n  b: {{domain: a.example.com, {quoted}: 1}}\n"),
    )
    .expect("writable");
    check(here, &["render", "--hosts", "hosts.yaml", "--output", NAME]);
    check(here, &["check"]);
    fs::write(here.join("hosts.yaml"), "hosts:\n  b: {domain: a.example.com}\n").expect("writable");
    check(here, &["render", "--hosts", "hosts.yaml", "--output", NAME]);
}

#[test]
fn arguments_parts_and_profiles() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join(NAME), "#!/bin/sh\n").expect("writable");
    fs::create_dir_all(here.join("p").join("files").join(NAME)).expect("writable");
    fs::write(here.join("p/files").join(NAME).join("a.yml.j2"), format!("{{{{ {NAME} }}}}\n"))
        .expect("writable");
    fs::write(
        here.join("p/profile.yaml"),
        format!("description: \"{ESCAPED}\"\nsummary: \"{ESCAPED}\"\n\"{ESCAPED}\": 1\n"),
    )
    .expect("writable");
    let profile = format!("./{NAME}.d");
    fs::create_dir_all(here.join(&profile)).expect("writable");
    fs::write(here.join(&profile).join("profile.yaml"), "description: [\n").expect("writable");
    let plain = ["render", "--domain", "a.example.com"];
    let assigned = format!("{NAME}=1");
    let value = format!("acme={NAME}");
    let typed = format!("{NAME}:{NAME}");
    let flag = format!("--{NAME}");
    for more in [
        &["--format", "mime", "--part", NAME][..],
        &["--format", "mime", "--part", &typed],
        &["--set", &assigned],
        &["--set", &value],
        &["--set", NAME],
        &["--token", NAME],
        &["--repo", NAME],
        &["--branch", NAME],
        &["--expires", NAME],
        &["--provider", NAME],
        &["--profile", NAME],
        &["--profile", &profile],
        &["--profile", "./p"],
        &["--format", NAME],
        &["--hosts", NAME, "--output", "x"],
        &[&flag],
        &["a", NAME],
    ] {
        let all: Vec<_> = plain.iter().copied().chain(more.iter().copied()).collect();
        check(here, &all);
    }
    for arguments in [
        &[NAME][..],
        &[flag.as_str()],
        &["providers", NAME],
        &["schema", NAME],
        &["schema", "--profile", NAME],
        &["schema", "--profile", &profile],
        &["explain", NAME, NAME],
        &["render", "--domain", NAME],
        &["init", "--domain", NAME],
        &["init", "--profile", NAME],
        &["init", "--domain", "a.example.com", "--image", NAME],
        &["init", "--domain", "a.example.com", "--compose", NAME],
    ] {
        check(here, arguments);
    }
}

/// On a terminal our own colours pass, and no others.
#[test]
fn a_terminal_gets_our_colours_alone() {
    let folder = scratch();
    let here = folder.path();
    for (name, text) in [("a", document()), ("b", document().replace("\\e", "\\a"))] {
        fs::write(here.join(format!("{NAME}.{name}")), text).expect("writable");
    }
    fs::write(here.join("c.yaml"), format!("domain: \"{ESCAPED}\"\n")).expect("writable");
    let program = firstlight(here).get_program().to_string_lossy().into_owned();
    for arguments in [
        "diff ./x*.a ./x*.b",
        "lint ./x*.a",
        "render c.yaml",
        "inspect ./x*.a",
        "render --domain \"$N\"",
        "\"$N\"",
    ] {
        let made = Command::new("script")
            .args(["-qec", &format!("{program} {arguments}"), "/dev/null"])
            .current_dir(here)
            .env("TERM", "xterm")
            .env("N", NAME)
            .env_remove("NO_COLOR")
            .stdin(std::process::Stdio::null())
            .output()
            .expect("script, of the package bsdutils");
        let text = String::from_utf8(made.stdout).expect("UTF-8").replace("\r\n", "\n");
        assert!(!text.is_empty() && !text.contains("\u{1b}[35;5m"), "{arguments}: {text:?}");
        // Of what is left after an escape only a colour's numbers may stand.
        let left: String = text
            .split("\u{1b}[")
            .map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';'))
            .collect();
        let odd: Vec<_> = left.chars().filter(|c| is_odd(*c)).collect();
        assert!(odd.is_empty(), "{arguments}: {odd:?}: {text:?}");
    }
}
