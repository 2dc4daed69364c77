//! The comment at the beginning of a document: what it is, and the command that makes it again.

use crate::compile::phase::Phase;
use crate::compile::resolve::Resolved;
use crate::compile::search::Searched;
use crate::escape::shell::ascii_word;
use crate::value::{Arrival, SecretRef};

/// The header's lines, each a comment, in printable ASCII; the command's arguments make the same document again.
#[must_use]
pub(crate) fn header(resolved: &Resolved, searched: &Searched, phase: Phase, command: &[String]) -> String {
    let ascii = |text: &str| -> String {
        text.chars().map(|c| if (' '..='~').contains(&c) { c } else { '?' }).collect()
    };
    let summary = ascii(&resolved.summary);
    let command: Vec<_> = command.iter().map(|argument| ascii_word(argument)).collect();
    let (embedded, filled) = (resolved.names(Arrival::Embedded), resolved.names(Arrival::FilledIn));
    let in_clear = ascii(&searched.in_clear.join(", "));
    let found = match in_clear.is_empty() {
        true => "No secret was found in this document by format, name or place".to_owned(),
        false => format!("Allowed in clear text: {in_clear}"),
    };
    let and_in_clear = if in_clear.is_empty() { String::new() } else { format!("; {found}") };
    let token = match &resolved.token {
        _ if !embedded.is_empty() => {
            format!(
                "SECRET: this document contains {embedded}; protect it like the secret itself{and_in_clear}"
            )
        }
        _ if !filled.is_empty() => {
            format!("A template for Terraform's templatefile, which fills in {filled}{and_in_clear}")
        }
        SecretRef::None => format!("{found}; no registry token is needed"),
        reference => format!("{found}; the registry token comes from {reference}"),
    };
    let what = match phase {
        Phase::All => format!("https://{}", resolved.domain),
        Phase::Bake => "Bakes an image for any domain".to_owned(),
        Phase::Boot => format!("https://{}, for a server that boots from the baked image", resolved.domain),
    };
    format!(
        "# {what}: {summary}\n\
         # {token}\n\
         # Made by firstlight {version}; this command makes it again:\n\
         #   firstlight render {command}\n",
        version = env!("CARGO_PKG_VERSION"),
        command = command.join(" "),
    )
}
