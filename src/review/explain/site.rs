//! What follows cloud-init if firstlight made the document: the steps of the host side, and what they wait for.

use serde_json::Value;

use super::{STEPS, StoryNode, Who};
use crate::host::{Origin, SITE, placed};
use crate::text::printable::label;
use crate::userdata::UserData;
use crate::value::{Arrival, Scheme};

/// The names of what comes from outside of the server, as in the table of steps.
const SECRETS: &str = "secrets";
const TOKEN: &str = "token";
const CERTIFICATE: &str = "certificate";

/// The step that only those sites have whose application manages the server.
const MANAGE: &str = "manage";

/// Where cloud-init remembers what it has done.
const SEMAPHORES: &str = "/var/lib/cloud/instance/sem";

/// The steps of which a site has one.
const CADDY: &str = "caddy";
const TRAEFIK: &str = "traefik";

/// What a document says about its site. All texts are for the output.
struct Site {
    /// The domains; the first is the one that the server itself asks.
    domains: Vec<String>,
    /// The path that answers with status 200 if the application is healthy.
    health: String,
    /// The registry that the token is for.
    registry: String,
    /// Where the token comes from; `None` if there is no token.
    token: Option<Token>,
    /// The references to secrets in the staged files: the name of the variable, and the reference.
    references: Vec<(String, String)>,
    /// Whether the application manages the server.
    is_managed: bool,
    /// Whether Traefik is in front of the site, and not Caddy.
    has_traefik: bool,
    /// The certificate authority that the Caddyfile names with `acme_ca`, if it names one.
    authority: Option<String>,
}

/// Where the registry's token comes from.
struct Token {
    /// Who provides it.
    who: Who,
    /// How, in words.
    what: String,
    /// Whether the operator copies it to the server.
    is_copied: bool,
}

/// Adds what follows cloud-init, if firstlight made the document, and returns the title of the story.
pub(super) fn add(data: &UserData, nodes: &mut Vec<StoryNode>) -> String {
    let name = label(&data.name);
    let command = data.config.runcmd.iter().find_map(|command| {
        let words = command.words.list()?;
        words.first().map(|first| (first.as_str(), words.get(1).map(String::as_str)))
    });
    let start = match command {
        Some(("firstlight", Some("apply"))) => {
            "Enables firstlight.service, which runs the steps below. They continue by themselves, also after a reboot."
        }
        Some(("firstlight", Some("boot"))) => {
            "Checks that the image was baked for this document; then enables firstlight.service, which runs the steps below."
        }
        Some(("firstlight", Some("bake"))) => {
            "Installs Docker, pulls the public images, removes the server's identity and powers it off: its disk is the image."
        }
        // Documents of earlier versions brought shell scripts.
        Some(("firstlight", Some("install_site")) | ("firstlight-boot" | "firstlight-bake", _)) => {
            return format!("{name}: a document from an older firstlight; its own steps are not known here");
        }
        _ => return format!("{name}: what cloud-init does, in this order"),
    };
    let site = Site::of(data);
    let is_bake = matches!(command, Some(("firstlight", Some("bake"))));
    if site.is_none() && !is_bake {
        // Every document of this version for a server describes its site in a file of its own.
        return format!(
            "{name}: a document from firstlight that was edited; its own steps are not known here"
        );
    }
    shorten(nodes, data);
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
    for step in STEPS.iter().filter(|step| site.has(step.name)) {
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
        node.brief.push(sentence.to_owned());
    }
}

/// Leaves out of the picture how firstlight does it, and keeps what the user has added.
fn shorten(nodes: &mut [StoryNode], data: &UserData) {
    for node in nodes {
        match node.name.as_str() {
            "bootcmd" => {
                node.brief.retain(|line| !line.contains(SEMAPHORES));
                // Without a command, what is special about commands does not matter.
                if node.brief.len() == 1 {
                    node.brief.clear();
                }
            }
            "write_files" => {
                // All that is not a service or a part of the program: the site's files and the user's own.
                let is_own = |path: &str| Origin::of(path).is_none_or(|origin| origin == Origin::Staged);
                let own = data.config.files.iter().filter(|file| !file.defer && is_own(&file.path));
                node.brief.truncate(1);
                node.brief.push("firstlight's program and its services".to_owned());
                node.brief.extend(own.map(|file| label(placed(&file.path))));
            }
            _ => {}
        }
    }
}

impl Site {
    fn of(data: &UserData) -> Option<Self> {
        let text = |path: &str| {
            let file = data.config.files.iter().find(|file| file.path == path)?;
            std::str::from_utf8(file.bytes()?).ok()
        };
        let site = Self::read(text(SITE)?);
        let staged = data.config.files.iter().filter(|file| Origin::of(&file.path) == Some(Origin::Staged));
        let staged: Vec<&str> = staged.filter_map(|file| std::str::from_utf8(file.bytes()?).ok()).collect();
        let lines = || staged.iter().flat_map(|text| text.lines());
        let references = lines().filter_map(|line| {
            let (name, rest) = line.split_once("=@")?;
            let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            is_name.then_some((label(name), label(rest.strip_suffix('@')?)))
        });
        let directory = |line| ["acme_ca ", "caServer: "].iter().find_map(|key| str::strip_prefix(line, key));
        let authority = lines().map(str::trim).find_map(directory).map(label);
        Some(Self { references: references.collect(), authority, ..site? })
    }

    /// Reads the site's data file.
    fn read(text: &str) -> Option<Self> {
        let data: Value = serde_json::from_str(text).ok()?;
        let get = |key: &str| label(data.get(key).and_then(Value::as_str).unwrap_or_default());
        let domains = data.get("domains").and_then(Value::as_array).into_iter().flatten();
        let token = data.get("token").and_then(|token| {
            let part = |key: &str| token.get(key).and_then(Value::as_str);
            let (who, what, is_copied) = match Scheme::named(part("scheme")?) {
                Some(scheme) => {
                    let (who, what) = provided(scheme, part("path").unwrap_or_default(), part("where")?);
                    (who, what, scheme.arrival() == Arrival::Copied)
                }
                None => (Who::Outside, "It is in the document itself.".to_owned(), false),
            };
            Some(Token { who, what: label(&what), is_copied })
        });
        Some(Self {
            domains: domains.filter_map(Value::as_str).map(label).collect(),
            health: get("health"),
            registry: get("registry"),
            token,
            references: Vec::new(),
            has_traefik: data.get("traefik").is_some_and(Value::is_string),
            is_managed: data.get("managed").is_some_and(Value::is_object),
            authority: None,
        })
    }

    /// Whether the site has this step.
    fn has(&self, step: &str) -> bool {
        match step {
            MANAGE => self.is_managed,
            CADDY => !self.has_traefik,
            TRAEFIK => self.has_traefik,
            _ => true,
        }
    }

    fn domain(&self) -> &str {
        self.domains.first().map_or("", String::as_str)
    }

    /// The nodes for what a person or a store has to provide: the secrets, the token and the DNS record.
    fn outside(&self) -> Vec<StoryNode> {
        let mut nodes = Vec::new();
        let mut add = |name: &str, who: Who, lines: Vec<String>| {
            let brief = lines.clone();
            nodes.push(StoryNode { name: name.to_owned(), who, lines, brief, after: Vec::new() });
        };
        let is_given = |reference: &str| reference.contains("://");
        let given: Vec<_> = self.references.iter().filter(|(_, at)| is_given(at)).collect();
        if !given.is_empty() {
            let is_person = given.iter().any(|(_, at)| reference(at).0 == Who::Person);
            let who = if is_person { Who::Person } else { Who::Outside };
            let line = |(name, at): &&(String, String)| format!("{name}: {}", reference(at).1);
            add(SECRETS, who, given.iter().map(line).collect());
        }
        if let Some(token) = &self.token {
            let mut lines = vec![token.what.clone()];
            if token.is_copied {
                lines.push(format!("ssh root@{} firstlight token <ghcr-token", self.domain()));
            }
            lines.push("The server waits for it for at most one day.".to_owned());
            add(TOKEN, token.who, lines);
        }
        let domains = self.domains.join(", ");
        add("DNS", Who::Person, vec![format!("Point {domains} to the server's address.")]);
        nodes
    }

    /// The node of a step of the host side. A step that no other step precedes comes after `before`, the last node of
    /// cloud-init.
    fn step(&self, step: &crate::host::HostStep, before: Option<&str>, nodes: &[StoryNode]) -> StoryNode {
        let needs = step.needs.iter().copied().filter(|name| self.has(name));
        let mut after: Vec<String> = needs.map(str::to_owned).collect();
        if after.is_empty() {
            after.extend(before.map(str::to_owned));
        }
        let outside = step.outside.iter().filter(|name| nodes.iter().any(|node| node.name == **name));
        let mut lines = vec![step.what.to_owned()];
        for name in outside {
            after.push((*name).to_owned());
            match *name {
                TOKEN => lines.insert(0, format!("Logs in to {} with the token.", self.registry)),
                CERTIFICATE => {
                    lines.push(format!(
                        "The server requests https://{}{} from itself",
                        self.domain(),
                        self.health
                    ));
                }
                _ => {}
            }
        }
        StoryNode { name: step.name.to_owned(), who: Who::Server, brief: lines.clone(), lines, after }
    }

    fn certificate(&self) -> StoryNode {
        let (web_server, step) = if self.has_traefik { ("Traefik", TRAEFIK) } else { ("Caddy", CADDY) };
        let authority = self.authority.clone().unwrap_or_else(|| "a public authority".to_owned());
        let lines = vec![
            format!("{web_server} gets it from {authority}, which connects to the domain on port 80 or 443."),
            format!("{web_server} retries until the domain points to the server."),
        ];
        let after = ["DNS", step].map(str::to_owned).to_vec();
        let brief = lines.clone();
        StoryNode { name: CERTIFICATE.to_owned(), who: Who::Outside, lines, brief, after }
    }
}

/// Who provides the secret that a reference names, and how, in words.
///
/// A text without a known scheme is returned unchanged, with [`Who::Outside`].
#[must_use]
pub fn reference(text: &str) -> (Who, String) {
    match Scheme::of(text) {
        Some((scheme, rest)) => provided(scheme, rest, text),
        None => (Who::Outside, text.to_owned()),
    }
}

/// Who provides a secret, and how, in words. `path` is the part of its reference that names it, and `whole` what says
/// where a store has it.
fn provided(scheme: Scheme, path: &str, whole: &str) -> (Who, String) {
    let what = match scheme.arrival() {
        Arrival::Copied => format!("Copy it to the server, as {path}."),
        Arrival::Credential => {
            format!(
                "Give it to systemd as the credential {path}: in /etc/credstore/{path}, or through the hypervisor."
            )
        }
        Arrival::Fetched(store) => format!("Fetched from {store}: {whole}"),
        Arrival::FilledIn => format!("Terraform inserts it into the document: it is the variable {path}."),
        Arrival::Embedded => "It is in the document itself.".to_owned(),
    };
    (if scheme.waits_for_person() { Who::Person } else { Who::Outside }, what)
}
