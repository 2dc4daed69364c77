//! What the compiler itself needs to know of a site. A profile provides it as values that its templates render to text.
//! The text is parsed here, once, and all other code uses the parsed values.

use crate::base::problem::Problem;
use crate::compile::setting::Value;
use crate::value::{
    ContainerName, Domain, FileName, Folder, GuestPath, HttpsUrl, Name, RegistryHost, RegistryUser, UrlPath,
};

/// What the compiler needs to know of the site. The profile's computed names say it.
///
/// A field is `None`, or empty, if the profile does not have the name, or says that there is no such thing.
#[derive(Debug, Default)]
pub struct SiteFacts {
    /// The site's name.
    pub name: Option<Name>,
    /// The domains at which the site answers.
    pub domains: Vec<Domain>,
    /// Whether the certificate may be of an authority that browsers do not know.
    pub any_certificate: bool,
    /// The path that answers with status 200 if the application is healthy.
    pub health: Option<UrlPath>,
    /// The folder of the site's files on the server.
    pub home: Option<GuestPath>,
    /// The absolute paths of the compose files on the server, in the order in which Compose reads them.
    pub compose_files: Vec<GuestPath>,
    /// The compose service that is the application.
    pub service: Option<ContainerName>,
    /// The host to which the web server forwards requests: usually the service's name.
    pub upstream: Option<String>,
    /// The TCP port at which that service answers inside its container network.
    pub port: Option<u16>,
    /// The host of the registry that the token is for; `None` if no image is pulled with it.
    pub registry: Option<RegistryHost>,
    /// The user name that goes with the token.
    pub registry_user: Option<RegistryUser>,
    /// The folder on the server with the keys that the application may read.
    pub keys_dir: Option<Folder>,
    /// Whether the application updates itself.
    pub self_update: bool,
    /// Where the server downloads its program from; `None` if the document carries it.
    pub program: Option<HttpsUrl>,
    /// The name of the compose file that the server fetches from the repository.
    pub repository_file: Option<FileName>,
    /// The folder of Traefik's compose file, if Traefik is in front of the site in Caddy's place.
    pub traefik: Option<GuestPath>,
    /// The network in which Traefik finds the application. The host side makes it.
    pub traefik_network: Option<ContainerName>,
    /// Whether the application manages the server itself, as root.
    pub manage_host: bool,
    /// Whether the application is told to provision the server.
    pub provision: bool,
    /// The private key with which it logs in to the server, by its path in the application's container.
    pub host_key: Option<GuestPath>,
    /// The file in the application's container with the key of its API.
    pub api_key_file: Option<GuestPath>,
}

impl SiteFacts {
    /// Takes what a setting says, if its name is one of these.
    pub(super) fn set(&mut self, name: &str, value: &Value) -> Result<(), Problem> {
        match (name, value) {
            ("name", Value::Name(name)) => self.name = Some(name.clone()),
            ("health", Value::UrlPath(path)) => self.health = Some(path.clone()),
            ("keys_dir", Value::Folder(folder)) => self.keys_dir = Some(folder.clone()),
            ("compose_file", Value::Folder(path)) => self.compose_files = vec![path.path().clone()],
            ("program", Value::Url(url)) => self.program = Some(url.clone()),
            ("self_update", Value::Bool(is_so)) => self.self_update = *is_so,
            ("manage_host", Value::Bool(is_so)) => self.manage_host = *is_so,
            ("provision", Value::Bool(is_so)) => self.provision = *is_so,
            _ => return value.written().map_or(Ok(()), |text| self.read(name, &text)),
        }
        Ok(())
    }

    /// Takes what a template has made, if its name is one of these. An empty text says that there is no such thing.
    pub(super) fn read(&mut self, name: &str, text: &str) -> Result<(), Problem> {
        match name {
            "domains" => self.domains = all(text.split_whitespace(), Domain::parse)?,
            "compose_file" => {
                self.compose_files = all(text.split(':').filter(|path| !path.is_empty()), GuestPath::parse)?;
            }
            "upstream" => {
                let parts = text.rsplit_once(':');
                self.upstream = parts.map(|(host, _)| host.to_owned());
                self.port = parts.and_then(|(_, port)| port.parse().ok());
            }
            "any_certificate" => self.any_certificate = !text.is_empty(),
            "self_update" => self.self_update = !text.is_empty(),
            "manage_host" => self.manage_host = !text.is_empty(),
            "provision" => self.provision = !text.is_empty(),
            _ if text.is_empty() => {}
            "name" => self.name = Some(Name::parse(text).map_err(whole)?),
            "health" => self.health = Some(UrlPath::parse(text).map_err(whole)?),
            "home" => self.home = Some(GuestPath::parse(text).map_err(whole)?),
            "service" => self.service = Some(ContainerName::parse(text).map_err(whole)?),
            "registry" => self.registry = Some(RegistryHost::parse(text).map_err(whole)?),
            "registry_user" => self.registry_user = Some(RegistryUser::parse(text).map_err(whole)?),
            "repository_file" => self.repository_file = Some(FileName::parse(text).map_err(whole)?),
            "traefik_network" => self.traefik_network = Some(ContainerName::parse(text).map_err(whole)?),
            "traefik" => self.traefik = Some(GuestPath::parse(text).map_err(whole)?),
            "host_key" => self.host_key = Some(GuestPath::parse(text).map_err(whole)?),
            "api_key_file" => self.api_key_file = Some(GuestPath::parse(text).map_err(whole)?),
            // The application becomes the owner of what lies there.
            "keys_dir" => self.keys_dir = Some(Folder::parse(text).map_err(whole)?),
            _ => {}
        }
        Ok(())
    }
}

fn all<'a, T>(
    texts: impl Iterator<Item = &'a str>,
    parse: impl Fn(&str) -> Result<T, Problem>,
) -> Result<Vec<T>, Problem> {
    texts.map(|text| parse(text).map_err(whole)).collect()
}

/// The template that made a text stands in the profile, and not the text.
fn whole(problem: Problem) -> Problem {
    Problem { part: None, ..problem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Text;

    #[test]
    fn what_a_template_has_made_is_parsed() {
        let mut site = SiteFacts::default();
        let made = [
            ("domains", "a.example.com www.a.example.com"),
            ("compose_file", "/opt/a/compose.yaml:/opt/a/caddy.yaml"),
            ("upstream", "web:8000"),
            ("registry", ""),
            ("keys_dir", ""),
            ("home", "/opt/a"),
            ("no name of these", "b c"),
        ];
        for (name, text) in made {
            assert_eq!(site.read(name, text), Ok(()), "{name}");
        }
        assert_eq!(site.domains.len(), 2);
        assert_eq!(
            site.compose_files.iter().map(GuestPath::as_str).collect::<Vec<_>>(),
            ["/opt/a/compose.yaml", "/opt/a/caddy.yaml"]
        );
        assert_eq!((site.port, &site.registry, &site.keys_dir), (Some(8000), &None, &None));
        for (name, text) in [
            ("domains", "a.example.com b"),
            ("compose_file", "a.yaml"),
            ("keys_dir", "/etc/ssh"),
            ("home", "opt"),
            ("health", "health"),
            ("service", "a b"),
            ("registry", "https://ghcr.io"),
            ("registry_user", "a:b"),
            ("repository_file", "a/b"),
            ("traefik", "traefik"),
            ("traefik_network", "a b"),
            ("host_key", "id_ed25519"),
            ("api_key_file", "../key"),
        ] {
            let problem = site.read(name, text).expect_err(name);
            assert_eq!(problem.part, None, "{name}: the profile has a template, and not this text");
        }
    }

    #[test]
    fn what_a_setting_says_is_held_to_the_same() {
        let mut site = SiteFacts::default();
        let folder = Folder::parse("/srv/keys").expect("a folder");
        assert_eq!(site.set("keys_dir", &Value::Folder(folder.clone())), Ok(()));
        assert_eq!(site.keys_dir, Some(folder));
        let text = |text: &str| Value::Text(Text::parse(text).expect("a text"));
        assert!(site.set("keys_dir", &text("/root")).is_err(), "the application would own it");
        assert_eq!(site.set("service", &text("web_1")), Ok(()));
        assert_eq!(site.set("registry", &Value::Absent), Ok(()));
        assert_eq!(site.service.as_ref().map(ContainerName::as_str), Some("web_1"));
        assert_eq!(site.registry, None);
    }
}
