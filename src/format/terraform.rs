//! A Terraform module: a template for each host's user-data, a sensitive variable for each secret, and examples.

use std::collections::BTreeSet;

use super::{Item, OutputFolder};
use crate::compile::{Output, document};
use crate::value::Arrival;

/// An example for a provider: its folder, which has the name of the Terraform provider; the provider's source address
/// in Terraform's registry; and the resources that create the servers.
struct Example {
    folder: &'static str,
    source: &'static str,
    body: &'static str,
}

const EXAMPLES: [Example; 6] = [
    Example { folder: "hcloud", source: "hetznercloud/hcloud", body: include_str!("examples/hcloud.tf") },
    Example {
        folder: "digitalocean",
        source: "digitalocean/digitalocean",
        body: include_str!("examples/digitalocean.tf"),
    },
    Example { folder: "aws", source: "hashicorp/aws", body: include_str!("examples/aws.tf") },
    Example { folder: "azurerm", source: "hashicorp/azurerm", body: include_str!("examples/azurerm.tf") },
    Example { folder: "google", source: "hashicorp/google", body: include_str!("examples/google.tf") },
    Example { folder: "linode", source: "linode/linode", body: include_str!("examples/linode.tf") },
];

/// The complete Terraform module for one host.
#[must_use]
pub fn terraform(made: &Output) -> OutputFolder {
    let mut folder = module(&variables(made));
    folder.extend(template(made.resolved.domain.as_str(), made));
    folder
}

/// The names of the variables in the template of a document: one for each secret that Terraform fills in.
#[must_use]
pub fn variables(made: &Output) -> Vec<String> {
    made.resolved.arriving(Arrival::FilledIn).iter().map(|uri| uri.path.to_string()).collect()
}

/// The file `user-data/NAME.tftpl` of one host, which Terraform's `templatefile` renders to its user-data.
#[must_use]
pub fn template(name: &str, made: &Output) -> OutputFolder {
    let holes = made.resolved.arriving(Arrival::FilledIn);
    // A document with placeholders for secrets is a template already.
    let text = match holes.is_empty() {
        true => document::template(&made.document.text, &holes),
        false => made.document.text.clone(),
    };
    OutputFolder::from([(format!("user-data/{name}.tftpl"), Item::text(text))])
}

/// The module without the templates of its hosts. `variables` are the names of the secrets, in any order; a name may
/// occur several times.
#[must_use]
pub fn module(variables: &[String]) -> OutputFolder {
    let variables: BTreeSet<_> = variables.iter().map(String::as_str).collect();
    let variables: Vec<_> = variables.into_iter().collect();
    let mut folder = OutputFolder::from([
        ("main.tf".to_owned(), Item::text(main(&variables))),
        ("outputs.tf".to_owned(), Item::text(outputs(!variables.is_empty()))),
    ]);
    if !variables.is_empty() {
        folder.insert("variables.tf".to_owned(), Item::text(declare(&variables)));
    }
    for example in &EXAMPLES {
        let path = format!("examples/{}/main.tf", example.folder);
        folder.insert(path, Item::text(show(example, &variables)));
    }
    folder
}

fn main(variables: &[&str]) -> String {
    let width = variables.iter().map(|name| name.len()).max().unwrap_or_default();
    let given: String = variables.iter().map(|name| format!("      {name:width$} = var.{name}\n")).collect();
    let given = if given.is_empty() { "{}".to_owned() } else { format!("{{\n{given}    }}") };
    format!(
        r#"# Made by firstlight {version}. Each file in user-data/ is the template of one host, and is named after it.
terraform {{
  required_version = ">= 1.3"
}}

locals {{
  hosts = toset([for file in fileset("${{path.module}}/user-data", "*.tftpl") : trimsuffix(file, ".tftpl")])
  user_data = {{
    for host in local.hosts : host => templatefile("${{path.module}}/user-data/${{host}}.tftpl", {given})
  }}
}}
"#,
        version = env!("CARGO_PKG_VERSION")
    )
}

fn outputs(is_secret: bool) -> String {
    let sensitive = if is_secret { "  sensitive   = true\n" } else { "" };
    let output = |name: &str, what: &str, value: &str| {
        format!("output \"{name}\" {{\n  description = \"{what}\"\n  value       = {value}\n{sensitive}}}\n")
    };
    let hosts = "output \"hosts\" {\n  description = \"The names of the hosts, for use with for_each\"\n  value       = local.hosts\n}\n";
    let encoded =
        |function: &str| format!("{{ for host, text in local.user_data : host => {function}(text) }}");
    [
        hosts.to_owned(),
        output("user_data", "The user-data of each host", "local.user_data"),
        output("user_data_base64", "The user-data of each host, as base64", &encoded("base64encode")),
        output(
            "user_data_gzip_base64",
            "The user-data of each host, as base64 of gzip",
            &encoded("base64gzip"),
        ),
    ]
    .join("\n")
}

fn declare(variables: &[&str]) -> String {
    let one = |name: &&str| {
        format!(
            r#"variable "{name}" {{
  description = "A secret that the servers need"
  type        = string
  sensitive   = true
  nullable    = false

  validation {{
    condition     = can(regex("^[^\\r\\n]+$", trimspace(var.{name})))
    error_message = "The secret {name} must be one line that is not empty."
  }}
}}
"#
        )
    };
    variables.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn show(example: &Example, variables: &[&str]) -> String {
    let Example { folder, source, body } = example;
    let all = std::iter::once("source").chain(variables.iter().copied());
    let width = all.map(str::len).max().unwrap_or_default();
    let given: String = variables.iter().map(|name| format!("  {name:width$} = var.{name}\n")).collect();
    let declared: String = variables
        .iter()
        .map(|name| format!("variable \"{name}\" {{\n  type      = string\n  sensitive = true\n  nullable  = false\n}}\n\n"))
        .collect();
    format!(
        r#"terraform {{
  required_providers {{
    {folder} = {{
      source = "{source}"
    }}
  }}
}}

variable "ssh_public_key" {{
  description = "The SSH public key of the person who may log in to the servers"
  type        = string
}}

{declared}module "firstlight" {{
  {source_key:width$} = "../.."
{given}}}

{body}"#,
        source_key = "source"
    )
}
