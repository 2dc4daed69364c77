//! What `firstlight status` shows and what `firstlight verify` checks: the profile's templates, rendered and parsed.

use super::Resolver;
use crate::base::problem::Problem;
use crate::compile::profile::{LineSource, Profile};
use crate::host::{Check, LineValue, StatusLine};
use crate::text::source::Spanned;
use crate::value::{GuestPath, StatusText, UrlPath, Variable};

/// What `status` shows of a site whose profile has no line of its own.
const ADDRESS: (&str, &str) = ("Site", "https://{{ domain }}");

impl Resolver<'_> {
    /// The lines of `status`.
    pub(super) fn lines(&mut self, profile: &Profile) -> Vec<StatusLine> {
        if profile.status.is_empty() {
            let text = |text: &str| Spanned { value: text.to_owned(), place: profile.place.clone() };
            return self.line(&text(ADDRESS.0), LineSource::Text, &text(ADDRESS.1)).into_iter().collect();
        }
        profile.status.iter().filter_map(|rule| self.line(&rule.label, rule.source, &rule.value)).collect()
    }

    fn line(
        &mut self,
        label: &Spanned<String>,
        source: LineSource,
        value: &Spanned<String>,
    ) -> Option<StatusLine> {
        let label = self.parsed(label, StatusText::parse);
        let value = match source {
            LineSource::Text => self.parsed(value, StatusText::parse).map(LineValue::Text),
            LineSource::File => self.parsed(value, GuestPath::parse).map(LineValue::File),
            LineSource::Variable => self.parsed(value, Variable::parse).map(LineValue::Variable),
        };
        Some(StatusLine { label: label?, value: value? })
    }

    /// The checks of `verify`.
    pub(super) fn checks(&mut self, profile: &Profile) -> Vec<Check> {
        let mut checks = Vec::new();
        for rule in &profile.verify {
            let what = self.parsed(&rule.what, StatusText::parse);
            let path = self.parsed(&rule.path, UrlPath::parse);
            if let (Some(what), Some(path)) = (what, path) {
                checks.push(Check { what, path, method: rule.method, expected: rule.expected.clone() });
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
