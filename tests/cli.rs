//! The program as users run it: exit codes, output, purity, and no input that breaks it.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use firstlight::compile::{Input, compile};
use firstlight::config::Flags;
use firstlight::diagnostic::{Code, Diagnostic, Report};
use firstlight::profile::{ReadProfile, Tree};
use firstlight::setting::ReadFile;
use firstlight::source::{Place, Source};
use proptest::prelude::*;
use serde_json::Value;

use common::{files, firstlight, folders, name, root, run, text};

const PLAIN: [&str; 3] = ["render", "--domain", "infrakt.example.com"];
const APP: [&str; 9] =
    ["render", "--profile", "app", "--domain", "a.example.com", "--set", "image=a", "--set", "port=80"];

fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// Built here so that no file of the repository holds the shape of a token.
fn token() -> String {
    format!("ghp_{}", "Ab1".repeat(12))
}

fn code(made: &Output) -> i32 {
    made.status.code().expect("an exit code")
}

fn with<'a>(start: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    start.iter().chain(more).copied().collect()
}

fn document(arguments: &[&str]) -> Vec<u8> {
    let made = run(&root(), arguments);
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    made.stdout
}

/// Runs it with a text on standard input.
fn feed(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
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

// Exit codes and output

#[test]
fn exit_codes() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("bad.yaml"), "domain: [").expect("writable");
    fs::write(here.join("file"), "").expect("writable");
    for (wanted, arguments) in [
        (0, PLAIN.to_vec()),
        (0, vec!["--help"]),
        (0, vec!["--version"]),
        (0, vec!["render", "--help"]),
        (0, vec!["schema"]),
        (0, vec!["secret"]),
        (2, vec![]),
        (2, vec!["rendr"]),
        (2, vec!["render", "--domian", "x"]),
        (2, vec!["render", "--format", "yaml"]),
        (2, vec!["render", "nosuch.yaml"]),
        (2, vec!["render", "bad.yaml"]),
        (2, vec!["render", "."]),
        (2, vec!["render"]),
        (2, vec!["schema", "--profile", "nosuch"]),
        (2, vec!["schema", "--profile", "_host"]),
        (2, vec!["schema", "--profile", "./nosuch"]),
        (2, with(&PLAIN, &["--set", "compose=./nosuch.yml"])),
        (1, with(&PLAIN, &["--output", "nosuch/user-data"])),
        (1, with(&PLAIN, &["--output", "file/user-data"])),
        (1, with(&PLAIN, &["--output", "/dev/full"])),
        (1, with(&PLAIN, &["--output", "/proc/nosuch"])),
        (1, with(&PLAIN, &["--output", "."])),
        (1, with(&PLAIN, &["--format", "tree", "--output", "file"])),
    ] {
        let made = run(here, &arguments);
        assert_eq!(code(&made), wanted, "{arguments:?}: {}", text(&made.stderr));
        assert_eq!(made.stdout.is_empty(), wanted != 0, "{arguments:?}");
        assert!(wanted == 0 || !made.stderr.is_empty(), "{arguments:?} said nothing");
    }
}

#[test]
fn a_full_disk_is_not_success() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let made = firstlight(&root()).args(PLAIN).stdout(full).output().expect("it starts");
    assert_eq!(code(&made), 1);
}

#[test]
fn an_output_file_is_replaced_whole_or_not_at_all() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("out"), "old").expect("writable");
    let failed = run(here, &["render", "--domain", "localhost", "--output", "out"]);
    assert_eq!(code(&failed), 2);
    assert_eq!(files(here), BTreeMap::from([("out".to_owned(), b"old".to_vec())]));

    let made = run(here, &with(&PLAIN, &["--output", "out"]));
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    assert!(made.stdout.is_empty());
    assert_eq!(files(here), BTreeMap::from([("out".to_owned(), document(&PLAIN))]));

    let too_large = format!("environment.LONG={}", "x".repeat(9000));
    let failed = run(here, &with(&APP, &["--provider", "aws", "--set", &too_large, "--output", "out"]));
    assert_eq!(code(&failed), 2);
    assert_eq!(files(here), BTreeMap::from([("out".to_owned(), document(&PLAIN))]));
}

#[test]
fn links_pipes_and_devices_stay_what_they_are() {
    let folder = scratch();
    let here = folder.path();
    let wanted = document(&PLAIN);

    fs::create_dir(here.join("real")).expect("a folder");
    fs::write(here.join("real/user-data"), "old").expect("writable");
    std::os::unix::fs::symlink("real/user-data", here.join("link")).expect("a link");
    assert_eq!(code(&run(here, &with(&PLAIN, &["--output", "link"]))), 0);
    assert!(here.join("link").is_symlink());
    assert_eq!(fs::read(here.join("real/user-data")).expect("readable"), wanted);

    for out in ["-", "/dev/stdout"] {
        let made = run(here, &with(&PLAIN, &["--output", out]));
        assert_eq!((code(&made), &made.stdout), (0, &wanted), "{out}");
    }
    let file = fs::File::create(here.join("redirected")).expect("a file");
    let made = firstlight(here).args(PLAIN).args(["--output", "/dev/stdout"]).stdout(file).output();
    assert_eq!(code(&made.expect("it starts")), 0);
    assert_eq!(fs::read(here.join("redirected")).expect("readable"), wanted);

    assert_eq!(code(&run(here, &with(&PLAIN, &["--output", "/dev/null"]))), 0);
    assert!(!fs::metadata("/dev/null").expect("it is there").is_file());

    assert!(Command::new("mkfifo").arg(here.join("pipe")).status().expect("mkfifo").success());
    let pipe = here.join("pipe");
    let reader = std::thread::spawn(move || fs::read(pipe).expect("readable"));
    assert_eq!(code(&run(here, &with(&PLAIN, &["--output", "pipe"]))), 0);
    assert_eq!(reader.join().expect("it ends"), wanted);
}

#[test]
fn a_tree_is_a_new_folder() {
    let folder = scratch();
    let here = folder.path();
    let arguments = with(&PLAIN, &["--format", "tree", "--output", "tree"]);
    assert_eq!(code(&run(here, &arguments)), 0);
    let first = files(here);
    assert!(first.keys().all(|path| path.starts_with("tree/")), "something else was left");
    let again = run(here, &arguments);
    assert_eq!((code(&again), text(&again.stderr).contains("there already")), (1, true));
    assert_eq!(files(here), first);
    let command = here.join("tree/usr/local/sbin/firstlight");
    assert_eq!(fs::metadata(command).expect("it is there").mode() & 0o777, 0o755);
}

#[test]
fn secrets_are_random() {
    let made: Vec<String> = (0..3).map(|_| text(&run(&root(), &["secret"]).stdout)).collect();
    for line in &made {
        assert_eq!(line.len(), 65);
        assert!(line.trim_end().bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)), "{line}");
    }
    assert!(made[0] != made[1] && made[1] != made[2]);
}

// Diagnostics

#[test]
fn diagnostics_as_data() {
    let made =
        feed(&root(), &["render", "-", "--format", "json"], b"domain: localhost\nsettings:\n  wwww: true\n");
    assert_eq!((code(&made), made.stdout.len()), (2, 0));
    let data: Value = serde_json::from_slice(&made.stderr).expect("JSON");
    let places: Vec<_> = data["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|d| {
            (
                d["code"].as_str(),
                d["file"].as_str(),
                d["line"].as_u64(),
                d["column"].as_u64(),
                d["end_column"].as_u64(),
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            (Some("bad-value"), Some("-"), Some(1), Some(9), Some(18)),
            (Some("unknown-key"), Some("-"), Some(3), Some(3), Some(7)),
        ]
    );
}

#[test]
fn an_unknown_limit_is_a_warning() {
    let made = run(&root(), &with(&PLAIN, &["--provider", "vultr"]));
    assert_eq!(code(&made), 0);
    assert!(!made.stdout.is_empty());
    assert!(text(&made.stderr).starts_with("warning[unknown-limit]: "), "{}", text(&made.stderr));
    let made = run(&root(), &with(&PLAIN, &["--provider", "vultr", "--format", "json"]));
    let data: Value = serde_json::from_slice(&made.stderr).expect("JSON");
    assert_eq!(data["diagnostics"][0]["severity"], "warning");
}

/// Every limit is kept, and the table of bytes adds up.
#[test]
fn what_does_not_fit_is_an_error_with_a_table() {
    let long = format!("environment.LONG={}", "x".repeat(9000));
    let made = run(&root(), &with(&APP, &["--provider", "aws", "--set", &long]));
    assert_eq!((code(&made), made.stdout.len()), (2, 0));
    let message = text(&made.stderr);
    let size: usize = message.split(' ').find_map(|word| word.parse().ok()).expect("a number");
    let rows: usize = message
        .lines()
        .filter_map(|line| line.trim_start().trim_start_matches("= help: ").split_once(' '))
        .filter_map(|(bytes, _)| bytes.parse::<usize>().ok())
        .sum();
    assert_eq!(rows, size, "{message}");
    let document = document(&with(&APP, &["--provider", "nocloud", "--set", &long]));
    assert!(document.len() > 16_384);
}

#[test]
fn of_many_errors_the_first_are_shown() {
    let config: String = (0..150).map(|i| format!("key_{i}: 1\n")).collect();
    let made = feed(&root(), &["render", "-"], config.as_bytes());
    let shown = text(&made.stderr);
    assert_eq!(shown.matches("error[unknown-key]").count(), 100);
    assert!(shown.ends_with("\nThere is more; mend these first.\n"), "{shown}");
    let made = feed(&root(), &["render", "-", "--format", "json"], config.as_bytes());
    let data: Value = serde_json::from_slice(&made.stderr).expect("JSON");
    assert_eq!(data["more"], true);
}

#[test]
fn help_and_diagnostics() {
    for (name, arguments) in [
        ("help", vec!["--help"]),
        ("render_help", vec!["render", "--help"]),
        ("a_bad_domain", vec!["render", "--domain", "https://infrakt.example.com/"]),
        ("a_misspelt_setting", with(&PLAIN, &["--set", "acme_emial=ops@example.com"])),
    ] {
        let made = run(&root(), &arguments);
        insta::assert_snapshot!(name, text(&made.stdout) + &text(&made.stderr));
    }
}

// Secrets

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
    for n in 0..8 {
        let flags = Flags {
            domain: given(n).or(Some("a.example.com".to_owned())),
            token: given(n.wrapping_sub(1)),
            repo: given(n.wrapping_sub(2)),
            branch: given(n.wrapping_sub(3)),
            provider: given(n.wrapping_sub(4)),
            profile: given(n.wrapping_sub(5)),
            set: given(n.wrapping_sub(6)).map(|token| format!("www={token}")).into_iter().collect(),
        };
        let text = if n == 7 { format!("domain: {token}\n? {token}\n: [x\n") } else { String::new() };
        let config = Source::file(&format!("{token}.yaml"), &text);
        let mut report = Report::default();
        let input = Input { config: Some(config), flags: &flags, default_profile: "infrakt" };
        assert!(compile(&input, &*STUB, &mut report).is_none(), "{n}");
        for (what, shown) in [
            ("Debug", format!("{report:?} {:#?}", report.diagnostics())),
            ("text", report.human(false)),
            ("coloured text", report.human(true)),
            ("JSON", report.json()),
        ] {
            assert_hidden(&shown, what);
        }
    }
}

// Purity

#[test]
fn the_same_bytes_anywhere_for_anyone() {
    let golden = root().join("golden/app-hostile/input");
    let wanted = fs::read(root().join("golden/app-hostile/user-data")).expect("a case");
    let arguments: Vec<String> =
        fs::read_to_string(golden.join("args")).expect("a case").lines().map(str::to_owned).collect();

    let folder = scratch();
    let here = folder.path();
    fs::set_permissions(here, fs::Permissions::from_mode(0o755)).expect("ours");
    let program = here.join("firstlight");
    // By cp: a file this process has open for writing is busy in whatever another test starts meanwhile.
    let copied =
        Command::new("cp").args([env!("CARGO_BIN_EXE_firstlight").as_ref(), program.as_os_str()]).status();
    assert!(copied.expect("cp starts").success());
    fs::copy(golden.join("firstlight.yaml"), here.join("firstlight.yaml")).expect("a copy");
    for path in [&program, &here.join("firstlight.yaml")] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("ours");
    }
    let start = |at: &Path| {
        let mut command = Command::new(&program);
        command.current_dir(at).args(&arguments).env_clear().stdin(Stdio::null());
        command
    };
    let made = |mut command: Command| {
        let made = command.output().expect("it starts");
        assert_eq!(code(&made), 0, "{}", text(&made.stderr));
        made.stdout
    };

    assert!(made(start(&golden)) == wanted, "in the golden case's folder");
    assert!(made(start(here)) == wanted, "in another folder");
    let mut other = start(here);
    other.envs([
        ("HOME", "/nonexistent"),
        ("USER", "nobody"),
        ("LOGNAME", "nobody"),
        ("TZ", "Pacific/Kiritimati"),
        ("LANG", "tr_TR.UTF-8"),
        ("LC_ALL", "C"),
        ("PWD", "/elsewhere"),
        ("COLUMNS", "10"),
        ("CLICOLOR_FORCE", "1"),
        ("RUST_LOG", "trace"),
        ("GITHUB_TOKEN", "x"),
        ("FIRSTLIGHT_DOMAIN", "x.example.com"),
        ("SOURCE_DATE_EPOCH", "0"),
    ]);
    assert!(made(other) == wanted, "in another environment");
    let closed = format!("{} \"$@\" <&-", program.display());
    let mut shell = Command::new("sh");
    shell.args(["-c", &closed, "sh"]).args(&arguments).current_dir(here).env_clear();
    assert!(made(shell) == wanted, "without standard input");
    // Only root can become somebody else.
    if fs::metadata("/proc/self").expect("it is there").uid() == 0 {
        let mut nobody = start(here);
        nobody.uid(65534).gid(65534);
        assert!(made(nobody) == wanted, "as another user");
    }
}

#[test]
fn standard_input_is_a_configuration() {
    let folder = scratch();
    let made = feed(folder.path(), &["render", "-"], b"domain: infrakt.example.com\n");
    assert_eq!((code(&made), made.stdout), (0, document(&PLAIN)));
    let empty = feed(folder.path(), &["render", "-", "--domain", "infrakt.example.com"], b"");
    assert_eq!((code(&empty), empty.stdout), (0, document(&PLAIN)));
}

/// What an editor or a paste adds does not change the document.
#[test]
fn bom_and_line_ends_make_no_difference() {
    let golden = root().join("golden/app-hostile");
    let config = fs::read_to_string(golden.join("input/firstlight.yaml")).expect("a case");
    let wanted = fs::read(golden.join("user-data")).expect("a case");
    let more = "environment.FROM_FLAG=a,b=c; $(id) `id`";
    for text in [
        format!("\u{feff}{config}"),
        config.replace('\n', "\r\n"),
        format!("\n\n{config}\n\n"),
        format!("---\n{config}...\n"),
    ] {
        let made = feed(&root(), &["render", "-", "--set", more], text.as_bytes());
        assert!(made.stdout == wanted, "{}", String::from_utf8_lossy(&made.stderr));
    }
}

/// A file of the user's is laid as it is, whatever is in it.
#[test]
fn embedded_files_arrive_unharmed() {
    let folder = scratch();
    let here = folder.path();
    let head = "services:\n  infrakt:\n    image: a\n";
    for (what, text) in [
        (
            "templates",
            format!(
                "{head}# {{{{ x }}}} {{% if %}} ${{X}} %{{if}} `id` $(id) \\\n#cloud-config\n## template: jinja\nEOF: 1\n"
            ),
        ),
        ("line ends", head.replace('\n', "\r\n")),
        ("no last line end", head.trim_end().to_owned()),
        ("many last line ends", format!("{head}\n\n\n")),
        ("blanks", format!("\n\n{head}x-a: 1   \n")),
        ("Unicode", format!("{head}x-a: \"🚀 grüße \u{2028} \u{85} \u{a0}\"\n")),
        ("a long line", format!("{head}x-a: {}\n", "x".repeat(900_000))),
        ("anchors", format!("x-a: &a {{image: a}}\n{head}    labels: {{a: b}}\n  web: *a\n")),
    ] {
        fs::write(here.join("own.yml"), &text).expect("writable");
        let made = run(here, &with(&PLAIN, &["--set", "compose=./own.yml", "--format", "json"]));
        assert_eq!(code(&made), 0, "{what}: {}", String::from_utf8_lossy(&made.stderr));
        let data: Value = serde_json::from_slice(&made.stdout).expect("JSON");
        let laid =
            data["files"].as_array().expect("a list").iter().any(|file| file["content"] == text.as_str());
        assert!(laid, "{what}");
    }
}

#[test]
fn links_in_a_profile_are_refused() {
    let folder = scratch();
    let here = folder.path();
    fs::create_dir_all(here.join("page/files/etc")).expect("a folder");
    fs::write(here.join("page/profile.yaml"), "summary: x\n").expect("writable");
    std::os::unix::fs::symlink("/etc/passwd", here.join("page/files/etc/motd")).expect("a link");
    let made = run(here, &with(&PLAIN, &["--profile", "./page"]));
    assert_eq!(code(&made), 2);
    assert!(
        text(&made.stderr).contains("files/etc/motd is neither a file nor a folder"),
        "{}",
        text(&made.stderr)
    );
}

// The schema

fn schema(folder: &Path, profile: Option<&str>) -> jsonschema::Validator {
    let mut arguments = vec!["schema"];
    arguments.extend(profile.into_iter().flat_map(|profile| ["--profile", profile]));
    let made = run(folder, &arguments);
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    let schema: Value = serde_json::from_slice(&made.stdout).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
}

#[test]
fn the_schema_takes_what_the_program_takes() {
    let mut seen = 0;
    for case in folders(&root().join("golden")).into_iter().filter(|case| name(case) != "errors") {
        let input = case.join("input");
        let arguments = fs::read_to_string(input.join("args")).expect("arguments");
        let arguments: Vec<&str> = arguments.lines().collect();
        for file in arguments.iter().filter(|argument| argument.ends_with(".yaml")) {
            let config: Value =
                serde_yaml::from_str(&fs::read_to_string(input.join(file)).expect("a file")).expect("YAML");
            let flag = arguments.iter().position(|a| *a == "--profile").map(|at| arguments[at + 1]);
            let validator = schema(&input, flag.or(config["profile"].as_str()));
            let errors: Vec<_> = validator.iter_errors(&config).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{}: {errors:?}", name(&case));
            seen += 1;
        }
    }
    assert!(seen >= 3, "only {seen} configurations");
}

#[test]
fn the_schema_refuses_what_the_program_refuses() {
    let validator = schema(&root(), Some("app"));
    let good = serde_json::json!({ "profile": "app", "domain": "a.example.com", "settings": { "image": "a", "port": 80 } });
    assert!(validator.is_valid(&good));
    for (at, bad) in [
        ("/domian", serde_json::json!("a")),
        ("/settings/imge", serde_json::json!("a")),
        ("/settings/port", serde_json::json!("eighty")),
        ("/settings/port", serde_json::json!(65536)),
        ("/settings/www", serde_json::json!("yes")),
        ("/settings/environment", serde_json::json!("a")),
        ("/provider", serde_json::json!("hetznr")),
        ("/domain", serde_json::json!(["a"])),
    ] {
        let mut config = good.clone();
        let (parent, key) = at.rsplit_once('/').expect("a path");
        config.pointer_mut(parent).expect("there")[key] = bad;
        assert!(!validator.is_valid(&config), "{config}");
        let yaml = serde_yaml::to_string(&config).expect("YAML");
        assert_eq!(code(&feed(&root(), &["render", "-"], yaml.as_bytes())), 2, "{yaml}");
    }
}

// Whatever it is given

/// A world with the shipped profiles, in which every file holds the same text.
struct Stub {
    profiles: BTreeMap<String, Tree>,
}

static STUB: LazyLock<Stub> = LazyLock::new(|| Stub {
    profiles: folders(&root().join("profiles"))
        .iter()
        .map(|folder| (name(folder).to_owned(), files(folder)))
        .collect(),
});

impl ReadFile for Stub {
    fn read_text(&self, _: &Place, path: &str) -> Result<Arc<Source>, Diagnostic> {
        Ok(Source::file(path, "services:\n  web:\n    image: a\n"))
    }
}

impl ReadProfile for Stub {
    fn read_profile(&self, name: &str, _: Option<&Place>) -> Result<Tree, Diagnostic> {
        self.profiles
            .get(name)
            .cloned()
            .ok_or_else(|| Diagnostic::error(Code::UnknownName, "no such profile"))
    }
}

/// Compiles in this process; either there is a document, or an error says why not.
fn try_compile(config: Option<&str>, flags: &Flags) -> Option<String> {
    let mut report = Report::default();
    let config = config.map(|text| Source::file("firstlight.yaml", text));
    let made = compile(&Input { config, flags, default_profile: "infrakt" }, &*STUB, &mut report);
    assert_eq!(made.is_none(), report.has_errors());
    assert!(!report.is_internal(), "{}", report.human(false));
    assert!(!report.human(true).is_empty() || report.diagnostics().is_empty());
    serde_json::from_str::<Value>(&report.json()).expect("JSON");
    made.map(|made| made.document)
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
        given in prop::collection::vec(prop::option::weighted(0.4, odd()), 6),
        set in prop::collection::vec(odd(), 0..6),
    ) {
        let [profile, domain, token, repo, branch, provider] = <[_; 6]>::try_from(given).expect("six");
        let domain = domain.or(Some("a.example.com".to_owned()));
        let flags = Flags { profile, domain, token, repo, branch, provider, set };
        if let Some(document) = try_compile(None, &flags) {
            prop_assert!(document.starts_with("#cloud-config\n"));
        }
    }

    /// Any text may be an environment variable of the application, or is refused with its place.
    #[test]
    fn any_text_is_carried_or_refused(value: String) {
        let set = ["image=a", "port=80"].map(str::to_owned).into_iter().chain([format!("environment.X={value}")]);
        let flags = Flags {
            profile: Some("app".to_owned()),
            domain: Some("a.example.com".to_owned()),
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
        let started = Instant::now();
        assert!(try_compile(Some(&text), &Flags::default()).is_none(), "{what}");
        let took = started.elapsed();
        assert!(took < Duration::from_secs(5), "{what}: {took:?}");
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
        let started = Instant::now();
        let made = run(here, &with(&PLAIN, &["--set", "compose=./own.yml"]));
        assert_eq!(code(&made), 2, "{what}: {}", text_of(&made));
        assert!(started.elapsed() < Duration::from_secs(5), "{what}");
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
