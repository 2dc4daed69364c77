//! `firstlight inspect` and `firstlight lint`, and the texts about codes for `firstlight explain`.

use std::path::Path;

use super::arguments::{Findings, Inspect, Lint, View};
use super::input::Given;
use super::terminal::named;
use super::{Outcome, outcome, output, output_folder, show, terminal};
use crate::base::nearest::suggest;
use crate::finding;
use crate::finding::rule::{EXAMPLES, MEANINGS, Meaning, RULES, Rule};
use crate::finding::{Code, Diagnostic, Report};
use crate::provider::Provider;
use crate::text::source::{Place, Source};
use crate::userdata::{UserData, decode};

/// Reads and decodes the user-data at a path; in a folder it is the file `user-data`, as in a NoCloud seed. If it cannot
/// be read, or is a configuration of firstlight, reports why and returns `None`.
fn read(path: &Path, report: &mut Report) -> Option<UserData> {
    let Given { name, bytes, is_configuration } = Given::read(path, report)?;
    if is_configuration {
        let shown = named(Path::new(&name));
        let message = format!("{shown} is a configuration of firstlight, and this command reads user-data");
        let help = "render it first, and give the document that firstlight makes to this command";
        report.push(Diagnostic::error(Code::WrongType, message).help(help));
        return None;
    }
    Some(decode(&name, &bytes))
}

/// Shows the content of user-data, even if lint finds errors in it; these determine only the exit code.
pub(super) fn inspect(arguments: &Inspect) -> anyhow::Result<Outcome> {
    let mut report = Report::default();
    let Some(data) = read(&arguments.file, &mut report) else {
        show(&report, arguments.format == View::Json);
        return Ok(Outcome::Refused);
    };
    let found = crate::review::lint::lint(&data, None);
    if let Some(folder) = &arguments.extract {
        output_folder::extract(folder, &data.extracted(), arguments.force)?;
    }
    match arguments.format {
        View::Text => terminal::print(&crate::review::inspect::human(&data, &found))?,
        View::Json => terminal::print_json(&format!("{:#}\n", crate::review::inspect::json(&data, &found)))?,
    }
    Ok(outcome(&found))
}

/// Prints the findings to standard output, because they are the output that was asked for.
pub(super) fn lint(arguments: &Lint) -> anyhow::Result<Outcome> {
    let mut report = Report::default();
    let provider = match provider(arguments.provider.as_deref()) {
        Ok(provider) => provider,
        Err(problem) => {
            report.push(problem);
            show(&report, false);
            return Ok(Outcome::Refused);
        }
    };
    let to = arguments.output.as_deref();
    let mut found = Vec::new();
    for file in &arguments.files {
        let Some(data) = read(file, &mut report) else { continue };
        let mut findings = crate::review::lint::lint(&data, provider);
        if arguments.strict {
            findings.deny_warnings();
        }
        found.push((data.name, findings));
    }
    show(&report, arguments.format == Findings::Json);
    // Of a single file that cannot be read, there is nothing to say but that.
    if found.is_empty() {
        return Ok(Outcome::Refused);
    }
    let all: Vec<_> = found.iter().map(|(name, report)| (name.as_str(), report)).collect();
    match arguments.format {
        Findings::Text => {
            let text: Vec<_> =
                all.iter().map(|(_, report)| report.human(terminal::colours_output(to))).collect();
            output::text(to, &text.join(""))?;
        }
        Findings::Json => output::json(to, &finding::json(&all))?,
        Findings::Sarif => output::json(to, &finding::sarif(&all))?,
        Findings::Github => {
            let text: String = all.iter().map(|(name, report)| report.github(name)).collect();
            output::text(to, &text)?;
        }
    }
    for (_, findings) in all {
        if let refused @ (Outcome::Refused | Outcome::Failed) = outcome(findings) {
            return Ok(refused);
        }
    }
    Ok(outcome(&report))
}

/// The provider with the name that `--provider` gives; `None` without that option.
pub(super) fn provider(name: Option<&str>) -> Result<Option<&'static Provider>, Diagnostic> {
    let Some(name) = name else { return Ok(None) };
    Provider::named(name).map(Some).ok_or_else(|| {
        let place = Place::all(&Source::flag("--provider", name));
        let problem = Diagnostic::error(Code::UnknownName, format!("there is no provider `{name}`"));
        problem.at(&place, "").help(suggest(name, Provider::names()))
    })
}

/// All codes, one line for each: those of `lint`, and those of `render` and the other commands.
pub(super) fn codes() -> String {
    let found = RULES.iter().map(|rule| (rule.code.name(), rule.title));
    let said = MEANINGS.iter().map(|meaning| (meaning.code.name(), meaning.title));
    let width = found.clone().chain(said.clone()).map(|(code, _)| code.len()).max().unwrap_or(0);
    let line = |(code, title)| format!("{code:width$}  {title}\n");
    let (found, said): (String, String) = (found.map(line).collect(), said.map(line).collect());
    format!(
        "Codes of `lint`, about user-data:\n\n{found}\nCodes of `render`, `check` and `diff`, about configurations \
        and options:\n\n{said}"
    )
}

/// The names of all codes.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|rule| rule.code.name()).chain(MEANINGS.iter().map(|meaning| meaning.code.name()))
}

/// The explanation of a code; `None` if there is no such code.
pub(super) fn code(name: &str) -> Option<String> {
    let found = Rule::named(name).map(|Rule { code, title, explanation, source, severity }| {
        let (code, severity) = (code.name(), severity.name());
        format!("{code} ({severity}): {title}\n\n{}\n\nSource: {source}\n", fill(explanation))
    });
    let said = Meaning::named(name).map(|Meaning { code, title, explanation }| {
        format!("{}: {title}\n\n{}\n", code.name(), fill(explanation))
    });
    let (_, wrong, right) = EXAMPLES.iter().find(|(code, ..)| *code == name)?;
    let texts: Vec<_> = found.into_iter().chain(said).collect();
    Some(format!("{}\nExample: {wrong}\nInstead: {right}\n", texts.join("\n")))
}

/// Breaks a text into lines of at most 80 characters.
fn fill(text: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > 80 {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}
