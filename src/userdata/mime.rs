//! MIME messages, divided as Python's `email` divides them, which cloud-init uses.
//!
//! Neither mailparse nor mail-parser does this: they differ in boundaries with the same beginning, in parts without an
//! empty line after their headers, and in damaged base64. mailparse reads the headers' values.

use std::ops::Range;

use super::MAX_DEPTH;

/// A part that is no container.
#[derive(Debug, Default)]
pub(super) struct Leaf {
    pub(super) content_type: String,
    pub(super) charset: Option<String>,
    pub(super) filename: Option<String>,
    pub(super) encoding: String,
    pub(super) merge: Option<String>,
    /// Where its body stands in the message.
    pub(super) body: Range<usize>,
}

/// A message, divided.
#[derive(Debug, Default)]
pub(super) struct Message {
    pub(super) leaves: Vec<Leaf>,
    /// A container whose closing boundary is missing.
    pub(super) open: bool,
    /// A container without parts.
    pub(super) empty: bool,
    /// Nested deeper than is read.
    pub(super) deep: bool,
}

/// Divides a message.
pub(super) fn parse(text: &str) -> Message {
    let mut parser = Parser { text, at: 0, depth: 0, stops: Vec::new(), message: Message::default() };
    parser.entity();
    parser.message
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// The boundaries of the containers around, which end whatever is inside them.
    stops: Vec<String>,
    message: Message,
}

/// What a line is to a container.
#[derive(PartialEq, Eq)]
enum Boundary {
    None,
    Between,
    Closing,
}

impl<'a> Parser<'a> {
    /// The next line with its end, unless the text or what is around ends here.
    fn peek(&self) -> Option<&'a str> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let line = first_line(rest);
        let stops = self.stops.iter().any(|boundary| boundary_of(line, boundary) != Boundary::None);
        (!stops).then_some(line)
    }

    fn next(&mut self) -> Option<&'a str> {
        let line = self.peek()?;
        self.at += line.len();
        Some(line)
    }

    fn entity(&mut self) {
        let headers = self.headers();
        let content_type = headers.content_type();
        if content_type.starts_with("multipart/") {
            return self.container(headers.boundary());
        }
        if content_type.starts_with("message/") {
            return self.inside(Self::entity);
        }
        let start = self.at;
        while self.next().is_some() {}
        self.message.leaves.push(headers.leaf(content_type, start..self.at));
    }

    /// The lines before the first that is neither a header nor goes on with one.
    fn headers(&mut self) -> Headers {
        let mut headers = Headers::default();
        while let Some(line) = self.peek() {
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = headers.0.last_mut() {
                    value.push_str(line.trim_end_matches(['\r', '\n']));
                }
            } else if let Some((name, value)) = line.split_once(':').filter(|(name, _)| is_name(name)) {
                headers.0.push((
                    name.to_ascii_lowercase(),
                    value.trim_matches(['\r', '\n', ' ', '\t']).to_owned(),
                ));
            } else if !line.starts_with("From ") {
                if line.trim_end_matches(['\r', '\n']).is_empty() {
                    self.at += line.len();
                }
                break;
            }
            self.at += line.len();
        }
        headers
    }

    /// One level deeper, if there may be one.
    fn inside(&mut self, read: impl FnOnce(&mut Self)) {
        if self.depth == MAX_DEPTH {
            while self.next().is_some() {}
            self.message.deep = true;
            return;
        }
        self.depth += 1;
        read(self);
        self.depth -= 1;
    }

    fn container(&mut self, boundary: Option<String>) {
        let Some(boundary) = boundary else {
            while self.next().is_some() {}
            self.message.empty = true;
            return;
        };
        let mut started = false;
        while let Some(line) = self.next() {
            match boundary_of(line, &boundary) {
                Boundary::Closing => {
                    self.message.empty |= !started;
                    while self.next().is_some() {}
                    return;
                }
                Boundary::Between => {
                    started = true;
                    self.part(&boundary);
                }
                Boundary::None => {}
            }
        }
        self.message.empty |= !started;
        self.message.open |= started;
    }

    /// A part, up to the next boundary; the line end before that is the boundary's.
    fn part(&mut self, boundary: &str) {
        while let Some(line) = self.peek().filter(|line| boundary_of(line, boundary) != Boundary::None) {
            self.at += line.len();
        }
        let before = self.message.leaves.len();
        self.stops.push(boundary.to_owned());
        self.inside(Self::entity);
        self.stops.pop();
        if let Some(leaf) = self.message.leaves.get_mut(before..).and_then(<[_]>::last_mut)
            && leaf.body.end == self.at
        {
            let body = self.text.get(leaf.body.clone()).unwrap_or("");
            let ending = body.len() - without_line_end(body).len();
            leaf.body.end -= ending;
        }
    }
}

fn is_name(name: &str) -> bool {
    name.bytes().all(|b| matches!(b, 33..=57 | 59..=126))
}

/// Up to and with the first line end: LF, CR LF or CR.
fn first_line(text: &str) -> &str {
    let end = match text.find(['\r', '\n']) {
        Some(at) if text.get(at..).is_some_and(|rest| rest.starts_with("\r\n")) => at + 2,
        Some(at) => at + 1,
        None => text.len(),
    };
    text.get(..end).unwrap_or(text)
}

fn without_line_end(text: &str) -> &str {
    let shorter = text.strip_suffix('\n').map(|t| t.strip_suffix('\r').unwrap_or(t));
    shorter.or_else(|| text.strip_suffix('\r')).unwrap_or(text)
}

fn boundary_of(line: &str, boundary: &str) -> Boundary {
    let Some(rest) = line.strip_prefix("--").and_then(|line| line.strip_prefix(boundary)) else {
        return Boundary::None;
    };
    let rest = without_line_end(rest);
    let closing = rest.strip_prefix("--");
    match closing.unwrap_or(rest).trim_matches([' ', '\t']) {
        "" if closing.is_some() => Boundary::Closing,
        "" => Boundary::Between,
        _ => Boundary::None,
    }
}

/// A part's headers, names in lower case.
#[derive(Debug, Default)]
struct Headers(Vec<(String, String)>);

impl Headers {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    fn content_type(&self) -> String {
        let value = self.get("content-type").unwrap_or("text/plain");
        let name = value.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        if name.matches('/').count() == 1 { name } else { "text/plain".to_owned() }
    }

    fn parameter(&self, header: &str, name: &str) -> Option<String> {
        let mut parsed = mailparse::parse_content_type(self.get(header)?);
        parsed.params.remove(name)
    }

    fn boundary(&self) -> Option<String> {
        self.parameter("content-type", "boundary").map(|boundary| boundary.trim_end().to_owned())
    }

    fn leaf(&self, content_type: String, body: Range<usize>) -> Leaf {
        let text = |name: &str| self.get(name).map(str::to_owned);
        Leaf {
            content_type,
            charset: self.parameter("content-type", "charset"),
            filename: self
                .parameter("content-disposition", "filename")
                .or_else(|| self.parameter("content-type", "name")),
            encoding: text("content-transfer-encoding").unwrap_or_default().trim().to_ascii_lowercase(),
            merge: text("merge-type").or_else(|| text("x-merge-type")).filter(|value| !value.is_empty()),
            body,
        }
    }
}
