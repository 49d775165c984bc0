//! Warnings: what is lawful in a form and often a mistake, or for the other side to decide.
//!
//! Owns the list and its bound. It must not stop anything: what must be stopped is a fault.

use rogatory_domain::Fault;

/// Warnings of one form that are told one by one. A form of hundreds of offences could have thousands, which nobody reads.
pub const WARNINGS_COUNT_MAX: usize = 64;

/// The warnings of one form in the order of its fields; each is written as a fault is. Behind [`WARNINGS_COUNT_MAX`] of them one
/// more says that there are others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Warnings(pub Vec<Fault>);

impl Warnings {
    /// Adds one, while there is room.
    pub(crate) fn push(&mut self, warning: Fault) {
        match self.0.len() {
            WARNINGS_COUNT_MAX => self.0.push(Fault {
                field: String::new(),
                rule: "more_warnings",
                article: "limit",
                text: format!("There are more than these {WARNINGS_COUNT_MAX} warnings."),
            }),
            count if count < WARNINGS_COUNT_MAX => self.0.push(warning),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_warnings_end_with_one_that_says_so() {
        let one = Fault { field: "a".into(), rule: "rule", article: "box", text: "x".into() };
        let mut warnings = Warnings::default();
        (0..WARNINGS_COUNT_MAX).for_each(|_| warnings.push(one.clone()));
        assert!(warnings.0.iter().all(|warning| *warning == one));
        (0..WARNINGS_COUNT_MAX).for_each(|_| warnings.push(one.clone()));
        assert_eq!(warnings.0.len(), WARNINGS_COUNT_MAX + 1);
        assert_eq!(warnings.0[WARNINGS_COUNT_MAX].rule, "more_warnings");
    }
}
