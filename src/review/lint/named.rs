//! Finds secrets without a known shape by their names and places: `DB_PASSWORD=…`, `https://user:password@host`.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::within;
use crate::evidence::{Clue, ClueKind, in_text, in_value, is_label};
use crate::finding::Report;
use crate::finding::rule::{self, Rule};
use crate::review::written::{self, FileValue};
use crate::text::source::Place;
use crate::userdata::{Part, Tree, TreeNode, UserData, Words};

/// The most findings that are reported.
const MOST: usize = 20;
/// The keys of a cloud-config whose texts are checked elsewhere, as files, commands, keys or passwords.
const ELSEWHERE: &[&str] =
    &["write_files", "bootcmd", "runcmd", "users", "user", "password", "chpasswd", "ssh_authorized_keys"];

pub(super) fn check(data: &UserData, report: &mut Report) {
    let mut left = MOST;
    let scripts = data.parts.iter().filter(|part| part.kind.is_script());
    for place in scripts.filter_map(|part| part.payload.place()) {
        in_script(place, place.text(), &mut left, report);
    }
    for command in data.config.bootcmd.iter().chain(&data.config.runcmd) {
        let text = match &command.words {
            Words::List(words) => words.join(" "),
            Words::Line(line) => line.clone(),
        };
        in_script(&command.place, &text, &mut left, report);
    }
    for include in &data.includes {
        in_script(&include.place, include.place.text(), &mut left, report);
    }
    for file in &data.config.files {
        let text = file.text().unwrap_or("");
        let mut clues: Vec<Clue> = found(text, &mut left).into_iter().map(|(_, clue)| clue).collect();
        clues.extend(in_values(&file.path, text, &clues, &mut left));
        for clue in clues {
            let message = format!("{} contains {} in plain text", file.path, clue.what());
            report.push(rule(&clue).at(&file.place.first_line(), message));
        }
    }
    for config in data.parts.iter().flat_map(Part::configs) {
        for (_, key, value) in config
            .map()
            .into_iter()
            .flat_map(|map| map.texts())
            .filter(|(_, key, _)| !ELSEWHERE.contains(key))
        {
            in_config(key, value, &mut BTreeSet::new(), &mut left, report);
        }
    }
}

fn in_script(place: &Place, text: &str, left: &mut usize, report: &mut Report) {
    for (line, clue) in found(text, left) {
        let line = within(place, line);
        // The name of the value may be shown, but not the secret itself.
        report.push(match clue.name.as_deref().filter(|_| clue.kind == ClueKind::Name) {
            Some(name) => rule(&clue)
                .at(&within(&line, name), format!("`{name}` is set here, with its value in plain text")),
            None => {
                let secret = text.get(clue.span.clone()).unwrap_or("");
                rule(&clue)
                    .found(format!("this is {}, in plain text", clue.what()))
                    .hidden_at(&within(&line, secret))
            }
        });
    }
}

/// Checks every text below a key of a cloud-config, by the names of its keys. Nodes that aliases share are checked
/// once.
fn in_config(
    name: &str,
    node: &Tree,
    seen: &mut BTreeSet<*const TreeNode>,
    left: &mut usize,
    report: &mut Report,
) {
    if !seen.insert(Arc::as_ptr(node)) {
        return;
    }
    for item in node.list().unwrap_or_default() {
        in_config(name, item, seen, left, report);
    }
    let map = node.map().into_iter();
    for (key, value) in map.flat_map(|map| map.texts().map(|(_, key, value)| (map.name_of(name, key), value)))
    {
        in_config(key, value, seen, left, report);
    }
    for clue in node.value.text().map(|text| in_value(name, text)).unwrap_or_default() {
        if is_new(&clue) && *left > 0 {
            *left -= 1;
            let message = format!("this is {}, in plain text", clue.what());
            let place = node.place.part(node.value.text().unwrap_or(""), clue.span.clone());
            report.push(rule(&clue).found(message).hidden_at(&place.first_line()));
        }
    }
}

/// The secrets that the names of a file's values tell, in lines in which nothing is `known`: at most `left`, which is
/// reduced by their number.
fn in_values(path: &str, text: &str, known: &[Clue], left: &mut usize) -> Vec<Clue> {
    let line = |at: usize| text.get(..at).map_or(0, |before| before.rfind('\n').map_or(0, |end| end + 1));
    let mut lines: BTreeSet<usize> = known.iter().map(|clue| line(clue.span.start)).collect();
    let mut found = Vec::new();
    for FileValue { name, value, start } in written::values(path, text).named {
        let clue = in_value(&name, &value).into_iter().find(is_new);
        let clue = clue.filter(|_| !is_label(&name, &value));
        if let Some(clue) = clue.filter(|_| *left > 0 && lines.insert(line(start))) {
            *left -= 1;
            found.push(clue);
        }
    }
    found
}

/// The lines of a text that contain such a secret, each with its first clue; at most `left`, which is reduced by
/// their number.
fn found<'a>(text: &'a str, left: &mut usize) -> Vec<(&'a str, Clue)> {
    let clues = in_text(text).into_iter().filter(is_new);
    let mut end = 0;
    let mut found = Vec::new();
    for clue in clues.filter(|clue| clue.is_sure) {
        if found.len() >= *left {
            break;
        }
        if clue.span.start < end {
            continue;
        }
        let start = text.get(..clue.span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("");
        end = start + line.len();
        found.push((line, clue));
    }
    *left -= found.len();
    found
}

/// Whether a clue is sure, and is reported here: secrets of a known shape are found in the whole document at once.
fn is_new(clue: &Clue) -> bool {
    clue.is_sure && matches!(clue.kind, ClueKind::Name | ClueKind::Place)
}

fn rule(clue: &Clue) -> &'static Rule {
    if clue.kind == ClueKind::Name { &rule::NAMED_SECRET } else { &rule::PLACED_SECRET }
}
