//! Templates. An undefined name is an error, values are escaped by the syntax of the file, and the work is limited.

mod context;
mod filter;
mod place;
mod shell_place;

use std::ops::Range;

pub(crate) use context::Context;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::ValueKind;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};

use crate::base::nearest::nearest;
use crate::escape::Syntax;
use crate::finding::{Code, Diagnostic};
use crate::text::jinja::{Excess, excess, excess_of_expression};
use crate::text::source::{Place, Spanned, byte_at};

/// What went wrong in a template.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Where in the template, in bytes, on one line of it.
    pub part: Option<Range<usize>>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// The value that the syntax cannot hold, if that is what is wrong.
    pub value: Option<String>,
}

impl Failure {
    /// As a fault of the profile's, in the template `text` at the place in the profile.
    #[must_use]
    pub(crate) fn in_profile(self, place: &Place, text: &str) -> Diagnostic {
        let place = self.part.map_or_else(|| place.clone(), |part| place.part(text, part));
        Diagnostic::error(Code::BadProfile, self.message).at(&place, "in the profile").help(self.help)
    }
}

/// Most instructions one template may take; a fault in a profile must not hang.
const FUEL: u64 = 1_000_000;

/// How a comment begins and ends: not with `{#`, which bash uses in `${#x}`.
const COMMENT: (&str, &str) = ("{##", "##}");

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
    // Blocks leave no lines behind.
    let blocks = SyntaxConfig::builder()
        .comment_delimiters(COMMENT.0, COMMENT.1)
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()?;
    env.set_syntax(blocks);
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| AutoEscape::None);
    env.set_fuel(Some(FUEL));
    env.set_debug(true);
    filter::add(&mut env);
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
        ValueKind::None => Err(Error::new(
            ErrorKind::InvalidOperation,
            "this setting has no value; use it only inside an `if` block",
        )),
        kind => {
            let kind = match kind {
                ValueKind::Seq | ValueKind::Iterable => "list".to_owned(),
                other => other.to_string(),
            };
            let message = format!("a single value is expected here, but this is a {kind}");
            Err(Error::new(ErrorKind::InvalidOperation, message))
        }
    }
}

/// Renders a file; every value comes out as one whole token of its syntax.
///
/// # Errors
/// A fault of the template, or a value its syntax cannot hold.
pub(crate) fn render(source: &str, syntax: Syntax, context: &Context) -> Result<String, Failure> {
    let (text, starts) = without_notes(source);
    let made = match too_complex(&text, Form::Template).or_else(|| place::misplaced(&text, syntax)) {
        Some(failure) => Err(failure),
        None => environment(Some(syntax))
            .and_then(|env| env.render_str(&text, &context.0))
            .map_err(|error| failure(&error, Form::Template, &text, context)),
    };
    made.map_err(|failure| Failure { part: failure.part.map(|part| moved(part, &text, &starts)), ..failure })
}

/// Renders a plain text of a profile's, such as a path or a default, which stands at `place`.
///
/// # Errors
/// A fault of the template.
pub(crate) fn fill(text: &str, place: &Place, context: &Context) -> Result<String, Diagnostic> {
    let made = match too_complex(text, Form::Template) {
        Some(failure) => Err(failure),
        None => environment(None)
            .and_then(|env| env.render_str(text, &context.0))
            .map_err(|error| failure(&error, Form::Template, text, context)),
    };
    made.map_err(|failure| failure.in_profile(place, text))
}

/// Whether an expression of a profile's holds; if there is none, it does.
///
/// # Errors
/// A fault of the expression.
pub(crate) fn holds(when: Option<&Spanned<String>>, context: &Context) -> Result<bool, Diagnostic> {
    when.map_or(Ok(true), |Spanned { value, place }| {
        truth(value, context).map_err(|failure| failure.in_profile(place, value))
    })
}

fn truth(expression: &str, context: &Context) -> Result<bool, Failure> {
    if let Some(failure) = too_complex(expression, Form::Expression) {
        return Err(failure);
    }
    let failed = |error| failure(&error, Form::Expression, expression, context);
    let env = environment(None).map_err(failed)?;
    let compiled = env.compile_expression(expression).map_err(failed)?;
    let value = compiled.eval(&context.0).map_err(failed)?;
    if value.is_undefined() {
        // Which of its names: `a or b` is no name of anybody's.
        let mut unknown: Vec<String> = compiled.undeclared_variables(false).into_iter().collect();
        unknown.retain(|name| !context.0.contains_key(name));
        unknown.sort();
        let name = unknown.into_iter().next().unwrap_or_else(|| expression.to_owned());
        return Err(Failure {
            part: expression.find(&name).map(|at| at..at + name.len()),
            message: format!("`{name}` is undefined"),
            help: near(&name, context),
            value: None,
        });
    }
    Ok(value.is_true())
}

/// What a text of a profile's is.
#[derive(Clone, Copy)]
enum Form {
    /// A text with expressions in braces.
    Template,
    /// One expression.
    Expression,
}

/// What is beyond the limits of a template, so that it must not get to the parser.
fn too_complex(text: &str, form: Form) -> Option<Failure> {
    let Excess { at, message } = match form {
        Form::Template => excess(text, COMMENT),
        Form::Expression => excess_of_expression(text),
    }?;
    let length = text.get(at..)?.lines().next()?.chars().take(80).map(char::len_utf8).sum::<usize>();
    let help = "split it: a name under `values` in profile.yaml can stand for a part of it".to_owned();
    Some(Failure { part: Some(at..at + length), message, help, value: None })
}

fn failure(error: &Error, form: Form, text: &str, context: &Context) -> Failure {
    let refused = std::error::Error::source(error).and_then(|e| e.downcast_ref::<Refused>());
    let message = match (error.kind(), error.detail()) {
        (ErrorKind::OutOfFuel, _) => "this template needs too many steps to render".to_owned(),
        (ErrorKind::SyntaxError, Some(detail)) => format!("syntax error: {detail}"),
        (_, Some(detail)) => detail.to_owned(),
        (kind, None) => kind.to_string(),
    };
    let part = error.range().filter(|part| !part.is_empty());
    let undefined = match error.kind() {
        ErrorKind::UndefinedError => unknown(form, text, part.clone().unwrap_or(0..text.len()), context),
        _ => None,
    };
    let help = match error.kind() {
        ErrorKind::OutOfFuel => format!("use fewer loops inside loops; the limit is {FUEL} steps"),
        _ => undefined.map_or_else(String::new, |name| near(name, context)),
    };
    let part = part.or_else(|| line(text, error.line()?));
    Failure { part, message, help, value: refused.map(|Refused(value)| value.clone()) }
}

/// The first name in a part of a text that is neither in the context nor made by the text itself.
fn unknown<'a>(form: Form, text: &'a str, part: Range<usize>, context: &Context) -> Option<&'a str> {
    let env = environment(None).ok()?;
    let undeclared = match form {
        Form::Template => env.template_from_str(text).ok()?.undeclared_variables(false),
        Form::Expression => env.compile_expression(text).ok()?.undeclared_variables(false),
    };
    let mut words = text.get(part)?.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.find(|word| undeclared.contains(*word) && !context.0.contains_key(*word))
}

/// A line, counted from 1, in bytes.
fn line(text: &str, number: usize) -> Option<Range<usize>> {
    let start = byte_at(text, number, 1);
    Some(start..start + text.get(start..)?.lines().next()?.len())
}

fn near(name: &str, context: &Context) -> String {
    nearest(name, context.0.keys().map(String::as_str)).map_or_else(
        || "define it under `values` or `settings` in profile.yaml".to_owned(),
        |name| format!("did you mean `{name}`?"),
    )
}

/// Drops lines that begin with `##`: notes for readers of the repository. Also gives the byte at which
/// each remaining one began.
#[must_use]
pub(crate) fn without_notes(source: &str) -> (String, Vec<usize>) {
    let mut text = String::with_capacity(source.len());
    let mut starts = Vec::new();
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        if !line.trim_start().starts_with("##") {
            text.push_str(line);
            starts.push(at);
        }
        at += line.len();
    }
    (text, starts)
}

/// A part of a text without notes as a part of the source, no longer than its line.
fn moved(part: Range<usize>, text: &str, starts: &[usize]) -> Range<usize> {
    let before = text.get(..part.start).unwrap_or("");
    let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
    let start = starts.get(before.matches('\n').count()).copied().unwrap_or(0) + column;
    let length = text.get(part).and_then(|part| part.lines().next()).map_or(0, str::len);
    start..start + length
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::Source;

    fn context() -> Context {
        let mut context = Context::default();
        context.add("word", "plain");
        context.add("odd", "a $b \"c\" {{ d }}");
        context.add("nothing", ());
        context.add("list", vec!["a", "b"]);
        context
    }

    #[test]
    fn values_come_out_as_whole_tokens() {
        let made = render("a: {{ word }}\nb: {{ odd }}\n", Syntax::Compose, &context());
        assert_eq!(made.as_deref(), Ok("a: plain\nb: \"a $$b \\\"c\\\" {{ d }}\"\n"));
    }

    #[test]
    fn notes_are_dropped_and_places_still_right() {
        let source = "## a note\na: 1\n  ## another\nb: {{ wurd }}\n";
        let failure = render(source, Syntax::Compose, &context()).expect_err("no such name");
        assert_eq!(failure.part.and_then(|part| source.get(part)), Some("wurd"));
        assert_eq!(failure.help, "did you mean `word`?");
    }

    #[test]
    fn the_undefined_name_is_read_in_the_template() {
        for source in [
            "a: {{ odd ~ wurd }}\n",
            "{% if wurd in list %}{% endif %}\n",
            "{% for i in wurd %}{% endfor %}\n",
            "a: {{ wurd.x }}\n",
            "a: {{ 'say `word`' ~ wurd }}\n",
        ] {
            let failure = render(source, Syntax::Compose, &context()).expect_err("no such name");
            assert_eq!(failure.help, "did you mean `word`?", "{source}");
        }
        assert!(truth(&format!("{}1", "not ".repeat(50_000)), &context()).is_err());
        let failure = truth("wurd in list or list", &context()).expect_err("no such name");
        assert_eq!(failure.help, "did you mean `word`?");
    }

    fn filled(text: &str, context: &Context) -> String {
        fill(text, &Place::all(&Source::file("profile.yaml", text)), context).expect("a text")
    }

    #[test]
    fn it_is_told_how_a_secret_arrives() {
        let mut context = context();
        for (token, arrival) in [
            ("file:///a/b", "copied"),
            ("awsssm://a?region=eu-central-1", "fetched"),
            ("generate", ""),
            ("env://A", "embedded"),
        ] {
            context.add("token", token);
            assert_eq!(filled("{{ token | arrival }}", &context), arrival, "{token}");
        }
        context.add("schemes", vec!["vault", "file", "gcpsecrets", "file"]);
        assert_eq!(filled("{{ schemes | arrivals | join(' ') }}", &context), "copied fetched");
    }

    #[test]
    fn faults_are_found() {
        for bad in [
            "a{{ word }}",
            "{{ word }}b",
            "# {{ word }}",
            "a # {{ word }}",
            "{{ word }}{{ word }}",
            "\"{{ word }}\"",
            "{{ nothing }}",
            "{{ list }}",
            "{{ x }}",
            "{{ word | upper }}",
            "{% for",
            "{% for i in range(9) %}{% endfor %}",
            &format!("{{{{ {}1 }}}}", "not ".repeat(50_000)),
        ] {
            assert!(render(bad, Syntax::Shell, &context()).is_err(), "{bad}");
        }
    }
}
