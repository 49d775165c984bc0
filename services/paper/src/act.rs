//! An event that has an official form of its own, such as the confirmation of receipt. It must not know an event.

use jiff::civil::Date;

/// What an event tells.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// Its code.
    pub event: &'a str,
    /// Its parameters by their codes.
    pub values: &'a [(String, ActValue)],
    /// What its sender wrote; empty where nothing was.
    pub text: &'a str,
    /// The authority that sent it, as people know it.
    pub sender: &'a str,
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActValue {
    /// A day.
    Day(Date),
    /// A yes or a no.
    Flag(bool),
    /// A number, a code, an id.
    Text(String),
}
