//! Reports what cannot work on a server, or is dangerous for it, although each value is correct by itself.

mod image;
mod path;
pub(crate) mod registry;
mod reserved;
mod store;
mod variable;

use crate::compile::render::Rendered;
use crate::compile::resolve::Resolved;
use crate::finding::Report;

/// Complains about images that nobody would give to the server, about folders that are not the application's, about
/// secret stores that the server cannot ask, and about variables that nothing replaces or that Compose reads itself.
pub(crate) fn check(rendered: &Rendered, resolved: &Resolved, report: &mut Report) {
    image::check(rendered, resolved, report);
    path::check(rendered, resolved, report);
    reserved::check(rendered, resolved, report);
    store::check(resolved, report);
    variable::check(resolved, report);
}
