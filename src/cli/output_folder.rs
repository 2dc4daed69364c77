//! A folder that firstlight makes, and makes again.
//!
//! All is written beside what is there, and complete, before anything is touched: a full disk or a wrong host changes
//! nothing. Then each file is replaced by one rename, so whoever looks sees the old one or the new. What is interrupted
//! in between is finished by the same command: the list of files has both digests until the end.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tempfile::TempDir;

use super::listing::{Listing, NAME};
use super::output::{above, mode, put, replace, why};
use super::terminal::{named, say};
use crate::base::digest::sha256;
use crate::format::OutputFolder;
use crate::text::printable::{count, label};
use crate::userdata::ExtractedFile;

/// To a folder, complete or not at all; what is there and not firstlight's stays.
pub(super) fn write(to: &Path, files: &OutputFolder, force: bool) -> anyhow::Result<()> {
    let staged = Staged::begin(to, 0o755)?;
    staged.lay(files)?;
    settle(staged, to, force)
}

/// What was in somebody's user-data, to a folder that only its owner reads: it may hold secrets.
pub(super) fn extract(to: &Path, laid: &[ExtractedFile], force: bool) -> anyhow::Result<()> {
    let staged = Staged::begin(to, 0o700)?;
    for file in laid {
        staged.put(&file.path.join("/"), &file.bytes, file.mode)?;
    }
    staged.close(laid.iter().filter_map(|file| file.path.first()))?;
    settle(staged, to, force)
}

/// Puts a staged folder's files in their places, and says which are gone, which are another, and how many are not.
pub(super) fn settle(staged: Staged, to: &Path, force: bool) -> anyhow::Result<()> {
    let Settled { gone, written, same } = staged.settle(force)?;
    for path in &gone {
        say(&format!("Removed, because it is no longer part of the output: {}\n", named(&to.join(path))));
    }
    let shown: Vec<_> = written.iter().take(MOST_NAMES).map(|path| named(Path::new(path))).collect();
    let more = match written.len().saturating_sub(shown.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    match (written.is_empty(), same) {
        (true, 0) => {}
        (true, same) => {
            say(&format!("Nothing was written: {} in {} did not change.\n", count(same, "file"), named(to)))
        }
        (false, same) => say(&format!(
            "Written in {}: {}{more}. Unchanged: {}.\n",
            named(to),
            shown.join(", "),
            count(same, "file")
        )),
    }
    Ok(())
}

/// Most names of files that were written again.
const MOST_NAMES: usize = 8;

/// Most names of a list that are shown.
const MOST_SHOWN: usize = 20;

/// A folder's new files, before they are in their places.
pub(super) struct Staged {
    new: TempDir,
    to: PathBuf,
}

impl Staged {
    /// Begins a folder; it is gone again unless it is settled.
    pub(super) fn begin(to: &Path, permissions: u32) -> anyhow::Result<Self> {
        let within = match (to.metadata(), to.symlink_metadata()) {
            (Ok(meta), _) if meta.is_dir() => to,
            (Ok(_), _) => bail!("cannot write {}: it is a file, and the output is a folder", named(to)),
            (Err(_), Ok(_)) => {
                bail!("cannot write {}: it is a symbolic link whose target does not exist", named(to))
            }
            (Err(_), Err(_)) => above(to),
        };
        let new = tempfile::Builder::new()
            .prefix(".firstlight-")
            .permissions(mode(permissions))
            .tempdir_in(within)
            .map_err(|error| why(&error, to, within))?;
        Ok(Self { new, to: to.to_owned() })
    }

    /// Writes files into it; many may do so at once.
    pub(super) fn lay(&self, files: &OutputFolder) -> anyhow::Result<()> {
        files.iter().try_for_each(|(path, item)| self.put(path, &item.bytes, u32::from(item.mode.bits())))
    }

    pub(super) fn put(&self, path: &str, bytes: &[u8], bits: u32) -> anyhow::Result<()> {
        put(&self.new.path().join(path), bytes, bits)
            .map_err(|error| why(&error, &self.to.join(path), &self.to))
    }

    /// Closes folders to everyone but their owner.
    pub(super) fn close<'a>(&self, folders: impl Iterator<Item = &'a String>) -> anyhow::Result<()> {
        for name in folders.collect::<BTreeSet<_>>() {
            let folder = self.new.path().join(name);
            std::fs::set_permissions(&folder, mode(0o700))
                .map_err(|error| why(&error, &self.to, &self.to))?;
        }
        Ok(())
    }

    /// Puts all in its place, and removes what an earlier run wrote and this one does not.
    pub(super) fn settle(self, force: bool) -> anyhow::Result<Settled> {
        let new = listed(self.new.path())?;
        let failed = |error: std::io::Error| why(&error, &self.to, &self.to);
        if !self.to.is_dir() {
            put(&self.new.path().join(NAME), new.to_string().as_bytes(), 0o644).map_err(failed)?;
            std::fs::rename(self.new.path(), &self.to).map_err(failed)?;
            // It has moved: there is nothing left to remove.
            let _ = self.new.keep();
            return Ok(Settled::default());
        }
        let old = Listing::read(&self.to)?;
        let (gone, edited) = self.compare(&old, &new)?;
        if !edited.is_empty() && !force {
            bail!(changed(&self.to, &edited));
        }
        let list = self.to.join(NAME);
        replace(&list, old.clone().and(&new).to_string().as_bytes(), mode(0o644)).map_err(failed)?;
        let left_over = edited.iter().map(String::as_str).filter(|path| !new.names(path));
        for path in gone.iter().copied().chain(left_over) {
            self.remove(path).with_context(|| format!("cannot remove {}", named(&self.to.join(path))))?;
        }
        let mut settled =
            Settled { gone: gone.into_iter().map(str::to_owned).collect(), ..Settled::default() };
        for path in new.paths() {
            match self.place(path).map_err(|error| why(&error, &self.to.join(path), &self.to))? {
                true => settled.written.push(path.to_owned()),
                false => settled.same += 1,
            }
        }
        replace(&list, new.to_string().as_bytes(), mode(0o644)).map_err(failed)?;
        Ok(settled)
    }

    /// What goes as it is no longer made, and what stands in the way and is not as firstlight left it.
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
                // What took the place of a folder of ours is no business of ours.
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

    /// What is at a path below the folder, or at the first part of it that is no folder. No link is followed.
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

    /// A folder where a file has to be: only if all in it goes.
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
            // One that is not empty stays.
            if std::fs::remove_dir(self.to.join(above)).is_err() {
                break;
            }
            folder = above;
        }
        Ok(())
    }

    /// Moves a file to its place; one that is the same already stays, and only gets its mode.
    /// Whether it was another.
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

/// What became of a folder that was there; of a new one there is nothing to tell.
#[derive(Default)]
pub(super) struct Settled {
    /// What an earlier run wrote and is made no more.
    pub(super) gone: Vec<String>,
    /// What is new or another than before.
    pub(super) written: Vec<String>,
    /// How many files are as they were.
    pub(super) same: usize,
}

/// What is at a path.
enum Found {
    Nothing,
    File(String),
    Folder,
    /// A link, a pipe, a device.
    Other,
}

/// The files below a folder, each with its digest; what is no file has none.
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
        "nothing was written: these files in {} were changed after firstlight wrote them:\n{shown}{more}Move your \
         changes to other files, or add --force to overwrite or remove these",
        named(to)
    )
}
