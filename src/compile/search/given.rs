//! Searches the values that were given: by flags, by the configuration and by the entry of a host.

use std::sync::Arc;

use super::address::Address;
use super::finding::{Finding, bare, of_value};
use super::remedy::Remedy;
use super::{Search, refuse_mark, walk};
use crate::base::nearest::suggest;
use crate::base::secret;
use crate::compile::config::Config;
use crate::compile::resolve::secrets_map;
use crate::compile::setting::{Setting, Type};
use crate::evidence::{ClueKind, hidden};
use crate::finding::{Code, Diagnostic, Report};
use crate::text::source::{Place, Source};
use crate::value::{Doubt, Scheme, SecretRef, Slip};
use crate::yaml::{Kind as Yaml, Node};

/// Refuses secrets of known shapes anywhere in a text that was given, even in a comment, except at the places `but`,
/// which are searched separately.
pub(crate) fn raw(source: &Arc<Source>, but: &[&Place], report: &mut Report) {
    for found in secret::find(&source.text) {
        let covers = |place: &&&Place| {
            place.source == *source
                && place.span.start <= found.span.start
                && found.span.end <= place.span.end
        };
        if !but.iter().any(|place| covers(&place)) {
            let place = Place { source: Arc::clone(source), span: found.span };
            let remedy = "revoke it if it has been shared; store it in a file on the server, and write a reference to \
                it: file:///etc/firstlight/ghcr-token";
            report.push(Diagnostic::literal_secret(&place, &found.name, remedy));
        }
    }
}

impl Search {
    /// Searches every value of a configuration, and the values that others replaced.
    pub(crate) fn given(&mut self, config: &Config, offered: &[&Setting], report: &mut Report) {
        let secrets = secrets_map(offered);
        let secrets = secrets.as_deref();
        for (key, node) in config.top.iter().map(|(key, node)| (key.name(), node)) {
            let kind = if key == "token" { &Type::Secret } else { &Type::Name };
            self.setting(key, node, kind, None, report);
        }
        for (key, node) in config.settings.iter().chain(&config.replaced) {
            let setting = offered.iter().find(|setting| setting.key.value == key.value);
            let kind = setting.map_or(&Type::Text, |setting| &setting.kind);
            self.setting(&key.value, node, kind, secrets, report);
        }
    }

    fn setting(&mut self, key: &str, node: &Node, kind: &Type, secrets: Option<&str>, report: &mut Report) {
        refuse_marks(node, report);
        let (is_map, inner) = match kind {
            Type::Map(of) => (true, &**of),
            Type::List(of) => (false, &**of),
            other => (false, other),
        };
        if let (true, Yaml::Scalar { text, .. }) = (is_map, &node.kind) {
            return self.no_map(text, node, *inner == Type::Secret, report);
        }
        if *inner == Type::Secret {
            return self.references(&Address::new(key), node, is_map, report);
        }
        let remedy = |address: &Address| match (secrets, is_map) {
            (Some(map), true) => Remedy::Entry { map: map.to_owned(), name: address.last().to_owned() },
            _ => Remedy::Server,
        };
        let mut found = Vec::new();
        // The name of a setting for a path or a boolean says nothing about its value.
        let name = if matches!(inner, Type::Text) { key } else { "" };
        walk::node(&Address::new(key), name, node, &remedy, &mut found);
        for finding in found {
            // A domain or an image may look random, but is not a secret.
            if finding.clue.kind == ClueKind::Random && !finding.clue.is_sure && *inner != Type::Text {
                self.see(&finding.bare, false);
            } else {
                self.judge(&finding, report);
            }
        }
    }

    /// Searches a text that is given instead of a mapping. The wrong type is reported later, too; here it is reported
    /// without the text if that may contain a secret.
    fn no_map(&mut self, text: &str, node: &Node, is_of_secrets: bool, report: &mut Report) {
        self.see(&bare(text), true);
        if hidden(text).contains(&true) || is_of_secrets && Doubt::of(text).is_some() {
            report.push(node.no_mapping().hidden_at(&node.place));
        }
    }

    /// Searches values that have to be references. Another text may be the secret itself, so it is not shown.
    fn references(&mut self, address: &Address, node: &Node, is_map: bool, report: &mut Report) {
        match &node.kind {
            Yaml::Mapping(entries) => {
                for (key, item) in entries {
                    self.references(&address.below(&key.value), item, is_map, report);
                }
            }
            Yaml::List(items) => items.iter().for_each(|item| self.references(address, item, false, report)),
            Yaml::Scalar { text, .. } => {
                let name = address.last().to_owned();
                let remedy = match address.outer().filter(|_| is_map) {
                    Some(map) => Remedy::Entry { map: map.to_owned(), name },
                    None => Remedy::Reference { key: name.clone(), file: file_for(&name) },
                };
                self.see(&bare(text), true);
                let reference = SecretRef::parse(text);
                self.files.extend(reference.iter().flat_map(SecretRef::files).map(ToString::to_string));
                let found = of_value(address, "", text, &node.place, &remedy);
                if let Some(finding) = found.into_iter().find(|one: &Finding| one.clue.is_sure) {
                    let help = remedy.alone(&node.place);
                    report.push(Diagnostic::literal_secret(&node.place, &finding.clue.what(), &help));
                } else if let Some(doubt) = Doubt::of(text) {
                    report.push(no_reference(doubt, text, &node.place, &remedy));
                }
            }
        }
    }
}

fn refuse_marks(node: &Node, report: &mut Report) {
    match &node.kind {
        Yaml::Scalar { text, .. } => refuse_mark(text, &node.place, report),
        Yaml::List(items) => items.iter().for_each(|item| refuse_marks(item, report)),
        Yaml::Mapping(entries) => entries.iter().for_each(|(_, item)| refuse_marks(item, report)),
    }
}

/// The name of the file on the server for a secret. The registry's token has a fixed one, which the command `firstlight
/// token` writes.
fn file_for(key: &str) -> String {
    if key == "token" { "ghcr-token".to_owned() } else { key.to_owned() }
}

/// The error that a text is not a reference, and may be the secret itself.
fn no_reference(doubt: Doubt, text: &str, place: &Place, remedy: &Remedy) -> Diagnostic {
    let alone = remedy.alone(place);
    let part = place.part(text, doubt.part);
    let (message, help) = match doubt.slip {
        Slip::Whole => return Diagnostic::no_reference(&part, &alone),
        Slip::File => (
            "after `file://` an absolute path is expected; this is not one, and may be the secret itself"
                .to_owned(),
            format!("write three slashes and an absolute path; or if it is the secret itself, {alone}"),
        ),
        Slip::Scheme(name) => (
            format!("there is no scheme `{name}`, and what follows it may be the secret itself"),
            format!("{}; or {alone}", suggest(&name, Scheme::names())),
        ),
        Slip::Argument(name) => (
            format!(
                "`{name}` must be a reference to a secret, too; this is not one, and may be the secret itself"
            ),
            format!(
                "store it in a file on the server, and write a reference to it: {name}=file:///etc/firstlight/{}",
                name.replace('_', "-")
            ),
        ),
    };
    Diagnostic::error(Code::LiteralSecret, message).hidden_at(&part).help(help)
}
