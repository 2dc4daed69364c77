//! The program as users run it: exit codes, output, diagnostics.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::common::{
    APP, DOWNLOADED, PLAIN, code, document, feed, files, firstlight, root, run, said, scratch, text, with,
};

#[test]
fn exit_codes() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("bad.yaml"), "domain: [").expect("writable");
    fs::write(here.join("file"), "").expect("writable");
    for (wanted, arguments) in [
        (0, PLAIN.to_vec()),
        (0, vec!["--help"]),
        (0, vec!["--version"]),
        (0, vec!["render", "--help"]),
        (0, vec!["schema"]),
        (0, vec!["secret"]),
        (2, vec![]),
        (2, vec!["rendr"]),
        (2, vec!["render", "--domian", "x"]),
        (2, vec!["render", "--format", "yaml"]),
        (2, vec!["render", "nosuch.yaml"]),
        (2, vec!["render", "bad.yaml"]),
        (2, vec!["render", "."]),
        (2, vec!["render"]),
        (2, vec!["schema", "--profile", "nosuch"]),
        (2, vec!["schema", "--profile", "_host"]),
        (2, vec!["schema", "--profile", "./nosuch"]),
        (2, with(&PLAIN, &["--set", "compose=./nosuch.yml"])),
        (1, with(&PLAIN, &["--output", "nosuch/user-data"])),
        (1, with(&PLAIN, &["--output", "file/user-data"])),
        (1, with(&PLAIN, &["--output", "/dev/full"])),
        (1, with(&PLAIN, &["--output", "/proc/nosuch"])),
        (1, with(&PLAIN, &["--output", "."])),
        (1, with(&PLAIN, &["--format", "tree", "--output", "file"])),
    ] {
        let made = run(here, &arguments);
        assert_eq!(code(&made), wanted, "{arguments:?}: {}", text(&made.stderr));
        assert_eq!(made.stdout.is_empty(), wanted != 0, "{arguments:?}");
        assert!(wanted == 0 || !made.stderr.is_empty(), "{arguments:?} said nothing");
    }
}

#[test]
fn a_full_disk_is_not_success() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let made = firstlight(&root()).args(PLAIN).stdout(full).output().expect("it starts");
    assert_eq!(code(&made), 1);
}

#[test]
fn an_output_file_is_replaced_whole_or_not_at_all() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("out"), "old").expect("writable");
    let failed = run(here, &["render", "--domain", "localhost", "--output", "out"]);
    assert_eq!(code(&failed), 2);
    assert_eq!(files(here), BTreeMap::from([("out".to_owned(), b"old".to_vec())]));

    let made = run(here, &with(&PLAIN, &["--output", "out"]));
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    assert!(made.stdout.is_empty());
    assert_eq!(files(here), BTreeMap::from([("out".to_owned(), document(&PLAIN))]));

    let too_large = format!("environment.LONG={}", "x".repeat(9000));
    let failed = run(
        here,
        &with(&APP, &["--provider", "aws", "--encoding", "plain", "--set", &too_large, "--output", "out"]),
    );
    assert_eq!(code(&failed), 2);
    assert_eq!(files(here), BTreeMap::from([("out".to_owned(), document(&PLAIN))]));
}

#[test]
fn links_pipes_and_devices_stay_what_they_are() {
    let folder = scratch();
    let here = folder.path();
    let wanted = document(&PLAIN);

    fs::create_dir(here.join("real")).expect("a folder");
    fs::write(here.join("real/user-data"), "old").expect("writable");
    std::os::unix::fs::symlink("real/user-data", here.join("link")).expect("a link");
    assert_eq!(code(&run(here, &with(&PLAIN, &["--output", "link"]))), 0);
    assert!(here.join("link").is_symlink());
    assert_eq!(fs::read(here.join("real/user-data")).expect("readable"), wanted);

    for out in ["-", "/dev/stdout"] {
        let made = run(here, &with(&PLAIN, &["--output", out]));
        assert_eq!((code(&made), &made.stdout), (0, &wanted), "{out}");
    }
    let file = fs::File::create(here.join("redirected")).expect("a file");
    let made = firstlight(here).args(PLAIN).args(["--output", "/dev/stdout"]).stdout(file).output();
    assert_eq!(code(&made.expect("it starts")), 0);
    assert_eq!(fs::read(here.join("redirected")).expect("readable"), wanted);

    assert_eq!(code(&run(here, &with(&PLAIN, &["--output", "/dev/null"]))), 0);
    assert!(!fs::metadata("/dev/null").expect("it is there").is_file());

    assert!(Command::new("mkfifo").arg(here.join("pipe")).status().expect("mkfifo").success());
    let pipe = here.join("pipe");
    let reader = std::thread::spawn(move || fs::read(pipe).expect("readable"));
    assert_eq!(code(&run(here, &with(&PLAIN, &["--output", "pipe"]))), 0);
    assert_eq!(reader.join().expect("it ends"), wanted);
}

/// A named pipe that nothing reads is refused, in every format that is one file.
#[test]
fn a_pipe_without_a_reader_is_refused() {
    let folder = scratch();
    let here = folder.path();
    for (format, pipe) in [("cloud-config", "pipe"), ("json", "pipe"), ("nocloud", "pipe.img")] {
        if !here.join(pipe).exists() {
            assert!(Command::new("mkfifo").arg(here.join(pipe)).status().expect("mkfifo").success());
        }
        let made = run(here, &with(&PLAIN, &["--format", format, "--output", pipe]));
        let said = text(&made.stderr);
        assert_eq!(code(&made), 1, "{format}: {said}");
        assert!(
            said.contains(&format!("cannot write {pipe}: it is a named pipe, and no program reads it")),
            "{said}"
        );
    }
}

/// `render` says what to do next: with a source of Packer's for the provider, with all that Terraform fills in, and which
/// file it does not read.
#[test]
fn what_to_do_next() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("p"), "#cloud-config\npackages: [jq]\n").expect("writable");
    fs::write(here.join("firstlight.yml"), "domain: a.example.com\n").expect("writable");
    let packer = ["--format", "packer", "--output", "out", "--force"];
    let two = ["--token", "terraform://ghcr_token", "--set", "webhook_secret=terraform://webhook"];
    for (arguments, wanted) in [
        (with(&["render", "--provider", "hetzner"], &packer), "packer build -only='hcloud.*' ."),
        (
            with(&with(&["render", "--provider", "aws"], &packer), &DOWNLOADED),
            "packer build -only='amazon-ebs.*' .",
        ),
        (with(&["render"], &packer), "(SOURCE is one of hcloud, digitalocean, amazon-ebs)"),
        (
            with(&with(&["render", "--provider", "linode"], &packer), &DOWNLOADED),
            "The template has no source for linode: add one to",
        ),
        (with(&PLAIN, &two), "Terraform fills in: ghcr_token, webhook.\n"),
        (
            PLAIN.to_vec(),
            " bytes. For aws, hetzner, linode, exoscale, oracle or cloudstack, add --provider NAME. Paste it",
        ),
        (with(&PLAIN, &["--provider", "gcp"]), " bytes. Paste it"),
        (
            with(&PLAIN, &["--part", "p", "--format", "terraform", "--output", "module"]),
            "Use the folder as a Terraform",
        ),
        (vec!["render"], "Not using firstlight.yml: only a file with the name firstlight.yaml is used"),
    ] {
        let made = run(here, &arguments);
        assert!(text(&made.stderr).contains(wanted), "{arguments:?}: {}", text(&made.stderr));
    }
}

/// A configuration that nobody named may be a link that somebody put into the repository, or a pipe.
#[test]
fn a_configuration_that_is_found_is_a_file_of_the_repository() {
    let folder = scratch();
    let here = folder.path().join("repository");
    fs::create_dir_all(here.join(".git")).expect("a folder");
    fs::write(folder.path().join("secret"), "root:x:0:0:root\n").expect("writable");
    std::os::unix::fs::symlink("../secret", here.join("firstlight.yaml")).expect("a link");
    let refused = run(&here, &["render"]);
    assert_eq!(code(&refused), 2);
    let said = text(&refused.stderr);
    assert!(said.contains("it is outside of the repository") && !said.contains("root:x"), "{said}");
    fs::remove_file(here.join("firstlight.yaml")).expect("removable");
    assert!(Command::new("mkfifo").arg(here.join("firstlight.yaml")).status().expect("mkfifo").success());
    let refused = run(&here, &["render"]);
    assert_eq!(code(&refused), 2);
    assert!(text(&refused.stderr).contains("firstlight.yaml"), "{}", text(&refused.stderr));
}

/// Plain words: what, why, and no name of a file that nobody knows.
#[test]
fn what_cannot_be_written_is_said_in_plain_words() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("file"), "").expect("writable");
    fs::create_dir(here.join("full")).expect("writable");
    fs::write(here.join("full/mine"), "").expect("writable");
    for (more, wanted) in [
        (&["--output", "/"][..], "cannot write /: it is a folder; add a file's name"),
        (&["--output", "full"], "cannot write full: it is a folder; add a file's name"),
        (&["--output", "nosuch/x"], "cannot write nosuch/x: there is no folder nosuch"),
        (&["--output", "file/x"], "cannot write file/x: file is not a folder"),
        (&["--output", "/proc/x"], "cannot write /proc/x: no file can be created in the folder /proc"),
        (&["--output", "/dev/full"], "cannot write /dev/full: no space left on device"),
        (&["--format", "tree", "--output", "nosuch/x"], "cannot write nosuch/x: there is no folder nosuch"),
        (
            &["--format", "tree", "--output", "file"],
            "cannot write file: it is a file, and the output is a folder",
        ),
    ] {
        let made = run(here, &with(&PLAIN, more));
        assert_eq!((code(&made), text(&made.stderr)), (1, format!("error: {wanted}\n")), "{more:?}");
    }
}

/// As `check` does; and where --domain says which site is meant, nothing that lies about changes it.
#[test]
fn a_configuration_that_is_there_is_taken() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("firstlight.yaml"), "domain: infrakt.example.com\n").expect("writable");
    let found = run(here, &["render"]);
    assert_eq!((code(&found), &found.stdout), (0, &document(&PLAIN)), "{}", text(&found.stderr));
    assert!(text(&found.stderr).starts_with("Using firstlight.yaml (--no-config ignores it).\n"));
    let named = run(here, &["render", "firstlight.yaml"]);
    assert_eq!(named.stdout, found.stdout);
    assert!(!text(&named.stderr).contains("Taken"));
    assert_eq!(code(&run(here, &["render", "--no-config"])), 2, "no domain");
    assert_eq!(code(&run(here, &["render", "--no-config", "firstlight.yaml"])), 2);

    fs::write(here.join("firstlight.yaml"), "domain: a.example.com\nsettings: {www: true}\n")
        .expect("writable");
    let other = run(here, &PLAIN);
    assert_eq!(other.stdout, document(&PLAIN));
    assert!(text(&other.stderr).starts_with("Not using firstlight.yaml, because --domain is given; "));

    // What an image's header says makes the same, whatever lies there.
    let bake = run(here, &["render", "--no-config", "--phase", "bake"]);
    assert!(text(&bake.stdout).contains("\n#   firstlight render --no-config --phase bake\n"));

    // Hosts take what lies beside their list.
    fs::create_dir(here.join("fleet")).expect("writable");
    fs::write(here.join("fleet/firstlight.yaml"), "settings: {acme: staging}\n").expect("writable");
    fs::write(here.join("fleet/hosts.yaml"), "hosts: {a: {domain: a.example.com}}\n").expect("writable");
    let made = run(here, &["render", "--hosts", "fleet/hosts.yaml", "--output", "fleet/user-data"]);
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    assert!(text(&made.stderr).starts_with("Using fleet/firstlight.yaml"));
    let checked = run(here, &["check", "fleet"]);
    assert_eq!(code(&checked), 0, "{}", text(&checked.stdout));
}

/// Nobody writes into a named pipe; what a shell hands over is a pipe as well.
#[test]
fn a_pipe_does_not_keep_it_waiting() {
    let folder = scratch();
    let here = folder.path();
    assert!(Command::new("mkfifo").arg(here.join("firstlight.yaml")).status().expect("mkfifo").success());
    for arguments in [
        &["render", "firstlight.yaml"][..],
        &["render", "--hosts", "firstlight.yaml", "--output", "out"],
        &["render", "--domain", "a.example.com", "--set", "compose=./firstlight.yaml"],
        &[
            "render",
            "--domain",
            "a.example.com",
            "--format",
            "mime",
            "--part",
            "firstlight.yaml:x-shellscript",
        ],
        &["lint", "firstlight.yaml"],
        &["inspect", "firstlight.yaml"],
        &["diff", "firstlight.yaml", "firstlight.yaml"],
        &["explain", "./firstlight.yaml"],
        &["check", "firstlight.yaml"],
    ] {
        let made = run(here, arguments);
        assert_eq!(code(&made), 2, "{arguments:?}: {}", text(&made.stderr));
        let is_named = text(&made.stderr).contains("it is a named pipe");
        assert!(is_named || arguments[0] == "check", "{arguments:?}: {}", text(&made.stderr));
    }
    let program = env!("CARGO_BIN_EXE_firstlight");
    for line in [
        format!("{program} render <(echo domain: infrakt.example.com)"),
        format!("echo domain: infrakt.example.com | {program} render /dev/stdin"),
        format!("echo domain: infrakt.example.com | {program} render -"),
    ] {
        let made = Command::new("bash").args(["-c", &line]).current_dir(here).output().expect("bash");
        assert_eq!((code(&made), &made.stdout), (0, &document(&PLAIN)), "{line}: {}", text(&made.stderr));
    }
}

#[test]
fn secrets_are_random() {
    let made: Vec<String> = (0..3).map(|_| text(&run(&root(), &["secret"]).stdout)).collect();
    for line in &made {
        assert_eq!(line.len(), 65);
        assert!(line.trim_end().bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)), "{line}");
    }
    assert!(made[0] != made[1] && made[1] != made[2]);
}

// Diagnostics

#[test]
fn diagnostics_as_data() {
    let made =
        feed(&root(), &["render", "-", "--format", "json"], b"domain: localhost\nsettings:\n  wwww: true\n");
    assert_eq!((code(&made), made.stdout.len()), (2, 0));
    let data: Value = serde_json::from_slice(&made.stderr).expect("JSON");
    let places: Vec<_> = data["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|d| {
            (
                d["code"].as_str(),
                d["file"].as_str(),
                d["line"].as_u64(),
                d["column"].as_u64(),
                d["end_column"].as_u64(),
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            (Some("bad-value"), Some("-"), Some(1), Some(9), Some(18)),
            (Some("unknown-key"), Some("-"), Some(3), Some(3), Some(7)),
        ]
    );
}

#[test]
fn an_unknown_limit_is_a_warning() {
    let made = run(&root(), &with(&PLAIN, &["--provider", "vultr"]));
    assert_eq!(code(&made), 0);
    assert!(!made.stdout.is_empty());
    assert!(text(&made.stderr).starts_with("warning[unknown-limit]: "), "{}", text(&made.stderr));
    let made = run(&root(), &with(&PLAIN, &["--provider", "vultr", "--format", "json"]));
    let data: Value = serde_json::from_slice(&made.stderr).expect("JSON");
    assert_eq!(data["diagnostics"][0]["severity"], "warning");
}

#[test]
fn of_many_errors_the_first_are_shown() {
    let config: String = (0..150).map(|i| format!("key_{i}: 1\n")).collect();
    let made = feed(&root(), &["render", "-"], config.as_bytes());
    let shown = text(&made.stderr);
    assert_eq!(shown.matches("error[unknown-key]").count(), 100);
    assert!(shown.ends_with("\nThere are more errors; correct these first.\n"), "{shown}");
    let made = feed(&root(), &["render", "-", "--format", "json"], config.as_bytes());
    let data: Value = serde_json::from_slice(&made.stderr).expect("JSON");
    assert_eq!(data["more"], true);
}

#[test]
fn help_and_diagnostics() {
    for (name, arguments) in [
        ("help", vec!["--help"]),
        ("init_help", vec!["init", "--help"]),
        ("render_help", vec!["render", "--help"]),
        ("inspect_help", vec!["inspect", "--help"]),
        ("lint_help", vec!["lint", "--help"]),
        ("explained", vec!["explain", "bad-mode"]),
        ("a_bad_domain", vec!["render", "--domain", "https://infrakt.example.com/"]),
        ("a_misspelt_setting", with(&PLAIN, &["--set", "acme_emial=ops@example.com"])),
    ] {
        let made = run(&root(), &arguments);
        insta::assert_snapshot!(name, said(&made));
    }
}

#[test]
fn a_template_is_not_pasted() {
    let made = run(&root(), &with(&PLAIN, &["--token", "terraform://ghcr_token"]));
    let said = text(&made.stderr);
    assert!(!said.contains("Paste") && said.contains("templatefile"), "{said}");
    let said = text(&run(&root(), &PLAIN).stderr);
    assert!(said.contains("Paste"), "{said}");
}

/// Only the user's own authority issues a certificate for a domain that the public DNS does not have.
#[test]
fn a_private_domain_needs_an_own_authority() {
    let folder = scratch();
    let render = |acme: &str| {
        let acme = format!("acme={acme}");
        code(&run(
            folder.path(),
            &["render", "--domain", "shop.home.arpa", "--token", "none", "--set", &acme],
        ))
    };
    assert_eq!(render("production"), 2);
    assert_eq!(render("staging"), 2);
    assert_eq!(render("https://ca.home.arpa/acme/directory"), 0);
}
