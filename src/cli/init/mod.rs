//! `firstlight init`: asks what a new site is, and writes its configuration and its document.

mod ask;
mod interview;
mod token;
mod trial;

use std::io::ErrorKind;
use std::path::Path;

use anyhow::anyhow;

use super::init_arguments::Init;
use super::{Outcome, hint, next_steps, outcome, output, show};
use crate::compile::Output;
use crate::compile::starter::Answers;
use crate::finding::{Code, Diagnostic, Report};
use crate::review::check::{CONFIG, DOCUMENT, TEMPLATE};
use crate::value::Arrival;
use ask::{Asker, Question};
use interview::Interview;
use trial::{Trial, told};

pub(super) fn run(arguments: &Init) -> anyhow::Result<Outcome> {
    match begin(arguments) {
        Err(error) if is_interrupt(&error) => Ok(Outcome::Interrupted),
        done => done,
    }
}

fn is_interrupt(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == ErrorKind::Interrupted)
}

fn begin(arguments: &Init) -> anyhow::Result<Outcome> {
    let mut report = Report::default();
    let Some(mut interview) = Interview::begin(arguments, &mut report) else {
        show(&report, false);
        return Ok(Outcome::Refused);
    };
    // Whoever will be asked is asked nothing in vain.
    let template = format!("{DOCUMENT}{TEMPLATE}");
    let names = [CONFIG, DOCUMENT, template.as_str()];
    if arguments.yes || !Asker::is_possible() {
        refuse_existing(&names, arguments, &mut report);
    } else {
        interview.asker = Some(Asker::start()?);
    }
    if !may_replace(&interview, &names, arguments)? {
        drop(interview);
        return Err(anyhow!("nothing was written, because these files are to stay"));
    }
    interview.ask(&mut report)?;
    let Interview { asker, trial, answers, assumed, .. } = interview;
    // From here on, Ctrl-C ends the program as usual.
    asker.map_or(Ok(()), Asker::end)?;
    let made = if report.has_errors() { None } else { finish(&trial, &answers, &mut report) };
    show(&report, false);
    let Some(made) = made.filter(|_| !report.has_errors()) else { return Ok(outcome(&report)) };
    let document = document_name(&made);
    write(&trial.text(&answers), &made, &document)?;
    if !assumed.is_empty() {
        hint(&format!("Taken without being asked: {}\n", assumed.join(" ")));
    }
    hint(&format!("Wrote {CONFIG} and {document} ({} bytes).\n", made.document.bytes));
    hint(&next_steps::first(&made, &document));
    Ok(Outcome::Done)
}

/// The name of the document: that of a template if Terraform fills in a secret.
fn document_name(made: &Output) -> String {
    let is_template = !made.resolved.arriving(Arrival::FilledIn).is_empty();
    if is_template { format!("{DOCUMENT}{TEMPLATE}") } else { DOCUMENT.to_owned() }
}

/// Compiles the configuration. Errors are told at the answers.
fn finish(trial: &Trial, answers: &Answers, report: &mut Report) -> Option<Output> {
    let mut found = Report::default();
    let made = trial.compile(answers, &mut found);
    let has_errors = found.has_errors();
    for one in found.diagnostics() {
        report.push(if has_errors { told(one, answers) } else { one.clone() });
    }
    made
}

/// Which of these files exist, as anything.
fn existing<'a>(names: &[&'a str]) -> Vec<&'a str> {
    names.iter().copied().filter(|name| Path::new(name).symlink_metadata().is_ok()).collect()
}

fn refuse_existing(names: &[&str], arguments: &Init, report: &mut Report) {
    for name in existing(names).into_iter().filter(|_| !arguments.force) {
        let problem = Diagnostic::error(Code::Unsuitable, format!("{name} exists already"));
        report.push(problem.help("add --force to overwrite it, or run init in another folder"));
    }
}

/// Asks whether files that exist may be replaced.
fn may_replace(interview: &Interview, names: &[&str], arguments: &Init) -> anyhow::Result<bool> {
    let Some(asker) = interview.asker.as_ref().filter(|_| !arguments.force) else { return Ok(true) };
    let found = existing(names);
    if found.is_empty() {
        return Ok(true);
    }
    let question = Question::new(format!("Overwrite {}?", found.join(" and ")), "The old content is lost.");
    Ok(asker.confirm(&question, false)?)
}

/// Writes both files, or none of them.
fn write(config: &str, made: &Output, document: &str) -> anyhow::Result<()> {
    let was_there = !existing(&[document]).is_empty();
    output::file(Some(Path::new(document)), made.document.text.as_bytes(), 0o644, false)?;
    output::file(Some(Path::new(CONFIG)), config.as_bytes(), 0o644, false).inspect_err(|_| {
        if !was_there {
            // If it cannot be removed either, the error about the other file says why.
            let _ = std::fs::remove_file(document);
        }
    })
}
