//! The text of `firstlight.yaml`, each key with a line about what it is.

use std::fmt::Write;

use super::{Answer, Answers};
use crate::compile::config::TopKey;
use crate::compile::profile::{Profile, is_folder};
use crate::compile::schema;
use crate::escape::yaml_scalar::token as yaml;

/// The greatest length of a line of a comment, in characters.
const WIDTH: usize = 100;

/// The keys at the top, in the order in which they are written.
const ORDER: [TopKey; 7] = [
    TopKey::Domain,
    TopKey::Provider,
    TopKey::Profile,
    TopKey::Token,
    TopKey::Expires,
    TopKey::Repo,
    TopKey::Branch,
];

impl Answers {
    /// The configuration with these answers. `host` is the profile that all share.
    #[must_use]
    pub fn text(&self, host: &Profile, profile: &Profile) -> String {
        let mut out = format!("# yaml-language-server: $schema={}\n", schema::CONFIGURATION);
        out.push_str(HEAD);
        for key in ORDER {
            if let Some(value) = self.top.get(&key) {
                comment(&mut out, "", key.help());
                // Writing to a String cannot fail.
                let _ = writeln!(out, "{}: {}\n", key.name(), scalar(value));
            }
        }
        let command = format!("firstlight profiles {}", profile.name);
        comment(&mut out, "", &format!("What the profile needs to know; `{command}` lists every setting"));
        out.push_str(if self.settings.is_empty() { "settings: {}\n" } else { "settings:\n" });
        let settings = || profile.settings.iter().chain(&host.settings);
        for (key, answer) in &self.settings {
            if let Some(setting) = settings().find(|setting| setting.key.value == *key) {
                comment(&mut out, "  ", &setting.help);
            }
            let _ = match answer {
                Answer::One(text) => writeln!(out, "  {}: {}", scalar(key), scalar(text)),
                Answer::List(items) => {
                    let items: Vec<_> = items.iter().map(|item| scalar(item)).collect();
                    writeln!(out, "  {}: [{}]", scalar(key), items.join(", "))
                }
                Answer::Map(entries) => {
                    let entry =
                        |(name, text): &(String, String)| format!("    {}: {}\n", scalar(name), scalar(text));
                    write!(out, "  {}:\n{}", scalar(key), entries.iter().map(entry).collect::<String>())
                }
            };
        }
        let more = profile.settings.iter().map(|setting| setting.key.value.as_str());
        let more: Vec<_> = more.filter(|key| !self.has(key)).collect();
        if !more.is_empty() && !is_folder(&profile.name) {
            let indent = if self.settings.is_empty() { "" } else { "  " };
            comment(&mut out, indent, &format!("Further settings, which have defaults: {}", more.join(", ")));
        }
        out
    }
}

const HEAD: &str = "\
# The configuration from which firstlight makes user-data. After a change, run: firstlight check --update
# Secrets do not belong here, only references that say where they are.

";

/// A plain number stays a number, and everything else is a text to every reader.
fn scalar(text: &str) -> String {
    let is_number = text.len() < 6 && !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    if is_number && !text.is_empty() || matches!(text, "true" | "false") {
        text.to_owned()
    } else {
        yaml(text)
    }
}

/// Adds a comment, in lines of at most [`WIDTH`] characters.
fn comment(out: &mut String, indent: &str, text: &str) {
    let mut line = format!("{indent}#");
    for word in text.split_whitespace() {
        if line.chars().count() + word.chars().count() >= WIDTH {
            out.push_str(&line);
            out.push('\n');
            line = format!("{indent}#");
        }
        line.push(' ');
        line.push_str(word);
    }
    out.push_str(&line);
    out.push('\n');
}

/// The key at a byte offset of a text that [`Answers::text`] made: one at the top, or a setting; `None` if it is before
/// the first key.
#[must_use]
pub fn key_at(text: &str, offset: usize) -> Option<&str> {
    let end = text.get(offset..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| offset + at);
    let lines = text.get(..end)?.lines().rev();
    // What is deeper belongs to the setting above it.
    let mut keys = lines.filter(|line| !line.starts_with("   "));
    let line = keys.find(|line| !line.trim_start().starts_with('#') && line.contains(':'))?;
    line.trim_start().split(':').next().map(|key| key.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::embedded::{Embedded, default_profile};
    use crate::compile::profile::ReadProfile;
    use crate::finding::Report;

    fn profile(name: &str) -> Profile {
        let tree = Embedded.read_profile(name, None).expect("a profile");
        Profile::read(name, &tree, &mut Report::default()).expect("a good one")
    }

    #[test]
    fn each_key_has_a_comment_and_the_text_is_a_configuration() {
        let (host, infrakt) = (profile("_host"), profile(default_profile()));
        let mut answers = Answers::default().with(TopKey::Domain, "a.example.com");
        answers.top.insert(TopKey::Token, "file:///etc/firstlight/ghcr-token".to_owned());
        answers.add("acme", "staging", &[]);
        answers.add("www", "true", &[]);
        let offered: Vec<_> = host.settings.iter().collect();
        answers.add("extra_domains", "b.example.com,c.example.com", &offered);
        let text = answers.text(&host, &infrakt);
        assert!(crate::render(&text).is_ok(), "{text}");
        let lines: Vec<_> = text.lines().collect();
        for (at, line) in
            lines.iter().enumerate().filter(|(_, line)| line.contains(": ") && !line.contains('#'))
        {
            assert!(lines[at - 1].trim_start().starts_with('#'), "{line} has no comment:\n{text}");
        }
        assert!(lines.iter().all(|line| line.len() <= WIDTH + 10), "{text}");
        assert!(text.contains("\n  extra_domains: [b.example.com, c.example.com]\n"), "{text}");
        for (word, key) in
            [("a.example.com", "domain"), (": staging", "acme"), ("c.example.com", "extra_domains")]
        {
            let at = text.find(word).expect(word);
            assert_eq!(key_at(&text, at), Some(key));
        }
        assert_eq!(key_at(&text, 0), None);
    }

    #[test]
    fn odd_values_stay_values() {
        let (host, infrakt) = (profile("_host"), profile(default_profile()));
        for odd in ["a: b", "# a", "\n", "'", "\"", "{", "1e3", "0x10", "no", "~", "", "- a", "\u{1b}[2J"] {
            let mut answers = Answers::default().with(TopKey::Domain, odd);
            answers
                .settings
                .push(("environment".to_owned(), Answer::Map(vec![(odd.to_owned(), odd.to_owned())])));
            let source = crate::text::source::Source::file("firstlight.yaml", &answers.text(&host, &infrakt));
            let mut report = Report::default();
            let read = crate::yaml::parse(&source, &mut report).expect("YAML");
            assert_eq!(read.get("domain").and_then(|node| node.text("").ok()), Some(odd));
            let map = read.get("settings").and_then(|node| node.get("environment")).expect("a map");
            assert_eq!(map.entries().first().map(|(key, _)| key.value.as_str()), Some(odd));
        }
    }
}
