//! Makes foreign text safe to show: unusual characters become escapes, and long lines are shortened.

use std::borrow::Cow;

use unicode_general_category::{GeneralCategory, get_general_category};

use crate::evidence::redacted;

/// The text that is shown instead of a line that may be a secret.
pub(crate) const HIDDEN: &str = "[not shown: this may be a secret]";
/// The greatest length of a line that is shown in full, in characters.
const LONGEST: usize = 300;

/// A number with its noun, such as `1 host` or `2 hosts`.
#[must_use]
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// A name as it is shown: without secrets, and as [`line`] shows it.
#[must_use]
pub(crate) fn label(name: &str) -> String {
    line(&redacted(name))
}

/// A line as it is shown, without its line feed. Characters that a terminal, a Markdown reader or another program could
/// interpret become escapes such as `\u{1b}`, and the middle of a line of more than 300 characters is left out.
#[must_use]
pub(crate) fn line(text: &str) -> String {
    let line = text.strip_suffix('\n').unwrap_or(text);
    let count = line.chars().count();
    let text = |line: &mut dyn Iterator<Item = char>| line.map(visible).collect::<String>();
    if count <= LONGEST {
        return text(&mut line.chars());
    }
    let (start, end) = (LONGEST / 3 * 2, LONGEST / 3);
    let (start, end) = (text(&mut line.chars().take(start)), text(&mut line.chars().skip(count - end)));
    format!("{start} … ({count} characters) … {end}")
}

/// A text of several lines with the same escapes; line feeds and tabs are kept, and nothing is left out.
#[must_use]
pub(crate) fn guard(text: &str) -> Cow<'_, str> {
    match text.chars().any(|c| c != '\n' && is_odd(c)) {
        false => Cow::Borrowed(text),
        true => text.chars().map(|c| if c == '\n' { "\n".to_owned() } else { visible(c) }).collect(),
    }
}

/// Escapes the control and other invisible characters of a JSON text as `\uXXXX`, so that a terminal can show it. The
/// meaning of the JSON stays the same.
#[must_use]
pub fn json(text: &str) -> Cow<'_, str> {
    let escape = |c: char| {
        let mut units = [0; 2];
        c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>()
    };
    // Line feeds only occur between the tokens of JSON; in its strings they are escaped.
    let is_plain = |c: char| c == '\n' || !is_odd(c);
    match text.chars().all(is_plain) {
        true => Cow::Borrowed(text),
        false => text.chars().map(|c| if is_plain(c) { c.to_string() } else { escape(c) }).collect(),
    }
}

/// An unusual character as its escape, any other as it is.
fn visible(c: char) -> String {
    if is_odd(c) { c.escape_unicode().to_string() } else { c.to_string() }
}

/// Whether a terminal could obey the character instead of showing it, or it changes the direction of writing, or it is
/// invisible, or nobody knows what it looks like. Tabs are shown.
pub(crate) fn is_odd(c: char) -> bool {
    use GeneralCategory::{
        Control, Format, LineSeparator, ParagraphSeparator, PrivateUse, Surrogate, Unassigned,
    };
    match get_general_category(c) {
        _ if c == '\t' || (' '..='~').contains(&c) => false,
        Control | Format | LineSeparator | ParagraphSeparator | PrivateUse | Surrogate | Unassigned => true,
        _ => is_ignorable(c),
    }
}

/// Whether Unicode says that a letter or mark is not to be shown (`Default_Ignorable_Code_Point`): joiners, fillers and
/// selectors of variants.
const fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{34f}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{ffa0}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::{guard, json, label, line};

    /// At least one character of each kind that is escaped.
    const ODD: &str = "\u{1b}[2J\u{9b}31m\u{7}\r\u{0}\u{85}\u{202e}\u{2066}\u{200b}\u{2028}\u{feff}\u{61c}\u{ad}\u{3164}\u{e0041}\u{1bca0}\u{13430}\u{e000}\u{f0000}\u{100000}\u{10ffff}";

    #[test]
    fn nothing_odd_is_left() {
        for shown in [label(ODD), line(ODD), guard(ODD).into_owned(), json(ODD).into_owned()] {
            assert!(shown.chars().all(|c| (' '..='~').contains(&c)), "{shown:?}");
        }
        assert_eq!(line("a\nb"), "a\\u{a}b");
        assert_eq!(guard("a\n\tb é…→ 漢 😀"), "a\n\tb é…→ 漢 😀");
    }

    #[test]
    fn json_means_the_same() {
        let text = serde_json::to_string_pretty(&[ODD]).unwrap();
        let shown = json(&text);
        assert!(!shown.contains('\u{9b}') && !shown.contains('\u{e0041}'));
        assert_eq!(serde_json::from_str::<Vec<String>>(&shown).unwrap(), [ODD]);
    }
}
