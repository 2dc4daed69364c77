//! Collects the secrets of a document, so that they are recognized where nothing else suggests a secret: behind an
//! alias, or as a word of a command.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Part, Tree, TreeNode, UserData, Value, WrittenFile};
use crate::evidence::{Clue, in_text, in_value, is_for_the_value};

impl UserData {
    /// All that its shape, name or place surely tells; each text is looked at once.
    #[must_use]
    pub(crate) fn secrets(&self) -> BTreeSet<String> {
        let mut all = All::default();
        // They are kept until the end, because trees are known again by their addresses.
        let configs: Vec<Tree> = self.parts.iter().flat_map(Part::configs).collect();
        for config in &configs {
            all.below("", config);
            all.passwords(config);
        }
        for part in self.parts.iter().filter(|part| part.config.is_none()) {
            all.text(part.payload.bytes());
        }
        // Aliases share what they name.
        let encoded = self.config.files.iter().filter(|file| file.encoding.is_some());
        let contents: BTreeSet<&[u8]> = encoded.filter_map(WrittenFile::bytes).collect();
        contents.into_iter().for_each(|bytes| all.text(bytes));
        let commands = self.config.bootcmd.iter().chain(&self.config.runcmd);
        for words in commands.filter_map(|one| one.words.list()) {
            all.text(words.join(" ").as_bytes());
        }
        all.texts
    }
}

/// Longest text that is looked at by each of its names.
const SHORT: usize = 1000;

#[derive(Default)]
struct All {
    texts: BTreeSet<String>,
    seen: BTreeSet<*const TreeNode>,
}

impl All {
    fn text(&mut self, bytes: &[u8]) {
        if let Ok(text) = std::str::from_utf8(bytes) {
            self.of(text, in_text(text));
        }
    }

    fn of(&mut self, text: &str, clues: Vec<Clue>) {
        let sure = clues.into_iter().filter(|clue| clue.is_sure);
        self.texts.extend(sure.filter_map(|clue| text.get(clue.span).map(str::to_owned)));
    }

    /// Every value by its name; what aliases share is looked at by each of its names.
    fn below(&mut self, name: &str, node: &Tree) {
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| self.below(name, item)),
            Value::Map(_) if !self.seen.insert(Arc::as_ptr(node)) => {}
            Value::Map(map) => {
                for (_, key, value) in map.texts() {
                    self.below(if is_for_the_value(key) { name } else { key }, value);
                }
            }
            value => {
                let text = value.python();
                // A long text that many aliases name is looked at by the first of their names.
                if self.seen.insert(Arc::as_ptr(node)) || text.len() <= SHORT {
                    self.of(&text, in_value(name, &text));
                }
            }
        }
    }

    /// `USER:PASSWORD`, in a list or one a line.
    fn passwords(&mut self, config: &Tree) {
        let Some(list) = config.get("chpasswd").and_then(|chpasswd| chpasswd.get("list")) else { return };
        let items = list.list().unwrap_or_default().iter().filter_map(|item| item.value.text());
        let lines = list.value.text().into_iter().flat_map(str::lines).chain(items);
        let passwords = lines.filter_map(|line| Some(line.split_once(':')?.1.trim()));
        self.texts
            .extend(passwords.filter(|password| !matches!(*password, "R" | "RANDOM")).map(str::to_owned));
    }
}
