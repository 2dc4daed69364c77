//! One piece of evidence: where the secret is, what suggests it, and whether that is enough to refuse the text.

use std::borrow::Cow;
use std::ops::Range;

use crate::base::secret;

/// What suggests that a text is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClueKind {
    /// It has a shape that only secrets have.
    Shape,
    /// The name of the value suggests it.
    Name,
    /// Its place suggests it: in a URL, a header or an argument.
    Place,
    /// It looks random.
    Random,
    /// It looks random, but is probably public, such as a digest, a commit, an identifier or a public key. No warning
    /// is given.
    Digest,
    /// It is a reference to a secret, in a place where nothing replaces it by the secret.
    Reference,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clue {
    /// The byte range of the secret in the text that was examined.
    pub span: Range<usize>,
    /// What suggests the secret.
    pub kind: ClueKind,
    /// Whether this is enough to refuse the text. If not, the text is only hidden, or a warning is given.
    pub is_sure: bool,
    /// The name of the value, if it suggests the secret; `None` otherwise.
    pub name: Option<String>,
    /// What to call the secret if its name does not say it, with the article.
    pub(super) noun: Cow<'static, str>,
}

impl Clue {
    /// A description with the article, such as ``a value for `DB_PASSWORD` ``; it never contains the secret.
    #[must_use]
    pub(crate) fn what(&self) -> String {
        match (&self.name, self.kind) {
            (Some(name), ClueKind::Name) => format!("a value for `{name}`"),
            (Some(name), _) => format!("{} for `{name}`", self.noun),
            (None, _) => self.noun.to_string(),
        }
    }

    /// Whether it is a private key, which nothing else can be mistaken for.
    #[must_use]
    pub(crate) fn is_private_key(&self) -> bool {
        self.noun == secret::PRIVATE_KEY
    }

    /// Whether it is a JSON Web Token, which can be meant for web pages.
    pub(super) fn is_web_token(&self) -> bool {
        self.noun == secret::WEB_TOKEN
    }

    /// Whether the secret surely ends where its span does.
    pub(super) fn has_end(&self) -> bool {
        !matches!(self.kind, ClueKind::Name | ClueKind::Place) || [IN_URL, IN_QUERY].contains(&&*self.noun)
    }

    /// Whether the only evidence is that it looks random.
    pub(super) fn is_random(&self) -> bool {
        matches!(self.kind, ClueKind::Random | ClueKind::Digest)
    }

    /// The same clue at another place.
    #[must_use]
    pub(crate) fn at(&self, span: Range<usize>) -> Self {
        Self { span, ..self.clone() }
    }

    /// The content of a file whose path on the server is that of a secret.
    #[must_use]
    pub(crate) fn file_of_a_secret(path: &str, span: Range<usize>) -> Self {
        Self::sure(span, ClueKind::Place, format!("the content of {path}, a file for a secret"))
    }

    /// A clue that is enough to refuse the text.
    pub(super) fn sure(span: Range<usize>, kind: ClueKind, noun: impl Into<Cow<'static, str>>) -> Self {
        Self { span, kind, is_sure: true, name: None, noun: noun.into() }
    }

    /// The same clue, `by` bytes later in the text.
    pub(super) fn moved(self, by: usize) -> Self {
        Self { span: self.span.start + by..self.span.end + by, ..self }
    }
}

/// What secrets in URLs are called.
pub(super) const IN_URL: &str = "a password in a URL";
pub(super) const IN_QUERY: &str = "a secret in the query of a URL";

/// Sorts the clues; of two that overlap, only the better one stays, with the span of both if both are sure.
pub(super) fn apart(mut clues: Vec<Clue>) -> Vec<Clue> {
    clues.sort_by_key(|clue| clue.span.start);
    let mut kept: Vec<Clue> = Vec::new();
    for clue in clues {
        match kept.last_mut().filter(|last| clue.span.start < last.span.end) {
            None => kept.push(clue),
            Some(last) => {
                let is_better = (!clue.is_sure, clue.kind) < (!last.is_sure, last.kind);
                let both = last.span.start..last.span.end.max(clue.span.end);
                let are_sure = last.is_sure && clue.is_sure;
                let better = if is_better { clue } else { last.clone() };
                *last = if are_sure { better.at(both) } else { better };
            }
        }
    }
    kept
}
