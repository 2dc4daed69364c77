//! The document as a template for Terraform's `templatefile`, which fills in the secrets from variables.

use crate::compile::plan::hole;
use crate::host::TERRAFORM_HOLE;
use crate::value::SecretUri;

/// Escapes what Terraform would take for its own (`${` and `%{`, whatever stands before them) and opens the holes.
///
/// A value goes in as base64: nothing that it holds, a newline least of all, can become YAML.
#[must_use]
pub(crate) fn template(document: &str, holes: &[&SecretUri]) -> String {
    let escaped = document.replace("${", "$${").replace("%{", "%%{");
    holes.iter().fold(escaped, |text, uri| {
        let filled = format!(" encoding: b64\n content: \"{TERRAFORM_HOLE}{}))}}\"\n", uri.path);
        text.replace(&format!(" content: |-\n  {}\n", hole(uri)), &filled)
    })
}
