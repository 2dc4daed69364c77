//! Checks a compose file against the published schema of the Compose specification. The messages and places are our
//! own.

use std::sync::LazyLock;

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::paths::{Location, LocationSegment};
use jsonschema::{Draft, JsonType, JsonTypeSet, ValidationError, Validator};
use serde_json::Value as Json;

use crate::base::nearest::suggest;
use crate::compile::compose_file::node::{Entry, Node, Value};
use crate::compile::compose_file::scalar;
use crate::finding::{Code, Diagnostic, Report};

/// Facts, written by `tests/consumers/compose_schema`.
static FACTS: LazyLock<Json> =
    LazyLock::new(|| serde_json::from_str(include_str!("schema.json")).unwrap_or_default());

static VALIDATOR: LazyLock<Option<Validator>> =
    LazyLock::new(|| jsonschema::options().with_draft(Draft::Draft7).build(&FACTS).ok());

/// The keys of a service.
const SERVICE: &str = "/definitions/service/properties";
/// The keys of the file itself.
const TOP: &str = "/properties";

/// Adds what the schema refuses.
pub(super) fn check(root: &Node, report: &mut Report) {
    let Some(validator) = VALIDATOR.as_ref() else {
        return report.push(Diagnostic::error(Code::Internal, "the schema of compose files is broken"));
    };
    let json = root.json();
    for error in validator.iter_errors(&json) {
        for error in most_specific(&error) {
            explain(root, error, report);
        }
    }
    newer(root, report);
}

/// Of several ways to write something, what is wrong with the one that was meant.
fn most_specific<'a, 'i>(error: &'a ValidationError<'i>) -> Vec<&'a ValidationError<'i>> {
    let (Kind::OneOfNotValid { context } | Kind::AnyOf { context }) = error.kind() else {
        return vec![error];
    };
    let depth = |error: &ValidationError<'_>| {
        let is_key = matches!(error.kind(), Kind::AdditionalProperties { .. });
        error.instance_path().iter().count() + usize::from(is_key)
    };
    // Whoever wrote a list meant the way that takes one.
    let is_meant = |errors: &&Vec<ValidationError<'static>>| {
        let is_other = |one: &ValidationError<'_>| {
            matches!(one.kind(), Kind::Type { .. }) && one.instance_path() == error.instance_path()
        };
        !errors.iter().any(is_other)
    };
    let meant = context.iter().filter(is_meant);
    let deepest = meant.max_by_key(|errors| errors.iter().map(depth).max());
    match deepest {
        Some(errors) => errors.iter().flat_map(|error| most_specific(error)).collect(),
        None => vec![error],
    }
}

fn explain(root: &Node, error: &ValidationError<'_>, report: &mut Report) {
    let Some((entry, node)) = find(root, error.instance_path()) else { return };
    if matches!(node.value, Value::Unknown) {
        return;
    }
    let name = entry.map_or("this", |entry| entry.key.as_str());
    let problem = match error.kind() {
        Kind::AdditionalProperties { unexpected } => {
            for key in node.entries().iter().filter(|entry| unexpected.contains(&entry.key)) {
                report.push(unknown(key, error.schema_path()));
            }
            return;
        }
        Kind::Type { .. } | Kind::OneOfNotValid { .. } | Kind::AnyOf { .. } => {
            let is_item = matches!(error.instance_path().iter().last(), Some(LocationSegment::Index(_)));
            let subject = if is_item { format!("an entry of `{name}`") } else { format!("`{name}`") };
            let types = one_of(&wanted(error).iter().filter_map(in_words).collect::<Vec<_>>());
            let message = match (scalar::wanted(name).filter(|_| !is_item), types.as_str()) {
                (Some(wanted), _) => format!("{subject} must be {wanted}, but this is {}", what(node)),
                (None, "") => format!("{subject} is {}, which is not allowed here", what(node)),
                (None, types) => format!("{subject} must be {types}, but this is {}", what(node)),
            };
            let remedy = scalar::remedy(name).filter(|_| !is_item).unwrap_or_default();
            Diagnostic::error(Code::WrongType, message).at(&node.place, "").help(remedy)
        }
        Kind::Required { property } => {
            let missing = property.as_str().unwrap_or_default();
            let place = entry.map_or(&node.place, |entry| &entry.at);
            Diagnostic::error(Code::MissingKey, format!("the key `{missing}` is missing in `{name}`"))
                .at(place, "")
        }
        Kind::Enum { options } => {
            let options: Vec<_> = options.as_array().into_iter().flatten().filter_map(Json::as_str).collect();
            let given = node.shown().unwrap_or_default();
            Diagnostic::error(Code::BadValue, format!("`{name}` cannot be `{given}`"))
                .at(&node.place, "")
                .help(suggest(&given, options))
        }
        Kind::Minimum { limit } => bad(name, node, &format!("the minimum is {limit}")),
        Kind::Maximum { limit } => bad(name, node, &format!("the maximum is {limit}")),
        // `engine` says what is wrong with it.
        Kind::Pattern { .. }
            if name == "container_name" && node.text().is_some_and(|text| text.len() == 1) =>
        {
            return;
        }
        Kind::Pattern { .. } => bad(name, node, "it contains characters that Compose does not accept here"),
        // Compose drops what stands twice before it looks at its schema.
        Kind::UniqueItems => return,
        _ => bad(name, node, "Compose's schema does not allow it"),
    };
    report.push(problem);
}

/// Several phrases as a choice.
fn one_of(all: &[&str]) -> String {
    match all {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn bad(name: &str, node: &Node, why: &str) -> Diagnostic {
    Diagnostic::error(Code::BadValue, format!("this value of `{name}` is refused by Compose: {why}"))
        .at(&node.place, "")
}

/// A key that has no meaning where it stands, and perhaps one elsewhere.
fn unknown(entry: &Entry, at: &Location) -> Diagnostic {
    let Entry { key, at: place, .. } = entry;
    let object = at.as_str().rsplit_once('/').map_or("", |(object, _)| object);
    let known = names(&format!("{object}/properties"));
    if known.is_empty() {
        return Diagnostic::error(
            Code::BadValue,
            format!("the name `{key}` contains characters that Compose does not accept"),
        )
        .at(place, "")
        .help("use letters, digits, dots, underscores and hyphens");
    }
    let has = |object: &str| FACTS.pointer(object).is_some_and(|keys| keys.get(key).is_some());
    let help = if has(SERVICE) {
        format!("`{key}` belongs to a service: write it below the service's name")
    } else if has(TOP) {
        format!("`{key}` belongs to the top of the file, at the left margin")
    } else {
        suggest(key, known)
    };
    Diagnostic::error(Code::UnknownKey, format!("Compose knows no key `{key}` here")).at(place, "").help(help)
}

fn names(pointer: &str) -> Vec<&'static str> {
    FACTS
        .pointer(pointer)
        .and_then(Json::as_object)
        .into_iter()
        .flat_map(serde_json::Map::keys)
        .map(String::as_str)
        .collect()
}

/// Keys that Debian 13's Compose does not know yet.
fn newer(root: &Node, report: &mut Report) {
    let list: Vec<&str> =
        FACTS.get("newer").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect();
    let services = root.get("services").map_or(&[][..], Node::entries).iter();
    let keys = services.flat_map(|service| service.node.entries()).map(|entry| (SERVICE, entry));
    for (object, entry) in root.entries().iter().map(|entry| (TOP, entry)).chain(keys) {
        if list.contains(&format!("{object}/{}", entry.key).as_str()) {
            let problem = format!("Debian 13 has Compose 2.26, which refuses the key `{}`", entry.key);
            let problem = Diagnostic::warning(Code::UnknownKey, problem).at(&entry.at, "");
            report.push(
                problem.help(
                    "use a server that has Compose 2.40 or later, as Ubuntu 24.04 does, or leave it out",
                ),
            );
        }
    }
}

/// The node that an error is about, and the entry that holds it.
fn find<'n>(root: &'n Node, path: &Location) -> Option<(Option<&'n Entry>, &'n Node)> {
    let mut found = (None, root);
    for segment in path.iter() {
        let name = segment.to_string();
        found = match (&segment, &found.1.value) {
            (LocationSegment::Index(at), Value::List(items)) => (found.0, items.get(*at)?),
            _ => found.1.entry(&name).map(|entry| (Some(entry), &entry.node))?,
        };
    }
    Some(found)
}

/// The types that could stand at an error's place.
fn wanted(error: &ValidationError<'_>) -> JsonTypeSet {
    match error.kind() {
        Kind::Type { kind: TypeKind::Single(one) } => JsonTypeSet::empty().insert(*one),
        Kind::Type { kind: TypeKind::Multiple(all) } => *all,
        Kind::OneOfNotValid { context } | Kind::AnyOf { context } => context
            .iter()
            .flatten()
            .flat_map(|error| wanted(error).iter())
            .fold(JsonTypeSet::empty(), JsonTypeSet::insert),
        _ => JsonTypeSet::empty(),
    }
}

/// A type with its article. Nothing can be left out with any key.
fn in_words(kind: JsonType) -> Option<&'static str> {
    match kind {
        JsonType::Null => None,
        JsonType::Boolean => Some("true or false"),
        JsonType::Integer => Some("a whole number"),
        JsonType::Number => Some("a number"),
        JsonType::String => Some("a text"),
        JsonType::Array => Some("a list"),
        JsonType::Object => Some("a mapping"),
    }
}

/// What a node is, with its article.
fn what(node: &Node) -> &'static str {
    match &node.value {
        Value::Null => "empty",
        Value::Bool(_) => "true or false",
        Value::Int(_) | Value::Float(_) => "a number",
        Value::Text(_) | Value::Unknown => "a text",
        Value::List(_) => "a list",
        Value::Map(_) => "a mapping",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Facts, not prose: no words of the specification's authors are in the program.
    #[test]
    fn the_schema_has_no_prose_and_works() {
        let text = include_str!("schema.json");
        for word in ["\"description\":\"", "\"title\":\""] {
            assert!(!text.contains(word), "{word}");
        }
        assert!(VALIDATOR.is_some() && names(SERVICE).contains(&"image") && names(TOP).contains(&"services"));
    }
}
