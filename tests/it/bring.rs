//! The files that an operator brings to a server: all of them are named, each with a command that a shell takes as it
//! stands.

use std::fs;
use std::process::Command;

use crate::common::{DOWNLOADED, code, run, scratch, text, with};

const APP: [&str; 9] = [
    "render",
    "--profile",
    "app",
    "--domain",
    "a.example.com",
    "--set",
    "image=ghcr.io/a/b",
    "--set",
    "port=80",
];
const SECRETS: [&str; 4] = [
    "--set",
    "secrets.DATABASE_URL=file:///etc/firstlight/DATABASE_URL",
    "--set",
    "secrets.KEY=file:///srv/keys/KEY",
];

/// The commands that standard error shows, and those of the JSON.
fn commands(more: &[&str]) -> Vec<String> {
    let arguments = with(&with(&with(&APP, &SECRETS), &DOWNLOADED), more);
    let made = run(&crate::common::root(), &arguments);
    let said = text(&made.stderr);
    assert_eq!(code(&made), 0, "{said}");
    assert!(!text(&made.stdout).contains("ssh root@"), "standard output holds the document alone");
    let shown: Vec<_> = said.lines().filter_map(|line| line.strip_prefix("  ssh ")).collect();
    let shown: Vec<String> = shown.iter().map(|line| format!("ssh {line}")).collect();
    let json = run(&crate::common::root(), &with(&arguments, &["--format", "json"]));
    let data: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    let listed: Vec<_> =
        data["bring"].as_array().expect("a list").iter().map(|one| one["command"].clone()).collect();
    assert_eq!(serde_json::json!(shown), serde_json::json!(listed));
    shown
}

#[test]
fn every_file_has_its_command_for_the_user_that_can_log_in() {
    for (provider, token, secret) in [
        (
            "hetzner",
            "ssh root@a.example.com firstlight token <ghcr-token",
            "ssh root@a.example.com 'umask 077; ",
        ),
        (
            "aws",
            "ssh ubuntu@a.example.com sudo firstlight token <ghcr-token",
            "ssh ubuntu@a.example.com \"sudo sh -c 'umask 077; ",
        ),
        (
            "azure",
            "ssh USER@a.example.com sudo firstlight token <ghcr-token",
            "ssh USER@a.example.com \"sudo sh -c 'umask 077; ",
        ),
        (
            "contabo",
            "ssh admin@a.example.com sudo firstlight token <ghcr-token",
            "ssh admin@a.example.com \"sudo sh -c 'umask 077; ",
        ),
    ] {
        let found = commands(&["--provider", provider, "--token", "file:///etc/firstlight/ghcr-token"]);
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(found[0], token);
        assert!(found[1..].iter().all(|command| command.starts_with(secret)), "{found:?}");
        assert!(
            found[1].contains("; cat >/etc/firstlight/DATABASE_URL") && found[1].ends_with(" <DATABASE_URL")
        );
        assert!(found[2].contains("; mkdir -p /srv/keys; cat >/srv/keys/KEY"), "{found:?}");
    }
    // The folder / is always there.
    let root = commands(&["--token", "credential://x", "--set", "secrets.ROOT=file:///x"]);
    assert!(root.iter().any(|command| command.ends_with("'umask 077; cat >/x' <x")), "{root:?}");
    // A token that nobody brings is not in the list.
    assert_eq!(commands(&["--token", "credential://ghcr-token"]).len(), 2);
    let said = text(
        &run(
            &crate::common::root(),
            &with(&with(&with(&APP, &SECRETS), &DOWNLOADED), &["--provider", "aws"]),
        )
        .stderr,
    );
    assert!(said.contains("in Debian's images the user is admin"), "{said}");
}

/// Who logs in is said by the user's own cloud-config, if it makes other users.
#[test]
fn the_users_of_a_cloud_config_bring_it() {
    let folder = scratch();
    for (keys, provider, wanted) in [
        (
            "users: [{name: guest}, {name: joe, sudo: 'ALL=(ALL) NOPASSWD:ALL'}]",
            "hetzner",
            "joe@a.example.com sudo ",
        ),
        ("users: [{name: joe, ssh_import_id: [gh:joe]}]", "aws", "USER@a.example.com sudo "),
        (
            "users: [default, {name: joe, sudo: 'ALL=(ALL) NOPASSWD:ALL'}]",
            "aws",
            "ubuntu@a.example.com sudo ",
        ),
        ("users: [{name: root, ssh_import_id: [gh:joe]}]", "aws", "root@a.example.com firstlight"),
        ("user: joe", "aws", "joe@a.example.com sudo "),
        ("disable_root: true", "hetzner", "USER@a.example.com sudo "),
        ("disable_root: true", "aws", "ubuntu@a.example.com sudo "),
        ("disable_root: false", "hetzner", "root@a.example.com firstlight"),
    ] {
        fs::write(folder.path().join("own.yaml"), format!("{keys}\n")).expect("writable");
        let arguments =
            ["--cloud-config", "own.yaml", "--provider", provider, "--token", "file:///etc/firstlight/t"];
        let made = run(folder.path(), &with(&with(&APP, &arguments), &DOWNLOADED));
        let said = text(&made.stderr);
        assert_eq!(code(&made), 0, "{said}");
        assert!(said.contains(&format!("\n  ssh {wanted}")), "{keys}, {provider}: {said}");
        assert!(said.contains(&format!("\nProgress: ssh {wanted}")), "{keys}, {provider}: {said}");
    }
}

/// What ssh hands to the server's shell does there what it says, with and without sudo.
#[test]
fn the_commands_work_as_they_are_written() {
    for provider in ["hetzner", "aws"] {
        let folder = scratch();
        let here = folder.path();
        let bin = here.join("bin");
        fs::create_dir(&bin).expect("writable");
        // ssh joins its arguments with blanks and gives them to a shell; the server's `/` is a folder here.
        let root = here.join("server");
        fs::create_dir_all(root.join("etc/firstlight")).expect("writable");
        let ssh = format!(
            "#!/bin/sh\nshift\nexec sh -c \"$(echo \"$*\" | sed 's,/srv/,{0}/srv/,g; s,/etc/,{0}/etc/,g')\"\n",
            root.display()
        );
        for (name, script) in [("ssh", ssh.as_str()), ("sudo", "#!/bin/sh\nexec \"$@\"\n")] {
            fs::write(bin.join(name), script).expect("writable");
            fs::set_permissions(bin.join(name), std::os::unix::fs::PermissionsExt::from_mode(0o755))
                .expect("a mode");
        }
        for command in commands(&["--provider", provider, "--token", "credential://ghcr-token"]) {
            let file = command.rsplit('<').next().expect("a file");
            fs::write(here.join(file), format!("the {file}\n")).expect("writable");
            let path = format!("{}:{}", bin.display(), std::env::var("PATH").expect("a PATH"));
            let done = Command::new("sh").args(["-c", &command]).current_dir(here).env("PATH", path).output();
            let done = done.expect("it starts");
            assert!(done.status.success(), "{command}: {}", text(&done.stderr));
        }
        for (path, content) in
            [("etc/firstlight/DATABASE_URL", "the DATABASE_URL\n"), ("srv/keys/KEY", "the KEY\n")]
        {
            let laid = root.join(path);
            assert_eq!(fs::read_to_string(&laid).expect("it was brought"), content);
            let mode =
                std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&laid).expect("a file").permissions());
            assert_eq!(mode & 0o777, 0o600, "{path}");
        }
    }
}

#[test]
fn many_hosts_are_told_too() {
    let folder = scratch();
    let hosts: String =
        (0..20).map(|n| format!("  h{n:02}: {{domain: h{n}.example.com, provider: hetzner}}\n")).collect();
    fs::write(folder.path().join("hosts.yaml"), format!("hosts:\n{hosts}")).expect("writable");
    let made = run(folder.path(), &["render", "--hosts", "hosts.yaml", "--output", "made"]);
    let said = text(&made.stderr);
    assert_eq!(code(&made), 0, "{said}");
    assert!(said.contains("  ssh root@h0.example.com firstlight token <ghcr-token\n"), "{said}");
    assert!(said.contains("and 8 more"), "{said}");
}
