//! What cloud-init does with a document, one module after the other.

use super::{StoryNode, Who};
use crate::cloud_init::{ContentKind, Module, Stage};
use crate::evidence::{Known, starred};
use crate::text::printable::{label, line};
use crate::userdata::{BootCommand, UserData, WrittenFile};

/// The most lines of a list that are shown.
const MOST: usize = 12;

/// A node for each module that has something to do, in cloud-init's order. Each node comes after the one before it.
pub(super) fn nodes(data: &UserData, known: &Known) -> Vec<StoryNode> {
    let mut nodes: Vec<StoryNode> = Vec::new();
    let mut add = |who: Who, name: &str, mut lines: Vec<String>, what: &str| {
        let mut name = name.to_owned();
        while nodes.iter().any(|node| node.name == name) {
            name.push('+');
        }
        if !what.is_empty() {
            lines.insert(0, what.to_owned());
        }
        // Who may read a file is not for a picture.
        let brief = lines.iter().map(|line| line.split(" (0").next().unwrap_or(line).to_owned()).collect();
        let after = nodes.last().map(|node| node.name.clone()).into_iter().collect();
        nodes.push(StoryNode { name, who, lines, brief, after });
    };
    let urls: Vec<_> = data.includes.iter().map(|include| label(&include.url)).collect();
    if !urls.is_empty() {
        add(
            Who::CloudInit { stage: Stage::Reading, every_boot: false },
            "include",
            few(urls),
            sentence("include"),
        );
    }
    for step in data.steps().into_iter().take(super::svg::MOST) {
        let who = Who::CloudInit { stage: step.stage, every_boot: step.every_boot };
        let details = details(data, step.module, known);
        let details = if details.is_empty() { vec![label(&step.what)] } else { few(details) };
        add(who, step.module, details, sentence(step.module));
    }
    nodes
}

/// What exactly a module does, one line for each thing; empty if the description of the step says it already.
fn details(data: &UserData, module: &str, known: &Known) -> Vec<String> {
    let config = &data.config;
    let files = |defer: bool| config.files.iter().filter(|file| file.defer == defer).map(file).collect();
    match module {
        "bootcmd" => commands(&config.bootcmd, known),
        "write_files" => files(false),
        "write_files_deferred" => files(true),
        "package_update_upgrade_install" => {
            let keys = ["package_update", "package_upgrade", "apt_update", "apt_upgrade"];
            let on = |key: &&str| config.get(key).is_some_and(|node| node.value.is_true());
            let names: Vec<_> = config.packages.iter().map(|name| label(name)).collect();
            let listed = (!names.is_empty()).then(|| label(&names.join(", ")));
            keys.iter().filter(|key| on(key)).map(|key| (*key).to_owned()).chain(listed).collect()
        }
        "scripts_user" => {
            let scripts = data.parts.iter().filter(|part| part.kind == ContentKind::Script);
            let scripts = scripts.map(|part| format!("the script {}", label(&part.name)));
            scripts.chain(commands(&config.runcmd, known)).collect()
        }
        _ => Vec::new(),
    }
}

fn commands(commands: &[BootCommand], known: &Known) -> Vec<String> {
    commands
        .iter()
        .map(|command| {
            let all = starred(command.line().trim_end());
            let all = known.without(&all);
            let more = if all.contains('\n') { " …" } else { "" };
            format!("{}{more}", line(all.lines().next().unwrap_or("")))
        })
        .collect()
}

fn file(file: &WrittenFile) -> String {
    let fetched = file.source.as_ref().map_or(String::new(), |uri| format!(", fetched from {}", label(uri)));
    format!("{} ({:04o}, {}){fetched}", label(&file.path), file.mode, label(&file.owner))
}

/// Shortens a list to at most `MOST` lines. The last line then says how many are left out.
fn few(mut lines: Vec<String>) -> Vec<String> {
    if lines.len() > MOST {
        let more = lines.len() - MOST + 1;
        lines.truncate(MOST - 1);
        lines.push(format!("and {more} more"));
    }
    lines
}

fn sentence(module: &str) -> &'static str {
    Module::named(module).map_or("", |module| module.sentence)
}
