//! The comment at the document's head: what it is and the command that makes it again.

use crate::escape::shell::ascii_word;
use crate::resolve::Resolved;
use crate::value::SecretRef;

/// The header's lines, each a comment, in printable ASCII.
#[must_use]
pub fn header(resolved: &Resolved) -> String {
    let summary: String =
        resolved.summary.chars().map(|c| if (' '..='~').contains(&c) { c } else { '?' }).collect();
    let command: Vec<_> = resolved.arguments.iter().map(|argument| ascii_word(argument)).collect();
    let names = |scheme| {
        resolved.of_scheme(scheme).iter().map(|uri| uri.path.as_str()).collect::<Vec<_>>().join(", ")
    };
    let (embedded, filled) = (names("env"), names("terraform"));
    let token = match &resolved.token {
        _ if !embedded.is_empty() => format!("SECRET: it holds {embedded}. Keep it as you keep that."),
        _ if !filled.is_empty() => {
            format!("A template for Terraform's templatefile, which fills in {filled}")
        }
        SecretRef::None => "It needs no registry token.".to_owned(),
        reference => format!("No secret in here: the registry token comes from {reference}"),
    };
    format!(
        "# https://{domain}: {summary}\n\
         # {token}\n\
         # By firstlight {version}; the same again:\n\
         #   firstlight render {command}\n",
        domain = resolved.domain,
        version = env!("CARGO_PKG_VERSION"),
        command = command.join(" "),
    )
}
