//! Reads the parts that a configuration names: `FILE`, `FILE:TYPE`, or `{path, type}`.

use std::sync::Arc;

use crate::compile::config::ConfigLayer;
use crate::compile::files::ReadFile;
use crate::compile::part::{MimePart, Subtype};
use crate::finding::{Diagnostic, Report};
use crate::text::source::{Place, Source};
use crate::yaml::{Kind, Mapping, Node};

/// The parts of the last who names any.
pub(super) fn all(layers: &[ConfigLayer], files: &dyn ReadFile, report: &mut Report) -> Vec<Arc<MimePart>> {
    let Some(layer) = layers.last() else { return Vec::new() };
    let Kind::List(items) = &layer.node.kind else {
        report.push(layer.node.no_list());
        return Vec::new();
    };
    items.iter().filter_map(|item| one(item, files, report)).map(Arc::new).collect()
}

fn one(item: &Node, files: &dyn ReadFile, report: &mut Report) -> Option<MimePart> {
    let (path, subtype) = match &item.kind {
        Kind::Mapping(_) => {
            let mut mapping = report.keep(Mapping::of(item.clone()))?;
            let path = mapping.require("path", report);
            let subtype = mapping.text("type", report);
            mapping.finish(report);
            let path = path?;
            let subtype = match subtype {
                None => None,
                Some(name) => {
                    Some(report.keep(named(&name.value).map_err(|p| p.at(&name.place, &name.value)))?)
                }
            };
            (Node { place: path.place.clone(), ..path }, subtype)
        }
        _ => {
            let text = report.keep(item.text("a file"))?;
            match text.rsplit_once(':').and_then(|(path, name)| Some((path, named(name).ok()?))) {
                None => (item.clone(), None),
                Some((path, subtype)) => {
                    let kind = Kind::Scalar { text: path.to_owned(), plain: false };
                    (Node { place: item.place.part(text, 0..path.len()), kind }, Some(subtype))
                }
            }
        }
    };
    let text = report.keep(path.text("a file").map(str::to_owned))?;
    let source = report.keep(files.read_text(&path.place, &text))?;
    report.keep(read(source, &text, subtype, &path.place))
}

/// Makes a MIME part of a file's text; `subtype` is the type named by the user, if any.
///
/// # Errors
/// No type is named, and the first line does not tell one.
pub fn read(
    source: Arc<Source>,
    path: &str,
    subtype: Option<Subtype>,
    place: &Place,
) -> Result<MimePart, Diagnostic> {
    let given = subtype.is_some();
    let subtype = match subtype {
        Some(subtype) => subtype,
        None => Subtype::of(&source.text).map_err(|problem| problem.at(place, path))?,
    };
    let argument = if given { format!("{path}:{}", subtype.name()) } else { path.to_owned() };
    Ok(MimePart { subtype, source, argument, place: place.clone() })
}

fn named(name: &str) -> Result<Subtype, crate::base::problem::Problem> {
    Subtype::named(name.strip_prefix("text/").unwrap_or(name)).ok_or_else(|| Subtype::unknown(name))
}
