//! Makes cargo notice new and removed files below `profiles/`, which `include_dir!` embeds; and says which commit it is.

use std::{env, fs};

fn main() {
    println!("cargo:rerun-if-changed=profiles");
    println!("cargo:rerun-if-env-changed=FIRSTLIGHT_COMMIT");
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let shown = match commit() {
        Some(commit) => format!("{version} ({})", commit.get(..12).unwrap_or(&commit)),
        None => version,
    };
    println!("cargo:rustc-env=FIRSTLIGHT_VERSION={shown}");
}

/// The commit that is built, as `make dist` or a package from cargo gives it. A build in a clone names none: it would
/// have to be built anew after every commit.
fn commit() -> Option<String> {
    let packed = || {
        let info = fs::read_to_string(".cargo_vcs_info.json").ok()?;
        Some(info.split_once("\"sha1\": \"")?.1.split_once('"')?.0.to_owned())
    };
    let given = env::var("FIRSTLIGHT_COMMIT").ok().filter(|commit| !commit.is_empty());
    given.or_else(packed).filter(|commit| commit.chars().all(|c| c.is_ascii_hexdigit()))
}
