//! What was refused or masked at one place gets into no document, and is shown at no other place.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::common::shown::every_format;
use crate::common::{PLAIN, code, run, said, scratch, token, with, write};
use firstlight::compile::config::Flags;
use firstlight::compile::document::DocumentOptions;
use firstlight::compile::{Input, compile};
use firstlight::finding::Report;
use firstlight::text::source::Source;

const PASSWORD: &str = "hunter2hunter2";

fn is_refused_unseen(folder: &Path, arguments: &[&str], secret: &str) {
    let made = run(folder, arguments);
    let said = said(&made);
    assert_eq!(code(&made), 2, "{arguments:?}: {said}");
    assert!(said.contains("literal-secret"), "{arguments:?}: {said}");
    assert!(!said.contains(secret), "{arguments:?} shows it: {said}");
}

/// In keys, in names of files and parts, in base64 with and without padding, as binary data.
#[test]
fn a_token_gets_into_no_document() {
    let folder = scratch();
    let here = folder.path();
    let token = token();
    let padded = STANDARD.encode(format!("me:{token}\n"));
    assert!(padded.ends_with('='));
    let once = STANDARD.encode(&token);
    let twice = STANDARD.encode(&padded);
    for (own, secret) in [
        (format!("{{{token}: 1}}"), &token),
        (format!("{{apt: {{sources: {{{token}: {{source: x}}}}}}}}"), &token),
        (format!("{{write_files: [{{path: /etc/{token}, content: x}}]}}"), &token),
        (format!("{{timezone: {padded}}}"), &padded),
        (format!("{{timezone: !!binary {padded}}}"), &padded),
        (format!("{{runcmd: [[app, \"A={once}\"]]}}"), &once),
        (format!("{{timezone: {twice}}}"), &twice),
    ] {
        write(here, "c.yaml", &format!("domain: a.example.com\ntoken: none\ncloud_config: {own}\n"));
        is_refused_unseen(here, &["render", "c.yaml"], secret);
    }
    write(here, &format!("{token}.sh"), "#!/bin/sh\necho\n");
    let part = format!("{token}.sh");
    is_refused_unseen(here, &with(&PLAIN, &["--format", "mime", "--part", &part]), &token);
    write(here, &format!("{token}/a"), "x\n");
    let compose = |line: &str| format!("services:\n  web:\n    image: docker.io/library/nginx\n    {line}\n");
    for (line, secret) in [
        (format!("volumes: [\"./{token}:/x\"]"), &token),
        (format!("environment: {{A: {padded}}}"), &padded),
        (format!("environment: [A={padded}]"), &padded),
        (format!("labels: {{{token}: x}}"), &token),
    ] {
        write(here, "own.yml", &compose(&line));
        let site = ["render", "--domain", "a.example.com", "--token", "none", "--profile", "compose"];
        let set = ["--set", "compose=./own.yml", "--set", "service=web", "--set", "port=80"];
        is_refused_unseen(here, &with(&site, &set), secret);
    }
}

/// A template may put together what stands nowhere in it.
#[test]
fn a_token_that_a_template_makes_is_refused() {
    let folder = scratch();
    let here = folder.path();
    let token = token();
    let (head, tail) = token.split_at(4);
    let profile =
        crate::common::root().join("golden/errors/profile-secret-in-template/input/page/profile.yaml");
    write(here, "own/profile.yaml", &fs::read_to_string(profile).expect("a profile"));
    for text in [
        format!("A={{{{ \"{head}\" ~ \"{tail}\" }}}}\n"),
        format!("A={{{{ \"{}\" }}}}\n", STANDARD.encode(&token)),
    ] {
        write(here, "own/files/opt/page/page.env.j2", &text);
        let made = run(here, &["render", "--domain", "a.example.com", "--profile", "./own"]);
        let said = said(&made);
        assert_eq!(code(&made), 2, "{said}");
        assert!(said.contains("literal-secret") && !said.contains(tail), "{said}");
    }
}

/// What a path, a name or a value on the command line gives away is repeated by no message, whoever writes it.
#[test]
fn no_message_repeats_a_secret_argument() {
    let folder = scratch();
    let here = folder.path();
    let url = format!("https://me:{PASSWORD}@example.com/x");
    let random = "x3Kd9aQ7mZ2pLr8TnV5cYw1BqWeRtYuI";
    let part = format!("x:{random}");
    let port = format!("port={random}");
    for value in [url.as_str(), random] {
        for arguments in [
            vec!["render", value],
            vec!["render", "--hosts", value, "--output", "x"],
            vec!["render", "--format", value],
            vec!["render", "--domain", value],
            vec!["render", "--phase", value],
            vec!["render", "--set", value],
            vec!["render", value, "--set", value, value],
            with(&PLAIN, &["--profile", value]),
            with(&PLAIN, &["--provider", value]),
            with(&PLAIN, &["--repo", value]),
            with(&PLAIN, &["--branch", value, "--today", value]),
            with(&PLAIN, &["--expires", value]),
            with(&PLAIN, &["--in-clear", value]),
            with(&PLAIN, &["--cloud-config", value]),
            with(&PLAIN, &["--format", "mime", "--part", value]),
            with(&PLAIN, &["--format", "mime", "--part", &part]),
            with(&PLAIN, &["--set", &port]),
            with(&PLAIN, &["--format", "terraform", "--token", value]),
            vec!["lint", value],
            vec!["lint", "--provider", value, "x"],
            vec!["inspect", value],
            vec!["inspect", value, "--extract", value],
            vec!["diff", value, value],
            vec!["explain", value],
            vec!["check", value],
            vec!["providers", value],
            vec!["schema", value],
            vec!["schema", "--profile", value],
            vec![value],
        ] {
            for more in [&[][..], &["--format", "json"]] {
                let made = run(here, &with(&arguments, more));
                let said = said(&made);
                assert!(!said.contains(PASSWORD) && !said.contains(random), "{arguments:?}: {said}");
            }
        }
    }
    let url = format!("https://me:{PASSWORD}@example.com");
    let made = run(here, &with(&PLAIN, &["--output", &format!("{url}/x")]));
    assert!(code(&made) != 0 && !said(&made).contains(PASSWORD), "{}", said(&made));
}

/// The mark at which a secret is filled in is refused once, however it is spelt.
#[test]
fn our_mark_is_refused_once() {
    let folder = scratch();
    let here = folder.path();
    for own in [
        "{timezone: \"@@terraform://t@@\"}",
        "{timezone: \"\\x40@terraform://t@@\"}",
        "{\"@@terraform://t@@\": 1}",
        "{apt: {\"@@terraform://t@@\": [\"a\"]}}",
    ] {
        let config = format!("domain: a.example.com\ntoken: terraform://t\ncloud_config: {own}\n");
        write(here, "c.yaml", &config);
        let made = run(here, &["render", "c.yaml", "--format", "terraform", "--output", "made"]);
        let said = said(&made);
        assert_eq!(
            (code(&made), said.matches("error[bad-value]: this is firstlight's placeholder").count()),
            (2, 1),
            "{said}"
        );
        assert!(!said.contains("error[conflict]"), "{said}");
    }
}

/// Places of a cloud-config where a password is told by its name, its place, or by another use of the same.
const TOLD: &[&str] = &[
    "password: PW",
    "password: {value: PW}",
    "x: &a PW\npassword: *a\npackages: [*a]",
    "x: &a PW\napp: {api_token: *a}\nruncmd: [[echo, *a], \"echo PW\"]",
    "x: &a |\n  PW\n  more of it\ntoken: *a",
    "users: [{name: PW, passwd: PW}]",
    "users: [{name: joe, plain_text_passwd: PW, groups: [PW]}]",
    "chpasswd: {list: [\"joe:PW\"]}\nbootcmd: [\"echo PW\"]",
    "chpasswd:\n  list: |\n    joe:PW\nbootcmd: [[echo, PW]]",
    "chpasswd: {users: [{name: joe, password: PW, type: text}]}",
    "ssh_keys: {ed25519_private: PW}\nruncmd: [[echo, PW]]",
    "passwrod: PW",
    "Password : PW",
    "app: {db_passwrod: PW, foo: 1}",
    "р\u{430}ssword: PW",
    "ｐａｓｓｗｏｒｄ: PW",
    "app: {DB_PASSWORD: PW}",
    "app: [DB_PASSWORD=PW]",
    "app: {url: \"postgres://joe:PW@db/app\"}",
    "write_files: [{path: /x, source: {uri: \"https://joe:PW@example.com/x\"}}]",
    "write_files: [{path: /x, source: {uri: \"https://example.com/x?token=PW\"}}]",
    "write_files: [{path: /x, source: {uri: \"https://example.com/\", headers: {Authorization: Bearer PW}}}]",
    "write_files: [{path: /x, content: \"PASSWORD=PW\", owner: \"PW:PW\"}]",
    "write_files: [{path: \"/https://joe:PW@example.com/x\", content: x}]",
    "write_files: [{path: /x, permissions: 9, content: \"password: PW\"}]",
    "write_files: [{path: /x, content: \"secrets: {a: {content: PW}}\"}]",
    "runcmd: [\"PASSWORD=PW app\", \"app PW\"]",
    "runcmd: [[docker, login, -p, PW], [echo, PW]]",
    "runcmd: [\"curl -u joe:PW https://example.com\"]",
    "packages: [\"https://joe:PW@example.com/x.deb\"]",
    "ssh_import_id: [\"https://joe:PW@example.com\"]\nusers: [{name: joe, ssh_import_id: [\"https://joe:PW@example.com\"]}]",
    "apt: {sources: {a: {source: \"deb https://joe:PW@example.com/debian stable main\"}}}",
    "phone_home: {url: \"https://example.com/?token=PW\"}",
    "password: PW\nbad: [",
];

/// Places where a token may stand without any name.
const ANYWHERE: &[&str] = &[
    "TK: 1",
    "x: TK",
    "app: {TK: [a]}",
    "write_files: [{path: /etc/TK, content: x}]",
    "write_files: [{path: /x, content: TK, owner: \"TK:TK\", encoding: TK}]",
    "write_files: [{path: /etc/systemd/system/TK.service, content: x, permissions: TK}]",
    "users: [{name: TK, groups: [TK], sudo: TK, ssh_import_id: [TK]}]",
    "groups: [TK]",
    "packages: [TK]",
    "runcmd: [\"echo TK\", [TK]]\nbootcmd: [[echo, TK]]",
    "timezone: TK",
    "cloud_init_modules: [TK]",
    "x: [TK",
    "x: TK\nx: TK",
    "TK: &a 1\ny: *TK",
];

/// A JSON patch that adds a value, and a command that uses the password as well.
fn patch(path: &str, value: &str) -> String {
    format!(
        "#cloud-config-jsonp\n[{{\"op\": \"add\", \"path\": \"{path}\", \"value\": {value}}},\n\
         {{\"op\": \"add\", \"path\": \"/runcmd\", \"value\": [[\"echo\", \"{PASSWORD}\"]]}}]\n"
    )
}

/// Whatever a document holds at whatever place: what is a secret is shown by no command.
#[test]
fn no_command_shows_a_secret_of_a_document() {
    let random = "x3Kd9aQ7mZ2pLr8TnV5cYw1BqWeRtYuI";
    let token = token();
    let encoded = STANDARD.encode(&token);
    let told =
        TOLD.iter().flat_map(|text| [PASSWORD, random].map(|secret| (text.replace("PW", secret), secret)));
    let anywhere = ANYWHERE.iter().flat_map(|text| {
        [token.as_str(), encoded.as_str()].map(|secret| (text.replace("TK", secret), secret))
    });
    for (text, secret) in told.chain(anywhere) {
        for (what, shown) in every_format(format!("#cloud-config\n{text}\n").as_bytes()) {
            assert!(!shown.contains(secret), "{what} of {text}:\n{shown}");
        }
    }
    for (text, secret) in [
        (
            format!(
                "#include\nhttps://joe:{PASSWORD}@example.com/x\nhttps://example.com/?token={PASSWORD}\n"
            ),
            PASSWORD,
        ),
        (format!("#include\nhttps://example.com/{token}\n"), token.as_str()),
        (format!("#!/bin/sh\nPASSWORD={PASSWORD}\necho {PASSWORD}\n"), PASSWORD),
        (patch("/app/db_password", &format!("\"{PASSWORD}\"")), PASSWORD),
        (patch("/password", &format!("{{\"value\": \"{PASSWORD}\"}}")), PASSWORD),
        (patch("/chpasswd/list", &format!("\"joe:{PASSWORD}\"")), PASSWORD),
        (patch("/users/0/passwd", &format!("\"{PASSWORD}\"")), PASSWORD),
        (
            format!(
                "Content-Type: multipart/mixed; boundary=b\nMIME-Version: 1.0\n\n--b\nContent-Type: text/{token}\nContent-Disposition: attachment; filename={token}\n\nx\n--b--\n"
            ),
            token.as_str(),
        ),
    ] {
        for (what, shown) in every_format(text.as_bytes()) {
            assert!(!shown.contains(secret), "{what} of {text}:\n{shown}");
        }
    }
}

/// Places of a configuration; the password is refused, or the configuration is wrong otherwise.
const CONFIGURED: &[&str] = &[
    "settings: {image: a, port: 80, secrets: {X: PW}}",
    "settings: {image: a, port: 80, secrets: {X: \"file://PW\"}}",
    "settings: {image: a, port: 80, secrets: {X: {value: PW}}}",
    "settings: {image: a, port: 80, secrets: [PW]}",
    "settings: {image: a, port: 80, secrets: PW}",
    "settings: {image: \"joe:PW@example.com/x\", port: 80}",
    "settings: {image: \"https://joe:PW@example.com/x\", port: 80}",
    "settings: {image: a, port: 80, passwrod: PW}",
    "settings: {image: a, port: 80, password: {value: PW}, foo: 1}",
    "settings: {image: a, port: 80, environment: {password: {value: PW}}}",
    "settings: {image: a, port: 80, environment: {р\u{430}ssword: PW}, foo: 1}",
    "settings: {image: a, port: 80, environment: {ＰＡＳＳＷＯＲＤ: PW}, foo: 1}",
    "settings: {image: a, port: 80, environment: {Password : PW}, foo: 1}",
    "settings: {image: a, port: 80, environment: [DB_PASSWORD=PW]}",
    "settings: {image: a, port: 80, volumes: [\"https://joe:PW@example.com:/x\"]}",
    "settings: {image: a, port: \"https://joe:PW@example.com\"}",
    "token: {value: PW}",
    "token: [PW]",
    "token: PW",
    "toekn: PW\ndb_passwrod: PW",
    "repo: \"https://joe:PW@example.com/a/b\"",
    "provider: \"https://joe:PW@example.com\"",
    "expires: \"https://joe:PW@example.com\"",
    "branch: \"https://joe:PW@example.com\"\nfoo: 1",
    "in_clear: [\"https://joe:PW@example.com\"]\nfoo: 1",
    "password: &a PW",
    "cloud_config: {password: PW}",
    "cloud_config: {users: [{name: a, plain_text_passwd: PW}], foo: PW}",
    "cloud_config: {write_files: [{path: /x, source: {uri: \"https://joe:PW@example.com\"}}]}",
    "cloud_config: {р\u{430}ssword: PW}",
];

/// The same of a configuration, by the messages of the compiler.
#[test]
fn no_message_shows_a_secret_of_a_configuration() {
    for line in CONFIGURED {
        let text = format!("profile: app\ndomain: a.example.com\n{}\n", line.replace("PW", PASSWORD));
        let input = Input {
            config: Some(Source::file("firstlight.yaml", &text)),
            flags: &Flags::default(),
            default_profile: "infrakt",
            today: None,
            embed_secret: false,
            options: &DocumentOptions::default(),
        };
        let mut report = Report::default();
        assert!(compile(&input, &*crate::common::STUB, &mut report).is_none(), "{text}");
        for shown in [report.human(false), report.json(), report.github("x"), report.sarif("x")] {
            assert!(!shown.contains(PASSWORD), "{text}:\n{shown}");
        }
    }
}

/// Places of a compose file, by the messages of `render`.
#[test]
fn no_message_shows_a_secret_of_a_compose_file() {
    let folder = scratch();
    let here = folder.path();
    for text in [
        "environment: {PASSWORD: \"pa$hunter2hunter2\"}",
        "environment: [\"PASSWORD=pa$hunter2hunter2\"]\n    build: .",
        "environment: {password: {value: hunter2hunter2}}",
        "passwrod: hunter2hunter2",
        "environment: {р\u{430}ssword: hunter2hunter2}\n    foo: x",
        "image: joe:hunter2hunter2@example.com/x",
        "foo: x\nsecrets: {a: {content: hunter2hunter2, foo: x}}",
        "foo: x\nsecrets:\n  a:\n    content: hunter2hunter2\n    foo: x",
    ] {
        let image = if text.contains("image:") { "" } else { "image: docker.io/library/nginx\n    " };
        write(here, "own.yml", &format!("services:\n  web:\n    {image}{text}\n"));
        let site = ["render", "--domain", "a.example.com", "--token", "none", "--profile", "compose"];
        let set = ["--set", "compose=./own.yml", "--set", "service=web", "--set", "port=80"];
        for more in [&[][..], &["--format", "json"]] {
            let made = run(here, &with(&with(&site, &set), more));
            assert!(code(&made) == 2 && !said(&made).contains(PASSWORD), "{text}: {}", said(&made));
        }
    }
}
