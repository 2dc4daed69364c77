//! Who logs in to the server over SSH, according to the provider's images and the user's own cloud-config.

use crate::compile::own::Own;
use crate::provider::{Login, Provider};
use crate::userdata::{Tree, Value};

/// The user of the server who logs in over SSH to bring what the server waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The user's name; in capitals, such as `USER`, if the reader has to replace it.
    pub user: String,
    /// Whether the user needs sudo to run a command as root.
    pub needs_sudo: bool,
    /// A further remark about the user, as a phrase; `None` if there is none.
    pub note: Option<String>,
}

impl Operator {
    /// The user in the images of a provider; root if there is no provider or its user is not known.
    #[must_use]
    pub(crate) fn of(provider: Option<&Provider>) -> Self {
        let login = provider.map_or(Login::Unknown, |provider| provider.login);
        let note = match (login, provider) {
            (Login::Unknown, None) => Some(
                "if root cannot log in, add --provider NAME to get the command for another user".to_owned(),
            ),
            (Login::Unknown, Some(_)) => Some("or as the user that your image has, with sudo".to_owned()),
            (Login::Chosen, _) => Some("USER is the user that you chose for the server".to_owned()),
            _ => login.on_debian().map(|user| format!("in Debian's images the user is {user}")),
        };
        Self { user: login.user().to_owned(), needs_sudo: login.needs_sudo(), note }
    }

    /// The same user, unless the user's own cloud-config creates other users, renames the image's user, or disables
    /// logins as root.
    #[must_use]
    pub(crate) fn with(self, own: &Own) -> Self {
        if let Some((user, key)) = users(own).or_else(|| renamed(own)) {
            let note = Some(format!("`{key}` of your cloud-config creates the user {user}"));
            return Self { needs_sudo: user != "root", user, note };
        }
        if !self.needs_sudo && own.get("disable_root").is_some_and(|node| node.value.is_true()) {
            let note = "USER is the image's own user, such as debian or ubuntu: `disable_root` prevents logins as root";
            return Self { user: "USER".to_owned(), needs_sudo: true, note: Some(note.to_owned()) };
        }
        self
    }
}

/// The first of the own users who can become root, or else the first who has an SSH key, and the key of the
/// cloud-config; `None` if there is none, or if the list of users contains the image's own user.
fn users(own: &Own) -> Option<(String, &'static str)> {
    let users = own.items("users");
    let name = |user: &Tree| user.value.text().or_else(|| user.get("name")?.value.text()).map(str::to_owned);
    if users.iter().any(|user| name(user).as_deref() == Some("default")) {
        return None;
    }
    let found = users.iter().find(|user| is_root(user)).or_else(|| users.iter().find(|user| has_key(user)));
    Some((name(found?)?, "users"))
}

/// The new name of the image's own user, and the key of the cloud-config that gives it; `None` if the user is not
/// renamed.
fn renamed(own: &Own) -> Option<(String, &'static str)> {
    let user = own.get("user")?;
    let name = user.value.text().or_else(|| user.get("name")?.value.text())?;
    Some((name.to_owned(), "user"))
}

fn is_root(user: &Tree) -> bool {
    let has =
        |key: &str| user.get(key).is_some_and(|node| !matches!(node.value, Value::Null | Value::Bool(false)));
    let is_key_of_root =
        user.get("name").is_some_and(|name| name.value.text() == Some("root")) && has_key(user);
    has("sudo") || has("doas") || is_key_of_root
}

fn has_key(user: &Tree) -> bool {
    let names = ["ssh_authorized_keys", "ssh-authorized-keys", "ssh_import_id", "ssh-import-id"];
    names.iter().any(|name| user.get(name).is_some_and(|node| !matches!(node.value, Value::Null)))
}
