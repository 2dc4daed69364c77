//! The filters of templates. A template may have composed the text that a filter gets, so a text that has a syntax is
//! parsed first.

use std::collections::BTreeSet;

use minijinja::{Environment, Error, ErrorKind, Value};

use crate::base::problem::Problem;
use crate::value::{AcmeDirectory, Image, Scheme, Variable};

/// Adds all of them.
pub(super) fn add(env: &mut Environment<'_>) {
    env.add_filter("lower", |text: &str| text.to_lowercase());
    env.add_filter("join", minijinja::filters::join);
    env.add_filter("length", minijinja::filters::length);
    env.add_filter("registry", |image: &str| -> Result<String, Error> {
        Image::parse(image).map(|image| image.registry().to_owned()).map_err(wrong)
    });
    env.add_filter("acme_url", |directory: &str| -> Result<String, Error> {
        AcmeDirectory::parse(directory).map(|directory| directory.url().to_owned()).map_err(wrong)
    });
    env.add_filter("scheme", |reference: &str| reference.split("://").next().unwrap_or("").to_owned());
    env.add_filter("arrival", |reference: &str| {
        Scheme::of(reference).map_or("", |(scheme, _)| arrival(scheme))
    });
    env.add_filter("arrivals", |schemes: Vec<String>| -> Vec<&str> {
        let found: BTreeSet<_> = schemes.iter().filter_map(|name| Scheme::named(name)).map(arrival).collect();
        found.into_iter().collect()
    });
    env.add_filter("after", |text: &str, prefix: &str| text.strip_prefix(prefix).unwrap_or(text).to_owned());
    env.add_filter("replace", |text: &str, old: &str, new: &str| text.replace(old, new));
    env.add_filter("volume_names", |volumes: Vec<String>| -> Vec<String> {
        let names =
            volumes.iter().filter_map(|volume| volume.split(':').next()).filter(|n| !n.starts_with('/'));
        names.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect()
    });
    env.add_filter("string", |value: &Value| value.to_string());
    // compose's own substitution: the one `$` that must not be doubled.
    env.add_filter("variable", |name: &str| -> Result<Value, Error> {
        Variable::parse(name).map(|name| Value::from_safe_string(format!("${{{name}}}"))).map_err(wrong)
    });
    // The host side replaces it when it puts the file in place, so it must come out as it is.
    env.add_filter("placeholder", |reference: &str| Value::from_safe_string(format!("@{reference}@")));
}

fn wrong(problem: Problem) -> Error {
    Error::new(ErrorKind::InvalidOperation, problem.message)
}

/// How what a reference of this scheme names gets to the server.
fn arrival(scheme: Scheme) -> &'static str {
    scheme.arrival().name()
}
