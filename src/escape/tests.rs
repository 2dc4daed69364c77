//! Tests of every escaper against the rules of its consumer: a real YAML reader for YAML, and a small reader in this
//! file for the others. Each value must come back unchanged or be refused. Words of the shell are tested in
//! `tests/it/shell.rs`, which has a shell.

use proptest::prelude::*;

use super::*;

/// Any text, with many characters that have a meaning in one of the syntaxes.
fn texts() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "\"", "'", "\\", "`", "$", "${", "$$", "{$X}", "{", "}", "\\{", "\\}", "{{", "{%", "%", "%%", "%{",
        "%h", "#", " #", " ", "\t", "\n", "\r", "\0", "\u{1b}", "\u{7f}", "\u{85}", "\u{a0}", "\u{2028}",
        "\u{feff}", "\u{fffe}", "🚀", "é", "-", "=", ":", ": ", "- ", "&a", "*a", "!a", "|", ">", "@", "~",
        "<<", "EOF", "\\n", "no", "null", "1e3", "0x1", "1:30", "a", "export ", ";", "//", "--",
    ]);
    let part = prop_oneof![3 => odd.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from), 1 => "[a-z0-9._/-]{1,8}"];
    prop::collection::vec(part, 0..10).prop_map(|parts| parts.concat())
}

/// Values that have caused errors in some program.
const NASTY: &[&str] = &[
    "",
    " ",
    "a",
    "no",
    "NO",
    "y",
    "on",
    "null",
    "~",
    "0644",
    "1_000",
    "1:30",
    "1.10",
    ".5",
    "0x1F",
    "1e3",
    "2026-01-01",
    "$HOME",
    "${HOME}",
    "$$",
    "$",
    "{$HOME}",
    "{env.X}",
    "{",
    "}",
    "\\{",
    "\\}",
    "{a\\}",
    "%h",
    "%",
    "%{if}",
    "${{ secrets.A }}",
    "a${{",
    "`id`",
    "$(id)",
    "\"",
    "'",
    "''",
    "\\",
    "\\\\",
    "a\\",
    "a\\\\",
    "\\\"",
    "\\n",
    "a\nb",
    "\n",
    "a\r\nb",
    "\r",
    "\t",
    " a ",
    "# a",
    "a # b",
    "a#b",
    "-rf",
    "--",
    "- a",
    "? a",
    "a: b",
    "a:",
    ":a",
    "*a",
    "&a",
    "!a",
    "|",
    ">",
    "%a",
    "@a",
    "@a@",
    "[a",
    "{a",
    "a,b",
    "a=b",
    "=",
    "<<",
    "<<EOF",
    "EOF",
    "export A=1",
    "{{ x }}",
    "{% x %}",
    "#cloud-config",
    "---",
    "...",
    "\u{85}",
    "\u{2028}",
    "\u{feff}a",
    "\u{1b}[31m",
    "🚀",
    "é",
    "\u{fffe}",
    "\u{10ffff}",
    "a;b",
    ";",
    "a&b",
    "~/a",
    "\0",
];

const ALL: [Syntax; 7] = [
    Syntax::Compose,
    Syntax::Yaml,
    Syntax::Workflow,
    Syntax::Dotenv,
    Syntax::Caddyfile,
    Syntax::Systemd,
    Syntax::Shell,
];

/// The value that the consumer reads from a token; `None` if it would not read it as one value.
fn read(syntax: Syntax, token: &str) -> Option<String> {
    match syntax {
        Syntax::Compose => undollar(&yaml_text(&format!("key: {token}\n"), &["key"])?),
        Syntax::Yaml | Syntax::Workflow => yaml_text(&format!("key: {token}\n"), &["key"]),
        Syntax::Dotenv => dotenv_value(token),
        Syntax::Caddyfile => caddy_value(token),
        Syntax::Systemd => systemd_word(token),
        Syntax::Shell => None,
    }
}

fn yaml_text(document: &str, path: &[&str]) -> Option<String> {
    let value: serde_yaml::Value = serde_yaml::from_str(document).ok()?;
    let found = path.iter().try_fold(&value, |value, key| match key.parse::<usize>() {
        Ok(index) => value.get(index),
        Err(_) => value.get(*key),
    })?;
    found.as_str().map(str::to_owned)
}

/// compose-go's template: `$$` stands for `$`, and any other `$` begins a variable.
fn undollar(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split("$$").collect();
    (!parts.iter().any(|part| part.contains('$'))).then(|| parts.join("$"))
}

/// compose-go's dotenv: a bare value ends before ` #` or at the end of the line; in double quotes, escapes are replaced
/// first and variables afterwards.
fn dotenv_value(token: &str) -> Option<String> {
    let Some(quoted) = token.strip_prefix('"') else {
        let line = token.split('\n').next()?.split(" #").next()?.trim_end();
        return (line == token && !token.starts_with('\'')).then(|| undollar(line)).flatten();
    };
    let mut out = String::new();
    let mut chars = quoted.chars();
    loop {
        match chars.next()? {
            '"' => break,
            '\\' => match chars.next()? {
                'n' => out.push('\n'),
                'r' => out.push('\r'),
                c @ ('\\' | '"') => out.push(c),
                '$' => out.push('$'),
                _ => return None,
            },
            '$' => return None,
            c => out.push(c),
        }
    }
    chars.next().is_none().then_some(out)
}

/// Caddy's lexer, in which `\"` is the only escape and `{$` is replaced before, and then its replacer for `\{` and
/// `\}`.
fn caddy_value(token: &str) -> Option<String> {
    if token.contains("{$") {
        return None;
    }
    let text = match token.strip_prefix('"') {
        None if token.is_empty() || token.starts_with(['#', '`', '\\', '<']) => return None,
        None if token.chars().any(|c| c.is_whitespace() || c == '\\') => return None,
        None => token.to_owned(),
        Some(quoted) => {
            let mut out = String::new();
            let mut escaped = false;
            let mut chars = quoted.chars();
            loop {
                match chars.next()? {
                    '\\' if !escaped => escaped = true,
                    '"' if !escaped => break,
                    c => {
                        if escaped && c != '"' {
                            out.push('\\');
                        }
                        escaped = false;
                        out.push(c);
                    }
                }
            }
            if chars.next().is_some() {
                return None;
            }
            out
        }
    };
    if !text.contains('{') {
        return Some(text);
    }
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '{' | '}' if out.ends_with('\\') => {
                out.pop();
            }
            '{' => return None,
            _ => {}
        }
        out.push(c);
    }
    Some(out)
}

/// systemd's Exec lines: words, C escapes, specifiers and variables.
fn systemd_word(token: &str) -> Option<String> {
    let text = match token.strip_prefix('"') {
        None if token.is_empty() || token == ";" => return None,
        None if token.chars().any(|c| c.is_whitespace() || "\"'\\".contains(c)) => return None,
        None => token.to_owned(),
        Some(quoted) => {
            let mut out = String::new();
            let mut chars = quoted.chars();
            loop {
                match chars.next()? {
                    '"' => break,
                    '\n' => return None,
                    '\\' => match chars.next()? {
                        c @ ('\\' | '"') => out.push(c),
                        _ => return None,
                    },
                    c => out.push(c),
                }
            }
            if chars.next().is_some() {
                return None;
            }
            out
        }
    };
    let parts: Vec<&str> = text.split("%%").collect();
    if parts.iter().any(|part| part.contains('%')) {
        return None;
    }
    undollar(&parts.join("%"))
}

fn check(syntax: Syntax, value: &str) {
    match syntax.token(value) {
        Err(why) => assert!(!why.is_empty()),
        Ok(token) => {
            assert_eq!(read(syntax, &token).as_deref(), Some(value), "{syntax:?}: {value:?} as {token}")
        }
    }
}

#[test]
fn nasty_values_come_back_or_are_refused() {
    for value in NASTY {
        for syntax in ALL.into_iter().filter(|syntax| *syntax != Syntax::Shell) {
            check(syntax, value);
        }
    }
}

#[test]
fn what_is_refused_is_what_a_syntax_cannot_hold() {
    for (syntax, refused) in [
        (Syntax::Compose, vec!["\0"]),
        (Syntax::Yaml, vec!["\0"]),
        (Syntax::Workflow, vec!["${{ secrets.A }}", "a${{", "\0"]),
        (Syntax::Dotenv, vec!["\0"]),
        (Syntax::Shell, vec!["\0"]),
        (Syntax::Systemd, vec!["a\nb", "\n", "a\r\nb", "\r", "\t", "\u{1b}[31m", "\u{85}", "\0"]),
        (
            Syntax::Caddyfile,
            vec![
                "{$HOME}",
                "\\{",
                "\\}",
                "{a\\}",
                "\\",
                "\\\\",
                "a\\",
                "a\\\\",
                "\\\"",
                "a\r\nb",
                "\r",
                "\u{1b}[31m",
                "\u{85}",
                "\0",
            ],
        ),
    ] {
        let found: Vec<_> = NASTY.iter().filter(|value| syntax.token(value).is_err()).copied().collect();
        let mut wanted = refused.clone();
        wanted.sort_by_key(|value| NASTY.iter().position(|nasty| nasty == value));
        assert_eq!(found, wanted, "{syntax:?}");
    }
}

/// PyYAML, which cloud-init uses, reads YAML 1.1, in which more words are not text than in YAML 1.2.
#[test]
fn bare_yaml_is_text_in_yaml_1_1_too() {
    for value in NASTY {
        let token = yaml_scalar::token(value);
        if token == *value {
            let safe = value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
            let word = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
            assert!(safe && !word.contains(&value.to_ascii_lowercase().as_str()), "{value:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_comes_back_or_is_refused(value in texts()) {
        for syntax in ALL.into_iter().filter(|syntax| *syntax != Syntax::Shell) {
            check(syntax, &value);
        }
    }

    #[test]
    fn any_string_comes_back_or_is_refused(value: String) {
        for syntax in ALL.into_iter().filter(|syntax| *syntax != Syntax::Shell) {
            check(syntax, &value);
        }
    }

    /// A scalar is the same text as a value, as a key, and in block and flow collections, and is printable ASCII.
    #[test]
    fn yaml_scalars_are_the_same_text_everywhere(value in texts()) {
        let token = yaml_scalar::token(&value);
        prop_assert!(token.bytes().all(|b| (b' '..=b'~').contains(&b)), "{}", token);
        for (document, path) in [
            (format!("key: {token}\n"), vec!["key"]),
            (format!("- {token}\n"), vec!["0"]),
            (format!("[{token}, {token}]\n"), vec!["1"]),
            (format!("{{key: {token}}}\n"), vec!["key"]),
        ] {
            let read = yaml_text(&document, &path);
            prop_assert_eq!(read.as_deref(), Some(value.as_str()), "{}", document);
        }
        let as_key: serde_yaml::Mapping = serde_yaml::from_str(&format!("{token}: 1\n")).expect("a mapping");
        prop_assert!(as_key.keys().all(|key| key.as_str() == Some(value.as_str())));
    }

    #[test]
    fn compose_tokens_are_printable_ascii(value in texts()) {
        if let Ok(token) = Syntax::Compose.token(&value) {
            prop_assert!(token.bytes().all(|b| (b' '..=b'~').contains(&b)), "{}", token);
        }
    }
}

#[test]
fn syntaxes_by_name() {
    for (path, syntax) in [
        ("/opt/a/Caddyfile", Some(Syntax::Caddyfile)),
        ("/opt/a/sites/x.caddy", Some(Syntax::Caddyfile)),
        ("/opt/a/.env", Some(Syntax::Dotenv)),
        ("/opt/a/page.env", Some(Syntax::Dotenv)),
        ("/opt/a/compose.yaml", Some(Syntax::Compose)),
        ("/.github/workflows/a.yml", Some(Syntax::Workflow)),
        ("/opt/a/docker-compose.prod.yml", Some(Syntax::Compose)),
        ("/usr/local/lib/x.bash", Some(Syntax::Shell)),
        ("/etc/systemd/system/a@.service", Some(Syntax::Systemd)),
        ("/etc/systemd/system/a.service.d/b.conf", Some(Syntax::Systemd)),
        ("/etc/nginx/nginx.conf", None),
        ("/usr/local/sbin/firstlight", None),
        ("/opt/a/README", None),
    ] {
        assert_eq!(Syntax::of(path), syntax, "{path}");
    }
}
