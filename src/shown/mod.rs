//! Foreign text fit to be shown: odd characters by their numbers, overlong lines cut.

use crate::secret::mask;

/// What stands in place of a line that is hidden.
pub const HIDDEN: &str = "[not shown: this may be a secret]";
/// Longest line shown, in characters.
const LONGEST: usize = 300;

/// A name, its secrets masked.
#[must_use]
pub fn label(name: &str) -> String {
    line(&mask(name))
}

/// A line without its newline, in characters that no terminal, fence or reader takes for something else.
#[must_use]
pub fn line(text: &str) -> String {
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

/// Control characters, and those that turn the direction of writing around, by their numbers.
fn visible(c: char) -> String {
    let is_odd = c.is_control() && c != '\t'
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    if is_odd { c.escape_unicode().to_string() } else { c.to_string() }
}
