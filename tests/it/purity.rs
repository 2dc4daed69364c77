//! The same input gives the same bytes, whatever surrounds it.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;

use serde_json::Value;

use crate::common::runtime::without_markers;
use crate::common::{PLAIN, code, document, feed, root, run, scratch, text, with};

#[test]
fn the_same_bytes_anywhere_for_anyone() {
    let golden = root().join("golden/app-hostile/input");
    let wanted = without_markers(&fs::read(root().join("golden/app-hostile/user-data")).expect("a case"));
    let arguments: Vec<String> =
        fs::read_to_string(golden.join("args")).expect("a case").lines().map(str::to_owned).collect();

    let folder = scratch();
    let here = folder.path();
    fs::set_permissions(here, fs::Permissions::from_mode(0o755)).expect("ours");
    let program = here.join("firstlight");
    // By cp: a file this process has open for writing is busy in whatever another test starts meanwhile.
    let copied =
        Command::new("cp").args([env!("CARGO_BIN_EXE_firstlight").as_ref(), program.as_os_str()]).status();
    assert!(copied.expect("cp starts").success());
    fs::copy(golden.join("firstlight.yaml"), here.join("firstlight.yaml")).expect("a copy");
    for path in [&program, &here.join("firstlight.yaml")] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("ours");
    }
    let start = |at: &Path| {
        let mut command = Command::new(&program);
        command.current_dir(at).args(&arguments).env_clear().stdin(Stdio::null());
        command
    };
    let made = |mut command: Command| {
        let made = command.output().expect("it starts");
        assert_eq!(code(&made), 0, "{}", text(&made.stderr));
        made.stdout
    };

    assert!(made(start(&golden)) == wanted, "in the golden case's folder");
    assert!(made(start(here)) == wanted, "in another folder");
    let mut other = start(here);
    other.envs([
        ("HOME", "/nonexistent"),
        ("USER", "nobody"),
        ("LOGNAME", "nobody"),
        ("TZ", "Pacific/Kiritimati"),
        ("LANG", "tr_TR.UTF-8"),
        ("LC_ALL", "C"),
        ("PWD", "/elsewhere"),
        ("COLUMNS", "10"),
        ("CLICOLOR_FORCE", "1"),
        ("RUST_LOG", "trace"),
        ("GITHUB_TOKEN", "x"),
        ("FIRSTLIGHT_NO_SUCH_OPTION", "x"),
        ("SOURCE_DATE_EPOCH", "0"),
    ]);
    assert!(made(other) == wanted, "in another environment");
    let closed = format!("{} \"$@\" <&-", program.display());
    let mut shell = Command::new("sh");
    shell.args(["-c", &closed, "sh"]).args(&arguments).current_dir(here).env_clear();
    assert!(made(shell) == wanted, "without standard input");
    // Only root can become somebody else.
    if fs::metadata("/proc/self").expect("it is there").uid() == 0 {
        let mut nobody = start(here);
        nobody.uid(65534).gid(65534);
        assert!(made(nobody) == wanted, "as another user");
    }
}

#[test]
fn standard_input_is_a_configuration() {
    let folder = scratch();
    let made = feed(folder.path(), &["render", "-"], b"domain: infrakt.example.com\n");
    assert_eq!((code(&made), made.stdout), (0, document(&PLAIN)));
    let empty = feed(folder.path(), &["render", "-", "--domain", "infrakt.example.com"], b"");
    assert_eq!((code(&empty), empty.stdout), (0, document(&PLAIN)));
}

/// What an editor or a paste adds does not change the document.
#[test]
fn bom_and_line_ends_make_no_difference() {
    let golden = root().join("golden/app-hostile");
    let config = fs::read_to_string(golden.join("input/firstlight.yaml")).expect("a case");
    let wanted = without_markers(&fs::read(golden.join("user-data")).expect("a case"));
    let more = "environment.FROM_FLAG=a,b=c; $(id) `id`";
    for text in [
        format!("\u{feff}{config}"),
        config.replace('\n', "\r\n"),
        format!("\n\n{config}\n\n"),
        format!("---\n{config}...\n"),
    ] {
        let made = feed(&root(), &["render", "-", "--set", more], text.as_bytes());
        assert!(made.stdout == wanted, "{}", String::from_utf8_lossy(&made.stderr));
    }
}

/// A file of the user's is laid as it is, whatever is in it.
#[test]
fn embedded_files_arrive_unharmed() {
    let folder = scratch();
    let here = folder.path();
    let head = "services:\n  caddy:\n    image: b\n    ports: [80:80, 443:443]\n  infrakt:\n    image: a\n";
    for (what, text) in [
        (
            "templates",
            format!(
                "{head}# {{{{ x }}}} {{% if %}} ${{X}} %{{if}} `id` $(id) \\\n#cloud-config\n## template: jinja\nx-EOF: 1\n#EOF\n"
            ),
        ),
        ("line ends", head.replace('\n', "\r\n")),
        ("no last line end", head.trim_end().to_owned()),
        ("many last line ends", format!("{head}\n\n\n")),
        ("blanks", format!("\n\n{head}x-a: 1   \n")),
        ("Unicode", format!("{head}x-a: \"🚀 grüße \u{2028} \u{85} \u{a0}\"\n")),
        ("a long line", format!("{head}x-a: {}\n", "x".repeat(900_000))),
        ("anchors", format!("x-a: &a {{image: a}}\n{head}    labels: {{a: b}}\n  web: *a\n")),
    ] {
        fs::write(here.join("own.yml"), &text).expect("writable");
        let made = run(here, &with(&PLAIN, &["--set", "compose=./own.yml", "--format", "json"]));
        assert_eq!(code(&made), 0, "{what}: {}", String::from_utf8_lossy(&made.stderr));
        let data: Value = serde_json::from_slice(&made.stdout).expect("JSON");
        let laid =
            data["files"].as_array().expect("a list").iter().any(|file| file["content"] == text.as_str());
        assert!(laid, "{what}");
    }
}

#[test]
fn links_in_a_profile_are_refused() {
    let folder = scratch();
    let here = folder.path();
    fs::create_dir_all(here.join("page/files/etc")).expect("a folder");
    fs::write(here.join("page/profile.yaml"), "summary: x\n").expect("writable");
    std::os::unix::fs::symlink("/etc/passwd", here.join("page/files/etc/motd")).expect("a link");
    let made = run(here, &with(&PLAIN, &["--profile", "./page"]));
    assert_eq!(code(&made), 2);
    assert!(
        text(&made.stderr).contains("files/etc/motd is neither a file nor a folder"),
        "{}",
        text(&made.stderr)
    );
}
