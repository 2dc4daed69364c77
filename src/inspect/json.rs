//! A document taken apart, as data.

use serde_json::{Value as Json, json};

use crate::diagnostic::Report;
use crate::evidence::redacted as mask;
use crate::evidence::starred;
use crate::render::sha256;
use crate::userdata::{Command, File, Include, Part, Step, User, UserData};

/// As data, with what lint finds. What stands in files is not in it; its digest is.
#[must_use]
pub fn json(data: &UserData, found: &Report) -> Json {
    let config = &data.config;
    json!({
        "file": mask(&data.name),
        "bytes": data.bytes,
        "counted": data.counted(),
        "layers": data.layers,
        "parts": list(&data.parts, part),
        "includes": list(&data.includes, include),
        "files": list(&config.files, file),
        "units": data.units().map(|file| mask(&file.path)).collect::<Vec<_>>(),
        "groups": masked(&config.groups),
        "users": list(&config.users, user),
        "packages": masked(&config.packages),
        "bootcmd": list(&config.bootcmd, command),
        "runcmd": list(&config.runcmd, command),
        "keys": keys(data),
        "order": list(&data.steps(), step),
        "fits": data.fits(),
        "findings": found.records(),
    })
}

fn list<T>(items: &[T], one: fn(&T) -> Json) -> Vec<Json> {
    items.iter().map(one).collect()
}

fn masked(names: &[String]) -> Vec<String> {
    names.iter().map(|name| mask(name)).collect()
}

fn part(part: &Part) -> Json {
    json!({
        "name": mask(&part.name),
        "kind": part.kind,
        "template": part.template,
        "content_type": mask(&part.content_type),
        "bytes": part.payload.bytes().len(),
        "sha256": sha256(part.payload.bytes()),
    })
}

fn include(include: &Include) -> Json {
    json!({ "url": mask(&include.url), "once": include.once })
}

fn file(file: &File) -> Json {
    json!({
        "path": mask(&file.path),
        "mode": format!("{:04o}", file.mode),
        "owner": mask(&file.owner),
        "encoding": file.encoding.as_deref().map(mask),
        "bytes": file.bytes().map(<[u8]>::len),
        "sha256": file.sha256(),
        "source": file.source.as_deref().map(mask),
        "append": file.append,
        "defer": file.defer,
        "line": file.place.source.line_column(file.place.span.start).0,
    })
}

fn user(user: &User) -> Json {
    json!({
        "name": mask(&user.name),
        "groups": masked(&user.groups),
        "sudo": masked(&user.sudo),
        "ssh_authorized_keys": user.keys,
        "ssh_import_id": masked(&user.imports),
    })
}

/// A command's words or its line. Whether a word is a secret can depend on the one before.
fn command(command: &Command) -> Json {
    let words = match &command.words {
        Ok(words) => words,
        Err(line) => return starred(line).into(),
    };
    let line = starred(&words.join(" "));
    let mut at = 0;
    let mut word = |word: &String| {
        let start = at;
        at += word.len() + 1;
        line.get(start..start + word.len()).unwrap_or("").to_owned()
    };
    words.iter().map(&mut word).collect::<Vec<_>>().into()
}

fn keys(data: &UserData) -> Vec<String> {
    let Some(map) = data.config.root.as_ref().and_then(|root| root.map()) else { return Vec::new() };
    map.texts().map(|(_, key, _)| mask(key)).collect()
}

fn step(step: &Step) -> Json {
    let Step { stage, module, every_boot, what } = step;
    json!({ "stage": stage, "module": module, "every_boot": every_boot, "what": mask(what) })
}
