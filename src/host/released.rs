//! The program's modules in the versions that were released. `released.txt` has a line for each: the version, the form
//! (`files` as it was written, `packed` as an archive has it), the SHA-256 digest and the path below the program's folder.

use std::collections::BTreeMap;

use crate::base::digest::sha256;

const TABLE: &str = include_str!("released.txt");

/// The latest released version that has all of these modules, which are given by their paths; `None` if there is none.
pub(crate) fn release<'a>(modules: impl Iterator<Item = (&'a str, &'a [u8])>) -> Option<&'static str> {
    release_in(TABLE, &modules.map(|(name, bytes)| (name, sha256(bytes))).collect::<Vec<_>>())
}

/// The latest released version whose modules together, as an archive has them, have this digest.
pub(crate) fn release_of_all(digest: &str) -> Option<&'static str> {
    release_of_all_in(TABLE, digest)
}

/// The modules of a release: their forms and digests by their paths.
type Modules<'t> = BTreeMap<&'t str, Vec<(&'t str, &'t str)>>;

/// The releases by their versions.
fn versions(table: &str) -> BTreeMap<&str, Modules<'_>> {
    let mut versions = BTreeMap::<_, Modules<'_>>::new();
    for line in table.lines() {
        let mut words = line.split(' ');
        if let (Some(version), Some(form), Some(digest), Some(name)) =
            (words.next(), words.next(), words.next(), words.next())
        {
            versions.entry(version).or_default().entry(name).or_default().push((form, digest));
        }
    }
    versions
}

/// The order of versions, as numbers.
fn order(version: &str) -> Vec<u64> {
    version.split('.').map(|number| number.parse().unwrap_or_default()).collect()
}

fn release_in<'t>(table: &'t str, modules: &[(&str, String)]) -> Option<&'t str> {
    let has = |release: &Modules<'_>| {
        modules.iter().all(|(name, digest)| {
            release.get(name).is_some_and(|known| known.iter().any(|(_, one)| one == digest))
        })
    };
    let found = versions(table).into_iter().filter(|(_, release)| !modules.is_empty() && has(release));
    found.map(|(version, _)| version).max_by_key(|version| order(version))
}

fn release_of_all_in<'t>(table: &'t str, digest: &str) -> Option<&'t str> {
    let all = |release: &Modules<'_>| {
        let packed = release.iter().flat_map(|(name, known)| {
            let one = known.iter().find(|(form, _)| *form == "packed");
            one.map(|(_, digest)| format!("{digest}  {name}\n"))
        });
        sha256(packed.collect::<String>().as_bytes()) == digest
    };
    let found = versions(table).into_iter().filter(|(_, release)| all(release));
    found.map(|(version, _)| version).max_by_key(|version| order(version))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> String {
        let line = |version: &str, form: &str, name: &str, text: &str| {
            format!("{version} {form} {} {name}\n", sha256(text.as_bytes()))
        };
        [
            line("0.9.0", "files", "a.py", "one"),
            line("0.9.0", "packed", "a.py", "1"),
            line("0.9.0", "packed", "b.py", "2"),
            line("0.10.0", "packed", "a.py", "1"),
            line("0.10.0", "packed", "b.py", "3"),
        ]
        .concat()
    }

    fn found(modules: &[(&str, &str)]) -> Option<String> {
        let modules: Vec<_> = modules.iter().map(|(name, text)| (*name, sha256(text.as_bytes()))).collect();
        release_in(&table(), &modules).map(str::to_owned)
    }

    #[test]
    fn the_latest_release_with_all_modules_is_found() {
        assert_eq!(found(&[("a.py", "1")]).as_deref(), Some("0.10.0"));
        assert_eq!(found(&[("a.py", "one")]).as_deref(), Some("0.9.0"));
        assert_eq!(found(&[("a.py", "1"), ("b.py", "2")]).as_deref(), Some("0.9.0"));
        assert_eq!(found(&[("a.py", "2")]), None, "a module of another name");
        assert_eq!(found(&[("a.py", "1"), ("b.py", "4")]), None, "a changed module");
        assert_eq!(found(&[]), None);
    }

    #[test]
    fn a_downloaded_program_is_found_by_the_digest_of_all() {
        let lines = format!("{}  a.py\n{}  b.py\n", sha256(b"1"), sha256(b"3"));
        assert_eq!(release_of_all_in(&table(), &sha256(lines.as_bytes())), Some("0.10.0"));
        assert_eq!(release_of_all_in(&table(), &sha256(b"")), None);
    }
}
