//! Finds where a text in quotes ends, without parsing YAML.

/// The index of the byte after the closing quote of the quoted text that begins at the byte `start`; `None` if the
/// quote is not closed.
#[must_use]
pub(crate) fn end_of_quoted(text: &str, start: usize) -> Option<usize> {
    let mut bytes = text.bytes().enumerate().skip(start).peekable();
    let (_, quote) = bytes.next()?;
    while let Some((at, byte)) = bytes.next() {
        let next = bytes.peek().map(|(_, next)| *next);
        match byte {
            b'\\' if quote == b'"' => {
                bytes.next();
            }
            b'\'' if quote == b'\'' && next == Some(quote) => {
                bytes.next();
            }
            _ if byte == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::end_of_quoted;

    #[test]
    fn quotes_in_quotes_end_nothing() {
        for (text, end) in [
            ("'a' b", Some(3)),
            ("'it''s' b", Some(7)),
            ("\"a\\\"b\" c", Some(6)),
            ("'a\\' b", Some(4)),
            ("\"a\nb\" c", Some(5)),
            ("\"a", None),
            ("", None),
        ] {
            assert_eq!(end_of_quoted(text, 0), end, "{text}");
        }
    }
}
