//! `firstlight check`: what is committed, held against what the configurations make.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use firstlight::review::check::{Case, Difference, cases, compare, is_ours, left_over};

use crate::common::{code, document, files, run, scratch, text, token};

const HOSTS: &str = "hosts:\n  a: {domain: a.example.com}\n  b: {domain: b.example.com, token: none}\n";

/// A repository with one of each: a site, a named one, hosts.
fn repository() -> tempfile::TempDir {
    let folder = scratch();
    let put = |path: &str, text: &str| {
        let to = folder.path().join(path);
        fs::create_dir_all(to.parent().expect("a folder")).expect("writable");
        fs::write(to, text).expect("writable");
    };
    put("site/firstlight.yaml", "domain: infrakt.example.com\n");
    put("site/other.firstlight.yaml", "domain: other.example.com\ntoken: none\n");
    put("fleet/firstlight.yaml", "settings: {acme: staging}\n");
    put("fleet/hosts.yaml", HOSTS);
    put("ansible/hosts.yaml", "all: {hosts: {x: {}}}\n");
    put(".hidden/firstlight.yaml", "domain: [\n");
    folder
}

fn check(here: &Path, arguments: &[&str]) -> (i32, String, String) {
    let all: Vec<_> = ["check"].iter().chain(arguments).copied().collect();
    let made = run(here, &all);
    (code(&made), text(&made.stdout), text(&made.stderr))
}

/// Both ways to write the end of a configuration's name.
#[test]
fn a_configuration_may_end_in_yml() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("other.firstlight.yml"), "domain: other.example.com\ntoken: none\n")
        .expect("writable");
    let (status, said, _) = check(here, &[]);
    assert!(status == 1 && said.contains("other.user-data is missing"), "{said}");
    assert_eq!(check(here, &["--update"]).0, 0);
    assert_eq!(check(here, &["other.firstlight.yml"]).0, 0);
}

/// A template for Terraform is held against its configuration as well.
#[test]
fn a_template_for_terraform_may_be_outdated() {
    let folder = scratch();
    let here = folder.path();
    let config = |token: &str| format!("domain: infrakt.example.com\ntoken: terraform://{token}\n");
    fs::write(here.join("firstlight.yaml"), config("one")).expect("writable");
    let render = ["render", "firstlight.yaml", "--output", "user-data.tftpl"];
    assert_eq!(code(&run(here, &render)), 0);
    assert_eq!(check(here, &[]).0, 0);
    fs::write(here.join("firstlight.yaml"), config("two")).expect("writable");
    let (status, said, _) = check(here, &[]);
    assert!(status == 1 && said.contains("user-data.tftpl is outdated"), "{said}");
    assert_eq!(check(here, &["--update"]).0, 0);
    assert!(!here.join("user-data").exists(), "no second document");
}

#[test]
fn missing_written_same_outdated_orphan() {
    let folder = repository();
    let here = folder.path();
    let (status, said, _) = check(here, &[]);
    assert_eq!(status, 1);
    for path in ["site/user-data", "site/other.user-data", "fleet/user-data/a", "fleet/user-data/b"] {
        assert!(said.contains(&format!("error[missing-document]: {path} is missing")), "{said}");
    }
    assert_eq!(said.matches("error[").count(), 4, "{said}");
    let before = files(here);

    let (status, said, told) = check(here, &["--update"]);
    assert_eq!((status, said.as_str()), (0, ""), "{told}");
    assert!(told.ends_with("4 documents are up to date.\n"), "{told}");
    let written = files(here);
    assert_eq!(written.len(), before.len() + 4);
    assert_eq!(written["site/user-data"], document(&["render", "--domain", "infrakt.example.com"]));
    let host = ["render", "--domain", "a.example.com", "--set", "acme=staging"];
    assert_eq!(written["fleet/user-data/a"], document(&host));

    let (status, said, told) = check(here, &[]);
    assert_eq!((status, said.as_str(), told.as_str()), (0, "", "4 documents are up to date.\n"));
    assert_eq!(files(here), written, "checking changes nothing");

    // Each kind of difference at once.
    fs::write(here.join("site/firstlight.yaml"), "domain: infrakt.example.net\n").expect("writable");
    fs::remove_file(here.join("site/other.firstlight.yaml")).expect("removable");
    fs::write(here.join("fleet/hosts.yaml"), HOSTS.replace("  b:", "  c:")).expect("writable");
    let (status, said, _) = check(here, &[]);
    assert_eq!(status, 1);
    insta::assert_snapshot!("differences", said);
    let (status, said, told) = check(here, &["--update"]);
    assert_eq!(status, 1, "orphans are left to a person: {told}");
    assert_eq!(said.matches("error[orphan]").count(), 2, "{said}");
    assert_eq!(said.matches("error[").count(), 2, "{said}");
    fs::remove_file(here.join("site/other.user-data")).expect("removable");
    fs::remove_file(here.join("fleet/user-data/b")).expect("removable");
    assert_eq!(check(here, &[]).0, 0);

    // A document beside which nothing makes it; a NoCloud seed is one that nothing has to.
    fs::remove_file(here.join("site/firstlight.yaml")).expect("removable");
    for arguments in [&[][..], &["site"]] {
        let (status, said, _) = check(here, arguments);
        assert_eq!((status, said.matches("error[orphan]: site/user-data").count()), (1, 1), "{said}");
    }
    fs::write(here.join("site/meta-data"), "instance-id: a\n").expect("writable");
    assert_eq!(check(here, &[]).0, 0);
}

#[test]
fn for_github_each_difference_has_its_line() {
    let folder = repository();
    let here = folder.path();
    assert_eq!(check(here, &["--update"]).0, 0);
    fs::write(here.join("site/firstlight.yaml"), "domain: infrakt.example.com\nsettings: {www: true}\n")
        .expect("writable");
    fs::write(here.join("fleet/user-data/old"), "x\n").expect("writable");
    let (status, said, _) = check(here, &["--format", "github"]);
    assert_eq!(status, 1);
    let lines: Vec<_> = said.lines().collect();
    assert!(lines[0].starts_with("::error file=fleet/user-data/old,title=orphan::"), "{said}");
    assert!(lines[1].starts_with("::error file=site/user-data,line=5,col=1,"), "{said}");
    assert_eq!(lines.len(), 2, "{said}");
    fs::write(here.join("site/firstlight.yaml"), "domain: localhost\n").expect("writable");
    let (status, said, _) = check(here, &["--format", "github"]);
    assert_eq!(status, 2);
    assert!(said.starts_with("::error file=site/firstlight.yaml,line=1,col=9,"), "{said}");
}

#[test]
fn trouble_is_2_and_nothing_is_written() {
    let folder = repository();
    let here = folder.path();
    fs::write(here.join("fleet/hosts.yaml"), "hosts: {a: {domain: localhost}}\n").expect("writable");
    let before = files(here);
    assert_eq!(check(here, &["--update"]).0, 2);
    assert_eq!(files(here), before);
    fs::create_dir(here.join("empty")).expect("writable");
    for paths in [
        &["nosuch"][..],
        &["empty"],
        &["site", "nosuch"],
        &["fleet"],
        &["ansible/hosts.yaml"],
        &["/dev/null"],
    ] {
        let (status, _, told) = check(here, paths);
        assert_eq!(status, 2, "{paths:?}: {told}");
        assert!(told.contains("error["), "{told}");
    }
    fs::create_dir(here.join("site/user-data")).expect("writable");
    assert_eq!(check(here, &["site"]).0, 2, "a folder where a file has to be");
}

#[test]
fn one_configuration_alone() {
    let folder = repository();
    let here = folder.path();
    assert_eq!(check(here, &["--update", "site/other.firstlight.yaml", "fleet/firstlight.yaml"]).0, 0);
    let found: Vec<_> = files(here).into_keys().filter(|path| path.contains("user-data")).collect();
    assert_eq!(found, ["fleet/user-data/a", "fleet/user-data/b", "site/other.user-data"]);
    // The same thing named twice is looked at once.
    let (status, _, told) = check(here, &["fleet", "fleet/hosts.yaml", "./fleet"]);
    assert_eq!((status, told.as_str()), (0, "2 documents are up to date.\n"));
}

/// A token that has expired is a warning on any day; the bytes are the same.
#[test]
fn the_day_changes_nothing() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("firstlight.yaml"), "domain: a.example.com\nexpires: 2020-01-01\n")
        .expect("writable");
    assert_eq!(check(here, &["--update"]).0, 0);
    let (status, _, told) = check(here, &[]);
    assert_eq!(status, 0);
    assert!(told.contains("warning[token-expires]"), "{told}");
    let on = |day: &str| {
        document(&["render", "--domain", "a.example.com", "--expires", "2020-01-01", "--today", day])
    };
    assert_eq!(on("2019-01-01"), on("2030-01-01"));
    assert_eq!(files(here)["user-data"], on("2019-01-01"));
}

#[test]
fn links_stay_and_secrets_are_not_shown() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("firstlight.yaml"), "domain: a.example.com\n").expect("writable");
    fs::write(here.join("real"), format!("#cloud-config\n# {}\npassword: hunter2\n", token()))
        .expect("writable");
    std::os::unix::fs::symlink("real", here.join("user-data")).expect("a link");
    for format in ["human", "github"] {
        let (status, said, told) = check(here, &["--format", format]);
        assert_eq!(status, 1);
        assert!(!said.contains("Ab1") && !said.contains("hunter2") && !told.contains("Ab1"), "{said}{told}");
    }
    assert_eq!(check(here, &["--update"]).0, 0);
    assert!(here.join("user-data").is_symlink());
    assert_eq!(files(here)["real"], document(&["render", "--domain", "a.example.com"]));
}

/// In a repository, no link and no path in a configuration leads out of it; nothing of what is there is shown.
#[test]
fn nothing_outside_is_read_or_written() {
    let folder = scratch();
    let here = folder.path().join("repository");
    let put = |path: &str, text: &str| {
        let to = here.join(path);
        fs::create_dir_all(to.parent().expect("a folder")).expect("writable");
        fs::write(to, text).expect("writable");
    };
    let link = |to: &str, path: &str| std::os::unix::fs::symlink(to, here.join(path)).expect("a link");
    fs::create_dir_all(here.join(".git")).expect("writable");
    let outside = folder.path().join("outside");
    fs::create_dir(&outside).expect("writable");
    fs::write(outside.join("firstlight.yaml"), "outside-text: [\n").expect("writable");
    fs::write(outside.join("compose.yaml"), "services: {web: {image: outside-text}}\n").expect("writable");
    fs::write(outside.join("user-data"), "#cloud-config\n# outside-text\n").expect("writable");
    put("document/firstlight.yaml", "domain: a.example.com\n");
    link("../../outside/user-data", "document/user-data");
    put("missing/firstlight.yaml", "domain: a.example.com\n");
    link("../../outside/nosuch", "missing/user-data");
    put("config/x", "");
    link("../../outside/firstlight.yaml", "config/firstlight.yaml");
    put("fleet/firstlight.yaml", "token: none\n");
    put("fleet/hosts.yaml", HOSTS);
    link("../../outside", "fleet/user-data");
    let compose = outside.join("compose.yaml");
    for (name, path) in [
        ("up", "../../outside/compose.yaml"),
        ("absolute", compose.to_str().expect("UTF-8")),
        ("linked", "./link.yaml"),
    ] {
        put(
            &format!("{name}/firstlight.yaml"),
            &format!(
                "domain: a.example.com\nprofile: compose\nsettings: {{compose: {path}, service: web, port: 80}}\n"
            ),
        );
    }
    link("../../outside/compose.yaml", "linked/link.yaml");
    for key in [
        "cloud_config: ../../outside/user-data",
        "profile: ../../outside",
        "parts: [../../outside/user-data]",
    ] {
        let name = key.split(':').next().expect("a key");
        put(&format!("{name}/firstlight.yaml"), &format!("domain: a.example.com\n{key}\n"));
    }
    let before = files(&outside);
    for name in [
        "document",
        "missing",
        "config",
        "fleet",
        "up",
        "absolute",
        "linked",
        "cloud_config",
        "profile",
        "parts",
    ] {
        for arguments in [&[name][..], &["--update", name], &["--format", "github", name]] {
            let (status, said, told) = check(&here, arguments);
            assert_eq!(status, 2, "{name}: {said}{told}");
            assert!(!said.contains("outside-text") && !told.contains("outside-text"), "{name}: {said}{told}");
            let why = [
                "outside of the repository",
                "relative paths, which start at its own folder",
                "a symbolic link whose target does not exist",
            ];
            assert!(why.iter().any(|why| said.contains(why) || told.contains(why)), "{name}: {said}{told}");
        }
    }
    assert_eq!(files(&outside), before);
    // With the flag; and by hand, on the command line.
    for name in ["up", "absolute", "linked", "cloud_config", "parts"] {
        let (status, _, told) = check(&here.join(name), &["--allow-outside"]);
        assert_eq!(status, 1, "its document is missing: {told}");
    }
    let flag = format!("compose={}", compose.display());
    let by_hand = ["render", "--profile", "compose", "--domain", "a.example.com", "--set", &flag];
    let by_hand: Vec<_> =
        by_hand.iter().chain(&["--set", "service=web", "--set", "port=80"]).copied().collect();
    let made = run(&here, &by_hand);
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    // Elsewhere in the same repository is not outside.
    put("shared/server.yaml", "timezone: UTC\n");
    put("up/firstlight.yaml", "domain: a.example.com\ncloud_config: ../shared/server.yaml\n");
    assert_eq!(check(&here, &["up"]).0, 1);
}

/// A list of hosts alone may be another tool's, unless it is named.
#[test]
fn hosts_without_a_configuration() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("hosts.yaml"), "hosts: {a: {domain: a.example.com}}\n").expect("writable");
    let (status, _, said) = check(here, &[]);
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("if it belongs to firstlight: firstlight check hosts.yaml\n"), "{said}");
    let (status, said, _) = check(here, &["hosts.yaml"]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("user-data/a is missing; hosts.yaml describes it"), "{said}");
    assert_eq!(check(here, &["hosts.yaml", "--update"]).0, 0);
    assert_eq!(check(here, &[]).2, "1 document is up to date.\n");
}

#[test]
fn what_belongs_together() {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let both = |config: &str, documents: &[&str]| Case::One {
        config: config.to_owned(),
        documents: documents.iter().map(|name| (*name).to_owned()).collect(),
    };
    let one = |config: &str, document: &str| both(config, &[document]);
    let fleet = |config: Option<&str>| Case::Fleet { config: config.map(str::to_owned) };
    for (names, folders, wanted) in [
        (&["firstlight.yaml"][..], &[][..], vec![one("firstlight.yaml", "user-data")]),
        (&["a.firstlight.yaml", "b.yaml"], &[], vec![one("a.firstlight.yaml", "a.user-data")]),
        (&["a.firstlight.yml", "a.user-data.tftpl"], &[], vec![one("a.firstlight.yml", "a.user-data.tftpl")]),
        (
            &["firstlight.yaml", "user-data", "user-data.tftpl"],
            &[],
            vec![both("firstlight.yaml", &["user-data", "user-data.tftpl"])],
        ),
        (&["hosts.yaml"], &[], vec![]),
        (&["hosts.yaml"], &["user-data"], vec![fleet(None)]),
        (&["hosts.yaml", "firstlight.yaml"], &[], vec![fleet(Some("firstlight.yaml"))]),
        (&[".firstlight.yaml", "xfirstlight.yaml"], &[], vec![]),
    ] {
        assert_eq!(cases(&set(names), &set(folders), None), wanted, "{names:?}");
    }
    assert_eq!(cases(&set(&["hosts.yaml"]), &set(&[]), Some("hosts.yaml")), [fleet(None)]);
    let names = set(&["a.user-data", "b.user-data", "b.firstlight.yaml", "user-data", ".user-data"]);
    let documents = |names| left_over(names).map(|(document, _)| document.clone()).collect::<Vec<_>>();
    assert_eq!(documents(&names), ["a.user-data", "user-data"]);
    let seed = set(&["a.user-data", "user-data", "meta-data"]);
    assert_eq!(documents(&seed), ["a.user-data"]);
    let templates = set(&["a.user-data.tftpl", "b.user-data.tftpl", "b.firstlight.yml", "x.tftpl"]);
    assert_eq!(documents(&templates), ["a.user-data.tftpl"]);
    let folder = |entries: &[(&str, &str)]| {
        entries.iter().map(|(k, v)| ((*k).to_owned(), v.as_bytes().to_vec())).collect()
    };
    let found = compare(
        &folder(&[("a", "1"), ("b", "1"), ("c", "1")]),
        &folder(&[("b", "1"), ("c", "2"), ("d", "1")]),
    );
    let found: Vec<_> = found.iter().map(|(path, difference)| (path.as_str(), *difference)).collect();
    assert_eq!(found, [("a", Difference::Missing), ("c", Difference::Outdated), ("d", Difference::Orphan)]);
}

/// A document keeps its header for as long as its server exists.
#[test]
fn a_document_with_the_header_of_an_older_build_is_recognized() {
    let with = |line: &str| is_ours(format!("#cloud-config\n# A page\n{line}\nwrite_files:\n").as_bytes());
    assert!(with("# Made by firstlight 0.1.0; this command makes it again:"));
    assert!(with("# By firstlight 0.1.0; the same again:"));
    assert!(!with("# Made by hand"));
}
