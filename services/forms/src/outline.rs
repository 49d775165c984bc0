//! What the machine of a case has to know of a form, and nothing else of it.

/// The outline of a form; that of bytes that are no form is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outline {
    /// What it asks for, as codes of the instrument's traits.
    pub traits: Vec<&'static str>,
    /// How many offences or measures it lists, where events name one by its number; 0 where nothing is numbered.
    pub items: usize,
}
