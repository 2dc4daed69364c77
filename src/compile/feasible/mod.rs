//! What cannot work on a server, or gives it away, though each value by itself is right.

mod image;
mod path;
mod registry;
mod reserved;
mod variable;

use crate::compile::render::Rendered;
use crate::compile::resolve::Resolved;
use crate::finding::Report;

/// Complains about images that nobody would give to the server, about folders that are not the application's,
/// and about variables that nothing replaces.
pub(crate) fn check(rendered: &Rendered, resolved: &Resolved, report: &mut Report) {
    image::check(rendered, resolved, report);
    path::check(rendered, resolved, report);
    reserved::check(rendered, resolved, report);
    variable::check(resolved, report);
}
