//! The site's data file, `/etc/firstlight/site.json`: what the program on the server knows of its site.
//!
//! `profiles/_host/site.schema.json` describes the format, and tests compare every golden case with it. The program
//! only checks the version, because the compiler cannot make an invalid file.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::value::{
    Argument, Branch, ContainerName, Domain, FileName, Folder, GuestPath, HeaderName, Name, RegistryHost,
    RegistryUser, Repository, Scheme, SecretRef, SecretUri, StatusText, UrlPath, Variable,
};

/// The data file's content. A key without a value is `null`; none is left out.
#[derive(Debug, Serialize)]
pub struct SiteData {
    /// The version of the format, now 1.
    pub version: u8,
    /// The site's name, which is also the name of its Compose project.
    pub name: Name,
    /// The domains at which the site answers; the first is the one that `status` shows.
    pub domains: Vec<Domain>,
    /// Whether the certificate may be of an authority that browsers do not know.
    pub any_certificate: bool,
    /// The path that answers with status 200 if the application is healthy.
    pub health: UrlPath,
    /// The folder of the site's files.
    pub home: GuestPath,
    /// The folder of the SSH keys that the application may read.
    pub keys: Option<Folder>,
    /// The Compose service that is the application.
    pub service: ContainerName,
    /// The Compose files, in the order in which Compose reads them.
    pub compose: Vec<GuestPath>,
    /// Where the registry's token comes from; `None` if no image needs a login.
    pub token: Option<Reference>,
    /// The registry that the token is for; Docker Hub if the profile names none.
    pub registry: RegistryHost,
    /// The user name that goes with the token.
    pub registry_user: RegistryUser,
    /// The container that an application which updates itself starts for that; `None` if it does not.
    pub updater: Option<ContainerName>,
    /// Where the Compose file is fetched from; `None` if it comes with the document.
    pub repository: Option<RepositoryFile>,
    /// How the application manages the server itself; `None` if it does not.
    pub managed: Option<Managed>,
    /// The folder of Traefik's Compose file, if Traefik is in front of the site; `None` if Caddy is.
    pub traefik: Option<GuestPath>,
    /// The lines that `status` shows of a site that is up.
    pub lines: Vec<StatusLine>,
    /// What `verify` checks besides the site's health.
    pub checks: Vec<Check>,
    /// The references behind the placeholders in `.env`, by the text between the two `@`.
    pub secrets: BTreeMap<String, Reference>,
}

/// A file of a GitHub repository.
#[derive(Debug, Serialize)]
pub struct RepositoryFile {
    /// The repository, OWNER/NAME.
    pub name: Repository,
    /// The branch or tag.
    pub branch: Branch,
    /// The file's name at the repository's root.
    pub file: FileName,
}

/// How the application manages the server on which it runs: it logs in by SSH, as root.
#[derive(Debug, Serialize)]
pub struct Managed {
    /// The private key on the server. The server makes one if there is none.
    pub key: GuestPath,
    /// The same file in the application's container.
    pub seen_as: GuestPath,
    /// The file in that container with the key of the application's API.
    pub api_key: GuestPath,
    /// The TCP port at which the API answers in the container.
    pub port: u16,
    /// Whether the application is told to provision the server as well.
    pub provision: bool,
}

/// A line of `firstlight status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatusLine {
    /// What the line is about.
    pub label: StatusText,
    /// What it says.
    #[serde(flatten)]
    pub value: LineValue,
}

/// Where a value that the server shows or sends comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LineValue {
    /// A text; `{address}` in it becomes the server's address.
    Text(StatusText),
    /// What a file in the application's container contains.
    File(GuestPath),
    /// What a variable in the application's container contains.
    Variable(Variable),
}

/// A request that `firstlight verify` sends to the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What is checked, in words.
    pub what: StatusText,
    /// The path that is requested.
    pub path: UrlPath,
    /// The request's method.
    pub method: Method,
    /// The headers that it has besides the usual ones.
    pub headers: Vec<Header>,
    /// The statuses that are right, 100 to 599; at least one.
    pub expected: Vec<u16>,
}

/// A header of such a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Header {
    /// Its name.
    pub header: HeaderName,
    /// Its value.
    #[serde(flatten)]
    pub value: LineValue,
}

/// The method of an HTTP request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// `GET`.
    Get,
    /// `HEAD`.
    Head,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
    /// `DELETE`.
    Delete,
    /// `OPTIONS`.
    Options,
    /// `PATCH`.
    Patch,
}

impl Method {
    /// Every method, with its name.
    pub(crate) const ALL: [(&'static str, Self); 7] = [
        ("GET", Self::Get),
        ("HEAD", Self::Head),
        ("POST", Self::Post),
        ("PUT", Self::Put),
        ("DELETE", Self::Delete),
        ("OPTIONS", Self::Options),
        ("PATCH", Self::Patch),
    ];
}

/// A reference to a secret, with its parts apart, so that no program on the server has to parse it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// The place in words, for messages; `None` if the secret is generated on the server.
    #[serde(skip_serializing_if = "Option::is_none", rename = "where")]
    place: Option<String>,
    #[serde(flatten)]
    parts: Parts,
}

/// The parts that the program on the server needs, by scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "scheme")]
enum Parts {
    #[serde(rename = "generate")]
    Generate,
    #[serde(rename = "docker-gid")]
    DockerGid,
    #[serde(rename = "file")]
    File { path: String },
    #[serde(rename = "credential")]
    Credential { path: String },
    #[serde(rename = "embedded")]
    Embedded { path: GuestPath },
    #[serde(rename = "awsssm")]
    AwsSsm { name: String, region: String },
    #[serde(rename = "awssecrets")]
    AwsSecrets {
        name: String,
        region: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    },
    #[serde(rename = "gcpsecrets")]
    GcpSecrets { project: String, name: String, version: String },
    #[serde(rename = "azurekeyvault")]
    AzureKeyVault { vault: String, name: String },
    #[serde(rename = "vault")]
    Vault {
        address: String,
        path: String,
        key: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        role_id: Option<String>,
        first: Box<Reference>,
    },
}

impl SiteData {
    /// The version of the format. The program and its data file come in one document, so each knows one alone.
    pub(crate) const VERSION: u8 = 1;
}

impl Reference {
    /// The number of the group `docker` on the server. It is no secret, but only the server knows it.
    pub(crate) const DOCKER_GID: Self = Self { place: None, parts: Parts::DockerGid };

    /// Returns `None` for [`SecretRef::None`], and for a Vault reference without a first credential, which no parser
    /// returns.
    #[must_use]
    pub(crate) fn of(reference: &SecretRef) -> Option<Self> {
        match reference {
            SecretRef::None => None,
            SecretRef::Generate => Some(Self { place: None, parts: Parts::Generate }),
            SecretRef::At(uri) => Self::at(uri),
        }
    }

    fn at(uri: &SecretUri) -> Option<Self> {
        let path = uri.path.as_str();
        let text = |key: &str| match argument(uri, key) {
            Some(Argument::Text(text)) => Some(text.clone()),
            _ => None,
        };
        // A path of two segments: a project or a vault, and a name.
        let (owner, name) = path.split_once('/').unwrap_or(("", path));
        let region = || text("region").unwrap_or_default();
        let (place, parts) = match uri.scheme {
            Scheme::File => (path.to_owned(), Parts::File { path: path.to_owned() }),
            Scheme::Credential => {
                (format!("the systemd credential {path}"), Parts::Credential { path: path.to_owned() })
            }
            Scheme::Terraform | Scheme::Env => {
                let path = uri.hole()?;
                (path.to_string(), Parts::Embedded { path })
            }
            Scheme::AwsSsm => {
                // AWS: a name with levels begins with a slash, one without does not.
                let name = if path.contains('/') { format!("/{path}") } else { path.to_owned() };
                (format!("{name} at AWS in {}", region()), Parts::AwsSsm { name, region: region() })
            }
            Scheme::AwsSecrets => {
                let key = uri.fragment.clone();
                let parts = Parts::AwsSecrets { name: path.to_owned(), region: region(), key };
                (format!("{path} at AWS in {}", region()), parts)
            }
            Scheme::GcpSecrets => {
                let version = text("version").unwrap_or_else(|| "latest".to_owned());
                let parts = Parts::GcpSecrets { project: owner.to_owned(), name: name.to_owned(), version };
                (format!("the secret {name} of Google's project {owner}"), parts)
            }
            Scheme::AzureKeyVault => (
                format!("the secret {name} of Azure's vault {owner}"),
                Parts::AzureKeyVault { vault: owner.to_owned(), name: name.to_owned() },
            ),
            Scheme::Vault => {
                let address = text("address").unwrap_or_default();
                let first = ["secret_id", "wrapped"].into_iter().find_map(|key| argument(uri, key))?;
                let Argument::Reference(first) = first else { return None };
                let place = format!("{path} of Vault at {address}");
                // The interface of a key-value store of version 2 has `data` behind the mount.
                let (path, key) = (format!("{owner}/data/{name}"), uri.fragment.clone().unwrap_or_default());
                let first = Box::new(Self::at(first)?);
                (place, Parts::Vault { address, path, key, role_id: text("role_id"), first })
            }
        };
        Some(Self { place: Some(place.chars().take(LONGEST_PLACE).collect()), parts })
    }
}

/// The most characters of a place in a message: the data file's schema allows no more.
const LONGEST_PLACE: usize = 300;

/// The value of a key in a reference's query.
fn argument<'a>(uri: &'a SecretUri, key: &str) -> Option<&'a Argument> {
    uri.query.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
}
