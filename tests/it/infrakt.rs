//! docs/infrakt.md's step for the workflow that pushes the image, run against the stand-in of the first-boot scenarios.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_yaml::Value;

use crate::common::{root, scratch, text};

/// The page's step.
fn step() -> Value {
    let page = fs::read_to_string(root().join("docs/infrakt.md")).expect("a page");
    let block = page.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
    let steps: Value = serde_yaml::from_str(block).expect("YAML");
    steps[0].clone()
}

fn run(script: &str, port: u16, secret: &str) -> Output {
    Command::new("bash")
        .args(["-c", script])
        .env("DEPLOY_URL", format!("http://127.0.0.1:{port}/api/self-update"))
        .env("DEPLOY_SECRET", secret)
        .output()
        .expect("bash starts")
}

struct Infrakt(Child);

impl Drop for Infrakt {
    fn drop(&mut self) {
        self.0.kill().expect("it runs");
        self.0.wait().expect("it ends");
    }
}

/// The stand-in; its `docker` writes down what it is called with.
fn infrakt(here: &Path, secret: &str) -> (Infrakt, u16) {
    fs::create_dir_all(here.join("bin")).expect("writable");
    fs::write(here.join("release.json"), r#"{"kind": "today", "version": "v1", "mood": "well"}"#)
        .expect("writable");
    let docker = here.join("bin/docker");
    fs::write(&docker, format!("#!/bin/sh\necho \"$*\" >>{}/calls\n", here.display())).expect("writable");
    fs::set_permissions(&docker, fs::Permissions::from_mode(0o755)).expect("settable");
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
    let child = Command::new("python3")
        .arg(root().join("tests/boot/images/app/infrakt.py"))
        .env("PATH", format!("{}:/usr/bin:/bin", here.join("bin").display()))
        .env("PORT", port.to_string())
        .env("RELEASE", here.join("release.json"))
        .env("INFRAKT_HOME", here)
        .env("GITHUB_WEBHOOK_SECRET", secret)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("python3 starts");
    let running = Infrakt(child);
    until(|| TcpStream::connect(("127.0.0.1", port)).is_ok());
    (running, port)
}

fn until(holds: impl Fn() -> bool) {
    for _ in 0..1200 {
        if holds() {
            return;
        }
        sleep(Duration::from_millis(50));
    }
    panic!("it never came");
}

#[test]
fn the_step_of_the_workflow_makes_it_update() {
    let folder = scratch();
    let secret = format!("born-{}", "on the server");
    let (_running, port) = infrakt(folder.path(), &secret);
    let step = step();
    let script = step["run"].as_str().expect("a script");
    let calls = || fs::read_to_string(folder.path().join("calls")).unwrap_or_default();

    let forged = run(script, port, "another");
    assert!(!forged.status.success() && text(&forged.stderr).contains("Invalid signature"), "{forged:?}");
    let ignored = run(&script.replace("refs/heads/main", "refs/heads/next"), port, &secret);
    assert!(!ignored.status.success() && text(&ignored.stderr).contains("ignored"), "{ignored:?}");
    assert_eq!(calls(), "");

    let made = run(script, port, &secret);
    assert!(made.status.success(), "{}{}", text(&made.stdout), text(&made.stderr));
    until(|| calls().contains("--name infrakt-updater"));
    assert!(calls().starts_with("compose -f /opt/infrakt/docker-compose.prod.yml pull\n"), "{}", calls());
}

/// The page, the step and the summary on the server have the same names.
#[test]
fn the_secrets_have_one_name_everywhere() {
    let step = step();
    let profile = root().join("profiles/infrakt/profile.yaml");
    let summary = fs::read_to_string(profile).expect("a profile");
    for name in ["DEPLOY_URL", "DEPLOY_SECRET"] {
        assert_eq!(step["env"][name].as_str(), Some(format!("${{{{ secrets.{name} }}}}").as_str()));
        assert!(summary.contains(name), "{name}");
    }
    assert!(summary.contains("docs/infrakt.md") && !summary.contains("just the push event"), "{summary}");
}
