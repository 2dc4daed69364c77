//! `firstlight diff`.

use super::cli::{Diff as Arguments, DiffFormat};
use super::files::World;
use super::review::provider;
use super::{Outcome, coloured, output, show, subject};
use crate::diagnostic::Report;
use crate::diff::Diff;

pub(super) fn run(arguments: &Arguments, world: World) -> anyhow::Result<Outcome> {
    let mut report = Report::default();
    let provider = report.keep(provider(arguments.provider.as_deref())).flatten();
    let old = subject::side(&arguments.old, world, &mut report);
    let new = subject::side(&arguments.new, world, &mut report);
    show(&report, arguments.format == DiffFormat::Json);
    let (Some(old), Some(new), false) = (old, new, report.has_errors()) else { return Ok(Outcome::Refused) };
    let diff = Diff::of(&old, &new, provider);
    let text = match arguments.format {
        DiffFormat::Human => diff.human(coloured(&std::io::stdout())),
        DiffFormat::Markdown => diff.markdown(),
        DiffFormat::Json => format!("{:#}\n", diff.json()),
    };
    output::file(None, text.as_bytes(), 0o644, false)?;
    Ok(if diff.is_same() { Outcome::Done } else { Outcome::Differs })
}
