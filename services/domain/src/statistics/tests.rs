//! Sums agree with each other, under every instrument, whatever happens in what order.

use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::case::tests::agreement::{Federation, any_instrument};
use crate::case::tests::noon;

/// The rows of every figure with their sums for the three sides.
fn sums(report: &Report) -> BTreeMap<(&'static str, String), [u64; 3]> {
    let rows =
        report.figures.iter().flat_map(|figure| figure.rows.iter().map(|row| (figure.figure.code, row)));
    let sum = |row: &Row| [row.asking.cases, row.answering.cases, row.told.cases];
    rows.map(|(code, row)| ((code, row.key.clone()), sum(row))).collect()
}

fn total(sums: &BTreeMap<(&'static str, String), [u64; 3]>, code: &str) -> [u64; 3] {
    sums.iter().filter(|((known, _), _)| *known == code).fold([0; 3], |mut total, (_, sum)| {
        total.iter_mut().zip(sum).for_each(|(total, sum)| *total += sum);
        total
    })
}

fn now() -> Timestamp {
    noon(date(2021, 12, 1))
}

fn counted(cases: &[Federation], first: (i16, i8, i8), last: (i16, i8, i8)) -> Report {
    let day = |(year, month, day)| date(year, month, day);
    let period = Period::new(day(first), day(last), day((2021, 12, 1))).unwrap();
    let own = cases[0].opening.issuing.clone();
    let mut tally = Tally::new(cases[0].opening.instrument, own, period, now());
    for federation in cases {
        tally.add(&federation.opening, federation.facts(0), &federation.case(0));
    }
    tally.report()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn what_is_broken_down_adds_up_and_so_do_periods(
        instrument in any_instrument(),
        lives in prop::collection::vec(
            prop::collection::vec((0usize..8, any::<prop::sample::Index>(), 0i64..60), 1..40),
            1..5,
        ),
    ) {
        let live = |acts: &Vec<(usize, prop::sample::Index, i64)>| {
            let mut federation = Federation::under(instrument);
            for (what, choice, day) in acts {
                if *what < 3 {
                    federation.raise(*what, choice.index(1000), *day);
                } else {
                    federation.deliver(choice.index(1000));
                }
            }
            while federation.deliver(0) {}
            federation
        };
        let cases: Vec<Federation> = lives.iter().map(live).collect();
        let whole = counted(&cases, (2021, 1, 1), (2021, 12, 31));
        let halves = [((2021, 1, 1), (2021, 6, 20)), ((2021, 6, 21), (2021, 12, 31))];
        let halves = halves.map(|(first, last)| sums(&counted(&cases, first, last)));
        let sums = sums(&whole);
        let passed_on = cases.iter().filter(|federation| federation.case(0).is_passed_on()).count();
        prop_assert_eq!(whole.cases, (cases.len() - passed_on) as u64, "one counts where it goes on");
        for (key, sum) in &sums {
            let of = |half: &BTreeMap<(&'static str, String), [u64; 3]>| half.get(key).copied().unwrap_or_default();
            let both: Vec<u64> = (0..3).map(|side| of(&halves[0])[side] + of(&halves[1])[side]).collect();
            prop_assert_eq!(&both[..], &sum[..], "{:?}", key);
            prop_assert!(sum.iter().sum::<u64>() <= cases.len() as u64, "a case counts once in a row: {:?}", key);
        }
        for figure in instrument.figures {
            let whole = figure.code.split("_by_").next().unwrap_or_default();
            if matches!(figure.by, By::Kind | By::Counterpart) {
                prop_assert_eq!(total(&sums, figure.code), total(&sums, whole), "{}", figure.code);
            } else if matches!(figure.by, By::Item(..)) && whole != figure.code {
                // A case counts under each item, and under one at least.
                let (items, cases) = (total(&sums, figure.code), total(&sums, whole));
                prop_assert!((0..3).all(|side| items[side] >= cases[side]), "{}", figure.code);
            }
        }
        let mut turned = cases;
        turned.reverse();
        prop_assert_eq!(counted(&turned, (2021, 1, 1), (2021, 12, 31)), whole);
    }
}

#[test]
fn what_cannot_be_read_counts_nowhere_and_is_told() {
    let instrument = crate::instrument::INSTRUMENTS[0];
    let period = Period::new(date(2021, 1, 1), date(2021, 12, 31), date(2021, 12, 1)).unwrap();
    let own = Federation::under(instrument).opening.issuing;
    let mut tally = Tally::new(instrument, own, period, now());
    tally.add_unreadable();
    tally.add_unreadable();
    tally.add_awaiting_opening();
    let other = crate::instrument::INSTRUMENTS.iter().find(|it| it.code != instrument.code).unwrap();
    let other = Federation::under(other);
    tally.add(&other.opening, other.facts(0), &other.case(0));
    let report = tally.report();
    assert_eq!((report.cases, report.unreadable, report.awaiting_opening), (0, 2, 1));
    assert!(sums(&report).values().all(|sum| *sum == [0; 3]));
}
