//! Searches each file that the server gets, before it is encoded.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::address::Address;
use super::finding::{Finding, file_of_a_secret, of_text, of_value};
use super::remedy::Remedy;
use super::{Search, refuse_mark, walk};
use crate::compile::plan::{Content, Planned};
use crate::compile::render::RenderedFile;
use crate::compile::resolve::Resolved;
use crate::compile::setting::Value;
use crate::evidence::{ClueKind, is_label};
use crate::finding::Report;
use crate::host::placed;
use crate::review::written::{self, Form, Named, setting, variable};
use crate::text::source::{Place, Source};
use crate::userdata::{Tree, Value as Tag, read_yaml};
use crate::value::{GuestPath, HOLES};

impl Search {
    /// Searches every file that is not the same in all documents.
    pub(crate) fn made(
        &mut self,
        planned: &BTreeMap<GuestPath, Planned>,
        rendered: &BTreeMap<GuestPath, RenderedFile>,
        resolved: &Resolved,
        report: &mut Report,
    ) {
        let secrets = resolved.secrets_map.as_deref();
        for (path, file) in planned.iter().filter(|(path, _)| !path.as_str().starts_with(HOLES)) {
            let Some(made) = rendered.get(path).filter(|_| !matches!(file.body, Content::Text(_))) else {
                continue;
            };
            let source = file.body.source();
            let there = placed(path.as_str());
            let begin = Place::start(source);
            self.judge_all(&of_text(&Address::new(there), there, &begin, &Remedy::Server), report);
            if self.files.contains(there) {
                self.judge(&file_of_a_secret(there, &begin), report);
            }
            let form = Form::of(there);
            if let Content::Verbatim(_) = &file.body {
                let place = Place::all(source);
                refuse_mark(place.text(), &place, report);
                let address = Address::new(setting_of(source, resolved).unwrap_or(there));
                self.judge_all(&in_file(&address, form, &place, secrets), report);
                continue;
            }
            let text = String::from_utf8_lossy(&made.bytes);
            let made = Place::all(&Source::file(&source.name, &text));
            for finding in in_file(&Address::new(there), form, &made, secrets) {
                if !self.has_seen(&finding) {
                    let place = blamed(&finding, source, resolved);
                    self.judge(&Finding { place, ..finding }, report);
                }
            }
        }
    }
}

/// The name of the setting whose value is the content of a file; `None` if there is none.
fn setting_of<'a>(source: &Arc<Source>, resolved: &'a Resolved) -> Option<&'a str> {
    let gave = |value: &Value| matches!(value, Value::File { source: own, .. } if Arc::ptr_eq(own, source));
    resolved.settings.iter().find(|chosen| gave(&chosen.value)).map(|chosen| chosen.key.as_str())
}

/// The place from which the text of a finding comes: in the template, or in a value that was given; the beginning of
/// the template if neither contains the text.
fn blamed(finding: &Finding, template: &Arc<Source>, resolved: &Resolved) -> Place {
    let found = finding.place.text();
    if let Some(at) = template.text.find(found).filter(|_| !found.is_empty()) {
        return Place { source: Arc::clone(template), span: at..at + found.len() };
    }
    let given = resolved.settings.iter().filter_map(|chosen| chosen.given.as_ref());
    let holds = |text: &str| !text.is_empty() && found.contains(text);
    let place = given.filter_map(|node| node.find(&holds)).next().cloned();
    place.unwrap_or_else(|| Place::start(template))
}

/// What is found in the text of a file. A text that cannot be parsed is searched line by line.
pub(super) fn in_file(address: &Address, form: Form, place: &Place, secrets: Option<&str>) -> Vec<Finding> {
    let text = place.text();
    let variable = |address: &Address| match address.is_within("environment") {
        true => Remedy::Variable { map: secrets.map(str::to_owned), name: address.last().to_owned() },
        false => Remedy::Server,
    };
    let lines = || of_text(address, text, place, &Remedy::Server);
    match form {
        Form::Text => lines(),
        Form::Yaml => match read_yaml(place) {
            Err(_) => lines(),
            Ok(tree) => {
                let mut found = Vec::new();
                walk::tree(address, "", &tree, &variable, &mut found);
                found.retain(|one| !names_a_secret(one) && !is_translation(one));
                // Comments get into the document as well. They are outside of all keys and values.
                let mut values = Vec::new();
                scalars(address, &tree, &mut values);
                values.sort_by_key(|(start, ..)| *start);
                let spans: Vec<_> = values.iter().map(|(start, end, _)| (*start, *end)).collect();
                let shapes = found.iter().filter(|one| one.clue.kind == ClueKind::Shape);
                let mut shapes: Vec<_> =
                    shapes.map(|one| (one.place.span.start, one.place.span.end)).collect();
                shapes.sort_unstable();
                for one in lines() {
                    let span = &one.place.span;
                    match over(&spans, span).and_then(|at| values.get(at)) {
                        None if one.clue.is_sure => found.push(Finding { remedy: Remedy::Comment, ..one }),
                        // A value is named by its own address, by which it can be allowed.
                        Some((.., own)) if one.clue.kind == ClueKind::Shape && !overlaps(&shapes, span) => {
                            found.push(Finding { address: own.clone(), ..one });
                        }
                        _ => {}
                    }
                }
                found
            }
        },
        Form::Settings => {
            let mut found = lines();
            let sure = found.iter().filter(|one| one.clue.is_sure);
            let sure: Vec<_> = sure.map(|one| (one.place.span.start, one.place.span.end)).collect();
            let is_new = |one: &Finding| one.clue.is_sure && !overlaps(&sure, &one.place.span);
            for line in written::lines(place) {
                let Some(Named { name, value, place }) = setting(&line) else { continue };
                let inner = of_value(&address.below(name), name, value, &place, &Remedy::Server);
                found.extend(inner.into_iter().filter(is_new));
            }
            found
        }
        Form::Variables => {
            written::lines(place).flat_map(|line| in_variable(address, &line, secrets)).collect()
        }
    }
}

/// Whether a range overlaps one of the others, which are in order.
fn overlaps(others: &[(usize, usize)], span: &Range<usize>) -> bool {
    over(others, span).is_some()
}

/// The index of the last of the other ranges, which are in order, that overlaps a range; `None` if none does.
fn over(others: &[(usize, usize)], span: &Range<usize>) -> Option<usize> {
    let before = others.partition_point(|(start, _)| *start < span.end);
    let last = before.checked_sub(1)?;
    others.get(last).filter(|(_, end)| span.start < *end).map(|_| last)
}

/// The byte ranges of all keys and values in the source, each with its address.
fn scalars(address: &Address, tree: &Tree, found: &mut Vec<(usize, usize, Address)>) {
    match &tree.value {
        Tag::List(items) => items.iter().for_each(|item| scalars(address, item, found)),
        Tag::Map(map) => {
            for (key, value) in &map.entries {
                let inner = address.below(key.value.text().unwrap_or(""));
                scalars(&inner, key, found);
                scalars(&inner, value, found);
            }
        }
        _ => found.push((tree.place.span.start, tree.place.span.end, address.clone())),
    }
}

/// Whether a finding is only the translation of its name.
fn is_translation(finding: &Finding) -> bool {
    let name = finding.clue.name.as_deref().filter(|_| finding.clue.kind == ClueKind::Name);
    name.is_some_and(|name| is_label(name, finding.place.text()))
}

/// Whether a finding is only a name in the list `secrets` of a service in a compose file.
fn names_a_secret(finding: &Finding) -> bool {
    let is_list = finding.address.ends_with(&["secrets"]) && finding.address.is_within("services");
    is_list && finding.clue.kind == ClueKind::Name
}

/// What is found in a line of variables. A line that has none is searched as text.
fn in_variable(address: &Address, line: &Place, secrets: Option<&str>) -> Vec<Finding> {
    let Some(Named { name, value, place }) = variable(line) else {
        return of_text(address, line.text(), line, &Remedy::Server);
    };
    let remedy = match secrets {
        Some(map) => Remedy::EnvFile { map: map.to_owned(), name: name.to_owned() },
        None => Remedy::Server,
    };
    walk::of_variable(&address.below(name), name, value, &place, &remedy)
}
