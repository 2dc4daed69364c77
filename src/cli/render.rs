//! `firstlight render`: renders a document and writes it in the format that was asked for.

use std::path::Path;
use std::sync::Arc;

use super::arguments::Render;
use super::files::World;
use super::read::read_config;
use super::terminal::named;
use super::{
    Outcome, cannot_read, embed, fleet, hint, next_steps, options, outcome, output, output_folder,
    repository, show,
};
use crate::compile::config::{Flags, TopKey};
use crate::compile::document::{self, DocumentOptions};
use crate::compile::embedded::default_profile;
use crate::compile::part::{MimePart, Subtype};
use crate::compile::phase::Phase;
use crate::compile::{Input, Output, compile, own};
use crate::finding::{Diagnostic, Report};
use crate::format::{self, Format, Made};
use crate::review::check::CONFIG;
use crate::text::source::{Place, Source};
use crate::value::{Arrival, Date, Mode};

pub(super) fn run(arguments: &Render, world: World) -> anyhow::Result<Outcome> {
    let mut report = Report::default();
    options::check(arguments, &mut report);
    let options = options(arguments, &mut report);
    let config = report.keep(config(arguments)).flatten();
    let today = report.keep(today(arguments));
    let input = Input {
        config,
        flags: &flags(arguments),
        default_profile: default_profile(),
        today,
        embed_secret: arguments.embed_secret,
        options: &options,
    };
    if let (Some(hosts), false) = (&arguments.hosts, report.has_errors()) {
        return fleet::run(hosts, arguments, &input, world, report);
    }
    let made = if report.has_errors() { None } else { compile(&input, &world, &mut report) };
    let made = made.and_then(|made| embed::fill(made, arguments, &mut report));
    if let Some(made) = &made {
        options::check_made(arguments, made, &mut report);
    }
    if arguments.strict {
        report.deny_warnings();
    }
    show(&report, arguments.format == Format::Json);
    let Some(made) = made.filter(|_| !report.has_errors()) else { return Ok(outcome(&report)) };
    if arguments.size {
        let sizes = document::sizes(&made.rendered, &made.resolved, &made.searched, &options);
        output::file(arguments.output.as_deref(), sizes.as_bytes(), 0o644, false)?;
        return Ok(Outcome::Done);
    }
    write(&made, arguments, options.phase)?;
    hint(&next_steps::next(&made, arguments.format, options.phase));
    Ok(Outcome::Done)
}

fn write(made: &Output, arguments: &Render, phase: Phase) -> anyhow::Result<()> {
    let to = arguments.output.as_deref();
    let private = !made.resolved.arriving(Arrival::Embedded).is_empty();
    let folder = match format::make(arguments.format, made, phase)? {
        Made::File(text, mode, _) => {
            return output::file(to, text.as_bytes(), u32::from(mode.bits()), private);
        }
        Made::Folder(folder) => folder,
    };
    if let (Format::Nocloud, Some(path)) = (arguments.format, to.filter(|path| options::is_image(path))) {
        let volume = format::volume(&folder).map_err(anyhow::Error::msg)?;
        return output::file(Some(path), &volume, u32::from(Mode::DEFAULT.bits()), false);
    }
    output_folder::write(to.unwrap_or(Path::new("")), &folder, arguments.force)
}

/// The options of the document, from the arguments.
fn options(arguments: &Render, report: &mut Report) -> DocumentOptions {
    let is_mime = arguments.format == Format::Mime;
    let parts: Vec<_> = arguments.part.iter().filter_map(|argument| report.keep(part(argument))).collect();
    DocumentOptions {
        encoding: arguments.encoding.encoding(),
        parts: (is_mime || !parts.is_empty()).then_some(parts),
        phase: if arguments.format == Format::Packer { Phase::Bake } else { arguments.phase },
        is_running: matches!(arguments.format, Format::Script | Format::Packer),
    }
}

/// Reads the part that an argument of `--part` names: `FILE` or `FILE:TYPE`.
fn part(argument: &str) -> Result<MimePart, Diagnostic> {
    let flag = Source::flag("--part", argument);
    let (path, subtype) = match argument.rsplit_once(':') {
        Some((path, name)) if !Path::new(argument).exists() => {
            let place = Place { source: flag.clone(), span: path.len() + 1..argument.len() };
            let subtype = Subtype::named(name.strip_prefix("text/").unwrap_or(name));
            (path, Some(subtype.ok_or_else(|| Subtype::unknown(name).at(&place, ""))?))
        }
        _ => (argument, None),
    };
    let text =
        read_config(Path::new(path)).map_err(|why| cannot_read(path, &why).at(&Place::all(&flag), ""))?;
    own::read_part(Source::file(path, &text), path, subtype, &Place::all(&flag))
}

fn config(arguments: &Render) -> Result<Option<Arc<Source>>, Diagnostic> {
    let is_named = arguments.config.is_some() || arguments.no_config;
    let found = if is_named { None } else { found_config(arguments) };
    if let (Some(path), false) = (&found, arguments.outside.world().allow_outside) {
        // Nobody named it, so it may be a link that somebody put into the repository.
        let folder = Path::new(path).parent().unwrap_or(Path::new(""));
        let checked = repository::check(&repository::root(folder), Path::new(path));
        checked.map_err(|why| cannot_read(path, &why).help(repository::HELP))?;
    }
    let Some(path) = arguments.config.clone().or(found) else { return Ok(None) };
    let text = read_config(Path::new(&path)).map_err(|why| {
        let help = "an argument without an option is the path of a configuration; write a setting as --set KEY=VALUE";
        let problem = cannot_read(&path, &why);
        if Path::new(&path).exists() { problem } else { problem.help(help) }
    })?;
    Ok(Some(Source::file(&path, &text)))
}

/// The path of the configuration if none is named: `firstlight.yaml` in the current folder or beside the list of hosts.
///
/// With `--domain` it is not used, so that the command in the header of a document makes the same document wherever it
/// is run.
fn found_config(arguments: &Render) -> Option<String> {
    let beside = arguments.hosts.as_deref().and_then(|hosts| Path::new(hosts).parent());
    let path = beside.unwrap_or(Path::new("")).join(CONFIG);
    // What is there but no file is reported when it is read.
    let is_there = path.symlink_metadata().is_ok() && !path.is_dir();
    let shown = named(&path);
    let (is_taken, said) = match arguments.top.get(TopKey::Domain) {
        None => (true, format!("Using {shown} (--no-config ignores it).\n")),
        Some(_) => {
            (false, format!("Not using {shown}, because --domain is given; name it to use it as well.\n"))
        }
    };
    if is_there && arguments.format != Format::Json {
        hint(&said);
    }
    let other = path.with_extension("yml");
    if !is_there && other.is_file() {
        hint(&format!(
            "Not using {}: only a file with the name {CONFIG} is used without being named.\n",
            named(&other)
        ));
    }
    (is_there && is_taken).then(|| path.to_string_lossy().into_owned())
}

fn today(arguments: &Render) -> Result<Date, Diagnostic> {
    match &arguments.today {
        None => Ok(now()),
        Some(text) => {
            Date::parse(text).map_err(|problem| problem.at(&Place::all(&Source::flag("--today", text)), text))
        }
    }
}

/// The current day in UTC.
pub(super) fn now() -> Date {
    Date::from(jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date())
}

fn flags(arguments: &Render) -> Flags {
    Flags {
        top: arguments.top.0.clone(),
        set: arguments.set.clone(),
        cloud_config: arguments.cloud_config.clone(),
        in_clear: arguments.in_clear.clone(),
    }
}
