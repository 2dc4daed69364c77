//! `firstlight explain`: what a server will do, compared with the program that does it.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use firstlight::host::STEPS;
use firstlight::review::explain::{Story, Who, reference};
use firstlight::userdata::decode;
use firstlight::value::Scheme;
use proptest::prelude::*;

use crate::common::{cases, code, folders, golden, root, run, scratch, text, token};

/// The steps that are drawn are those of the program, with the same needs: `Step("caddy", ("files", "docker"), …)`.
#[test]
fn the_steps_are_those_of_the_program() {
    let module = |name: &str| {
        let folder = root().join("profiles/_host/files/usr/local/lib/firstlight/firstlight");
        fs::read_to_string(folder.join(name)).expect("a module")
    };
    let words =
        |text: &str| -> Vec<String> { text.split('"').skip(1).step_by(2).map(str::to_owned).collect() };
    let state = module("state.py");
    let listed = state.split("\nSTEPS = (").nth(1).and_then(|rest| rest.split(')').next()).expect("a list");
    assert_eq!(words(listed), STEPS.iter().map(|step| step.name).collect::<Vec<_>>());
    let graph = module("graph.py");
    let steps: Vec<_> = graph.split("Step(").skip(1).collect();
    assert_eq!(steps.len(), STEPS.len());
    for (text, step) in steps.into_iter().zip(STEPS) {
        let (name, rest) = text.split_once(", (").expect("a name");
        assert_eq!(words(name), [step.name]);
        assert_eq!(words(rest.split_once(')').expect("an end").0), step.needs, "{}", step.name);
    }
}

#[test]
fn every_scheme_has_its_words() {
    for scheme in Scheme::ALL {
        let (who, words) = reference(scheme.example());
        assert_ne!(words, scheme.example(), "{}", scheme.name());
        assert_eq!(who == Who::Person, ["file", "credential"].contains(&scheme.name()), "{}", scheme.name());
    }
}

#[test]
fn what_it_prints() {
    let there = golden(&["infrakt-secret-by-reference", "token-awsssm", "infrakt-bake", "infrakt-boot"]);
    for (name, arguments) in [
        ("ours", vec!["golden/infrakt-secret-by-reference"]),
        ("ours_mermaid", vec!["golden/infrakt-secret-by-reference", "--format", "mermaid"]),
        ("ours_svg", vec!["golden/infrakt-secret-by-reference", "--format", "svg"]),
        ("store", vec!["golden/token-awsssm/user-data"]),
        ("bake", vec!["golden/infrakt-bake"]),
        ("boot", vec!["golden/infrakt-boot"]),
        ("configuration", vec!["golden/app-hostile/input/firstlight.yaml"]),
        ("foreign_mermaid", vec!["tests/cases/userdata/multipart/user-data", "--format", "mermaid"]),
    ] {
        let here = if arguments[0].contains("/input/") || arguments[0].starts_with("tests/") {
            root()
        } else {
            there.path().to_owned()
        };
        let all: Vec<_> = ["explain"].into_iter().chain(arguments).collect();
        let made = run(&here, &all);
        assert_eq!(code(&made), 0, "{}", text(&made.stderr));
        insta::assert_snapshot!(name, text(&made.stdout));
    }
}

#[test]
fn exit_codes() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("bad.yaml"), "domain: localhost\n").expect("writable");
    // A file called like a code is reached by its path.
    fs::write(here.join("bad-mode"), "#cloud-config\nhostname: a\n").expect("writable");
    for (wanted, arguments) in [
        (0, vec!["explain"]),
        (0, vec!["explain", "bad-mode"]),
        (0, vec!["explain", "./bad-mode"]),
        (0, vec!["explain", "/dev/null"]),
        (2, vec!["explain", "bad-mod"]),
        (2, vec!["explain", "bad.yaml"]),
        (2, vec!["explain", "."]),
    ] {
        let made = run(here, &arguments);
        assert_eq!(code(&made), wanted, "{arguments:?}: {}", text(&made.stderr));
        assert_eq!(made.stdout.is_empty(), wanted != 0, "{arguments:?}");
    }
    assert!(text(&run(here, &["explain", "bad-mode"]).stdout).starts_with("bad-mode ("));
    assert!(text(&run(here, &["explain", "./bad-mode"]).stdout).contains("set_hostname"));
    let piped = crate::common::feed(here, &["explain", "-"], b"#cloud-config\nhostname: a\n");
    assert!(text(&piped.stdout).starts_with("-: what cloud-init does"));
}

/// Whether python3's XML parser takes all of them.
fn assert_xml(pictures: &[String]) {
    let program = "import sys, json, xml.etree.ElementTree as E\nfor t in json.load(sys.stdin): assert E.fromstring(t).tag.endswith('svg')";
    let mut python =
        Command::new("python3").args(["-c", program]).stdin(Stdio::piped()).spawn().expect("python3");
    let json = serde_json::to_string(pictures).expect("JSON");
    python.stdin.take().expect("piped").write_all(json.as_bytes()).expect("it reads");
    assert!(python.wait().expect("it ends").success());
}

fn story(bytes: &[u8]) -> Story {
    Story::of(&decode("a<b>&\"'", bytes))
}

#[test]
fn pictures_are_well_formed_and_the_same_each_time() {
    let mut pictures = Vec::new();
    for case in folders(&root().join("golden")).into_iter().chain(cases("userdata", "user-data")) {
        let Ok(bytes) = fs::read(case.join("user-data")) else { continue };
        let picture = story(&bytes).svg();
        assert_eq!(picture, story(&bytes).svg());
        pictures.push(picture);
    }
    assert!(pictures.len() > 20);
    let odd = "#cloud-config\nruncmd:\n- \"<script>alert('x')</script> & ]]> \\e \\u0007 \\uFFFE\"\n- [\"</text>\", '--', '`x`']\n";
    let picture = story(odd.as_bytes()).svg();
    assert!(!picture.contains("<script") && picture.contains("&lt;script&gt;"), "{picture}");
    pictures.push(picture);
    assert_xml(&pictures);
    // Light and dark.
    assert!(pictures.iter().all(|picture| picture.contains("prefers-color-scheme:dark")));
}

/// Every node stands below what it comes after, and no two boxes overlap.
#[test]
fn time_goes_down() {
    let bytes = fs::read(root().join("golden/infrakt-secret-by-reference/user-data")).expect("a case");
    let story = story(&bytes);
    let picture = story.svg();
    let number = |text: &str, key: &str| -> usize {
        let value =
            text.split(&format!(" {key}=\"")).nth(1).expect("a key").split('"').next().expect("an end");
        value.parse().expect("a number")
    };
    let boxes: Vec<_> = picture
        .lines()
        .filter(|line| line.starts_with("<rect class=\"box"))
        .map(|line| ["x", "y", "width", "height"].map(|key| number(line, key)))
        .collect();
    assert_eq!(boxes.len(), story.nodes.len());
    for (node, [_, y, ..]) in story.nodes.iter().zip(&boxes) {
        for name in &node.after {
            let before = story.nodes.iter().position(|other| other.name == *name).expect("an earlier one");
            let [_, top, _, height] = boxes[before];
            assert!(top + height < *y, "{name} stands above {}", node.name);
        }
    }
    for (at, a) in boxes.iter().enumerate() {
        for b in &boxes[at + 1..] {
            let apart =
                a[0] + a[2] <= b[0] || b[0] + b[2] <= a[0] || a[1] + a[3] <= b[1] || b[1] + b[3] <= a[1];
            assert!(apart, "{a:?} {b:?}");
        }
    }
}

#[test]
fn secrets_are_never_shown() {
    let document = format!(
        "#cloud-config\nruncmd:\n- echo {0}\n- [curl, -u, 'https://me:hunter2@example.com']\n- PASSWORD=hunter2 ./x\nbootcmd:\n- echo {0}\npackages: ['{0}']\nusers: [{{name: '{0}'}}]\nwrite_files:\n- {{path: '/opt/{0}', content: {0}}}\n",
        token()
    );
    let story = story(document.as_bytes());
    for shown in [story.words(), story.mermaid(), story.svg()] {
        assert!(!shown.contains("Ab1") && !shown.contains("hunter2"), "{shown}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_breaks_it(bytes: Vec<u8>, command in any::<String>(), name in any::<String>()) {
        let document = serde_json::json!({ "runcmd": [command], "packages": [name], "write_files": [{ "path": name, "content": "x" }] });
        for bytes in [bytes, format!("#cloud-config\n{document}\n").into_bytes(), format!("#!{command}").into_bytes()] {
            let story = story(&bytes);
            let mermaid = story.mermaid();
            prop_assert!(mermaid.lines().count() < 10_000);
            // A label is one line between its quotes.
            for line in mermaid.lines().filter(|line| line.contains('"')) {
                prop_assert_eq!(line.matches('"').count(), 2, "{}", line);
            }
            let picture = story.svg();
            prop_assert!(picture.chars().all(|c| c == '\n' || c == '\t' || c >= ' '));
            prop_assert!(!story.words().is_empty());
        }
    }
}

/// The documents of earlier versions brought shell scripts.
#[test]
fn a_document_of_an_older_firstlight_is_no_image() {
    let old = "#cloud-config\nwrite_files:\n- path: /etc/firstlight/site.sh\n  content: |\n    DOMAINS=a.example.com\nruncmd:\n- [firstlight, install_site]\n";
    let made = crate::common::feed(&root(), &["explain", "-"], old.as_bytes());
    let said = text(&made.stdout);
    assert!(said.contains("from an older firstlight"), "{said}");
    assert!(!said.contains("bakes an image") && !said.contains("steps below"), "{said}");
    let bake = crate::common::document(&["render", "--phase", "bake"]);
    let said = text(&crate::common::feed(&root(), &["explain", "-"], &bake).stdout);
    assert!(said.contains("bakes an image"), "{said}");
}

const STATUS: &str = r#"{"version": 1, "code": 2, "steps": [
 {"step": "preflight", "state": "done", "message": "", "began": 38.4, "ended": 38.7},
 {"step": "docker", "state": "done", "message": "", "began": 38.7, "ended": 42.2},
 {"step": "app", "state": "waiting", "message": "no token", "began": 42.2, "ended": 0.0},
 {"step": "caddy", "state": "failed", "message": "", "began": 42.2, "ended": 61.7},
 {"step": "ready", "state": "waiting", "message": "", "began": 0.0, "ended": 0.0}]}"#;

#[test]
fn a_timeline_of_a_first_boot() {
    let made = crate::common::feed(&root(), &["explain", "--format", "timeline"], STATUS.as_bytes());
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    let picture = text(&made.stdout);
    insta::assert_snapshot!("timeline", picture);
    // What has not begun has no bar.
    assert!(!picture.contains(">ready<"));
    let odd = STATUS.replace("docker", "<b>\\u001b&").replace("61.7", "1e8");
    let made = crate::common::feed(&root(), &["explain", "-", "--format", "timeline"], odd.as_bytes());
    let shown = text(&made.stdout);
    assert!(shown.contains("&lt;b&gt;") && !shown.contains('\u{1b}'), "{shown}");
    assert_xml(&[picture, shown]);
}

#[test]
fn what_has_no_times_makes_no_timeline() {
    let untimed = STATUS.replace(", \"began\": 38.4, \"ended\": 38.7", "");
    for wrong in [
        "",
        "{}",
        "#cloud-config\n",
        &untimed,
        &STATUS.replace("\"version\": 1", "\"version\": 2"),
        &STATUS.replace("38.4", "-1"),
        &STATUS.replace("38.4", "1e300"),
        r#"{"version": 1, "steps": []}"#,
    ] {
        let made = crate::common::feed(&root(), &["explain", "-", "--format", "timeline"], wrong.as_bytes());
        assert_eq!((code(&made), made.stdout.len()), (2, 0), "{wrong}");
        assert!(text(&made.stderr).contains("firstlight status --json"), "{}", text(&made.stderr));
    }
}
