//! What several test files share: the program as users run it, and folders as plain data.

pub mod processor;
pub mod runtime;
pub mod shown;
mod stub;

pub use stub::STUB;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;

use firstlight::review::check::{self, Difference};
use firstlight::review::diff::Diff;

/// The repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The program, in a folder, without the caller's environment or standard input.
pub fn firstlight(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_firstlight"));
    command.current_dir(folder).env_clear().stdin(Stdio::null());
    command
}

/// Runs it and gives what it printed.
pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    firstlight(folder).args(arguments).output().expect("the program starts")
}

/// What it printed, to either stream.
pub fn said(made: &Output) -> String {
    text(&made.stdout) + &text(&made.stderr)
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Every file below a folder, by its path from there.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    collect(folder, folder, &mut found);
    found
}

/// What lies in a folder that firstlight made, but for the list of it (tests/it/folders.rs).
pub fn made_in(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    files(folder).into_iter().filter(|(path, _)| path != ".firstlight-files").collect()
}

fn collect(folder: &Path, top: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, top, found);
        } else {
            let name = path.strip_prefix(top).expect("below").to_str().expect("UTF-8").to_owned();
            found.insert(name, std::fs::read(&path).expect("a readable file"));
        }
    }
}

/// The folders directly below one, sorted.
pub fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

/// The cases in `tests/cases/KIND/`, a folder each. What holds outputs alone is no case.
pub fn cases(kind: &str, input: &str) -> Vec<PathBuf> {
    let found = folders(&root().join("tests/cases").join(kind));
    for case in &found {
        assert!(case.join(input).is_file(), "tests/cases/{kind}/{} has no {input}", name(case));
    }
    found
}

pub fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).expect("a name")
}

/// Whether golden files are to be written anew; never under CI.
pub fn updating() -> bool {
    let wanted = std::env::var_os("UPDATE_GOLDEN").is_some();
    assert!(!(wanted && std::env::var_os("CI").is_some()), "golden files are not updated under CI");
    wanted
}

/// Compares a case's folder with what it should hold beside its inputs (files, or folders with a slash at their end), byte
/// for byte, or writes it anew. The server's program is elsewhere: see `runtime`.
pub fn compare(
    folder: &Path,
    inputs: &[&str],
    expected: &BTreeMap<String, Vec<u8>>,
    problems: &mut Vec<String>,
) {
    let is_input = |path: &str| {
        inputs.iter().any(|input| path == *input || (input.ends_with('/') && path.starts_with(input)))
    };
    let mut on_disk = files(folder);
    on_disk.retain(|path, _| !is_input(path));
    if updating() {
        for path in on_disk.keys() {
            std::fs::remove_file(folder.join(path)).expect("removable");
        }
        for (path, bytes) in expected {
            let to = folder.join(path);
            std::fs::create_dir_all(to.parent().expect("a parent")).expect("a folder");
            std::fs::write(to, runtime::with_markers(bytes)).expect("writable");
        }
        return;
    }
    on_disk.values_mut().for_each(|bytes| *bytes = runtime::without_markers(bytes));
    for (path, difference) in check::compare(expected, &on_disk) {
        let case = name(folder);
        problems.push(match difference {
            Difference::Missing => format!("{case}: {path} is missing"),
            Difference::Orphan => format!("{case}: {path} is an orphan"),
            Difference::Outdated => {
                format!("{case}: {path} differs\n{}", changed(&on_disk[&path], &expected[&path]))
            }
        });
    }
}

/// What `firstlight diff` says of what is committed and what is made.
fn changed(old: &[u8], new: &[u8]) -> String {
    let side = |name, bytes| shown::side(name, bytes).expect("small");
    Diff::of(&side("committed", old), &side("made now", new), None).human(false)
}

pub fn settle(problems: &[String]) {
    assert!(
        problems.is_empty(),
        "{}\n\nIf the change is meant: make golden, then look at git diff",
        problems.join("\n")
    );
}

/// A folder `golden/` with some cases of golden/: documents and files, with the program, as users get them.
pub fn golden(cases: &[&str]) -> tempfile::TempDir {
    let folder = scratch();
    for case in cases {
        let input = root().join("golden").join(case).join("input");
        let arguments = std::fs::read_to_string(input.join("args")).expect("a case");
        let arguments: Vec<_> = arguments.lines().collect();
        let to = folder.path().join("golden").join(case);
        for (name, format) in [("user-data", "cloud-config"), ("files", "tree")] {
            let path = to.join(name);
            std::fs::create_dir_all(&to).expect("a folder");
            let more = ["--format", format, "--output", path.to_str().expect("UTF-8")];
            let made = run(&input, &with(&arguments, &more));
            assert_eq!(code(&made), 0, "{}", text(&made.stderr));
        }
        let _ = std::fs::remove_file(to.join("files/.firstlight-files"));
    }
    folder
}

/// For providers that accept no document with the program in it.
pub const DOWNLOADED: [&str; 2] = ["--set", "program=https://files.example.com/runtime.tar.bz2"];
pub const PLAIN: [&str; 3] = ["render", "--domain", "infrakt.example.com"];
pub const APP: [&str; 9] =
    ["render", "--profile", "app", "--domain", "a.example.com", "--set", "image=a", "--set", "port=80"];

/// A file below a folder, and the folders on the way to it.
pub fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
    std::fs::write(path, text).expect("writable");
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

pub fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// Built here so that no file of the repository holds the shape of a token.
pub fn token() -> String {
    format!("ghp_{}", "Ab1".repeat(12))
}

pub fn code(made: &Output) -> i32 {
    made.status.code().expect("an exit code")
}

pub fn with<'a>(start: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    start.iter().chain(more).copied().collect()
}

pub fn document(arguments: &[&str]) -> Vec<u8> {
    let made = run(&root(), arguments);
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    made.stdout
}

/// Runs it with a text on standard input.
pub fn feed(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = firstlight(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // What is refused early is not read to its end.
    let _ = child.stdin.take().expect("piped").write_all(input);
    child.wait_with_output().expect("it ends")
}
