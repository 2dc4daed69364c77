//! Reads shell code line by line. It is not a parser, and recognises only simple cases.

/// A command of a line: the text between `;`, `&&`, `||`, `|` and `&`.
pub(super) struct Simple<'a> {
    /// Its words, without `sudo`, assignments and the like at the beginning.
    pub(super) words: Vec<&'a str>,
    /// Whether it reads the output of the command before it.
    pub(super) piped: bool,
    /// Its text, including what was left out of the words.
    pub(super) text: &'a str,
}

/// The lines of a script without comments and empty lines. Lines that end in `\` are joined with the next one.
pub(super) fn lines(script: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for line in script.split_inclusive('\n') {
        at += line.len();
        if line.trim_end().ends_with('\\') {
            continue;
        }
        lines.push(script.get(start..at).unwrap_or("").trim());
        start = at;
    }
    lines.push(script.get(start..).unwrap_or("").trim());
    lines.retain(|line| !line.is_empty() && !line.starts_with('#'));
    lines
}

/// The most bytes of a line that are examined.
const LONGEST: usize = 10_000;

/// The commands of a line. A separator inside quotes does not count; quotes that are not closed extend to the end of
/// the line.
pub(super) fn commands(line: &str) -> Vec<Simple<'_>> {
    let end = (0..=LONGEST.min(line.len())).rev().find(|end| line.is_char_boundary(*end)).unwrap_or(0);
    let line = line.get(..end).unwrap_or("");
    let mut found = Vec::new();
    let (mut start, mut quote, mut piped, mut escaped) = (0, None, false, false);
    let mut push = |range: std::ops::Range<usize>, piped| {
        let text = line.get(range).unwrap_or("").trim();
        if !text.is_empty() {
            found.push(Simple { words: words(text), piped, text });
        }
    };
    for (at, c) in line.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (None | Some('"'), '\\') => escaped = true,
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None, ';' | '|' | '&') => {
                // `>&` and `&>` redirect output and do not separate commands.
                let around = |at: usize| line.as_bytes().get(at).copied();
                if c == '&'
                    && (at.checked_sub(1).and_then(around) == Some(b'>') || around(at + 1) == Some(b'>'))
                {
                    continue;
                }
                push(start..at, piped);
                let double = around(at + 1) == Some(b'|') || at.checked_sub(1).and_then(around) == Some(b'|');
                piped = c == '|' && !double;
                start = at + 1;
            }
            _ => {}
        }
    }
    push(start..line.len(), piped);
    found
}

fn words(text: &str) -> Vec<&str> {
    let mut words = text.split_whitespace().peekable();
    let mut sudo = false;
    while let Some(word) = words.peek() {
        let assignment = word.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        });
        let leads =
            ["sudo", "env", "exec", "then", "else", "do", "if", "!", "{", "(", "time", "nice"].contains(word);
        let option = sudo && word.starts_with('-');
        if !(assignment || leads || option) {
            break;
        }
        sudo = sudo || matches!(*word, "sudo" | "env");
        words.next();
    }
    words.collect()
}

/// Whether a line runs what it downloads.
pub(super) fn runs_download(line: &str) -> bool {
    let fetches = |text: &str| {
        let mut words = text.split(|c: char| c.is_whitespace() || "\"'`$()<".contains(c));
        words.any(|word| matches!(word.rsplit('/').next(), Some("curl" | "wget")))
    };
    let shell = |word: &str| {
        matches!(
            word.rsplit('/').next().unwrap_or(""),
            "sh" | "bash" | "zsh" | "dash" | "ash" | "ksh" | "python" | "python3" | "perl" | "ruby" | "node"
        )
    };
    let mut fetched = false;
    for command in commands(line) {
        let first = command.words.first().copied().unwrap_or("");
        // With an option such as -c or -m, the program is given otherwise, and the download is its data.
        let own = command
            .words
            .iter()
            .skip(1)
            .any(|word| matches!(*word, "-c" | "-m" | "-e" | "-n" | "-ne" | "-pe"));
        if command.piped && fetched && shell(first) && !own {
            return true;
        }
        let substituted = ["<(curl", "<(wget", "$(curl", "$(wget", "`curl", "`wget", "<( curl", "$( curl"];
        if (shell(first) || matches!(first, "." | "source" | "eval"))
            && substituted.iter().any(|text| command.text.contains(text))
        {
            return true;
        }
        fetched = fetches(command.text) || (command.piped && fetched);
    }
    false
}

/// Whether a shell script stops at the first failure, or handles failures with `trap … ERR`.
pub(super) fn stops_at_failures(script: &str) -> bool {
    let shebang = script.lines().next().filter(|line| line.starts_with("#!")).unwrap_or("");
    let is_flag = |word: &str| {
        word.starts_with('-') && !word.starts_with("--") && word.contains('e') || word == "errexit"
    };
    shebang.split_whitespace().skip(1).any(is_flag)
        || lines(script).iter().any(|line| {
            let mut words = line.split_whitespace();
            match words.next() {
                Some("set") => words.any(is_flag),
                Some("trap") => words.any(|word| word == "ERR"),
                _ => false,
            }
        })
}

/// Whether the first line of a script names a shell.
pub(super) fn is_shell(script: &str) -> bool {
    let line = script.lines().next().unwrap_or("").trim_start_matches("#!");
    let name = |word: &str| word.rsplit('/').next().unwrap_or("").to_owned();
    line.split_whitespace()
        .take(2)
        .any(|word| ["sh", "bash", "dash", "ash", "ksh", "zsh"].contains(&name(word).as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn downloads_that_run_at_once() {
        for line in [
            "curl -fsSL https://get.docker.com | sh",
            "curl https://x | sudo -E bash -",
            "wget -qO- https://x | tee install.sh | bash -s -- --yes",
            "bash <(curl -s https://x)",
            "sh -c \"$(curl -fsSL https://x)\"",
            "eval \"$(curl https://x)\"",
            "curl -sfL https://get.k3s.io | INSTALL_K3S_EXEC=server sh -s -",
        ] {
            assert!(runs_download(line), "{line}");
        }
        for line in [
            "curl -fsSL https://x/key | gpg --dearmor -o /etc/apt/keyrings/x.gpg",
            "curl https://x -o install.sh && sh install.sh",
            "curl https://x | sudo tee /etc/apt/sources.list.d/x.list",
            "curl https://x | python3 -c 'import json'",
            "echo 'curl https://x | sh'",
            "curl https://x || sh fallback.sh",
            "sh -c \"ip=$(hostname)\"",
        ] {
            assert!(!runs_download(line), "{line}");
        }
    }

    #[test]
    fn a_long_line_that_is_cut_within_a_letter_is_read_to_there() {
        for letters in LONGEST - 30..=LONGEST {
            let line = format!("curl https://x | sh; {}é", "x".repeat(letters - 22));
            assert!(runs_download(&line), "{letters}");
        }
    }

    #[test]
    fn scripts_that_stop() {
        for script in [
            "#!/bin/sh -e\na",
            "#!/bin/bash\nset -euo pipefail\n",
            "#!/bin/sh\n# x\nset -o errexit\n",
            "#!/bin/bash\ntrap 'x' ERR\n",
        ] {
            assert!(stops_at_failures(script), "{script}");
        }
        for script in ["#!/bin/sh\na\nb\n", "#!/usr/bin/env bash\nset -x\n", "#!/bin/sh\necho set -e\n"] {
            assert!(!stops_at_failures(script), "{script}");
        }
    }
}
