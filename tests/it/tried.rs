//! Secrets that only a path, a list of words or the rest of a file tells, and values that are none.

use std::fs;

use crate::common::shown::{every_diff, every_format};
use crate::common::{code, feed, run, scratch, text, token, write};

const PASSWORD: &str = "Tr0ub4dor9Zebra3";

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

fn written(path: &str, content: &str) -> String {
    format!("#cloud-config\nwrite_files:\n- path: {path}\n  content: |\n{}", indented(content))
}

#[test]
fn a_file_for_a_secret_is_hidden_on_both_sides() {
    let folder = scratch();
    let here = folder.path();
    for path in
        ["/etc/firstlight/ghcr-token", "/run/secrets/db", "/run/credentials/a/b", "/etc/credstore/app"]
    {
        let (old, new) = (written(path, "sommerzeit"), written(path, "winterzeit"));
        let other = written("/etc/motd", "hello");
        for (old, new) in [(&old, &new), (&old, &other), (&other, &new)] {
            for shown in every_diff(old.as_bytes(), new.as_bytes()) {
                assert!(shown.contains(path), "{shown}");
                assert!(!shown.contains("sommerzeit") && !shown.contains("winterzeit"), "{path}: {shown}");
            }
        }
        for (side, content) in [("old", "sommerzeit"), ("new", "winterzeit")] {
            write(here, &format!("{side}{path}"), content);
        }
    }
    for format in ["human", "json", "markdown"] {
        let made = run(here, &["diff", "old", "new", "--format", format]);
        let shown = text(&made.stdout);
        assert!(shown.contains("/run/secrets/db"), "{shown}{}", text(&made.stderr));
        assert!(!shown.contains("sommerzeit") && !shown.contains("winterzeit"), "{shown}");
    }
}

#[test]
fn values_of_files_are_masked_by_their_names_and_options() {
    for (path, content) in [
        (
            "/opt/a/compose.yaml",
            "services:\n  db:\n    command:\n    - redis-server\n    - --requirepass\n    - §",
        ),
        ("/opt/a/app.yaml", "env:\n- name: DB_PASSWORD\n  value: §"),
        ("/opt/a/app.yaml", "env:\n- {name: DB_PASSWORD, value: §}"),
        ("/opt/a/app.yaml", "passwords:\n  admin: §"),
        ("/opt/a/app.yaml", "passwords: {admin: §}"),
        ("/opt/a/app.yaml", "x-a: &a §\nDB_PASSWORD: *a"),
        ("/opt/a/app.json", "{\"passwords\": {\n\"admin\":\n\"§\"}}"),
    ] {
        let document = |word: &str| written(path, &content.replace('§', word));
        let (old, new) = (document(PASSWORD), document("An0therZebra4"));
        let diffs = every_diff(old.as_bytes(), new.as_bytes());
        let formats = every_format(old.as_bytes()).into_iter().map(|(_, shown)| shown);
        for shown in diffs.into_iter().chain(formats) {
            assert!(!shown.contains(PASSWORD) && !shown.contains("An0therZebra4"), "{content}: {shown}");
        }
    }
}

#[test]
fn lint_finds_a_password_in_the_address_of_an_include() {
    let folder = scratch();
    let document = format!("#include\nhttps://app:{PASSWORD}@example.com/user-data\n");
    let made = feed(folder.path(), &["lint", "-"], document.as_bytes());
    let shown = text(&made.stdout) + &text(&made.stderr);
    assert!(shown.contains("[placed-secret]") && !shown.contains(PASSWORD), "{shown}");
}

/// The address that the message names suffices, and allows nothing else.
#[test]
fn the_printed_address_allows_a_token() {
    let folder = scratch();
    let here = folder.path();
    let token = token();
    let compose = format!("services:\n  web:\n    image: a\n    environment:\n      X: {token}\n");
    let own =
        "profile: compose\ndomain: shop.example.com\nsettings: {compose: ./c.yml, service: web, port: 80}\n";
    for (own, compose, address) in [
        (own.to_owned(), compose.clone(), "compose.services.web.environment.X"),
        (
            format!("domain: infrakt.example.com\ncloud_config:\n  runcmd: [\"echo {token}\"]\n"),
            compose.clone(),
            "cloud_config.runcmd",
        ),
    ] {
        write(here, "c.yml", &compose);
        write(here, "firstlight.yaml", &own);
        let made = run(here, &["render", "firstlight.yaml"]);
        let shown = text(&made.stderr);
        assert!(code(&made) == 2 && shown.contains(&format!("in_clear: [{address}]")), "{address}: {shown}");
        assert_eq!(shown.matches("error[").count(), 1, "{shown}");
        let made = run(here, &["render", "firstlight.yaml", "--in-clear", address]);
        assert_eq!(code(&made), 0, "{address}: {}", text(&made.stderr));
    }
    // A comment is allowed by no address.
    write(here, "c.yml", &format!("# {token}\n{compose}"));
    write(here, "firstlight.yaml", own);
    for address in ["compose", "compose.services.web.environment.X"] {
        let made = run(here, &["render", "firstlight.yaml", "--in-clear", address]);
        let shown = text(&made.stderr);
        assert!(code(&made) == 2 && shown.contains("from the comment"), "{shown}");
    }
}

#[test]
fn values_about_secrets_are_left_and_literals_are_refused() {
    let folder = scratch();
    let here = folder.path();
    let rendered = |own: String| {
        fs::write(here.join("firstlight.yaml"), own).expect("writable");
        run(here, &["render", "firstlight.yaml"])
    };
    for (path, content, status) in [
        ("/opt/a/realm.json", "{\"requiredCredentials\": [\"password\"]}", 0),
        ("/opt/a/package.json", "{\"dependencies\": {\"jsonwebtoken\": \"^9.0.2\"}}", 0),
        ("/opt/a/de.json", "{\"password\": \"Passwort\", \"token\": \"Token\"}", 0),
        ("/opt/a/de.yaml", "password: Passwort\ntoken: Token", 0),
        ("/opt/a/app.yaml", "DB_PASSWORD: hunter2", 2),
        ("/opt/a/app.yaml", "POSTGRES_PASSWORD: postgres", 2),
        ("/opt/a/app.yaml", "DB_PASSWORD: \"$$ecretpassword\"", 2),
        ("/opt/a/app.yaml", "DB_PASSWORD: \"<Sommerzeit>\"\nA_PASSWORD: \"[HUNTER]\"", 0),
    ] {
        let files = format!("[{{path: {path}, content: {}}}]", serde_json::json!(content));
        let made = rendered(format!("domain: infrakt.example.com\ncloud_config: {{write_files: {files}}}\n"));
        assert_eq!(code(&made), status, "{content}: {}", text(&made.stderr));
    }
    let app = "profile: app\ndomain: a.example.com\nsettings: {image: a, port: 80, environment: {";
    for (value, status) in [("$ecretpassword", 2), ("$$ecretpassword", 2), ("${DB_PASSWORD}", 0)] {
        let made = rendered(format!("{app}DB_PASSWORD: \"{value}\"}}}}\n"));
        assert_eq!(code(&made), status, "{value}: {}", text(&made.stderr));
    }
}

#[test]
fn messages_and_tags_are_masked_in_errors() {
    let folder = scratch();
    let here = folder.path();
    write(
        here,
        "firstlight.yaml",
        "profile: compose\ndomain: shop.example.com\nsettings: {compose: ./c.yml, service: web, port: 80}\n",
    );
    for line in [
        "X: ${DB_PASSWORD:?Sommerzeit99} ${",
        "X: ${DB_PASSWORD?Sommerzeit99} ${",
        "X: !password Sommerzeit99",
    ] {
        let compose = format!(
            "services:\n  web:\n    image: a\n    nonsense: {line}\n    environment:\n      {line}\n"
        );
        write(here, "c.yml", &compose);
        let made = run(here, &["render", "firstlight.yaml"]);
        let shown = text(&made.stderr);
        assert!(code(&made) == 2 && !shown.contains("Sommerzeit99"), "{line}: {shown}");
    }
}
