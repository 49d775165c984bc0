//! For which days the calendars know what is free, so that a due date outside is shown as what it is: counted by weekends and
//! yearly rules alone. It must not change any due date.

use jiff::civil::Date;

use super::Calendars;
use super::jurisdiction::Jurisdiction;

/// The years for which the free days of a jurisdiction are known, decrees of every year included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// No holidays of that State are in the tables.
    Unknown,
    /// From the first to the last of these years.
    Years {
        /// The first year.
        first: i16,
        /// The last year.
        last: i16,
    },
}

/// Whether the calendars know what is free around a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covered {
    /// They do, as far as it could be known when the edition was made.
    Yes,
    /// No: only weekends count there, since no holidays of that State are in the tables.
    StateUnknown,
    /// No: only the yearly rules count in that year, without what a government orders year by year.
    YearOutside {
        /// The first year that is covered.
        first: i16,
        /// The last year that is covered.
        last: i16,
    },
}

impl Calendars {
    /// The years for which the free days of a jurisdiction are known.
    #[must_use]
    pub fn coverage(&self, jurisdiction: impl Into<Jurisdiction>) -> Coverage {
        let of = jurisdiction.into();
        let Some(base) = self.base.years(of) else { return Coverage::Unknown };
        let until = |whose: Jurisdiction| self.changes.get(&whose).and_then(|changes| changes.until);
        // What a decree makes known of a State is not known of a part that keeps years of its own.
        let of_state = if base.are_own { None } else { until(of.state().into()) };
        Coverage::Years {
            first: base.first,
            last: base.last.max(until(of).max(of_state).unwrap_or(base.last)),
        }
    }

    /// Whether it is known what is free around a day, and if not, why.
    #[must_use]
    pub fn covered(&self, jurisdiction: impl Into<Jurisdiction>, day: Date) -> Covered {
        match self.coverage(jurisdiction) {
            Coverage::Unknown => Covered::StateUnknown,
            Coverage::Years { first, last } if (first..=last).contains(&day.year()) => Covered::Yes,
            Coverage::Years { first, last } => Covered::YearOutside { first, last },
        }
    }

    /// Whether it is known what is free around a day.
    #[must_use]
    pub fn is_covered(&self, jurisdiction: impl Into<Jurisdiction>, day: Date) -> bool {
        self.covered(jurisdiction, day) == Covered::Yes
    }
}
