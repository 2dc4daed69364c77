//! An entry of a service's `volumes`.

use crate::compile::compose_file::node::{Node, Value};
use crate::finding::{Code, Diagnostic};
use crate::text::source::Place;

/// What is mounted.
#[derive(Debug)]
pub(super) struct Mount {
    pub source: Source,
    /// Where the source is given.
    pub place: Place,
    /// Whether the long form is used, in which Compose makes no folder that is missing.
    pub is_long: bool,
    /// Whether the container may only read it.
    pub is_read_only: bool,
}

/// Where what is mounted comes from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A volume of the file.
    Volume(String),
    /// A path on the server, or beside the compose file.
    Path(String),
}

impl Mount {
    /// Reads an entry. A mount without a source of its own is none.
    pub(crate) fn read(item: &Node) -> Result<Option<Self>, Diagnostic> {
        match &item.value {
            Value::Text(text) => short(text, &item.place),
            Value::Map(_) => Ok(long(item)),
            _ => Ok(None),
        }
    }
}

/// `SOURCE:TARGET[:OPTIONS]`.
fn short(text: &str, place: &Place) -> Result<Option<Mount>, Diagnostic> {
    let parts: Vec<_> = text.split(':').collect();
    if text.is_empty() || parts.iter().any(|part| part.is_empty()) || parts.len() > 3 {
        let problem =
            Diagnostic::error(Code::BadValue, format!("`{text}` is not a mount that Compose can read"));
        return Err(problem.at(place, "").help("write SOURCE:TARGET, or SOURCE:TARGET:ro"));
    }
    let [source, _, options @ ..] = parts.as_slice() else { return Ok(None) };
    let is_read_only = options.iter().flat_map(|options| options.split(',')).any(|option| option == "ro");
    let is_path = source.starts_with(['.', '/', '~']);
    let place = place.part(text, 0..source.len());
    let source = (*source).to_owned();
    Ok(Some(Mount {
        source: if is_path { Source::Path(source) } else { Source::Volume(source) },
        place,
        is_long: false,
        is_read_only,
    }))
}

fn long(item: &Node) -> Option<Mount> {
    let source = item.get("source")?;
    let text = source.text().filter(|text| !text.is_empty())?.to_owned();
    let kind = match item.get("type")?.text()? {
        "bind" => Source::Path(text),
        "volume" => Source::Volume(text),
        _ => return None,
    };
    // As Compose does for the short form.
    let makes = item.get("bind").and_then(|bind| bind.get("create_host_path")).is_some_and(Node::is_true);
    let is_read_only = item.get("read_only").is_some_and(Node::is_true);
    Some(Mount { source: kind, place: source.place.clone(), is_long: !makes, is_read_only })
}
