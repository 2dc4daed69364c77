//! What is dead or dangerous in somebody's user-data.
//!
//! The rows of [`crate::finding::rule::RULES`] say what each finding means. It looks at each part as it stands, so that every
//! finding has its line, and at what comes out when all are merged.

mod command;
mod envelope;
mod file;
mod key;
mod named;
mod password;
mod script;
mod secrets;
mod setting;
mod ssh_key;
mod yaml;

use crate::finding::{Diagnostic, Report, rule};
use crate::provider::Provider;
use crate::text::source::Place;
use crate::userdata::{Fit, UserData};

/// Everything that is found.
#[must_use]
pub fn lint(data: &UserData, provider: Option<&'static Provider>) -> Report {
    let mut report = Report::default();
    for finding in &data.findings {
        report.push(finding.clone());
    }
    secrets::check(data, &mut report);
    named::check(data, &mut report);
    envelope::check(data, &mut report);
    configs(data, &mut report);
    size(data, provider).into_iter().for_each(|problem| report.push(problem));
    report.withhold(data.known().clone());
    report
}

/// What is found in cloud-configs that have no document around them yet.
#[must_use]
pub fn of_configs(data: &UserData) -> Report {
    let mut report = Report::default();
    for finding in &data.findings {
        report.push(finding.clone());
    }
    secrets::encoded(data, &mut report);
    named::check(data, &mut report);
    configs(data, &mut report);
    report
}

/// Their keys, values, files and commands.
fn configs(data: &UserData, report: &mut Report) {
    for part in &data.parts {
        if let Some(config) = &part.config {
            yaml::check(config, part.template, report);
            key::check(config, report);
            setting::check(config, report);
            ssh_key::check(config, report);
            file::check(config, data, report);
        }
        part.configs().iter().for_each(|config| password::check(config, report));
    }
    command::check(data, report);
}

fn size(data: &UserData, provider: Option<&'static Provider>) -> Option<Diagnostic> {
    let bytes = data.counted();
    if let Some(provider) = provider {
        let fit = Fit::of(provider, bytes);
        let limit = fit.limit.filter(|_| fit.fits == Some(false))?;
        let message = format!("it has {bytes} bytes, {} takes {limit}", provider.name);
        return Some(rule::TOO_LARGE.found(message));
    }
    let small: Vec<_> = data.fits().into_iter().filter(|fit| fit.fits == Some(false)).collect();
    let names: Vec<_> =
        small.iter().filter_map(|fit| Some(format!("{} ({})", fit.provider, fit.limit?))).collect();
    (!names.is_empty()).then(|| {
        rule::NOT_EVERYWHERE.found(format!("its {bytes} bytes are too many for {}", names.join(", ")))
    })
}

/// Whether a text is not what the server will get: a template's variable, or words that stand for a value.
fn is_variable(text: &str) -> bool {
    ["${", "{{", "{%"].iter().any(|mark| text.contains(mark)) || text.starts_with('<')
}

/// Where a text stands within a place; the place's first line if it is spelt otherwise there.
fn within(place: &Place, text: &str) -> Place {
    match place.text().find(text).filter(|_| !text.is_empty()) {
        Some(at) => {
            let start = place.span.start + at;
            Place { source: place.source.clone(), span: start..start + text.len() }
        }
        None => place.first_line(),
    }
}
