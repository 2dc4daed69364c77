use jiff::civil;

use crate::base::problem::Problem;

/// A day of the Gregorian calendar, written as `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(civil::Date);

impl Date {
    /// Parses a day in the form `YYYY-MM-DD`.
    ///
    /// # Errors
    /// The text has another form, or the calendar has no such day.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        match text.parse::<civil::Date>() {
            Ok(date) if date.to_string() == text => Ok(Self(date)),
            _ => Err(Problem::new("this is not a date", "write a date as YYYY-MM-DD, such as 2027-02-01")),
        }
    }

    /// The number of days from `other` to this day; negative if this day is earlier.
    #[must_use]
    pub(crate) fn since(self, other: Self) -> i32 {
        (self.0 - other.0).get_days()
    }
}

impl From<civil::Date> for Date {
    fn from(date: civil::Date) -> Self {
        Self(date)
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
