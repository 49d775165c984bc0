//! Custody as it follows from what was told, in whatever order.

use proptest::prelude::*;

use super::*;
use crate::case::tests::id;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn day(day: &str) -> Timestamp {
    at(&format!("2026-{day}T06:00:00Z"))
}

/// Custody as it is told, message by message.
#[derive(Default)]
struct Story {
    custody: Custody,
    told: usize,
}

impl Story {
    fn telling(&mut self, at: Timestamp) -> Telling {
        self.told += 1;
        Telling { at, place: self.told, by: id(self.told as u64) }
    }

    fn held(mut self, at: Timestamp) -> Self {
        let (telling, holding) =
            (self.telling(at), Holding { kind: None, is_on_case: true, is_again: false });
        self.custody.hold(telling, holding);
        self
    }

    fn arrested_again(mut self, at: Timestamp) -> Self {
        let (telling, holding) = (self.telling(at), Holding { kind: None, is_on_case: true, is_again: true });
        self.custody.hold(telling, holding);
        self
    }

    fn on_another_title(mut self, at: Timestamp) -> Self {
        let (telling, holding) =
            (self.telling(at), Holding { kind: None, is_on_case: false, is_again: false });
        self.custody.hold(telling, holding);
        self
    }

    fn freed(mut self, at: Timestamp) -> Self {
        let telling = self.telling(at);
        self.custody.free(telling);
        self
    }

    fn gone(mut self, at: Timestamp) -> Self {
        let telling = self.telling(at);
        self.custody.leave(telling);
        self
    }

    fn mistaken(mut self, at: Timestamp) -> Self {
        let telling = self.telling(at);
        self.custody.mistake(telling);
        self
    }

    fn periods(&self) -> Vec<(Timestamp, Option<Timestamp>)> {
        self.custody.periods().iter().map(|one| (one.from, one.until)).collect()
    }
}

fn closed(from: &str, until: &str) -> (Timestamp, Option<Timestamp>) {
    (day(from), Some(day(until)))
}

#[test]
fn both_ends_of_a_period_count_and_a_day_that_two_share_counts_once() {
    let (calendars, of) = (Calendars::current(), "NL".parse().unwrap());
    let story = Story::default().held(at("2021-05-26T06:00:00Z"));
    assert_eq!(story.custody.days(calendars, of, at("2021-06-11T12:00:00Z")), 17);
    let story = story.freed(at("2021-06-01T08:00:00Z"));
    assert!(!story.custody.is_held());
    let story = story.held(at("2021-06-01T20:00:00Z")).held(at("2021-06-02T20:00:00Z"));
    assert_eq!(story.custody.periods().len(), 2);
    assert_eq!(story.custody.days(calendars, of, at("2021-06-03T12:00:00Z")), 9);
    assert_eq!(story.custody.days(calendars, of, at("2021-05-20T12:00:00Z")), 0);
}

#[test]
fn an_order_or_an_arrest_of_before_an_end_that_was_told_holds_nobody_until_the_end_between_them_is_told() {
    let released = || Story::default().held(day("01-11")).freed(day("01-20"));
    for late in [released().held(day("01-18")), released().arrested_again(day("01-18"))] {
        assert_eq!(late.periods(), [closed("01-11", "01-20")]);
        let between = late.freed(day("01-15"));
        assert_eq!(between.periods(), [closed("01-11", "01-15"), closed("01-18", "01-20")]);
    }
    assert!(released().custody.is_free_since(day("01-18"), id(9)));
    assert!(!released().custody.is_free_since(day("01-21"), id(9)));
}

#[test]
fn an_arrest_of_the_instant_of_a_release_comes_after_it_whatever_was_told_first() {
    let first = Story::default().held(day("01-11")).arrested_again(day("01-20")).freed(day("01-20"));
    assert_eq!(first.periods(), [closed("01-11", "01-20"), (day("01-20"), None)]);
}

#[test]
fn custody_on_another_title_of_somebody_else_takes_what_was_before_it_along() {
    let wrong = Story::default().held(day("02-02")).on_another_title(day("02-05")).mistaken(day("02-10"));
    assert!(!wrong.custody.was_ever());
}

#[test]
fn whoever_is_arrested_again_in_the_instant_of_the_release_is_held_anew_from_then() {
    let again = Story::default().held(day("01-11")).freed(day("01-20")).arrested_again(day("01-20"));
    assert_eq!(again.custody.held_since(), Some(day("01-20")));
}

#[test]
fn what_is_told_late_of_an_earlier_custody_takes_its_own_place() {
    let other = Story::default().held(day("03-26")).on_another_title(day("03-25"));
    assert_eq!(other.custody.held_since(), Some(day("03-26")));
    let late = Story::default().held(day("02-02")).freed(day("04-02")).held(day("04-20")).held(day("04-06"));
    assert_eq!(late.custody.held_since(), Some(day("04-06")));
    let late = late.freed(day("04-18"));
    let periods = [closed("02-02", "04-02"), closed("04-06", "04-18"), (day("04-20"), None)];
    assert_eq!(late.periods(), periods);
}

#[test]
fn nobody_is_held_after_a_surrender_or_a_death_whatever_is_told_of_it() {
    let gone = Story::default().held(day("02-02")).gone(day("03-28"));
    let told = gone.held(day("02-10")).arrested_again(day("03-30")).arrested_again(day("03-01"));
    assert_eq!(told.periods(), [closed("02-02", "03-28")]);
    let freed = told.freed(day("03-20"));
    assert_eq!(freed.periods()[0], closed("02-02", "03-20"), "of a release before it can be told");
}

#[test]
fn the_last_custody_of_somebody_else_is_none_of_the_person_and_what_was_before_and_after_it_is() {
    let wrong = Story::default().held(day("02-02")).mistaken(day("02-10"));
    assert!(!wrong.custody.is_held() && !wrong.custody.was_ever());
    let order = wrong.held(day("02-03"));
    assert!(!order.custody.was_ever(), "an order against the other one");
    let right = order.held(day("03-01"));
    assert_eq!(right.custody.held_since(), Some(day("03-01")));
    let before =
        Story::default().held(day("02-02")).freed(day("03-01")).held(day("03-10")).mistaken(day("03-12"));
    assert_eq!(before.periods(), [closed("02-02", "03-01")]);
}

proptest! {
    #[test]
    fn custody_is_the_same_in_whatever_order_it_is_told(
        gaps in prop::collection::vec(1i64..20, 1..9),
        order in any::<prop::sample::Index>(),
        rotations in prop::collection::vec(any::<prop::sample::Index>(), 9),
    ) {
        // Held and free by turns.
        let mut instant = day("01-01");
        let mut all: Vec<(Timestamp, bool)> = Vec::new();
        for (turn, days) in gaps.iter().enumerate() {
            all.push((instant, turn % 2 == 0));
            instant += jiff::SignedDuration::from_hours(24 * days);
        }
        let told = |all: &[(Timestamp, bool)]| {
            let tell = |story: Story, one: &(Timestamp, bool)| {
                if one.1 { story.held(one.0) } else { story.freed(one.0) }
            };
            all.iter().fold(Story::default(), tell).periods()
        };
        let as_it_was = told(&all);
        for (at, to) in rotations.iter().enumerate().take(all.len()) {
            let to = to.index(all.len());
            all.swap(at, to);
        }
        let middle = order.index(all.len());
        all.rotate_left(middle);
        prop_assert_eq!(told(&all), as_it_was);
    }
}
