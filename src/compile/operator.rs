//! Who logs in to the server over SSH, according to the provider's images and the user's own cloud-config.

use crate::compile::own::Own;
use crate::finding::{Code, Diagnostic, Report};
use crate::provider::{Login, Provider};
use crate::text::source::Place;
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
    /// Whether it is known that this user can log in.
    is_known: bool,
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
        let is_known = login != Login::Unknown;
        Self { user: login.user().to_owned(), needs_sudo: login.needs_sudo(), note, is_known }
    }

    /// The same user, unless the user's own cloud-config creates other users, renames the image's user, or disables
    /// logins as root. Adds a warning if nobody is left who can log in and become root.
    #[must_use]
    pub(crate) fn with(self, own: &Own, report: &mut Report) -> Self {
        let users = own.get("users").filter(|node| node.value != Value::Null);
        let accounts = users.map(accounts).unwrap_or_default();
        accounts.iter().for_each(|account| report.push_some(account.without_password(own)));
        let is_disabled = own.get("disable_root").map(|node| node.value.is_true());
        if users.is_some() && accounts.iter().all(|account| account.name != "default") {
            let mut admins = accounts.iter().filter(|account| account.is_root());
            let with_key = accounts.iter().find(|account| account.is_root() && account.can_log_in());
            if let Some(account) = with_key.or_else(|| admins.next()) {
                return account.as_operator();
            }
            // With `user`, cloud-init creates the image's own user even if the list does not have it.
            if own.get("user").is_none() {
                return self.without_default(own, &accounts, is_disabled, report);
            }
        }
        if let Some(user) = renamed(own) {
            let note = Some(format!("`user` of your cloud-config creates the user {user}"));
            return Self { needs_sudo: user != "root", user, note, is_known: true };
        }
        if !self.needs_sudo && is_disabled == Some(true) {
            let note = "USER is the image's own user, such as debian or ubuntu: `disable_root` prevents logins as root";
            return Self { user: "USER".to_owned(), needs_sudo: true, note: Some(note.to_owned()), ..self };
        }
        self
    }

    /// What is left when the list of users has neither the image's own user nor one who may use sudo without a password.
    fn without_default(
        self,
        own: &Own,
        accounts: &[Account<'_>],
        is_disabled: Option<bool>,
        report: &mut Report,
    ) -> Self {
        // root gets the keys of the provider in any case, and an image whose own user it is lets it use them.
        if is_disabled == Some(false) || is_disabled.is_none() && self.is_known && !self.needs_sudo {
            return Self { user: "root".to_owned(), needs_sudo: false, note: None, is_known: true };
        }
        let is_admin = |account: &&Account<'_>| {
            account.can_log_in() && account.admin_group().is_some() && account.has_password(own)
        };
        if let Some(account) = accounts.iter().find(is_admin) {
            let note = format!(
                "sudo asks for the password of {}: log in first, and run the command there",
                account.name
            );
            return Self { note: Some(note), ..account.as_operator() };
        }
        if !own.files.iter().any(|file| file.path.ends_with("/authorized_keys")) {
            let place = own.keys.iter().find(|(name, ..)| name == "users").map(|(_, key, _)| &key.place);
            let message = "nobody can log in to the server and become root: without `default` in this list, cloud-init \
                does not create the image's own user, and no user in it has an SSH key and a `sudo` rule";
            let problem = Diagnostic::warning(Code::NoLogin, message)
                .help(format!("add `default` to the list, or {RULE} to a user"));
            report.push(match place {
                Some(place) => problem.at(place, ""),
                None => problem,
            });
        }
        let note = "USER is a user who can log in and become root; your cloud-config does not create one";
        Self { user: "USER".to_owned(), needs_sudo: true, note: Some(note.to_owned()), is_known: true }
    }
}

const RULE: &str = "`sudo: \"ALL=(ALL) NOPASSWD:ALL\"`";

/// The groups whose members may use sudo with their password, in the images of Debian, Ubuntu and others.
const ADMINS: [&str; 3] = ["sudo", "admin", "wheel"];

/// A user that cloud-init creates.
struct Account<'a> {
    name: String,
    /// The keys of its entry; `None` if it is a name alone.
    entry: Option<&'a Tree>,
    place: &'a Place,
}

/// The users in a list, in a mapping by names, or between commas.
fn accounts(users: &Tree) -> Vec<Account<'_>> {
    match &users.value {
        Value::Text(names) => names.split(',').map(|name| Account::of(name, None, &users.place)).collect(),
        Value::Map(map) => {
            map.texts().map(|(key, name, value)| Account::of(name, Some(value), &key.place)).collect()
        }
        Value::List(items) => items.iter().filter_map(listed).collect(),
        _ => Vec::new(),
    }
}

/// An item of the list of users: a name, or a mapping.
fn listed(item: &Tree) -> Option<Account<'_>> {
    match item.get("name") {
        Some(name) => Some(Account::of(name.value.text()?, Some(item), &name.place)),
        None => Some(Account::of(item.value.text()?, None, &item.place)),
    }
}

impl<'a> Account<'a> {
    fn of(name: &str, entry: Option<&'a Tree>, place: &'a Place) -> Self {
        Self { name: name.trim().to_owned(), entry, place }
    }

    fn get(&self, key: &str) -> Option<&Tree> {
        self.entry?.get(key).filter(|node| !matches!(node.value, Value::Null | Value::Bool(false)))
    }

    fn has(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.get(key).is_some())
    }

    /// Whether it is root, or can become root without a password.
    fn is_root(&self) -> bool {
        self.has(&["sudo", "doas"]) || self.name == "root" && self.can_log_in()
    }

    /// Whether it has an SSH key.
    fn can_log_in(&self) -> bool {
        self.has(&["ssh_authorized_keys", "ssh-authorized-keys", "ssh_import_id", "ssh-import-id"])
    }

    fn has_password(&self, own: &Own) -> bool {
        self.has(&["passwd", "hashed_passwd", "plain_text_passwd"]) || own.get("chpasswd").is_some()
    }

    /// The group by which it may use sudo.
    fn admin_group(&self) -> Option<&'static str> {
        let groups = self.get("groups")?;
        let is_in = |group: &&str| match &groups.value {
            Value::Text(names) => names.split(',').any(|name| name.trim() == *group),
            Value::List(items) => items.iter().any(|item| item.value.text() == Some(group)),
            Value::Map(map) => map.get(group).is_some(),
            _ => false,
        };
        ADMINS.into_iter().find(is_in)
    }

    /// The complaint about a user who is in a group for sudo but has no password, for which sudo would ask.
    fn without_password(&self, own: &Own) -> Option<Diagnostic> {
        let group = self.admin_group().filter(|_| !self.is_root() && !self.has_password(own))?;
        if own.files.iter().any(|file| file.path.starts_with("/etc/sudoers")) {
            return None;
        }
        let message = format!(
            "the user {} is in the group {group} but cannot use sudo, which asks for a password: the user has none",
            self.name
        );
        Some(
            Diagnostic::warning(Code::NoLogin, message)
                .at(self.place, "")
                .help(format!("add {RULE} to the user")),
        )
    }

    fn as_operator(&self) -> Operator {
        let note = Some(format!("`users` of your cloud-config creates the user {}", self.name));
        Operator { user: self.name.clone(), needs_sudo: self.name != "root", note, is_known: true }
    }
}

/// The new name of the image's own user; `None` if the user is not renamed.
fn renamed(own: &Own) -> Option<String> {
    let user = own.get("user")?;
    let name = user.value.text().or_else(|| user.get("name")?.value.text())?;
    Some(name.to_owned())
}
