//! The seed for cloud-init's `NoCloud` datasource, for hypervisors and bare metal: a folder, or a FAT volume with the
//! label `cidata`.

use std::io::{Cursor, Write};

use fatfs::{FileSystem, FormatVolumeOptions, FsOptions};

use super::{Item, OutputFolder};
use crate::base::digest::sha256;
use crate::compile::Output;

/// The size of the volume in bytes: that of a 1.44 MB floppy disk, in whole tracks. Any reasonable document fits into
/// it with FAT12.
const VOLUME_BYTES: usize = 1_474_560;
/// The label of the volume, padded with spaces. cloud-init accepts it in upper or lower case.
const LABEL: [u8; 11] = *b"CIDATA     ";
/// The serial number of the volume. It has no meaning; it is fixed so that the same seed always makes the same bytes.
const VOLUME_ID: u32 = 0x1257_11e7;

/// The four files of the seed: `user-data`, `meta-data`, `vendor-data` and `network-config`; the last two are empty.
///
/// The instance id in `meta-data` comes from the digest of the document. So cloud-init takes a changed document for a
/// new instance, and runs all of it again.
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

/// The seed as the image of a FAT volume, of 1,474,560 bytes.
///
/// # Errors
/// A phrase that says why the volume cannot be made, such as that the files do not fit into it.
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
