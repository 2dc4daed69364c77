//! The user's own cloud-config and parts, from the configuration into every format.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::common::{DOWNLOADED, code, files, root, run, scratch, text, with, write};

fn rendered(here: &Path, arguments: &[&str]) -> String {
    let made = run(here, arguments);
    assert_eq!(code(&made), 0, "{arguments:?}: {}", text(&made.stderr));
    text(&made.stdout)
}

const CONFIG: &str = "domain: infrakt.example.com\n";

/// Inline and by file, with header and without: the same document, but for the command that makes it again.
#[test]
fn wherever_it_stands_it_is_the_same() {
    let folder = scratch();
    let here = folder.path();
    write(here, "plain.yaml", "timezone: UTC\nruncmd: [echo hello]\n");
    write(here, "headed.yaml", "#cloud-config\ntimezone: UTC\nruncmd:\n- echo hello\n");
    let mut seen = Vec::new();
    for own in [
        "cloud_config:\n  timezone: UTC\n  runcmd:\n  - echo hello\n",
        "cloud_config:\n        timezone: UTC\n        runcmd: ['echo hello']\n# the end\n",
        "cloud_config: {timezone: UTC, runcmd: [\"echo hello\"]}\n",
        "cloud_config: ./plain.yaml\n",
        "cloud_config: headed.yaml\n",
    ] {
        write(here, "firstlight.yaml", &format!("{CONFIG}{own}"));
        let document = rendered(here, &["render", "firstlight.yaml"]);
        seen.push(document.lines().filter(|line| !line.starts_with("#   ")).collect::<Vec<_>>().join("\n"));
    }
    let flag = rendered(here, &["render", "--domain", "infrakt.example.com", "--cloud-config", "plain.yaml"]);
    seen.push(flag.lines().filter(|line| !line.starts_with("#   ")).collect::<Vec<_>>().join("\n"));
    assert!(
        seen[0].ends_with("runcmd:\n- [firstlight, apply]\n- \"echo hello\"\ntimezone: UTC"),
        "{}",
        seen[0]
    );
    seen.iter().for_each(|document| assert_eq!(*document, seen[0]));
}

/// Each header's command makes the same bytes again, with what no flag can say.
#[test]
fn the_header_tells_the_command() {
    let folder = scratch();
    let here = folder.path();
    write(here, "own.yaml", "timezone: UTC\n");
    write(here, "greet.sh", "#!/bin/sh\necho hello\n");
    for own in [
        "cloud_config: {timezone: UTC}\n",
        "cloud_config: ./own.yaml\n",
        "parts: [greet.sh]\n",
        "cloud_config: {timezone: UTC}\nparts: [greet.sh:x-shellscript-per-boot]\n",
        "cloud_config: own.yaml\nparts: [{path: greet.sh, type: x-shellscript}]\n",
    ] {
        write(here, "firstlight.yaml", &format!("{CONFIG}{own}"));
        for more in [&[][..], &["--phase", "boot"], &["--encoding", "files"]] {
            let arguments: Vec<_> = ["render", "firstlight.yaml"].iter().chain(more).copied().collect();
            let document = rendered(here, &arguments);
            let line =
                document.lines().find_map(|line| line.strip_prefix("#   ")).expect("a command").to_owned();
            let program = Path::new(env!("CARGO_BIN_EXE_firstlight")).parent().expect("a folder");
            let again = Command::new("bash")
                .args(["-c", &line])
                .current_dir(here)
                .env("PATH", format!("{}:/usr/bin:/bin", program.display()))
                .output()
                .expect("bash starts");
            assert_eq!(text(&again.stdout), document, "{own}: {line}\n{}", text(&again.stderr));
        }
    }
}

/// `check` makes what `render` makes, from wherever it looks; the parts make it MIME.
#[test]
fn check_knows_both() {
    let folder = scratch();
    let here = folder.path();
    fs::create_dir(here.join("site")).expect("writable");
    write(here, "site/greet.sh", "#!/bin/sh\necho hello\n");
    write(here, "site/server.yaml", "packages: [git]\n");
    write(here, "site/firstlight.yaml", &format!("{CONFIG}cloud_config: ./server.yaml\nparts: [greet.sh]\n"));
    assert_eq!(code(&run(here, &["check", "--update"])), 0);
    assert_eq!(code(&run(here, &["check"])), 0);
    let committed = text(&files(here)["site/user-data"]);
    assert!(committed.starts_with("Content-Type: multipart/mixed"), "{committed}");
    assert_eq!(rendered(&here.join("site"), &["render", "firstlight.yaml"]), committed);
    write(here, "site/server.yaml", "packages: [vim]\n");
    let made = run(here, &["check"]);
    assert_eq!(code(&made), 1);
    assert!(
        text(&made.stdout)
            .contains("site/user-data is outdated: site/firstlight.yaml renders another document")
    );
    // A document of ours without its configuration is left over, MIME or not.
    fs::remove_file(here.join("site/firstlight.yaml")).expect("removable");
    assert!(text(&run(here, &["check"]).stdout).contains("error[orphan]: site/user-data"));
}

/// The document's own lines are in what each format makes; a script and what a phase does not take are told apart.
#[test]
fn every_format_that_cloud_init_reads_has_it() {
    let folder = scratch();
    let here = folder.path();
    let own = "cloud_config:\n  packages: [marked-package]\n  hostname: marked-host\n  \
               write_files: [{path: /etc/marked, content: 'marked ${x}'}]\n";
    write(here, "firstlight.yaml", &format!("{CONFIG}{own}"));
    write(here, "hosts.yaml", "hosts: {a: {domain: a.example.com}}\n");
    for (number, (more, file, wanted)) in [
        (&["--format", "terraform"][..], "user-data/infrakt.example.com.tftpl", "content: \"marked $${x}\""),
        (&["--format", "nocloud"], "user-data", "hostname: marked-host"),
        (&["--format", "tree"], "etc/marked", "marked ${x}"),
        (&["--format", "packer"], "user-data", "#cloud-config\npackages:\n  - marked-package\n"),
        (&["--hosts", "hosts.yaml"], "a", "hostname: marked-host"),
        (&["--hosts", "hosts.yaml", "--format", "terraform"], "user-data/a.tftpl", "marked $${x}"),
    ]
    .into_iter()
    .enumerate()
    {
        let to = format!("out{number}");
        let mut arguments = vec!["render", "firstlight.yaml", "--output", &to];
        arguments.extend(more);
        rendered(here, &arguments);
        let made = fs::read_to_string(here.join(&to).join(file)).expect("a file");
        assert!(made.contains(wanted), "{more:?}: {made}");
    }
    let json = rendered(here, &["render", "firstlight.yaml", "--format", "json"]);
    let data: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(data["cloud_config"]["packages"][0], "marked-package");
    let files = data["files"].as_array().expect("a list");
    assert!(files.iter().any(|file| file["path"] == "/etc/marked" && file["content"] == "marked ${x}"));
    let bake = rendered(here, &["render", "firstlight.yaml", "--phase", "bake"]);
    assert!(bake.contains("marked-package") && !bake.contains("marked-host"), "{bake}");
    let boot = rendered(here, &["render", "firstlight.yaml", "--phase", "boot"]);
    assert!(!boot.contains("marked-package") && boot.contains("marked-host"), "{boot}");
    let script = run(here, &["render", "firstlight.yaml", "--format", "script"]);
    assert_eq!(code(&script), 2);
}

/// What it holds is refused as it is elsewhere, and never shown.
#[test]
fn a_secret_in_it_is_refused_unseen() {
    let folder = scratch();
    let here = folder.path();
    let token = crate::common::token();
    let escaped = format!("\\x67{}", &token[1..]);
    let encoded = {
        let mut base64 = Command::new("base64");
        base64.arg("-w0").arg("token").current_dir(here);
        write(here, "token", &token);
        text(&base64.output().expect("base64").stdout)
    };
    for own in [
        format!("runcmd: [login {token}]"),
        format!("runcmd: [\"login {escaped}\"]"),
        format!("write_files: [{{path: /a, encoding: b64, content: {encoded}}}]"),
        "password: hunter2hunter2".to_owned(),
        "ntp: {servers: [\"https://app:hunter2hunter2@ntp.example.com\"]}".to_owned(),
        "runcmd: [export DB_PASSWORD=hunter2hunter2]".to_owned(),
    ] {
        write(here, "own.yaml", &own);
        write(here, "firstlight.yaml", &format!("{CONFIG}cloud_config: {{{own}}}\n"));
        for arguments in [
            &["render", "--domain", "a.example.com", "--cloud-config", "own.yaml"][..],
            &["render", "firstlight.yaml"],
            &["check"],
        ] {
            let made = run(here, arguments);
            let said = text(&made.stderr) + &text(&made.stdout);
            assert_eq!(code(&made), 2, "{own}: {said}");
            assert!(!said.contains("Ab1Ab1") && !said.contains("hunter2"), "{own}: {said}");
        }
    }
    write(here, "firstlight.yaml", &format!("{CONFIG}parts: [part.sh]\n"));
    for line in [format!("login {token}"), "export DB_PASSWORD=hunter2hunter2".to_owned()] {
        write(here, "part.sh", &format!("#!/bin/sh\n{line}\n"));
        let made = run(here, &["render", "firstlight.yaml"]);
        let said = text(&made.stderr);
        assert!(code(&made) == 2 && !said.contains("Ab1Ab1") && !said.contains("hunter2"), "{said}");
    }
}

/// A password is told of once, with what to write instead; and one address lets it through.
#[test]
fn a_password_is_one_finding_and_one_exception() {
    let folder = scratch();
    let here = folder.path();
    for (own, address) in [
        ("password: hunter2hunter2", "cloud_config.password"),
        ("chpasswd: {users: [{name: a, password: abc, type: text}]}", "cloud_config.chpasswd.users.password"),
        ("users: [{name: a, plain_text_passwd: abc}]", "cloud_config.users.plain_text_passwd"),
        ("users: [{name: a, passwd: hunter2hunter2}]", "cloud_config.users.passwd"),
    ] {
        write(here, "firstlight.yaml", &format!("{CONFIG}cloud_config: {{{own}}}\n"));
        let said = text(&run(here, &["render", "firstlight.yaml"]).stderr);
        assert_eq!(said.matches("error[").count(), 1, "{own}: {said}");
        assert!(
            said.contains("openssl passwd -6") && said.contains(&format!("[{address}]")),
            "{own}: {said}"
        );
        let document = rendered(here, &["render", "firstlight.yaml", "--in-clear", address]);
        assert!(document.contains(&format!("Allowed in clear text: {address}")), "{own}");
    }
}

/// docs/cloud-config.md's table is the code's.
#[test]
fn the_page_and_the_code_agree_on_phases() {
    let page = fs::read_to_string(root().join("docs/cloud-config.md")).expect("a page");
    let folder = scratch();
    let here = folder.path();
    let values = [
        ("packages", "[git]"),
        ("package_update", "true"),
        ("package_upgrade", "true"),
        ("snap", "{commands: []}"),
        ("drivers", "{a: {b: true}}"),
        ("apt", "{preserve_sources_list: true}"),
        ("apt_pipelining", "false"),
        ("ca_certs", "{remove_defaults: false}"),
        ("users", "[default]"),
        ("hostname", "a"),
        ("timezone", "UTC"),
    ];
    for (key, value) in values {
        write(here, "firstlight.yaml", &format!("{CONFIG}cloud_config: {{{key}: {value}}}\n"));
        let has = |phase: &str| {
            let document = rendered(here, &["render", "firstlight.yaml", "--phase", phase]);
            if document.contains(&format!("\n{key}:")) { "yes" } else { "no" }
        };
        let row = page.lines().find(|line| line.starts_with('|') && line.contains(&format!("`{key}`")));
        let row = row.unwrap_or_else(|| {
            page.lines().find(|line| line.starts_with("| everything else")).expect("a row")
        });
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        assert_eq!((has("bake"), has("boot")), (cells[2], cells[3]), "{key}");
    }
}

/// The commands for the operator name a user who exists and can become root, or say that there is none.
#[test]
fn the_operator_is_a_user_who_can_become_root() {
    let folder = scratch();
    let here = folder.path();
    let key = "ssh_authorized_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMVmiMMWDPuDlRSEItkeHPaUooVJoQ5S4HaHHFKqIa3b ops@example.com]";
    let rule = "sudo: \"ALL=(ALL) NOPASSWD:ALL\"";
    let hash = "passwd: $6$rounds=4096$saltsalt$0123456789012345678901234567890123456789012345678901234567890123456789012345678901234";
    for (provider, users, command, warnings) in [
        ("aws", "users: [default]".to_owned(), "ssh ubuntu@infrakt.example.com sudo ", 0),
        ("aws", "users: []".to_owned(), "ssh USER@infrakt.example.com sudo ", 1),
        ("aws", "users: [ops]".to_owned(), "ssh USER@infrakt.example.com sudo ", 1),
        ("aws", "users: []\n  disable_root: false".to_owned(), "ssh root@infrakt.example.com firstlight", 0),
        ("aws", "users: []\n  user: ops".to_owned(), "ssh ops@infrakt.example.com sudo ", 0),
        ("hetzner", "users: []".to_owned(), "ssh root@infrakt.example.com firstlight", 0),
        ("hetzner", "users: []\n  disable_root: true".to_owned(), "ssh USER@infrakt.example.com sudo ", 1),
        ("aws", format!("users: [{{name: ops, {rule}, {key}}}]"), "ssh ops@infrakt.example.com sudo ", 0),
        ("aws", format!("users: {{ops: {{{rule}, {key}}}}}"), "ssh ops@infrakt.example.com sudo ", 0),
        (
            "aws",
            format!("users: [{{name: ops, groups: sudo, {key}}}]"),
            "ssh USER@infrakt.example.com sudo ",
            2,
        ),
        (
            "aws",
            format!("users: [default, {{name: ops, groups: [sudo], {key}}}]"),
            "ssh ubuntu@infrakt.example.com sudo ",
            1,
        ),
        (
            "aws",
            format!("users: [{{name: ops, groups: sudo, {hash}, {key}}}]"),
            "ssh ops@infrakt.example.com sudo ",
            0,
        ),
    ] {
        write(here, "firstlight.yaml", &format!("{CONFIG}provider: {provider}\ncloud_config:\n  {users}\n"));
        let made = run(here, &with(&["render", "firstlight.yaml", "--output", "out"], &DOWNLOADED));
        let said = text(&made.stderr) + &text(&made.stdout);
        assert_eq!(code(&made), 0, "{users}: {said}");
        assert!(said.contains(command), "{provider}, {users}: {said}");
        assert_eq!(said.matches("warning[no-login]").count(), warnings, "{provider}, {users}: {said}");
    }
}

/// Whoever configures the SSH server may have given port 22 to another program.
#[test]
fn port_22_is_free_for_those_who_configure_the_ssh_server() {
    let folder = scratch();
    let here = folder.path();
    write(
        here,
        "compose.yaml",
        "services:\n  web: {image: gitea/gitea:1.24, ports: [\"22:22\"], expose: [\"80\"]}\n",
    );
    let config = "domain: a.example.com\nprofile: compose\nsettings: {compose: ./compose.yaml, service: web, port: 80}\n";
    write(here, "firstlight.yaml", config);
    assert_eq!(code(&run(here, &["render", "firstlight.yaml"])), 2);
    let own = "cloud_config: {write_files: [{path: /etc/ssh/sshd_config.d/port.conf, content: \"Port 2222\\n\"}]}\n";
    write(here, "firstlight.yaml", &format!("{config}{own}"));
    let made = run(here, &["render", "firstlight.yaml"]);
    assert!(
        code(&made) == 0 && text(&made.stderr).contains("warning[published-port]"),
        "{}",
        text(&made.stderr)
    );
}
