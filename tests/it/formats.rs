//! Encodings, formats and phases: what fits, what is the same every time, and which is chosen.

use std::fs;
use std::io::Read;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::common::{
    APP, DOWNLOADED, PLAIN, code, document, feed, files, made_in, root, run, said, scratch, text, with, write,
};

/// A compose file of some size that does not compress well, with no word that looks like a secret.
fn compose(services: usize) -> String {
    let mut seed = 1_u64;
    let mut line = |n: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        format!("      V{n}: \"{:05}.{:05}\"\n", seed >> 48, (seed >> 32) & 0xffff)
    };
    let variables: String = (0..services).map(&mut line).collect();
    format!("services:\n  web:\n    image: nginx\n    environment:\n{variables}")
}

/// Renders a configuration with a large compose file.
fn render(folder: &Path, variables: usize, more: &[&str]) -> std::process::Output {
    fs::write(folder.join("compose.yaml"), compose(variables)).expect("writable");
    let settings =
        ["--set", "compose=compose.yaml", "--set", "service=web", "--set", "port=80", "--token", "none"];
    let arguments = with(&["render", "--profile", "compose", "--domain", "a.example.com"], &settings);
    run(folder, &with(&arguments, more))
}

fn gunzip(bytes: &[u8]) -> String {
    let mut found = String::new();
    flate2::read::GzDecoder::new(bytes).read_to_string(&mut found).expect("gzip");
    found
}

/// The first of plain, files and gzip that fits; then an error; and never a byte less. The server downloads its program.
#[test]
fn auto_takes_the_first_encoding_that_fits() {
    let folder = scratch();
    let render =
        |variables, provider| render(folder.path(), variables, &with(&["--provider", provider], &DOWNLOADED));
    let mut seen = Vec::new();
    for variables in [1, 20, 400, 900, 3000] {
        let made = render(variables, "aws");
        let said = text(&made.stderr);
        let all = text(&self::render(folder.path(), variables, &DOWNLOADED).stdout);
        if code(&made) == 2 {
            assert!(
                made.stdout.is_empty() && said.contains("error[too-large]") && said.contains("compose.yaml"),
                "{said}"
            );
            seen.push("too large");
        } else if made.stdout.starts_with(b"#cloud-config") {
            let is_plain = text(&made.stdout).contains("V0: ");
            assert!(made.stdout.len() <= 16_384);
            seen.push(if is_plain { "plain" } else { "files" });
        } else {
            let packed = STANDARD.decode(&made.stdout).expect("base64, without any newline");
            assert!(packed.len() <= 16_384);
            let body = |document: &str| document.split_once("write_files").expect("files").1.to_owned();
            assert_eq!(body(&gunzip(&packed)), body(&all));
            seen.push("gzip");
        }
    }
    assert_eq!(seen, ["plain", "plain", "files", "gzip", "too large"]);
    // Where nobody decodes base64 the whole is never compressed.
    let made = render(900, "digitalocean");
    assert!(made.stdout.starts_with(b"#cloud-config"), "{}", text(&made.stderr));
}

/// Each provider accepts the default document in the encoding that is chosen for it. Where the program does not fit, the
/// server downloads it.
#[test]
fn every_provider_takes_the_default_document() {
    let providers: serde_json::Value =
        serde_json::from_slice(&run(&root(), &["providers", "--json"]).stdout).expect("JSON");
    let table = text(&run(&root(), &["providers"]).stdout);
    let mut downloading = Vec::new();
    for provider in providers.as_array().expect("a list") {
        let name = provider["name"].as_str().expect("a name");
        assert!(table.lines().any(|line| line.starts_with(&format!("{name} "))), "{table}");
        if provider["takes"] == "script" {
            let made = run(&root(), &with(&PLAIN, &["--provider", name, "--format", "script"]));
            assert!(code(&made) == 0 && made.stdout.starts_with(b"#!"), "{name}");
            continue;
        }
        let arguments = with(&PLAIN, &["--provider", name, "--format", "json"]);
        let mut made = run(&root(), &arguments);
        if code(&made) != 0 {
            assert!(said(&made).contains("let the server download the program"), "{name}");
            downloading.push(name);
            made = run(&root(), &with(&arguments, &DOWNLOADED));
        }
        assert_eq!(code(&made), 0, "{name}");
        let data: serde_json::Value = serde_json::from_slice(&made.stdout).expect("JSON");
        let limit = provider["limit"].as_u64().unwrap_or(u64::MAX);
        assert!(data["bytes"].as_u64().expect("a number") <= limit, "{name}");
    }
    assert_eq!(downloading, ["aws", "linode"]);
}

/// A document of exactly as many bytes as its provider takes fits, and one of a byte more does not: compiler and reviewer
/// agree on it.
#[test]
fn the_limit_itself_is_not_too_much() {
    let folder = scratch();
    let here = folder.path();
    let render = |filling: usize| {
        let own = format!("cloud_config: {{final_message: {}}}", "x".repeat(filling));
        write(here, "firstlight.yaml", &format!("domain: a.example.com\nprovider: digitalocean\n{own}\n"));
        run(here, &["render", "--encoding", "packed"])
    };
    let limit = 65_536;
    let rest = limit - render(1).stdout.len();
    let (fits, too_large) = (render(1 + rest), render(2 + rest));
    assert_eq!((code(&fits), fits.stdout.len()), (0, limit), "{}", text(&fits.stderr));
    assert_eq!(code(&too_large), 2);
    assert!(text(&too_large.stderr).contains("error[too-large]"), "{}", text(&too_large.stderr));
    let lint =
        |document: &[u8]| text(&feed(here, &["lint", "-", "--provider", "digitalocean"], document).stdout);
    assert!(!lint(&fits.stdout).contains("[too-large]"));
    assert!(lint(&[fits.stdout.as_slice(), b"\n"].concat()).contains("[too-large]"));
}

/// What is known of a provider is said with where it was read, and the same of each that has the same datasource.
#[test]
fn the_table_s_rows_are_whole() {
    use firstlight::provider::{ChangeEffect, NextBoot, PROVIDERS};
    let mut known = std::collections::BTreeMap::new();
    for provider in PROVIDERS {
        let name = provider.name;
        assert!(provider.sources.iter().all(|source| source.contains('/')), "{name}");
        assert!(!provider.sources.is_empty(), "{name}");
        assert_eq!(provider.terraform.is_empty(), provider.change == ChangeEffect::None, "{name}");
        match (provider.datasource, provider.next_boot) {
            (None, NextBoot::Unknown) => {}
            (Some(class), next_boot) => {
                assert_eq!(*known.entry(class).or_insert(next_boot), next_boot, "{name}");
                let file = format!("DataSource{class}.py");
                assert!(provider.sources.iter().any(|source| source.ends_with(&file)), "{name}: {file}");
            }
            (None, next_boot) => panic!("{name}: {next_boot:?}, by no datasource"),
        }
        let shown = text(&run(&root(), &["providers", name]).stdout);
        assert!(provider.sources.iter().all(|source| shown.contains(source)), "{shown}");
        let data = run(&root(), &["providers", name, "--json"]);
        let data: serde_json::Value = serde_json::from_slice(&data.stdout).expect("JSON");
        assert_eq!(data["name"], name);
    }
    let unknown = run(&root(), &["providers", "hetzer"]);
    assert_eq!(code(&unknown), 2);
    assert!(text(&unknown.stderr).contains("did you mean `hetzner`"), "{}", text(&unknown.stderr));
}

/// An example ends at HTTPS: the ports are open, somebody can log in, the address is told, and a changed document does
/// not take the server away.
#[test]
fn terraform_s_examples_end_at_https() {
    let made = scratch();
    let to = made.path().join("module");
    document(&with(&PLAIN, &["--format", "terraform", "--output", to.to_str().expect("UTF-8")]));
    let examples = crate::common::folders(&to.join("examples"));
    assert_eq!(examples.len(), 6);
    for example in examples {
        let name = crate::common::name(&example);
        let text = std::fs::read_to_string(example.join("main.tf")).expect("an example");
        let numbers: Vec<_> = text.split(|c: char| !c.is_ascii_digit()).collect();
        for port in ["22", "80", "443"] {
            assert!(numbers.contains(&port), "{name}: {port}");
        }
        assert!(text.to_lowercase().contains("= \"udp\""), "{name}: HTTP/3");
        for part in
            ["variable \"ssh_public_key\"", "var.ssh_public_key", "output \"addresses\"", "firstlight apply"]
        {
            assert!(text.contains(part), "{name}: {part}");
        }
        let ignored = text.split("ignore_changes = [").nth(1).and_then(|rest| rest.split('\n').next());
        let ignored = ignored.expect("a changed document is ignored");
        let argument = match name {
            "linode" => "metadata",
            "google" => "metadata[\"user-data\"]",
            "azurerm" => "custom_data",
            "aws" => "user_data_base64",
            _ => "user_data",
        };
        assert!(ignored.contains(argument), "{name}: {ignored}");
        assert!(!text.contains("replace_on_change"), "{name}");
    }
}

#[test]
fn what_is_packed_is_the_same_every_time() {
    for more in [
        &["--encoding", "gzip"][..],
        &["--encoding", "files"],
        &["--format", "mime"],
        &["--format", "script"],
    ] {
        assert_eq!(document(&with(&PLAIN, more)), document(&with(&PLAIN, more)), "{more:?}");
    }
    let folder = scratch();
    for name in ["one.img", "two.img"] {
        let made = run(folder.path(), &with(&PLAIN, &["--format", "nocloud", "--output", name]));
        assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    }
    let volumes = files(folder.path());
    assert_eq!(volumes["one.img"], volumes["two.img"]);
    assert_eq!(volumes["one.img"].get(43..54), Some(b"CIDATA     ".as_slice()), "the label");
    assert_eq!(volumes["one.img"].get(510..512), Some([0x55, 0xaa].as_slice()), "a boot sector's mark");
}

/// What lies on the volume is what is in the folder.
#[test]
fn a_volume_holds_the_seed() {
    let folder = scratch();
    let here = folder.path();
    for name in ["seed", "seed.img"] {
        let made = run(here, &with(&PLAIN, &["--format", "nocloud", "--output", name]));
        assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    }
    let bytes = fs::read(here.join("seed.img")).expect("a volume");
    let volume = fatfs::FileSystem::new(std::io::Cursor::new(bytes), fatfs::FsOptions::new()).expect("FAT");
    let mut found = std::collections::BTreeMap::new();
    for entry in volume.root_dir().iter() {
        let entry = entry.expect("an entry");
        if entry.is_file() {
            let mut content = Vec::new();
            entry.to_file().read_to_end(&mut content).expect("readable");
            found.insert(entry.file_name(), content);
        }
    }
    assert_eq!(found, made_in(&here.join("seed")));
    assert_eq!(found["user-data"], document(&PLAIN));
    assert!(found["meta-data"].starts_with(b"instance-id: firstlight-"));
}

/// An image is for any domain and holds no secret; what is left for its servers is small.
#[test]
fn bake_and_boot_share_the_work() {
    let bake = text(&document(&["render", "--phase", "bake"]));
    assert!(!bake.contains("example.com") && !bake.contains("firstlight-image"), "{bake}");
    assert_eq!(bake, text(&document(&with(&PLAIN, &["--phase", "bake"]))));
    let boot = text(&document(&with(&PLAIN, &["--phase", "boot"])));
    assert!(boot.len() < 4096, "{} bytes", boot.len());
    let whole = text(&document(&PLAIN));
    let paths = |document: &str| -> Vec<String> {
        document.lines().filter_map(|line| line.strip_prefix(" path: ")).map(str::to_owned).collect()
    };
    let (baked, left) = (paths(&bake), paths(&boot));
    for path in paths(&whole) {
        assert!(baked.contains(&path) ^ left.contains(&path), "{path} is in one of the two");
    }
    // However an image is baked, it has the program whose digest the boot document names; a script leaves it to whoever
    // runs it to turn the machine off.
    let quoted = bake.lines().find_map(|line| line.strip_prefix(" content: \"QlpoOT")).expect("an archive");
    let archive = quoted.trim_end_matches('"');
    let folder = scratch();
    let module = folder.path().join("packer");
    document(&["render", "--format", "packer", "--output", module.to_str().expect("UTF-8")]);
    let packer = fs::read_to_string(module.join("bake.sh")).expect("a script");
    for script in [text(&document(&["render", "--phase", "bake", "--format", "script"])), packer] {
        assert!(script.contains(&format!("\nQlpoOT{archive}\n")), "{script:.2000}");
        assert!(script.contains("\n\tfirstlight bake\n") && !script.contains("carry_over"), "{script:.2000}");
    }
    assert!(bake.contains("\n- [firstlight, bake, \"--poweroff\"]\n"), "{bake}");
    // What comes with the document as a secret belongs to the server.
    let hole = ["--token", "terraform://ghcr_token"];
    assert!(!text(&document(&with(&["render", "--phase", "bake"], &hole))).contains("@@"));
    assert!(
        text(&document(&with(&with(&PLAIN, &hole), &["--phase", "boot"])))
            .contains("${base64encode(trimspace(ghcr_token))}")
    );
}

/// Every file of the document as text, in base64 or as gzip, comes out of the script as it was meant.
#[test]
fn a_script_is_one_file_that_can_be_run() {
    let folder = scratch();
    let hostile = "environment.X=END-OF-FILE\u{e9}$(id)`id`'";
    let made =
        run(folder.path(), &with(&with(&APP, &["--set", hostile]), &["--format", "script", "--output", "s"]));
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(folder.path().join("s")).expect("a file"));
    assert_eq!(mode & 0o777, 0o755);
    let checked =
        std::process::Command::new("sh").args(["-n", "s"]).current_dir(&folder).status().expect("sh");
    assert!(checked.success());
}
