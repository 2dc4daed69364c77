//! The contract with the host side: the paths and steps of it that the compiler and the reviews use.

mod origin;
mod program;
pub(crate) mod released;
mod site;
mod steps;

pub(crate) use origin::Origin;
pub(crate) use program::{ProgramFile, all_modules, digest, is_code, is_module};
pub use site::{Check, Header, LineValue, Managed, Method, Reference, RepositoryFile, SiteData, StatusLine};
pub use steps::{HostStep, STEPS};

/// The name of the profile that all others share, which contains the host side.
pub(crate) const PROFILE: &str = "_host";

/// The folder below which the document puts files whose edits on the server are kept. The host side copies them to
/// their places.
pub(crate) const STAGE: &str = "/var/lib/firstlight/files";

/// The only entry to the program, for systemd, cloud-init and people: a shell script.
pub(crate) const LAUNCHER: &str = "/usr/local/sbin/firstlight";

/// How the paths of all units and of their drop-ins begin.
pub(crate) const UNITS: &str = "/etc/systemd/system/firstlight";

/// The folder of the program. It runs from a folder in it that is named after the program's digest.
pub(crate) const PROGRAM: &str = "/usr/local/lib/firstlight/";

/// The name, in the program's folder, of the archive as which a document can carry the program.
pub(crate) const PROGRAM_ARCHIVE: &str = "runtime.tar.bz2";

/// The name, in the program's folder, of the file that contains the program's digest.
pub(crate) const PROGRAM_DIGEST: &str = "digest";

/// How a placeholder begins that Terraform's `templatefile` replaces by a secret, as base64.
pub(crate) const TERRAFORM_HOLE: &str = "${base64encode(trimspace(";

/// The site's data file.
pub(crate) const SITE: &str = "/etc/firstlight/site.json";

/// The path that a file of the document has on the server in the end: without [`STAGE`] if it is below that.
#[must_use]
pub(crate) fn placed(path: &str) -> &str {
    path.strip_prefix(STAGE).filter(|rest| rest.starts_with('/')).unwrap_or(path)
}
