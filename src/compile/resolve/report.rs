//! What `firstlight status` shows and what `firstlight verify` checks: the profile's templates, rendered and parsed.

use super::Resolver;
use crate::base::problem::Problem;
use crate::compile::profile::{LineSource, Profile, Sourced};
use crate::host::{Check, Header, LineValue, StatusLine};
use crate::text::source::Spanned;
use crate::value::{GuestPath, HeaderName, StatusText, UrlPath, Variable};

/// What `status` shows of a site whose profile has no line of its own.
const ADDRESS: (&str, &str) = ("Site", "https://{{ domain }}");

impl Resolver<'_> {
    /// The lines of `status`.
    pub(super) fn lines(&mut self, profile: &Profile) -> Vec<StatusLine> {
        if profile.status.is_empty() {
            let text = |text: &str| Spanned { value: text.to_owned(), place: profile.place.clone() };
            let address = Sourced { source: LineSource::Text, template: text(ADDRESS.1) };
            return self.line(&text(ADDRESS.0), &address).into_iter().collect();
        }
        profile.status.iter().filter_map(|rule| self.line(&rule.label, &rule.value)).collect()
    }

    fn line(&mut self, label: &Spanned<String>, value: &Sourced) -> Option<StatusLine> {
        let (label, value) = (self.parsed(label, StatusText::parse), self.value(value));
        Some(StatusLine { label: label?, value: value? })
    }

    fn value(&mut self, Sourced { source, template }: &Sourced) -> Option<LineValue> {
        match source {
            LineSource::Text => self.parsed(template, StatusText::parse).map(LineValue::Text),
            LineSource::File => self.parsed(template, GuestPath::parse).map(LineValue::File),
            LineSource::Variable => self.parsed(template, Variable::parse).map(LineValue::Variable),
        }
    }

    /// The checks of `verify`.
    pub(super) fn checks(&mut self, profile: &Profile) -> Vec<Check> {
        let mut checks = Vec::new();
        for rule in &profile.verify {
            let what = self.parsed(&rule.what, StatusText::parse);
            let path = self.parsed(&rule.path, UrlPath::parse);
            let headers: Option<Vec<_>> = rule
                .headers
                .iter()
                .map(|rule| {
                    let name = self.parsed(&rule.name, HeaderName::parse);
                    Some(Header { value: self.value(&rule.value)?, header: name? })
                })
                .collect();
            if let (Some(what), Some(path), Some(headers)) = (what, path, headers) {
                let expected = rule.expected.clone();
                checks.push(Check { what, path, method: rule.method, headers, expected });
            }
        }
        checks
    }

    /// A template of the profile's, filled in and parsed.
    fn parsed<T>(
        &mut self,
        template: &Spanned<String>,
        parse: impl Fn(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        let text = self.filled(&template.value, &template.place)?;
        // A place in what the template makes is none in the template.
        let parsed =
            parse(&text).map_err(|problem| Problem { part: None, ..problem }.at(&template.place, ""));
        self.report.keep(parsed)
    }
}
