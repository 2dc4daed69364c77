//! The program of the server in documents: what each contains of it, and what reviewers see of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use firstlight::decode;
use firstlight::userdata::FileContent;

use crate::common::{code, files, root, run, scratch, text, with};

const RENDER: [&str; 3] = ["render", "--domain", "a.example.com"];
const APP: [&str; 6] = ["--profile", "app", "--set", "image=nginx", "--set", "port=80"];

const PROGRAM: &str = "usr/local/lib/firstlight";

/// The modules that a document brings, as the launcher makes them ready on the server; it checks their digest.
fn ready(here: &Path, name: &str, arguments: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let made = run(here, &with(&RENDER, arguments));
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    launched(&here.join(name), &made.stdout)
}

/// Runs the launcher on a server that has the files of a document.
fn launched(server: &Path, document: &[u8]) -> BTreeMap<String, Vec<u8>> {
    for file in decode("document", document).config.files {
        let FileContent::Bytes(bytes) = &file.body else { panic!("{}", file.path) };
        let path = server.join(file.path.trim_start_matches('/'));
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    let launcher = fs::read_to_string(server.join("usr/local/sbin/firstlight")).expect("a launcher");
    let there = format!("{}/usr/local/lib/", server.display());
    let launcher = launcher.replace("/usr/local/lib/", &there);
    let done = Command::new("sh").args(["-c", &launcher, "firstlight", "--help"]).output().expect("sh");
    assert!(
        done.status.success() && text(&done.stdout).starts_with("usage: firstlight COMMAND"),
        "{}",
        text(&done.stderr)
    );
    // The launcher has compiled the modules, too.
    let modules = files(&server.join(PROGRAM).join("current")).into_iter();
    modules.filter(|(path, _)| !path.contains("__pycache__")).collect()
}

/// The modules as the repository has them, `files` or `packed`, without some.
fn modules(form: &str, without: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let mut all = files(&root().join("profiles/_host").join(form).join(PROGRAM));
    all.retain(|path, _| !without.iter().any(|name| path.ends_with(name)));
    all
}

/// Those of a secret store, of an application that manages its server, and of Traefik.
const SELDOM: [&str; 9] = [
    "aws.py",
    "awsssm.py",
    "awssecrets.py",
    "gcpsecrets.py",
    "azurekeyvault.py",
    "vault.py",
    "manage_host.py",
    "root_key.py",
    "traefik.py",
];

#[test]
fn a_document_brings_the_modules_that_the_site_needs() {
    let folder = scratch();
    let here = folder.path();
    let rest = |more: &[&'static str]| with(&SELDOM, more);
    assert_eq!(
        ready(here, "default", &[]),
        modules("packed", &rest(&["repository.py", "bake.py", "carry_over.py"]))
    );
    let plain = ready(here, "plain", &["--encoding", "plain"]);
    assert_eq!(plain, modules("files", &rest(&["repository.py", "bake.py", "carry_over.py"])));
    let app = ready(here, "app", &APP);
    assert_eq!(app, modules("packed", &rest(&["repository.py", "bake.py", "carry_over.py", "outdated.py"])));
    let aws =
        ready(here, "aws", &["--token", "awsssm://a?region=eu-central-1", "--set", "compose=repository"]);
    assert_eq!(aws, modules("packed", &with(&SELDOM[2..], &["bake.py", "carry_over.py"])));
    let managed = ready(here, "managed", &["--set", "manage_host=true"]);
    let lacking = with(&SELDOM[..6], &["traefik.py", "repository.py", "bake.py", "carry_over.py"]);
    assert_eq!(managed, modules("packed", &lacking));
    let traefik = ready(here, "traefik", &["--set", "front=traefik"]);
    assert_eq!(
        traefik,
        modules("packed", &with(&SELDOM[..8], &["repository.py", "bake.py", "carry_over.py"]))
    );
}

/// Where a provider accepts no document that contains the program, the server downloads it. Its digest is in the
/// document, and a reviewer sees whose it is.
#[test]
fn a_server_can_download_the_program() {
    let folder = scratch();
    let here = folder.path();
    let aws = ["--provider", "aws", "--set", "program=https://files.example.com/runtime.tar.bz2"];
    let refused = run(here, &with(&RENDER, &aws[..2]));
    assert_eq!(code(&refused), 2);
    let said = text(&refused.stderr);
    assert!(
        said.contains("help: let the server download the program: `firstlight program --output"),
        "{said}"
    );

    let made = run(here, &with(&RENDER, &aws));
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    assert!(made.stdout.len() <= 16_384, "{} bytes", made.stdout.len());
    assert_eq!(code(&run(here, &["program", "--output", "runtime.tar.bz2"])), 0);
    let there = format!("file://{}/runtime.tar.bz2", here.display());
    let document = text(&made.stdout).replace(&aws[3]["program=".len()..], &there);
    assert_eq!(launched(&here.join("server"), document.as_bytes()), modules("packed", &[]));

    fs::write(here.join("aws"), &made.stdout).expect("a file");
    let said = text(&run(here, &["inspect", "aws"]).stdout);
    let version = concat!("firstlight ", env!("CARGO_PKG_VERSION"), ", as this firstlight makes it\n");
    assert!(said.contains(version), "{said}");
    assert!(said.contains("downloaded from https://files.example.com/runtime.tar.bz2, sha256:"), "{said}");
    // So does a server to which a script is brought, as Lightsail does.
    let script = run(here, &with(&RENDER, &["--format", "script", aws[2], aws[3]]));
    let script = text(&script.stdout);
    assert!(
        script.len() <= 16_384 && script.contains(" https://files.example.com/runtime.tar.bz2\n"),
        "{script}"
    );
    let wrong = run(here, &with(&RENDER, &["--set", "program=http://files.example.com/x"]));
    assert_eq!(code(&wrong), 2);
    assert!(text(&wrong.stderr).contains("is not an https:// address"), "{}", text(&wrong.stderr));
}

/// Only what the site needs decides which modules there are; nothing else is in the archive.
#[test]
fn the_archive_is_the_same_for_every_site() {
    let folder = scratch();
    let here = folder.path();
    let archive = |arguments: &[&str]| {
        let made = run(here, &with(&RENDER, arguments));
        let files = decode("document", &made.stdout).config.files;
        let file = files.into_iter().find(|file| file.path.ends_with("/runtime.tar.bz2"));
        file.expect("an archive").body
    };
    let other = ["--set", "www=true", "--set", "acme=staging", "--repo", "a/b", "--token", "credential://x"];
    assert!(archive(&[]) == archive(&other));
    let more = ["--set", "name=b", "--set", "secrets.A=generate", "--set", "volumes=data:/data"];
    assert!(archive(&APP) == archive(&with(&APP, &more)));
}

/// Without a provider, a person reads what is the site's own. With one, it is the most readable that it takes.
#[test]
fn the_encoding_follows_the_provider() {
    let folder = scratch();
    let encoding = |arguments: &[&str]| {
        let made = run(folder.path(), &with(&with(&RENDER, &["--format", "json"]), arguments));
        let json: serde_json::Value = serde_json::from_slice(&made.stdout).expect("JSON");
        json["encoding"].as_str().expect("a name").to_owned()
    };
    assert_eq!(encoding(&[]), "packed");
    assert_eq!(encoding(&["--provider", "digitalocean"]), "packed");
    assert_eq!(encoding(&["--provider", "vultr"]), "packed");
    assert_eq!(encoding(&["--provider", "oracle"]), "gzip");
    assert_eq!(encoding(&["--provider", "nocloud"]), "plain");
    assert_eq!(encoding(&["--phase", "bake", "--encoding", "plain"]), "plain");
}

fn document(here: &Path, name: &str, arguments: &[&str]) -> String {
    let made = run(here, &with(&RENDER, arguments));
    fs::write(here.join(name), &made.stdout).expect("a file");
    name.to_owned()
}

/// `inspect` says whose program it is, and takes its archive apart.
#[test]
fn a_reviewer_sees_whose_program_it_is() {
    let folder = scratch();
    let here = folder.path();
    let packed = document(here, "packed", &[]);
    let said = text(&run(here, &["inspect", &packed, "--extract", "all"]).stdout);
    let version = concat!("firstlight ", env!("CARGO_PKG_VERSION"), ", as this firstlight makes it\n");
    assert!(said.contains(&format!("firstlight's program\n  {version}")), "{said}");
    // The header of the document names the same digest.
    let header = fs::read_to_string(here.join(&packed)).expect("a document");
    let digest = header.split("sha256:").nth(1).and_then(|rest| rest.lines().next()).expect("a digest");
    assert!(said.contains(&format!(" modules, sha256:{digest}\n")), "{said}");
    let extracted = files(&here.join("all/archives").join(PROGRAM).join("runtime.tar.bz2"));
    assert_eq!(extracted, modules("packed", &with(&SELDOM, &["repository.py", "bake.py", "carry_over.py"])));

    // A changed module is named, and its program is one that the server refuses.
    let plain = text(&run(here, &with(&RENDER, &["--encoding", "plain"])).stdout);
    fs::write(here.join("changed"), plain.replace("class App:", "class Oops:")).expect("a file");
    let said = text(&run(here, &["inspect", "changed"]).stdout);
    assert!(said.contains("of another version of firstlight, or changed\n"), "{said}");
    assert!(said.contains("differs: firstlight/app.py\n"), "{said}");
    assert!(said.contains("the document names another digest, so the server refuses it\n"), "{said}");

    // Its code is full of names such as `token`, which are no secrets.
    let script = document(here, "script", &["--format", "script"]);
    for name in [packed, document(here, "plain", &["--encoding", "plain"]), script] {
        let said = text(&run(here, &["lint", &name]).stdout);
        assert!(!said.contains("secret"), "{name}: {said}");
    }
}

/// All of the program is one entry of a comparison, however the documents carry it; each module is one if asked for.
#[test]
fn a_changed_program_is_one_line() {
    let folder = scratch();
    let here = folder.path();
    let (packed, plain) = (document(here, "packed", &[]), document(here, "plain", &["--encoding", "plain"]));
    let diff = |arguments: &[&str]| text(&run(here, &with(&["diff"], arguments)).stdout);
    let same = diff(&[&packed, &plain]);
    assert!(!same.contains(PROGRAM), "{same}");
    let tree = run(here, &with(&RENDER, &["--format", "tree", "--output", "tree"]));
    assert_eq!(code(&tree), 0, "{}", text(&tree.stderr));
    let same = diff(&[&packed, "tree"]);
    assert!(!same.contains(PROGRAM), "{same}");

    let text_of = fs::read_to_string(here.join(&plain)).expect("text");
    fs::write(here.join("changed"), text_of.replace("class App:", "class Oops:")).expect("a file");
    let said = diff(&[&plain, "changed"]);
    assert_eq!(said.matches("\nchanged").count(), 1, "{said}");
    assert!(said.contains(&format!("changed  /{PROGRAM}/  live")), "{said}");
    let said = diff(&[&plain, "changed", "--modules"]);
    assert!(said.contains("-class App:\n+class Oops:\n"), "{said}");
    assert!(said.contains(&format!("/{PROGRAM}/firstlight/app.py  live")), "{said}");

    let aws = document(here, "aws", &["--token", "awsssm://a?region=eu-central-1"]);
    assert!(diff(&[&packed, &aws]).contains("+firstlight/stores/awsssm.py\n"));
    assert!(diff(&[&packed, &aws]).contains("A running server can take this change"));
}

/// `explain` knows a document with the program.
#[test]
fn a_reviewer_sees_what_the_program_will_do() {
    let folder = scratch();
    let here = folder.path();
    let explain = |name: &str, arguments: &[&str]| {
        let name = document(here, name, arguments);
        text(&run(here, &["explain", &name]).stdout)
    };
    let said = explain("default", &[]);
    assert!(said.starts_with("default: a document from firstlight for https://a.example.com"), "{said}");
    for line in [
        "Enables firstlight.service, which runs the steps below.",
        "Copy it to the server, as /etc/firstlight/ghcr-token.",
        "ssh root@a.example.com firstlight token <ghcr-token",
        "Logs in to ghcr.io with the token.",
        "The server requests https://a.example.com/api/health from itself",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let said = explain("aws", &["--token", "awsssm://a?region=eu-central-1"]);
    assert!(said.contains("Fetched from AWS Parameter Store: a at AWS in eu-central-1"), "{said}");
    let said = explain("bake", &["--phase", "bake"]);
    assert!(said.starts_with("bake: a document from firstlight that bakes an image"), "{said}");
    let said = explain("boot", &["--phase", "boot"]);
    assert!(said.contains("Checks that the image was baked for this document"), "{said}");
}
