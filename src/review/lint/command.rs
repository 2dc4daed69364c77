//! Checks of commands and scripts: downloads that run unchecked, failures that are ignored, reboots that are too early,
//! and changes that are lost on reboot.

use std::collections::BTreeSet;

use super::script::{Simple, commands, is_shell, lines, runs_download, stops_at_failures};
use super::within;
use crate::cloud_init::ContentKind;
use crate::finding::{Diagnostic, Report, rule};
use crate::text::source::Place;
use crate::userdata::{BootCommand, UserData, Words};

/// The most findings in commands that are reported.
const MOST: usize = 100;

/// Shell code somewhere in the document.
struct Shell {
    text: String,
    place: Place,
    /// Whether it runs on every boot.
    every_boot: bool,
    /// Whether another command of the same list follows.
    more: bool,
}

pub(super) fn check(data: &UserData, report: &mut Report) {
    let shells = all(data);
    let kept = Kept::of(&shells, data);
    shells.iter().flat_map(|shell| findings(shell, &kept)).take(MOST).for_each(|found| report.push(found));
    for file in &data.config.files {
        let text = file.text().unwrap_or("");
        if text.starts_with("#!") && is_shell(text) {
            let found = lines(text).into_iter().find(|line| runs_download(line));
            found.into_iter().for_each(|line| report.push(piped(&within(&file.place, line))));
        }
    }
    failures(data, report);
}

fn all(data: &UserData) -> Vec<Shell> {
    let mut shells = Vec::new();
    let always = data.steps().iter().any(|step| step.module == "scripts_user" && step.every_boot);
    for (list, every_boot) in [(&data.config.bootcmd, true), (&data.config.runcmd, always)] {
        for (at, command) in list.iter().enumerate() {
            let more = at + 1 < list.len();
            shells.push(Shell { text: script(command), place: command.place.clone(), every_boot, more });
        }
    }
    for part in &data.parts {
        let Some(place) = part.payload.place() else { continue };
        let every_boot = matches!(part.kind, ContentKind::BootHook | ContentKind::ScriptPerBoot) || always;
        let hook = part.kind == ContentKind::BootHook;
        if hook || (part.kind.is_script() && is_shell(place.text().trim_start())) {
            shells.push(Shell {
                text: place.text().to_owned(),
                place: place.clone(),
                every_boot,
                more: false,
            });
        }
    }
    shells
}

/// The shell code of a command. Of `[sh, -c, "…"]`, it is the text after `-c`.
fn script(command: &BootCommand) -> String {
    match &command.words {
        Words::Line(line) => line.clone(),
        Words::List(words) => match words.as_slice() {
            [shell, flag, line, ..]
                if shell.ends_with("sh") && flag.starts_with('-') && flag.ends_with('c') =>
            {
                line.clone()
            }
            _ => command.line(),
        },
    }
}

fn piped(place: &Place) -> Diagnostic {
    let help = "download it to a file, compare its sha256, then run it";
    rule::PIPE_TO_SHELL.at(place, "this runs whatever the server at that address returns").help(help)
}

fn findings<'a>(shell: &'a Shell, kept: &'a Kept) -> impl Iterator<Item = Diagnostic> + 'a {
    let lines = lines(&shell.text);
    let inside = indented(&shell.text);
    let last = lines.len().saturating_sub(1);
    lines.into_iter().enumerate().flat_map(move |(at, line)| {
        let mut found = Vec::new();
        if runs_download(line) {
            found.push(piped(&within(&shell.place, line)));
        }
        let commands = if shell.every_boot { Vec::new() } else { commands(line) };
        let ends = commands.len().saturating_sub(1);
        for (number, command) in commands.iter().enumerate() {
            let more = shell.more || at < last || number < ends;
            let sometimes = line.starts_with(['[', '{']) || line.starts_with("if ") || inside.contains(line);
            if more && reboots(command) && !sometimes {
                let place = within(&shell.place, command.text);
                let problem =
                    rule::REBOOTS.at(&place, "the server goes down here, and later commands do not run");
                found.push(problem.help("use power_state: {mode: reboot}"));
            } else if let Some(instead) = kept.lost(command) {
                let place = within(&shell.place, command.text);
                found.push(rule::LOST_ON_REBOOT.at(&place, "this is lost on reboot").help(instead));
            }
        }
        found
    })
}

fn reboots(command: &Simple<'_>) -> bool {
    match command.words.as_slice() {
        ["reboot" | "poweroff" | "halt", ..]
        | ["systemctl", "reboot" | "poweroff", ..]
        | ["init", "0" | "6"] => true,
        ["shutdown", rest @ ..] => rest.iter().any(|word| matches!(*word, "now" | "+0")),
        _ => false,
    }
}

/// The lines of a script that are inside a branch, a loop or a function, as far as their indentation shows it.
fn indented(script: &str) -> BTreeSet<&str> {
    script.lines().filter(|line| line.starts_with([' ', '\t'])).map(str::trim).collect()
}

/// What the document does so that the changes of its commands survive a reboot.
struct Kept {
    fstab: bool,
    sysctl: bool,
    modules: bool,
    iptables: bool,
    /// The units that the document contains and that no command enables.
    not_enabled: Vec<String>,
}

impl Kept {
    fn of(shells: &[Shell], data: &UserData) -> Self {
        let mentions = |word: &str| {
            shells.iter().any(|shell| shell.text.contains(word))
                || data.config.files.iter().any(|file| file.path.contains(word))
                || data.config.packages.iter().any(|package| package.contains(word))
        };
        let enables: Vec<&str> = shells
            .iter()
            .flat_map(|shell| shell.text.lines())
            .filter(|line| line.contains("systemctl") && line.contains("enable"))
            .take(MOST)
            .collect();
        let name = |unit: &str| unit.trim_end_matches(".service").to_owned();
        let own = data.units().filter_map(|file| file.unit()).filter(|unit| !unit.contains('/')).map(name);
        Self {
            fstab: mentions("/etc/fstab"),
            sysctl: mentions("/etc/sysctl"),
            modules: mentions("/etc/modules"),
            iptables: ["iptables-save", "netfilter-persistent", "iptables-persistent", "/etc/iptables"]
                .into_iter()
                .any(mentions),
            not_enabled: own
                .filter(|unit| !enables.iter().any(|line| line.contains(unit.as_str())))
                .collect(),
        }
    }

    /// What to do instead of a command whose effect is lost on reboot; `None` if it is not lost.
    fn lost(&self, command: &Simple<'_>) -> Option<String> {
        let instead = match command.words.as_slice() {
            // A package enables its units when it is installed, so only the document's own units can be judged.
            ["systemctl", rest @ ..] if rest.contains(&"start") => {
                let unit = rest.last()?.trim_end_matches(".service");
                let own = self.not_enabled.iter().any(|own| own == unit);
                return own.then(|| format!("use systemctl enable --now {unit}"));
            }
            ["mount", rest @ ..] if !self.fstab && !matches!(rest, [] | ["-a", ..]) => {
                "use mounts:, or a line in /etc/fstab"
            }
            ["swapon", rest @ ..] if !self.fstab && !rest.contains(&"-a") => {
                "use swap:, or a line in /etc/fstab"
            }
            ["sysctl", "-w", ..] if !self.sysctl => "write it to a file in /etc/sysctl.d",
            ["modprobe", ..] if !self.modules => "write it to a file in /etc/modules-load.d",
            ["iptables" | "ip6tables", rest @ ..] if !self.iptables && adds(rest) => {
                "save it with iptables-save, or write a systemd unit"
            }
            ["nohup", ..] => "use a systemd unit",
            _ => return None,
        };
        Some(instead.to_owned())
    }
}

fn adds(words: &[&str]) -> bool {
    words.iter().any(|word| matches!(*word, "-A" | "-I" | "-P"))
}

/// Reports the list of commands, and each script, if it continues after a failure.
fn failures(data: &UserData, report: &mut Report) {
    let list: Vec<_> = data.config.runcmd.iter().map(script).collect();
    let careful = list.iter().any(|text| stops_at_failures(text) || text.contains("|| exit"));
    if let (Some(first), true) = (data.config.runcmd.first(), list.len() > 1 && !careful) {
        let message = "if one of these commands fails, the others still run";
        report.push(
            rule::IGNORES_FAILURES
                .at(&first.place.first_line(), message)
                .help("begin the list with `- set -e`"),
        );
    }
    for part in data.parts.iter().filter(|part| part.kind.is_script()) {
        let Some(place) = part.payload.place() else { continue };
        let text = place.text().trim_start();
        if is_shell(text) && lines(text).len() > 2 && !stops_at_failures(text) {
            let message = "if one of its commands fails, this script continues";
            report.push(
                rule::IGNORES_FAILURES.at(&place.first_line(), message).help("make `set -e` its second line"),
            );
        }
    }
}
