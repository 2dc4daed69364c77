//! Calls the stages of the compiler one after the other, from the text of a configuration to the document.

use std::sync::Arc;

use crate::compile::clash::check_parts;
use crate::compile::config::{Config, Flags, TopKey};
use crate::compile::document::{self, Document, DocumentOptions};
use crate::compile::files::ReadFile;
use crate::compile::image::{self, ANY};
use crate::compile::own::Own;
use crate::compile::phase::Phase;
use crate::compile::plan::plan;
use crate::compile::profile::{Profile, ReadProfile};
use crate::compile::render::{Rendered, RenderedFile, render, render_files};
use crate::compile::resolve::{Resolved, TOKEN, resolve};
use crate::compile::search::{Constants, Search, Searched, raw};
use crate::compile::setting::Setting;
use crate::compile::site_data::site_data;
use crate::compile::unknown::Known;
use crate::compile::{compose_file, feasible};
use crate::finding::{Code, Diagnostic, Report};
use crate::host::{PROFILE, SITE, SiteData};
use crate::text::json;
use crate::text::source::{Place, Source};
use crate::value::{Arrival, Date, GuestPath, Mode};

/// Everything that the compiler is given; the files and profiles come through [`ReadFile`] and
/// [`ReadProfile`].
#[derive(Debug)]
pub struct Input<'a> {
    /// The text of the configuration file; `None` if flags alone describe the site.
    pub config: Option<Arc<Source>>,
    /// The values of the command line's flags, which win over the configuration.
    pub flags: &'a Flags,
    /// The name of the profile to use if neither the flags nor the configuration name one.
    pub default_profile: &'a str,
    /// The current day, for the warning that a token expires soon. Without it there is no warning; the core
    /// has no clock.
    pub today: Option<Date>,
    /// Whether a secret may be written into the document itself (a reference `env://NAME`). Otherwise that is
    /// an error.
    pub embed_secret: bool,
    /// The encoding, the MIME parts and the phase of the document.
    pub options: &'a DocumentOptions,
}

/// The result of a compilation.
pub struct Output {
    /// The finished document, ready to be given to a provider.
    pub document: Document,
    /// The files and commands that the document contains, before encoding.
    pub rendered: Rendered,
    /// The checked values, defaults included, from which the document was rendered.
    pub resolved: Resolved,
    /// The data file of the program that will run on the server. No document contains it yet.
    pub site: SiteData,
    /// The result of the search for secrets: the addresses of what the user allowed to be in clear.
    pub searched: Searched,
}

/// The document may hold a secret, embedded or in clear by choice, so it is not shown.
impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("bytes", &self.document.bytes).finish_non_exhaustive()
    }
}

/// Compiles a configuration into one document.
///
/// Returns `None`, with at least one error in `report`, if there is no document; errors of all stages that
/// could run are collected, not only the first. A configuration with a list of `hosts` is for
/// [`fleet::Fleet`](crate::compile::fleet::Fleet).
pub fn compile(
    input: &Input<'_>,
    world: &(impl ReadFile + ReadProfile),
    report: &mut Report,
) -> Option<Output> {
    let config = base(input, report)?;
    let profiles = Profiles::of(&config, input, world, report);
    refuse_unknown(&config, profiles.as_ref(), world, report);
    let profiles = profiles.filter(|_| !config.lists_hosts())?;
    make(config, &profiles, input, world, report)
}

/// What the flags and the configuration say.
pub(crate) fn base(input: &Input<'_>, report: &mut Report) -> Option<Config> {
    let flags = Config::from_flags(input.flags, &mut Report::default());
    raw_flags(input.flags, &flags, report);
    let file = input.config.as_ref().map(|source| {
        let mut found = Report::default();
        let config = Config::from_file(source, &mut found);
        let settings = config.iter().flat_map(|config| &config.settings).map(|(_, node)| &node.place);
        // The values of the user's own cloud-config are searched by their addresses.
        let own = config.iter().flat_map(|config| &config.cloud_config).flat_map(|layer| layer.node.places());
        raw(source, &settings.chain(own).collect::<Vec<_>>(), report);
        report.append(found);
        config
    });
    let flags = Config::from_flags(input.flags, report);
    match file {
        None => Some(flags),
        Some(file) => Some(flags.over(file?)),
    }
}

/// Secrets anywhere in the flags but in settings, which are looked at with what the profile says of them.
fn raw_flags(flags: &Flags, config: &Config, report: &mut Report) {
    let given = flags.top.iter().map(|(key, text)| (format!("--{}", key.name()), text));
    let lists =
        [("--set", &flags.set), ("--in-clear", &flags.in_clear), ("--cloud-config", &flags.cloud_config)];
    let lists =
        lists.into_iter().flat_map(|(name, texts)| texts.iter().map(move |text| (name.to_owned(), text)));
    let settings: Vec<_> = config.settings.iter().flat_map(|(_, node)| node.places()).collect();
    for (name, text) in given.chain(lists) {
        raw(&Source::flag(&name, text), &settings, report);
    }
}

/// The profile that a configuration names, and the one that all share.
pub(crate) struct Profiles {
    host: Profile,
    chosen: Profile,
    constants: Constants,
}

impl Profiles {
    pub(crate) fn of(
        config: &Config,
        input: &Input<'_>,
        world: &impl ReadProfile,
        report: &mut Report,
    ) -> Option<Self> {
        let host = read_profile(PROFILE, None, world, report)?;
        let (name, place) = match config.get(TopKey::Profile) {
            None => (input.default_profile.to_owned(), None),
            Some(node) => (report.keep(node.text("a profile's name").map(str::to_owned))?, Some(&node.place)),
        };
        let found = report.diagnostics().len();
        let chosen = read_profile(&name, place, world, report)?;
        chosen.check(&host, report);
        let constants = Constants::of(&[&host, &chosen], input.options.parts.as_deref().unwrap_or_default());
        (report.diagnostics().len() == found).then_some(Self { host, chosen, constants })
    }
}

impl Profiles {
    /// All settings that can be chosen.
    fn offered(&self) -> Vec<&Setting> {
        self.chosen.settings.iter().chain(&self.host.settings).collect()
    }
}

/// Complains about keys and settings that nothing reads.
pub(crate) fn refuse_unknown(
    config: &Config,
    profiles: Option<&Profiles>,
    world: &impl ReadProfile,
    report: &mut Report,
) {
    let chosen = profiles.map(|profiles| [&profiles.host, &profiles.chosen]);
    Known { chosen, world }.check(config, report);
}

/// From a configuration to its document.
pub(crate) fn make(
    config: Config,
    profiles: &Profiles,
    input: &Input<'_>,
    files: &dyn ReadFile,
    report: &mut Report,
) -> Option<Output> {
    let DocumentOptions { phase, is_running, .. } = *input.options;
    let own = Own::read(&config.cloud_config, &config.parts, phase, files, report);
    let mut search = Search::new(&config.in_clear);
    search.given(&config, &profiles.offered(), report);
    search.constants(&profiles.constants, report);
    search.own(&own, report);
    let mut render = |config: &Config, phase: Phase| {
        let resolved = resolve(config, &profiles.host, &profiles.chosen, (phase, is_running), files, report)?;
        let mut bundle = plan(&resolved, &profiles.host, &profiles.chosen, report);
        bundle.check_tree(report);
        let mut rendered = render(&bundle, &resolved, report);
        let brought = compose_file::review(&bundle, &rendered, &resolved, &own, files, report);
        rendered.files.extend(render_files(&brought, &resolved, report));
        bundle.files.extend(brought);
        search.made(&bundle.files, &rendered.files, &resolved, report);
        search.made(&bundle.repository, &rendered.repository, &resolved, report);
        feasible::check(&rendered, &resolved, report);
        own.check(&rendered, report);
        let site = site_data(&resolved, &rendered, &bundle.files, &profiles.chosen.place, report)?;
        rendered.take_program(resolved.site.program.as_ref(), report)?;
        add_site(&site, &mut rendered, report);
        (!report.has_errors()).then_some((resolved, rendered, site))
    };
    let mut baked = |config: &Config| {
        let (resolved, one, site) = render(&config.with_domain(ANY[0]), Phase::Bake)?;
        let (_, other, _) = render(&config.with_domain(ANY[1]), Phase::Bake)?;
        Some((resolved, image::bake(one, &other), site))
    };
    let (mut resolved, mut rendered, site) = match phase {
        Phase::All => render(&config, phase)?,
        Phase::Bake => baked(&config)?,
        Phase::Boot => {
            let (_, baked, _) = baked(&config)?;
            let (resolved, whole, site) = render(&config, phase)?;
            (resolved, image::boot(whole, &baked), site)
        }
    };
    resolved.arguments = Own::arguments(&config.cloud_config, input.config.as_deref(), resolved.arguments);
    if phase == Phase::Bake && !own.is_in_config {
        // Nothing in the command tells the site, so it would take a configuration that it finds.
        resolved.arguments.insert(0, "--no-config".to_owned());
    }
    rendered.own = own.of(phase);
    check_parts(&rendered, &document::parts(&rendered.own, input.options).unwrap_or_default(), report);
    resolved.operator = resolved.operator.with(&rendered.own, report);
    let searched = search.finish(report);
    check_embedding(input, &resolved, report);
    check_expiry(input.today, &resolved, report);
    let document = document::build(&rendered, &resolved, &searched, input.options, report)?;
    (!report.has_errors()).then_some(Output { document, rendered, resolved, site, searched })
}

/// Adds the site's data file.
fn add_site(site: &SiteData, rendered: &mut Rendered, report: &mut Report) {
    match (GuestPath::parse(SITE), serde_json::to_string_pretty(site)) {
        (Ok(path), Ok(text)) => {
            let bytes = (json::folded(&text) + "\n").into_bytes();
            rendered.files.insert(path, RenderedFile { mode: Mode::DEFAULT, bytes });
        }
        _ => report.push(Diagnostic::error(Code::Internal, "the site's data has no JSON")),
    }
}

fn read_profile(
    name: &str,
    place: Option<&Place>,
    world: &impl ReadProfile,
    report: &mut Report,
) -> Option<Profile> {
    let tree = report.keep(world.read_profile(name, place))?;
    Profile::read(name, &tree, report)
}

/// A secret gets into a document only if that was asked for in so many words.
fn check_embedding(input: &Input<'_>, resolved: &Resolved, report: &mut Report) {
    for held in resolved.held(Arrival::Embedded).filter(|_| !input.embed_secret) {
        let message = format!(
            "`{}` writes the secret into the document, where everybody on the server can read it",
            held.uri
        );
        let (file, generate) = match held.name.as_str() {
            TOKEN => ("ghcr-token", ""),
            name => (name, ", or `generate` if the server may generate it"),
        };
        let help = format!(
            "write file:///etc/firstlight/{file}, a file that you copy to the server{generate}; or, to render one document that contains the secret, add --embed-secret"
        );
        report.push(Diagnostic::error(Code::EmbeddedSecret, message).at(&held.place, "").help(help));
    }
}

/// Warns two weeks ahead: afterwards no pull and no self-update works.
fn check_expiry(today: Option<Date>, resolved: &Resolved, report: &mut Report) {
    let (Some(today), Some((expires, place))) = (today, &resolved.expires) else { return };
    let left = expires.since(today);
    let message = match left {
        15.. => return,
        0 => "the token expires today".to_owned(),
        1 => "the token expires tomorrow".to_owned(),
        2.. => format!("the token expires in {left} days, on {expires}"),
        _ => format!("the token expired on {expires}"),
    };
    report.push(Diagnostic::warning(Code::TokenExpires, message).at(place, "").help(
        "create a new token, store it where the reference points, and write its last day of validity here",
    ));
}
