//! Finds secrets by their shapes, in the text of the document and in the files that it contains.

use crate::base::secret::{self, Found};
use crate::finding::{Report, rule};
use crate::host::is_module;
use crate::review::secret_file::secret_paths;
use crate::text::source::Place;
use crate::userdata::{Member, UserData};

/// The most secrets of one part that are reported.
const MOST: usize = 20;
/// The fewest characters of base64 in a line of a private key.
const LEAST_BASE64: usize = 32;

pub(super) fn check(data: &UserData, report: &mut Report) {
    for part in &data.parts {
        let Some(place) = part.payload.place() else { continue };
        let host_keys =
            part.config.as_ref().and_then(|config| Some(config.get("ssh_keys")?.place.span.clone()));
        let found = secret::find(place.text()).into_iter();
        for found in found.filter(|found| is_filled_in(place.text(), found)).take(MOST) {
            let span = place.span.start + found.span.start..place.span.start + found.span.end;
            let is_host_key = host_keys.as_ref().is_some_and(|keys| keys.contains(&span.start));
            let place = Place { source: place.source.clone(), span };
            report.push(if is_host_key {
                rule::HOST_KEY.found("this is the server's private key").hidden_at(&place)
            } else {
                rule::SECRET.found(format!("this contains {}", found.name)).hidden_at(&place)
            });
        }
    }
    encoded(data, report);
}

/// Finds secrets in files that the document contains in encoded form.
pub(super) fn encoded(data: &UserData, report: &mut Report) {
    for file in data.config.files.iter().filter(|file| file.encoding.is_some()) {
        let text = file.bytes().map(String::from_utf8_lossy).unwrap_or_default();
        if let Some(found) = secret::find(&text).iter().find(|found| is_filled_in(&text, found)) {
            let message = format!("{} contains {}, in encoded form", file.path, found.name);
            report.push(rule::SECRET.found(message).at(&file.place.first_line(), ""));
        }
        // The names and types of firstlight's own modules look like secrets.
        let is_module = |member: &Member| is_module(&member.path, &member.bytes);
        for member in file.members.iter().filter(|member| !is_module(member)) {
            let text = String::from_utf8_lossy(&member.bytes);
            if let Some(found) = secret::find(&text).iter().find(|found| is_filled_in(&text, found)) {
                let message = format!("{} in {} contains {}", member.path, file.path, found.name);
                report.push(rule::SECRET.found(message).at(&file.place.first_line(), ""));
            }
        }
    }
}

/// Finds files whose paths say that their content is a secret.
pub(super) fn files(data: &UserData, report: &mut Report) {
    let files = &data.config.files;
    let named = secret_paths(data);
    for file in files.iter().filter(|file| named.contains(file.path.as_str())) {
        if file.bytes().is_some_and(|bytes| !bytes.is_empty()) {
            let message = format!("the content of {} is a secret, and it is in the document", file.path);
            report.push(rule::SECRET_FILE.found(message).hidden_at(&file.place.first_line()));
        }
    }
}

/// Whether a private key has content: examples in documentation have words instead of base64. Any other secret counts.
fn is_filled_in(text: &str, found: &Found) -> bool {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    let mut words = text.get(found.span.clone()).unwrap_or("").split(|c| !is_base64(c));
    found.name != secret::PRIVATE_KEY || words.any(|word| word.len() >= LEAST_BASE64)
}
