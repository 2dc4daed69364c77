//! Writing: all or nothing.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::render::Rendered;
use crate::userdata::Laid;

/// To a file, which keeps its old content until the new one is complete; or to standard output.
/// A private one is for its owner alone, whatever was there.
pub(super) fn text(to: Option<&Path>, text: &str, private: bool) -> anyhow::Result<()> {
    let Some(path) = to.filter(|path| !["-", "/dev/stdout"].map(Path::new).contains(path)) else {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()?;
        return Ok(());
    };
    let write = || -> anyhow::Result<()> {
        // A device or a pipe cannot be replaced by a file.
        if path.metadata().is_ok_and(|meta| !meta.is_file() && !meta.is_dir()) {
            return Ok(std::fs::write(path, text)?);
        }
        // A link stays, and the file it leads to is replaced.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let permissions = match path.metadata() {
            _ if private => mode(0o600),
            Ok(meta) => meta.permissions(),
            Err(_) => mode(0o644),
        };
        let mut file = tempfile::Builder::new().permissions(permissions).tempfile_in(folder(&path))?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&path)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// The server's files, to a new folder.
pub(super) fn tree(folder_path: &Path, rendered: &Rendered) -> anyhow::Result<()> {
    let files = rendered.files.iter().map(|(path, file)| {
        let path = PathBuf::from(path.as_str().trim_start_matches('/'));
        (path, file.bytes.as_slice(), u32::from(file.mode.bits()))
    });
    new_folder(folder_path, 0o755, files)
}

/// What was in somebody's user-data, to a new folder that only its owner reads: it may hold secrets.
pub(super) fn extract(folder_path: &Path, laid: &[Laid]) -> anyhow::Result<()> {
    new_folder(
        folder_path,
        0o700,
        laid.iter().map(|file| (file.path.iter().collect(), file.bytes.as_slice(), file.mode)),
    )
}

/// Complete or not at all. Everything in it is made anew, so there is no link to follow.
fn new_folder<'a>(
    folder_path: &Path,
    permissions: u32,
    files: impl Iterator<Item = (PathBuf, &'a [u8], u32)>,
) -> anyhow::Result<()> {
    if folder_path.symlink_metadata().is_ok() {
        bail!("{} is there already; remove it first", folder_path.display());
    }
    let write = || -> anyhow::Result<()> {
        let staging =
            tempfile::Builder::new().permissions(mode(permissions)).tempdir_in(folder(folder_path))?;
        for (path, bytes, bits) in files {
            let to = staging.path().join(path);
            std::fs::create_dir_all(folder(&to))?;
            std::fs::File::create_new(&to)?.write_all(bytes)?;
            std::fs::set_permissions(&to, mode(bits))?;
        }
        std::fs::rename(staging.path(), folder_path)?;
        // It has moved: there is nothing left to remove.
        let _ = staging.keep();
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", folder_path.display()))
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn mode(bits: u32) -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(bits)
}
