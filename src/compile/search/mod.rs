//! The search for secrets in everything that gets into a document: in what was given, in the profile, and in the
//! rendered files.
//!
//! Each value has an address, such as `environment.COMMIT`, `compose.services.web.environment.COMMIT`, or a file's path
//! on the server. An address that the configuration lists under `in_clear` is allowed, and the document's header says
//! so. A private key cannot be allowed, because nothing else looks like one.

mod address;
mod constant;
mod finding;
mod given;
mod made;
mod remedy;
mod walk;
mod written;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use constant::Constants;
pub(crate) use finding::Finding;
pub(crate) use given::raw;

use crate::compile::config::Exception;
use crate::evidence::ClueKind;
use crate::finding::{Code, Diagnostic, Report};
use crate::text::source::{Place, Spanned};
use crate::value::holds_a_secret;
use remedy::Remedy;

/// The proof that a document was searched for secrets. [`crate::compile::document`] builds nothing without it.
#[derive(Debug)]
pub struct Searched {
    /// The addresses, such as `environment.COMMIT`, of values that look like secrets and that the user allowed.
    pub in_clear: Vec<String>,
}

impl Searched {
    /// The arguments of `firstlight render` that allow the same values again.
    #[must_use]
    pub(crate) fn arguments(&self) -> Vec<String> {
        self.in_clear.iter().flat_map(|address| ["--in-clear".to_owned(), address.clone()]).collect()
    }
}

/// A search in progress.
pub(crate) struct Search {
    exceptions: Vec<(Exception, bool)>,
    /// The letters and digits of every text that was found where it was given, so that it is not reported again in a
    /// rendered file, and whether it was certain there what it is.
    seen: BTreeMap<String, bool>,
    /// The paths on the server of the files that references name.
    files: BTreeSet<String>,
}

/// The least length of a text that is recognized within a longer one, in letters and digits.
const LEAST_KNOWN: usize = 6;

impl Search {
    pub(crate) fn new(exceptions: &[Exception]) -> Self {
        Self {
            exceptions: exceptions.iter().map(|exception| (exception.clone(), false)).collect(),
            seen: BTreeMap::new(),
            files: BTreeSet::new(),
        }
    }

    /// Reports a finding, unless the user allowed it.
    fn judge(&mut self, finding: &Finding, report: &mut Report) {
        if matches!(&finding.remedy, Remedy::Copy { path } if !self.is_for_a_secret(path)) {
            return;
        }
        self.see(&finding.bare, finding.clue.is_sure);
        let address = finding.address.to_string();
        let is_listed = |(one, _): &&mut (Exception, bool)| one.address.value == address;
        let listed = self.exceptions.iter_mut().filter(is_listed).filter(|_| finding.can_be_allowed());
        let matters = finding.clue.is_sure || finding.clue.kind == ClueKind::Random;
        if matters && listed.map(|(_, is_used)| *is_used = true).count() > 0 {
            self.see(&finding.bare, true);
            return;
        }
        let what = finding.clue.what();
        let diagnostic = match finding.clue.kind {
            ClueKind::Reference => {
                let message =
                    "the application would get this reference itself, and not the secret that it refers to";
                Diagnostic::error(Code::MisplacedReference, message)
                    .at(&finding.place, "")
                    .help(finding.help())
            }
            _ if finding.clue.is_sure => Diagnostic::literal_secret(&finding.place, &what, &finding.help()),
            ClueKind::Random => {
                Diagnostic::warning(Code::PossibleSecret, format!("this contains {what}: is it a secret?"))
                    .hidden_at(&finding.place)
                    .help(finding.help())
            }
            _ => return,
        };
        report.push(diagnostic);
    }

    /// Whether a file on the server is for a secret: because of its folder, or because a reference names it.
    fn is_for_a_secret(&self, path: &str) -> bool {
        holds_a_secret(path) || self.files.contains(path)
    }

    fn judge_all(&mut self, findings: &[Finding], report: &mut Report) {
        findings.iter().for_each(|finding| self.judge(finding, report));
    }

    fn see(&mut self, bare: &str, is_settled: bool) {
        if !bare.is_empty() {
            *self.seen.entry(bare.to_owned()).or_default() |= is_settled;
        }
    }

    /// Whether the text was found already where it was given, in any spelling. If it is only now certain that it is a
    /// secret, it counts as new, because a template may have composed it.
    fn has_seen(&self, finding: &Finding) -> bool {
        let bare = finding.bare.as_str();
        let is_part = |one: &str| bare.len() >= LEAST_KNOWN && one.contains(bare);
        let has_part = |one: &str| one.len() >= LEAST_KNOWN && bare.contains(one);
        let is_same = |one: &str| one == bare || is_part(one) || has_part(one);
        let settles = |is_settled: bool| is_settled || !finding.clue.is_sure;
        self.seen.iter().any(|(one, is_settled)| settles(*is_settled) && is_same(one))
    }

    /// Ends the search, and reports the entries of `in_clear` that were not needed.
    pub(crate) fn finish(self, report: &mut Report) -> Searched {
        let (used, unused): (Vec<_>, Vec<_>) = self.exceptions.into_iter().partition(|(_, is_used)| *is_used);
        let unused = unused.into_iter().map(|(exception, _)| exception).filter(|one| !one.is_shared);
        unused.for_each(|exception| report.push(exception.unused()));
        let in_clear: BTreeSet<_> = used.into_iter().map(|(exception, _)| exception.address.value).collect();
        Searched { in_clear: in_clear.into_iter().collect() }
    }
}

impl Exception {
    /// The warning that the entry was not needed.
    pub(crate) fn unused(&self) -> Diagnostic {
        let Spanned { value, place } = &self.address;
        Diagnostic::warning(Code::UnusedException, format!("nothing at `{value}` looks like a secret"))
            .at(place, "")
            .help("remove it from in_clear, so that the list only contains exceptions that are needed")
    }
}

/// Refuses the placeholder for an embedded secret in a text that was given, because the secret would be inserted there
/// as well.
pub(crate) fn refuse_mark(text: &str, place: &Place, report: &mut Report) {
    let Some(mark) = crate::compile::plan::mark(text) else { return };
    let message =
        "this is firstlight's placeholder for an embedded secret; the secret would be inserted here as well";
    report.push(
        Diagnostic::error(Code::BadValue, message)
            .at(&place.part(text, mark), "")
            .help("remove it; where a reference is expected, write it without the @@ around it"),
    );
}
