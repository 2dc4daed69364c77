//! Many hosts at once: the same documents as one by one, all of them or none.

use std::fs;

use crate::common::{code, document, files, made_in, run, scratch, text};

const HOSTS: &str = "hosts:
  b: {domain: b.example.com, settings: {www: true}}
  a: {domain: a.example.com, provider: hetzner, token: none, settings: {image: example/infrakt}}
  shop: {domain: shop.example.com, profile: app, token: none, settings: {image: nginx, port: 80}}
";

#[test]
fn each_host_has_the_document_it_would_have_alone() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("hosts.yaml"), HOSTS).expect("writable");
    for to in ["one", "two"] {
        let made = run(here, &["render", "--hosts", "hosts.yaml", "--output", to]);
        assert_eq!(code(&made), 0, "{}", text(&made.stderr));
        assert!(made.stdout.is_empty());
        let said = format!(
            "3 hosts in {to}.\nThe servers then wait for these files:\n  \
             ssh root@b.example.com firstlight token <ghcr-token\n"
        );
        assert_eq!(text(&made.stderr), said, "no progress bar but on a terminal");
    }
    let found = made_in(&here.join("one"));
    assert_eq!(found, made_in(&here.join("two")));
    let alone = [
        (
            "a",
            &[
                "--domain",
                "a.example.com",
                "--token",
                "none",
                "--provider",
                "hetzner",
                "--set",
                "image=example/infrakt",
            ][..],
        ),
        ("b", &["--domain", "b.example.com", "--set", "www=true"]),
        (
            "shop",
            &["--profile", "app", "--domain", "shop.example.com", "--set", "image=nginx", "--set", "port=80"],
        ),
    ];
    for (name, arguments) in alone {
        let mut all = vec!["render"];
        all.extend(arguments);
        assert_eq!(text(&found[name]), text(&document(&all)), "{name}");
    }
    assert_eq!(found.len(), alone.len());
}

#[test]
fn flags_win_over_hosts_and_hosts_over_the_configuration() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("c.yaml"), "repo: acme/base\nbranch: base\nsettings: {acme: staging}\n")
        .expect("writable");
    fs::write(here.join("h.yaml"), "hosts: {a: {domain: a.example.com, branch: host, repo: acme/host}}")
        .expect("writable");
    let made =
        run(here, &["render", "c.yaml", "--hosts", "h.yaml", "--repo", "acme/flag", "--output", "all"]);
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    let alone = [
        "render",
        "--domain",
        "a.example.com",
        "--repo",
        "acme/flag",
        "--branch",
        "host",
        "--set",
        "acme=staging",
    ];
    assert_eq!(text(&made_in(&here.join("all"))["a"]), text(&document(&alone)));
}

#[test]
fn one_wrong_host_and_nothing_is_written() {
    let folder = scratch();
    let here = folder.path();
    let bad =
        format!("{HOSTS}  x: {{domain: no_domain}}\n  y: {{domain: y.example.com, settings: {{port: 1}}}}\n");
    fs::write(here.join("hosts.yaml"), bad).expect("writable");
    let made = run(here, &["render", "--hosts", "hosts.yaml", "--output", "all"]);
    let said = text(&made.stderr);
    assert_eq!(code(&made), 2, "{said}");
    for place in ["hosts.yaml:5:", "hosts.yaml:6:"] {
        assert!(said.contains(place), "{said}");
    }
    assert_eq!(files(here).keys().collect::<Vec<_>>(), ["hosts.yaml"]);
    fs::create_dir(here.join("all")).expect("writable");
    fs::write(here.join("all/a"), "mine").expect("writable");
    fs::write(here.join("hosts.yaml"), HOSTS).expect("writable");
    let made = run(here, &["render", "--hosts", "hosts.yaml", "--output", "all"]);
    assert_eq!(code(&made), 1, "what is somebody's is not touched");
    assert!(text(&made.stderr).contains(
        "these files in all are not from firstlight, or were changed after firstlight wrote them:\n  a\n"
    ));
    assert_eq!(files(here).keys().collect::<Vec<_>>(), ["all/a", "hosts.yaml"]);
}

/// A hundred warnings do not hide an error.
#[test]
fn errors_are_never_lost_to_warnings() {
    let folder = scratch();
    let mut hosts = String::from("hosts:\n");
    for n in 0..150 {
        hosts.push_str(&format!("  h{n:03}: {{domain: h{n}.example.com, provider: vultr}}\n"));
    }
    hosts.push_str("  z: {domain: z.example.com, provider: digitaloceans}\n");
    fs::write(folder.path().join("hosts.yaml"), hosts).expect("writable");
    let made = run(folder.path(), &["render", "--hosts", "hosts.yaml", "--output", "all"]);
    assert_eq!(code(&made), 2);
    assert!(text(&made.stderr).contains("digitaloceans"), "{}", text(&made.stderr));
    assert!(!folder.path().join("all").exists());
}
