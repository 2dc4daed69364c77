//! Where a token can be, in words, and what a reference to it consists of.

use crate::value::Scheme;

/// A part of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is called.
    pub title: &'static str,
    /// One line about it.
    pub help: &'static str,
    /// The usual value; empty if it is different for everybody.
    pub usual: &'static str,
    /// Whether it may be left empty.
    pub can_be_empty: bool,
    /// A value with which the parts before this one are tried.
    pub example: &'static str,
}

const fn part(title: &'static str, help: &'static str, usual: &'static str) -> Part {
    Part {
        title,
        help,
        usual,
        can_be_empty: false,
        example: if usual.is_empty() { "kv/example" } else { usual },
    }
}

const fn optional(title: &'static str, help: &'static str) -> Part {
    Part { title, help, usual: "", can_be_empty: true, example: "" }
}

/// Where a token is, as somebody chooses it from a list; `None` if `init` does not offer the scheme.
#[must_use]
pub const fn title(scheme: Scheme) -> Option<&'static str> {
    Some(match scheme {
        Scheme::File => "in a file that I copy to the server",
        Scheme::Credential => "in a systemd credential",
        Scheme::AwsSsm => "in AWS Parameter Store",
        Scheme::AwsSecrets => "in AWS Secrets Manager",
        Scheme::GcpSecrets => "in Google Secret Manager",
        Scheme::AzureKeyVault => "in Azure Key Vault",
        Scheme::Vault => "in HashiCorp Vault",
        Scheme::Terraform => "in a Terraform variable",
        // The document would contain the secret.
        Scheme::Env => return None,
    })
}

const REGION: Part =
    Part { example: "eu-central-1", ..part("Region", "The AWS region, such as eu-central-1.", "") };

/// What has to be known about a token in this place, in the order of [`reference()`].
#[must_use]
pub const fn parts(scheme: Scheme) -> &'static [Part] {
    match scheme {
        // Its path is the usual one.
        Scheme::File | Scheme::Env => &[],
        Scheme::Credential => CREDENTIAL,
        Scheme::AwsSsm => PARAMETER,
        Scheme::AwsSecrets => AWS_SECRET,
        Scheme::GcpSecrets => GOOGLE_SECRET,
        Scheme::AzureKeyVault => AZURE_SECRET,
        Scheme::Vault => VAULT,
        Scheme::Terraform => VARIABLE,
    }
}

const CREDENTIAL: &[Part] =
    &[part("Name of the credential", "The file below /etc/credstore, or the name in SMBIOS.", "ghcr-token")];

const PARAMETER: &[Part] =
    &[part("Name of the parameter", "Not the token itself: the server asks AWS for it.", ""), REGION];

const AWS_SECRET: &[Part] = &[
    part("Name of the secret", "Not the token itself: the server asks AWS for it.", ""),
    REGION,
    optional("Key in the secret's JSON", "Leave it empty if the secret is the token alone."),
];

const GOOGLE_SECRET: &[Part] = &[
    part("Google Cloud project", "The ID of the project that has the secret.", ""),
    part("Name of the secret", "Not the token itself: the server asks Google for it.", "ghcr-token"),
];

const AZURE_SECRET: &[Part] = &[
    part("Name of the vault", "As in https://NAME.vault.azure.net.", ""),
    part("Name of the secret", "Not the token itself: the server asks Azure for it.", "ghcr-token"),
];

const VARIABLE: &[Part] =
    &[part("Name of the variable", "The document becomes a template for templatefile.", "ghcr_token")];

const VAULT: &[Part] = &[
    part("Address of Vault", "Such as https://vault.example.com.", ""),
    part("Path of the secret", "Mount and path, such as kv/site; Vault's KV version 2.", ""),
    part("Field of the secret", "The field that has the token.", "token"),
    optional("Role ID", "Of an AppRole; leave it empty if you give the server a wrapped token instead."),
];

/// The reference to a token in this place. `values` are those of [`parts`]; one that is missing counts as empty. `file`
/// is the name of the token's file.
#[must_use]
pub fn reference(scheme: Scheme, values: &[String], file: &str) -> String {
    let name = scheme.name();
    let value = |at: usize| values.get(at).map_or("", String::as_str);
    let fragment = |at: usize| match value(at) {
        "" => String::new(),
        key => format!("#{key}"),
    };
    match scheme {
        Scheme::File => format!("{name}:///etc/firstlight/{file}"),
        Scheme::Credential | Scheme::Terraform | Scheme::Env => format!("{name}://{}", value(0)),
        Scheme::AwsSsm | Scheme::AwsSecrets => {
            let path = value(0).trim_start_matches('/');
            format!("{name}://{path}?region={}{}", value(1), fragment(2))
        }
        Scheme::GcpSecrets | Scheme::AzureKeyVault => format!("{name}://{}/{}", value(0), value(1)),
        Scheme::Vault => {
            let first = match value(3) {
                "" => "wrapped=file:///etc/firstlight/wrapped".to_owned(),
                role => format!("role_id={role}&secret_id=file:///etc/firstlight/secret-id"),
            };
            format!("{name}://{}?address={}&{first}{}", value(1), value(0), fragment(2))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::SecretRef;

    #[test]
    fn what_is_asked_makes_references_that_are_accepted() {
        for (scheme, values, wanted) in [
            (Scheme::File, &[][..], "file:///etc/firstlight/registry-token"),
            (Scheme::Credential, &["a"], "credential://a"),
            (Scheme::AwsSsm, &["/a/b", "eu-central-1"], "awsssm://a/b?region=eu-central-1"),
            (Scheme::AwsSecrets, &["a", "eu-central-1", ""], "awssecrets://a?region=eu-central-1"),
            (Scheme::AwsSecrets, &["a", "eu-central-1", "k"], "awssecrets://a?region=eu-central-1#k"),
            (Scheme::GcpSecrets, &["p", "s"], "gcpsecrets://p/s"),
            (Scheme::AzureKeyVault, &["abc", "s"], "azurekeyvault://abc/s"),
            (
                Scheme::Vault,
                &["https://v.example.com", "kv/a", "token", ""],
                "vault://kv/a?address=https://v.example.com&wrapped=file:///etc/firstlight/wrapped#token",
            ),
            (
                Scheme::Vault,
                &["https://v.example.com", "kv/a", "token", "r"],
                "vault://kv/a?address=https://v.example.com&role_id=r&secret_id=file:///etc/firstlight/secret-id#token",
            ),
            (Scheme::Terraform, &["t"], "terraform://t"),
        ] {
            let values: Vec<_> = values.iter().map(|&value| value.to_owned()).collect();
            let made = reference(scheme, &values, "registry-token");
            assert_eq!(made, wanted);
            assert!(SecretRef::token(&made).is_ok(), "{made}");
            assert_eq!(parts(scheme).len(), values.len(), "{made}");
        }
    }

    #[test]
    fn every_scheme_is_offered_that_keeps_the_secret_out_of_the_document() {
        for scheme in Scheme::ALL {
            assert_eq!(title(*scheme).is_none(), *scheme == Scheme::Env);
        }
    }
}
