//! What was refused or masked at one place gets into no document, and is shown at no other place.

mod common;

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use common::{PLAIN, code, run, scratch, text, token, with};

const PASSWORD: &str = "hunter2hunter2";

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
    fs::write(path, text).expect("writable");
}

/// What it printed, to either stream.
fn said(made: &std::process::Output) -> String {
    format!("{}{}", text(&made.stdout), text(&made.stderr))
}

fn is_refused_unseen(folder: &Path, arguments: &[&str], secret: &str) {
    let made = run(folder, arguments);
    let said = said(&made);
    assert_eq!(code(&made), 2, "{arguments:?}: {said}");
    assert!(said.contains("literal-secret"), "{arguments:?}: {said}");
    assert!(!said.contains(secret), "{arguments:?} shows it: {said}");
}

/// In keys, in names of files and parts, in base64 with and without padding, as binary data.
#[test]
fn a_token_gets_into_no_document() {
    let folder = scratch();
    let here = folder.path();
    let token = token();
    let padded = STANDARD.encode(format!("me:{token}\n"));
    assert!(padded.ends_with('='));
    let once = STANDARD.encode(&token);
    let twice = STANDARD.encode(&padded);
    for (own, secret) in [
        (format!("{{{token}: 1}}"), &token),
        (format!("{{apt: {{sources: {{{token}: {{source: x}}}}}}}}"), &token),
        (format!("{{write_files: [{{path: /etc/{token}, content: x}}]}}"), &token),
        (format!("{{timezone: {padded}}}"), &padded),
        (format!("{{timezone: !!binary {padded}}}"), &padded),
        (format!("{{runcmd: [[app, \"A={once}\"]]}}"), &once),
        (format!("{{timezone: {twice}}}"), &twice),
    ] {
        write(here, "c.yaml", &format!("domain: a.example.com\ntoken: none\ncloud_config: {own}\n"));
        is_refused_unseen(here, &["render", "c.yaml"], secret);
    }
    write(here, &format!("{token}.sh"), "#!/bin/sh\necho\n");
    let part = format!("{token}.sh");
    is_refused_unseen(here, &with(&PLAIN, &["--format", "mime", "--part", &part]), &token);
    write(here, &format!("{token}/a"), "x\n");
    let compose = |line: &str| format!("services:\n  web:\n    image: docker.io/library/nginx\n    {line}\n");
    for (line, secret) in [
        (format!("volumes: [\"./{token}:/x\"]"), &token),
        (format!("environment: {{A: {padded}}}"), &padded),
        (format!("environment: [A={padded}]"), &padded),
        (format!("labels: {{{token}: x}}"), &token),
    ] {
        write(here, "own.yml", &compose(&line));
        let site = ["render", "--domain", "a.example.com", "--token", "none", "--profile", "compose"];
        let set = ["--set", "compose=./own.yml", "--set", "service=web", "--set", "port=80"];
        is_refused_unseen(here, &with(&site, &set), secret);
    }
}

/// A template may put together what stands nowhere in it.
#[test]
fn a_token_that_a_template_makes_is_refused() {
    let folder = scratch();
    let here = folder.path();
    let token = token();
    let (head, tail) = token.split_at(4);
    let profile = common::root().join("golden/errors/profile-secret-in-template/input/page/profile.yaml");
    write(here, "own/profile.yaml", &fs::read_to_string(profile).expect("a profile"));
    for text in [
        format!("A={{{{ \"{head}\" ~ \"{tail}\" }}}}\n"),
        format!("A={{{{ \"{}\" }}}}\n", STANDARD.encode(&token)),
    ] {
        write(here, "own/files/opt/page/page.env.j2", &text);
        let made = run(here, &["render", "--domain", "a.example.com", "--profile", "./own"]);
        let said = said(&made);
        assert_eq!(code(&made), 2, "{said}");
        assert!(said.contains("literal-secret") && !said.contains(tail), "{said}");
    }
}

/// What a path, a name or a value on the command line gives away is repeated by no message, whoever writes it.
#[test]
fn no_message_repeats_a_secret_argument() {
    let folder = scratch();
    let here = folder.path();
    let url = format!("https://me:{PASSWORD}@example.com/x");
    let random = "x3Kd9aQ7mZ2pLr8TnV5cYw1BqWeRtYuI";
    let part = format!("x:{random}");
    let port = format!("port={random}");
    for value in [url.as_str(), random] {
        for arguments in [
            vec!["render", value],
            vec!["render", "--hosts", value, "--output", "x"],
            vec!["render", "--format", value],
            vec!["render", "--domain", value],
            vec!["render", "--phase", value],
            vec!["render", "--set", value],
            vec!["render", value, "--set", value, value],
            with(&PLAIN, &["--profile", value]),
            with(&PLAIN, &["--provider", value]),
            with(&PLAIN, &["--repo", value]),
            with(&PLAIN, &["--branch", value, "--today", value]),
            with(&PLAIN, &["--expires", value]),
            with(&PLAIN, &["--in-clear", value]),
            with(&PLAIN, &["--cloud-config", value]),
            with(&PLAIN, &["--format", "mime", "--part", value]),
            with(&PLAIN, &["--format", "mime", "--part", &part]),
            with(&PLAIN, &["--set", &port]),
            with(&PLAIN, &["--format", "terraform", "--token", value]),
            vec!["lint", value],
            vec!["lint", "--provider", value, "x"],
            vec!["inspect", value],
            vec!["inspect", value, "--extract", value],
            vec!["diff", value, value],
            vec!["explain", value],
            vec!["check", value],
            vec!["providers", value],
            vec!["schema", value],
            vec!["schema", "--profile", value],
            vec![value],
        ] {
            for more in [&[][..], &["--format", "json"]] {
                let made = run(here, &with(&arguments, more));
                let said = said(&made);
                assert!(!said.contains(PASSWORD) && !said.contains(random), "{arguments:?}: {said}");
            }
        }
    }
    let url = format!("https://me:{PASSWORD}@example.com");
    let made = run(here, &with(&PLAIN, &["--output", &format!("{url}/x")]));
    assert!(code(&made) != 0 && !said(&made).contains(PASSWORD), "{}", said(&made));
}

/// The mark at which a secret is filled in is refused once, however it is spelt.
#[test]
fn our_mark_is_refused_once() {
    let folder = scratch();
    let here = folder.path();
    for own in [
        "{timezone: \"@@terraform://t@@\"}",
        "{timezone: \"\\x40@terraform://t@@\"}",
        "{\"@@terraform://t@@\": 1}",
        "{apt: {\"@@terraform://t@@\": [\"a\"]}}",
    ] {
        let config = format!("domain: a.example.com\ntoken: terraform://t\ncloud_config: {own}\n");
        write(here, "c.yaml", &config);
        let made = run(here, &["render", "c.yaml", "--format", "terraform", "--output", "made"]);
        let said = said(&made);
        assert_eq!(
            (code(&made), said.matches("error[bad-value]: this is the mark").count()),
            (2, 1),
            "{said}"
        );
        assert!(!said.contains("error[conflict]"), "{said}");
    }
}
