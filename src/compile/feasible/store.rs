//! Secret stores that a server of another provider cannot query.

use crate::compile::resolve::Resolved;
use crate::finding::{Code, Diagnostic, Report};
use crate::value::Arrival;

/// Warns of references to the store of one cloud in the document for another.
pub(super) fn check(resolved: &Resolved, report: &mut Report) {
    let Some(provider) = resolved.provider else { return };
    for held in &resolved.secrets {
        let Some((names, identity)) = held.uri.scheme.identity() else { continue };
        // A datasource says of which cloud a provider is; without one it may be any.
        let is_elsewhere = provider.datasource.is_some() && !names.contains(&provider.name);
        if let (true, Arrival::Fetched(store)) = (is_elsewhere, held.uri.scheme.arrival()) {
            let message = format!(
                "the server asks {store} with {identity}, which a server at {} does not have",
                provider.name
            );
            let help =
                "write file:///etc/firstlight/NAME, a file that you copy to the server, or use vault://";
            report.push(Diagnostic::warning(Code::CannotWork, message).at(&held.place, "").help(help));
        }
    }
}
