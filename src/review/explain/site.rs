//! What follows cloud-init if firstlight made the document: the steps of the host side, and what they wait for.

use std::collections::BTreeMap;

use super::{STEPS, Story, StoryNode, Who};
use crate::host::STAGE;
use crate::text::printable::label;
use crate::userdata::UserData;
use crate::value::{Arrival, Scheme};

/// The names of what comes from outside of the server, as in the table of steps.
const SECRETS: &str = "secrets";
const TOKEN: &str = "token";
const CERTIFICATE: &str = "certificate";

/// What a document says about its site.
struct Site<'a> {
    /// The variables in `/etc/firstlight/site.sh`, by name.
    values: BTreeMap<&'a str, String>,
    /// The references to secrets in the staged files: the name of the variable, and the reference.
    references: Vec<(String, String)>,
    /// The certificate authority that the Caddyfile names with `acme_ca`, if it names one.
    authority: Option<String>,
}

/// Adds what follows cloud-init, if firstlight made the document, and returns the title of the story.
pub(super) fn add(data: &UserData, nodes: &mut Vec<StoryNode>) -> String {
    let name = label(&data.name);
    let command = data.config.runcmd.iter().find_map(|command| {
        let words = command.words.list()?;
        words.first().map(|first| (first.as_str(), words.get(1).map(String::as_str)))
    });
    let start = match command {
        Some(("firstlight", Some("install_site"))) => {
            "Enables firstlight.target and starts the steps below. They continue by themselves, also after a reboot."
        }
        Some(("firstlight-boot", _)) => {
            "Checks that the image was baked for this document; then enables firstlight.target and starts the steps below."
        }
        Some(("firstlight-bake", _)) => {
            "Installs Docker, pulls the public images, removes the server's identity and powers it off: its disk is the image."
        }
        _ => return format!("{name}: what cloud-init does, in this order"),
    };
    let site = Site::of(data);
    let is_bake = matches!(command, Some(("firstlight-bake", _)));
    if site.is_none() && !is_bake {
        // Every document of this version describes its site in a file of its own.
        return format!(
            "{name}: a document from an older firstlight, or an edited one; its own steps are not known here"
        );
    }
    say(nodes, "scripts_user", start);
    say(
        nodes,
        "bootcmd",
        "If the power fails before the site is installed, cloud-init starts again from the beginning.",
    );
    let Some(site) = site else {
        return format!("{name}: a document from firstlight that bakes an image");
    };
    let before = nodes.last().map(|node| node.name.clone());
    let domain = site.domain();
    nodes.extend(site.outside());
    for step in STEPS {
        if step.outside.contains(&CERTIFICATE) {
            nodes.push(site.certificate());
        }
        let node = site.step(step, before.as_deref(), nodes);
        nodes.push(node);
    }
    format!("{name}: a document from firstlight for https://{domain}")
}

fn say(nodes: &mut [StoryNode], name: &str, sentence: &str) {
    if let Some(node) = nodes.iter_mut().find(|node| node.name == name) {
        node.lines.push(sentence.to_owned());
    }
}

impl<'a> Site<'a> {
    fn of(data: &'a UserData) -> Option<Self> {
        let text = |path: &str| {
            let file = data.config.files.iter().find(|file| file.path == path)?;
            std::str::from_utf8(file.bytes()?).ok()
        };
        let values = text("/etc/firstlight/site.sh")?.lines().filter_map(|line| line.split_once('='));
        let values = values.map(|(name, value)| (name, unquoted(value))).collect();
        let staged = data.config.files.iter().filter(|file| file.path.starts_with(STAGE));
        let staged: Vec<&str> = staged.filter_map(|file| std::str::from_utf8(file.bytes()?).ok()).collect();
        let lines = || staged.iter().flat_map(|text| text.lines());
        let references = lines().filter_map(|line| {
            let (name, rest) = line.split_once("=@")?;
            let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            is_name.then_some((label(name), label(rest.strip_suffix('@')?)))
        });
        let authority = lines().find_map(|line| line.trim().strip_prefix("acme_ca ")).map(label);
        Some(Self { values, references: references.collect(), authority })
    }

    fn get(&self, name: &str) -> String {
        label(self.values.get(name).map_or("", String::as_str))
    }

    fn domain(&self) -> String {
        self.get("DOMAINS").split_whitespace().next().unwrap_or("").to_owned()
    }

    /// The nodes for what a person or a store has to provide: the secrets, the token and the DNS record.
    fn outside(&self) -> Vec<StoryNode> {
        let mut nodes = Vec::new();
        let mut add = |name: &str, who: Who, lines: Vec<String>| {
            nodes.push(StoryNode { name: name.to_owned(), who, lines, after: Vec::new(), later: Vec::new() });
        };
        let is_given = |reference: &str| reference.contains("://");
        let given: Vec<_> = self.references.iter().filter(|(_, at)| is_given(at)).collect();
        if !given.is_empty() {
            let is_person = given.iter().any(|(_, at)| reference(at).0 == Who::Person);
            let who = if is_person { Who::Person } else { Who::Outside };
            let line = |(name, at): &&(String, String)| format!("{name}: {}", reference(at).1);
            add(SECRETS, who, given.iter().map(line).collect());
        }
        let token = self.get("TOKEN");
        if is_given(&token) {
            let (who, what) = reference(&token);
            let mut lines = vec![what];
            if Scheme::of(&token).is_some_and(|(scheme, _)| scheme.arrival() == Arrival::Copied) {
                lines.push(format!("ssh root@{} firstlight token <ghcr-token", self.domain()));
            }
            lines.push("The server waits for it for at most one day.".to_owned());
            add(TOKEN, who, lines);
        }
        let domains = self.get("DOMAINS").split_whitespace().collect::<Vec<_>>().join(", ");
        add("DNS", Who::Person, vec![format!("Point {domains} to the server's address.")]);
        nodes
    }

    /// The node of a step of the host side. A step that no other step precedes comes after `before`, the last node of
    /// cloud-init.
    fn step(&self, step: &crate::host::HostStep, before: Option<&str>, nodes: &[StoryNode]) -> StoryNode {
        let starter = STEPS.iter().filter(|other| other.starts.contains(&step.name)).map(|other| other.name);
        let mut after: Vec<String> = step.needs.iter().copied().chain(starter).map(str::to_owned).collect();
        if after.is_empty() {
            after.extend(before.map(str::to_owned));
        }
        let outside = step.outside.iter().filter(|name| nodes.iter().any(|node| node.name == **name));
        let mut lines = vec![step.what.to_owned()];
        for name in outside {
            after.push((*name).to_owned());
            match *name {
                TOKEN => lines.insert(0, format!("Logs in to {} with the token.", self.get("REGISTRY"))),
                CERTIFICATE => {
                    lines.push(format!(
                        "The server requests https://{}{} from itself",
                        self.domain(),
                        self.get("HEALTH")
                    ));
                }
                _ => {}
            }
        }
        let later = step.later.iter().map(|name| (*name).to_owned()).collect();
        StoryNode { name: step.name.to_owned(), who: Who::Server, lines, after, later }
    }

    fn certificate(&self) -> StoryNode {
        let authority = self.authority.clone().unwrap_or_else(|| "a public authority".to_owned());
        let lines = vec![
            format!("Caddy gets it from {authority}, which connects to the domain on port 80 or 443."),
            "Caddy retries until the domain points to the server.".to_owned(),
        ];
        let after = ["DNS", "caddy"].map(str::to_owned).to_vec();
        StoryNode { name: CERTIFICATE.to_owned(), who: Who::Outside, lines, after, later: Vec::new() }
    }
}

/// Who provides the secret that a reference names, and how, in words.
///
/// A text without a known scheme is returned unchanged, with [`Who::Outside`].
#[must_use]
pub fn reference(text: &str) -> (Who, String) {
    let Some((scheme, rest)) = Scheme::of(text) else { return (Who::Outside, text.to_owned()) };
    let what = match scheme.arrival() {
        Arrival::Copied => format!("Copy it to the server, as {rest}."),
        Arrival::Credential => {
            format!(
                "Give it to systemd as the credential {rest}: in /etc/credstore/{rest}, or through the hypervisor."
            )
        }
        Arrival::Fetched(store) => format!("Fetched from {store}: {text}"),
        Arrival::FilledIn => format!("Terraform inserts it into the document: it is the variable {rest}."),
        Arrival::Embedded => "It is in the document itself.".to_owned(),
    };
    (if scheme.waits_for_person() { Who::Person } else { Who::Outside }, what)
}

/// A word of bash without the single quotes around it.
fn unquoted(word: &str) -> String {
    match word.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(inside) => inside.replace("'\\''", "'"),
        None => word.to_owned(),
    }
}

impl Story {
    /// The names of the nodes that a node waits for, and whether it waits for them only after it has begun. Those come
    /// last.
    pub(super) fn waits(node: &StoryNode) -> impl Iterator<Item = (&String, bool)> {
        let after = node.after.iter().map(|name| (name, false));
        after.chain(node.later.iter().map(|name| (name, true)))
    }
}
