//! Finds what has no effect or is dangerous in user-data.
//!
//! The rows of [`crate::finding::rule::RULES`] say what each finding means. Some checks examine each part by itself, so
//! that a finding has its line; others examine the cloud-config that results when all parts are merged.

mod command;
mod duplicate_key;
mod envelope;
mod file;
mod implicit_type;
mod key;
mod named;
mod password;
mod script;
mod secrets;
mod setting;
mod ssh_key;

use crate::finding::{Diagnostic, Report, rule};
use crate::provider::Provider;
use crate::review::known::known;
use crate::text::source::Place;
use crate::userdata::{Fit, Tree, UserData, marks};

/// Checks a document and returns all findings, including [`UserData::findings`].
///
/// The size of the document is compared with the limit of `provider`, or without one with the limits of all
/// providers.
#[must_use]
pub fn lint(data: &UserData, provider: Option<&'static Provider>) -> Report {
    let mut report = Report::default();
    for finding in &data.findings {
        report.push(finding.clone());
    }
    secrets::check(data, &mut report);
    secrets::files(data, &mut report);
    named::check(data, &mut report);
    envelope::check(data, &mut report);
    configs(data, &mut report);
    size(data, provider).into_iter().for_each(|problem| report.push(problem));
    report.withhold(known(data));
    report
}

/// Checks cloud-configs that are not part of a document yet, and returns the findings.
#[must_use]
pub(crate) fn of_configs(data: &UserData) -> Report {
    let mut report = Report::default();
    for finding in &data.findings {
        report.push(finding.clone());
    }
    secrets::encoded(data, &mut report);
    named::check(data, &mut report);
    configs(data, &mut report);
    report
}

/// Checks keys, values and files in all cloud-configs, and all commands and scripts.
fn configs(data: &UserData, report: &mut Report) {
    for part in &data.parts {
        if let Some(config) = &part.config {
            // In a template, a key may be in several branches, of which only one remains.
            if !part.template {
                duplicate_key::check(config, report);
            }
            implicit_type::check(config, report);
            key::check(config, report);
            setting::check(config, report);
            ssh_key::check(config, report);
            file::check(config, data, report);
            // In a template, the same file may be in several branches, of which only one remains.
            if !part.template {
                file::twice(config, data, report);
            }
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
        let message = format!("it has {bytes} bytes, but {} accepts at most {limit}", provider.name);
        return Some(rule::TOO_LARGE.found(message));
    }
    let small: Vec<_> = data.fits().into_iter().filter(|fit| fit.fits == Some(false)).collect();
    let names: Vec<_> =
        small.iter().filter_map(|fit| Some(format!("{} ({})", fit.provider, fit.limit?))).collect();
    (!names.is_empty()).then(|| {
        rule::NOT_EVERYWHERE
            .found(format!("it has {bytes} bytes, which is too large for {}", names.join(", ")))
    })
}

/// Whether a node's text, or a part of it, is not what the server will get, but a variable of a template or a
/// placeholder such as `<NAME>`.
fn is_variable(node: &Tree, text: &str) -> bool {
    ["${", "{{", "{%"].iter().any(|mark| text.contains(mark))
        || text.starts_with('<')
        || is_filled_in(node, text)
}

/// Whether the server fills in a node's text, or a part of it, from a template. Until then, the node contains a
/// filler; only the text of the document shows that there is a template.
fn is_filled_in(node: &Tree, text: &str) -> bool {
    let written = node.place.text();
    !written.contains(text) && !marks(written).is_empty()
}

/// The place of a text within a place; the first line of that place if the text does not occur in it literally.
fn within(place: &Place, text: &str) -> Place {
    match place.text().find(text).filter(|_| !text.is_empty()) {
        Some(at) => {
            let start = place.span.start + at;
            Place { source: place.source.clone(), span: start..start + text.len() }
        }
        None => place.first_line(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::userdata::decode;

    /// The findings in a cloud-config: their codes, and the lines that they are about.
    fn found(text: &str) -> Vec<(&'static str, usize)> {
        let report = lint(&decode("x", text.as_bytes()), None);
        let line = |found: &Diagnostic| {
            let place = found.place.as_ref()?;
            Some(place.source.line_column(place.span.start).0)
        };
        report.diagnostics().iter().map(|found| (found.code.name(), line(found).unwrap_or(0))).collect()
    }

    /// A word with two equal letters is not a filler.
    #[test]
    fn a_word_is_no_filler_by_its_letters() {
        for word in ["foxy", "foxxy", "xx", "xxxx"] {
            for value in [word.to_owned(), format!("\"{word}\"")] {
                let text = format!("#cloud-config\npackage_update: {value}\n");
                assert_eq!(found(&text), [("wrong-type", 2)], "{value}");
            }
            let text = format!("#cloud-config\ntimezone: {word}\n");
            assert_eq!(found(&text), [("bad-setting", 2)], "{word}");
        }
        for word in ["yes", "\"off\"", "\"1\"", "'True'"] {
            assert_eq!(found(&format!("#cloud-config\npackage_update: {word}\n")), [], "{word}");
        }
    }

    /// What the server fills in is not known, so nothing is reported about it.
    #[test]
    fn nothing_is_said_of_what_a_template_fills_in() {
        let text = "## template: jinja\n#cloud-config\npackage_update: {{ v1.update }}\npackage_upgrade: \"{{ a }}\"\n\
            package_reboot_if_required: {% if a %}true{% else %}false{% endif %}\npackages: {{ a }}\n\
            ssh_authorized_keys:\n  - {{ a }}\n  - \"{{ ds.key }}\"\npower_state: {mode: \"{{ a }}\", delay: \"{{ a }}\"}\n\
            users:\n  - name: joe\n    plain_text_passwd: {{ a }}\ntimezone: {{ a }}\nhostname: web_{{ a }}\n\
            swap: {filename: /swap, size: \"{{ a }}\"}\nwrite_files:\n\
            \x20 - {path: \"{{ a }}\", encoding: \"{{ a }}\", permissions: \"{{ a }}\", owner: \"{{ a }}:{{ a }}\"}\n";
        assert_eq!(found(text), []);
    }

    /// Text beside a template's variable is checked as usual.
    #[test]
    fn what_a_template_leaves_as_it_is_is_looked_at() {
        let text = "## template: jinja\n#cloud-config\npackage_update: foxxy\npackages: \"{{ a }}\"\n\
            write_files:\n  - {path: \"/tmp/{{ a }}\"}\nchpasswd:\n  list: |\n    joe:{{ a }}\n    jim:hunter\n\
            timezone: Mars/Phobos\n";
        let expected = [
            ("wrong-type", 3),
            ("wrong-type", 4),
            ("bad-setting", 11),
            ("tmp-file", 6),
            ("clear-password", 9),
        ];
        let found = found(text);
        for finding in expected {
            assert!(found.contains(&finding), "{finding:?}: {found:?}");
        }
    }
}
