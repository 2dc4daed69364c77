//! The host side's own functions, by the bash and awk they run with.
//!
//! What needs a real server is in the first-boot scenarios; here is what is pure enough for a folder.

mod common;

use std::path::Path;
use std::process::{Command, Output};

use common::{root, text};

/// Runs a script with the host side's functions at hand, `$STATE` and `$HOME_DIR` in a scratch folder.
fn host(folder: &Path, script: &str) -> Output {
    let parts = root().join("profiles/_host/files/usr/local/sbin/firstlight.parts");
    let script = format!(
        "set -euo pipefail; umask 077\n\
         NOTE=; STATE={folder}/state; HOME_DIR={folder}/home; DOMAINS='infrakt.example.com www.infrakt.example.com'\n\
         mark() {{ echo \"$1: $2\"; }}; die() {{ echo \"failed: $1\"; exit 1; }}\n\
         . {parts}/40-files.bash; . {parts}/50-stack.bash\n{script}",
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
