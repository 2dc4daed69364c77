//! User-data made to break whoever opens it: every document ends soon, in little memory, with a word about it.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use crate::common::shown::{every_format, is_odd};
use crate::common::{code, gzip, processor, root, said, token};
use firstlight::userdata::decode;

/// So many megabytes of one byte, packed.
fn gzip_of(byte: u8, megabytes: usize) -> Vec<u8> {
    gzip(&vec![byte; megabytes << 20])
}

/// Runs a command on it with 10 s of processor time.
fn bounded(command: &str, document: &[u8]) -> Output {
    let mut child = processor::limited(10, &root())
        .args([command, "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bash");
    let mut input = child.stdin.take().expect("piped");
    let bytes = document.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let made = child.wait_with_output().expect("it ends");
    let _ = writer.join();
    made
}

fn config(text: &str) -> Vec<u8> {
    format!("#cloud-config\n{text}").into_bytes()
}

fn part(content_type: &str, body: &str) -> String {
    format!("--B\nContent-Type: {content_type}\nContent-Transfer-Encoding: base64\n\n{body}\n")
}

fn mime(parts: &str) -> Vec<u8> {
    format!("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n{parts}--B--\n").into_bytes()
}

const ADD: &str = r#"{"op":"add","path":"/a","value":[]}"#;
const COPY: &str = r#",{"op":"copy","from":"/a","path":"/a/-"}"#;

fn patches(operations: &str) -> Vec<u8> {
    format!("#cloud-config-jsonp\n[{operations}]").into_bytes()
}

fn template(text: &str) -> Vec<u8> {
    format!("## template: jinja\n#cloud-config\na: {text}\n").into_bytes()
}

fn documents() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let size = 1 << 20;
    let bomb = gzip_of(b'0', 80);
    let encoded = STANDARD.encode(gzip_of(b'0', 8));
    let mut cut = gzip_of(b'#', 1);
    cut.truncate(cut.len() - 20);
    let laughs: String =
        (1..20).map(|i| format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 9].join(", "))).collect();
    let merges: String = (1..60).map(|i| format!("a{i}: &a{i}\n  <<: [*a{0}, *a{0}]\n", i - 1)).collect();
    let chain: String =
        (1..500).map(|i| format!("a{i}: &a{i} {}*a{}{}\n", "[".repeat(50), i - 1, "]".repeat(50))).collect();
    let nested: String =
        (0..200).map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n")).collect();
    vec![
        ("50 MB", "too-much", vec![b'x'; 50 << 20]),
        ("a zip bomb", "too-much", bomb.clone()),
        ("a zip bomb in base64", "too-much", STANDARD.encode(&bomb).into_bytes()),
        ("a zip bomb in a part", "too-much", mime(&part("application/gzip", &STANDARD.encode(&bomb)))),
        (
            "many small bombs",
            "too-much",
            config(&format!(
                "write_files:\n- &f {{path: /x, encoding: gz+b64, content: {encoded}}}\n{}",
                "- *f\n".repeat(2000)
            )),
        ),
        ("gzip that is cut off", "bad-gzip", cut),
        ("gzip with a tail", "bad-gzip", [gzip_of(b'#', 1), b"tail".to_vec()].concat()),
        ("brackets", "too-much", config(&"[".repeat(size))),
        ("braces", "too-much", config(&"{a: ".repeat(size / 4))),
        ("dashes", "too-much", config(&"- ".repeat(size / 2))),
        (
            "nested just so, and wide",
            "too-much",
            config(&format!("{}{}", "[".repeat(120), "[a],".repeat(size / 4))),
        ),
        (
            "indentation",
            "too-much",
            config(&(0..1000).map(|i| format!("{}a:\n", " ".repeat(i))).collect::<String>()),
        ),
        ("laughs", "too-much", config(&format!("a0: &a0 lol\n{laughs}"))),
        ("merge keys upon merge keys", "too-much", config(&format!("a0: &a0 {{x: 1}}\n{merges}"))),
        ("aliases that deepen", "too-much", config(&format!("a0: &a0 [1]\n{chain}"))),
        ("an anchor in itself", "bad-yaml", config("a: &a [*a]\n")),
        ("much YAML", "too-much", config(&"#\n".repeat(3 * size))),
        ("many keys", "unknown-key", config(&(0..50_000).map(|i| format!("k{i}: 1\n")).collect::<String>())),
        ("one key again and again", "duplicate", config(&"a: 1\n".repeat(50_000))),
        ("messages in messages", "too-much", format!("MIME-Version: 1.0\n{nested}").into_bytes()),
        (
            "letters in letters",
            "too-much",
            format!("MIME-Version: 1.0\n{}", "Content-Type: message/rfc822\n\n".repeat(20_000)).into_bytes(),
        ),
        ("many parts", "too-much", mime(&"--B\n\n#!/bin/sh\n".repeat(20_000))),
        ("parts that are joined", "too-much", {
            let how = "merge_how: list(append)+dict(recurse_list)+str()\n";
            let big = STANDARD.encode(format!("#cloud-config\nruncmd: [{}]\n{how}", "a,".repeat(50_000)));
            let small = STANDARD.encode(format!("#cloud-config\nruncmd: [b]\n{how}"));
            let small = part("text/cloud-config", &small).repeat(500);
            mime(&format!("{}{small}", part("text/cloud-config", &big)))
        }),
        ("many commands", "pipe-to-shell", config(&format!("runcmd:\n{}", "- curl x | sh\n".repeat(50_000)))),
        (
            "one long line of commands",
            "lost-on-reboot",
            format!("#!/bin/sh\nset -e; {}", "mount /x;".repeat(size / 8)).into_bytes(),
        ),
        (
            "a template of braces",
            "too-much",
            format!("## template: jinja\n#cloud-config\n{}", "{{".repeat(size)).into_bytes(),
        ),
        ("negations in a template", "too-much", template(&format!("{{{{ {}1 }}}}", "not ".repeat(50_000)))),
        (
            "names in names in a template",
            "too-much",
            template(&format!("{{{{ a{} }}}}", ".b".repeat(100_000))),
        ),
        ("filters of a template", "too-much", template(&format!("{{{{ a{} }}}}", "|lower".repeat(30_000)))),
        (
            "branches of a template",
            "too-much",
            template(&format!("{{% if a %}}{}{{% endif %}}", "{% elif b %}".repeat(50_000))),
        ),
        ("beginnings of tokens", "not-a-mapping", config(&"ghp_".repeat(size / 4))),
        (
            "names of secrets",
            "named-secret",
            config(&format!("runcmd: [\"{}\"]\n", "token=".repeat(size / 8))),
        ),
        (
            "defaults of variables",
            "pipe-to-shell",
            format!("#!/bin/sh\ncurl https://a.example.com | sh\n{}\n", "${PASSWORD:-".repeat(size / 12))
                .into_bytes(),
        ),
        (
            "passwords of SQL",
            "unknown-key",
            config(&format!("x: \"identified with {}\"\n", "by' ".repeat(size / 4))),
        ),
        ("at signs", "unknown-key", config(&format!("x: \"{}\"\n", "a@".repeat(size / 2)))),
        ("users and hosts", "unknown-key", config(&format!("x: \"{}\"\n", "a:b@c:1/".repeat(size / 8)))),
        ("users of databases", "unknown-key", config(&format!("x: \"{}\"\n", "a@tcp(".repeat(size / 6)))),
        (
            "random words",
            "unknown-key",
            config(&format!("x: \"{}\"\n", "x3Kd9aQ7mZ2pLr8TnV5cYw1B ".repeat(size / 25))),
        ),
        (
            "references",
            "unknown-key",
            config(&format!(
                "x: \"{}\"\nruncmd: [\"{}\"]\n",
                "=@".repeat(size / 8),
                "echo | passwd ".repeat(size / 32)
            )),
        ),
        ("a patch that doubles", "too-much", patches(&format!("{ADD}{}", COPY.repeat(40)))),
        (
            "a patch that deepens",
            "too-much",
            patches(&format!("{ADD}{}", COPY.replace("/-", "/0").repeat(100))),
        ),
        ("many patches of a long list", "too-much", {
            let wide = ADD.replace("[]", &format!("[{}0]", "0,".repeat(50_000)));
            patches(&format!(
                "{wide}{}",
                COPY.replace(r#""/a","path":"/a/-"#, r#""/a/0","path":"/a/-"#).repeat(20_000)
            ))
        }),
        ("a path without end", "bad-patch", patches(&ADD.replace("/a", &"/a".repeat(size / 4)))),
        ("addresses", "too-much", format!("#include\n{}", "http://x/\n".repeat(50_000)).into_bytes()),
        ("NUL", "no-header", vec![0; size]),
    ]
}

#[test]
fn bounded_and_said() {
    // Each run is bounded by itself, so two at a time may share the machine.
    let documents = documents();
    let problems: Vec<String> = std::thread::scope(|scope| {
        let halves = documents.chunks(documents.len().div_ceil(2));
        let runs: Vec<_> =
            halves.map(|half| scope.spawn(|| half.iter().flat_map(problems).collect::<Vec<_>>())).collect();
        runs.into_iter().flat_map(|run| run.join().expect("no panic")).collect()
    });
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Most bytes that a command prints of any document, be it 50 MB or an alias of an alias.
const MOST_SHOWN: usize = 1 << 20;

/// What each command does with a document that it should not.
fn problems((what, wanted, document): &(&'static str, &'static str, Vec<u8>)) -> Vec<String> {
    let mut problems = Vec::new();
    for command in ["inspect", "lint", "explain"] {
        let made = bounded(command, document);
        let shown = said(&made);
        let start: String = shown.chars().take(300).collect();
        if made.status.code().is_none_or(|code| code != 0 && code != 2) {
            problems.push(format!("{what}, {command}: {:?}: {start}", made.status));
        }
        if command == "lint" && !shown.contains(&format!("[{wanted}]")) {
            problems.push(format!("{what}: no {wanted}: {start}"));
        }
        if shown.is_empty() || shown.len() > MOST_SHOWN || shown.chars().any(is_odd) {
            let odd: String = shown.chars().filter(|c| is_odd(*c)).take(10).collect();
            problems.push(format!("{what}, {command}: {} bytes, {odd:?} in them: {start}", shown.len()));
        }
    }
    problems
}

/// A secret that is one wherever it stands, whatever was read around it.
fn secret() -> String {
    format!("\n- {}\n", token())
}

/// Everything that can be asked of a document. What is shown of it is bounded, shows no secret, and is text: JSON is read
/// back, and nothing else holds a control character but the colours. What is laid stays below its folder.
fn exercise(document: &[u8]) {
    let secret = token();
    for (what, shown) in every_format(document) {
        let most = 20_000 + 100 * document.len();
        assert!(shown.len() <= most, "{what}: {} of {most} bytes", shown.len());
        assert!(!shown.is_empty() || what.starts_with("lint"), "{what} says nothing");
        assert!(!shown.contains(&secret), "{what} shows a secret: {shown}");
        // JSON's own rule is that its texts hold no control characters as they are.
        if what.ends_with("JSON") || what.ends_with("SARIF") {
            assert!(serde_json::from_str::<serde_json::Value>(&shown).is_ok(), "{what}: {shown}");
        } else {
            let odd: String = shown.chars().filter(|c| is_odd(*c)).collect();
            let colours = what.ends_with("in colours");
            assert!(odd.chars().all(|c| colours && c == '\u{1b}'), "{what}: {odd:?} in {shown:?}");
        }
    }
    let data = decode("x", document);
    // Who takes more takes whatever another one takes.
    let fits = data.fits();
    let least = fits.iter().filter(|fit| fit.fits == Some(true)).filter_map(|fit| fit.limit).min();
    let refused = fits.iter().filter(|fit| fit.fits == Some(false)).filter_map(|fit| fit.limit).max();
    assert!(
        least.is_none() || refused.is_none() || refused < least,
        "{refused:?} is too little, {least:?} is not"
    );
    let mut seen = std::collections::BTreeSet::new();
    for file in data.extracted() {
        for name in &file.path {
            assert!(
                !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\0']),
                "{name:?}"
            );
        }
        assert!(seen.insert(file.path.clone()), "{:?} twice", file.path);
    }
    for path in &seen {
        assert!(
            (1..path.len()).all(|length| !seen.contains(&path[..length])),
            "{path:?} is a file and a folder"
        );
    }
}

/// Pieces of real documents, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "#cloud-config\n",
        "#!/bin/sh\n",
        "#include\n",
        "## template: jinja\n",
        "#cloud-config-archive\n",
        "#cloud-boothook\n",
        "MIME-Version: 1.0\n",
        "Content-Type: multipart/mixed; boundary=\"B\"\n",
        "Content-Type: text/cloud-config; charset=x\n",
        "Content-Transfer-Encoding: base64\n",
        "Content-Transfer-Encoding: quoted-printable\n",
        "\n",
        "--B\n",
        "--B--\n",
        "\r\n",
        "write_files:\n",
        "- path: /a\n",
        "  path: ../b\n",
        "  content: |\n    x\n",
        "  encoding: gz+b64\n",
        "  content: !!binary |\n    QQ==\n",
        "  permissions: 644\n",
        "  owner: a:b\n",
        "runcmd:\n",
        "- [a, 0644, yes]\n",
        "- curl x | sh\n",
        "- a: b\n",
        "users:\n",
        "- default\n",
        "chpasswd: {list: \"a:b\"}\n",
        "<<: *a\n",
        "a: &a\n",
        "? [x]\n",
        "packages: [1:30, ~]\n",
        "{{ v1.x }}",
        "{% if x %}",
        "=C3=A9",
        "é",
        "\u{feff}",
        "merge_how: [{name: list, settings: [append]}]\n",
        "\t",
        "'",
        "\"",
        "|",
        "-",
        ": ",
    ]);
    let piece = prop_oneof![
        6 => known.prop_map(str::to_owned),
        1 => any::<String>(),
        1 => "[ -~\n]{0,20}",
        1 => Just(secret()),
    ];
    prop::collection::vec(piece, 0..25).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>, text in pieces()) {
        exercise(&bytes);
        exercise(text.as_bytes());
        exercise(STANDARD.encode(&text).as_bytes());
        let mut packed = gzip(text.as_bytes());
        exercise(&packed);
        let half = packed.len() / 2;
        packed.truncate(half);
        exercise(&packed);
    }
}

#[test]
fn devices_end() {
    let made = Command::new(env!("CARGO_BIN_EXE_firstlight"))
        .args(["lint", "/dev/zero"])
        .output()
        .expect("it starts");
    assert_eq!(code(&made), 2);
}
