//! `firstlight lint`: its codes, its exit codes and its formats. What it prints of each document is in tests/cases/userdata (`cases.rs`).

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::common::runtime::without_markers;
use crate::common::{cases, code, feed, folders, name, root, run, said, text, token};
use firstlight::finding::rule::RULES;
use firstlight::review::lint::lint;
use firstlight::userdata::decode;

fn codes(document: &[u8]) -> BTreeSet<&'static str> {
    let report = lint(&decode("x", document), None);
    report.diagnostics().iter().map(|found| found.code.name()).collect()
}

/// What firstlight itself makes has nothing to find.
#[test]
fn our_own_documents_are_clean() {
    for case in folders(&root().join("golden"))
        .iter()
        .filter(|case| !["errors", "formats", "runtime"].contains(&name(case)))
    {
        let document = without_markers(&fs::read(case.join("user-data")).expect("a document"));
        let report = lint(&decode("user-data", &document), None);
        let found: Vec<_> = report.diagnostics().iter().map(|found| &found.message).collect();
        // A template is no document yet, and each of its holes says so.
        let is_hole = |message: &str| {
            message == "the content is not base64, because it is a variable that was not replaced"
        };
        let holes = text(&document).matches("${base64encode(").count();
        assert_eq!(found.iter().filter(|message| is_hole(message)).count(), holes, "{}", name(case));
        // What the user allowed is in plain text nevertheless.
        let has_allowed = text(&document).contains("# Allowed in clear text:");
        let is_allowed = |message: &str| has_allowed && message.ends_with("in plain text");
        assert!(
            found.iter().all(|message| is_hole(message)
                || is_allowed(message)
                || message.contains("is too large for")),
            "{}: {found:?}",
            name(case)
        );
    }
}

/// Documents that no text file of the repository can hold, and those that would look like secrets there.
fn more() -> Vec<(&'static str, Vec<u8>)> {
    let mime = |head: &str, body: &str| {
        format!(
            "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n--B\n{head}\n\n{body}\n--B--\n"
        )
        .into_bytes()
    };
    let private =
        format!("-----BEGIN {0}-----\n    {1}\n    -----END {0}-----", "PRIVATE KEY", "Ab1".repeat(12));
    vec![
        ("bad-gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\x03cut".to_vec()),
        ("too-much", vec![b'#'; firstlight::userdata::MAX_INPUT + 1]),
        ("not-utf8", b"#cloud-config\n# Gr\xfc\xdfe\n".to_vec()),
        ("mime-no-parts", b"MIME-Version: 1.0\nContent-Type: multipart/mixed\n\n--B\n".to_vec()),
        ("mime-broken", mime("Content-Type: text/cloud-config\nContent-Transfer-Encoding: base64", "A")),
        (
            "mime-charset",
            mime(
                "Content-Type: text/cloud-config; charset=latin1\nContent-Transfer-Encoding: quoted-printable",
                "a: =FC",
            ),
        ),
        ("unknown-type", mime("Content-Type: text/html", "<p>")),
        ("not-a-script", mime("Content-Type: text/x-shellscript", "echo")),
        ("secret", format!("#cloud-config\nruncmd: [[login, {}]]\n", token()).into_bytes()),
        ("host-key", format!("#cloud-config\nssh_keys:\n  rsa_private: |\n    {private}\n").into_bytes()),
        ("not-everywhere", [b"#cloud-config\n".to_vec(), vec![b'#'; 17_000]].concat()),
        (
            "replaced",
            mime(
                "Content-Type: text/cloud-config",
                "packages: [a]\n--B\nContent-Type: text/cloud-config\n\npackages: [b]",
            ),
        ),
        ("ignores-failures", b"#!/bin/sh\na\nb\nc\n".to_vec()),
    ]
}

#[test]
fn every_finding_is_found() {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for case in cases("userdata", "user-data") {
        seen.extend(codes(&fs::read(case.join("user-data")).expect("a document")));
    }
    for (wanted, document) in more() {
        let found = codes(&document);
        assert!(found.contains(wanted), "{wanted}: {found:?}");
        seen.extend(found);
    }
    let missing: Vec<_> =
        RULES.iter().map(|rule| rule.code.name()).filter(|code| !seen.contains(code)).collect();
    assert_eq!(missing, ["too-large"], "which a test of its own shows");
}

#[test]
fn a_provider_and_its_limit() {
    let document = [b"#cloud-config\n".to_vec(), vec![b'#'; 17_000]].concat();
    let made = feed(&root(), &["lint", "-", "--provider", "aws"], &document);
    assert_eq!(code(&made), 2);
    assert!(
        text(&made.stdout).contains("error[too-large]: it has 17014 bytes, but aws accepts at most 16384"),
        "{}",
        text(&made.stdout)
    );
    assert_eq!(code(&feed(&root(), &["lint", "-", "--provider", "nocloud"], &document)), 0);
    assert_eq!(code(&feed(&root(), &["lint", "-", "--provider", "asw"], &document)), 2);
}

#[test]
fn exit_codes() {
    let warns = b"#cloud-config\npackages: [a]\npackages: [b]\n";
    let notes = b"#!/bin/sh\na\nb\nc\n";
    for (wanted, arguments, document) in [
        (0, vec!["lint", "-"], &b"#cloud-config\npackages: [a]\n"[..]),
        (0, vec!["lint", "-"], warns),
        (2, vec!["lint", "-", "--strict"], warns),
        (0, vec!["lint", "-", "--strict"], notes),
        (2, vec!["lint", "-"], b"packages: [a]\n"),
        (2, vec!["lint", "nosuch"], b""),
        (2, vec!["lint", "."], b""),
        (2, vec!["lint"], b""),
        (0, vec!["explain"], b""),
        (2, vec!["explain", "bad-mod"], b""),
    ] {
        let made = feed(&root(), &arguments, document);
        assert_eq!(code(&made), wanted, "{arguments:?}: {}{}", text(&made.stdout), text(&made.stderr));
    }
}

#[test]
fn every_finding_is_explained() {
    for rule in RULES {
        let made = run(&root(), &["explain", rule.code.name()]);
        assert_eq!(code(&made), 0);
        let said = text(&made.stdout);
        assert!(
            said.starts_with(&format!("{} (", rule.code.name())) && said.contains("\n\nSource: "),
            "{said}"
        );
        assert!(said.lines().all(|line| line.chars().count() <= 110), "{said}");
    }
    for code in firstlight::finding::Code::ALL {
        let made = run(&root(), &["explain", code.name()]);
        let said = text(&made.stdout);
        assert_eq!(crate::common::code(&made), 0, "{}", text(&made.stderr));
        assert!(said.contains(&format!("{}: ", code.name())), "{said}");
        assert!(said.contains("\n\nExample: ") && said.contains("\nInstead: "), "{said}");
    }
    let made = run(&root(), &["explain", "bad-mod"]);
    assert!(text(&made.stderr).contains("did you mean `bad-mode`?"), "{}", text(&made.stderr));
}

/// Words in a private key's place are the documentation's, or a template's.
#[test]
fn placeholders_of_private_keys_are_no_secrets() {
    for (body, wanted) in [("YOUR-KEY-HERE", false), (&"Ab1".repeat(12), true)] {
        let key = format!("-----BEGIN {0}-----\n      {body}\n      -----END {0}-----", "PRIVATE KEY");
        let document =
            format!("#cloud-config\nwrite_files:\n  - path: /etc/key\n    content: |\n      {key}\n");
        assert_eq!(codes(document.as_bytes()).contains("secret"), wanted, "{body}");
    }
}

#[test]
fn what_may_be_a_secret_by_its_name_is_starred_out() {
    let document = "#cloud-config\nruncmd:\n  - curl https://a.example.com | JOIN_TOKEN=hunter2 sh -\n";
    for command in ["lint", "inspect"] {
        for format in ["human", "json"] {
            let made = feed(&root(), &[command, "-", "--format", format], document.as_bytes());
            let shown = said(&made);
            assert!(!shown.contains("hunter2"), "{command} {format}: {shown}");
        }
    }
}

/// What may be meant is not held against anybody.
#[test]
fn what_is_in_a_branch_or_a_comment_is_left() {
    for (document, code, wanted) in [
        ("#!/bin/sh\nset -e\nreboot\necho later\n", "reboots", true),
        ("#!/bin/sh\nset -e\nstop() {\n  reboot\n}\necho later\n", "reboots", false),
        ("#!/bin/sh\nset -e\n[ -f /x ] && reboot\necho later\n", "reboots", false),
        ("#cloud-config\nfinal_message: '{{ v1.region }}'\n", "no-template-header", true),
        ("#cloud-config\n# {{ v1.region }}\nfinal_message: a\n", "no-template-header", false),
        ("#cloud-config\nbootcmd:\n  - {command}\n", "wrong-type", true),
    ] {
        assert_eq!(codes(document.as_bytes()).contains(code), wanted, "{document}");
    }
}

// The tools of others

fn case(name: &str) -> PathBuf {
    root().join("tests/cases/userdata").join(name)
}

#[test]
fn sarif() {
    let made = run(&case("modes"), &["lint", "user-data", "--format", "sarif"]);
    let data: Value = serde_json::from_slice(&made.stdout).expect("JSON");
    assert_eq!(data["version"], "2.1.0");
    let made = &data["runs"][0];
    let ids: Vec<_> =
        made["tool"]["driver"]["rules"].as_array().expect("rules").iter().map(|rule| &rule["id"]).collect();
    let results = made["results"].as_array().expect("results");
    assert!(results.len() > 8);
    for result in results {
        assert!(ids.contains(&&result["ruleId"]), "{result}");
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().expect("a level")));
        let location = &result["locations"][0]["physicalLocation"];
        assert_eq!(location["artifactLocation"]["uri"], "user-data");
        assert!(location["region"]["startLine"].as_u64().is_some_and(|line| line > 1), "{result}");
    }
    // What stands in a part that had to be decoded, and what is wrong with the whole.
    for name in ["multipart", "empty"] {
        let made = run(&case(name), &["lint", "user-data", "--format", "sarif"]);
        let data: Value = serde_json::from_slice(&made.stdout).expect("JSON");
        let results = data["runs"][0]["results"].as_array().expect("results");
        assert!(!results.is_empty());
        for result in results {
            assert!(result["locations"][0]["physicalLocation"]["region"]["startLine"].is_u64(), "{result}");
        }
    }
    let fixed = results.iter().find(|result| result["ruleId"] == "mode-unquoted").expect("found");
    let change = &fixed["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(change["insertedContent"]["text"], "\"0644\"");
    assert_eq!(change["deletedRegion"]["startLine"], 4);
}

#[test]
fn github() {
    let made = run(&case("modes"), &["lint", "user-data", "--format", "github"]);
    let shown = text(&made.stdout);
    assert!(
        shown.contains("::warning file=user-data,line=4,col=27,endLine=4,endColumn=31,title=mode-unquoted::"),
        "{shown}"
    );
    assert!(shown.lines().all(|line| line.starts_with("::")), "{shown}");
    // What stands in a part that had to be decoded is named in the message.
    let made = run(&case("multipart"), &["lint", "user-data", "--format", "github"]);
    assert!(
        text(&made.stdout).lines().all(|line| line.contains(" file=user-data")),
        "{}",
        text(&made.stdout)
    );
}

/// A password in a URL is found wherever a document holds one: in a file, a script, a command, any other key.
#[test]
fn passwords_in_urls_are_found() {
    let url = "postgres://app:s3cretPassw0rd@db/app";
    for document in [
        format!(
            "#cloud-config\nwrite_files:\n- path: /opt/app/compose.yaml\n  content: |\n    DATABASE_URL: {url}\n"
        ),
        format!("#cloud-config\nruncmd:\n- migrate {url}\n"),
        format!("#cloud-config\napt: {{sources: {{a: {{source: \"deb {url} a b\"}}}}}}\n"),
        format!("#!/bin/sh\nmigrate {url}\n"),
    ] {
        assert!(codes(document.as_bytes()).contains("placed-secret"), "{document}");
        let made = feed(&root(), &["lint", "-"], document.as_bytes());
        assert!(!text(&made.stdout).contains("s3cret"), "{}", text(&made.stdout));
    }
}

#[test]
fn secrets_and_passwords_are_not_shown() {
    let document = format!(
        "#cloud-config\npassword: hunter2\nusers: [{{name: a, plain_text_passwd: hunter2}}]\nruncmd: [\"login {}\"]\n",
        token()
    );
    for format in ["human", "json", "sarif", "github"] {
        let made = feed(&root(), &["lint", "-", "--format", format], document.as_bytes());
        let shown = said(&made);
        assert!(!shown.contains("Ab1Ab1") && !shown.contains("hunter2"), "{format}: {shown}");
        assert!(shown.contains("clear-password") && shown.contains("secret"), "{format}: {shown}");
    }
}
