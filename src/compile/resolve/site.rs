//! What the compiler itself has to know of a site. A profile says it by names that its templates make, so it comes as
//! text; it is parsed here, once, and nobody asks the templates for it.

use crate::base::problem::Problem;
use crate::compile::setting::Value;
use crate::value::{Domain, Folder, GuestPath};

/// What the compiler needs to know of the site. The profile's computed names say it.
#[derive(Debug, Default)]
pub struct SiteFacts {
    /// The domains at which the site answers.
    pub domains: Vec<Domain>,
    /// The absolute paths of the compose files on the server, in the order in which Compose reads them.
    pub compose_files: Vec<GuestPath>,
    /// The name of the compose service that is the application.
    pub service: String,
    /// The TCP port at which that service answers inside its container network; `None` if unknown.
    pub port: Option<u16>,
    /// The host of the registry that the token is for; `None` if the profile does not say, and
    /// empty if no image is pulled with it.
    pub registry: Option<String>,
    /// The folder on the server with the keys that the application may read; `None` if there is none.
    pub keys_dir: Option<Folder>,
}

impl SiteFacts {
    /// Takes what a setting says, if its name is one of these.
    pub(super) fn set(&mut self, name: &str, value: &Value) -> Result<(), Problem> {
        match (name, value) {
            ("keys_dir", Value::Folder(folder)) => self.keys_dir = Some(folder.clone()),
            ("compose_file", Value::Folder(path)) => self.compose_files = vec![path.path().clone()],
            _ => return value.written().map_or(Ok(()), |text| self.read(name, &text)),
        }
        Ok(())
    }

    /// Takes what a template has made, if its name is one of these.
    pub(super) fn read(&mut self, name: &str, text: &str) -> Result<(), Problem> {
        match name {
            "domains" => self.domains = all(text.split_whitespace(), Domain::parse)?,
            "compose_file" => {
                self.compose_files = all(text.split(':').filter(|path| !path.is_empty()), GuestPath::parse)?;
            }
            "service" => text.clone_into(&mut self.service),
            "upstream" => self.port = text.rsplit_once(':').and_then(|(_, port)| port.parse().ok()),
            "registry" => self.registry = Some(text.to_owned()),
            // The application becomes the owner of what lies there.
            "keys_dir" if !text.is_empty() => self.keys_dir = Some(Folder::parse(text).map_err(whole)?),
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
            ("home", "no name of these"),
        ];
        for (name, text) in made {
            assert_eq!(site.read(name, text), Ok(()), "{name}");
        }
        assert_eq!(site.domains.len(), 2);
        assert_eq!(
            site.compose_files.iter().map(GuestPath::as_str).collect::<Vec<_>>(),
            ["/opt/a/compose.yaml", "/opt/a/caddy.yaml"]
        );
        assert_eq!((site.port, site.registry.as_deref(), &site.keys_dir), (Some(8000), Some(""), &None));
        for (name, text) in
            [("domains", "a.example.com b"), ("compose_file", "a.yaml"), ("keys_dir", "/etc/ssh")]
        {
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
        assert_eq!((site.service.as_str(), site.registry), ("web_1", None));
    }
}
