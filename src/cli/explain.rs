//! `firstlight explain`: explains the code of a finding, or what a server will do with a document.

use std::path::Path;

use super::arguments::{Explain, ExplainFormat};
use super::files::World;
use super::input::Document;
use super::read::read_user_data;
use super::{Outcome, cannot_read, outcome, output, profiles, review, show};
use crate::base::nearest::suggest;
use crate::compile::catalogue;
use crate::finding::{Code, Diagnostic, Report};
use crate::review::explain::{Story, Timeline};
use crate::text::printable::label;
use crate::text::source::{Place, Source};

pub(super) fn run(arguments: &Explain, world: World) -> anyhow::Result<Outcome> {
    let mut report = Report::default();
    let tell: Option<fn(&Story) -> String> = match arguments.format {
        ExplainFormat::Text => Some(Story::words),
        ExplainFormat::Mermaid => Some(Story::mermaid),
        ExplainFormat::Svg => Some(Story::svg),
        ExplainFormat::Timeline => None,
    };
    let text = match (arguments.what.as_deref(), tell) {
        (what, None) => timeline(what, &mut report),
        (None, Some(_)) => Some(review::codes()),
        (Some(what), Some(tell)) => review::code(what).or_else(|| story(what, tell, world, &mut report)),
    };
    show(&report, false);
    if let Some(text) = text {
        output::text(arguments.output.as_deref(), &text)?;
    }
    Ok(outcome(&report))
}

/// How long the steps of a first boot took; without a path, of what is on standard input.
fn timeline(what: Option<&str>, report: &mut Report) -> Option<String> {
    let what = what.unwrap_or("-");
    let bytes = read_user_data(Path::new(what)).map_err(|why| cannot_read(what, &why));
    let timeline = report.keep(bytes).map(|bytes| Timeline::read(&String::from_utf8_lossy(&bytes)))?;
    if timeline.is_none() {
        let message = format!("{} has no times of steps", label(what));
        let help = "give it what `firstlight status --json` prints on the server: \
                    ssh root@DOMAIN firstlight status --json | firstlight explain --format timeline -";
        report.push(Diagnostic::error(Code::WrongType, message).help(help));
    }
    timeline.map(|timeline| timeline.svg())
}

/// What a server will do with the document at the path `what`. If there is no such file, `what` is reported as an
/// unknown code.
fn story(what: &str, tell: fn(&Story) -> String, world: World, report: &mut Report) -> Option<String> {
    let path = Path::new(what);
    if what != "-" && !path.exists() {
        let entries = profiles::read(None, report)?.entries();
        if let Some(text) = catalogue::lookup(what, &entries) {
            return Some(text);
        }
        let place = Place::all(&Source::flag("WHAT", what));
        let message =
            format!("`{what}` is neither a code nor a setting, and there is no file with this name");
        let names = review::names().map(|name| -> &str { name }).chain(catalogue::names(&entries));
        report.push(Diagnostic::error(Code::UnknownName, message).at(&place, "").help(suggest(what, names)));
        return None;
    }
    let data = Document::read(path, world, report)?.data;
    let story = Story::of(&data);
    // The story does not contain what has no effect, so the errors are shown as well.
    let mut found = crate::review::lint::lint(&data, None);
    found.leave_all_but_errors_out();
    report.append(found);
    Some(tell(&story))
}
