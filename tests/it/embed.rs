//! `env://NAME`: the one way by which a secret gets into a document.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Output};

use crate::common::{PLAIN, code, firstlight, scratch, text, token, with};

const ENV: [&str; 2] = ["--token", "env://GHCR_TOKEN"];

fn render(folder: &Path, value: &str, more: &[&str]) -> Output {
    let arguments = with(&with(&PLAIN, &ENV), more);
    firstlight(folder).env("GHCR_TOKEN", value).args(arguments).output().expect("it starts")
}

#[test]
fn the_value_stands_once_in_a_private_document_that_says_so() {
    let (folder, token) = (scratch(), token());
    let to = folder.path().join("user-data");
    fs::write(&to, "readable to all").expect("writable");
    let made = render(folder.path(), &token, &["--embed-secret", "--output", "user-data"]);
    let said = text(&made.stderr);
    assert_eq!(code(&made), 0, "{said}");
    assert!(said.contains("THE DOCUMENT CONTAINS THE SECRET GHCR_TOKEN") && !said.contains(&token), "{said}");
    assert_eq!(fs::metadata(&to).expect("it is there").mode() & 0o777, 0o600);
    let document = fs::read_to_string(&to).expect("text");
    assert_eq!(document.matches(&token).count(), 1);
    assert!(
        document.contains("# SECRET: this document contains GHCR_TOKEN; protect it like the secret itself\n"),
        "{document}"
    );
    let entry =
        format!(" path: /root/.firstlight/GHCR_TOKEN\n permissions: \"0600\"\n content: |\n  {token}\n");
    assert!(document.contains(&entry), "{document}");
}

#[test]
fn only_when_asked_and_only_where_it_stays_secret() {
    let (folder, token) = (scratch(), token());
    for path in ["repository/.git", "repository/infra"] {
        fs::create_dir_all(folder.path().join(path)).expect("writable");
    }
    for (more, why) in [
        (&[][..], "add --embed-secret"),
        (&["--embed-secret", "--format", "json"], "only in the document itself"),
        (&["--embed-secret", "--format", "tree", "--output", "tree"], "only in the document itself"),
        (&["--embed-secret", "--output", "repository/infra/user-data"], "into a git repository"),
    ] {
        let made = render(folder.path(), &token, more);
        let said = text(&made.stderr);
        assert_eq!(code(&made), 2, "{more:?}: {said}");
        assert!(said.contains(why) && !said.contains(&token), "{more:?}: {said}");
        assert!(made.stdout.is_empty(), "{more:?}");
    }
    assert_eq!(crate::common::files(folder.path()).len(), 0);
    // What a folder is called does not matter.
    fs::create_dir(folder.path().join("golden")).expect("writable");
    let made = render(folder.path(), &token, &["--embed-secret", "--output", "golden/user-data"]);
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
}

#[test]
fn a_terminal_does_not_show_it() {
    let token = token();
    let program = env!("CARGO_BIN_EXE_firstlight");
    let command = format!("{program} {} {} --embed-secret", PLAIN.join(" "), ENV.join(" "));
    let made =
        Command::new("script").args(["-qec", &command, "/dev/null"]).env("GHCR_TOKEN", &token).output();
    let shown = text(&made.expect("script, of the package bsdutils").stdout);
    assert!(shown.contains("not printed on a terminal") && !shown.contains(&token), "{shown}");
}

#[test]
fn a_value_that_cannot_be_a_token_is_refused_unseen() {
    let folder = scratch();
    for value in ["", "two words", "a\nb", "\u{e9}"] {
        let made = render(folder.path(), value, &["--embed-secret"]);
        assert_eq!(code(&made), 2, "{value:?}");
        assert!(made.stdout.is_empty());
        assert!(value.is_empty() || !text(&made.stderr).contains(value), "{value:?}");
    }
}
