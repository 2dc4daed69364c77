//! Templates: strict, escaped by the syntax of the file they make, bounded in work.

use std::collections::BTreeMap;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::ValueKind;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};

use crate::escape::Syntax;
use crate::value::{AcmeDirectory, Image, Variable};

/// Names and values a template can use.
pub type Context = BTreeMap<String, Value>;

/// What went wrong in a template.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    /// Line from 1, if it has one.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// The value that the syntax cannot hold, if that is what is wrong.
    pub value: Option<String>,
}

/// Most instructions one template may take; a fault in a profile must not hang.
const FUEL: u64 = 1_000_000;

/// Marks an error as an escaper's, followed by the value.
#[derive(Debug)]
struct Refused(String);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

impl std::error::Error for Refused {}

fn environment(syntax: Option<Syntax>) -> Result<Environment<'static>, Error> {
    let mut env = Environment::empty();
    // Blocks leave no lines behind; comments are not `{#`, which bash uses in `${#x}`.
    let blocks = SyntaxConfig::builder()
        .comment_delimiters("{##", "##}")
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()?;
    env.set_syntax(blocks);
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| AutoEscape::None);
    env.set_fuel(Some(FUEL));
    env.set_debug(true);
    env.add_filter("lower", |text: &str| text.to_lowercase());
    env.add_filter("join", minijinja::filters::join);
    env.add_filter("length", minijinja::filters::length);
    env.add_filter("registry", |image: &str| -> Result<String, Error> {
        Image::parse(image)
            .map(|image| image.registry().to_owned())
            .map_err(|problem| Error::new(ErrorKind::InvalidOperation, problem.message))
    });
    env.add_filter("acme_url", |directory: &str| -> Result<String, Error> {
        AcmeDirectory::parse(directory)
            .map(|directory| directory.url().to_owned())
            .map_err(|problem| Error::new(ErrorKind::InvalidOperation, problem.message))
    });
    env.add_filter("scheme", |reference: &str| reference.split("://").next().unwrap_or("").to_owned());
    env.add_filter("after", |text: &str, prefix: &str| text.strip_prefix(prefix).unwrap_or(text).to_owned());
    env.add_filter("volume_name", |volume: &str| match volume.split(':').next() {
        Some(name) if !name.starts_with('/') => Value::from(name),
        _ => Value::from(""),
    });
    env.add_filter("string", |value: &Value| value.to_string());
    // compose's own substitution: the one `$` that must not be doubled.
    env.add_filter("variable", |name: &str| -> Result<Value, Error> {
        Variable::parse(name)
            .map(|name| Value::from_safe_string(format!("${{{name}}}")))
            .map_err(|problem| Error::new(ErrorKind::InvalidOperation, problem.message))
    });
    // The host side replaces it when it puts the file in place, so it must come out as it is.
    env.add_filter("placeholder", |reference: &str| Value::from_safe_string(format!("@{reference}@")));
    env.add_test("defined", minijinja::tests::is_defined);
    env.set_formatter(move |out, _, value| {
        let text = word(value)?;
        let token = match syntax {
            Some(syntax) if !value.is_safe() => syntax.token(&text).map_err(|why| {
                Error::new(ErrorKind::InvalidOperation, why).with_source(Refused(text.clone()))
            })?,
            _ => text,
        };
        out.write_str(&token).map_err(|_| Error::from(ErrorKind::WriteFailure))
    });
    Ok(env)
}

/// The text of a single value.
fn word(value: &Value) -> Result<String, Error> {
    match value.kind() {
        ValueKind::String | ValueKind::Number | ValueKind::Bool => Ok(value.to_string()),
        ValueKind::Undefined => Err(Error::from(ErrorKind::UndefinedError)),
        ValueKind::None => {
            Err(Error::new(ErrorKind::InvalidOperation, "this setting has no value; ask for it with `if`"))
        }
        kind => Err(Error::new(ErrorKind::InvalidOperation, format!("a {kind} is not a single value"))),
    }
}

/// Renders a file; every value comes out as one whole token of its syntax.
///
/// # Errors
/// A fault of the template, or a value its syntax cannot hold.
pub fn render(source: &str, syntax: Syntax, context: &Context) -> Result<String, Failure> {
    let (text, lines) = without_notes(source);
    if let Some(failure) = torn_token(&text) {
        return Err(renumber(failure, &lines));
    }
    environment(Some(syntax))
        .and_then(|env| env.render_str(&text, context))
        .map_err(|error| renumber(failure(&error), &lines))
}

/// Renders a plain text, such as a path or a default.
///
/// # Errors
/// A fault of the template.
pub fn render_plain(source: &str, context: &Context) -> Result<String, Failure> {
    environment(None).and_then(|env| env.render_str(source, context)).map_err(|error| failure(&error))
}

/// Whether an expression holds.
///
/// # Errors
/// A fault of the expression.
pub fn holds(expression: &str, context: &Context) -> Result<bool, Failure> {
    environment(None)
        .and_then(|env| env.compile_expression(expression)?.eval(context))
        .map(|value| value.is_true())
        .map_err(|error| failure(&error))
}

fn failure(error: &Error) -> Failure {
    let refused = std::error::Error::source(error).and_then(|e| e.downcast_ref::<Refused>());
    let message = match (error.kind(), error.detail()) {
        (ErrorKind::InvalidOperation, Some(detail)) => detail.to_owned(),
        (kind, Some(detail)) => format!("{kind}: {detail}"),
        (kind, None) => kind.to_string(),
    };
    Failure { line: error.line(), message, value: refused.map(|Refused(value)| value.clone()) }
}

/// Drops lines that begin with `##`: notes for readers of the repository. Also gives the line each
/// remaining one had.
#[must_use]
pub fn without_notes(source: &str) -> (String, Vec<usize>) {
    let kept =
        source.split_inclusive('\n').enumerate().filter(|(_, line)| !line.trim_start().starts_with("##"));
    let mut text = String::with_capacity(source.len());
    let mut lines = Vec::new();
    for (index, line) in kept {
        text.push_str(line);
        lines.push(index + 1);
    }
    (text, lines)
}

fn renumber(mut failure: Failure, lines: &[usize]) -> Failure {
    failure.line = failure.line.map(|line| lines.get(line.wrapping_sub(1)).copied().unwrap_or(line));
    failure
}

/// Finds a `{{ … }}` that is only a part of a word, or stands in a comment: there an escaped value
/// would not be what it is escaped for.
fn torn_token(text: &str) -> Option<Failure> {
    for (index, line) in text.lines().enumerate() {
        let complain =
            |message: &str| Some(Failure { line: Some(index + 1), message: message.to_owned(), value: None });
        let opened = line.match_indices("{{").map(|(at, _)| at);
        let closed = line.match_indices("}}").map(|(at, _)| at + 2);
        for (start, end) in opened.zip(closed) {
            let before = line.get(..start).and_then(|t| t.chars().next_back());
            let after = line.get(end..).and_then(|t| t.chars().next());
            if line.trim_start().starts_with('#') {
                return complain("a value in a comment: nothing escapes it there");
            }
            if !before.is_none_or(|c| c.is_whitespace() || "=[(,{}".contains(c))
                || !after.is_none_or(|c| c.is_whitespace() || ",])};:{=".contains(c))
            {
                return complain("a value inside a larger word: join the parts with `~` inside the braces");
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context() -> Context {
        Context::from([
            ("word".to_owned(), Value::from("plain")),
            ("odd".to_owned(), Value::from("a $b \"c\" {{ d }}")),
            ("nothing".to_owned(), Value::from(())),
            ("list".to_owned(), Value::from(vec!["a", "b"])),
        ])
    }

    #[test]
    fn values_come_out_as_whole_tokens() {
        let made = render("a: {{ word }}\nb: {{ odd }}\n", Syntax::Compose, &context());
        assert_eq!(made.as_deref(), Ok("a: plain\nb: \"a $$b \\\"c\\\" {{ d }}\"\n"));
    }

    #[test]
    fn notes_are_dropped_and_lines_still_counted() {
        let made = render("## a note\na: 1\n  ## another\nb: {{ missing }}\n", Syntax::Compose, &context());
        assert_eq!(made.map_err(|f| f.line), Err(Some(4)));
    }

    #[test]
    fn faults_are_found() {
        for bad in [
            "a{{ word }}",
            "{{ word }}b",
            "# {{ word }}",
            "{{ nothing }}",
            "{{ list }}",
            "{{ x }}",
            "{{ word | upper }}",
            "{% for",
            "{% for i in range(9) %}{% endfor %}",
        ] {
            assert!(render(bad, Syntax::Shell, &context()).is_err(), "{bad}");
        }
    }
}
