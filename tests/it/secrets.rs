//! A secret that is given by mistake is refused and never shown.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::process::Stdio;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use firstlight::compile::config::{Config, Flags, TopKey};
use firstlight::compile::document::DocumentOptions;
use firstlight::compile::render::RenderedFile;
use firstlight::compile::setting::Value;
use firstlight::compile::{Input, compile};
use firstlight::finding::Report;
use firstlight::text::source::Source;
use firstlight::value::{Mode, Text, Variable};

use crate::common::{APP, PLAIN, STUB, code, run, scratch, text, token, with};

fn assert_hidden(shown: &str, what: &str) {
    for part in [token(), token()[4..16].to_owned(), "Ab1Ab1".to_owned()] {
        assert!(!shown.contains(&part), "{what} shows it: {shown}");
    }
}

#[test]
fn a_token_is_never_shown() {
    let folder = scratch();
    let here = folder.path();
    let token = token();
    let config = format!("{token}.yaml");
    fs::write(here.join(&config), "domian: x\n").expect("writable");
    let in_set = format!("environment.X={token}");
    let in_list = format!("extra_domains={token},[");
    let long = format!("--{token}");
    let with_value = format!("--nosuch={token}");
    let path = format!("./{token}/x");
    let file = format!("compose=./{token}.yml");
    for arguments in [
        with(&PLAIN, &["--token", &token]),
        vec!["render", "--domain", &token],
        with(&PLAIN, &["--branch", &token]),
        with(&PLAIN, &["--repo", &token]),
        with(&PLAIN, &["--provider", &token]),
        with(&PLAIN, &["--profile", &token]),
        with(&PLAIN, &["--profile", &path]),
        with(&APP, &["--set", &in_set]),
        with(&PLAIN, &["--set", &in_list]),
        with(&PLAIN, &["--set", &token]),
        with(&PLAIN, &["--set", &file]),
        with(&PLAIN, &["--format", &token]),
        with(&PLAIN, &["--output", &path]),
        with(&PLAIN, &["x", &token]),
        vec!["render", &config],
        vec!["render", &path],
        vec!["schema", "--profile", &token],
        vec!["schema", "--profile", &path],
        vec![&token],
        vec!["render", &long],
        vec!["render", &with_value],
    ] {
        for more in [&[][..], &["--format", "json"]] {
            let made = run(here, &with(&arguments, more));
            assert_ne!(code(&made), 0, "{arguments:?}");
            assert_hidden(&text(&made.stderr), "the message");
            assert!(made.stdout.is_empty());
        }
    }
}

/// On a terminal the command line's complaints are coloured; the colours must not hide a token from the mask.
#[test]
fn a_token_is_not_shown_on_a_terminal_either() {
    let command = format!("{} render --domain a.example.com x {}", env!("CARGO_BIN_EXE_firstlight"), token());
    let made = Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .env("TERM", "xterm-256color")
        .stdin(Stdio::null())
        .output()
        .expect("script, of the package bsdutils");
    let shown = text(&made.stdout);
    assert!(shown.contains("[redacted]"), "{shown}");
    assert_hidden(&shown, "the terminal");
}

#[test]
fn no_form_of_a_report_holds_a_token() {
    let token = token();
    let keys = TopKey::ALL.len();
    for n in 0..keys + 2 {
        let mut top = BTreeMap::from([(TopKey::Domain, "a.example.com".to_owned())]);
        top.extend(TopKey::ALL.get(n).map(|key| (*key, token.clone())));
        let set = (n == keys).then(|| format!("www={token}")).into_iter().collect();
        let flags = Flags { top, set, ..Flags::default() };
        let text = if n > keys { format!("domain: {token}\n? {token}\n: [x\n") } else { String::new() };
        let config = Source::file(&format!("{token}.yaml"), &text);
        let mut report = Report::default();
        let value = Value::Text(Text::parse(&token).expect("a text"));
        let map = Value::Map(vec![(Variable::parse("A").expect("a name"), value.clone())]);
        let input = Input {
            config: Some(config),
            flags: &flags,
            default_profile: "infrakt",
            today: None,
            embed_secret: true,
            options: &DocumentOptions::default(),
        };
        assert!(compile(&input, &*STUB, &mut report).is_none(), "{n}");
        for (what, shown) in [
            ("Debug", format!("{report:?} {:#?}", report.diagnostics())),
            ("text", report.human(false)),
            ("coloured text", report.human(true)),
            ("JSON", report.json()),
            ("Debug of the input", format!("{input:?}")),
            ("Debug of the flags", format!("{:?}", Config::from_flags(&flags, &mut Report::default()))),
            ("Debug of a value", format!("{value:?} {map:?}")),
            (
                "Debug of a file",
                format!("{:?}", RenderedFile { mode: Mode::DEFAULT, bytes: token.clone().into_bytes() }),
            ),
        ] {
            assert_hidden(&shown, what);
        }
    }
}

const PASSWORD: &str = "hunter2hunter2";
const URL: &str = "postgres://app:s3cretPassw0rd@db/app";
/// Parts of the two that no message has for other reasons.
const PARTS: [&str; 3] = ["hunter2", "s3cret", "Passw0rd"];

fn assert_unseen(made: &std::process::Output, what: &str) {
    let shown = format!("{}{}", text(&made.stdout), text(&made.stderr));
    assert!(PARTS.iter().all(|part| !shown.contains(part)), "{what}: {shown}");
}

/// What only its name or place tells is refused wherever it is given, and shown nowhere.
#[test]
fn names_and_places_are_refused_and_not_shown() {
    let folder = scratch();
    let here = folder.path();
    let environment = format!(
        "profile: app\ndomain: a.example.com\nsettings: {{image: a, port: 80, environment: {{DB_PASSWORD: {PASSWORD}, X: \"{URL}\"}}, www: {PASSWORD}}}\n"
    );
    let compose = format!(
        "services:\n  web:\n    image: a\n    environment: [\"DB_PASSWORD={PASSWORD}\"]\n    command: [x, --password, {PASSWORD}]\n    labels: {{x: \"{URL}\"}}\n"
    );
    let hosts = format!(
        "hosts:\n  one: {{domain: a.example.com, settings: {{environment: {{A_TOKEN: {PASSWORD}}}}}}}\n"
    );
    let part = format!("#!/bin/sh\nexport DB_PASSWORD={PASSWORD}\nx {URL}\n");
    for (name, text) in
        [("c.yaml", environment), ("own.yml", compose), ("hosts.yaml", hosts), ("part.sh", part)]
    {
        fs::write(here.join(name), text).expect("writable");
    }
    let set = format!("environment.DB_PASSWORD={PASSWORD}");
    let url = format!("environment.X={URL}");
    let secret = format!("secrets.X={PASSWORD}");
    for arguments in [
        vec!["render", "c.yaml"],
        with(&APP, &["--set", &set]),
        with(&APP, &["--set", &url]),
        with(&APP, &["--set", &secret]),
        with(&APP, &["--set", &set, "--set", "environment.DB_PASSWORD=x", "--set", "nosuch=1"]),
        with(&APP, &["--token", PASSWORD]),
        with(&APP, &["--hosts", "hosts.yaml", "--output", "made"])
            .into_iter()
            .filter(|argument| !["--domain", "a.example.com"].contains(argument))
            .collect(),
        with(&PLAIN, &["--set", "compose=./own.yml"]),
        with(&PLAIN, &["--format", "mime", "--part", "part.sh"]),
    ] {
        for more in [&[][..], &["--format", "json"]] {
            if arguments.contains(&"--format") && !more.is_empty() {
                continue;
            }
            let made = run(here, &with(&arguments, more));
            assert_eq!(code(&made), 2, "{arguments:?}: {}", text(&made.stderr));
            assert!(text(&made.stderr).contains("literal-secret"), "{arguments:?}: {}", text(&made.stderr));
            assert_unseen(&made, &format!("{arguments:?}"));
        }
    }
    for command in [
        vec!["check", "."],
        vec!["diff", "c.yaml", "c.yaml"],
        vec!["explain", "c.yaml"],
        vec!["lint", "part.sh"],
    ] {
        assert_unseen(&run(here, &command), &format!("{command:?}"));
    }
}

/// Settings whose values contain a secret; what is before `=` of the flag is an address below `environment`.
const GIVEN: &[&str] = &[
    // A password that contains `=`.
    "DB_PASSWORD=s3cretPassw0rd=1",
    "DB_PASSWORD=hunter2=hunter2",
    "SECRET_KEY=s3cretPassw0rdISE=x",
    // It is uncertain where these end.
    "X=Authorization: ApiKey s3cretPassw0rd",
    "X=Authorization: Digest username=\"a\", response=\"s3cretPassw0rd\"",
    "X=Authorization: AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=s3cretPassw0rd",
    "X=curl -H 'Authorization: ApiKey s3cretPassw0rd' https://a",
    "X=curl --user=s3:s3cretPassw0rd https://a",
    "X=curl --proxy-user=s3:s3cretPassw0rd https://a",
    "X=Authorization: Bearer abc1234 s3cretPassw0rd",
    "X=token: abc1234, s3cretPassw0rd",
    "X=Cookie: token=abc1234; s=s3cretPassw0rd",
    "X=--password abc1234 s3cretPassw0rd",
    "X=skopeo --creds=a:s3cretPassw0rd",
    "X=app --basic-auth=s3:s3cretPassw0rd",
];

#[test]
fn a_refusal_does_not_show_the_rest_of_a_secret() {
    let folder = scratch();
    for given in GIVEN {
        let set = format!("environment.{given}");
        let made = run(folder.path(), &with(&APP, &["--set", &set]));
        assert_eq!(code(&made), 2, "{given}: {}", text(&made.stderr));
        assert_unseen(&made, given);
        let quoted = serde_json::json!(given.split_once('=').expect("a value").1);
        let name = given.split_once('=').expect("a name").0;
        let config = format!(
            "profile: app\ndomain: a.example.com\nsettings:\n  image: a\n  port: 80\n  environment:\n    {name}: {quoted}\n"
        );
        for config in [config.clone(), format!("{config}  nosuch: 1\n")] {
            fs::write(folder.path().join("c.yaml"), &config).expect("writable");
            let made = run(folder.path(), &["render", "c.yaml"]);
            assert_eq!(code(&made), 2, "{config}: {}", text(&made.stderr));
            assert_unseen(&made, &config);
        }
        let document = format!("#cloud-config\nruncmd:\n- {}\n", serde_json::json!(given));
        fs::write(folder.path().join("d.yaml"), &document).expect("writable");
        for command in ["lint", "inspect", "explain"] {
            assert_unseen(&run(folder.path(), &[command, "d.yaml"]), &format!("{command} {document}"));
        }
    }
}

/// Files that a cloud-config writes, by their paths and contents; each contains a password of ordinary strength.
const WRITTEN: &[(&str, &str)] = &[
    ("/etc/x", "DB_PASSWORD=Kd8&ja$Wq2(sPa0"),
    ("/etc/x", "DB_PASSWORD=\"Kd8&jaWq2sPa0\""),
    ("/etc/x", "DB_PASSWORD='Kd8$jaWq2sPa0'"),
    ("/etc/x", "DB_PASSWORD=$'Kd8jaWq2sPa0'"),
    ("/etc/x", "DB_PASSWORD=Kd8,jaWq2sPa0"),
    ("/etc/x", "DB_PASSWORD=Kd8;jaWq2sPa0"),
    ("/etc/x", "DB_PASSWORD=Kd8:jaWq2sPa0"),
    ("/etc/x", "DB_PASSWORD='Kd8|jaWq2sPa0'"),
    ("/etc/x", "DB_PASSWORD=^Kd8jaWq2sPa0"),
    ("/etc/x", "DB_PASSWORD='[Kd8jaWq2sPa0'"),
    ("/etc/x", "DB_PASSWORD=~Kd8jaWq2sPa0"),
    ("/etc/x", "DB_PASSWORD=Käd8jaWq2sPa0"),
    ("/opt/a/.env", "DB_PASSWORD=\"correct horse battery\""),
    ("/etc/app.yaml", "password: correct horse battery staple"),
    ("/etc/x", "DSN=host=db user=app password=Tr0ub4dor&3xyz"),
    ("/etc/x", "curl -d '{\"password\":\"s3cret&Passw0rd\"}' x"),
    ("/etc/x", "mount -o username=a,password=s3cret&Passw0rd,uid=1"),
    ("/etc/app.json", "{\"db\":{\"password\":\"s3cret & Passw0rd\"}}"),
    ("/etc/app.toml", "password = \"s3cret Passw0rd\""),
    ("/etc/app.properties", "spring.datasource.password=s3cret$Passw0rd"),
    ("/etc/systemd/system/a.service", "[Service]\nEnvironment=DB_PASSWORD=s3cret&Passw0rd"),
    ("/etc/x", "chpasswd <<EOF\nroot:s3cretPassw0rd\nEOF"),
];

#[test]
fn a_password_in_a_written_file_is_refused() {
    let folder = scratch();
    let here = folder.path();
    let is_refused = |path: &str, entry: &str| {
        let config = format!("cloud_config:\n  write_files:\n  - path: {path}\n{entry}\n");
        fs::write(here.join("c.yaml"), format!("domain: a.example.com\ntoken: none\n{config}"))
            .expect("writable");
        let made = run(here, &["render", "c.yaml"]);
        assert_eq!(code(&made), 2, "{config}: {}", text(&made.stderr));
        assert_unseen(&made, &config);
        assert!(!text(&made.stderr).contains("Wq2sPa0"), "{config}: {}", text(&made.stderr));
    };
    for (path, content) in WRITTEN {
        is_refused(path, &format!("    content: {}", serde_json::json!(format!("{content}\n"))));
    }
    let secret = format!("DB_PASSWORD={PASSWORD}\n");
    let once = STANDARD.encode(&secret);
    let wide: Vec<u8> =
        [0xfeff].into_iter().chain(secret.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let latin = [secret.as_bytes(), b"# \xe4\n"].concat();
    for content in [
        format!("    content: {once}"),
        format!("    encoding: b64\n    content: {}", STANDARD.encode(&once)),
        format!(
            "    encoding: b64\n    content: {}",
            STANDARD.encode(crate::common::gzip(secret.as_bytes()))
        ),
        format!("    encoding: b64\n    content: {}", STANDARD.encode(wide)),
        format!("    encoding: b64\n    content: {}", STANDARD.encode(latin)),
    ] {
        is_refused("/etc/x", &content);
    }
}

/// What a comment of the compose file contains is written to the server as well.
#[test]
fn comments_of_a_compose_file_are_searched() {
    let folder = scratch();
    for comment in [format!("# DB_PASSWORD={PASSWORD}"), format!("# {URL}")] {
        for compose in [
            format!("{comment}\nservices:\n  web:\n    image: docker.io/library/nginx\n"),
            format!("services:\n  web:\n    image: docker.io/library/nginx {comment}\n"),
        ] {
            fs::write(folder.path().join("own.yml"), &compose).expect("writable");
            let site = ["render", "--domain", "a.example.com", "--token", "none", "--profile", "compose"];
            let set = ["--set", "compose=./own.yml", "--set", "service=web", "--set", "port=80"];
            let made = run(folder.path(), &with(&site, &set));
            assert_eq!(code(&made), 2, "{compose}: {}", text(&made.stderr));
            assert_unseen(&made, &compose);
        }
    }
}

/// The names of a profile's files get into the document.
#[test]
fn names_of_files_of_a_profile_are_searched() {
    let folder = scratch();
    let here = folder.path();
    let token = token();
    for name in [format!("opt/{{{{name}}}}/{token}.conf"), "opt/a/DB_PASSWORD=s3cretPassw0rd/x".to_owned()] {
        let profile = crate::common::root().join("golden/own-profile/input/static");
        for (path, bytes) in crate::common::files(&profile) {
            crate::common::write(here, &format!("mine/{path}"), &text(&bytes));
        }
        crate::common::write(here, &format!("mine/files/{name}"), "x\n");
        let made =
            run(here, &["render", "--profile", "./mine", "--domain", "a.example.com", "--set", "title=x"]);
        assert_eq!(code(&made), 2, "{name}: {}", text(&made.stderr));
        assert_hidden(&text(&made.stderr), &name);
        assert_unseen(&made, &name);
        fs::remove_dir_all(here.join("mine")).expect("writable");
    }
    let volume = ["--set", "volumes=/srv/password=s3cretPassw0rd:/data"];
    let made = run(here, &with(&APP, &volume));
    assert_eq!(code(&made), 2, "{}", text(&made.stderr));
    assert_unseen(&made, "a volume");
}

/// The value of an embedded secret gets to no other place of the document.
#[test]
fn an_embedded_secret_is_in_the_document_once() {
    let folder = scratch();
    for set in [format!("environment.B={PASSWORD}"), format!("environment.B=a {PASSWORD}")] {
        let made = crate::common::firstlight(folder.path())
            .args(with(&APP, &["--token", "env://GHCR", "--embed-secret", "--set", &set]))
            .env("GHCR", PASSWORD)
            .output()
            .expect("it starts");
        assert_eq!(code(&made), 2, "{}", text(&made.stderr));
        assert_unseen(&made, &set);
    }
}

/// A configuration that nobody could read has been searched for shapes alone: of what may be a secret nothing is shown.
#[test]
fn a_wrong_configuration_shows_no_secret() {
    let folder = scratch();
    let here = folder.path();
    for text in [
        format!("settings: {{environment: {{DB_PASSWORD: {PASSWORD}, X"),
        format!("settings:\n  environment:\n    DB_PASSWORD: \"{PASSWORD} x\n"),
        format!("- DB_PASSWORD: {PASSWORD}\n"),
        format!("domain: a\nurl: {URL}\nurl: {URL}\n"),
        format!("environment: {{DB_PASSWORD: {PASSWORD}}}\n"),
        format!("domain: https://app:{PASSWORD}@example.com\n"),
        format!(
            "domain: a.example.com\nrepo: https://app:{PASSWORD}@example.com/a/b\nsettings: {{www: \"{URL}\"}}\n"
        ),
    ] {
        fs::write(here.join("firstlight.yaml"), &text).expect("writable");
        for command in [
            &["render", "firstlight.yaml"][..],
            &["render", "firstlight.yaml", "--format", "json"],
            &["check"],
        ] {
            let made = run(here, command);
            assert_ne!(code(&made), 0, "{text}");
            assert_unseen(&made, &text);
        }
    }
}

/// The parser of the command line repeats what it does not understand.
#[test]
fn a_wrong_command_line_shows_no_secret() {
    let folder = scratch();
    let (set, option) = (format!("environment.DB_PASSWORD={PASSWORD}"), format!("--db-password={PASSWORD}"));
    for arguments in [
        vec!["render", "--set", "environment.DB_PASSWORD", PASSWORD, "more"],
        vec!["render", "x.yaml", &set],
        vec!["render", "x.yaml", URL],
        vec!["render", &option],
        vec!["render", "--password", PASSWORD],
        vec!["lint", "x", "--token", PASSWORD],
        vec!["--token", PASSWORD],
    ] {
        let made = run(folder.path(), &arguments);
        assert_eq!(code(&made), 2, "{arguments:?}");
        assert_unseen(&made, &format!("{arguments:?}"));
    }
}

/// firstlight knows which files hold secrets: by their folder, or because a reference names them.
#[test]
fn a_file_for_a_secret_gets_into_no_document() {
    let folder = scratch();
    let here = folder.path();
    let entry = |path: &str| format!("write_files: [{{path: {path}, content: {PASSWORD}}}]\n");
    let config = |path: &str| {
        let settings = "settings: {image: a, port: 80, secrets: {A: file:///srv/secret}}";
        format!(
            "profile: app\ndomain: a.example.com\n{settings}\ncloud_config: {{{}}}\n",
            entry(path).trim_end()
        )
    };
    for (path, is_one) in [
        ("/etc/firstlight/ghcr-token", true),
        ("/etc/firstlight/../firstlight/any", true),
        ("/etc/credstore/a", true),
        ("/srv/secret", true),
        ("/srv/other", false),
        ("/etc/motd", false),
    ] {
        fs::write(here.join("firstlight.yaml"), config(path)).expect("writable");
        let made = run(here, &["render", "firstlight.yaml"]);
        let shown = text(&made.stderr);
        assert_eq!(code(&made), if is_one { 2 } else { 0 }, "{path}: {shown}");
        if is_one {
            assert_unseen(&made, path);
            let real = path.replace("/../firstlight", "");
            assert!(shown.contains("error[literal-secret]") && shown.contains(&real), "{path}: {shown}");
            let made = run(here, &["render", "firstlight.yaml", "--in-clear", &real]);
            assert_eq!(code(&made), 0, "{path}: {}", text(&made.stderr));
            assert!(text(&made.stdout).contains(&format!("Allowed in clear text: {real};")), "{path}");
        }
        fs::write(here.join("part.yaml"), format!("#cloud-config\n{}", entry(path))).expect("writable");
        let more = ["--set", "secrets.A=file:///srv/secret", "--format", "mime", "--part", "part.yaml"];
        let made = run(here, &with(&APP, &more));
        assert_eq!(code(&made), if is_one { 2 } else { 0 }, "{path}: {}", text(&made.stderr));
    }
}

/// What was embedded, or filled in later, is a secret in clear: `lint` says so.
#[test]
fn lint_sees_an_embedded_secret() {
    let folder = scratch();
    let made = crate::common::firstlight(folder.path())
        .args(with(&PLAIN, &["--token", "env://GHCR", "--embed-secret"]))
        .env("GHCR", PASSWORD)
        .output()
        .expect("it starts");
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    fs::write(folder.path().join("user-data"), &made.stdout).expect("writable");
    let made = run(folder.path(), &["lint", "user-data"]);
    assert!(text(&made.stdout).contains("warning[secret-file]"), "{}", text(&made.stdout));
    assert_unseen(&made, "lint");
}

/// A reference is not shown only where a secret may be in it, and a value that is no reference is not shown at all.
#[test]
fn a_misspelt_reference_is_shown_without_its_secret() {
    let folder = scratch();
    for (reference, shown) in [
        ("awsssm://infrakt/ghcr-token", "awsssm://infrakt/ghcr-token?region=eu-central-1"),
        ("terraform://ghcr-token", "terraform://ghcr-token"),
        ("ref+file:///etc/x", "ref+file:///etc/x"),
        ("file://ghcr-token", "file:///etc/firstlight/ghcr-token"),
        ("file://hunter2hunter2", "write three slashes and an absolute path"),
        ("ssm://hunter2hunter2", "there is no scheme `ssm`"),
        (
            "vault://kv/a?address=https://v.example.com&role_id=a&secret_id=hunter2hunter2#b",
            "secret_id=file:///etc/firstlight/secret-id",
        ),
    ] {
        for argument in [["--token", reference], ["--set", &format!("secrets.A={reference}")]] {
            let made = run(folder.path(), &with(&APP, &argument));
            assert_eq!(code(&made), 2, "{argument:?}");
            assert_unseen(&made, reference);
            let said = text(&made.stderr);
            assert!(said.contains(shown), "{argument:?}: {said}");
            assert_eq!(said.matches("error[").count(), 1, "{argument:?}: {said}");
        }
    }
}

/// A mark of ours in what was given would be filled in with the secret.
#[test]
fn a_mark_in_what_was_given_gets_no_secret() {
    let folder = scratch();
    let here = folder.path();
    let compose = "services:\n  web:\n    image: a\n    labels: [\"@@env://GHCR@@\"]\n";
    fs::write(here.join("own.yml"), compose).expect("writable");
    fs::write(here.join("part.sh"), "#!/bin/sh\necho @@env://GHCR@@\n").expect("writable");
    for more in [
        &["--set", "compose=./own.yml"][..],
        &["--set", "registry_user=@@env://GHCR@@"],
        &["--format", "mime", "--part", "part.sh"],
    ] {
        let arguments = with(&with(&PLAIN, &["--token", "env://GHCR", "--embed-secret"]), more);
        let made = crate::common::firstlight(here)
            .args(&arguments)
            .env("GHCR", PASSWORD)
            .output()
            .expect("it starts");
        assert_eq!(code(&made), 2, "{more:?}: {}", text(&made.stderr));
        assert_unseen(&made, &format!("{more:?}"));
    }
}

/// The header claims what was searched for and not found, and no more.
#[test]
fn the_header_claims_no_more_than_was_searched_for() {
    let folder = scratch();
    let here = folder.path();
    let claim = "# No secret was found in this document by format, name or place";
    let header = |arguments: &[&str]| {
        let made = crate::common::firstlight(here)
            .args(arguments)
            .env("GHCR", PASSWORD)
            .output()
            .expect("it starts");
        assert_eq!(code(&made), 0, "{}", text(&made.stderr));
        text(&made.stdout).lines().take(5).collect::<Vec<_>>().join("\n")
    };
    assert!(header(&PLAIN).contains(claim));
    assert!(!header(&with(&PLAIN, &["--token", "env://GHCR", "--embed-secret"])).contains(claim));
    let set = format!("environment.DB_PASSWORD={PASSWORD}");
    let made = header(&with(&APP, &["--set", &set, "--in-clear", "environment.DB_PASSWORD"]));
    assert!(
        !made.contains(claim) && made.contains("# Allowed in clear text: environment.DB_PASSWORD;"),
        "{made}"
    );
    assert!(made.contains(" --in-clear environment.DB_PASSWORD"), "{made}");
}

/// A value is known again in the file that is made of it, in whatever spelling; it is reported once.
#[test]
fn ordinary_values_are_let_through_by_the_whole_compiler() {
    let folder = scratch();
    let values = include_str!("../shapes/ordinary.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        // The value of a variable must not be a reference, though it is no secret.
        .filter(|line| !line.starts_with("file:///etc/firstlight/"));
    let entries: Vec<_> = values
        .enumerate()
        .map(|(n, value)| format!("    V{n}: {}\n", serde_json::json!(value.replace("\\n", "\n"))))
        .collect();
    assert!(entries.len() >= 300);
    let config = format!(
        "profile: app\ndomain: a.example.com\nsettings:\n  image: a\n  port: 80\n  environment:\n{}",
        entries.concat()
    );
    fs::write(folder.path().join("c.yaml"), config).expect("writable");
    let made = run(folder.path(), &["render", "c.yaml"]);
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
}
