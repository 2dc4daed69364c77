//! Words of the shell, read back by real shells.

use std::process::{Command, Stdio};

use firstlight::escape::Syntax;
use firstlight::escape::shell::ascii_word;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::common::text;

/// Values that have broken some script once.
const NASTY: &[&str] = &[
    "",
    " ",
    "a",
    "a b",
    "'",
    "''",
    "\"",
    "\\",
    "a\\",
    "\\'",
    "$HOME",
    "${HOME}",
    "$(id)",
    "`id`",
    "$'a'",
    "$\"a\"",
    "!!",
    "!a",
    "*",
    "?",
    "[a]",
    "{a,b}",
    "~",
    "~root",
    "-n",
    "-e",
    "--",
    "#a",
    "a#b",
    ";",
    "&",
    "&&",
    "|",
    ">",
    "<",
    "(",
    ")",
    "a=b",
    "=",
    "%s",
    "%",
    "\\n",
    "\n",
    "a\nb",
    "\n\n",
    "\t",
    "\r\n",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "🚀",
    "é",
    "EOF",
    "x\\\ny",
    "\\x41",
    "\u{1}2",
    "\u{e9}f",
];

/// The values, and as many again that nobody thought of.
fn values() -> Vec<String> {
    let part = prop_oneof![prop::sample::select(NASTY).prop_map(str::to_owned), any::<String>()];
    let texts = prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat());
    let mut runner = TestRunner::default();
    let random = (0..1500).map(|_| texts.new_tree(&mut runner).expect("a text").current());
    let all = NASTY.iter().map(|value| (*value).to_owned()).chain(random);
    all.filter(|value| !value.contains('\0')).collect()
}

/// Runs words through a shell in one go; each comes back ended by NUL.
fn read_by(shell: &str, words: &[String]) -> Vec<String> {
    let script: String = words.iter().map(|word| format!("printf '%s\\0' {word}\n")).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("script");
    std::fs::write(&path, script).expect("writable");
    let made = Command::new(shell)
        .arg(&path)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::null())
        .output()
        .expect("a shell");
    assert!(made.status.success(), "{shell}: {}", String::from_utf8_lossy(&made.stderr));
    text(&made.stdout).split_terminator('\0').map(str::to_owned).collect()
}

#[test]
fn words_come_back() {
    let values = values();
    let words: Vec<_> = values.iter().map(|value| Syntax::Shell.token(value).expect("held")).collect();
    for shell in ["sh", "bash"] {
        assert_eq!(read_by(shell, &words), values, "{shell}");
    }
}

/// The command in a document's head, for bash.
#[test]
fn words_in_ascii_come_back() {
    let values = values();
    let words: Vec<_> = values.iter().map(|value| ascii_word(value)).collect();
    assert!(words.iter().all(|word| word.bytes().all(|b| (b' '..=b'~').contains(&b))));
    assert_eq!(read_by("bash", &words), values);
}

#[test]
fn nul_is_refused() {
    assert!(Syntax::Shell.token("a\0b").is_err());
}
