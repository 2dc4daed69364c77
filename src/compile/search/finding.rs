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
    /// Its letters and digits, to know it again in another spelling.
    pub(super) bare: String,
    pub(super) remedy: Remedy,
}

impl Finding {
    /// What to do about it.
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

/// What is found in a text that is not taken apart.
pub(super) fn of_text(address: &Address, text: &str, place: &Place, remedy: &Remedy) -> Vec<Finding> {
    all(in_text(text), address, text, place, remedy)
}

fn all(clues: Vec<Clue>, address: &Address, text: &str, place: &Place, remedy: &Remedy) -> Vec<Finding> {
    clues.into_iter().map(|clue| of_clue(clue, address, text, place, remedy)).collect()
}

/// What a clue in a text finds.
pub(super) fn of_clue(clue: Clue, address: &Address, text: &str, place: &Place, remedy: &Remedy) -> Finding {
    Finding {
        address: address.clone(),
        place: place.part(text, clue.span.clone()),
        bare: bare(text.get(clue.span.clone()).unwrap_or("")),
        remedy: remedy.clone(),
        clue,
    }
}

/// A file on the server by whose path its content may be a secret; [`super::Search`] decides.
pub(super) fn file_of_a_secret(path: &str, place: &Place) -> Finding {
    Finding {
        address: Address::new(path),
        place: place.clone(),
        clue: Clue::file_of_a_secret(path, 0..place.text().len()),
        bare: String::new(),
        remedy: Remedy::Copy { path: path.to_owned() },
    }
}

/// Letters and digits alone: what no escape changes.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}
