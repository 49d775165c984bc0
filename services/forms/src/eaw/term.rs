//! A length of custody: what can be written as one, and how long it is for the thresholds of the law.
//!
//! Owns how months and days count. It must not know which threshold applies where.

use rogatory_domain::limits;
use rogatory_wire::pb::types::v1 as pb;

use crate::check::Check;
use crate::path::Path;

/// A length that was written rightly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Term {
    /// A number of years, months and days, not all zero.
    Limited(pb::Term),
    /// For life.
    Life,
    /// A detention order without a fixed end, such as one in a hospital; since edition 2.
    Indefinite,
}

impl Term {
    /// The length as far as it can be read; otherwise the rule that it breaks, and what that says.
    pub(super) fn read(term: pb::Term, edition: u16) -> Result<Self, (&'static str, &'static str)> {
        let pb::Term { life, years, months, days, indefinite } = term;
        let is_zero = years == 0 && months == 0 && days == 0;
        let is_too_long =
            years > limits::TERM_YEARS || months > limits::TERM_YEARS * 12 || days > limits::TERM_YEARS * 365;
        if indefinite && edition >= 2 {
            let text = "A term is for life, without a fixed end, or a number.";
            return if life || !is_zero {
                Err(("indefinite_with_length", text))
            } else {
                Ok(Self::Indefinite)
            };
        }
        match (life, is_zero) {
            (true, true) => Ok(Self::Life),
            (true, false) => Err(("life_with_number", "A term is either for life or a number.")),
            (false, true) => Err(("term_zero", "Give a length of at least one day.")),
            (false, false) if is_too_long => {
                Err(("term_too_long", "This length is longer than any term; tick life instead."))
            }
            (false, false) => Ok(Self::Limited(term)),
        }
    }

    /// Length in months, days counted as thirtieths and rounded down; what has no end is `u32::MAX`.
    ///
    /// Thresholds compare whole months, so that 360 days pass for 12 months: a form is not refused over a calendar.
    pub(super) fn months(self) -> u32 {
        match self {
            Self::Life | Self::Indefinite => u32::MAX,
            Self::Limited(pb::Term { years, months, days, .. }) => years * 12 + months + days / 30,
        }
    }

    /// Length in days for comparing two terms (a year as 365, a month as 30).
    pub(super) fn days(self) -> u64 {
        match self {
            Self::Life | Self::Indefinite => u64::MAX,
            Self::Limited(pb::Term { years, months, days, .. }) => {
                u64::from(years) * 365 + u64::from(months) * 30 + u64::from(days)
            }
        }
    }
}

/// Whether a term is given and is for life, in any edition.
pub(super) fn is_life(term: Option<pb::Term>) -> bool {
    term.is_some_and(|term| Term::read(term, 1) == Ok(Term::Life))
}

/// A length that may be left out; `None` where it is, or is wrong.
pub(super) fn maybe_term(
    check: &mut Check,
    at: Path<'_>,
    value: Option<pb::Term>,
    article: &'static str,
) -> Option<Term> {
    match Term::read(value?, check.context().edition) {
        Ok(term) => Some(term),
        Err((rule, text)) => {
            check.fault(at, rule, article, text);
            None
        }
    }
}

/// A length that must be given: the article that asks for it, and the box that says what it is.
pub(super) fn term(
    check: &mut Check,
    at: Path<'_>,
    value: Option<pb::Term>,
    (asked_by, article): (&'static str, &'static str),
) -> Option<Term> {
    if value.is_none() {
        check.missing(at, asked_by);
    }
    maybe_term(check, at, value, article)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_make_up_months_and_nothing_is_longer_than_life() {
        let days = Term::read(pb::Term { days: 360, ..pb::Term::default() }, 1).unwrap();
        assert_eq!(days.months(), 12);
        let longest =
            pb::Term { years: limits::TERM_YEARS, months: 12_000, days: 365_000, ..pb::Term::default() };
        let longest = Term::read(longest, 1).unwrap();
        assert!(longest.months() < Term::Life.months() && longest.days() < Term::Life.days());
        assert!(is_life(Some(pb::Term { life: true, ..pb::Term::default() })));
        assert!(!is_life(Some(pb::Term { life: true, days: 1, ..pb::Term::default() })));
    }

    #[test]
    fn a_term_without_end_is_known_since_edition_2_and_has_no_number_beside_it() {
        let indefinite = pb::Term { indefinite: true, ..pb::Term::default() };
        assert_eq!(Term::read(indefinite, 2), Ok(Term::Indefinite));
        assert_eq!(Term::read(indefinite, 1).map_err(|(rule, _)| rule), Err("term_zero"));
        for wrong in [pb::Term { life: true, ..indefinite }, pb::Term { days: 1, ..indefinite }] {
            assert_eq!(Term::read(wrong, 2).map_err(|(rule, _)| rule), Err("indefinite_with_length"));
        }
    }
}
