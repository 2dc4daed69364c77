//! Parses the values of the keys at the top of a configuration.

use super::Resolver;
use crate::base::nearest::suggest;
use crate::base::problem::Problem;
use crate::compile::phase::Phase;
use crate::finding::{Code, Diagnostic};
use crate::provider::Provider;
use crate::text::source::Place;
use crate::value::{Date, Domain};
use crate::yaml::Node;

impl Resolver<'_> {
    pub(super) fn domain(&mut self, node: Option<&Node>) -> Option<Domain> {
        let Some(node) = node else {
            if !self.report.has_suggested("domain") {
                self.report.push(Diagnostic::error(Code::MissingKey, "no domain was given").help(
                    "add --domain infrakt.example.com, or `domain: infrakt.example.com` in the configuration",
                ));
            }
            return None;
        };
        let domain = self.report.keep(node.parsed("a domain", Domain::parse))?;
        self.context.add("domain", domain.as_str());
        if self.phase != Phase::Bake {
            self.arguments.extend(["--domain".to_owned(), domain.to_string()]);
        }
        Some(domain)
    }

    /// A top-level key that a profile may have, and what its value is called; with the profile's default.
    pub(super) fn top<T: std::fmt::Display>(
        &mut self,
        (key, wanted): (&str, &str),
        given: Option<&Node>,
        default: Option<&Node>,
        parse: impl Fn(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        if let (Some(node), None) = (given, default) {
            self.report.push(
                Diagnostic::error(Code::UnknownKey, format!("this profile does not use `{key}`"))
                    .at(&node.place, "")
                    .help("remove it"),
            );
            return None;
        }
        let value = self.report.keep(given.or(default)?.parsed(wanted, parse))?;
        let text = value.to_string();
        self.context.add(key, text.as_str());
        if given.is_some() && default.and_then(|node| node.text("").ok()) != Some(text.as_str()) {
            self.arguments.extend([format!("--{key}"), text]);
        }
        Some(value)
    }

    pub(super) fn expires(&mut self, node: &Node) -> Option<(Date, Place)> {
        let date = self.report.keep(node.parsed("a date", Date::parse))?;
        self.arguments.extend(["--expires".to_owned(), date.to_string()]);
        Some((date, node.place.clone()))
    }

    pub(super) fn provider(&mut self, node: &Node) -> Option<&'static Provider> {
        let name = self.report.keep(node.text("a provider's name"))?;
        let found = Provider::named(name);
        match found {
            Some(_) => self.arguments.extend(["--provider".to_owned(), name.to_owned()]),
            None => self.report.push(
                Diagnostic::error(Code::UnknownName, format!("there is no provider `{name}`"))
                    .at(&node.place, "")
                    .help(suggest(name, Provider::names())),
            ),
        }
        found
    }
}
