//! Checks texts that have to be numbers, durations or sizes, which the schema of Compose does not require.

use crate::compile::compose_file::node::{Node, Value};
use crate::compile::compose_file::project::Project;
use crate::finding::{Code, Diagnostic, Report};

/// What a text has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Bool,
    Int,
    Float,
    Duration,
    Size,
}

/// Where, below a service; `*` is any item or key.
const TABLE: &[(&str, Kind)] = &[
    ("cpu_count", Kind::Int),
    ("cpu_percent", Kind::Float),
    ("cpu_period", Kind::Int),
    ("cpu_quota", Kind::Int),
    ("cpu_shares", Kind::Int),
    ("cpus", Kind::Float),
    ("deploy.replicas", Kind::Int),
    ("deploy.resources.limits.memory", Kind::Size),
    ("deploy.resources.reservations.memory", Kind::Size),
    ("deploy.restart_policy.delay", Kind::Duration),
    ("deploy.restart_policy.max_attempts", Kind::Int),
    ("deploy.restart_policy.window", Kind::Duration),
    ("deploy.update_config.delay", Kind::Duration),
    ("deploy.update_config.parallelism", Kind::Int),
    ("healthcheck.disable", Kind::Bool),
    ("healthcheck.interval", Kind::Duration),
    ("healthcheck.retries", Kind::Int),
    ("healthcheck.start_interval", Kind::Duration),
    ("healthcheck.start_period", Kind::Duration),
    ("healthcheck.timeout", Kind::Duration),
    ("init", Kind::Bool),
    ("mem_limit", Kind::Size),
    ("mem_reservation", Kind::Size),
    ("oom_kill_disable", Kind::Bool),
    ("oom_score_adj", Kind::Int),
    ("pids_limit", Kind::Int),
    ("ports.*.target", Kind::Int),
    ("privileged", Kind::Bool),
    ("read_only", Kind::Bool),
    ("scale", Kind::Int),
    ("shm_size", Kind::Size),
    ("stdin_open", Kind::Bool),
    ("stop_grace_period", Kind::Duration),
    ("tty", Kind::Bool),
    ("ulimits.*.hard", Kind::Int),
    ("ulimits.*.soft", Kind::Int),
    ("volumes.*.read_only", Kind::Bool),
];

/// The same, below any network, volume, secret or configuration.
const TOP: &[(&str, Kind)] =
    &[("external", Kind::Bool), ("internal", Kind::Bool), ("attachable", Kind::Bool)];

/// Adds what Compose would refuse.
pub(super) fn check(project: &Project, report: &mut Report) {
    let sections =
        [("services", TABLE), ("networks", TOP), ("volumes", TOP), ("secrets", TOP), ("configs", TOP)];
    for (section, table) in sections {
        for (_, entry) in project.section(section) {
            for (path, kind) in table {
                for node in at(&entry.node, path) {
                    report.push_some(kind.refuse(path, node));
                }
            }
        }
    }
}

/// What to write for a key, whatever it is a key of.
pub(super) fn remedy(key: &str) -> Option<&'static str> {
    kind(key).map(Kind::remedy)
}

/// What a key has to be, with its article, whatever it is a key of.
pub(super) fn wanted(key: &str) -> Option<&'static str> {
    kind(key).map(Kind::what)
}

fn kind(key: &str) -> Option<Kind> {
    TABLE.iter().find(|(path, _)| path.rsplit('.').next() == Some(key)).map(|(_, kind)| *kind)
}

/// The nodes at a path.
fn at<'n>(node: &'n Node, path: &str) -> Vec<&'n Node> {
    path.split('.').fold(vec![node], |nodes, key| {
        nodes
            .into_iter()
            .flat_map(|node| match key {
                "*" => node.items().iter().chain(node.entries().iter().map(|entry| &entry.node)).collect(),
                key => node.get(key).into_iter().collect::<Vec<_>>(),
            })
            .collect()
    })
}

impl Kind {
    fn refuse(self, path: &str, node: &Node) -> Option<Diagnostic> {
        let Value::Text(text) = &node.value else { return None };
        let is_good = match self {
            Self::Bool => is_bool(text),
            Self::Int => text.parse::<i64>().is_ok(),
            Self::Float => text.parse::<f64>().is_ok(),
            Self::Duration => is_duration(text),
            Self::Size => is_size(text),
        };
        let key = path.rsplit('.').next().unwrap_or(path);
        let message = format!("`{key}` must be {}, and `{text}` is not", self.what());
        let problem = Diagnostic::error(Code::BadValue, message);
        (!is_good).then(|| problem.at(&node.place, "").help(self.remedy()))
    }

    fn what(self) -> &'static str {
        match self {
            Self::Bool => "true or false",
            Self::Int => "a whole number",
            Self::Float => "a number",
            Self::Duration => "a duration",
            Self::Size => "a size",
        }
    }

    fn remedy(self) -> &'static str {
        match self {
            Self::Bool => "write true or false",
            Self::Int => "write digits alone",
            Self::Float => "write a number, such as 2 or 1.5",
            Self::Duration => "write a number and its unit, such as 30s or 1m30s",
            Self::Size => "write a number and its unit, such as 512m or 1g",
        }
    }
}

fn is_bool(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "y" | "yes" | "on" | "n" | "no" | "off")
}

/// Go's durations, and days and weeks, which Compose adds.
fn is_duration(text: &str) -> bool {
    const UNITS: [&str; 8] = ["ns", "us", "µs", "ms", "s", "m", "h", "d"];
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    let mut is_one = false;
    while !rest.is_empty() {
        let number = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
        let (digits, after) = rest.split_at_checked(number).unwrap_or((rest, ""));
        let unit = after.len() - after.trim_start_matches(|c: char| c.is_alphabetic()).len();
        let (unit, after) = after.split_at_checked(unit).unwrap_or((after, ""));
        if digits.parse::<f64>().is_err() || !(UNITS.contains(&unit) || unit == "w") {
            return false;
        }
        (rest, is_one) = (after, true);
    }
    is_one
}

/// A number, and `b`, `k`, `m`, `g`, `t` or `p` perhaps, each with `b` or `ib` behind it.
fn is_size(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase();
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(number.len()..).unwrap_or("").trim_start();
    let rest = unit.strip_prefix(['k', 'm', 'g', 't', 'p']);
    let is_unit = matches!(unit, "" | "b") || rest.is_some_and(|rest| matches!(rest, "" | "b" | "ib"));
    number.trim_end().parse::<f64>().is_ok_and(|number| number >= 0.0 || unit.is_empty()) && is_unit
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Compose 2.26.1 takes and refuses them.
    #[test]
    fn durations_and_sizes() {
        for text in ["30s", "1m30s", "1.5h", "0", "500ms", "2d"] {
            assert!(is_duration(text), "{text}");
        }
        for text in ["30", "", "30x", "s", "1m30"] {
            assert!(!is_duration(text), "{text}");
        }
        for text in ["512m", "1g", "1GB", "64MiB", "1.5g", "1024", "5 mb"] {
            assert!(is_size(text), "{text}");
        }
        for text in ["5x", "", "m", "1gx"] {
            assert!(!is_size(text), "{text}");
        }
    }
}
