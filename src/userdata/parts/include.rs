//! `#include`: a list of URLs.

use std::sync::Arc;

use crate::text::source::Place;
use crate::userdata::part::Include;

/// The addresses in a text, each with what the last header before it says.
pub(super) fn addresses(place: &Place) -> impl Iterator<Item = Include> {
    let mut once = false;
    let mut at = place.span.start;
    place.text().split_inclusive('\n').filter_map(move |line| {
        let start = at;
        at += line.len();
        let rest = match after_header(line) {
            Some((rest, is_once)) => {
                once = is_once;
                rest
            }
            None => line,
        };
        let url = rest.trim();
        if url.is_empty() || rest.starts_with('#') {
            return None;
        }
        let from = start + line.find(url).unwrap_or(0);
        let place = Place { source: Arc::clone(&place.source), span: from..from + url.len() };
        Some(Include { url: url.to_owned(), once, place })
    })
}

/// What stands on a header's line after it, and whether it is the one that fetches once.
fn after_header(line: &str) -> Option<(&str, bool)> {
    let lower = line.to_ascii_lowercase();
    let (header, once) = [("#include-once", true), ("#include", false)]
        .into_iter()
        .find(|(word, _)| lower.starts_with(word))?;
    Some((line.get(header.len()..).unwrap_or("").trim_start(), once))
}
