//! The little of a form that an agency may be told which is only informed of the case. It must not decide who is told: that is the
//! table of the instrument.

/// What can be taken out of a form; all of it empty where a form has none of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// File reference of the authority that opened the case.
    pub reference: String,
    /// Categories of the offences, as the form codes them, each once.
    pub offences: Vec<String>,
    /// Names under which persons are sought, a line each.
    pub persons: Vec<String>,
}
