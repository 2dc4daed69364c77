//! The content of a document as JSON.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::base::digest::sha256;
use crate::evidence::{Known, redacted, starred};
use crate::finding::Report;
use crate::review::known::known;
use crate::review::program::Program;
use crate::review::secret_file::{secret_paths, shown_digest};
use crate::userdata::{BootCommand, Include, Member, Part, Step, User, UserData, Words, WrittenFile};

/// The content of a document as a JSON object, with `found`, the findings of lint. Of a file it has the digest, but
/// not the content, and of one with a secret not even that. Secrets are masked.
#[must_use]
pub fn json(data: &UserData, found: &Report) -> Json {
    let config = &data.config;
    let known = &known(data);
    let secret = &secret_paths(data);
    json!({
        "file": mask(known, &data.name),
        "bytes": data.bytes,
        "counted": data.counted(),
        "layers": data.layers,
        "parts": list(&data.parts, known, part),
        "includes": list(&data.includes, known, include),
        "files": config.files.iter().map(|one| file(known, secret, one)).collect::<Vec<_>>(),
        "program": Program::of(data).as_ref().map(program),
        "units": data.units().map(|file| mask(known, &file.path)).collect::<Vec<_>>(),
        "groups": masked(known, &config.groups),
        "users": list(&config.users, known, user),
        "packages": masked(known, &config.packages),
        "bootcmd": list(&config.bootcmd, known, command),
        "runcmd": list(&config.runcmd, known, command),
        "keys": keys(known, data),
        "order": list(&data.steps(), known, step),
        "fits": data.fits(),
        "findings": found.records(),
    })
}

/// A text with its secrets masked, also those that were found elsewhere in the document.
fn mask(known: &Known, text: &str) -> String {
    redacted(&known.without(text))
}

fn list<T>(items: &[T], known: &Known, one: fn(&Known, &T) -> Json) -> Vec<Json> {
    items.iter().map(|item| one(known, item)).collect()
}

fn masked(known: &Known, names: &[String]) -> Vec<String> {
    names.iter().map(|name| mask(known, name)).collect()
}

fn part(known: &Known, part: &Part) -> Json {
    json!({
        "name": mask(known, &part.name),
        "kind": part.kind,
        "template": part.template,
        "content_type": mask(known, &part.content_type),
        "bytes": part.payload.bytes().len(),
        "sha256": shown_digest("", part.payload.bytes(), &BTreeSet::new(), known),
    })
}

fn include(known: &Known, include: &Include) -> Json {
    json!({ "url": mask(known, &include.url), "once": include.once })
}

fn file(known: &Known, secret: &BTreeSet<&str>, file: &WrittenFile) -> Json {
    let digest = |path: &str, bytes: &[u8]| shown_digest(path, bytes, secret, known);
    json!({
        "path": mask(known, &file.path),
        "mode": format!("{:04o}", file.mode),
        "owner": mask(known, &file.owner),
        "encoding": file.encoding.as_deref().map(|text| mask(known, text)),
        "bytes": file.bytes().map(<[u8]>::len),
        "sha256": file.bytes().and_then(|bytes| digest(&file.path, bytes)),
        "members": file.members.iter().map(|one| member(known, one, digest(&one.path, &one.bytes))).collect::<Vec<_>>(),
        "source": file.source.as_deref().map(|text| mask(known, text)),
        "append": file.append,
        "defer": file.defer,
        "line": file.place.source.line_column(file.place.span.start).0,
    })
}

/// firstlight's own program: each module with its digest.
fn program(program: &Program) -> Json {
    let modules = program.modules.iter().map(|(name, bytes)| (name.clone(), sha256(bytes).into()));
    json!({
        "sha256": program.digest,
        "is_named": program.is_named,
        "is_this_versions": program.is_this_versions(),
        "release": program.release(),
        "modules": modules.collect::<serde_json::Map<_, _>>(),
    })
}

fn member(known: &Known, member: &Member, digest: Option<String>) -> Json {
    json!({
        "path": mask(known, &member.path),
        "mode": format!("{:04o}", member.mode),
        "bytes": member.bytes.len(),
        "sha256": digest,
    })
}

fn user(known: &Known, user: &User) -> Json {
    json!({
        "name": mask(known, &user.name),
        "groups": masked(known, &user.groups),
        "sudo": masked(known, &user.sudo),
        "ssh_authorized_keys": user.keys,
        "ssh_import_id": masked(known, &user.imports),
    })
}

/// A command as its words or its line, with secrets masked. The words are masked as one line, because the word
/// before can be what tells that a word is a secret.
fn command(known: &Known, command: &BootCommand) -> Json {
    let words = match &command.words {
        Words::List(words) => words,
        Words::Line(line) => return known.without(&starred(line)).into(),
    };
    let line = starred(&words.join(" "));
    let mut at = 0;
    let mut word = |word: &str| {
        let start = at;
        at += word.len() + 1;
        known.without(line.get(start..start + word.len()).unwrap_or("")).into_owned()
    };
    words.iter().map(|one| word(one)).collect::<Vec<_>>().into()
}

fn keys(known: &Known, data: &UserData) -> Vec<String> {
    let Some(map) = data.config.root.as_ref().and_then(|root| root.map()) else { return Vec::new() };
    map.texts().map(|(_, key, _)| mask(known, key)).collect()
}

fn step(known: &Known, step: &Step) -> Json {
    let Step { stage, module, every_boot, what } = step;
    json!({ "stage": stage, "module": module, "every_boot": every_boot, "what": mask(known, what) })
}
