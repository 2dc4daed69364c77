//! Checks where an escaped value is in a shell script: it is correct only as a word of a command.
//!
//! In a here-document, in a text in quotes or in an arithmetic expression, the shell uses other rules, so that an
//! escaped value could be a command again.

/// What the scanner is in.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Inside {
    /// Words of a command, in `$( )` or `( )`.
    Command,
    /// `' '`.
    Single,
    /// `" "`.
    Double,
    /// `` ` ` ``.
    Backtick,
    /// `$(( ))`, with the number of brackets that are open in it.
    Arithmetic(usize),
    /// `${ }`.
    Parameter,
}

/// Where each `{{` of a template stands that is not where a word may stand, in bytes, and what that is.
pub(super) fn elsewhere(text: &str) -> Vec<(usize, &'static str)> {
    Scanner { text, at: 0, open: Vec::new(), documents: Vec::new(), found: Vec::new() }.run()
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    open: Vec<Inside>,
    /// The ends of here-documents that begin with the next line; whether tabs may stand before each.
    documents: Vec<(&'a str, bool)>,
    found: Vec<(usize, &'static str)>,
}

impl<'a> Scanner<'a> {
    fn run(mut self) -> Vec<(usize, &'static str)> {
        while let Some(next) = self.rest().chars().next() {
            self.step(next);
        }
        self.found
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn take(&mut self, length: usize) {
        self.at += length;
    }

    /// Goes over a template's own braces; whether there were any.
    fn skip_template(&mut self) -> bool {
        let rest = self.rest();
        let Some(close) = [("{{", "}}"), ("{%", "%}")].iter().find(|(open, _)| rest.starts_with(open)) else {
            return false;
        };
        self.take(rest.find(close.1).map_or(rest.len(), |end| end + close.1.len()));
        true
    }

    fn step(&mut self, next: char) {
        let rest = self.rest();
        if rest.starts_with("{{") || rest.starts_with("{%") {
            if let (true, Some(what)) = (rest.starts_with("{{"), self.what()) {
                self.found.push((self.at, what));
            }
            self.skip_template();
            return;
        }
        match self.open.last_mut() {
            None | Some(Inside::Command | Inside::Backtick) => self.command(next),
            Some(Inside::Single) => {
                if next == '\'' {
                    self.open.pop();
                }
                self.take(next.len_utf8());
            }
            Some(Inside::Double) => match next {
                '"' => self.close(1),
                _ => self.expansion(next),
            },
            Some(Inside::Parameter) => match next {
                '}' => self.close(1),
                '\'' => self.enter(Inside::Single, 1),
                '"' => self.enter(Inside::Double, 1),
                _ => self.expansion(next),
            },
            Some(Inside::Arithmetic(depth)) => match next {
                ')' if *depth == 0 => {
                    let length = if rest.starts_with("))") { 2 } else { 1 };
                    self.close(length);
                }
                ')' => {
                    *depth -= 1;
                    self.take(1);
                }
                '(' => {
                    *depth += 1;
                    self.take(1);
                }
                _ => self.expansion(next),
            },
        }
    }

    /// What a value here would stand in, if not among a command's words.
    fn what(&self) -> Option<&'static str> {
        // From outside in: a command in quotes in a command is a command.
        match self.open.last() {
            None | Some(Inside::Command) => None,
            Some(Inside::Single | Inside::Double) => Some("a quoted string"),
            Some(Inside::Backtick) => Some("a command in backticks"),
            Some(Inside::Arithmetic(_)) => Some("an arithmetic expression"),
            Some(Inside::Parameter) => Some("a parameter expansion"),
        }
    }

    fn enter(&mut self, what: Inside, length: usize) {
        self.open.push(what);
        self.take(length);
    }

    fn close(&mut self, length: usize) {
        self.open.pop();
        self.take(length);
    }

    /// What is alike in quotes and outside of them.
    fn expansion(&mut self, next: char) {
        let rest = self.rest();
        match next {
            '\\' => {
                let escaped = rest.chars().nth(1).map_or(0, char::len_utf8);
                self.take(1 + escaped);
            }
            '$' if rest.starts_with("$((") => self.enter(Inside::Arithmetic(0), 3),
            '$' if rest.starts_with("$(") => self.enter(Inside::Command, 2),
            '$' if rest.starts_with("${") => self.enter(Inside::Parameter, 2),
            '`' => self.enter(Inside::Backtick, 1),
            _ => self.take(next.len_utf8()),
        }
    }

    fn command(&mut self, next: char) {
        let rest = self.rest();
        let at_word = self.text.get(..self.at).is_none_or(|before| {
            before.chars().next_back().is_none_or(|c| c.is_whitespace() || ";&|()".contains(c))
        });
        match next {
            '\'' => self.enter(Inside::Single, 1),
            '"' => self.enter(Inside::Double, 1),
            '`' if self.open.last() == Some(&Inside::Backtick) => self.close(1),
            '#' if at_word => self.take(rest.find('\n').unwrap_or(rest.len())),
            '(' if rest.starts_with("((") && at_word => self.enter(Inside::Arithmetic(0), 2),
            '(' => self.enter(Inside::Command, 1),
            ')' if self.open.last() == Some(&Inside::Command) => self.close(1),
            '<' if rest.starts_with("<<<") => self.take(3),
            '<' if rest.starts_with("<<") => self.document(),
            '\n' if !self.documents.is_empty() => {
                self.take(1);
                self.read_documents();
            }
            _ => self.expansion(next),
        }
    }

    /// `<<WORD` or `<<-'WORD'`: the document begins with the next line.
    fn document(&mut self) {
        self.take(2);
        let tabs = self.rest().starts_with('-');
        if tabs {
            self.take(1);
        }
        let rest = self.rest().trim_start_matches([' ', '\t', '\'', '"', '\\']);
        let end = rest.find(|c: char| !(c.is_alphanumeric() || "_-.".contains(c))).unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or("");
        self.at = self.text.len() - rest.len() + end;
        if self.rest().starts_with(['\'', '"']) {
            self.take(1);
        }
        if !word.is_empty() {
            self.documents.push((word, tabs));
        }
    }

    fn read_documents(&mut self) {
        for (end, tabs) in std::mem::take(&mut self.documents) {
            loop {
                let line = self.rest().split('\n').next().unwrap_or("");
                let found: Vec<_> = line.match_indices("{{").map(|(at, _)| self.at + at).collect();
                let is_last = self.rest().len() == line.len();
                self.take(line.len() + usize::from(!is_last));
                let bare = if tabs { line.trim_start_matches('\t') } else { line };
                if is_last || bare == end {
                    break;
                }
                self.found.extend(found.into_iter().map(|at| (at, "a here-document")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_a_command_is_one_wherever_the_command_stands() {
        for good in [
            "a={{ x }}\n",
            "echo \"it's\" {{ x }}\n",
            "echo \"$(cat {{ x }})\"\n",
            "# don't\necho {{ x }}\n",
            "cat <<END\nnothing\nEND\necho {{ x }}\n",
            "cat <<-'END' | grep {{ x }}\n\tnothing\n\tEND\necho {{ x }}\n",
            "n=$((1 + (2)))\necho {{ x }}\n",
            "((n > 1)) && echo {{ x }}\n",
            "a=(one {{ x }})\n",
            "read -r a <<< {{ x }}\n",
            "{% if x %}\necho {{ x }}\n{% endif %}\n",
            "case $a in\n\tb) echo {{ x }} ;;\nesac\n",
        ] {
            assert_eq!(elsewhere(good), [], "{good}");
        }
    }

    #[test]
    fn elsewhere_an_escaped_value_may_be_a_command() {
        for (bad, what) in [
            ("cat <<END\nhello {{ x }}\nEND\n", "a here-document"),
            ("cat <<'END'\n{{ x }}\nEND\n", "a here-document"),
            ("cat <<A <<-B\none\nA\n\ttwo {{ x }}\n\tB\n", "a here-document"),
            ("echo \"one\n {{ x }} two\"\n", "a quoted string"),
            ("echo 'one\n {{ x }} two'\n", "a quoted string"),
            ("n=$(( {{ x }} + 1 ))\n", "an arithmetic expression"),
            ("(( n = {{ x }} ))\n", "an arithmetic expression"),
            ("a=`echo {{ x }} `\n", "a command in backticks"),
            ("a=${b:- {{ x }} }\n", "a parameter expansion"),
        ] {
            let found = elsewhere(bad);
            assert_eq!(found.iter().map(|(_, what)| *what).collect::<Vec<_>>(), [what], "{bad}");
            assert!(
                found.iter().all(|(at, _)| bad.get(*at..).is_some_and(|rest| rest.starts_with("{{ x"))),
                "{bad}"
            );
        }
    }
}
