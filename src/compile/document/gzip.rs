//! gzip (RFC 1952) that gives the same bytes for the same input everywhere: without a time stamp or a name, and with an
//! unknown operating system.

use std::io::{Read, Write};

use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};

/// "Unknown", as RFC 1952 numbers systems.
const SYSTEM: u8 = 255;

/// The length from which a line is compressed apart from what surrounds it, in bytes: it is base64, whose characters are
/// equally frequent. Together with other text, both would have codes that fit neither: 3 % more for a document.
const LONG: usize = 4096;

/// Compresses.
#[must_use]
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder =
        GzBuilder::new().mtime(0).operating_system(SYSTEM).write(Vec::new(), Compression::best());
    // A vector takes everything; were it not so, the check of the finished document would tell.
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let mut was_long = false;
    for line in lines {
        let is_long = line.len() >= LONG;
        if is_long || was_long {
            let _ = encoder.flush();
        }
        let _ = encoder.write_all(line);
        was_long = is_long;
    }
    encoder.finish().unwrap_or_default()
}

/// Decompresses, to no more than `most` bytes.
///
/// # Errors
/// What is wrong with it, in words.
pub(crate) fn gunzip(bytes: &[u8], most: usize) -> Result<Vec<u8>, String> {
    let mut found = Vec::new();
    GzDecoder::new(bytes).take(most as u64 + 1).read_to_end(&mut found).map_err(|error| error.to_string())?;
    if found.len() > most {
        return Err(format!("it is larger than {most} bytes after decompression"));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_says_neither_when_nor_where() {
        let packed = gzip(b"hello");
        assert_eq!(packed[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
        assert_eq!(gunzip(&packed, 5), Ok(b"hello".to_vec()));
        assert!(gunzip(&packed, 4).is_err());
        assert!(gunzip(&packed[..12], 5).is_err());
    }
}
