//! Compares one entry on both sides: how it changed, and what of the change may be shown.

use super::lines::{Budget, lines};
use super::{Change, ChangedContent, Digest, Effect, Entry, EntryKey, Permissions, Side, What};
use crate::base::digest::sha256;
use crate::evidence::{Known, hidden};
use crate::provider::Provider;
use crate::text::printable::label;

/// The change of an entry; `None` if the entry is the same on both sides.
pub(super) fn change(
    key: &EntryKey,
    old: &Side,
    new: &Side,
    provider: Option<&Provider>,
    budget: &mut Budget,
) -> Option<Change> {
    let (before, after) = (old.entries.get(key), new.entries.get(key));
    let what = match (before, after) {
        (None, _) => What::Added,
        (_, None) => What::Removed,
        (Some(before), Some(after)) if is_same(before, after) => return None,
        _ => What::Changed,
    };
    let (kind, name) = match key {
        EntryKey::Comments => ("comments", "comments"),
        EntryKey::File(path) => ("file", path.as_str()),
        EntryKey::Config(name) => ("key", name.as_str()),
        EntryKey::Part(name) => ("part", name.as_str()),
    };
    let known = [&old.known, &new.known];
    let body = body(before, after, known, budget);
    let is_secret = [before, after].into_iter().flatten().any(|entry| entry.secret);
    let digest = |entry: Option<&Entry>| {
        // A short secret could be found from its digest by trying all possible values.
        let entry = entry.filter(|entry| !is_secret && !holds_hidden(&entry.bytes, known))?;
        Some(Digest { bytes: entry.bytes.len(), sha256: sha256(&entry.bytes) })
    };
    Some(Change {
        name: without(&label(name), known),
        kind,
        what,
        effect: Effect::of(key, old, new, provider),
        facts: facts(before, after).iter().map(|fact| without(fact, known)).collect(),
        old: digest(before),
        new: digest(after),
        body,
    })
}

/// Whether a line of a content may contain a secret.
fn holds_hidden(bytes: &[u8], known: [&Known; 2]) -> bool {
    let is_known = |text: &str| known.iter().any(|known| known.find(text).next().is_some());
    std::str::from_utf8(bytes).is_ok_and(|text| hidden(text).contains(&true) || is_known(text))
}

fn is_same(before: &Entry, after: &Entry) -> bool {
    before.bytes == after.bytes && facts(Some(before), Some(after)).is_empty()
}

/// The mode, owner and notes of an entry that is on one side only, or how they differ between both sides.
fn facts(before: Option<&Entry>, after: Option<&Entry>) -> Vec<String> {
    let (Some(before), Some(after)) = (before, after) else {
        return before.or(after).map_or(Vec::new(), |entry| {
            let own = permissions(entry, entry).into_iter().map(|(mode, _)| mode);
            own.chain(entry.owner.iter().map(|owner| label(owner)))
                .chain(entry.notes.iter().map(|note| label(note)))
                .collect()
        });
    };
    let arrow = |old: &str, new: &str| (old != new).then(|| format!("{} → {}", label(old), label(new)));
    let modes = permissions(before, after).and_then(|(old, new)| arrow(&old, &new));
    let owners = before.owner.as_ref().zip(after.owner.as_ref()).and_then(|(old, new)| arrow(old, new));
    let joined = |entry: &Entry| match entry.notes.join(", ") {
        notes if notes.is_empty() => "written unchanged".to_owned(),
        notes => notes,
    };
    // The files of a folder have no notes, so there is nothing to compare.
    let knows = before.owner.is_some() && after.owner.is_some();
    let notes = knows.then(|| arrow(&joined(before), &joined(after))).flatten();
    [modes, owners, notes].into_iter().flatten().collect()
}

/// The permissions on both sides, as text; `None` if one of them is not known, or if they cannot be compared.
fn permissions(before: &Entry, after: &Entry) -> Option<(String, String)> {
    let word = |executable| if executable { "executable" } else { "not executable" }.to_owned();
    match (before.permissions?, after.permissions?) {
        (Permissions::Bits(old), Permissions::Bits(new)) => {
            Some((format!("{old:04o}"), format!("{new:04o}")))
        }
        (Permissions::Executable(old), Permissions::Executable(new)) => Some((word(old), word(new))),
        // Files that git has checked out need not have the modes that a document gives them.
        _ => None,
    }
}

fn without(text: &str, known: [&Known; 2]) -> String {
    known.iter().fold(text.to_owned(), |text, known| known.without(&text).into_owned())
}

fn body(
    before: Option<&Entry>,
    after: Option<&Entry>,
    known: [&Known; 2],
    budget: &mut Budget,
) -> ChangedContent {
    let bytes = |entry: Option<&Entry>| entry.map_or(&[][..], |entry| entry.bytes.as_slice()).to_vec();
    let (old, new) = (bytes(before), bytes(after));
    if old == new {
        return ChangedContent::Same;
    }
    if before.into_iter().chain(after).any(|entry| entry.secret) {
        return ChangedContent::Hidden;
    }
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
    let shown = text(old).zip(text(new)).and_then(|(old, new)| lines(&old, &new, known, budget));
    shown.map_or(ChangedContent::Digests, ChangedContent::Lines)
}
