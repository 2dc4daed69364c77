//! `firstlight diff` of what nobody would write: nothing leaves a Markdown fence, nothing breaks it, all ends in time.

use firstlight::review::diff::ChangedContent;
use proptest::prelude::*;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use serde_json::Value;

use crate::common::shown::{diff, every_diff, side};
use crate::common::{code, feed, processor, root};

// Markdown

/// The fenced texts of a Markdown document; all else in it, without what this tool itself writes.
fn fences(markdown: &str) -> (Vec<String>, Vec<String>) {
    let (mut blocks, mut html, mut inside) = (Vec::new(), Vec::new(), None);
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(kind))) => {
                assert_eq!(&*kind, "diff");
                inside = Some(String::new());
            }
            Event::End(TagEnd::CodeBlock) => blocks.extend(inside.take()),
            Event::Text(text) if inside.is_some() => inside.as_mut().expect("a block").push_str(&text),
            Event::Html(text) | Event::InlineHtml(text) => html.push(text.trim().to_owned()),
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::BlockQuote(_)) => panic!("{markdown}"),
            _ => {}
        }
    }
    html.retain(|text| !text.is_empty() && text != "</details>");
    (blocks, html)
}

fn file_with(path: &str, content: &str) -> String {
    let entry = serde_json::json!({ "path": path, "content": content });
    format!("#cloud-config\nwrite_files: [{entry}]\n")
}

/// Whatever stands in a file or its name, it stands within its fence.
fn assert_fenced(path: &str, old: &str, new: &str) {
    let diff = diff(&file_with(path, old), &file_with(path, new));
    let markdown = diff.markdown();
    let (blocks, html) = fences(&markdown);
    let wanted: Vec<String> = diff
        .changes
        .iter()
        .filter(|change| change.body != ChangedContent::Same)
        .map(|change| change.lines().iter().map(|line| line.text() + "\n").collect())
        .collect();
    assert_eq!(blocks, wanted, "{markdown}");
    for text in html {
        assert!(
            text.starts_with("<details><summary><code>") && text.ends_with("</code></summary>"),
            "{text}"
        );
        let name = &text[24..text.len() - 17];
        assert!(!name.contains(['<', '>', '"', '\'', '`', '@', '[', '*']), "{name}");
    }
}

#[test]
fn nothing_breaks_out_of_a_fence() {
    for content in [
        "```\n# out\n",
        "````\n```\n`````\n",
        "~~~\n",
        "</details>\n<script>alert(1)</script>\n",
        "\n\n</summary>\n",
        "x\r\n```\r\n# out\r\n",
        "\u{2028}```\u{2028}# out",
        "`",
        "@somebody [x](https://example.com) ![y](https://example.com/y)",
        "    ```",
    ] {
        assert_fenced("/opt/a", "", content);
        assert_fenced("/opt/a", content, "x");
        assert_fenced(&format!("/opt/{content}"), "a", "b");
    }
}

#[test]
fn a_comment_is_never_too_long() {
    let lines = |word: &str| (0..900).map(|n| format!("{word} {n} {}\n", "x".repeat(60))).collect::<String>();
    let file =
        |n: usize, word: &str| serde_json::json!({ "path": format!("/opt/{n}"), "content": lines(word) });
    let all = |word: &str| {
        format!(
            "#cloud-config\nwrite_files: {}\n",
            serde_json::json!((0..6).map(|n| file(n, word)).collect::<Vec<_>>())
        )
    };
    let made = diff(&all("old"), &all("new")).markdown();
    assert!(made.len() < 65_536, "{}", made.len());
    assert!(made.contains("too long to be shown here"));
}

// No input breaks it

/// Texts that are nearly documents.
fn nearly() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "#cloud-config\n",
        "write_files:\n",
        "- path: /a\n",
        "  content: x\n",
        "  content: |\n   y\n",
        "  encoding: b64\n",
        "  append: true\n",
        "runcmd:\n",
        "- [a, b]\n",
        "- c\n",
        "&a ",
        "*a\n",
        "{x: ",
        "}",
        "[",
        "]",
        "\n",
        "#!/bin/sh\n",
        "password: x\n",
        "Content-Type: multipart/mixed; boundary=b\nMIME-Version: 1.0\n\n--b\n",
        "--b--\n",
        "```",
        "\u{7}",
        "é",
        "## template: jinja\n",
        "{{ x }}",
        "<<: ",
        "? ",
        ": ",
        "token: ",
        "'",
        "\"",
    ]);
    let texts = prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat().into_bytes());
    prop_oneof![2 => texts, 1 => prop::collection::vec(any::<u8>(), 0..200)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_two_byte_strings(old in nearly(), new in nearly()) {
        let made = every_diff(&old, &new);
        let again = every_diff(&old, &new);
        prop_assert_eq!(&made, &again);
        if let Some(json) = made.get(3) {
            let data: Value = serde_json::from_str(json).expect("JSON");
            prop_assert_eq!(data["same"].as_bool(), Some(old == new));
        }
        if let Some(markdown) = made.get(2) {
            fences(markdown);
        }
    }

    #[test]
    fn any_text_stays_in_its_fence(path in "[ -~\n`<>\r]{0,20}", old in "[a`~\n<>/\\-]{0,40}", new in any::<String>()) {
        assert_fenced(&format!("/{path}"), &old, &new);
    }

    /// The lines told are those of the texts: the old ones and the new ones can be put together again.
    #[test]
    fn the_lines_are_true(old in "[abc\n]{0,60}", new in "[abc\n]{0,60}") {
        let found = diff(&file_with("/x", &old), &file_with("/x", &new));
        if let Some(change) = found.changes.first() {
            let lines: Vec<String> = change.lines().iter().map(firstlight::review::diff::Line::text).collect();
            for (sign, whole) in [('-', &old), ('+', &new)] {
                let told: Vec<_> = lines.iter().filter(|line| line.starts_with([sign, ' '])).map(|line| &line[1..]).collect();
                prop_assert!(told.iter().all(|line| whole.split('\n').any(|own| own == *line)));
            }
            let count = |sign: char| lines.iter().filter(|line| line.starts_with(sign)).count() as isize;
            let size = |text: &str| text.split_inclusive('\n').count() as isize;
            prop_assert_eq!(count('+') - count('-'), size(&new) - size(&old));
        }
    }
}

#[test]
fn large_inputs_end_in_time() {
    let lines = |word: &str, count: usize| (0..count).map(|n| format!("{word}{n}\n")).collect::<String>();
    let files = |word: &str| {
        let entry =
            |n: usize| serde_json::json!({ "path": format!("/opt/{n}"), "content": lines(word, 950) });
        format!("#cloud-config\nwrite_files: {}\n", serde_json::json!((0..40).map(entry).collect::<Vec<_>>()))
    };
    for (what, old, new) in [
        ("one file", file_with("/x", &lines("a", 200_000)), file_with("/x", &lines("b", 200_000))),
        ("many files", files("a"), files("b")),
        ("signs", file_with("/x", &"token=$(".repeat(100_000)), file_with("/x", &"token=".repeat(100_000))),
        ("bytes", "\u{0}".repeat(1 << 20), "`".repeat(1 << 20)),
    ] {
        let shown = processor::within(30, what, || every_diff(old.as_bytes(), new.as_bytes()).len());
        assert_eq!(shown, 4, "{what}");
    }
    // A small text that says much.
    let laughs: String =
        (1..20).map(|i| format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 9].join(", "))).collect();
    let bomb = format!("#cloud-config\na0: &a0 {}\n{laughs}", "lol".repeat(1000));
    assert!(side("bomb", bomb.as_bytes()).is_none(), "that is refused, not half compared");
    let made = feed(&root(), &["diff", "-", "golden/app"], bomb.as_bytes());
    assert_eq!(code(&made), 2);
}
