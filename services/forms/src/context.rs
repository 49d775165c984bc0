//! What a form is judged by, beside its own bytes: the edition, who the parties are, and the day.
//!
//! All of it is data, so that two nodes with the same data say the same. It must not find any of it out.

use jiff::civil::Date;
use rogatory_domain::Country;

/// By what a form is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormContext {
    /// Edition of the instrument that the case is opened under.
    pub edition: u16,
    /// State of the authority that has to act; `None` where nobody knows it yet.
    pub executing_state: Option<Country>,
    /// State of the agency that opens the case; `None` where nobody knows it, or where it belongs to no single State.
    pub opener_state: Option<Country>,
    /// The day of submission by the sender's node time, in UTC.
    pub today: Date,
}

impl FormContext {
    /// Of a form whose parties are not known.
    #[must_use]
    pub const fn without_parties(edition: u16, today: Date) -> Self {
        Self { edition, executing_state: None, opener_state: None, today }
    }
}
