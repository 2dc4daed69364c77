//! A secret that is given by mistake is refused and never shown.

mod common;

use std::fs;
use std::process::Command;
use std::process::Stdio;

use firstlight::compile::Input;
use firstlight::compile::compile;
use firstlight::config::{Config, Flags};
use firstlight::diagnostic::Report;
use firstlight::document::Shape;
use firstlight::render::File;
use firstlight::setting::Value;
use firstlight::source::Source;
use firstlight::value::Mode;

use common::{APP, PLAIN, STUB, code, run, scratch, text, token, with};

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
    let given = |n: usize| (n == 0).then(|| token.clone());
    for n in 0..9 {
        let flags = Flags {
            domain: given(n).or(Some("a.example.com".to_owned())),
            token: given(n.wrapping_sub(1)),
            repo: given(n.wrapping_sub(2)),
            branch: given(n.wrapping_sub(3)),
            provider: given(n.wrapping_sub(4)),
            profile: given(n.wrapping_sub(5)),
            expires: given(n.wrapping_sub(7)),
            in_clear: Vec::new(),
            cloud_config: Vec::new(),
            set: given(n.wrapping_sub(6)).map(|token| format!("www={token}")).into_iter().collect(),
        };
        let text = if n == 8 { format!("domain: {token}\n? {token}\n: [x\n") } else { String::new() };
        let config = Source::file(&format!("{token}.yaml"), &text);
        let mut report = Report::default();
        let input = Input {
            config: Some(config),
            flags: &flags,
            default_profile: "infrakt",
            today: None,
            embed_secret: true,
            shape: &Shape::default(),
        };
        assert!(compile(&input, &*STUB, &mut report).is_none(), "{n}");
        for (what, shown) in [
            ("Debug", format!("{report:?} {:#?}", report.diagnostics())),
            ("text", report.human(false)),
            ("coloured text", report.human(true)),
            ("JSON", report.json()),
            ("Debug of the input", format!("{input:?}")),
            ("Debug of the flags", format!("{:?}", Config::from_flags(&flags, &mut Report::default()))),
            (
                "Debug of a value",
                format!("{:?}", Value::Map(vec![("A".to_owned(), Value::Text(token.clone()))])),
            ),
            (
                "Debug of a file",
                format!("{:?}", File { mode: Mode::DEFAULT, bytes: token.clone().into_bytes() }),
            ),
        ] {
            assert_hidden(&shown, what);
        }
    }
}
