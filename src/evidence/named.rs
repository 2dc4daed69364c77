//! The values in a line whose names suggest a secret.

use super::clue::{Clue, ClueKind};
use super::filler::{is_only_variables, unfenced};
use super::literal::{
    credentials, first_word, is_authorization, is_harmless, is_kind, is_label, is_setting, literal,
};
use super::name::{Tells, tells};
use super::pair::{Pair, Sign, pairs};
use super::plausible::{SHORTEST, could_be, is_strong};
use super::public::is_public;
use crate::base::secret;

/// The greatest number of bytes of values in one line that are examined by their names, because each value can reach to
/// the end of the line.
const MOST_LOOKED_AT: usize = 2 << 20;

/// The greatest length of the name of a further value after a value, in bytes.
const LONGEST_NAME: usize = 64;

/// The least length of a value that is plausible as a secret although it has characters that code has, in bytes.
const SHORTEST_LIKE_CODE: usize = 8;

/// The values in a line whose names suggest a secret.
pub(super) fn named(line: &str) -> impl Iterator<Item = Clue> {
    let (mut covered, mut looked_at) = (0, 0);
    pairs(line).filter_map(move |pair| {
        // A pair within a secret is a part of it.
        let told = if pair.at < covered { Tells::Nothing } else { tells(pair.name) };
        if told < Tells::IfRandom || is_harmless(pair.value) {
            return None;
        }
        if looked_at > MOST_LOOKED_AT {
            covered = line.len();
            return Some(Clue::sure(
                pair.at..line.len(),
                ClueKind::Name,
                "more names of secrets than firstlight checks",
            ));
        }
        let part = match is_authorization(pair.name) {
            true => credentials(pair.value, line.get(..pair.at).unwrap_or("")),
            false => literal(pair.value),
        };
        looked_at += part.len();
        let value = pair.value.get(part.clone()).unwrap_or("");
        let is_quoted = pair.value.get(..part.start).is_some_and(|before| before.ends_with(['"', '\'']));
        let value = if is_quoted || is_authorization(pair.name) { value } else { before_next_pair(value) };
        let part = part.start..part.start + value.len();
        let is_filler = is_only_variables(first_word(pair.value).trim_end_matches([',', ';']));
        let span = pair.at + part.start..pair.at + part.end;
        let is_random = !is_public(value) && secret::random_word(value).is_some_and(|word| word.start == 0);
        let is_code = !is_quoted && is_variable_of_code(value, pair.name);
        let is_about = is_kind(pair.name, value) || is_label(pair.name, value);
        let is_enclosed = pair.sign == Sign::Enclosed && !matches!(told, Tells::Surely | Tells::IfPlausible);
        let is_sure = !is_enclosed && is_random
            || match told {
                _ if is_filler || is_enclosed || is_code || is_about => false,
                Tells::UnlessSetting if is_setting(value) => false,
                Tells::Surely if value.contains(' ') && is_authorization(pair.name) => {
                    value.split([' ', ',', ';', '=', '"', '\'']).any(could_be)
                }
                Tells::Surely | Tells::UnlessSetting => {
                    is_meant(value, &pair) || is_meant_with_signs(value, &pair)
                }
                Tells::Likely | Tells::IfPlausible => could_be(unfenced(value)),
                Tells::IfStrong => is_strong(unfenced(value)),
                _ => false,
            };
        let is_shown = match told {
            Tells::IfItHasAPassword => true,
            Tells::IfRandom | Tells::IfPlausible => !is_sure,
            Tells::UnlessSetting => is_setting(value),
            // An enclosed value is evidence only if it could be a secret.
            _ => pair.sign == Sign::Enclosed && !is_sure,
        };
        let name = Some(pair.name.to_owned());
        if is_sure {
            covered = span.end;
        }
        (!is_shown).then_some(Clue { span, kind: ClueKind::Name, is_sure, name, noun: "".into() })
    })
}

/// Whether a value looks like a secret and not like code or prose. In a text that was not parsed, a missed secret is
/// better than a wrong finding.
fn is_meant(value: &str, pair: &Pair<'_>) -> bool {
    let after_sign = pair.value.trim_start_matches('\\');
    let is_quoted = after_sign.trim_start().starts_with(['"', '\'']);
    // A connection string and XML continue after the value: `Password=…;Database=…`, `<password>…</password>`.
    let value = unfenced(value).split([';', '<']).next().unwrap_or("").trim_end_matches(',');
    // So do the options of a mount: `password=…,ro`.
    let is_call = pair.value.split_whitespace().next().is_some_and(|word| word.contains(['(', ')']));
    let is_option = !is_quoted && !is_call && !pair.value.starts_with(' ');
    let value = value.split(',').next().filter(|_| is_option).unwrap_or(value);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.!@#%^*+=/?~".contains(c);
    let has_mark = value.chars().any(|c| !c.is_ascii_lowercase());
    value.len() >= SHORTEST
        && value.starts_with(|c: char| c.is_ascii_alphanumeric())
        && value.chars().all(is_plain)
        && (has_mark || is_quoted || !after_sign.starts_with(' '))
}

/// The value without the rest of a connection string, a query or a list of options: `password=…,uid=1`.
fn before_next_pair(value: &str) -> &str {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || b"_-.".contains(&b);
    let is_pair = |rest: &str| {
        let name = rest.bytes().take(LONGEST_NAME).take_while(|b| is_part(*b)).count();
        name > 0 && rest.as_bytes().get(name) == Some(&b'=')
    };
    let end = value.match_indices([';', ',', '&']).find(|(at, _)| value.get(at + 1..).is_some_and(is_pair));
    value.get(..end.map_or(value.len(), |(at, _)| at)).unwrap_or("")
}

/// Whether a value is plausible as a secret although it has characters that code has.
fn is_meant_with_signs(value: &str, pair: &Pair<'_>) -> bool {
    let is_name = |text: &str| text.chars().all(|c| c.is_alphanumeric() || "_-.:!>".contains(c));
    let after_sign = pair.value.trim_start().trim_start_matches(['\\', '$']);
    let (is_quoted, is_single) = (after_sign.starts_with(['"', '\'']), after_sign.starts_with('\''));
    let value = unfenced(value);
    let is_call = || value.find(['(', '[', '{', '<']).and_then(|at| value.get(..at)).is_some_and(is_name);
    // The shell evaluates variables, but not in single quotes.
    let own: String = value.split('$').enumerate().fold(String::new(), |own, (n, part)| match n {
        0 => part.to_owned(),
        _ if is_single => own + "$" + part,
        _ => own + part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_'),
    });
    let own: String = own.chars().filter(|c| !"()[]{}<>|\\".contains(*c)).collect();
    let has = |is: fn(char) -> bool| own.contains(is);
    let begins = value.starts_with(|c: char| c.is_alphanumeric() || "^~+#".contains(c));
    own.len() >= SHORTEST_LIKE_CODE
        && has(|c| c.is_ascii_digit())
        && has(char::is_alphabetic)
        && could_be(&own)
        && !["{{", "${", "$("].iter().any(|open| value.contains(open))
        && (is_quoted || begins && !is_call())
}

/// Whether a value is a variable of a program, as in `self.password`, `var.token`, `config.apiKey1` or
/// `access_token=access_token`.
fn is_variable_of_code(value: &str, name: &str) -> bool {
    let unnumbered = |part: &str| part.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let is_part =
        |part: String| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
    let is_dotted = value.contains('.') && value.split('.').all(|part| is_part(unnumbered(part)));
    // A number at the end belongs to the name of a variable if that name suggests a secret itself.
    let has_number = value.contains(|c: char| c.is_ascii_digit());
    let is_told = || value.rsplit('.').next().is_some_and(|last| tells(last) >= Tells::IfPlausible);
    is_dotted && (!has_number || is_told()) || value.contains('_') && name.rsplit('.').next() == Some(value)
}
