//! No input breaks the program: it ends in time, with a document or with errors.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Output;

use firstlight::compile::config::{Flags, TopKey};
use firstlight::compile::document::DocumentOptions;
use firstlight::compile::{Input, compile};
use firstlight::finding::Report;
use firstlight::text::source::Source;
use proptest::prelude::*;
use serde_json::Value;

use crate::common::{PLAIN, STUB, code, firstlight, processor, root, run, scratch, token, with};

/// Compiles in this process; either there is a document, or an error says why not.
fn try_compile(config: Option<&str>, flags: &Flags) -> Option<String> {
    let mut report = Report::default();
    let config = config.map(|text| Source::file("firstlight.yaml", text));
    let options = &DocumentOptions::default();
    let input = Input { config, flags, default_profile: "infrakt", today: None, embed_secret: true, options };
    let made = compile(&input, &*STUB, &mut report);
    assert_eq!(made.is_none(), report.has_errors());
    assert!(!report.is_internal(), "{}", report.human(false));
    assert!(!report.human(true).is_empty() || report.diagnostics().is_empty());
    serde_json::from_str::<Value>(&report.json()).expect("JSON");
    made.map(|made| made.document.text)
}

/// Texts that are nearly right, which get further than noise.
fn odd() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "a.example.com",
        "none",
        "generate",
        "file:///etc/x",
        "aws",
        "app",
        "infrakt",
        "compose",
        "80",
        "main",
        "a/b",
        "image=a",
        "port=80",
        "environment.A=b",
        "environment.A=",
        "volumes=data:/a",
        "secrets.K=generate",
        "www=true",
        "extra_domains=b.example.com",
        "service=web",
        "compose=./x",
        "acme=staging",
        "name=caddy",
        "[",
        "=",
        ".",
        "",
    ]);
    prop_oneof![3 => known.prop_map(str::to_owned), 1 => any::<String>(), 1 => "[ -~\n]{0,30}"]
}

/// A configuration of random keys and values.
fn configs() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "domain", "token", "repo", "branch", "profile", "provider", "settings", "x",
    ]);
    let inner = prop::sample::select(vec![
        "image",
        "port",
        "health",
        "environment",
        "volumes",
        "secrets",
        "www",
        "extra_domains",
        "acme",
        "acme_email",
        "registry_user",
        "caddy_image",
        "name",
        "compose",
        "service",
        "ssh_key_path",
        "webhook_secret",
    ]);
    let value = prop_oneof![
        odd(),
        odd().prop_map(|text| serde_json::json!(text).to_string()),
        odd().prop_map(|text| serde_json::json!([text]).to_string()),
        odd().prop_map(|text| serde_json::json!({ "KEY": text }).to_string()),
        Just("80".to_owned()),
    ];
    let settings = prop::collection::vec((inner, value.clone()), 0..5).prop_map(|entries| {
        entries.iter().map(|(key, value)| format!("\n  {key}: {value}")).collect::<String>()
    });
    let line = prop_oneof![
        (key, value).prop_map(|(key, value)| format!("{key}: {value}\n")),
        settings.prop_map(|entries| format!("settings: {entries}\n")),
    ];
    prop::collection::vec(line, 0..6).prop_map(|lines| format!("domain: a.example.com\n{}", lines.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_configuration_makes_it_panic(bytes: Vec<u8>, text: String, config in configs()) {
        let flags = Flags::default();
        for text in [String::from_utf8_lossy(&bytes).into_owned(), text, config] {
            try_compile(Some(&text), &flags);
        }
    }

    #[test]
    fn no_flags_make_it_panic(
        given in prop::collection::vec(prop::option::weighted(0.4, odd()), TopKey::ALL.len()),
        set in prop::collection::vec(odd(), 0..6),
    ) {
        let mut top: BTreeMap<_, _> =
            TopKey::ALL.into_iter().zip(given).filter_map(|(key, text)| Some((key, text?))).collect();
        top.entry(TopKey::Domain).or_insert_with(|| "a.example.com".to_owned());
        let flags = Flags { top, set, ..Flags::default() };
        if let Some(document) = try_compile(None, &flags) {
            prop_assert!(document.starts_with("#cloud-config\n"));
        }
    }

    /// Any text may be an environment variable of the application, or is refused with its place.
    #[test]
    fn any_text_is_carried_or_refused(value: String) {
        let set = ["image=a", "port=80"].map(str::to_owned).into_iter().chain([format!("environment.X={value}")]);
        let flags = Flags {
            top: [(TopKey::Profile, "app"), (TopKey::Domain, "a.example.com")]
                .map(|(key, text)| (key, text.to_owned()))
                .into(),
            set: set.collect(),
            ..Flags::default()
        };
        let refused = value.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
        prop_assert_eq!(try_compile(None, &flags).is_none(), refused);
    }
}

/// Inputs meant to take long: each ends soon, with a report.
#[test]
fn time_is_bounded() {
    let many = 1 << 18;
    let nested = |open: &str, times: usize| open.repeat(times);
    let lines = |line: &dyn Fn(usize) -> String| -> String {
        let mut text = String::new();
        for i in 0.. {
            text.push_str(&line(i));
            if text.len() > many - 100 {
                break;
            }
        }
        text
    };
    let laughs: String =
        (1..20).map(|i| format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 9].join(", "))).collect();
    let private = format!("-----BEGIN {} KEY-----\n", "PRIVATE");
    for (what, text) in [
        ("10 MB of brackets", nested("[", 10 << 20)),
        ("braces", nested("{a: ", many / 4)),
        ("dashes", nested("- ", many / 2)),
        ("deep indentation", lines(&|i| format!("{}a:\n", " ".repeat(i)))),
        ("one long word", nested("x", many)),
        ("one long line of words", nested("x ", many / 2)),
        ("one long quote", format!("domain: \"{}", nested("\\", many))),
        ("a long domain", format!("domain: {}\n", nested("a.", many / 2))),
        ("a long wide domain", format!("domain: {}\n", nested("ä", many / 2))),
        ("unknown keys", lines(&|i| format!("k{i}: 1\n"))),
        ("one key again and again", lines(&|_| "domain: a.example.com\n".to_owned())),
        (
            "bad domains",
            format!(
                "domain: a.example.com\nsettings:\n  extra_domains:\n{}",
                lines(&|_| "  - a_b\n".to_owned())
            ),
        ),
        (
            "the same domain",
            format!(
                "domain: a.example.com\nsettings:\n  extra_domains:\n{}",
                lines(&|_| "  - a.example.com\n".to_owned())
            ),
        ),
        ("beginnings of tokens", nested("ghp_", many / 4)),
        ("many tokens", lines(&|_| format!("- {}\n", token()))),
        ("beginnings of keys", nested(&private, many / private.len())),
        ("comments", nested("#\n", many / 2)),
        ("documents", nested("---\n", many / 4)),
        ("anchors", nested("&a ", many / 3)),
        ("laughs", format!("a0: &a0 lol\n{laughs}")),
        ("NUL", nested("\0", many)),
    ] {
        let made = processor::within(5, what, || try_compile(Some(&text), &Flags::default()));
        assert!(made.is_none(), "{what}");
    }
}

/// The same of files that the configuration names.
#[test]
fn embedded_files_are_bounded_too() {
    let folder = scratch();
    let here = folder.path();
    let laughs: String =
        (1..20).map(|i| format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 9].join(", "))).collect();
    for (what, text) in [
        ("laughs", format!("a0: &a0 lol\n{laughs}")),
        ("brackets", "[".repeat(1 << 20)),
        ("a large file", "#\n".repeat(1 << 20)),
    ] {
        fs::write(here.join("own.yml"), &text).expect("writable");
        let mut command = processor::limited(5, here);
        let made = command.args(PLAIN).args(["--set", "compose=./own.yml"]).output().expect("bash");
        assert_eq!(code(&made), 2, "{what}: {}", text_of(&made));
    }
    let made = run(here, &with(&PLAIN, &["--set", "compose=/dev/zero"]));
    assert_eq!(code(&made), 2);
}

fn text_of(made: &Output) -> String {
    String::from_utf8_lossy(&made.stderr).into_owned()
}

/// Arguments need not be UTF-8; they are refused, not misread.
#[test]
fn arguments_that_are_no_text() {
    use std::os::unix::ffi::OsStrExt;
    let odd = std::ffi::OsStr::from_bytes(b"a\xff.example.com");
    let made = firstlight(&root()).args(["render", "--domain"]).arg(odd).output().expect("it starts");
    assert_eq!(code(&made), 2);
    let path: PathBuf = [std::ffi::OsStr::from_bytes(b"nosuch\xff"), "x".as_ref()].iter().collect();
    let made = firstlight(&root()).args(PLAIN).arg("--output").arg(path).output().expect("it starts");
    assert_eq!(code(&made), 1);
}
