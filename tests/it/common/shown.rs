//! All that the reviewer shows of a document, in every format, as texts.

use firstlight::provider::PROVIDERS;
use firstlight::review::diff::{Diff, Side};
use firstlight::review::explain::Story;
use firstlight::review::inspect;
use firstlight::review::lint::lint;
use firstlight::userdata::decode;

/// A document as one side of a comparison; nothing if it is too large for one.
pub fn side(name: &str, document: &[u8]) -> Option<Side> {
    Side::document(&decode(name, document), document).ok()
}

/// How two documents differ.
pub fn diff(old: &str, new: &str) -> Diff {
    let side = |name, text: &str| side(name, text.as_bytes()).expect("small");
    Diff::of(&side("old", old), &side("new", new), None)
}

/// Two documents compared, in every format; nothing if one is too large.
pub fn every_diff(old: &[u8], new: &[u8]) -> Vec<String> {
    let (Some(old), Some(new)) = (side("old", old), side("new", new)) else { return Vec::new() };
    let diff = Diff::of(&old, &new, PROVIDERS.first());
    vec![diff.human(false), diff.human(true), diff.markdown(), diff.json().to_string()]
}

/// What each command prints of it, in each format.
pub fn every_format(document: &[u8]) -> Vec<(&'static str, String)> {
    let data = decode("user-data", document);
    let found = lint(&data, None);
    let story = Story::of(&data);
    let mut shown = vec![
        ("inspect", inspect::human(&data, &found)),
        ("inspect, JSON", inspect::json(&data, &found).to_string()),
        ("explain", story.words()),
        ("explain, Mermaid", story.mermaid()),
        ("explain, SVG", story.svg()),
        ("lint", found.human(false)),
        ("lint in colours", found.human(true)),
        ("lint, JSON", found.json()),
        ("lint, SARIF", found.sarif("user-data")),
        ("lint, GitHub", found.github("user-data")),
    ];
    let other = b"#cloud-config\ntimezone: UTC\n";
    let names = ["diff", "diff in colours", "diff, Markdown", "diff, JSON"];
    shown.extend(names.into_iter().zip(every_diff(other, document)));
    shown.extend(names.into_iter().zip(every_diff(document, other)));
    shown
}

/// What a terminal obeys instead of showing it, what turns writing around, and what nobody sees.
pub fn is_odd(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}
