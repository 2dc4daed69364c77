//! Divides the files between an image, which is the same for every domain, and the servers that start from it.

use std::collections::BTreeMap;

use crate::base::digest::sha256;
use crate::compile::program::{Program, ProgramForm};
use crate::compile::render::{Rendered, RenderedFile};
use crate::host::Origin;
use crate::value::{GuestPath, Mode};

/// Two domains that stand for any: what is the same with both goes into the image.
pub(crate) const ANY: [&str; 2] = ["one.firstlight-image.net", "two.firstlight-image.net"];

/// The digests of what was baked, in `sha256sum`'s format: a boot document fits only the image that it was made for.
const BAKED: &str = "/var/lib/firstlight/baked";

/// What goes into an image: the files that are the same for both domains. What comes with a document as a secret does not.
#[must_use]
pub(crate) fn bake(one: Rendered, other: &Rendered) -> Rendered {
    let is_common = |path: &GuestPath, file: &RenderedFile| {
        Origin::of(path.as_str()) != Some(Origin::Secret)
            && other.files.get(path).is_some_and(|same| same == file)
    };
    let files = one.files.into_iter().filter(|(path, file)| is_common(path, file)).collect();
    Rendered { files, ..one }
}

/// What the image lacks, and the digests of what it has to have.
#[must_use]
pub(crate) fn boot(whole: Rendered, baked: &Rendered) -> Rendered {
    let is_baked =
        |path: &GuestPath, file: &RenderedFile| baked.files.get(path).is_some_and(|same| same == file);
    let (there, mut files): (BTreeMap<_, _>, BTreeMap<_, _>) =
        whole.files.into_iter().partition(|(path, file)| is_baked(path, file));
    let digest = there.iter().map(|(path, file)| (path, file.sha256()));
    let program = baked.program.files(ProgramForm::Archive).iter().map(|(path, bytes)| (path, sha256(bytes)));
    let digests: String = digest.chain(program).map(|(path, sha256)| format!("{sha256}  {path}\n")).collect();
    if let Ok(path) = GuestPath::parse(BAKED) {
        files.insert(path, RenderedFile { mode: Mode::DEFAULT, bytes: digests.into_bytes() });
    }
    Rendered { files, program: Program::default(), ..whole }
}
