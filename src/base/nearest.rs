//! Suggestions for misspelt names.

/// The name that is most similar to `given` in lower case; `None` if none is similar enough.
///
/// If `given` is the beginning of exactly one name, it is that one, unless another name differs by a single letter. The
/// greatest Damerau-Levenshtein distance is one, and one more for every four bytes of the shorter name.
#[must_use]
pub(crate) fn nearest<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let is_begun = |name: &&str| given.len() > 3 && name.starts_with(&given.to_lowercase());
    let names: Vec<_> = names.into_iter().collect();
    let mut begun = names.iter().copied().filter(is_begun);
    // Two letters of four are another word; the beginning of a single one is that one.
    if let (Some(name), None) = (begun.next(), begun.next())
        && !names.iter().any(|name| strsim::damerau_levenshtein(&given.to_lowercase(), name) < 2)
    {
        return Some(name);
    }
    let near = |name: &&str| strsim::damerau_levenshtein(&given.to_lowercase(), name);
    names
        .into_iter()
        .map(|name| (near(&name), name))
        .filter(|(distance, name)| *distance <= 1 + name.len().min(given.len()) / 4)
        .min()
        .map(|(_, name)| name)
}

/// Advice for an unknown name: the most similar name, or all names if none is similar.
#[must_use]
pub(crate) fn suggest<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.into_iter().collect();
    match nearest(given, names.iter().copied()) {
        Some(name) => did_you_mean(name),
        None if names.is_empty() => "there are none".to_owned(),
        None => format!("there are: {}", names.join(", ")),
    }
}

/// The question whether the user meant `name`.
#[must_use]
pub(crate) fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_word_is_not_taken_for_any_other() {
        assert_eq!(nearest("int", ["text", "list", "port"]), None);
        assert_eq!(nearest("prot", ["text", "list", "port"]), Some("port"));
        assert_eq!(nearest("file", ["filename", "size", "maxsize"]), Some("filename"));
        assert_eq!(nearest("file", ["filename", "files"]), Some("files"));
        assert_eq!(nearest("lists", ["text", "list", "port"]), Some("list"));
    }
}
