//! `firstlight check`: compares the committed documents with those that the configurations make.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::arguments::{Check, CheckFormat};
use super::files::World;
use super::read::{read_config, read_hosts, read_user_data};
use super::read_folder::walk;
use super::{Outcome, cannot_read, hint, input, output, repository, say, terminal};
use crate::compile::config::Flags;
use crate::compile::document::DocumentOptions;
use crate::compile::fleet::Fleet;
use crate::finding::{Diagnostic, Report};
use crate::review::check::{self, Case, DOCUMENT, Difference, HOSTS};
use crate::review::diff::{Diff, Side};
use crate::text::source::Source;
use crate::userdata::decode;

/// Everything that was found. The keys of the maps are paths.
#[derive(Default)]
struct Findings {
    /// The documents that the configurations make.
    expected: BTreeMap<String, Vec<u8>>,
    /// The documents that are committed.
    found: BTreeMap<String, Vec<u8>>,
    /// For each document, the file that makes it, or that should make it.
    sources: BTreeMap<String, String>,
    /// The report about each configuration.
    reports: BTreeMap<String, Report>,
    /// The folder outside of which no file may be read; `None` if every file may be read.
    root: Option<PathBuf>,
}

pub(super) fn run(arguments: &Check, world: World) -> anyhow::Result<Outcome> {
    let mut all = Findings::default();
    for path in &arguments.paths {
        all.add(path, world);
    }
    let format = arguments.format;
    let mut out = String::new();
    for (name, report) in &all.reports {
        match format {
            CheckFormat::Text => say(&report.human(terminal::colours_stderr())),
            CheckFormat::Github => out.push_str(&report.github(name)),
        }
    }
    if all.reports.values().any(Report::has_errors) {
        terminal::print(&out)?;
        return Ok(Outcome::Refused);
    }
    if arguments.update {
        all.update()?;
    }
    let differences = check::compare(&all.expected, &all.found);
    for (path, difference) in &differences {
        out.push_str(&all.show(path, *difference, format));
    }
    terminal::print(&out)?;
    if !differences.is_empty() {
        return Ok(Outcome::Differs);
    }
    let said = match all.expected.len() {
        1 => "1 document is up to date.\n".to_owned(),
        number => format!("{number} documents are up to date.\n"),
    };
    hint(&said);
    Ok(Outcome::Done)
}

impl Findings {
    /// Adds what a path names: a folder with everything below it, or one configuration.
    fn add(&mut self, path: &Path, world: World) {
        let mut is_anything = false;
        let name = path.to_string_lossy().into_owned();
        let only = path.is_file().then(|| path.file_name()).flatten().map(|name| name.to_string_lossy());
        let top = if only.is_some() { path.parent().unwrap_or(path) } else { path };
        let top = top.strip_prefix(".").unwrap_or(top);
        self.root = (!world.allow_outside).then(|| repository::root(top));
        let folders = match walk(top, only.is_none()) {
            Ok(folders) => folders,
            Err(why) => return self.reports.entry(name.clone()).or_default().push(cannot_read(&name, &why)),
        };
        for (folder, (files, below)) in folders {
            for case in check::cases(&files, &below, only.as_deref()) {
                if only.as_ref().is_none_or(|only| case.names(only)) {
                    is_anything = true;
                    self.case(&folder, &case, world);
                }
            }
            if only.is_none() {
                is_anything |= self.left_over(&folder, &files);
            }
        }
        if !is_anything {
            let hosts = top.join(HOSTS);
            let problem = match only {
                Some(_) => cannot_read(&name, "its name is not that of a configuration")
                    .help("rename it to firstlight.yaml, NAME.firstlight.yaml or hosts.yaml"),
                None if hosts.is_file() => {
                    let problem = cannot_read(
                        &name,
                        "it contains a hosts.yaml, which may belong to another tool, and no firstlight.yaml",
                    );
                    problem.help(format!(
                        "if it belongs to firstlight: firstlight check {}",
                        terminal::named(&hosts)
                    ))
                }
                None => cannot_read(&name, "it contains no firstlight.yaml").help(
                    "name a folder that contains one, or write one: `firstlight schema` describes its keys",
                ),
            };
            self.reports.entry(name.clone()).or_default().push(problem);
        }
    }

    /// Compiles a configuration, and reads the documents that are committed for it.
    fn case(&mut self, folder: &Path, case: &Case, world: World) {
        let source = shown(&folder.join(case.source()));
        if self.reports.contains_key(&source) {
            return;
        }
        let mut report = Report::default();
        match case {
            Case::One { config, documents } => {
                let config = folder.join(config);
                let text = report.keep(self.inside(&config, read_config));
                let made = text.and_then(|text| input::render(&shown(&config), &text, world, &mut report));
                let made = made.map(|made| made.document.text.into_bytes());
                for document in documents {
                    self.document(&folder.join(document), made.clone(), &source, &mut report);
                }
            }
            Case::Fleet { config } => self.fleet(folder, config.as_deref(), &source, world, &mut report),
        }
        // Whoever rendered the document has read the notes.
        report.leave_notes_out();
        self.reports.insert(source, report);
    }

    fn fleet(
        &mut self,
        folder: &Path,
        config: Option<&str>,
        source: &str,
        world: World,
        report: &mut Report,
    ) {
        let (flags, options) = (Flags::default(), DocumentOptions::default());
        let mut input = input::bare(&flags, &options);
        if let Some(config) = config {
            let config = folder.join(config);
            let text = report.keep(self.inside(&config, read_config));
            input.config = text.map(|text| Source::file(&shown(&config), &text));
        }
        let text = report.keep(self.inside(&folder.join(HOSTS), read_hosts));
        let Some(text) = text else { return };
        let documents = folder.join(DOCUMENT);
        let Some(fleet) = Fleet::read(&Source::file(source, &text), &input, &world, report) else { return };
        for name in fleet.names() {
            let made = fleet.compile(name, &input, &world, report);
            let made = made.map(|made| made.document.text.into_bytes());
            self.document(&documents.join(name.as_str()), made, source, report);
        }
        if !report.has_errors() {
            fleet.report_unused(report);
        }
        fleet.check_sites(report);
        if !documents.is_dir() || report.keep(self.inside(&documents, |_| Ok(()))).is_none() {
            return;
        }
        match walk(&documents, false) {
            Ok(folders) => {
                for file in folders.into_values().flat_map(|(files, _)| files) {
                    self.committed(&documents.join(file), source, report);
                }
            }
            Err(why) => report.push(cannot_read(&shown(&documents), &why)),
        }
    }

    fn document(&mut self, path: &Path, made: Option<Vec<u8>>, source: &str, report: &mut Report) {
        self.sources.insert(shown(path), source.to_owned());
        if let Some(made) = made {
            self.expected.insert(shown(path), made);
        }
        match path.symlink_metadata() {
            Ok(_) => self.committed(path, source, report),
            // The document does not exist yet, but it must be allowed to write it there.
            Err(_) => _ = report.keep(self.inside(path, |_| Ok(()))),
        }
    }

    fn committed(&mut self, path: &Path, source: &str, report: &mut Report) {
        let name = shown(path);
        self.sources.entry(name.clone()).or_insert_with(|| source.to_owned());
        if let Some(bytes) = report.keep(self.inside(path, read_user_data)) {
            self.found.insert(name, bytes);
        }
    }

    /// Reads a path that has to be below `root`, even after symbolic links are followed.
    fn inside<T>(&self, path: &Path, read: impl FnOnce(&Path) -> Result<T, String>) -> Result<T, Diagnostic> {
        let problem = |why: String| cannot_read(&shown(path), &why);
        if let Some(root) = &self.root {
            repository::check(root, path).map_err(|why| problem(why).help(repository::HELP))?;
        }
        read(path).map_err(problem)
    }

    /// Adds the documents that firstlight made and that have no configuration any more. Returns whether there are any.
    fn left_over(&mut self, folder: &Path, files: &BTreeSet<String>) -> bool {
        let mut is_any = false;
        for (file, config) in check::left_over(files) {
            let name = shown(&folder.join(file));
            let bytes =
                self.inside(Path::new(&name), read_user_data).ok().filter(|bytes| check::is_ours(bytes));
            if let Some(bytes) = bytes {
                is_any = true;
                self.sources.insert(name.clone(), shown(&folder.join(config)));
                self.found.insert(name, bytes);
            }
        }
        is_any
    }

    /// Writes the documents that are missing or outdated, each completely or not at all. Documents without a
    /// configuration are left to the user.
    fn update(&mut self) -> anyhow::Result<()> {
        for (path, difference) in check::compare(&self.expected, &self.found) {
            let Some(bytes) = self.expected.get(&path).filter(|_| difference != Difference::Orphan) else {
                continue;
            };
            let file = PathBuf::from(&path);
            if let Some(folder) = file.parent() {
                std::fs::create_dir_all(folder)?;
            }
            output::file(Some(&file), bytes, 0o644, false)?;
            hint(&format!("wrote {}\n", crate::text::printable::label(&path)));
            self.found.insert(path, bytes.clone());
        }
        Ok(())
    }

    fn show(&self, path: &str, difference: Difference, format: CheckFormat) -> String {
        let source = self.sources.get(path).map_or("", String::as_str);
        let (old, new) = (self.found.get(path), self.expected.get(path));
        let mut complaint = difference.complaint(path, source);
        let mut report = Report::default();
        if let (CheckFormat::Github, Some((old, new))) = (format, old.zip(new)) {
            complaint = complaint.at(&check::first_difference(path, old, new), "");
        }
        report.push(complaint);
        if format == CheckFormat::Github {
            return report.github(path);
        }
        let colour = terminal::colours_stdout();
        let side = |name: &str, bytes: &Vec<u8>| Side::document(&decode(name, bytes), bytes).ok();
        let sides = old.zip(new).and_then(|(old, new)| side(path, old).zip(side(source, new)));
        let diff = sides.map(|(old, new)| Diff::of(&old, &new, None).human(colour) + "\n");
        report.human(colour) + "\n" + &diff.unwrap_or_default()
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
