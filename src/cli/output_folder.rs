//! Writes an output folder, and writes it again if it exists.
//!
//! First all files are written into a temporary folder, so a full disk or a host with an error changes nothing. Then
//! each file is moved to its place by one rename, so that a reader sees either the old file or the new one. If that is
//! interrupted, running the same command again completes it: until the end, the list of files has the digests of the
//! old and of the new files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tempfile::TempDir;

use super::listing::{Listing, NAME};
use super::output::{above, put, replace, why};
use super::platform::{Access, permit, temporary};
use super::terminal::{hint, named};
use crate::base::digest::sha256;
use crate::format::OutputFolder;
use crate::text::printable::{count, label};
use crate::userdata::ExtractedFile;

/// Writes files to a folder. Other files in it are kept; without `force`, it is an error if one of them is in the
/// place of a new file and is not as firstlight left it.
pub(super) fn write(to: &Path, files: &OutputFolder, force: bool) -> anyhow::Result<()> {
    let staged = Staged::begin(to, 0o755)?;
    staged.write(files)?;
    settle(staged, to, force)
}

/// Writes what was extracted from user-data to a folder, so that only the owner can read it: it may contain secrets.
pub(super) fn extract(to: &Path, extracted: &[ExtractedFile], force: bool) -> anyhow::Result<()> {
    let staged = Staged::begin(to, 0o700)?;
    for file in extracted {
        staged.put(&file.path.join("/"), &file.bytes, file.mode)?;
    }
    staged.close(extracted.iter().filter_map(|file| file.path.first()))?;
    settle(staged, to, force)
}

/// Moves the files of a staged folder to their places. Says which files were removed, which were written, and how many
/// did not change.
pub(super) fn settle(staged: Staged, to: &Path, force: bool) -> anyhow::Result<()> {
    let Settled { gone, written, same } = staged.settle(force)?;
    for path in &gone {
        hint(&format!("Removed, because it is no longer part of the output: {}\n", named(&to.join(path))));
    }
    let shown: Vec<_> = written.iter().take(MOST_NAMES).map(|path| named(Path::new(path))).collect();
    let more = match written.len().saturating_sub(shown.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    match (written.is_empty(), same) {
        (true, 0) => {}
        (true, same) => {
            hint(&format!("Nothing was written: {} in {} did not change.\n", count(same, "file"), named(to)))
        }
        (false, same) => hint(&format!(
            "Written in {}: {}{more}. Unchanged: {}.\n",
            named(to),
            shown.join(", "),
            count(same, "file")
        )),
    }
    Ok(())
}

/// The most names of written files that are shown.
const MOST_NAMES: usize = 8;

/// The most names of edited files that are shown.
const MOST_SHOWN: usize = 20;

/// The new files of an output folder, before they are moved to their places.
pub(super) struct Staged {
    new: TempDir,
    to: PathBuf,
}

impl Staged {
    /// Creates a temporary folder with these permission bits. It is removed again unless `settle` is called.
    pub(super) fn begin(to: &Path, permissions: u32) -> anyhow::Result<Self> {
        if to.canonicalize().is_ok_and(|found| found.parent().is_none()) {
            bail!(
                "cannot write {}: it is the root folder, and the files need a folder of their own",
                named(to)
            );
        }
        let within = match (to.metadata(), to.symlink_metadata()) {
            (Ok(meta), _) if meta.is_dir() => to,
            (Ok(_), _) => bail!("cannot write {}: it is a file, and the output is a folder", named(to)),
            (Err(_), Ok(_)) => {
                bail!("cannot write {}: it is a symbolic link whose target does not exist", named(to))
            }
            (Err(_), Err(_)) => above(to),
        };
        let new = temporary(Access::Bits(permissions))
            .prefix(".firstlight-")
            .tempdir_in(within)
            .map_err(|error| why(&error, to, within))?;
        Ok(Self { new, to: to.to_owned() })
    }

    /// Writes files into the temporary folder; several threads may do so at the same time.
    pub(super) fn write(&self, files: &OutputFolder) -> anyhow::Result<()> {
        files.iter().try_for_each(|(path, item)| self.put(path, &item.bytes, u32::from(item.mode.bits())))
    }

    /// Writes one file into the temporary folder.
    pub(super) fn put(&self, path: &str, bytes: &[u8], bits: u32) -> anyhow::Result<()> {
        put(&self.new.path().join(path), bytes, bits)
            .map_err(|error| why(&error, &self.to.join(path), &self.to))
    }

    /// Makes folders accessible only to their owner.
    pub(super) fn close<'a>(&self, folders: impl Iterator<Item = &'a String>) -> anyhow::Result<()> {
        for name in folders.collect::<BTreeSet<_>>() {
            let folder = self.new.path().join(name);
            permit(&folder, 0o700).map_err(|error| why(&error, &self.to, &self.to))?;
        }
        Ok(())
    }

    /// Moves all files to their places, and removes files that an earlier run wrote and that are no longer part of
    /// the output.
    ///
    /// # Errors
    /// The folder cannot be written. Without `force`, it is also an error if a file that would be replaced or removed
    /// is not as firstlight left it; then nothing is changed.
    pub(super) fn settle(self, force: bool) -> anyhow::Result<Settled> {
        let new = listed(self.new.path())?;
        let failed = |error: std::io::Error| why(&error, &self.to, &self.to);
        if !self.to.is_dir() {
            put(&self.new.path().join(NAME), new.to_string().as_bytes(), 0o644).map_err(failed)?;
            std::fs::rename(self.new.path(), &self.to).map_err(failed)?;
            // The temporary folder has become the output folder, so it must not be removed.
            let _ = self.new.keep();
            return Ok(Settled::default());
        }
        let old = Listing::read(&self.to)?;
        let (gone, edited) = self.compare(&old, &new)?;
        if !edited.is_empty() && !force {
            bail!(changed(&self.to, &edited));
        }
        let list = self.to.join(NAME);
        replace(&list, old.clone().and(&new).to_string().as_bytes(), Access::Bits(0o644)).map_err(failed)?;
        let left_over = edited.iter().map(String::as_str).filter(|path| !new.names(path));
        let gone: Vec<_> = gone.into_iter().chain(left_over).map(str::to_owned).collect();
        for path in &gone {
            self.remove(path).with_context(|| format!("cannot remove {}", named(&self.to.join(path))))?;
        }
        let mut settled = Settled { gone, ..Settled::default() };
        for path in new.paths() {
            match self.place(path).map_err(|error| why(&error, &self.to.join(path), &self.to))? {
                true => settled.written.push(path.to_owned()),
                false => settled.same += 1,
            }
        }
        replace(&list, new.to_string().as_bytes(), Access::Bits(0o644)).map_err(failed)?;
        Ok(settled)
    }

    /// The files that will be removed because they are no longer in the output, and the paths that would be replaced or
    /// removed although they are not as firstlight left them.
    fn compare<'a>(
        &self,
        old: &'a Listing,
        new: &Listing,
    ) -> anyhow::Result<(BTreeSet<&'a str>, BTreeSet<String>)> {
        let ours = |path: &str, found: &Found| match found {
            Found::File(digest) => old.has(path, digest) || new.has(path, digest),
            _ => false,
        };
        let mut edited = BTreeSet::new();
        let mut gone = BTreeSet::new();
        for path in old.paths().filter(|path| !new.names(path)) {
            match self.found(path)? {
                (_, Found::Nothing | Found::Folder) => {}
                (at, found) if at == path && ours(path, &found) => _ = gone.insert(path),
                // Something else has replaced a folder of the earlier output, and stays.
                (at, _) if at != path => {}
                (at, _) => _ = edited.insert(at),
            }
        }
        for path in new.paths() {
            match self.found(path)? {
                (_, Found::Nothing) => {}
                (at, found) if ours(&at, &found) && (at == path || gone.contains(at.as_str())) => {}
                (at, Found::Folder) => self.check_emptied(&at, &gone)?,
                (at, _) => _ = edited.insert(at),
            }
        }
        Ok((gone, edited))
    }

    /// What is at a path below the folder, or at the first part of the path that is not a folder, and the path of it.
    /// Symbolic links are not followed.
    fn found(&self, path: &str) -> anyhow::Result<(String, Found)> {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        for part in ends.filter_map(|end| path.get(..end)) {
            let at = self.to.join(part);
            let found = match at.symlink_metadata() {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Found::Nothing,
                Err(error) => return Err(why(&error, &at, &self.to)),
                Ok(meta) if meta.is_dir() && part.len() < path.len() => continue,
                Ok(meta) if meta.is_dir() => Found::Folder,
                Ok(meta) if meta.is_file() => {
                    Found::File(digest(&at).map_err(|error| why(&error, &at, &self.to))?)
                }
                Ok(_) => Found::Other,
            };
            return Ok((part.to_owned(), found));
        }
        Ok((path.to_owned(), Found::Nothing))
    }

    /// Checks a folder in the place of a file: all files in it must be among those that will be removed.
    fn check_emptied(&self, folder: &str, gone: &BTreeSet<&str>) -> anyhow::Result<()> {
        let inside = listed(&self.to.join(folder))?;
        let stays =
            inside.paths().map(|path| format!("{folder}/{path}")).find(|path| !gone.contains(path.as_str()));
        match stays {
            None => Ok(()),
            Some(path) => bail!(
                "cannot write {}: it is a folder that contains {}, which firstlight did not write. Rename the folder",
                named(&self.to.join(folder)),
                label(&path)
            ),
        }
    }

    /// Removes a file, and the folders that it leaves empty.
    fn remove(&self, path: &str) -> std::io::Result<()> {
        std::fs::remove_file(self.to.join(path))?;
        let mut folder = path;
        while let Some((above, _)) = folder.rsplit_once('/') {
            // A folder that is not empty stays.
            if std::fs::remove_dir(self.to.join(above)).is_err() {
                break;
            }
            folder = above;
        }
        Ok(())
    }

    /// Moves a file to its place. If the file there has the same content, that one stays and only gets the new
    /// permissions. Returns whether the file was moved.
    fn place(&self, path: &str) -> std::io::Result<bool> {
        let (from, to) = (self.new.path().join(path), self.to.join(path));
        let mut folder = self.to.clone();
        let mut staged = self.new.path().to_owned();
        for name in Path::new(path).parent().into_iter().flat_map(Path::iter) {
            folder.push(name);
            staged.push(name);
            if !folder.is_dir() {
                std::fs::create_dir(&folder)?;
                std::fs::set_permissions(&folder, staged.metadata()?.permissions())?;
            }
        }
        let is_same =
            to.symlink_metadata().is_ok_and(|meta| meta.is_file()) && digest(&from)? == digest(&to)?;
        match is_same {
            true => std::fs::set_permissions(&to, from.metadata()?.permissions())?,
            false => std::fs::rename(&from, &to)?,
        }
        Ok(!is_same)
    }
}

/// What was changed in an existing folder; empty for a new folder.
#[derive(Default)]
pub(super) struct Settled {
    /// The files that were removed because they are no longer in the output.
    pub(super) gone: Vec<String>,
    /// The files that are new or have changed.
    pub(super) written: Vec<String>,
    /// The number of files whose content did not change.
    pub(super) same: usize,
}

/// What is at a path.
enum Found {
    Nothing,
    File(String),
    Folder,
    /// A symbolic link, a pipe, or a device.
    Other,
}

/// The files below a folder, each with its digest. The digest of anything that is neither a file nor a folder is empty.
fn listed(folder: &Path) -> anyhow::Result<Listing> {
    let (mut list, mut open) = (Listing::default(), vec![(folder.to_owned(), String::new())]);
    while let Some((here, below)) = open.pop() {
        for entry in std::fs::read_dir(&here).map_err(|error| why(&error, &here, &here))? {
            let entry = entry?;
            let path = format!("{below}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type()?;
            if kind.is_dir() {
                open.push((entry.path(), format!("{path}/")));
            } else if kind.is_file() {
                list.add(&path, &digest(&entry.path())?);
            } else {
                list.add(&path, "");
            }
        }
    }
    Ok(list)
}

fn digest(path: &Path) -> std::io::Result<String> {
    Ok(sha256(&std::fs::read(path)?))
}

fn changed(to: &Path, edited: &BTreeSet<String>) -> String {
    let shown: String = edited.iter().take(MOST_SHOWN).map(|path| format!("  {}\n", label(path))).collect();
    let more = match edited.len().saturating_sub(MOST_SHOWN) {
        0 => String::new(),
        more => format!("  and {more} more\n"),
    };
    format!(
        "nothing was written: these files in {} are not from firstlight, or were changed after firstlight wrote \
         them:\n{shown}{more}Move them, or add --force to overwrite or remove them",
        named(to)
    )
}
