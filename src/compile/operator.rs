//! Who logs in to the server from afar: the provider's images say it, and the user's own cloud-config may say otherwise.

use crate::compile::own::Own;
use crate::provider::{Login, Provider};
use crate::userdata::{Tree, Value};

/// Who logs in, to bring what the server waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The user's name, in capitals if it is for the reader to fill in.
    pub user: String,
    /// Whether a command needs sudo to be root's.
    pub needs_sudo: bool,
    /// What else there is to know of it.
    pub note: Option<String>,
}

impl Operator {
    /// By the images of the provider, if one was named.
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

    /// The same, where the user's own cloud-config makes other users, or closes root's account.
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

/// Of a list of users without the image's own, the first who may become root; if none may, the first who has a key.
fn users(own: &Own) -> Option<(String, &'static str)> {
    let users = own.items("users");
    let name = |user: &Tree| user.value.text().or_else(|| user.get("name")?.value.text()).map(str::to_owned);
    if users.iter().any(|user| name(user).as_deref() == Some("default")) {
        return None;
    }
    let found = users.iter().find(|user| is_root(user)).or_else(|| users.iter().find(|user| has_key(user)));
    Some((name(found?)?, "users"))
}

/// The image's own user by another name.
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
