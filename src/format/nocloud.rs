//! The seed of cloud-init's `NoCloud`: a folder, or a FAT volume labelled `cidata`, for hypervisors and bare metal.

use std::io::{Cursor, Write};

use fatfs::{FileSystem, FormatVolumeOptions, FsOptions};

use super::{Item, OutputFolder};
use crate::base::digest::sha256;
use crate::compile::Output;

/// The volume's size: what FAT12 needs for a document of any size that makes sense, in whole tracks.
const VOLUME_BYTES: usize = 1_474_560;
/// cloud-init looks for the label in capitals or small letters.
const LABEL: [u8; 11] = *b"CIDATA     ";
/// Any number will do; a fixed one makes the same bytes every time.
const VOLUME_ID: u32 = 0x1257_11e7;

/// The seed's four files. A changed document is a new instance to cloud-init: it runs again.
#[must_use]
pub fn nocloud(made: &Output) -> OutputFolder {
    let id: String = sha256(made.document.text.as_bytes()).chars().take(16).collect();
    [
        ("user-data", made.document.text.clone()),
        ("meta-data", format!("instance-id: firstlight-{id}\n")),
        ("vendor-data", String::new()),
        ("network-config", String::new()),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), Item::text(text)))
    .collect()
}

/// The seed as a volume.
///
/// # Errors
/// What the file system says, such as that it is full.
pub fn volume(seed: &OutputFolder) -> Result<Vec<u8>, String> {
    let mut bytes = vec![0; VOLUME_BYTES];
    fill(seed, &mut bytes).map_err(|error| format!("cannot make the volume: {error}"))?;
    Ok(bytes)
}

fn fill(seed: &OutputFolder, bytes: &mut [u8]) -> std::io::Result<()> {
    let mut disk = Cursor::new(bytes);
    fatfs::format_volume(&mut disk, FormatVolumeOptions::new().volume_label(LABEL).volume_id(VOLUME_ID))?;
    let volume = FileSystem::new(disk, FsOptions::new())?;
    for (name, item) in seed {
        volume.root_dir().create_file(name)?.write_all(&item.bytes)?;
    }
    volume.unmount()
}
