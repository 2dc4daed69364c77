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

/// The action, as firstlight makes it.
fn action() -> String {
    let path = "golden/formats/repository/made/.github/actions/tell-infrakt/action.yml";
    fs::read_to_string(root().join(path)).expect("an action")
}

/// Its step, in which GitHub fills in what the workflow gives.
fn step() -> Value {
    let action: Value = serde_yaml::from_str(&action()).expect("YAML");
    action["runs"]["steps"][0].clone()
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

/// The page shows the action and how a workflow uses it, and the server shows the values under the names of the page.
#[test]
fn the_page_shows_the_action() {
    let page = fs::read_to_string(root().join("docs/infrakt.md")).expect("a page");
    let blocks: Vec<_> =
        page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks[0], action());
    let action: Value = serde_yaml::from_str(blocks[0]).expect("YAML");
    let used: Value = serde_yaml::from_str(blocks[1]).expect("YAML");
    assert_eq!(used[0]["uses"], "./.github/actions/tell-infrakt");
    assert_eq!(used[0]["with"]["secret"], "${{ secrets.DEPLOY_SECRET }}");
    assert_eq!(action["inputs"]["secret"]["required"], true);
    assert_eq!(action["inputs"]["url"]["default"], "https://infrakt.example.com/api/self-update");
    let profile = fs::read_to_string(root().join("profiles/infrakt/profile.yaml")).expect("a profile");
    for name in ["DEPLOY_URL", "DEPLOY_SECRET"] {
        assert!(
            profile.contains(&format!("label: {name},")) && page.contains(&format!("`{name}`")),
            "{name}"
        );
    }
}
