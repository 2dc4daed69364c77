//! Determines the value of each setting: what the user gave, or the profile's default.

use super::{Chosen, Resolver};
use crate::base::nearest::suggest;
use crate::compile::files::ReadFile;
use crate::compile::setting::{Setting, Type, Value};
use crate::finding::{Code, Diagnostic};
use crate::text::source::Spanned;
use crate::value::{SecretRef, ServiceName};
use crate::yaml::{self, Kind, Node};

impl Resolver<'_> {
    pub(super) fn settings(
        &mut self,
        given: &[(Spanned<String>, Node)],
        offered: &[&Setting],
        files: &dyn ReadFile,
    ) -> Vec<Chosen> {
        let mut chosen = Vec::new();
        for setting in offered {
            let key = &setting.key.value;
            let node = given.iter().find(|(known, _)| known.value == *key).map(|(_, node)| node);
            let value = self.setting(setting, node, files);
            self.context.add(key, value.as_ref().unwrap_or(&Value::Absent));
            let Some(value) = value else { continue };
            if let Some(node) = node.or(setting.default.as_ref()) {
                for (name, reference, node) in references(key, &value, node) {
                    self.hold(name, reference, &node.place);
                }
                let told = self.site.set(key, &value);
                self.report.keep(told.map_err(|problem| problem.at(&node.place, "")));
            }
            if let (Type::Service(of), Value::Service(name), Some(node)) = (&setting.kind, &value, node) {
                self.check_service(name, node, of, &chosen);
            }
            chosen.push(Chosen { key: key.clone(), value, given: node.cloned() });
        }
        chosen
    }

    fn setting(&mut self, setting: &Setting, node: Option<&Node>, files: &dyn ReadFile) -> Option<Value> {
        let key = &setting.key.value;
        let default = setting.default.as_ref().and_then(|node| self.default(setting, node, files));
        let Some(node) = node else {
            if default.is_none() && setting.default.is_none() && !setting.optional {
                if !self.report.has_suggested(key) {
                    self.report.push(missing(setting));
                }
                return None;
            }
            return default.or(Some(Value::Absent));
        };
        let value = setting.kind.read_value(node, files, self.report)?;
        if Some(&value) == default.as_ref() {
            return Some(value);
        }
        if let (Some(program), Value::Image(image)) = (&setting.program, &value) {
            self.report.push_some(program.complaint(image).map(|found| found.at(&node.place, "")));
        }
        let arguments = value.arguments(key).into_iter();
        self.arguments.extend(arguments.flat_map(|argument| ["--set".to_owned(), argument]));
        Some(value)
    }

    /// A default may be a template over what stands before it.
    fn default(&mut self, setting: &Setting, node: &Node, files: &dyn ReadFile) -> Option<Value> {
        let Kind::Scalar { text, .. } = &node.kind else {
            return setting.kind.read_value(node, files, self.report);
        };
        let text = self.filled(text, &node.place)?;
        let node = Node { place: node.place.clone(), kind: Kind::Scalar { text, plain: false } };
        setting.kind.read_value(&node, files, self.report)
    }

    /// The service must be one of the embedded compose file's.
    fn check_service(&mut self, name: &ServiceName, node: &Node, of: &str, chosen: &[Chosen]) {
        let file = chosen.iter().find(|chosen| chosen.key == of);
        let Some(Value::File { source, .. }) = file.map(|chosen| &chosen.value) else { return };
        // A file that is no YAML is reported when it is rendered.
        if yaml::is_deep(&source.text) {
            return;
        }
        let Ok(file) = serde_yaml::from_str::<serde_yaml::Value>(&source.text) else { return };
        let services = file.get("services").and_then(serde_yaml::Value::as_mapping);
        let services: Vec<_> =
            services.into_iter().flat_map(serde_yaml::Mapping::keys).filter_map(|key| key.as_str()).collect();
        // So is one without services.
        if !services.is_empty() && !services.contains(&name.as_str()) {
            self.report.push(
                Diagnostic::error(Code::UnknownName, format!("{} has no service `{name}`", source.label()))
                    .at(&node.place, "")
                    .help(suggest(name.as_str(), services)),
            );
        }
    }
}

/// The references in a setting's value, what each is for, and where each stands.
fn references<'a>(
    name: &'a str,
    value: &'a Value,
    node: &'a Node,
) -> Vec<(&'a str, &'a SecretRef, &'a Node)> {
    match value {
        Value::Secret(reference) => vec![(name, reference, node)],
        // On the command line a list is one text.
        Value::List(items) => {
            let at = |at: usize| match &node.kind {
                Kind::List(nodes) => nodes.get(at).unwrap_or(node),
                _ => node,
            };
            items.iter().enumerate().flat_map(|(number, item)| references(name, item, at(number))).collect()
        }
        Value::Map(entries) => {
            let at = |name: &str| node.get(name).unwrap_or(node);
            let entries = entries.iter().map(|(name, item)| (name.as_str(), item));
            entries.flat_map(|(name, item)| references(name, item, at(name))).collect()
        }
        _ => Vec::new(),
    }
}

/// The complaint about a setting that has no default and was not given.
fn missing(setting: &Setting) -> Diagnostic {
    let key = &setting.key.value;
    let what = if setting.help.is_empty() { String::new() } else { format!("{}: ", setting.help) };
    Diagnostic::error(Code::MissingKey, format!("the setting `{key}` is missing"))
        .help(format!("{what}add --set {key}=…, or `{key}:` under `settings`"))
}
