//! What cannot work on a server, or gives it away, though each value by itself is right.

mod image;
mod path;
mod registry;
mod variables;

use crate::compile::render::Rendered;
use crate::compile::resolve::Resolved;
use crate::finding::Report;

/// Complains about images that nobody would give to the server, and about folders that are not the application's.
pub(crate) fn check(rendered: &Rendered, resolved: &Resolved, report: &mut Report) {
    image::check(rendered, resolved, report);
    path::check(rendered, resolved, report);
    variables::check(rendered, resolved, report);
}
