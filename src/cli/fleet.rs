//! `firstlight render --hosts`: renders a document for each host, in parallel, and writes all of them or none.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use super::arguments::Render;
use super::files::World;
use super::output_folder::Staged;
use super::read::read_hosts;
use super::terminal::named;
use super::{Outcome, cannot_read, hint, next_steps, options, outcome, output_folder, show};
use crate::compile::fleet::Fleet;
use crate::compile::handover::{Brought, brought};
use crate::compile::phase::Phase;
use crate::compile::{Input, Output};
use crate::finding::Report;
use crate::format::{self, Format, Item, Made, OutputFolder, Use};
use crate::text::printable::count;
use crate::text::source::Source;
use crate::value::HostName;

pub(super) fn run(
    hosts: &str,
    arguments: &Render,
    input: &Input<'_>,
    world: World,
    mut report: Report,
) -> anyhow::Result<Outcome> {
    let text = report.keep(read_hosts(Path::new(hosts)).map_err(|why| cannot_read(hosts, &why)));
    let source = text.map(|text| Source::file(hosts, &text));
    let fleet = source.and_then(|source| Fleet::read(&source, input, &world, &mut report));
    let (Some(fleet), Some(to)) = (fleet, arguments.output.as_deref()) else {
        show(&report, arguments.format == Format::Json);
        return Ok(outcome(&report));
    };
    let staging = Staged::begin(to, 0o755)?;
    let (reports, written, bring) = render_all(&fleet, arguments, input, world, &staging);
    reports.into_iter().for_each(|one| report.append(one));
    if !report.has_errors() {
        fleet.report_unused(&mut report);
    }
    fleet.check_sites(&mut report);
    if arguments.strict {
        report.deny_warnings();
    }
    show(&report, arguments.format == Format::Json);
    written?;
    if report.has_errors() {
        return Ok(outcome(&report));
    }
    output_folder::settle(staging, to, arguments.force)?;
    hint(&format!("{} in {}.\n", count(fleet.names().len(), "host"), named(to)));
    if arguments.format.what_for() != Use::Review {
        hint(&next_steps::bring_all(&bring));
    }
    Ok(Outcome::Done)
}

/// Renders all hosts into the staged folder. Returns the report of each host, in the order of the fleet's names;
/// whether all files could be written; and the files that the operator has to copy to the servers.
fn render_all(
    fleet: &Fleet,
    arguments: &Render,
    input: &Input<'_>,
    world: World,
    staging: &Staged,
) -> (Vec<Report>, anyhow::Result<()>, Vec<Brought>) {
    let names = fleet.names();
    let bar = progress(names.len());
    let (has_failed, variables) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    let results: Vec<_> = names
        .par_iter()
        .map(|name| {
            let mut report = Report::default();
            let made = fleet.compile(name, input, &world, &mut report);
            if let Some(made) = &made {
                options::check_made(arguments, made, &mut report);
            }
            bar.inc(1);
            // If one host has failed, nothing will be kept, so nothing more is written.
            let Some(made) = made else {
                has_failed.store(true, Ordering::Relaxed);
                return (report, Ok(()), Vec::new());
            };
            if has_failed.load(Ordering::Relaxed) {
                return (report, Ok(()), Vec::new());
            }
            if arguments.format == Format::Terraform
                && let Ok(mut all) = variables.lock()
            {
                all.extend(format::variables(&made));
            }
            let written = items(name, &made, arguments.format, input.options.phase);
            (report, written.and_then(|items| staging.write(&items)), brought(&made.resolved))
        })
        .collect();
    bar.finish_and_clear();
    let (mut reports, mut written, mut bring) = (Vec::new(), Vec::new(), Vec::new());
    for (report, is_written, files) in results {
        reports.push(report);
        written.push(is_written);
        bring.extend(files);
    }
    let module = match (arguments.format, variables.into_inner()) {
        (Format::Terraform, Ok(variables)) => staging.write(&format::module(&variables)),
        _ => Ok(()),
    };
    (reports, written.into_iter().collect::<anyhow::Result<()>>().and(module), bring)
}

/// The files of a host, by their paths below the output folder.
fn items(name: &HostName, made: &Output, format: Format, phase: Phase) -> anyhow::Result<OutputFolder> {
    if format == Format::Terraform {
        return Ok(format::template(name.as_str(), made));
    }
    Ok(match format::make(format, made, phase).context("the data has no JSON")? {
        Made::File(text, mode, ending) => {
            OutputFolder::from([(format!("{name}{ending}"), Item { mode, bytes: text.into_bytes() })])
        }
        Made::Folder(folder) => {
            folder.into_iter().map(|(path, item)| (format!("{name}/{path}"), item)).collect()
        }
    })
}

/// A progress bar, which is shown only on a terminal.
fn progress(hosts: usize) -> ProgressBar {
    let bar = ProgressBar::new(hosts as u64);
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} hosts, {eta} left");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
