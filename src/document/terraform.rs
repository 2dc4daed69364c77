//! The document as a template for Terraform's `templatefile`, which fills in what Terraform alone knows.

use crate::plan::hole;
use crate::value::SecretUri;

/// Escapes what Terraform would take for its own (`${` and `%{`, whatever stands before them) and opens the holes.
#[must_use]
pub fn template(document: &str, holes: &[&SecretUri]) -> String {
    let escaped = document.replace("${", "$${").replace("%{", "%%{");
    holes.iter().fold(escaped, |text, uri| text.replace(&hole(uri), &format!("${{trimspace({})}}", uri.path)))
}
