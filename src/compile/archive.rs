//! Packs the modules of the program on the server into one archive. The same modules always give the same bytes.

use std::collections::BTreeMap;

use crate::base::digest::sha256;
use crate::compile::document::gzip;
use crate::compile::profile::Profile;
use crate::compile::render::{Rendered, RenderedFile};
use crate::finding::{Code, Diagnostic, Report};
use crate::host::PROGRAM;
use crate::value::{GuestPath, Mode};

/// The name of the archive, in the program's folder.
const ARCHIVE: &str = "runtime.tar.gz";

/// The file with the archive's digest, as `sha256sum` writes it. The launcher unpacks the archive if the digest is right.
const DIGEST: &str = "runtime.sha256";

/// Replaces the program's modules by an archive of them, and a file with its digest.
pub(crate) fn pack(rendered: &mut Rendered, host: &Profile, report: &mut Report) {
    let is_module = |path: &GuestPath| path.as_str().starts_with(PROGRAM);
    let modules: Vec<_> = rendered.files.keys().filter(|path| is_module(path)).cloned().collect();
    let mut files = BTreeMap::new();
    for path in modules {
        rendered.files.remove(&path);
        match host.packed.get(path.as_str()) {
            Some(source) => _ = files.insert(path.as_str().replacen(PROGRAM, "", 1), source.text.as_bytes()),
            None => report.push(
                Diagnostic::error(Code::BadProfile, format!("there is no packed form of {path}"))
                    .help("run tests/host_side/strip.py --write"),
            ),
        }
    }
    if files.is_empty() {
        return;
    }
    let archive = match archive(&files) {
        Ok(bytes) => gzip(&bytes),
        Err(error) => {
            return report
                .push(Diagnostic::error(Code::Internal, format!("the program cannot be packed: {error}")));
        }
    };
    let digest = format!("{}  {ARCHIVE}\n", sha256(&archive)).into_bytes();
    for (name, bytes) in [(ARCHIVE, archive), (DIGEST, digest)] {
        if let Ok(path) = GuestPath::parse(&format!("{PROGRAM}{name}")) {
            rendered.files.insert(path, RenderedFile { mode: Mode::DEFAULT, bytes });
        }
    }
}

/// A tar archive (ustar) without times and owners, in the order of the paths.
fn archive(files: &BTreeMap<String, &[u8]>) -> std::io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        archive.append_data(&mut header, path, *bytes)?;
    }
    archive.into_inner()
}
