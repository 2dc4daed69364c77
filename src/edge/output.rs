//! Writing: all or nothing.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tempfile::TempDir;

use crate::format::Folder;
use crate::userdata::Laid;

/// To a file, which keeps its old content until the new one is complete; or to standard output.
/// A new one gets the usual mode; a private one is for its owner alone, whatever was there.
pub(super) fn file(to: Option<&Path>, bytes: &[u8], usual: u32, private: bool) -> anyhow::Result<()> {
    let Some(path) = to.filter(|path| !["-", "/dev/stdout"].map(Path::new).contains(path)) else {
        let mut out = std::io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()?;
        return Ok(());
    };
    let write = || -> anyhow::Result<()> {
        // A device or a pipe cannot be replaced by a file.
        if path.metadata().is_ok_and(|meta| !meta.is_file() && !meta.is_dir()) {
            return Ok(std::fs::write(path, bytes)?);
        }
        // A link stays, and the file it leads to is replaced.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let permissions = match path.metadata() {
            _ if private => mode(0o600),
            Ok(meta) => meta.permissions(),
            Err(_) => mode(usual),
        };
        let mut file = tempfile::Builder::new().permissions(permissions).tempfile_in(above(&path))?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(&path)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// To a new folder, complete or not at all.
pub(super) fn folder(to: &Path, files: &Folder) -> anyhow::Result<()> {
    let staging = staging(to)?;
    lay(staging.path(), files).with_context(|| format!("cannot write {}", to.display()))?;
    settle(staging, to)
}

/// What was in somebody's user-data, to a new folder that only its owner reads: it may hold secrets.
pub(super) fn extract(to: &Path, laid: &[Laid]) -> anyhow::Result<()> {
    let staging = staged(to, 0o700)?;
    let all = laid.iter().try_for_each(|file| {
        let path: PathBuf = file.path.iter().collect();
        put(&staging.path().join(path), &file.bytes, file.mode)
    });
    all.with_context(|| format!("cannot write {}", to.display()))?;
    settle(staging, to)
}

/// A folder beside the one that is to be, which is gone again unless it is settled.
pub(super) fn staging(to: &Path) -> anyhow::Result<TempDir> {
    staged(to, 0o755)
}

fn staged(to: &Path, permissions: u32) -> anyhow::Result<TempDir> {
    if to.symlink_metadata().is_ok() {
        bail!("{} is there already; remove it first", to.display());
    }
    tempfile::Builder::new()
        .permissions(mode(permissions))
        .tempdir_in(above(to))
        .with_context(|| format!("cannot write {}", to.display()))
}

/// Writes files below a folder.
pub(super) fn lay(folder: &Path, files: &Folder) -> anyhow::Result<()> {
    files
        .iter()
        .try_for_each(|(path, item)| put(&folder.join(path), &item.bytes, u32::from(item.mode.bits())))
}

/// A new file in a staged folder, in which everything is made anew: there is no link to follow.
fn put(file: &Path, bytes: &[u8], bits: u32) -> anyhow::Result<()> {
    std::fs::create_dir_all(above(file))?;
    std::fs::File::create_new(file)?.write_all(bytes)?;
    std::fs::set_permissions(file, mode(bits))?;
    Ok(())
}

/// Gives a staged folder its name.
pub(super) fn settle(staging: TempDir, to: &Path) -> anyhow::Result<()> {
    std::fs::rename(staging.path(), to).with_context(|| format!("cannot write {}", to.display()))?;
    // It has moved: there is nothing left to remove.
    let _ = staging.keep();
    Ok(())
}

fn above(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn mode(bits: u32) -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(bits)
}
