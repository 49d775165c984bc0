//! What was counted, as it is told. It must not say how it looks.

use std::collections::BTreeMap;

use super::{Cell, Sum};
use crate::instrument::FigureDef;

/// The figures of one instrument over a period.
#[derive(Debug, Default, PartialEq)]
pub struct Report {
    /// Cases under the instrument, whatever they count in.
    pub cases: u64,
    /// Referrals of which something was erased, under whatever instrument; they count nowhere.
    pub unreadable: u64,
    /// Referrals whose opening is not here yet, under whatever instrument; they count nowhere.
    pub awaiting_opening: u64,
    /// The figures in the order of the table.
    pub figures: Vec<Figure>,
    /// What is asked for and cannot be counted.
    pub not_counted: Vec<NotCounted>,
}

/// One figure.
#[derive(Debug)]
pub struct Figure {
    /// What it counts.
    pub figure: &'static FigureDef,
    /// Its rows; one where it is not broken down.
    pub rows: Vec<Row>,
    /// Cases under editions of the instrument that do not have this figure; they count in none of its rows.
    pub without: u64,
}

impl PartialEq for Figure {
    fn eq(&self, other: &Self) -> bool {
        (self.figure.code, &self.rows, self.without) == (other.figure.code, &other.rows, other.without)
    }
}

/// Something that cannot be counted.
#[derive(Debug)]
pub struct NotCounted {
    /// What is asked for.
    pub figure: &'static FigureDef,
    /// Why it cannot be known.
    pub why: &'static str,
}

impl PartialEq for NotCounted {
    fn eq(&self, other: &Self) -> bool {
        self.figure.code == other.figure.code
    }
}

/// One row of a figure.
#[derive(Debug, PartialEq)]
pub struct Row {
    /// What it is broken down by; empty where it is not, or where that is not known.
    pub key: String,
    /// The same in words; empty where the key says all.
    pub label: String,
    /// Cases in which the agency stands on the side that asks.
    pub asking: Count,
    /// Those in which it stands on the side that answers.
    pub answering: Count,
    /// Those of which it is only told.
    pub told: Count,
}

/// A number of cases.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Count {
    /// How many.
    pub cases: u64,
    /// Their days, where days are counted and there is a case.
    pub days: Option<Days>,
}

/// Days of several cases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Days {
    /// Arithmetic mean.
    pub mean: f64,
    /// The middle one; of an even number the mean of the two in the middle.
    pub median: f64,
    /// The longest.
    pub max: u32,
}

impl Row {
    pub(super) fn new(cell: Cell, key: String, label: String, counts_days: bool) -> Self {
        let [asking, answering, told] = cell.map(|sum| Count::of(&sum, counts_days));
        Self { key, label, asking, answering, told }
    }
}

impl Count {
    fn of(sum: &Sum, counts_days: bool) -> Self {
        let days = if counts_days { Days::of(&sum.days) } else { None };
        Self { cases: sum.cases, days }
    }
}

impl Days {
    /// Of numbers of days with how often each occurred; none of none.
    #[expect(clippy::cast_precision_loss, reason = "a count of cases is far below 2^52")]
    fn of(numbers: &BTreeMap<u32, u64>) -> Option<Self> {
        let count: u64 = numbers.values().sum();
        let max = *numbers.keys().next_back()?;
        let sum: u64 = numbers.iter().map(|(days, times)| u64::from(*days) * times).sum();
        let at = |place: u64| {
            let mut before = 0;
            let found = numbers.iter().find(|(_, times)| {
                before += **times;
                before > place
            });
            found.map_or(0.0, |(days, _)| f64::from(*days))
        };
        let median = f64::midpoint(at((count - 1) / 2), at(count / 2));
        Some(Self { mean: sum as f64 / count as f64, median, max })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(numbers: &[u32]) -> Option<Days> {
        let mut times = BTreeMap::new();
        for number in numbers {
            *times.entry(*number).or_default() += 1;
        }
        Days::of(&times)
    }

    #[test]
    fn mean_median_and_maximum_are_those_of_the_numbers() {
        let days = |mean, median, max| Some(Days { mean, median, max });
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[7]), days(7.0, 7.0, 7));
        assert_eq!(of(&[10, 1]), days(5.5, 5.5, 10));
        assert_eq!(of(&[3, 1, 1, 100, 20]), days(25.0, 3.0, 100));
        assert_eq!(of(&[0, 0, 4, 6]), days(2.5, 2.0, 6));
    }

    proptest! {
        #[test]
        fn the_median_is_that_of_the_sorted_list(mut numbers in prop::collection::vec(0_u32..500, 1..60)) {
            let days = of(&numbers).unwrap();
            numbers.sort_unstable();
            let middle = (numbers[(numbers.len() - 1) / 2] + numbers[numbers.len() / 2]) as f64 / 2.0;
            prop_assert_eq!(days.median, middle);
            prop_assert!(days.mean <= f64::from(days.max));
        }
    }
}
