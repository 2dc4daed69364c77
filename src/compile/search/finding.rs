//! A possible secret: its address, its evidence, and what to do about it.

use super::address::Address;
use super::remedy::Remedy;
use crate::evidence::{Clue, ClueKind, in_text, in_value};
use crate::text::source::Place;

/// Something that may be a secret.
#[derive(Clone)]
pub(crate) struct Finding {
    /// Where it is, as `in_clear` names it.
    pub(super) address: Address,
    pub(super) place: Place,
    pub(super) clue: Clue,
    /// The letters and digits of the text, to recognize it in another spelling.
    pub(super) bare: String,
    pub(super) remedy: Remedy,
}

impl Finding {
    /// Whether `in_clear` can allow it.
    pub(super) fn can_be_allowed(&self) -> bool {
        !self.clue.is_private_key() && self.remedy != Remedy::Comment
    }

    /// The advice.
    pub(super) fn help(&self) -> String {
        let address = self.address.to_string();
        match self.clue.kind {
            ClueKind::Reference => self.remedy.for_reference(self.place.text(), &address, &self.place),
            _ => self.remedy.text(&self.clue, &address, &self.place),
        }
    }
}

/// What is found in a value with a name.
pub(super) fn of_value(
    address: &Address,
    name: &str,
    value: &str,
    place: &Place,
    remedy: &Remedy,
) -> Vec<Finding> {
    all(in_value(name, value), address, value, place, remedy)
}

/// What is found in a text that is not divided into values.
pub(super) fn of_text(address: &Address, text: &str, place: &Place, remedy: &Remedy) -> Vec<Finding> {
    all(in_text(text), address, text, place, remedy)
}

fn all(clues: Vec<Clue>, address: &Address, text: &str, place: &Place, remedy: &Remedy) -> Vec<Finding> {
    clues.into_iter().map(|clue| of_clue(clue, address, text, place, remedy)).collect()
}

/// The finding for a clue in a text.
pub(super) fn of_clue(clue: Clue, address: &Address, text: &str, place: &Place, remedy: &Remedy) -> Finding {
    Finding {
        address: address.clone(),
        place: place.part(text, clue.span.clone()),
        bare: bare(text.get(clue.span.clone()).unwrap_or("")),
        remedy: remedy.clone(),
        clue,
    }
}

/// The finding that the content of a file may be a secret because of its path. [`super::Search`] decides whether it is.
pub(super) fn file_of_a_secret(path: &str, place: &Place) -> Finding {
    Finding {
        address: Address::new(path),
        place: place.clone(),
        clue: Clue::file_of_a_secret(path, 0..place.text().len()),
        bare: String::new(),
        remedy: Remedy::Copy { path: path.to_owned() },
    }
}

/// The letters and digits of a text, which no escaping changes.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}
