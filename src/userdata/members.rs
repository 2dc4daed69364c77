//! The files in a tar archive that a document writes, as far as they can be read without unpacking it anywhere.

use std::borrow::Cow;
use std::io::Read;

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;

use super::Budget;

/// The most files of an archive.
const MOST_FILES: usize = 4096;

/// A regular file in a tar archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The path as it stands in the archive, with `/` between names. It can be anything: absolute, or with `..`.
    pub path: String,
    /// The permission bits.
    pub mode: u32,
    /// The content.
    pub bytes: Vec<u8>,
}

/// The regular files in a tar archive, plain or compressed by gzip or bzip2, in the archive's order.
///
/// Returns `None` if the bytes are no archive, or a damaged one, or one with more than 4096 files, or if it has more
/// bytes than the budget for the whole document allows.
#[must_use]
pub(super) fn members(bytes: &[u8], budget: &mut Budget) -> Option<Vec<Member>> {
    let tar = match bytes {
        [0x1f, 0x8b, ..] => read(MultiGzDecoder::new(bytes), budget)?,
        [b'B', b'Z', b'h', ..] => read(MultiBzDecoder::new(bytes), budget)?,
        _ => Cow::Borrowed(bytes),
    };
    // The magic of POSIX's ustar, which GNU's tar writes as well.
    if tar.get(257..262)? != b"ustar" {
        return None;
    }
    let mut found = Vec::new();
    for entry in tar::Archive::new(&*tar).entries().ok()? {
        let mut entry = entry.ok()?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        if found.len() == MOST_FILES {
            return None;
        }
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let mode = entry.header().mode().ok()? & 0o7777;
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).ok()?;
        found.push(Member { path, mode, bytes });
    }
    Some(found)
}

/// What a decoder gives. If it is too much, the budget is used up, because all of it was decompressed.
fn read<'a>(decoder: impl Read, budget: &mut Budget) -> Option<Cow<'a, [u8]>> {
    let mut bytes = Vec::new();
    let read = decoder.take(budget.archives as u64 + 1).read_to_end(&mut bytes);
    let left = budget.archives.checked_sub(bytes.len());
    budget.archives = left.unwrap_or(0);
    left.filter(|_| read.is_ok()).map(|_| Cow::Owned(bytes))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use bzip2::write::BzEncoder;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;
    use crate::userdata::MAX_ARCHIVES;

    fn tar(files: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for (path, text) in files {
            let mut header = tar::Header::new_ustar();
            header.set_size(text.len() as u64);
            header.set_mode(0o640);
            archive.append_data(&mut header, path, text.as_bytes()).unwrap();
        }
        archive.into_inner().unwrap()
    }

    #[test]
    fn an_archive_is_read_however_it_is_compressed() {
        let plain = tar(&[("a", "one"), ("b/c", "two")]);
        let mut bzip2 = BzEncoder::new(Vec::new(), bzip2::Compression::best());
        bzip2.write_all(&plain).unwrap();
        let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&plain).unwrap();
        for bytes in [plain, bzip2.finish().unwrap(), gzip.finish().unwrap()] {
            let found = members(&bytes, &mut Budget::default()).unwrap();
            let found: Vec<_> =
                found.iter().map(|one| (one.path.as_str(), one.mode, one.bytes.as_slice())).collect();
            assert_eq!(found, [("a", 0o640, &b"one"[..]), ("b/c", 0o640, b"two")]);
        }
    }

    #[test]
    fn what_is_no_archive_or_too_much_has_no_files() {
        let mut budget = Budget::default();
        for bytes in [&b""[..], b"BZh9", &[0x1f, 0x8b, 8]] {
            assert_eq!(members(bytes, &mut budget), None);
        }
        let mut bomb = BzEncoder::new(Vec::new(), bzip2::Compression::best());
        bomb.write_all(&vec![0; MAX_ARCHIVES + 1]).unwrap();
        assert_eq!(members(&bomb.finish().unwrap(), &mut budget), None);
        assert_eq!(budget.archives, 0);
        let many: Vec<_> = (0..=MOST_FILES).map(|number| number.to_string()).collect();
        let many: Vec<_> = many.iter().map(|name| (name.as_str(), "")).collect();
        assert_eq!(members(&tar(&many), &mut budget), None);
        assert_eq!(members(&tar(&many[1..]), &mut budget).unwrap().len(), MOST_FILES);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(mut bytes: Vec<u8>, changed: Vec<(u16, u8)>) {
            let _ = members(&bytes, &mut Budget::default());
            bytes = tar(&[("a", "one"), ("b", "two")]);
            for (at, byte) in changed {
                let at = usize::from(at) % bytes.len();
                bytes[at] = byte;
            }
            let _ = members(&bytes, &mut Budget::default());
        }
    }
}
