//! `firstlight diff`: compares two documents, configurations or folders.

use super::arguments::{Diff as Arguments, DiffFormat};
use super::files::World;
use super::review::provider;
use super::{Outcome, input, output, show, terminal};
use crate::finding::Report;
use crate::review::diff::{Diff, Side};

pub(super) fn run(arguments: &Arguments, world: World) -> anyhow::Result<Outcome> {
    let mut report = Report::default();
    let provider = report.keep(provider(arguments.provider.as_deref())).flatten();
    let old = input::side(&arguments.old, world, &mut report);
    let new = input::side(&arguments.new, world, &mut report);
    show(&report, arguments.format == DiffFormat::Json);
    let (Some(old), Some(new), false) = (old, new, report.has_errors()) else { return Ok(Outcome::Refused) };
    let shown = |side: Side| if arguments.modules { side.with_modules() } else { side };
    let diff = Diff::of(&shown(old), &shown(new), provider);
    let to = arguments.output.as_deref();
    match arguments.format {
        DiffFormat::Text => output::text(to, &diff.human(terminal::colours_output(to)))?,
        DiffFormat::Markdown => output::text(to, &diff.markdown())?,
        DiffFormat::Json => output::json(to, &format!("{:#}\n", diff.json()))?,
    }
    Ok(if diff.is_same() { Outcome::Done } else { Outcome::Differs })
}
