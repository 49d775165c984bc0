//! Dates on a form: of the calendar, whole where a day is asked for, not after the day of issue, and not ahead of the submission.
//!
//! It must not ask a clock: the day of submission is given.

use jiff::civil::Date;
use rogatory_domain::date::PartialDate;
use rogatory_wire::pb::types::v1 as pb;

use super::Check;
use crate::path::Path;

/// A date as far as it can be read; what is wrong with it is told where it stands.
pub(crate) fn read(date: pb::PartialDate) -> Option<PartialDate> {
    PartialDate::new(date.year, date.month, date.day)
}

impl Check {
    /// The latest day it is anywhere: zones are up to fourteen hours ahead of UTC.
    fn latest_today(&self) -> Date {
        let today = self.context().today;
        today.tomorrow().unwrap_or(today)
    }

    /// A date that may be left out.
    pub(crate) fn maybe_date(
        &mut self,
        at: Path<'_>,
        value: Option<pb::PartialDate>,
        article: &'static str,
    ) -> Option<PartialDate> {
        let date = read(value?);
        self.holds(date.is_some(), (at, "not_a_date", article, "This is not a date of the calendar."));
        date
    }

    /// A date that must be given whole.
    pub(crate) fn whole_date(
        &mut self,
        at: Path<'_>,
        value: Option<pb::PartialDate>,
        article: &'static str,
    ) -> Option<Date> {
        if value.is_none() {
            self.missing(at, article);
        }
        let date = self.maybe_date(at, value, article)?;
        let whole = date.full();
        self.holds(whole.is_some(), (at, "date_incomplete", article, "Give day, month and year."));
        whole
    }

    /// A date that may be left out, and is given whole.
    pub(crate) fn maybe_whole_date(
        &mut self,
        at: Path<'_>,
        value: Option<pb::PartialDate>,
        article: &'static str,
    ) -> Option<Date> {
        value.and_then(|_| self.whole_date(at, value, article))
    }

    /// A date of the past as seen from the day of issue, or from that of submission where the day of issue cannot be read.
    pub(crate) fn not_after(
        &mut self,
        at: Path<'_>,
        date: Option<Date>,
        issued: Option<Date>,
        article: &'static str,
    ) {
        let Some(date) = date else { return };
        if issued.is_some_and(|issued| date > issued) {
            self.fault(at, "after_issue", article, "This date lies after the date of issue.");
        } else if self.since(2) && date > self.latest_today() {
            self.fault(at, "in_future", article, "This day has not come yet.");
        }
    }
}
