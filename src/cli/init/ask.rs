//! Asks questions in the terminal.

use std::io::IsTerminal;

use cliclack::{StringCursor, Theme, ThemeState};

use crate::cli::platform::Quiet;
use crate::cli::terminal;
use crate::compile::starter::shown;

/// A question.
#[derive(Clone, Debug)]
pub(super) struct Question {
    /// The question, in a few words.
    pub(super) title: String,
    /// One line of help; may be empty.
    pub(super) help: String,
    /// The answer if nothing is typed; empty if there is none.
    pub(super) usual: String,
    /// Whether the answer must be a reference to a secret, so that anything else is not shown.
    pub(super) is_reference: bool,
}

impl Question {
    pub(super) fn new(title: impl Into<String>, help: impl Into<String>) -> Self {
        Self { title: title.into(), help: help.into(), usual: String::new(), is_reference: false }
    }

    pub(super) fn usually(self, usual: impl Into<String>) -> Self {
        Self { usual: usual.into(), ..self }
    }

    /// The title and the help, which the theme sets apart.
    fn prompt(&self) -> String {
        if self.help.is_empty() { self.title.clone() } else { format!("{}\n{}", self.title, self.help) }
    }
}

/// Why an answer is not accepted.
#[derive(Debug)]
pub(super) struct Complaint {
    /// The reason and the advice.
    pub(super) text: String,
    /// Whether the answer may be a secret, so that it is not kept to be corrected.
    pub(super) is_secret: bool,
}

/// An item of a list to choose from.
pub(super) struct Item<T> {
    pub(super) value: T,
    pub(super) label: String,
    /// A remark that is shown while the item is marked; may be empty.
    pub(super) hint: String,
}

/// The most rows of a list that are shown at once.
const ROWS: usize = 9;

/// The terminal, as long as questions are asked.
#[derive(Debug)]
pub(super) struct Asker {
    _quiet: Quiet,
}

impl Asker {
    /// Whether somebody can be asked.
    pub(super) fn is_possible() -> bool {
        std::io::stdin().is_terminal() && terminal::is_heard()
    }

    /// Prepares the terminal: it repeats nothing by itself, and Ctrl-C is a key like others. Without this, the terminal
    /// would show what is pasted between two keys that are read, even if it is a secret.
    pub(super) fn start() -> std::io::Result<Self> {
        let quiet = Quiet::start()?;
        console::set_colors_enabled(terminal::colours_stderr());
        cliclack::intro("A new site: firstlight.yaml and user-data")?;
        Ok(Self { _quiet: quiet })
    }

    /// Asks for a text until `complain` has nothing against it.
    pub(super) fn text<F>(&self, question: &Question, complain: F) -> std::io::Result<String>
    where
        F: Fn(&str) -> Option<Complaint> + Clone + 'static,
    {
        loop {
            cliclack::set_theme(Discreet { is_reference: question.is_reference });
            let (usual, check) = (question.usual.clone(), complain.clone());
            let full = move |text: &str| match text.trim() {
                "" => usual.clone(),
                text => text.to_owned(),
            };
            let complete = full.clone();
            // What may be a secret is accepted here, so that it leaves the screen, and refused below.
            let validate = move |text: &String| match check(&complete(text)).filter(|one| !one.is_secret) {
                Some(complaint) => Err(complaint.text),
                None => Ok(()),
            };
            let mut input = cliclack::input(question.prompt()).required(false).validate(validate);
            if !question.usual.is_empty() {
                input = input.default_input(&question.usual);
            }
            let text = full(&input.interact::<String>()?);
            match complain(&text) {
                None => return Ok(text),
                Some(complaint) => Self::complain(&complaint.text)?,
            }
        }
    }

    /// Asks for one item of a list. With `can_search`, typing leaves only the items that match.
    pub(super) fn choice<T: Clone + Eq>(
        &self,
        question: &Question,
        items: &[Item<T>],
        first: Option<T>,
        can_search: bool,
    ) -> std::io::Result<T> {
        cliclack::set_theme(Discreet { is_reference: false });
        let mut select = cliclack::select(question.prompt()).max_rows(ROWS);
        for item in items {
            select = select.item(item.value.clone(), &item.label, &item.hint);
        }
        if let Some(first) = first {
            select = select.initial_value(first);
        }
        if can_search {
            select = select.filter_mode();
        }
        select.interact()
    }

    /// Asks for yes or no.
    pub(super) fn confirm(&self, question: &Question, usual: bool) -> std::io::Result<bool> {
        cliclack::set_theme(Discreet { is_reference: false });
        cliclack::confirm(question.prompt()).initial_value(usual).interact()
    }

    /// Closes the list of questions.
    pub(super) fn end(self) -> std::io::Result<()> {
        cliclack::outro("That is all.")
    }

    /// Says why an answer is not accepted, below the question.
    fn complain(text: &str) -> std::io::Result<()> {
        cliclack::log::error(cliclack::termwrap(text, 3))
    }
}

/// The look of cliclack, but what may be a secret is not shown.
struct Discreet {
    is_reference: bool,
}

/// The look of cliclack.
struct Usual;
impl Theme for Usual {}

impl Theme for Discreet {
    fn format_header(&self, state: &ThemeState, prompt: &str) -> String {
        let (title, help) = prompt.split_once('\n').unwrap_or((prompt, ""));
        match state {
            ThemeState::Active | ThemeState::Error(_) if !help.is_empty() => {
                let help = cliclack::termwrap(help, 3);
                let help: Vec<_> = help.lines().map(dim).collect();
                Usual.format_header(state, &format!("{title}\n{}", help.join("\n")))
            }
            _ => Usual.format_header(state, title),
        }
    }

    fn format_input(&self, state: &ThemeState, cursor: &StringCursor) -> String {
        let text = cursor.to_string();
        let safe = shown(&text, self.is_reference);
        if safe == text {
            return Usual.format_input(state, cursor);
        }
        let mut hidden = StringCursor::default();
        hidden.extend(&safe);
        (0..cursor.split().0.chars().count()).for_each(|_| hidden.move_right());
        Usual.format_input(state, &hidden)
    }

    fn format_footer_with_message(&self, state: &ThemeState, message: &str) -> String {
        let text = match state {
            ThemeState::Cancel => "Nothing was written.",
            ThemeState::Error(text) => text,
            _ => return Usual.format_footer_with_message(state, message),
        };
        let text = cliclack::termwrap(text, 3);
        let (above, last) = text.rsplit_once('\n').unwrap_or(("", &text));
        // A header without its first line is the bar alone.
        let above: String = Usual
            .format_header(state, &format!("\n{above}"))
            .split_inclusive('\n')
            .skip(1)
            .take(if above.is_empty() { 0 } else { usize::MAX })
            .collect();
        above + &Usual.format_footer_with_message(&ThemeState::Error(last.to_owned()), "")
    }
}

fn dim(line: &str) -> String {
    console::style(line).dim().to_string()
}
