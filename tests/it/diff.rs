//! `firstlight diff`: what differs, how it reaches a server, and what is never shown.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use firstlight::provider::{ChangeEffect, PROVIDERS, Provider};
use firstlight::review::diff::{ChangedContent, Diff, Effect, What};

use crate::common::runtime::without_markers;
use crate::common::shown::{diff, every_diff, side};
use crate::common::{code, document, feed, files, golden as rendered, root, run, scratch, text, token};

fn golden(case: &str) -> String {
    let made = if case.starts_with("formats/") { "made/file" } else { "user-data" };
    text(&without_markers(&fs::read(root().join(format!("golden/{case}/{made}"))).expect("a case")))
}

#[test]
fn what_it_prints() {
    let there = rendered(&[
        "infrakt-defaults",
        "infrakt-staging-domains",
        "token-awsssm",
        "app",
        "infrakt-public-image",
    ]);
    for (name, arguments) in [
        ("settings", vec!["golden/infrakt-defaults", "golden/infrakt-staging-domains"]),
        (
            "token",
            vec![
                "golden/infrakt-defaults",
                "golden/token-awsssm/user-data",
                "--provider",
                "hetzner",
                "--format",
                "markdown",
            ],
        ),
        (
            "foreign",
            vec![
                "tests/cases/userdata/multipart/user-data",
                "tests/cases/userdata/merged/user-data",
                "--provider",
                "aws",
            ],
        ),
        ("folders", vec!["golden/app/files", "golden/infrakt-public-image/files", "--format", "json"]),
    ] {
        let here = if name == "foreign" { root() } else { there.path().to_owned() };
        let all: Vec<_> = ["diff"].into_iter().chain(arguments).collect();
        let made = run(&here, &all);
        assert_eq!(code(&made), 1, "{}", text(&made.stderr));
        assert!(made.stderr.is_empty());
        insta::assert_snapshot!(name, text(&made.stdout));
    }
}

/// `apply` on a server cannot read a template.
#[test]
fn a_template_is_rendered_before_a_server_takes_it() {
    let folder = scratch();
    let here = folder.path();
    for (name, www) in [("old.tftpl", "www=false"), ("new.tftpl", "www=true")] {
        let render = ["render", "--domain", "a.example.com", "--token", "terraform://token", "--set", www];
        fs::write(here.join(name), run(here, &render).stdout).expect("writable");
    }
    let said = text(&run(here, &["diff", "old.tftpl", "new.tftpl"]).stdout);
    assert!(said.contains("with the document that Terraform renders from the template."), "{said}");
}

#[test]
fn exit_codes() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("a"), golden("app")).expect("writable");
    fs::write(here.join("good.yaml"), "domain: a.example.com\n").expect("writable");
    fs::write(here.join("bad.yaml"), "domain: localhost\n").expect("writable");
    fs::create_dir(here.join("empty")).expect("writable");
    for (wanted, arguments) in [
        (0, vec!["a", "a"]),
        (0, vec!["good.yaml", "good.yaml"]),
        (0, vec!["empty", "empty"]),
        (1, vec!["a", "good.yaml"]),
        (1, vec!["a", "empty"]),
        (1, vec!["/dev/null", "a"]),
        (2, vec!["a", "bad.yaml"]),
        (2, vec!["a", "nosuch"]),
        (2, vec!["a", "a", "--provider", "nosuch"]),
        (2, vec!["a"]),
    ] {
        for format in ["human", "markdown", "json"] {
            let all: Vec<_> = ["diff", "--format", format].into_iter().chain(arguments.clone()).collect();
            let made = run(here, &all);
            assert_eq!(code(&made), wanted, "{all:?}: {}", text(&made.stderr));
            assert_eq!(made.stdout.is_empty(), wanted == 2 || wanted == 0 && format == "human", "{all:?}");
            assert_eq!(made.stderr.is_empty(), wanted != 2, "{all:?}");
        }
    }
    let from_input = feed(here, &["diff", "-", "a"], golden("app").as_bytes());
    assert_eq!((code(&from_input), text(&from_input.stdout)), (0, String::new()));
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let made = crate::common::firstlight(here)
        .args(["diff", "/dev/null", "a"])
        .stdout(full)
        .output()
        .expect("it starts");
    assert_eq!(code(&made), 2, "a full disk is trouble, and no difference");
}

/// A configuration is what it renders to; a golden case is its document; its files are the document's.
#[test]
fn the_same_thing_in_every_form_is_the_same() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("firstlight.yaml"), "domain: infrakt.example.com\n").expect("writable");
    let there = rendered(&["infrakt-defaults"]);
    let case = there.path().join("golden/infrakt-defaults");
    let case = case.to_str().expect("UTF-8");
    let tree = here.join("tree");
    let tree = tree.to_str().expect("UTF-8");
    document(&["render", "--domain", "infrakt.example.com", "--format", "tree", "--output", tree]);
    for (old, new) in [
        (case.to_owned(), format!("{case}/user-data")),
        (case.to_owned(), "firstlight.yaml".to_owned()),
        (case.to_owned(), format!("{case}/files")),
        (case.to_owned(), tree.to_owned()),
        (tree.to_owned(), case.to_owned()),
    ] {
        let made = run(here, &["diff", &old, &new]);
        assert_eq!(code(&made), 0, "{old} {new}: {}{}", text(&made.stdout), text(&made.stderr));
    }
    // In two folders, what can be run counts too.
    fs::set_permissions(
        Path::new(tree).join("etc/firstlight/site.json"),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .expect("a mode");
    let other = here.join("other");
    let other = other.to_str().expect("UTF-8");
    document(&["render", "--domain", "infrakt.example.com", "--format", "tree", "--output", other]);
    let made = run(here, &["diff", other, tree]);
    assert!(text(&made.stdout).contains("not executable → executable"), "{}", text(&made.stdout));
}

#[test]
fn written_differently_and_the_same() {
    let plain = golden("infrakt-defaults");
    let packed = text(&document(&["render", "--domain", "infrakt.example.com", "--encoding", "files"]));
    let diff_ = diff(&plain, &packed);
    let kinds: Vec<_> = diff_.changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, ["comments"], "the header's command alone");
    assert_eq!(diff_.effect(), Effect::None);
    let rewritten = diff(&plain, &plain.replace("write_files:\n", "write_files:\n# a comment\n"));
    assert!(rewritten.is_rewritten() && !rewritten.is_same());
    assert!(rewritten.human(false).contains("the meaning is the same"));
}

#[test]
fn how_each_change_reaches_a_server() {
    let ours = golden("formats/plain").replace(" --encoding plain", "");
    for (from, to, effect) in [
        ("\"infrakt.example.com\"", "\"x.example.com\"", Effect::Live),
        ("reverse_proxy infrakt:8000", "reverse_proxy infrakt:8001", Effect::Live),
        ("LogLevelMax=notice", "LogLevelMax=info", Effect::Live),
        ("OnActiveSec=1min", "OnActiveSec=2min", Effect::Live),
        ("path: /etc/systemd/system/firstlight.path", "path: /etc/systemd/system/x.path", Effect::NewServer),
        ("- [firstlight, apply]", "- [firstlight, apply]\n- [reboot]", Effect::NewServer),
        ("[ -e firstlight ]", "[ -e x ]", Effect::NewServer),
        ("bootcmd:", "packages: [git]\nbootcmd:", Effect::NewServer),
        ("# https://", "# see https://", Effect::None),
    ] {
        let new = ours.replacen(from, to, 1);
        assert_ne!(new, ours, "{from}");
        assert_eq!(diff(&ours, &new).effect(), effect, "{from}");
        // A foreign document's server has no `firstlight apply`.
        let foreign = |text: &str| text.replace("/etc/firstlight/site.json", "/etc/x/site.json");
        let foreign = diff(&foreign(&ours), &foreign(&new));
        let wanted = if effect == Effect::None { effect } else { Effect::NewServer };
        assert_eq!(foreign.effect(), wanted, "foreign: {from}");
    }
    // A file that is gone stays where it was laid.
    let without = ours.replacen(
        " path: /etc/systemd/system/firstlight.path\n",
        " path: /etc/firstlight/site.json\n append: true\n",
        1,
    );
    let change = diff(&ours, &without);
    let gone = change.changes.iter().find(|change| change.what == What::Removed).expect("a change");
    assert_eq!(gone.effect, Effect::Stays);
    // An image is baked anew, whatever changes.
    let bake = golden("infrakt-bake");
    assert_eq!(
        diff(&bake, &bake.replacen("TimeoutStartSec=5min", "TimeoutStartSec=6min", 1)).effect(),
        Effect::NewServer
    );
}

/// A script for a running server runs there again; anybody's other script is user-data, which only a first boot runs.
#[test]
fn a_script_runs_again() {
    let script = golden("formats/script");
    let change = |text: &str| diff(text, &text.replacen("infrakt:8000", "infrakt:8001", 1));
    let ours = change(&script);
    assert_eq!(ours.effect(), Effect::RunAgain);
    let said = ours.human(false);
    assert!(said.contains("run the new script there") && !said.contains("new server"), "{said}");
    assert_eq!(change(&script.replace("# Made by firstlight", "# By hand")).effect(), Effect::NewServer);
}

#[test]
fn what_terraform_does_is_the_table_s_word() {
    let (old, new) = (golden("infrakt-defaults"), golden("infrakt-staging-domains"));
    for provider in PROVIDERS {
        let sides = ["old", "new"].into_iter().zip([&old, &new]);
        let sides: Vec<_> = sides.map(|(name, text)| side(name, text.as_bytes()).expect("small")).collect();
        let said = Diff::of(&sides[0], &sides[1], Some(provider)).terraform().map(|(word, _)| word);
        let wanted = match provider.change {
            ChangeEffect::Replaced => Some("replaced"),
            ChangeEffect::Reinstalled => Some("reinstalled"),
            ChangeEffect::Restarted => Some("restarted"),
            ChangeEffect::Kept => Some("kept"),
            ChangeEffect::Refused => Some("refused"),
            ChangeEffect::Unknown => Some("unknown"),
            ChangeEffect::None => None,
        };
        assert_eq!(said, wanted, "{}", provider.name);
        assert_eq!(Diff::of(&sides[0], &sides[0], Some(provider)).terraform(), None);
    }
    // The configuration's own provider holds if none is given.
    let folder = scratch();
    for (name, www) in [("a.yaml", "false"), ("b.yaml", "true")] {
        let text = format!("domain: a.example.com\nprovider: hetzner\nsettings: {{www: {www}}}\n");
        fs::write(folder.path().join(name), text).expect("writable");
    }
    let made = run(folder.path(), &["diff", "a.yaml", "b.yaml"]);
    assert!(
        text(&made.stdout).contains("Terraform at hetzner replaces the server"),
        "{}",
        text(&made.stdout)
    );
    assert!(Provider::named("hetzner").is_some());
}

/// Where a server lives on and its user-data is fetched anew, what runs at every boot is what the new document says.
#[test]
fn a_changed_command_runs_at_the_next_boot_where_user_data_is_fetched_anew() {
    let document = |bootcmd: &str, runcmd: &str| {
        format!("#cloud-config\nbootcmd:\n- [echo, {bootcmd}]\nruncmd:\n- [echo, {runcmd}]\n")
    };
    let at = |name: &str, old: &str, new: &str| {
        let (old, new) = (side("old", old.as_bytes()), side("new", new.as_bytes()));
        Diff::of(&old.expect("small"), &new.expect("small"), Provider::named(name))
    };
    for (name, bootcmd, runcmd, said) in [
        (
            "aws",
            Effect::NextBoot,
            Effect::NewServer,
            "starts it again; the next boot only runs the changes marked",
        ),
        ("gcp", Effect::NextBoot, Effect::NewServer, "the next boot only runs the changes marked"),
        ("exoscale", Effect::NextBoot, Effect::NewServer, "the next boot only runs the changes marked"),
        ("scaleway", Effect::NextBoot, Effect::NewServer, "the next boot only runs the changes marked"),
        ("incus", Effect::NextBoot, Effect::NextBoot, "treats the next boot as a first boot"),
        ("hetzner", Effect::NewServer, Effect::NewServer, "replaces the server"),
        ("contabo", Effect::NewServer, Effect::NewServer, "wipes its disk"),
        ("ionos", Effect::NewServer, Effect::NewServer, "refuses to change"),
    ] {
        let old = document("a", "a");
        let changed = at(name, &old, &document("b", "a"));
        assert_eq!(changed.effect(), bootcmd, "{name}");
        assert!(changed.verdict().join(" ").contains(said), "{name}: {:?}", changed.verdict());
        assert!(!changed.human(false).contains("never run"), "{name}");
        assert_eq!(at(name, &old, &document("a", "b")).effect(), runcmd, "{name}");
    }
    // A script that runs at every boot counts as `bootcmd` does.
    let part = |word: &str| format!("#cloud-boothook\n#!/bin/sh\necho {word}\n");
    assert_eq!(at("aws", &part("a"), &part("b")).effect(), Effect::NextBoot);
    // Without a provider nobody can say.
    assert_eq!(diff(&document("a", "a"), &document("b", "a")).effect(), Effect::NewServer);
}

#[test]
fn modes_owners_and_binary_files() {
    let file = |more: &str| format!("#cloud-config\nwrite_files:\n- path: /opt/a\n  content: x\n{more}");
    let changed = diff(
        &file("  permissions: '0644'\n"),
        &file("  permissions: '0600'\n  owner: app:app\n  defer: true\n"),
    );
    assert_eq!(
        changed.changes[0].facts,
        ["0644 → 0600", "root:root → app:app", "written unchanged → deferred"]
    );
    assert_eq!(changed.changes[0].body, ChangedContent::Same);
    let binary = |content: &str| {
        format!("#cloud-config\nwrite_files:\n- {{path: /opt/b, encoding: b64, content: {content}}}\n")
    };
    let changed = diff(&binary("/wABAgM="), &binary("/wABAgQ="));
    assert_eq!(changed.changes[0].body, ChangedContent::Digests);
    let shown = changed.human(false);
    assert_eq!(shown.matches("5 bytes, sha256 ").count(), 2, "{shown}");
}

/// Every change of every key is seen, and none is taken for a mere rewriting.
#[test]
fn nothing_is_overlooked() {
    let base = "#cloud-config\nhostname: a\nntp: {enabled: true, servers: [x, y]}\nruncmd:\n- [echo, '1']\n- echo 2\n";
    for (from, to) in [
        ("hostname: a", "hostname: b"),
        ("true", "false"),
        ("true", "'true'"),
        ("[x, y]", "[y, x]"),
        ("[x, y]", "x, y"),
        ("'1'", "1.0"),
        ("- [echo, '1']", "- echo 1"),
        ("echo 2", "echo 2\n- echo 3"),
        ("hostname: a\n", ""),
    ] {
        let new = base.replacen(from, to, 1);
        let found = diff(base, &new);
        let is_broken = serde_yaml::from_str::<serde_yaml::Value>(&new).is_err();
        assert!(is_broken || !found.changes.is_empty(), "{from} {to}");
        assert!(!found.is_rewritten(), "{from} {to}");
    }
    // What is inside a template counts as it stands.
    let template = |name: &str| format!("## template: jinja\n#cloud-config\nhostname: '{{{{ {name} }}}}'\n");
    assert!(!diff(&template("abc"), &template("xyz")).changes.is_empty());
}

// What is never shown

#[test]
fn secrets_are_never_shown() {
    let key = "PRIVATE KEY";
    let pem = |body: &str| format!("-----BEGIN {key}-----\n  {body}\n  -----END {key}-----");
    for (what, old, new) in [
        ("a token", token(), token().replace("Ab1", "Cd2")),
        ("a private key", pem("Zm9vYmFyb2xk"), pem("Zm9vYmFybmV3")),
        ("a password", "password: hunter2old".to_owned(), "password: hunter2new".to_owned()),
        (
            "what chance wrote",
            "x: x3Kd9aQ7mZ2pLr8TnV5cYw1B".to_owned(),
            "x: Yw1Bx3Kd9aQ7mZ2pLr8TnV5c".to_owned(),
        ),
        (
            "a URL",
            "https://me:hunter2old@example.com".to_owned(),
            "https://me:hunter2new@example.com".to_owned(),
        ),
    ] {
        let words = ["Ab1", "Cd2", "Zm9v", "hunter2", "x3Kd9", "Yw1B"];
        for place in [
            "#cloud-config\nwrite_files:\n- path: /opt/a\n  content: |\n  @\n",
            "#cloud-config\nruncmd:\n- |\n  @\n",
            "#cloud-config\nusers:\n- name: a\n  note: |\n  @\n",
            "#!/bin/sh\n  @\n",
            "#cloud-config\n# @\nhostname: a\n",
        ] {
            let fill = |value: &str| match place.contains("# @") {
                true => place.replace('@', &value.replace('\n', " ")),
                false => place.replace('@', value),
            };
            let texts = every_diff(fill(&old).as_bytes(), fill(&new).as_bytes());
            assert_eq!(texts.len(), 4, "{what}");
            for shown in &texts {
                assert!(words.iter().all(|word| !shown.contains(word)), "{what} in {place}: {shown}");
                assert!(
                    !shown.is_empty() && !shown.contains("Nothing changes"),
                    "{what}: the change itself is told"
                );
            }
        }
    }
    // Nor is a digest, by which a short one could be found out.
    let env = |value: &str| file_with("/opt/.env", &format!("A=1\nAPI_PASSWORD={value}\n"));
    let data = &every_diff(env("aa").as_bytes(), env("bb").as_bytes())[3];
    assert!(data.contains("not shown") && !data.contains("sha256"), "{data}");
    for key in [
        "chpasswd: {list: 'root:hunter2@'}",
        "password: hunter2@",
        "users: [{name: a, plain_text_passwd: hunter2@}]",
    ] {
        let fill = |value: &str| format!("#cloud-config\n{}\n", key.replace('@', value));
        for shown in every_diff(fill("a").as_bytes(), fill("b").as_bytes()) {
            assert!(!shown.contains("hunter2"), "{key}: {shown}");
        }
    }
}

/// A secret that comes with the document is of no known shape: not even its digest is told.
#[test]
fn an_embedded_secret_is_not_shown() {
    let folder = scratch();
    let here = folder.path();
    for (name, value) in [("a", "hunter2old"), ("b", "hunter2new")] {
        let made = crate::common::firstlight(here)
            .env("GHCR_TOKEN", value)
            .args([
                "render",
                "--domain",
                "a.example.com",
                "--token",
                "env://GHCR_TOKEN",
                "--embed-secret",
                "--output",
                name,
            ])
            .output()
            .expect("it starts");
        assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    }
    for format in ["human", "markdown", "json"] {
        let made = run(here, &["diff", "a", "b", "--format", format]);
        assert_eq!(code(&made), 1);
        let shown = text(&made.stdout);
        assert!(shown.contains("/root/.firstlight/GHCR_TOKEN") && !shown.contains("hunter2"), "{shown}");
        assert!(!shown.contains("sha256"), "{shown}");
    }
}

#[test]
fn names_hold_no_secret_either() {
    let token = token();
    let folder = scratch();
    fs::write(folder.path().join(&token), "#cloud-config\nhostname: a\n").expect("writable");
    let file =
        format!("#cloud-config\n{token}: 1\nwrite_files:\n- path: /opt/{token}\n  owner: '{token}:x'\n");
    fs::write(folder.path().join("b"), file).expect("writable");
    for format in ["human", "markdown", "json"] {
        let made = run(folder.path(), &["diff", &token, "b", "--format", format]);
        assert_eq!(code(&made), 1);
        assert!(!text(&made.stdout).contains("Ab1"), "{}", text(&made.stdout));
    }
}

/// No control character of a document reaches a terminal.
#[test]
fn odd_characters_go_by_their_numbers() {
    let old = "#cloud-config\nwrite_files:\n- path: /opt/a\n  content: x\n";
    let new = "#cloud-config\nwrite_files:\n- path: \"/opt/a\"\n  content: \"\\e[2Jx\\r\\u202Ey\\u0007\"\n";
    for shown in every_diff(old.as_bytes(), new.as_bytes()).iter().filter(|text| !text.contains("\x1b[1m")) {
        assert!(shown.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'), "{shown:?}");
        assert!(shown.contains("\\u{1b}") || shown.contains("\\\\u{1b}"), "{shown}");
    }
}

#[test]
fn colour_is_for_terminals_that_want_it() {
    let program = env!("CARGO_BIN_EXE_firstlight");
    let command = format!("{program} diff golden/infrakt-defaults golden/infrakt-staging-domains");
    let on_terminal = |no_color: bool| {
        let mut script = Command::new("script");
        script
            .args(["-qec", &command, "/dev/null"])
            .current_dir(root())
            .stdin(Stdio::null())
            .env("TERM", "xterm");
        script.env_remove("NO_COLOR");
        if no_color {
            script.env("NO_COLOR", "1");
        }
        text(&script.output().expect("script, of the package bsdutils").stdout)
    };
    assert!(on_terminal(false).contains("\x1b[32m+"));
    assert!(!on_terminal(true).contains('\x1b'));
    assert!(!text(&run(&root(), &["diff", "golden/app", "golden/compose"]).stdout).contains('\x1b'));
}

#[test]
fn folders_of_the_user_s_are_bounded() {
    let folder = scratch();
    let here = folder.path();
    fs::create_dir(here.join("a")).expect("writable");
    fs::create_dir(here.join("b")).expect("writable");
    std::os::unix::fs::symlink("/etc/shadow", here.join("a/link")).expect("a link");
    fs::write(here.join("b/link"), "x\n").expect("writable");
    let made = run(here, &["diff", "a", "b"]);
    assert!(text(&made.stdout).contains("-a link to /etc/shadow\n+x"), "{}", text(&made.stdout));
    assert!(Command::new("mkfifo").arg(here.join("a/pipe")).status().expect("mkfifo").success());
    assert_eq!(code(&run(here, &["diff", "a", "b"])), 2);
    assert_eq!(files(&here.join("b")).len(), 1);
}

fn file_with(path: &str, content: &str) -> String {
    let entry = serde_json::json!({ "path": path, "content": content });
    format!("#cloud-config\nwrite_files: [{entry}]\n")
}
