//! README.md and the pages in docs/: their examples are run as they are written, their links lead somewhere, and the
//! commands that they name exist.
//!
//! A page's blocks are taken in their order, in a folder of the page's own:
//!
//! - a block whose first line is `# PATH`, or that follows a paragraph that ends with `PATH` in code and a colon, is a
//!   file;
//! - each line of a block of `sh` is run, and must succeed; one that ends with a backslash goes on in the next;
//! - a block of `console` shows what is done elsewhere: on a server, or with programs that are not firstlight's. Bash
//!   reads it, and does not run it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::common::{root, run, scratch, text, write};

/// The README is read at a glance, and everything else is in docs/.
const MOST_WORDS: usize = 900;

/// A part of a page, with what is asked of it.
enum Piece {
    Block { kind: String, name: Option<String>, text: String },
    Code(String),
    Link(String),
    Anchor(String),
}

struct Page {
    path: String,
    pieces: Vec<Piece>,
}

impl Page {
    fn read(path: &str) -> Self {
        let text = fs::read_to_string(root().join(path)).expect("a page");
        Self { path: path.to_owned(), pieces: pieces(&text) }
    }

    fn blocks(&self) -> impl Iterator<Item = (&str, Option<&str>, &str)> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Block { kind, name, text } => Some((kind.as_str(), name.as_deref(), text.as_str())),
            _ => None,
        })
    }

    /// The commands of its `console` blocks, which begin with `$ `. A line that ends with a backslash goes on.
    fn shown(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let mut goes_on = false;
        for line in self.blocks().filter(|(kind, ..)| *kind == "console").flat_map(|(.., text)| text.lines())
        {
            if let Some(command) = line.strip_prefix("$ ") {
                found.push(command.to_owned());
            } else if goes_on && let Some(last) = found.last_mut() {
                *last += &format!("\n{line}");
            }
            goes_on = line.ends_with('\\');
        }
        found
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut block: Option<(String, String)> = None;
    let mut heading: Option<String> = None;
    // Where the last paragraph is, because it may name the file that follows.
    let mut paragraph: Range<usize> = 0..0;
    let mut slugs: BTreeMap<String, usize> = BTreeMap::new();
    for (event, at) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Paragraph) => paragraph = at,
            Event::Start(Tag::CodeBlock(kind)) => {
                let kind =
                    if let CodeBlockKind::Fenced(kind) = kind { kind.to_string() } else { String::new() };
                block = Some((kind, String::new()));
            }
            Event::End(TagEnd::CodeBlock) => {
                let Some((kind, body)) = block.take() else { continue };
                let before = text.get(paragraph.clone()).unwrap_or("").trim_end();
                let named = before.strip_suffix("`:").and_then(|before| before.rsplit('`').next());
                let named = named.filter(|name| !name.contains(' ')).map(str::to_owned);
                let first = body.lines().next().and_then(|line| line.strip_prefix("# "));
                let first = first.filter(|name| !name.contains(' ')).map(str::to_owned);
                paragraph = 0..0;
                found.push(Piece::Block { kind, name: named.or(first), text: body });
            }
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                let slug = slug(&heading.take().unwrap_or_default());
                let count = slugs.entry(slug.clone()).or_default();
                found.push(Piece::Anchor(if *count == 0 { slug } else { format!("{slug}-{count}") }));
                *count += 1;
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                found.push(Piece::Link(dest_url.to_string()));
            }
            Event::Text(words) => {
                if let Some((_, body)) = &mut block {
                    *body += &words;
                } else if let Some(heading) = &mut heading {
                    *heading += &words;
                }
            }
            Event::Code(words) => {
                if let Some(heading) = &mut heading {
                    *heading += &words;
                }
                found.push(Piece::Code(words.to_string()));
            }
            _ => {}
        }
    }
    found
}

/// The anchor of a heading, as GitHub and mdBook make it.
fn slug(heading: &str) -> String {
    let kept = heading.to_lowercase();
    kept.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// README.md and docs/*.md, but for the summary, which is a list of links alone.
fn pages() -> Vec<Page> {
    let mut names: Vec<_> = fs::read_dir(root().join("docs"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .filter(|name| name.ends_with(".md") && name != "SUMMARY.md")
        .map(|name| format!("docs/{name}"))
        .collect();
    names.push("README.md".to_owned());
    names.sort();
    assert!(names.len() > 12, "{names:?}");
    names.iter().map(|name| Page::read(name)).collect()
}

/// A line of a `sh` block, run in a folder. Nothing but firstlight is run there, and `make` is looked up.
fn example(page: &str, here: &Path, line: &str) {
    let line = line.replace("cargo run --release --", "firstlight");
    if let Some(target) = line.strip_prefix("make ") {
        let makefile = fs::read_to_string(root().join("Makefile")).expect("a Makefile");
        assert!(makefile.contains(&format!("\n{target}:")), "{page}: no target {target}");
        return;
    }
    // Variables for the command may stand before it.
    let is_ours = line.split(' ').find(|word| !word.contains('=')) == Some("firstlight");
    assert!(is_ours, "{page}: what is not run here stands in a console block: {line}");
    let program = Path::new(env!("CARGO_BIN_EXE_firstlight")).parent().expect("a folder");
    let made = Command::new("bash")
        .args(["-ec", &line])
        .current_dir(here)
        .env("PATH", format!("{}:/usr/bin:/bin", program.display()))
        .output()
        .expect("bash starts");
    // There are differences.
    let is_good =
        made.status.success() || line.starts_with("firstlight diff") && made.status.code() == Some(1);
    assert!(is_good, "{page}: {line}\n{}", text(&made.stderr));
    match line.split_once("--output ").map_or(line.split_once("> "), Some) {
        Some((_, "user-data")) => {
            let document = fs::read_to_string(here.join("user-data")).expect("a document");
            // With parts it is a MIME message.
            let is_document =
                document.starts_with("#cloud-config\n") || document.starts_with("Content-Type: multipart");
            assert!(is_document, "{page}: {line}");
        }
        Some((_, to)) => assert!(here.join(to).exists(), "{page}: {line}"),
        None => {}
    }
}

#[test]
fn every_example_works() {
    let mut ran = 0;
    for page in pages() {
        let folder = scratch();
        let here = folder.path();
        for (kind, name, body) in page.blocks() {
            match (kind, name) {
                (_, Some(name)) => write(here, name, body),
                ("sh", None) => {
                    for line in body.replace("\\\n", " ").lines() {
                        example(&page.path, here, line);
                        ran += 1;
                    }
                }
                _ => {}
            }
        }
    }
    assert!(ran >= 40, "only {ran} examples were found");
}

/// A file of a page is there for a command of the page, or for another of its files.
#[test]
fn every_file_shown_is_used() {
    for page in pages() {
        let names = page.blocks().filter_map(|(_, name, _)| name);
        for name in names.filter(|name| !name.starts_with('.')) {
            let top = name.split('/').next().unwrap_or(name);
            let is_used = page.blocks().any(|(kind, other, body)| {
                (kind == "sh" || other.is_some_and(|other| other != name)) && body.contains(top)
            });
            // `--hosts` reads the configuration beside the hosts, and another test compares the pull request.
            let is_read =
                name == "firstlight.yaml" && page.blocks().any(|(.., body)| body.contains("--hosts "));
            let is_compared = page.path == "docs/reviewing.md" && name.ends_with("/infra/firstlight.yaml");
            assert!(is_used || is_read || is_compared, "{}: nothing uses {name}", page.path);
        }
    }
}

/// What a page calls by name: `firstlight` and its arguments, up to where the shell takes over.
fn calls(command: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for part in command.split(['|', '&', ';', '\n']) {
        let words: Vec<&str> = part.split_whitespace().collect();
        if let Some(at) = words.iter().position(|word| *word == "firstlight") {
            let arguments = words.iter().skip(at + 1).take_while(|word| !word.starts_with(['<', '>']));
            let arguments: Vec<_> = arguments.map(|word| (*word).to_owned()).collect();
            let follows =
                words.get(at.wrapping_sub(1)).is_some_and(|before| matches!(*before, "install" | "uvx"));
            if !arguments.is_empty() && !follows {
                found.push(arguments);
            }
        }
    }
    found
}

/// Which calls the program on the server takes, asked of its own reader of arguments.
fn server_takes(calls: &BTreeSet<Vec<String>>) -> Vec<bool> {
    let script = "import json, sys\n\
        sys.path.insert(0, sys.argv[1])\n\
        from firstlight.command import parse\n\
        sys.stderr = open('/dev/null', 'w')\n\
        for line in sys.stdin:\n    \
            try:\n        parse(json.loads(line))\n        print('yes')\n    \
            except SystemExit as error:\n        print('no' if error.code else 'yes')\n";
    let mut child = Command::new("python3")
        .args(["-B", "-c", script])
        .arg(root().join("profiles/_host/files/usr/local/lib/firstlight"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    let mut input = child.stdin.take().expect("a pipe");
    for call in calls {
        writeln!(input, "{}", serde_json::to_string(call).expect("JSON")).expect("writable");
    }
    drop(input);
    let said = text(&child.wait_with_output().expect("it ends").stdout);
    let said: Vec<bool> = said.lines().map(|line| line == "yes").collect();
    assert_eq!(said.len(), calls.len());
    said
}

/// Whether the compiler has such a command, and its options.
fn compiler_takes(call: &[String], help: &mut BTreeMap<String, Option<String>>) -> bool {
    let Some(name) = call.first() else { return false };
    if matches!(name.as_str(), "--help" | "--version") {
        return true;
    }
    let help = help.entry(name.clone()).or_insert_with(|| {
        let made = run(&root(), &[name, "--help"]);
        made.status.success().then(|| text(&made.stdout))
    });
    let options = call.iter().filter(|word| word.starts_with("--") && word.len() > 2);
    let mut options = options.map(|word| word.split('=').next().unwrap_or(word));
    help.as_ref().is_some_and(|help| options.all(|option| help.contains(option)))
}

#[test]
fn every_command_named_exists() {
    let mut named: BTreeSet<Vec<String>> = BTreeSet::new();
    for page in pages() {
        for command in page.shown() {
            let read = Command::new("bash").args(["-nc", &command]).output().expect("bash starts");
            assert!(read.status.success(), "{}: {command}\n{}", page.path, text(&read.stderr));
            named.extend(calls(&command));
        }
        named.extend(page.pieces.iter().flat_map(|piece| match piece {
            Piece::Code(words) => calls(words),
            _ => Vec::new(),
        }));
    }
    assert!(named.len() > 25, "{named:?}");
    let mut help = BTreeMap::new();
    for (call, is_server) in named.iter().zip(server_takes(&named)) {
        assert!(
            is_server || compiler_takes(call, &mut help),
            "no such command: firstlight {}",
            call.join(" ")
        );
    }
}

/// A link's path from the top of the repository, without `.` and `..`; none for a web address.
fn target(page: &str, link: &str) -> Option<(String, Option<String>)> {
    if link.contains("://") {
        return None;
    }
    let (path, anchor) =
        link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor.to_owned())));
    if path.is_empty() {
        return Some((page.to_owned(), anchor));
    }
    let mut to = PathBuf::from(page);
    to.pop();
    for component in Path::new(path).components() {
        match component {
            Component::ParentDir => assert!(to.pop(), "{page}: {link} leaves the repository"),
            Component::Normal(name) => to.push(name),
            _ => {}
        }
    }
    Some((to.to_str().expect("UTF-8").to_owned(), anchor))
}

/// Every page of the project that people read, the summary too.
#[test]
fn every_link_leads_somewhere() {
    let more = [
        "docs/SUMMARY.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "tests/boot/README.md",
        "profiles/_host/README.md",
    ];
    let mut broken = Vec::new();
    for page in pages().into_iter().chain(more.map(Page::read)) {
        for piece in &page.pieces {
            let Piece::Link(link) = piece else { continue };
            let Some((path, anchor)) = target(&page.path, link) else { continue };
            let is_there = root().join(&path).exists();
            let has_anchor = anchor.is_none_or(|anchor| {
                let page = Page::read(&path);
                page.pieces.iter().any(|piece| matches!(piece, Piece::Anchor(slug) if *slug == anchor))
            });
            if !is_there || !has_anchor {
                broken.push(format!("{}: {link}", page.path));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The book has every page, once.
#[test]
fn the_summary_is_complete() {
    let summary = Page::read("docs/SUMMARY.md");
    let links = summary.pieces.iter().filter_map(|piece| match piece {
        Piece::Link(link) => target(&summary.path, link).map(|(path, _)| path),
        _ => None,
    });
    let links: Vec<_> = links.collect();
    for page in pages() {
        let count = links.iter().filter(|link| **link == page.path).count();
        assert_eq!(count, 1, "docs/SUMMARY.md and {}", page.path);
    }
}

/// What mdBook is given of pages from outside of docs/: their links lead to where the pages are in the book.
#[test]
fn the_book_has_the_readme() {
    let chapter = |path: &str, content: &str| serde_json::json!({"Chapter": {"path": path, "content": content, "sub_items": []}});
    let readme = "[a](docs/start.md#x) ![b](docs/boot.svg) [`c`](LICENSE) `[d](docs/start.md)`\n\
        ```\n[e](docs/start.md)\n```\n";
    let items = [
        chapter("../README.md", readme),
        chapter("start.md", "[f](../README.md#install) [g](https://a.b/)\n"),
    ];
    let context = serde_json::json!({"root": root(), "config": {"book": {"src": "docs"}}});
    let mut child = Command::new("python3")
        .args(["-B", "tests/book/chapters.py"])
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    let given = serde_json::json!([context, {"items": items}]).to_string();
    child.stdin.take().expect("a pipe").write_all(given.as_bytes()).expect("writable");
    let made = child.wait_with_output().expect("it ends");
    let book: serde_json::Value = serde_json::from_slice(&made.stdout).expect("JSON");
    let of = |item: usize, key: &str| book["items"][item]["Chapter"][key].as_str().map(str::to_owned);
    assert_eq!(of(0, "path").as_deref(), Some("index.md"));
    let wanted = "[a](start.md#x) ![b](boot.svg) `c` `[d](docs/start.md)`\n```\n[e](docs/start.md)\n```\n";
    assert_eq!(of(0, "content").as_deref(), Some(wanted));
    assert_eq!(of(1, "content").as_deref(), Some("[f](index.md#install) [g](https://a.b/)\n"));
}

#[test]
fn the_readme_is_short() {
    let readme = fs::read_to_string(root().join("README.md")).expect("a README");
    let count = readme.split_whitespace().count();
    assert!(count <= MOST_WORDS, "README.md has {count} words");
}

/// Whoever tries firstlight copies these two: the first makes a document, the second runs the tests.
#[test]
fn the_first_two_commands_do_all() {
    let page = Page::read("README.md");
    let blocks: Vec<_> = page.blocks().map(|(_, _, body)| body.trim_end()).take(2).collect();
    let [document, tests] = blocks[..] else { panic!("{blocks:?}") };
    assert_eq!(document, "cargo run --release -- render --domain infrakt.example.com > user-data");
    let ci = fs::read_to_string(root().join(".ci/run")).expect("a script");
    assert!(ci.lines().any(|line| line == tests), "CI runs {tests}");
}

#[test]
fn every_make_target_named_is_there() {
    let makefile = fs::read_to_string(root().join("Makefile")).expect("a Makefile");
    let more = ["ARCHITECTURE.md", "CONTRIBUTING.md", "tests/boot/README.md"];
    for page in pages().into_iter().chain(more.map(Page::read)) {
        for piece in &page.pieces {
            let Piece::Code(words) = piece else { continue };
            if let Some(target) = words.strip_prefix("make ").and_then(|rest| rest.split(' ').next()) {
                assert!(makefile.contains(&format!("\n{target}:")), "{}: no target {target}", page.path);
            }
        }
    }
}

/// Editors say the same of the configurations shown here as the program does.
#[test]
fn every_configuration_shown_is_as_the_schema_says() {
    let schema = |of: &str| {
        let schema = serde_json::from_slice(&run(&root(), &["schema", of]).stdout).expect("JSON");
        jsonschema::validator_for(&schema).expect("a schema")
    };
    let (config, hosts) = (schema("config"), schema("hosts"));
    let mut seen = 0;
    for page in pages() {
        for (_, name, text) in page.blocks().filter(|(kind, ..)| *kind == "yaml") {
            let Some(name) =
                name.filter(|name| name.ends_with("firstlight.yaml") || name.ends_with("hosts.yaml"))
            else {
                continue;
            };
            let validator = if name.ends_with("hosts.yaml") { &hosts } else { &config };
            let data = serde_yaml::from_str(text).expect("YAML");
            let errors: Vec<_> = validator.iter_errors(&data).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{}, {name}: {errors:?}", page.path);
            seen += 1;
        }
    }
    assert!(seen >= 8, "only {seen} configurations");
}
