//! Checks of each part's first line, content type, line endings and template syntax.

use crate::base::nearest::nearest;
use crate::cloud_init::ContentKind;
use crate::finding::{Report, rule};
use crate::text::jinja::{Excess, excess};
use crate::text::source::{Place, byte_at};
use crate::userdata::{Part, UserData, marks};

pub(super) fn check(data: &UserData, report: &mut Report) {
    if data.parts.is_empty() && data.findings.is_empty() {
        report.push(rule::EMPTY.found("it is empty"));
    }
    for part in &data.parts {
        let Some(place) = part.payload.place() else { continue };
        first(part, place, report);
        known(data, part, place, report);
        line_ends(place, report);
        template(part, place, report);
    }
    for include in &data.includes {
        report.push(rule::FETCHED.at(&include.place, "the server downloads this when it boots"));
    }
    for file in data.config.files.iter().filter(|file| file.source.is_some()) {
        report
            .push(rule::FETCHED.at(&file.place.first_line(), "the server downloads this file when it boots"));
    }
}

/// Checks what comes before the header of a part, and how the header is written.
fn first(part: &Part, place: &Place, report: &mut Report) {
    let text = place.text();
    let blank = text.len() - text.trim_start().len();
    let before = Place { source: place.source.clone(), span: place.span.start..place.span.start + blank };
    if text.starts_with('\u{feff}') {
        let mark = Place { span: place.span.start..place.span.start + '\u{feff}'.len_utf8(), ..before };
        let problem = rule::BYTE_ORDER_MARK.at(&mark, "there is a byte order mark before the first line");
        return report.push(problem.help("save the file as UTF-8 without BOM").fix(""));
    }
    if part.kind.is_script() && !part.template {
        let shebang = text.trim_start().starts_with("#!");
        if text.trim_start().starts_with("${") {
            return report.push(
                rule::NOT_FILLED_IN.at(&place.first_line(), "this is not a script but a template variable"),
            );
        }
        if !shebang && !text.trim().is_empty() {
            let problem = rule::NOT_A_SCRIPT
                .at(&place.first_line(), "this has the type of a script, but does not begin with #!");
            return report.push(problem.help("begin it with #!/bin/sh"));
        }
        if blank > 0 && shebang {
            let problem = rule::SHEBANG_NOT_FIRST.at(&before, "there are spaces or empty lines before #!");
            return report.push(problem.help("remove them").fix(""));
        }
    }
    if blank > 0 && !part.enclosed && part.kind != ContentKind::Unknown {
        let problem = rule::HEADER_NOT_FIRST.at(&before, "there are spaces or empty lines before the header");
        report.push(problem.help("remove them").fix(""));
    } else if part.kind == ContentKind::CloudConfig && !part.template && !part.enclosed {
        spelt(place, report);
    }
}

fn spelt(place: &Place, report: &mut Report) {
    let line = place.first_line();
    let usual = line.text() == "#cloud-config" || line.text().starts_with("#cloud-config ");
    if !usual {
        let problem = rule::ODD_HEADER.at(&line, "the header should be `#cloud-config`, on a separate line");
        report.push(problem.fix("#cloud-config"));
    }
}

/// The content types that other programs than cloud-init read from user-data, and those programs.
const OTHERS: &[(&str, &str)] = &[("application/node.eks.aws", "nodeadm, on Amazon EKS")];

/// Reports a part that nothing reads, or whose effect is not reviewed.
fn known(data: &UserData, part: &Part, place: &Place, report: &mut Report) {
    if part.kind == ContentKind::PartHandler || part.kind == ContentKind::JsonPatch && part.template {
        let message = format!("the effect of this {} is not reviewed", part.kind.name());
        report.push(rule::NOT_ANALYSED.at(&place.first_line(), message));
    }
    let text = place.text();
    if part.kind != ContentKind::Unknown || text.starts_with('\u{feff}') {
        return;
    }
    if text.trim().is_empty() {
        return report.push(rule::EMPTY.at(&place.first_line(), "it is empty"));
    }
    let other = OTHERS.iter().find(|(name, _)| *name == part.content_type).map(|(_, who)| *who);
    let handler = data
        .parts
        .iter()
        .any(|part| part.kind == ContentKind::PartHandler)
        .then_some("possibly the part handler");
    if let Some(who) = other.or(handler).filter(|_| part.enclosed) {
        let message = format!("{} is read by {who} and is not reviewed", part.content_type);
        return report.push(rule::NOT_ANALYSED.at(&place.first_line(), message));
    }
    let start = place.span.start + (text.len() - text.trim_start().len());
    let line = Place { source: place.source.clone(), span: start..place.span.end }.first_line();
    let problem =
        match (part.enclosed, part.template) {
            (_, true) => rule::NO_HEADER
                .at(&line, "cloud-init does not know the header on the line after the template's"),
            (true, _) => rule::UNKNOWN_TYPE
                .at(&line, format!("cloud-init does not process {} here", part.content_type)),
            (false, _) => rule::NO_HEADER.at(&line, "cloud-init does not know this header"),
        };
    let first = if part.template { text.lines().nth(1).unwrap_or("") } else { line.text() };
    report.push(match near(first).or_else(|| looks_like(text)) {
        Some(header) => problem.help(format!("did you mean `{header}`?")),
        None => problem.help(
            "begin the file with #cloud-config, #!/bin/sh or another header, without anything before it",
        ),
    });
}

/// The known header that a line resembles, if there is one.
fn near(line: &str) -> Option<&'static str> {
    let line: String = line.chars().filter(|c| !c.is_whitespace()).take(40).collect();
    let headers: Vec<_> = ContentKind::headers().filter(|header| header.len() > 2).collect();
    let squeezed: Vec<String> = headers.iter().map(|header| header.replace(' ', "")).collect();
    let found = nearest(&line.replace('_', "-"), squeezed.iter().map(String::as_str))?;
    squeezed.iter().position(|header| header == found).and_then(|at| headers.get(at).copied())
}

/// The header that is probably missing: one of the first ten lines if it is a header, or `#cloud-config` if the text
/// has keys of a cloud-config.
fn looks_like(text: &str) -> Option<&'static str> {
    let header = text.lines().take(10).find_map(|line| ContentKind::of_text(line)?.header());
    let keys = ["packages:", "runcmd:", "write_files:", "users:", "bootcmd:", "package_update:"];
    header.or_else(|| text.lines().any(|line| keys.contains(&line.trim_end())).then_some("#cloud-config"))
}

fn line_ends(place: &Place, report: &mut Report) {
    if let Some(at) = place.text().find("\r\n") {
        let start = place.span.start + at;
        let ending = Place { source: place.source.clone(), span: start..start };
        report.push(
            rule::CRLF.at(&ending, "the lines end in CR LF").help("save the file with LF line endings"),
        );
    }
}

/// How variables of cloud-init's instance data begin. Other tools use `{{` as well, so only these variables count.
const INSTANCE_DATA: &[&str] = &[
    "ds.",
    "ds[",
    "v1.",
    "v1_",
    "v1[",
    "instance_id",
    "local_hostname",
    "cloud_name",
    "merged_cfg",
    "sys_info",
];

fn template(part: &Part, place: &Place, report: &mut Report) {
    if part.template {
        return syntax(place, report);
    }
    if !matches!(part.kind, ContentKind::CloudConfig | ContentKind::BootHook) && !part.kind.is_script() {
        return;
    }
    let text = place.text();
    let mut comment_ends = 0;
    for mark in marks(text) {
        if mark.start < comment_ends {
            continue;
        }
        let inner = text.get(mark.clone()).unwrap_or("");
        let name = inner.trim_start_matches(['{', '%', '-', ' ']);
        if inner.starts_with("{{") && INSTANCE_DATA.iter().any(|word| name.starts_with(word)) {
            let line = text.get(..mark.start).and_then(|before| before.rsplit('\n').next()).unwrap_or("");
            if line.trim_start().starts_with('#') {
                let rest = text.get(mark.end..).unwrap_or("");
                comment_ends = mark.end + rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            let span = place.span.start + mark.start..place.span.start + mark.end;
            let place = Place { source: place.source.clone(), span };
            let problem = rule::NO_TEMPLATE_HEADER.at(&place, "nothing replaces this");
            return report
                .push(problem.help("put `## template: jinja` on the first line, before the header"));
        }
    }
}

/// Checks the syntax of a template. The engine is not the one that cloud-init uses, but the syntax is the same.
fn syntax(place: &Place, report: &mut Report) {
    let text = place.text();
    let Some(header) = text.find('\n') else { return };
    let body = text.get(header + 1..).unwrap_or("");
    if let Some(Excess { at, message }) = excess(body, ("{#", "#}")) {
        let start = place.span.start + header + 1 + at;
        let here = Place { source: place.source.clone(), span: start..place.span.end }.first_line();
        let message = format!("this template is not checked: {message}");
        return report.push(rule::TOO_MUCH.at(&here, message).help("split it into several"));
    }
    let mut environment = minijinja::Environment::empty();
    environment.set_recursion_limit(50);
    let Err(error) = environment.template_from_str(body) else { return };
    let offset = byte_at(body, error.line().unwrap_or(1), 1);
    let rest = body.get(offset..).unwrap_or("");
    let start =
        place.span.start + header + 1 + offset + (rest.len() - rest.trim_start_matches([' ', '\t']).len());
    let here =
        Place { source: place.source.clone(), span: start.min(place.span.end)..place.span.end }.first_line();
    let why = error.detail().unwrap_or("syntax error");
    let problem = rule::BAD_TEMPLATE.at(&here, format!("this does not parse as a Jinja template: {why}"));
    report.push(problem.help("put text that is not a template between {% raw %} and {% endraw %}"));
}
