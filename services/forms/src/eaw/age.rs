//! The age of the person at the time of an offence (Art. 3(3)).
//!
//! Owns what is impossible and what the executing State may refuse. It must not ask how mature anybody was: only the age counts
//! (own: C-367/16).

use jiff::civil::Date;
use rogatory_domain::date::PartialDate;

use super::state;
use crate::check::Check;
use crate::path::Path;

/// Years from which most States hold a person responsible (own); for a State that is not known.
const RESPONSIBLE_YEARS: i16 = 14;

const ARTICLE: &str = "Art. 3(3), box (e)";

/// Looks at the age when an offence began, and at whether the person was born when it ended.
pub(super) fn at_offence(
    check: &mut Check,
    at: Path<'_>,
    (began, ended): (Option<PartialDate>, Option<PartialDate>),
    born: Option<PartialDate>,
) {
    let (true, Some(began), Some(born)) = (check.since(2), began, born) else { return };
    let responsible =
        state::profile(check).map_or(RESPONSIBLE_YEARS, |known| known.age_of_responsibility.value.into());
    let last = ended.unwrap_or(began).latest();
    if last < born.earliest() {
        let text = "The person was not born when this was committed.";
        check.fault(at.field("began"), "before_birth", ARTICLE, text);
    } else if years(born.latest(), began.earliest()) < responsible {
        let text = "The person may have been below the age of criminal responsibility when this began.";
        check.warn(at.field("began"), "age_of_responsibility", ARTICLE, text);
    }
}

/// Whole years of somebody born on one day, on another.
fn years(born: Date, on: Date) -> i16 {
    let is_before_birthday = (on.month(), on.day()) < (born.month(), born.day());
    on.year() - born.year() - i16::from(is_before_birthday)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_year_is_whole_on_the_birthday() {
        let born = date(2004, 2, 29);
        for (on, age) in [(date(2018, 2, 28), 13), (date(2018, 3, 1), 14), (date(2004, 2, 28), -1)] {
            assert_eq!(years(born, on), age, "{on}");
        }
    }
}
