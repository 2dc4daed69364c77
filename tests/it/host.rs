//! The host side's own functions, by the bash and awk they run with.
//!
//! What needs a real server is in the first-boot scenarios; here is what is pure enough for a folder, with programs that
//! play the others' parts.

use std::path::Path;
use std::process::{Command, Output};

use crate::common::{root, text};

/// Runs a script with the host side's functions at hand, `$STATE` and `$HOME_DIR` in a scratch folder.
fn host(folder: &Path, script: &str) -> Output {
    let parts = root().join("profiles/_host/files/usr/local/sbin/firstlight.parts");
    let script = format!(
        "set -euo pipefail; umask 077\n\
         NOTE=; STATE={folder}/state; HOME_DIR={folder}/home; DOMAINS='infrakt.example.com www.infrakt.example.com'\n\
         mark() {{ echo \"$1: $2\"; }}; die() {{ echo \"failed: $1\"; exit 1; }}\n\
         PARTS={parts}; . {parts}/40-files.bash; . {parts}/50-stack.bash\n{script}",
        folder = folder.display(),
        parts = parts.display(),
    );
    Command::new("bash").args(["-c", &script]).output().expect("bash starts")
}

fn ok(folder: &Path, script: &str) -> String {
    let made = host(folder, script);
    assert!(made.status.success(), "{script}\n{}{}", text(&made.stdout), text(&made.stderr));
    text(&made.stdout)
}

fn scratch() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["state/files/opt", "home/sites"] {
        std::fs::create_dir_all(folder.path().join(name)).expect("writable");
    }
    folder
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("writable");
    std::fs::write(path, text).expect("writable");
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn sites_of_an_earlier_caddy_are_carried_over() {
    let folder = scratch();
    let before = r#"# the system's Caddy
{
	email old@example.com
}

:80 {
	root * /usr/share/caddy
	file_server
}

infrakt.example.com {
	reverse_proxy localhost:8000
}

https://www.infrakt.example.com, alias.example.com {
	respond "ours, by its first name"
}

(headers) {
	header X-Robots-Tag none
}

blog.example.com {
	import headers
	handle /api/* {
		reverse_proxy localhost:3000 {
			header_up Host {host}
		}
	}
	respond "a { in text" 200
}

http://plain.example.com {
	respond "hello"
}

:8080 {
	respond "a bare port"
}
"#;
    write(&folder.path().join("Caddyfile"), before);
    ok(folder.path(), "carry_over \"${HOME_DIR%/home}/Caddyfile\" \"$HOME_DIR/sites/carried-over.caddy\"");
    insta::assert_snapshot!(read(&folder.path().join("home/sites/carried-over.caddy")));
}

#[test]
fn what_was_carried_over_once_is_left_alone() {
    let folder = scratch();
    write(&folder.path().join("Caddyfile"), "new.example.com {\n}\n");
    write(&folder.path().join("home/sites/carried-over.caddy"), "mine\n");
    ok(folder.path(), "carry_over \"${HOME_DIR%/home}/Caddyfile\" \"$HOME_DIR/sites/carried-over.caddy\"");
    assert_eq!(read(&folder.path().join("home/sites/carried-over.caddy")), "mine\n");
}

#[test]
fn secrets_are_born_on_the_server_and_survive() {
    let folder = scratch();
    let (new, path) = (folder.path().join("state/files/app.env"), folder.path().join("app.env"));
    write(&new, "A=1\n# note\nSECRET=@generate@\n");
    let place = format!("place {} {}; echo \"$NOTE\"", new.display(), path.display());
    ok(folder.path(), &place);
    let first = read(&path);
    let secret = first.lines().find_map(|l| l.strip_prefix("SECRET=")).expect("a secret").to_owned();
    assert!(secret.len() == 64 && secret.bytes().all(|b| b.is_ascii_hexdigit()), "{secret}");

    write(&new, "A=2\nSECRET=@generate@\nMORE=x\n");
    let said = ok(folder.path(), &place);
    assert_eq!(read(&path), format!("{first}MORE=x\n"), "kept, and only what was missing added");
    assert!(said.contains("kept your"), "{said}");

    // An editor may have left the last line without an end.
    write(&path, "A=1");
    write(&new, "A=2\nB=x\n");
    ok(folder.path(), &place);
    assert_eq!(read(&path), "A=1\nB=x\n");
}

#[test]
fn a_referenced_secret_is_quoted_as_compose_reads_it() {
    let folder = scratch();
    let (secret, new) = (folder.path().join("secret"), folder.path().join("state/files/app.env"));
    write(&secret, "a\"b$c\\d e#f\r\n");
    write(&new, &format!("SECRET=@file://{}@\n", secret.display()));
    ok(folder.path(), &format!("place {} {}", new.display(), folder.path().join("app.env").display()));
    assert_eq!(read(&folder.path().join("app.env")), "SECRET=\"a\\\"b\\$c\\\\d e#f\"\n");
}

#[test]
fn edits_are_kept_and_untouched_files_replaced() {
    let folder = scratch();
    let (new, path) = (folder.path().join("state/files/Caddyfile"), folder.path().join("Caddyfile"));
    let place = format!("place {} {}; echo \"$NOTE\"", new.display(), path.display());
    write(&new, "one\n");
    ok(folder.path(), &place);
    write(&new, "two\n");
    assert_eq!(ok(folder.path(), &place), "\n");
    assert_eq!(read(&path), "two\n", "untouched, so replaced");
    write(&path, "mine\n");
    assert_eq!(ok(folder.path(), &place), "\n", "nothing new, nothing to say");
    assert_eq!(read(&path), "mine\n");
    write(&new, "three\n");
    assert!(ok(folder.path(), &place).contains("kept your"));
    assert_eq!(read(&path), "mine\n");
}

/// Whatever is put down anew makes Caddy start again.
#[test]
fn what_is_in_place_is_not_touched() {
    use std::os::unix::fs::MetadataExt;
    let folder = scratch();
    let (new, path) = (folder.path().join("state/files/Caddyfile"), folder.path().join("Caddyfile"));
    let place = format!("place {} {}; echo \"$NOTE\"", new.display(), path.display());
    write(&new, "one\n");
    ok(folder.path(), &place);
    let before = std::fs::metadata(&path).expect("there").ino();
    ok(folder.path(), &place);
    assert_eq!(std::fs::metadata(&path).expect("there").ino(), before);
}

#[test]
fn modes_come_from_the_document() {
    use std::os::unix::fs::PermissionsExt;
    let folder = scratch();
    let new = folder.path().join("state/files/x");
    write(&new, "x\n");
    for mode in [0o600, 0o644, 0o755] {
        let path = folder.path().join(format!("x{mode}"));
        std::fs::set_permissions(&new, std::fs::Permissions::from_mode(mode)).expect("settable");
        ok(folder.path(), &format!("place {} {}", new.display(), path.display()));
        assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o7777, mode);
    }
}

/// Compose mounts what is in place; a reviewer read what is in the document.
#[test]
fn a_last_line_without_an_end_is_laid_as_it_is() {
    let folder = scratch();
    let (new, path) = (folder.path().join("state/files/compose.yaml"), folder.path().join("compose.yaml"));
    let place = format!("place {} {}; echo \"$NOTE\"", new.display(), path.display());
    for (one, two) in [("a\n\n  read_only: true", "b\n  read_only: true"), ("A=@b\n", "A=@c"), ("", "\n")] {
        for text in [one, two] {
            write(&new, text);
            assert_eq!(ok(folder.path(), &place), "\n", "untouched, so not kept");
            assert_eq!(read(&path), text);
        }
    }
}

/// A folder with programs of a name's own: each call is a line in `calls`; `docker` knows one container.
fn stubs(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let programs = [
        (
            "docker",
            r#"case "$*" in
                'compose ps -aq infrakt') echo c1; [ ! -e half ] || echo c2 ;;
                'inspect -f {{.State.Running}} '*) [ "$(cat image)" = new ] && echo false || echo true ;;
                'inspect -f {{.State.StartedAt}} '*) cat started ;;
                'inspect -f {{.Created}} infrakt-updater') echo 2026-11-25T03:00:05.5Z ;;
                'inspect -f {{.Id}} c1') cat id ;;
                'inspect -f {{.Image}} '*) cat image ;;
                'inspect -f {{.Config.Image}} c1') echo registry/infrakt:latest ;;
                'inspect -f {{.State.Pid}} c1') [ "$(cat image)" = old ] && echo 77 || echo 0 ;;
                'inspect infrakt-updater') [ -s updater ] ;;
                'top infrakt-updater') grep -q running updater ;;
                'rm -f infrakt-updater') rm -f updater ;;
                'compose config --images') echo registry/infrakt:latest; echo caddy:2 ;;
                'image inspect caddy:2') exit 1 ;;
                'ps -a '*) echo c2ddac4917f4_infrakt-infrakt-1 infrakt-caddy-1 ;;
                'tag old registry/infrakt:latest') echo old >tagged ;;
                'compose up -d '*--wait*) [ ! -e race ] || { rm race; echo 2 >id; exit 1; }; [ "$(cat image)" != new ] ;;
                'compose up '*) [ ! -e tagged ] || cp tagged image ;;
                'compose exec '*) exit 126 ;;
            esac"#,
        ),
        ("chown", ":"),
        ("stat", r#"sed -n '1p' uids; [ "$(wc -l <uids)" = 1 ] || sed -i 1d uids"#),
        ("sleep", r#"[ ! -s updater ] || sed -i 1d updater"#),
        ("systemctl", ":"),
    ];
    write(&folder.join("calls"), "");
    write(&folder.join("id"), "1\n");
    write(&folder.join("started"), "2026-11-25T03:00:00.123Z\n");
    for (name, script) in programs {
        let path = folder.join("bin").join(name);
        write(
            &path,
            &format!("#!/bin/bash\ncd {0} && echo \"{name} $*\" >>calls\n{script}\n", folder.display()),
        );
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("settable");
    }
}

/// Runs a script of the step app, with those programs, in that folder.
fn app(folder: &Path, script: &str) -> (Output, Vec<String>) {
    let made = host(
        folder,
        &format!(
            "PATH={0}/bin:$PATH; cd {0}; KEYS_DIR={0}/keys TOKEN=file:///token SERVICE=infrakt; mkdir -p keys login\n\
             . $PARTS/20-steps.bash; STEP=app; . $PARTS/58-self-update.bash\n\
             needs() {{ :; }}; login() {{ :; }}\n{script}",
            folder.display()
        ),
    );
    (made, read(&folder.join("calls")).lines().map(str::to_owned).collect())
}

/// Where a crashing image is, what needs its container fails; and the rest may fail besides.
#[test]
fn the_way_back_is_reached_whatever_else_fails() {
    for other in ["", "needs() { die no; }", "login() { die no; }", "fetch_compose() { exit 1; }"] {
        let folder = scratch();
        stubs(folder.path());
        for (name, text) in [("image", "new\n"), ("uids", "1000\n"), ("state/good", "old\n")] {
            write(&folder.path().join(name), text);
        }
        let (made, calls) = app(folder.path(), &format!("{other}\nstep_app"));
        assert_eq!(read(&folder.path().join("image")), "old\n", "{other}: {}{calls:#?}", text(&made.stderr));
        assert_eq!(read(&folder.path().join("state/good")), "old\n");
        assert_eq!(made.status.success(), other.is_empty(), "{other}: {}", text(&made.stderr));
    }
}

/// An update from within takes the container away that is looked at: that is no reason to go back.
#[test]
fn a_container_that_comes_in_between_is_looked_at_anew() {
    let folder = scratch();
    stubs(folder.path());
    for (name, text) in [("image", "newer\n"), ("race", ""), ("state/good", "old\n")] {
        write(&folder.path().join(name), text);
    }
    let (made, calls) = app(folder.path(), "settle");
    assert!(made.status.success(), "{}", text(&made.stderr));
    assert_eq!(read(&folder.path().join("state/good")), "newer\n", "{calls:#?}");
    assert!(!calls.iter().any(|call| call.starts_with("docker tag")), "{calls:#?}");
}

/// systemd does not see a token that is brought while the step runs: the step logs in again.
#[test]
fn a_token_that_is_brought_meanwhile_is_used() {
    for (brought, logins) in [("", 1), ("touch -d +1minute token", 2)] {
        let folder = scratch();
        stubs(folder.path());
        for (name, text) in
            [("image", "old\n"), ("uids", "1000\n"), ("state/good", "old\n"), ("token", "x\n")]
        {
            write(&folder.path().join(name), text);
        }
        // Once the containers are up, a newer token is there; a login makes its file newer still.
        let script = format!(
            "TOKEN=file://$PWD/token; login() {{ echo login >>calls; touch -d +2minutes login/config.json; \
             [ -e second ] || touch login/config.json; touch second; }}\nsettle() {{ {brought} :; }}\nstep_app",
            brought = if brought.is_empty() { String::new() } else { format!("{brought};") }
        );
        let (made, calls) = app(folder.path(), &script);
        assert!(made.status.success(), "{}", text(&made.stderr));
        assert_eq!(calls.iter().filter(|call| *call == "login").count(), logins, "{calls:#?}");
    }
}

/// An update from within ends with its container, and leaves a new one that nobody starts. When that happens as the step
/// comes to its end, systemd does not see it.
#[test]
fn what_changes_in_the_last_moment_is_seen() {
    let folder = scratch();
    stubs(folder.path());
    for (name, text) in [("image", "old\n"), ("uids", "1000\n"), ("state/good", "old\n")] {
        write(&folder.path().join(name), text);
    }
    let script = "share() { ! grep -q -- --wait calls || touch half; }; step_app";
    let (made, calls) = app(folder.path(), script);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let half = |call: &String| call.contains("compose up") && call.contains("--wait");
    assert_eq!(calls.iter().filter(|call| half(call)).count(), 2, "{calls:#?}");
}

/// The image of the tag that is here may be the last healthy one, and the registry's the one that is not.
#[test]
fn only_what_is_missing_is_pulled() {
    let folder = scratch();
    stubs(folder.path());
    let (made, calls) = app(folder.path(), "pull");
    assert!(made.status.success(), "{}", text(&made.stderr));
    let pulled: Vec<_> = calls.iter().filter(|call| call.contains("pull")).collect();
    assert_eq!(pulled, ["docker pull -q caddy:2"]);
    // Nor does the step pull in another way.
    let part = root().join("profiles/_host/files/usr/local/sbin/firstlight.parts/50-stack.bash");
    assert!(read(&part).lines().all(|line| line.starts_with("##") || !line.contains("compose pull")));
}

/// An entrypoint begins as root, and a link in the folder leads out of it.
#[test]
fn keys_and_login_go_to_the_process_and_no_link_is_followed() {
    let folder = scratch();
    stubs(folder.path());
    for (name, text) in
        [("image", "old\n"), ("uids", "0\n0\n54321\n"), ("keys/sub/key", "k"), ("outside", "")]
    {
        write(&folder.path().join(name), text);
    }
    std::os::unix::fs::symlink(folder.path().join("outside"), folder.path().join("keys/link"))
        .expect("writable");
    let (made, calls) = app(folder.path(), "share");
    assert!(made.status.success(), "{}", text(&made.stderr));
    let given: Vec<_> = calls.iter().filter(|call| call.starts_with("chown ")).collect();
    assert!(given.iter().all(|call| call.starts_with("chown -h 54321 ")), "{given:#?}");
    let given = given.into_iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    assert!(given.contains("/link") && given.contains("/key") && !given.contains("outside"), "{given}");
}

#[test]
fn one_acts_at_a_time_and_half_a_renaming_is_ended() {
    let folder = scratch();
    stubs(folder.path());
    write(&folder.path().join("image"), "old\n");
    write(&folder.path().join("updater"), "1\n2\n3\n");
    let (made, calls) = app(folder.path(), "up infrakt");
    assert!(made.status.success(), "{}", text(&made.stderr));
    let at = |wanted: &str| {
        calls
            .iter()
            .rposition(|call| call.starts_with(wanted))
            .unwrap_or_else(|| panic!("{wanted}: {calls:#?}"))
    };
    assert_eq!(calls.iter().filter(|call| *call == "sleep 1").count(), 3, "{calls:#?}");
    assert!(at("sleep 1") < at("docker rename c2ddac4917f4_infrakt-infrakt-1 infrakt-infrakt-1"));
    assert!(at("docker rename") < at("docker compose up -d --quiet-pull infrakt"));
    assert!(!calls.iter().any(|call| call.contains("rename infrakt-caddy-1")), "{calls:#?}");
}

/// One that hangs is ended, and one that was made and that nobody will start much sooner; the rest goes on.
#[test]
fn an_updater_is_not_waited_for_without_end() {
    let before = "2026-11-25T03:00:00.123Z";
    for (state, image, started, is_long) in [
        ("running", "old\n", before, true),
        // On a slow machine minutes may lie between the two.
        ("created", "old\n", before, true),
        ("created", "old\n", "2026-11-25T03:00:09Z", false),
        ("created", "new\n", before, false),
    ] {
        let folder = scratch();
        stubs(folder.path());
        write(&folder.path().join("image"), image);
        write(&folder.path().join("started"), started);
        write(&folder.path().join("updater"), state);
        // Turns are counted: what else the machine does makes them fewer, never more.
        let script =
            "turns=0; sleep() { turns=$((turns + 1)) SECONDS=$((SECONDS + 5)); }; up infrakt; echo $turns";
        let (made, calls) = app(folder.path(), script);
        assert!(made.status.success(), "{}", text(&made.stderr));
        let turns: u32 = text(&made.stdout).lines().last().and_then(|l| l.parse().ok()).expect("a number");
        assert_eq!(turns > 6, is_long, "{state} {image} {started}: {turns}");
        assert!(calls.iter().any(|call| call == "docker rm -f infrakt-updater"), "{calls:#?}");
        assert!(calls.iter().any(|call| call == "docker compose up -d --quiet-pull infrakt"), "{calls:#?}");
    }
}

/// While the step waits for a person, an update may come and fail.
#[test]
fn a_token_that_is_not_there_does_not_stand_in_the_way_back() {
    let folder = scratch();
    stubs(folder.path());
    for (name, text) in [("image", "new\n"), ("uids", "1000\n"), ("state/good", "old\n")] {
        write(&folder.path().join(name), text);
    }
    let token = folder.path().join("token");
    let script = format!("rescue() {{ echo rescued; echo t >{0}; }}; await {0}", token.display());
    let (made, _) = app(folder.path(), &script);
    assert!(text(&made.stdout).contains("rescued"), "{}{}", text(&made.stdout), text(&made.stderr));
}

#[test]
fn a_profile_needs_no_summary_and_no_checks_of_its_own() {
    let folder = scratch();
    stubs(folder.path());
    let script = "DOMAIN=a.example.com HEALTH=/ STEPS=(app ready); printf 'done\\t\\n' | tee app >ready
        probe() { :; }; curl() { :; }; sha256sum() { :; }; . $PARTS/70-report.bash; unset -f outdated; status; verify";
    let (made, _) = app(folder.path(), script);
    let said = text(&made.stdout);
    assert!(
        made.status.success() && said.contains("\nhttps://a.example.com\nok "),
        "{said}{}",
        text(&made.stderr)
    );
    let own = "summary() { echo Mine; }; verify_profile() { check Mine true; }";
    let (made, _) = app(folder.path(), &format!("{own}\n{script}"));
    let said = text(&made.stdout);
    assert!(said.contains("\nMine\nok ") && said.contains("\nok   Mine"), "{said}{}", text(&made.stderr));
}

/// `golden/app` has no token: its image is public, or so somebody thought.
#[test]
fn a_private_image_without_a_token_is_called_so() {
    let folder = scratch();
    write(&folder.path().join("out"), "Error response from daemon: denied\n");
    for (case, wanted) in
        [("app", "--token"), ("infrakt-defaults", "replace file:///etc/firstlight/ghcr-token")]
    {
        let site = root().join("golden").join(case).join("files/etc/firstlight/site.sh");
        let script = format!(
            ". {}; . $PARTS/20-steps.bash; die() {{ echo \"$1\"; exit; }}; STEP=app; hopeless {}/out",
            site.display(),
            folder.path().display()
        );
        let said = ok(folder.path(), &script);
        assert!(said.contains(wanted) && !said.contains("replace none"), "{said}");
    }
}
