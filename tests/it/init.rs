//! `firstlight init`: without a terminal, each flag and each missing answer; in a pseudo-terminal, key by key.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::common::{code, files, root, run, scratch, text, token, with};

const NAMES: [&str; 2] = ["firstlight.yaml", "user-data"];
const PUBLIC: [&str; 5] = ["init", "--domain", "whoami.example.com", "--image", "traefik/whoami"];

const COMPOSE: &str = "services:\n  db:\n    image: postgres:16\n    environment: {POSTGRES_HOST_AUTH_METHOD: trust}\n  \
                       web:\n    image: anna/shop:3\n    ports: [\"127.0.0.1:8000:3000\"]\n";

/// Runs it in a folder, and gives its exit code and what it said.
fn init(here: &Path, arguments: &[&str]) -> (i32, String) {
    let made = run(here, arguments);
    assert!(made.stdout.is_empty(), "{arguments:?}: {}", text(&made.stdout));
    (code(&made), text(&made.stderr))
}

/// Whether the configuration and the document in a folder belong together.
fn is_whole(here: &Path, document: &str) {
    let check = run(here, &["check"]);
    assert_eq!(code(&check), 0, "{}{}", text(&check.stdout), text(&check.stderr));
    let made = run(here, &["render", "firstlight.yaml", "--strict"]);
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    assert_eq!(made.stdout, fs::read(here.join(document)).expect("a document"));
}

fn config(here: &Path) -> String {
    fs::read_to_string(here.join("firstlight.yaml")).expect("a configuration")
}

#[test]
fn flags_answer_every_question() {
    let app = ["init", "--domain", "shop.example.com", "--yes"];
    let ecr = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop";
    let gitlab = "registry.gitlab.com/anna/shop";
    for (more, wanted) in [
        (&["--image", "nginx"][..], &["profile: app", "token: none", "port: 80"][..]),
        (&["--image", "nginx", "--port", "81"], &["port: 81"]),
        (&["--image", "anna/shop"], &["token: none", "port: 8080"]),
        (&["--image", "ghcr.io/anna/shop"], &["token: file:///etc/firstlight/ghcr-token"]),
        (&["--image", "ghcr.io/anna/shop", "--token", "none"], &["token: none"]),
        (&["--image", ecr], &["token: file:///etc/firstlight/registry-token", "registry_user: AWS"]),
        (&["--image", gitlab, "--registry-user", "deploy"], &["registry_user: deploy"]),
        (&["--image", gitlab, "--token", "none"], &["token: none"]),
        (&["--image", "nginx", "--provider", "hetzner"], &["provider: hetzner"]),
        (&["--image", "nginx", "--provider", "other"], &["profile: app"]),
        (
            &["--image", "nginx", "--provider", "aws", "--program", "https://files.example.com/p.tar.bz2"],
            &["provider: aws", "program: https://files.example.com/p.tar.bz2"],
        ),
        (&["--profile", "infrakt"], &["profile: infrakt", "token: file:///etc/firstlight/ghcr-token"]),
        (&["--profile", "infrakt", "--token", "credential://t"], &["token: credential://t"]),
        (&["--compose", "compose.yaml"], &["profile: compose", "service: web", "port: 3000", "token: none"]),
        (&["--profile", "compose"], &["compose: \"./compose.yaml\"", "service: web"]),
        (&["--compose", "compose.yaml", "--service", "db", "--port", "1"], &["service: db", "port: 1"]),
        (
            &["--profile", "./own", "--set", "image=nginx", "--set", "colour=red"],
            &["profile: \"./own\"", "colour: red"],
        ),
        (
            &[
                "--image",
                "nginx",
                "--set",
                "environment.A=b",
                "--set",
                "environment.C=d",
                "--set",
                "acme=staging",
            ],
            &["    A: b\n    C: d\n", "acme: staging"],
        ),
        (
            &["--image", "nginx", "--set", "extra_domains=a.example.com,b.example.com"],
            &["[a.example.com, b.example.com]"],
        ),
    ] {
        let folder = scratch();
        let here = folder.path();
        fs::write(here.join("compose.yaml"), COMPOSE).expect("writable");
        own_profile(&here.join("own"));
        let (code, said) = init(here, &with(&app, more));
        assert_eq!(code, 0, "{more:?}: {said}");
        let config = config(here);
        for line in wanted {
            assert!(config.contains(line), "{more:?} without {line}:\n{config}");
        }
        is_whole(here, "user-data");
        assert!(said.contains("\n1. ") && said.contains("\n2. ") && said.contains("\n3. "), "{said}");
    }
}

/// The profile `app` with a setting more, for which there is no flag.
fn own_profile(to: &Path) {
    for (path, bytes) in files(&root().join("profiles/app")) {
        let path = to.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        let bytes =
            text(&bytes).replace("settings:\n", "settings:\n  colour: {type: text, help: The colour}\n");
        fs::write(path, bytes).expect("writable");
    }
}

/// Without a terminal nothing is asked, with or without `--yes`, and what is missing is named by its flag.
#[test]
fn what_is_missing_is_named_by_its_flag() {
    let domain = ["init", "--domain", "shop.example.com"];
    let gitlab = ["--image", "registry.gitlab.com/anna/shop"];
    for (arguments, wanted) in [
        (vec!["init"], &["--domain DOMAIN", "--image IMAGE"][..]),
        (vec!["init", "--image", "nginx"], &["--domain DOMAIN"]),
        (domain.to_vec(), &["--image IMAGE"]),
        (with(&domain, &["--profile", "compose"]), &["--compose FILE"]),
        (with(&domain, &["--profile", "./own"]), &["--image IMAGE", "--set colour=COLOUR"]),
        (with(&domain, &gitlab), &["--registry-user USER"]),
        (with(&domain, &["--image", "nginx", "--provider", "aws"]), &["--program https://"]),
        (with(&domain, &["--image", "nginx", "--provider", "linode"]), &["--program https://"]),
    ] {
        for more in [&[][..], &["--yes"]] {
            let folder = scratch();
            own_profile(&folder.path().join("own"));
            let (code, said) = init(folder.path(), &with(&arguments, more));
            assert_eq!(code, 2, "{arguments:?}: {said}");
            for flag in wanted {
                assert!(said.contains(flag), "{arguments:?} without {flag}: {said}");
            }
            assert_eq!(said.matches("error[").count(), wanted.len(), "{arguments:?}: {said}");
            assert!(NAMES.iter().all(|name| !folder.path().join(name).exists()), "{arguments:?}");
        }
    }
}

/// Wrong flags are told where they are, in the compiler's words, and nothing is written.
#[test]
fn wrong_flags_are_refused_at_the_flag() {
    let app = ["init", "--domain", "shop.example.com", "--image", "nginx"];
    let secret = token();
    for (arguments, wanted) in [
        (
            vec!["init", "--domain", "https://a.example.com"],
            &["this is a URL, not a domain", "--> --domain"][..],
        ),
        (
            vec!["init", "--domain", "shop.local", "--image", "nginx"],
            &["`shop.local` is not a public domain"],
        ),
        (vec!["init", "--image", "Nginx"], &["must be in lower case", "--> --image", "write nginx"]),
        (with(&app, &["--port", "0"]), &["`0` is not a port", "--> --port"]),
        (with(&app, &["--provider", "hetzer"]), &["there is no provider `hetzer`", "--> --provider"]),
        (with(&app, &["--provider", "lightsail"]), &["runs user-data as a script", "--format script"]),
        (with(&app, &["--profile", "ap"]), &["there is no profile `ap`", "--> --profile"]),
        (with(&app, &["--profile", "./nosuch"]), &["cannot read ./nosuch", "--> --profile"]),
        (with(&app, &["--profile", "compose"]), &["image", "--> --image"]),
        (with(&app, &["--token", &secret]), &["GitHub personal access token", "--> --token", "not shown"]),
        (with(&app, &["--token", "env://TOKEN"]), &["--embed-secret"]),
        (with(&app, &["--token", "hunter2"]), &["may be the secret itself"]),
        (with(&app, &["--compose", "c.yaml"]), &["different profiles", "--compose is for --profile compose"]),
        (with(&app, &["--set", "x"]), &["this is not KEY=VALUE"]),
        (with(&app, &["--set", "colour=red"]), &["colour", "--> --set colour"]),
        (with(&app, &["--set", "environment.DB_PASSWORD=hunter2"]), &["DB_PASSWORD"]),
        (vec!["init", "--compose", "nosuch.yaml"], &["cannot read nosuch.yaml"]),
        (vec!["init", "--compose", "built.yaml"], &["built.yaml"]),
        (with(&app, &["--provider", "aws", "--program", "http://a.example.com"]), &["--> --program"]),
    ] {
        let folder = scratch();
        let built = "services:\n  web:\n    build: .\n";
        fs::write(folder.path().join("built.yaml"), built).expect("writable");
        let (code, said) = init(folder.path(), &arguments);
        assert_eq!(code, 2, "{arguments:?}: {said}");
        for words in wanted {
            assert!(said.contains(words), "{arguments:?} without {words}: {said}");
        }
        assert!(!said.contains("hunter2") && !said.contains(&secret), "{arguments:?}: {said}");
        assert!(NAMES.iter().all(|name| !folder.path().join(name).exists()), "{arguments:?}");
    }
}

#[test]
fn existing_files_are_overwritten_only_with_force() {
    for name in ["firstlight.yaml", "user-data", "user-data.tftpl"] {
        let folder = scratch();
        let here = folder.path();
        fs::write(here.join(name), "mine").expect("writable");
        let (code, said) = init(here, &PUBLIC);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(&format!("{name} exists already")) && said.contains("--force"), "{said}");
        assert_eq!(files(here).len(), 1);
        assert_eq!(fs::read_to_string(here.join(name)).expect("a file"), "mine");
        let (code, said) = init(here, &with(&PUBLIC, &["--force"]));
        assert_eq!(code, 0, "{said}");
        assert!(config(here).contains("whoami.example.com"));
    }
    // A link that leads nowhere is there, too.
    let folder = scratch();
    std::os::unix::fs::symlink("elsewhere", folder.path().join("user-data")).expect("a link");
    assert_eq!(init(folder.path(), &PUBLIC).0, 2);
    assert!(!folder.path().join("elsewhere").exists());
}

/// A document for Terraform is a template, and `check` knows it by its name.
#[test]
fn a_document_for_terraform_is_a_template() {
    let folder = scratch();
    let here = folder.path();
    let (code, said) = init(here, &with(&PUBLIC, &["--token", "terraform://ghcr_token"]));
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("templatefile(\"user-data.tftpl\""), "{said}");
    is_whole(here, "user-data.tftpl");
    assert!(!here.join("user-data").exists());
}

#[test]
fn the_next_steps_are_those_of_the_provider() {
    for (more, wanted, unwanted) in [
        (
            &["--provider", "hetzner", "--image", "ghcr.io/anna/shop"][..],
            &[
                "Create a server at hetzner",
                "hcloud_server.user_data",
                "\n     ssh root@shop.example.com firstlight token <ghcr-token\n",
                "\n     ssh root@shop.example.com firstlight status --watch\n",
                "read:packages",
            ][..],
            &["sudo", "firstlight program"][..],
        ),
        (
            &["--provider", "aws", "--image", "nginx", "--program", "https://files.example.com/p.tar.bz2"],
            &[
                "1. Put firstlight's program at https://files.example.com/p.tar.bz2",
                "firstlight program --output p.tar.bz2",
                "ssh ubuntu@shop.example.com sudo firstlight status --watch",
                "in Debian's images the user is admin",
            ],
            &["firstlight token"],
        ),
        (
            &["--image", "nginx"],
            &[
                "1. Create a server, with the content of user-data",
                "run init again, with --force and --provider NAME",
            ],
            &["firstlight token", "In Terraform"],
        ),
        (
            &["--image", "ghcr.io/a/b", "--token", "awsssm://a/b?region=eu-central-1"],
            &["fetches the registry token itself"],
            &["firstlight token"],
        ),
    ] {
        let folder = scratch();
        let (code, said) = init(folder.path(), &with(&["init", "--domain", "shop.example.com"], more));
        assert_eq!(code, 0, "{said}");
        for words in wanted {
            assert!(said.contains(words), "{more:?} without {words}: {said}");
        }
        for words in unwanted {
            assert!(!said.contains(words), "{more:?} with {words}: {said}");
        }
    }
}

/// What a session in a terminal showed, and how it ended.
struct Session {
    code: i64,
    output: String,
}

const DOWN: &str = "\x1b[B";
const CTRL_C: &str = "\x03";

/// Answers questions in a terminal: each step is a text to wait for, and the keys to press then.
fn session(here: &Path, arguments: &[&str], steps: &[(&str, Option<&str>)]) -> Session {
    let mut child = Command::new("python3")
        .arg(root().join("tests/it/session.py"))
        .arg(env!("CARGO_BIN_EXE_firstlight"))
        .args(arguments)
        .current_dir(here)
        .env_clear()
        .envs([("PATH", "/usr/bin:/bin"), ("TERM", "xterm"), ("LANG", "C.UTF-8")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    let steps = serde_json::to_vec(steps).expect("JSON");
    child.stdin.take().expect("a pipe").write_all(&steps).expect("it reads");
    let made = child.wait_with_output().expect("it ends");
    let told: Value = serde_json::from_slice(&made.stdout).expect("JSON");
    let output = told["output"].as_str().expect("a text").to_owned();
    assert_eq!(told["missed"], Value::Null, "{output}");
    Session { code: told["code"].as_i64().expect("a code"), output }
}

fn nothing_is_written(here: &Path) {
    assert!(NAMES.iter().all(|name| !here.join(name).exists()));
}

/// The usual way: a domain, which is wrong at first, a provider, an image, a port.
#[test]
fn in_a_terminal_a_handful_of_questions_makes_a_site() {
    let folder = scratch();
    let here = folder.path();
    let again = format!("{}shop.example.com\r", "\x7f".repeat(8));
    let hetzner = format!("{}\r", DOWN.repeat(5));
    let made = session(
        here,
        &["init"],
        &[
            ("Domain", Some("sho_p.de\r")),
            ("a domain cannot contain `_`", Some(&again)),
            ("Provider", Some(&hetzner)),
            ("What should the server run?", Some("\r")),
            ("Image", Some("traefik/whoami\r")),
            ("80 (default)", Some("\r")),
            ("That is all.", Some("")),
        ],
    );
    assert_eq!(made.code, 0, "{}", made.output);
    let config = config(here);
    for line in ["domain: shop.example.com", "provider: hetzner", "profile: app", "token: none", "port: 80"] {
        assert!(config.contains(line), "{line}: {config}");
    }
    is_whole(here, "user-data");
    assert!(made.output.contains("firstlight status --watch"), "{}", made.output);
}

/// What flags answer is not asked; with all of them, nothing is.
#[test]
fn in_a_terminal_flags_are_not_asked() {
    let folder = scratch();
    let more = ["--port", "80", "--provider", "other"];
    let made = session(folder.path(), &with(&PUBLIC, &more), &[("That is all.", Some(""))]);
    assert_eq!(made.code, 0, "{}", made.output);
    assert!(!made.output.contains("Domain"), "{}", made.output);
    is_whole(folder.path(), "user-data");
    // With --yes, nothing is asked in a terminal either.
    let folder = scratch();
    let made = session(folder.path(), &with(&PUBLIC, &["--yes"]), &[("Next steps", Some(""))]);
    assert_eq!(made.code, 0, "{}", made.output);
    let folder = scratch();
    let made = session(folder.path(), &["init", "-y"], &[("--domain DOMAIN", Some(""))]);
    assert_eq!(made.code, 2, "{}", made.output);
}

/// A token is refused in place of a reference, and no part of it is ever on the screen or in a file.
#[test]
fn in_a_terminal_a_secret_is_neither_shown_nor_kept() {
    let secret = token();
    let private = [
        "init",
        "--domain",
        "a.example.com",
        "--provider",
        "hetzner",
        "--image",
        "ghcr.io/a/b",
        "--port",
        "80",
    ];
    let parameter = format!("{}\r", DOWN.repeat(2));
    let elsewhere = format!("{}\r", DOWN.repeat(8));
    let pasted = format!("{secret}\r");
    for (choice, title, typed, said) in [
        (&parameter, "Name of the parameter", &pasted, "this contains a GitHub personal access token"),
        (&elsewhere, "Reference", &pasted, "this contains a GitHub personal access token"),
        (&elsewhere, "Reference", &"Hunter2!correct-horse\r".to_owned(), "may be the secret itself"),
    ] {
        let folder = scratch();
        let made = session(
            folder.path(),
            &private,
            &[
                ("Is ghcr.io/a/b public?", Some("\r")),
                ("Where will the token be?", Some(choice)),
                (title, Some(typed)),
                (said, Some("")),
                // It is asked again, with nothing in the line.
                (title, Some(CTRL_C)),
            ],
        );
        assert_eq!(made.code, 130, "{}", made.output);
        for length in 5..typed.trim().len() {
            assert!(!made.output.contains(&typed[..length]), "{length}: {}", made.output);
        }
        assert!(!made.output.contains("correct-horse") && !made.output.contains("b1Ab1"), "{}", made.output);
        assert!(made.output.contains("••••"), "{}", made.output);
        nothing_is_written(folder.path());
    }
    // At every other question, too.
    for (arguments, title) in
        [(vec!["init"], "Domain"), (with(&private[..5], &["--profile", "app"]), "Image")]
    {
        let folder = scratch();
        let steps = [(title, Some(pasted.as_str())), ("a GitHub personal access token", Some(CTRL_C))];
        let made = session(folder.path(), &arguments, &steps);
        assert_eq!(made.code, 130, "{}", made.output);
        assert!(!made.output.contains("ghp_") && !made.output.contains("b1Ab1"), "{}", made.output);
    }
}

#[test]
fn in_a_terminal_the_compose_file_and_its_services_are_offered() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("compose.yaml"), COMPOSE).expect("writable");
    let made = session(
        here,
        &["init", "--domain", "shop.example.com"],
        &[
            ("Provider", Some("linode\r")),
            ("(profile compose)", Some("\r")),
            ("./compose.yaml (default)", Some("\r")),
            ("● web", Some("\r")),
            ("3000 (default)", Some("\r")),
            ("Is anna/shop:3 public?", Some("n")),
            ("Where will the token be?", Some("\r")),
            ("anna (default)", Some("\r")),
            ("Address of the program", Some("http://files.example.com/p\r")),
            ("https://", Some(&format!("{}https://files.example.com/p\r", "\x7f".repeat(26)))),
            ("That is all.", Some("")),
        ],
    );
    assert_eq!(made.code, 0, "{}", made.output);
    let config = config(here);
    for line in [
        "provider: linode",
        "profile: compose",
        "token: file:///etc/firstlight/registry-token",
        "service: web",
        "port: 3000",
        "registry: docker.io",
        "registry_user: anna",
        "program: https://files.example.com/p",
    ] {
        assert!(config.contains(line), "{line}: {config}");
    }
    is_whole(here, "user-data");
}

#[test]
fn in_a_terminal_existing_files_are_asked_about() {
    let all = with(&PUBLIC, &["--port", "80", "--provider", "other"]);
    for (key, wanted) in [("\r", 1), ("y", 0), (CTRL_C, 130)] {
        let folder = scratch();
        let here = folder.path();
        fs::write(here.join("firstlight.yaml"), "mine").expect("writable");
        let made = session(here, &all, &[("Overwrite firstlight.yaml?", Some(key))]);
        assert_eq!(made.code, wanted, "{}", made.output);
        assert_eq!(config(here) == "mine", wanted != 0);
        assert_eq!(here.join("user-data").exists(), wanted == 0);
    }
}

/// Ctrl-C at each kind of question, and a terminal that goes away, end it, and nothing is written.
#[test]
fn in_a_terminal_every_way_out_leaves_nothing() {
    for (arguments, title) in [
        (vec!["init"], "Domain"),
        (vec!["init", "--domain", "a.example.com"], "Provider"),
        (with(&PUBLIC[..3], &["--image", "ghcr.io/a/b", "--port", "80", "--provider", "other"]), "public?"),
    ] {
        let folder = scratch();
        let made = session(folder.path(), &arguments, &[(title, Some(CTRL_C))]);
        assert_eq!(made.code, 130, "{}", made.output);
        assert!(made.output.contains("Nothing was written."), "{}", made.output);
        nothing_is_written(folder.path());
        let made = session(folder.path(), &arguments, &[(title, None)]);
        assert_ne!(made.code, 0, "{}", made.output);
        nothing_is_written(folder.path());
    }
}
