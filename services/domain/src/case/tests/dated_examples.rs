//! The dated examples of `services/domain/examples-of-law`: each is asked of the product, and must be what the file says.
//! It must not compute a date; `.ci/dated-examples` does, by itself, from the same files.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::*;
use crate::calendar::{CountingMode, Jurisdiction};
use crate::instrument::INSTRUMENTS;
use crate::mark::Mark;

const FILES: &[(&str, &str)] = &[
    ("hours", include_str!("../../../examples-of-law/hours.toml")),
    ("days", include_str!("../../../examples-of-law/days.toml")),
    ("decision", include_str!("../../../examples-of-law/decision.toml")),
    ("surrender", include_str!("../../../examples-of-law/surrender.toml")),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    group: Vec<Group>,
}

/// Examples of one rule of the law.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    about: String,
    source: String,
    /// Read here, so that a file cannot have another one.
    #[serde(rename = "mark")]
    _mark: Mark,
    #[serde(default)]
    period: Vec<Period>,
    #[serde(default)]
    case: Vec<Example>,
}

/// Whose calendar, mode, length, start; last day, last day without the roll, instant; and why.
#[derive(Deserialize)]
struct Period(String, String, u16, Timestamp, Date, Date, Timestamp, #[serde(default)] String);

/// A case by its events, and the ends of some of its clocks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    name: String,
    of: String,
    issuing: String,
    #[serde(default)]
    why: String,
    events: Vec<String>,
    ends: Vec<(String, Date, Date, Timestamp)>,
    #[serde(default)]
    was: Vec<Vec<String>>,
}

/// The instrument whose cases the files tell: the one that leaves days to the law of a State.
fn warrants() -> &'static Instrument {
    INSTRUMENTS.iter().find(|instrument| instrument.profiles.is_some()).unwrap()
}

fn groups() -> Vec<Group> {
    FILES.iter().flat_map(|(name, text)| toml::from_str::<File>(text).expect(name).group).collect()
}

impl Example {
    fn story(&self) -> Story {
        let mut story = Story::under(warrants());
        story.opening.jurisdiction = self.of.parse().unwrap();
        story.opening.opener_jurisdiction = Some(self.issuing.parse().unwrap());
        let first: Timestamp = self.events[0].split_once(' ').unwrap().0.parse().unwrap();
        story.opening.declared = first - jiff::SignedDuration::from_hours(24);
        self.events.iter().fold(story, |story, line| told(story, line))
    }
}

/// The story with one event more: instant, code, who raises it unless it is who the table names first, and values.
fn told(mut story: Story, line: &str) -> Story {
    let mut words = line.split(' ');
    story.declared = words.next().unwrap().parse().unwrap();
    let (code, case, instrument) = (words.next().unwrap(), story.case(), story.opening.instrument);
    let (mut by, mut parameters) = (None, Vec::new());
    for word in words {
        match word.split_once('=') {
            Some(("by", capacity)) => by = Some(capacity),
            Some((name @ ("answers" | "corrects"), number)) => {
                let told = &story.facts[number.parse::<usize>().unwrap() - 1];
                parameters.push(given(name, told.id));
            }
            Some(("day", day)) => parameters.push(given("day", day.parse::<Date>().unwrap())),
            Some((name, value)) => parameters.push(given(name, item(value))),
            None => parameters.push(given(word, Value::Set)),
        }
    }
    let id = instrument.id_of(code).unwrap();
    let rule = instrument.rules_in(case.state().code).find(|rule| rule.event == id);
    let first = || instrument.capacities[rule.expect(line).by[0].place()].code;
    let by = by.unwrap_or_else(first);
    let is_by = |agency: &&AgencyId| story.opening.capacity_of(agency).is_some_and(|own| own.code == by);
    let sender = story.opening.everyone().find(is_by).unwrap().to_string();
    story.telling(&sender, code, &parameters)
}

#[test]
fn every_period_ends_as_its_dated_example_says() {
    for group in groups() {
        for Period(of, mode, length, start, last, unrolled, at, why) in &group.period {
            let (of, mode) = (of.parse::<Jurisdiction>().unwrap(), CountingMode::of_code(mode).unwrap());
            let end = Calendars::current().end(mode, *length, *start, of);
            let found = (end.date, end.unrolled, end.at);
            let about = &group.about;
            assert_eq!(found, (*last, *unrolled, *at), "{of} {mode:?} {length} {start}: {about} {why}");
        }
    }
}

#[test]
fn every_clock_of_a_warrant_ends_as_its_dated_example_says() {
    for group in groups() {
        for example in &group.case {
            let case = example.story().case();
            for (code, last, unmoved, at) in &example.ends {
                let clock = clock(&case, code);
                let due = clock.due.unwrap();
                let unrolled = clock.counting.and_then(|counting| counting.unmoved).unwrap_or(due.date);
                let found = (due.date, unrolled, due.at);
                let (name, why) = (&example.name, &example.why);
                assert_eq!(found, (*last, *unmoved, *at), "{code} of {name}: {} {why}", group.about);
                let past: Vec<String> = clock.past.iter().map(|past| past.due.date.to_string()).collect();
                let was = example.was.iter().find(|was| was[0] == *code).map_or(&[][..], |was| &was[1..]);
                assert_eq!(past, was, "what {code} of {name} was before");
            }
        }
    }
}

#[test]
fn the_dated_examples_cover_every_mode_and_many_states() {
    let (groups, mut modes, mut states, mut clocks, mut count) =
        (groups(), BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), 0);
    for group in &groups {
        assert!(!group.source.is_empty() && !group.about.is_empty());
        for Period(of, mode, ..) in &group.period {
            modes.insert(CountingMode::of_code(mode).unwrap());
            states.insert(of[..2].to_owned());
        }
        for example in &group.case {
            states.insert(example.of[..2].to_owned());
            clocks.extend(example.ends.iter().map(|end| end.0.clone()));
            count += example.ends.len();
        }
        count += group.period.len();
    }
    assert_eq!(modes.len(), CountingMode::ALL.len());
    assert_eq!(clocks.len(), warrants().clocks.len(), "{clocks:?}");
    assert!(states.len() >= 25 && count >= 200, "{} States, {count} examples", states.len());
}
