//! The advice about a secret, which depends on where it was given.

use crate::escape::shell::ascii_word;
use crate::evidence::{Clue, ClueKind};
use crate::text::source::Place;
use crate::value::{CREDENTIALS, HOLES};

/// Where to put a secret instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Remedy {
    /// The key accepts a reference, such as `token: file:///…`; `file` is the file's name on the server.
    Reference { key: String, file: String },
    /// An entry of a setting that maps names to references: the name of the setting, and that of the entry.
    Entry { map: String, name: String },
    /// A variable of a compose file, which a map of references sets, if the profile has such a setting.
    Variable { map: Option<String>, name: String },
    /// A variable in a file beside the compose file, which a map of references sets.
    EnvFile { map: String, name: String },
    /// A file on the server, into which somebody copies the secret.
    Copy { path: String },
    /// A setting of the profile, whose own text contains the secret.
    Profile,
    /// The password of a user, of which cloud-init also accepts the hash.
    Password,
    /// Nowhere: a comment is not needed, so it cannot be allowed either.
    Comment,
    /// A file on the server, in all other cases.
    Server,
}

impl Remedy {
    /// The advice, with the way to allow the value if it is not a secret.
    pub(super) fn text(&self, clue: &Clue, address: &str, place: &Place) -> String {
        let is_flag = place.source.command_line;
        // The server cannot generate a secret that somebody else issued, or a value that contains more than a secret.
        let is_part = clue.name.as_deref().zip(self.name()).is_some_and(|(part, whole)| part != whole);
        let make =
            if matches!(clue.kind, ClueKind::Shape | ClueKind::Place) || is_part { "" } else { self.make() };
        let revoke = if clue.kind == ClueKind::Shape { "revoke it if it has been shared; " } else { "" };
        let overrule = match clue.is_private_key() || *self == Self::Comment {
            true => String::new(),
            false => overrule("it is not a secret", address, is_flag),
        };
        format!("{revoke}{}{make}{overrule}", self.instead(is_flag))
    }

    /// The advice about a reference that was given as the value of a variable.
    pub(super) fn for_reference(&self, given: &str, address: &str, place: &Place) -> String {
        let is_flag = place.source.command_line;
        let move_it = match self {
            Self::Entry { map, name } => {
                let in_config = format!("`{map}: {{{name}: {}}}`", in_a_list(given));
                match is_flag {
                    true => format!(
                        "move it to the setting `{map}`: --set {} (in a configuration {in_config})",
                        ascii_word(&format!("{map}.{name}={given}"))
                    ),
                    false => format!("move it to the setting `{map}`: {in_config}"),
                }
            }
            Self::Variable { map: Some(map), name } => {
                let given = in_a_list(given);
                format!(
                    "write ${{{name}}} here, and the reference under settings: `{map}: {{{name}: {given}}}`"
                )
            }
            Self::EnvFile { map, name } => {
                let given = in_a_list(given);
                format!(
                    "{}; then write the reference under settings: `{map}: {{{name}: {given}}}`",
                    passed_on(name)
                )
            }
            _ => self.instead(is_flag),
        };
        move_it + &overrule("the application itself resolves the reference", address, is_flag)
    }

    /// Whether it is for the value of an environment variable.
    pub(super) fn is_of_a_variable(&self) -> bool {
        matches!(self, Self::Entry { .. } | Self::Variable { .. } | Self::EnvFile { .. })
    }

    /// The name of the value that the secret belongs to.
    fn name(&self) -> Option<&str> {
        match self {
            Self::Reference { key: name, .. }
            | Self::Entry { name, .. }
            | Self::Variable { name, .. }
            | Self::EnvFile { name, .. } => Some(name),
            Self::Copy { .. } | Self::Profile | Self::Password | Self::Comment | Self::Server => None,
        }
    }

    /// The advice without a way to allow the value, for places that only accept a reference.
    pub(super) fn alone(&self, place: &Place) -> String {
        self.instead(place.source.command_line) + self.make()
    }

    /// The advice that the server can generate the secret; empty if it cannot.
    fn make(&self) -> &'static str {
        let Some(name) = self.name().filter(|_| !matches!(self, Self::Variable { map: None, .. })) else {
            return "";
        };
        let is_more = ["URL", "URI", "DSN"].iter().any(|end| name.to_ascii_uppercase().ends_with(end));
        match name == "token" || is_more {
            true => "",
            false => "; with `generate` instead of the path, the server generates one",
        }
    }

    fn instead(&self, is_flag: bool) -> String {
        match self {
            Self::Reference { key, file } => {
                let reference = reference(file);
                let instead = match is_flag {
                    true => flag(key, &reference),
                    false => format!("`{key}: {reference}`"),
                };
                format!("store it in a file on the server, and write a reference to it: {instead}")
            }
            Self::Entry { map, name } => entry(map, name, is_flag),
            Self::Variable { map: Some(map), name } => {
                format!("write ${{{name}}} here; {}", entry(map, name, is_flag))
            }
            Self::Variable { map: None, name } => {
                format!("write ${{{name}}} here, and set {name} in the file .env beside it on the server")
            }
            Self::EnvFile { map, name } => format!("{}; then {}", passed_on(name), entry(map, name, is_flag)),
            Self::Copy { path } => format!(
                "remove it here, and write the reference {} where the secret is needed; `firstlight render` then \
                 prints the command that copies your file to the server",
                reference_to(path)
            ),
            Self::Profile => {
                "define a setting of `type: secret` for it, whose value is a reference such as file:///etc/firstlight/NAME"
                    .to_owned()
            }
            Self::Password => {
                "use an SSH key instead; or write the hash of a password, as `openssl passwd -6` prints it \
                 (`hashed_passwd:`, or `type: hash`)"
                    .to_owned()
            }
            Self::Comment => "remove it from the comment, which gets into the document as well".to_owned(),
            Self::Server => "store it in a file on the server that only root can read, and read it there".to_owned(),
        }
    }
}

fn entry(map: &str, name: &str, is_flag: bool) -> String {
    let reference = reference(name);
    let in_config = format!("`{map}: {{{name}: {reference}}}`");
    match is_flag {
        true => format!(
            "store it in a file on the server, and write a reference to it: --set {map}.{name}={reference} (in a \
             configuration {in_config})"
        ),
        false => format!(
            "store it in a file on the server, and write a reference to it under settings: {in_config}"
        ),
    }
}

fn overrule(if_so: &str, address: &str, is_flag: bool) -> String {
    match is_flag {
        true => format!("\nif {if_so}, allow it: --in-clear {}", ascii_word(address)),
        false => {
            format!("\nif {if_so}, allow it in the configuration: `in_clear: [{}]`", in_a_list(address))
        }
    }
}

/// The advice how a variable of `.env` on the server gets into a container.
fn passed_on(name: &str) -> String {
    format!(
        "remove this line, and write `environment: {{{name}: \"${{{name}}}\"}}` at the service in the compose file"
    )
}

/// An address as an item of a list in brackets.
fn in_a_list(address: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/:".contains(c);
    match address.chars().all(is_plain) && address.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
    {
        true => address.to_owned(),
        false => serde_json::json!(address).to_string(),
    }
}

fn reference(file: &str) -> String {
    format!("file:///etc/firstlight/{file}")
}

/// The reference to a file on the server by its path.
fn reference_to(path: &str) -> String {
    match (path.strip_prefix(CREDENTIALS), path.strip_prefix(HOLES)) {
        (Some(name), _) => format!("credential://{name}"),
        (_, Some(name)) => reference(name),
        _ => format!("file://{path}"),
    }
}

fn flag(key: &str, reference: &str) -> String {
    if key == "token" { format!("--token {reference}") } else { format!("--set {key}={reference}") }
}
