//! A small law, and what does not build of it: each check of the tables fails on a table that breaks it.

use std::panic::catch_unwind;

use super::*;
use crate::case::Event;
use crate::mark::Mark;

const ASKED: StateId = StateId::new(0);
const ANSWERED: StateId = StateId::new(1);
const ASKING: CapacityId = CapacityId::new(0);
const ANSWERING: CapacityId = CapacityId::new(1);
const ANSWER: EventId = EventId::new(0);
const NUDGE: EventId = EventId::new(1);
const CLOCK: ClockId = ClockId::new(0);

const MOODS: ListDef = ListDef {
    code: "moods",
    meaning: "How it is asked.",
    items: &[Item::new("kind", "1", "Kindly."), Item::new("stern", "1", "Sternly.")],
};

const fn capacity(code: &'static str, side: Side) -> CapacityDef {
    CapacityDef { code, meaning: "A side.", side, seats: Seats::One }
}

const fn rule(event: EventId, by: &'static [CapacityId], from: &'static [StateId], next: Next) -> Rule {
    Rule { number: 1, event, by, from: StateSet::of(from), next, clocks: &[], article: "1", mark: Mark::Own }
}

/// A law of one question and one answer.
const SMALL: Instrument = Instrument {
    code: "small",
    edition: 1,
    title: "A small law",
    act: "–",
    capacities: &[
        capacity("asking", Side::Asking),
        capacity("answering", Side::Answering),
        capacity("told", Side::Neither),
    ],
    opener: ASKING,
    calendar: ANSWERING,
    states: &[StateDef::open("asked", "Asked."), StateDef::ended("answered", "Answered.")],
    sets: &[],
    events: &[
        EventDef::new("answer", "Answered."),
        EventDef::new("nudge", "Nudged.").takes(&[ParameterDef::new(
            "mood",
            Takes::Item(&MOODS),
            Count::Maybe,
            "How.",
        )]),
    ],
    clocks: &[ClockDef::new("C1", "answer", "question", Until::After(Length::Hours(8)), "1")],
    opening: &[ClockAct::Start(CLOCK)],
    rules: &[
        rule(ANSWER, &[ANSWERING], &[ASKED], Next::To(ANSWERED)),
        rule(NUDGE, &[ASKING], &[ASKED], Next::Stay),
    ],
    passing_on: None,
    closures: &[],
    notices: &[],
    questions: &[],
    values: &[],
    traits: &[],
    profiles: None,
    lists: &[&MOODS],
    figures: &[],
};

/// Tables that do not hold together, with what is said of each.
static BROKEN: [(&str, Instrument); 18] = [
    (
        "two states have one code",
        Instrument {
            states: &[StateDef::open("asked", "Asked."), StateDef::ended("asked", "Answered.")],
            ..SMALL
        },
    ),
    (
        "every event has a row",
        Instrument { rules: &[rule(ANSWER, &[ANSWERING], &[ASKED], Next::To(ANSWERED))], ..SMALL },
    ),
    (
        "an event has one row in each state",
        Instrument {
            rules: &[
                rule(ANSWER, &[ANSWERING], &[ASKED], Next::To(ANSWERED)),
                rule(ANSWER, &[ANSWERING], &[ASKED, ANSWERED], Next::Stay),
                rule(NUDGE, &[ASKING], &[ASKED], Next::Stay),
            ],
            ..SMALL
        },
    ),
    (
        "an event has one kind of actor",
        Instrument {
            rules: &[
                rule(ANSWER, &[ANSWERING], &[ASKED], Next::To(ANSWERED)),
                rule(ANSWER, &[ASKING], &[ANSWERED], Next::Stay),
                rule(NUDGE, &[ASKING], &[ASKED], Next::Stay),
            ],
            ..SMALL
        },
    ),
    (
        "a rule leads to a state",
        Instrument {
            rules: &[
                rule(ANSWER, &[ANSWERING], &[ASKED], Next::To(StateId::new(7))),
                rule(NUDGE, &[ASKING], &[ASKED], Next::Stay),
            ],
            ..SMALL
        },
    ),
    (
        "a rule names states",
        Instrument {
            rules: &[
                rule(ANSWER, &[ANSWERING], &[ASKED], Next::To(ANSWERED)),
                rule(NUDGE, &[ASKING], &[StateId::new(9)], Next::Stay),
            ],
            ..SMALL
        },
    ),
    (
        "every state is reachable",
        Instrument {
            states: &[
                StateDef::open("asked", "Asked."),
                StateDef::ended("answered", "Answered."),
                StateDef::ended("lost", "Lost."),
            ],
            ..SMALL
        },
    ),
    (
        "a state is left exactly when the case has not ended",
        Instrument {
            states: &[StateDef::open("asked", "Asked."), StateDef::open("answered", "Answered.")],
            ..SMALL
        },
    ),
    ("every clock is started", Instrument { opening: &[], ..SMALL }),
    ("an act names a clock", Instrument { clocks: &[], ..SMALL }),
    ("who opens a referral asks", Instrument { opener: ANSWERING, ..SMALL }),
    (
        "who is only told raises nothing",
        Instrument {
            rules: &[
                rule(ANSWER, &[ANSWERING], &[ASKED], Next::To(ANSWERED)),
                rule(NUDGE, &[CapacityId::new(2)], &[ASKED], Next::Stay),
            ],
            ..SMALL
        },
    ),
    ("a parameter chooses from a list of its instrument", Instrument { lists: &[], ..SMALL }),
    (
        "two figures have one code",
        Instrument {
            figures: &[
                FigureDef::new("opened", "Asked.", "1", What::Opened),
                FigureDef::new("opened", "Answered.", "1", What::Happened(&[ANSWER])),
            ],
            ..SMALL
        },
    ),
    (
        "a figure counts events of its instrument",
        Instrument {
            figures: &[FigureDef::new("gone", "Gone.", "1", What::Happened(&[EventId::new(9)]))],
            ..SMALL
        },
    ),
    (
        "a figure is broken down by the items of a list",
        Instrument {
            figures: &[FigureDef::new("answered", "Answered.", "1", What::Happened(&[ANSWER]))
                .by(By::Item(ANSWER, "mood"))],
            ..SMALL
        },
    ),
    (
        "a figure counts an item that its event can name",
        Instrument {
            figures: &[FigureDef::new("nudged", "Nudged.", "1", What::Happened(&[NUDGE]))
                .only(Only::Naming(NUDGE, "angry"))],
            ..SMALL
        },
    ),
    (
        "a clock stands for an item of a list",
        Instrument {
            clocks: &[ClockDef::new("C1", "answer", "question", Until::After(Length::Hours(8)), "1")
                .standing_for(&["absent"])],
            ..SMALL
        },
    ),
];

/// What the check says of a table, if it fails.
fn complaint(instrument: &'static Instrument) -> Option<String> {
    let found = catch_unwind(|| instrument.check()).err()?;
    found.downcast_ref::<&str>().map(ToString::to_string).or_else(|| found.downcast_ref::<String>().cloned())
}

#[test]
fn a_table_that_does_not_hold_together_does_not_build() {
    static WHOLE: Instrument = SMALL;
    assert_eq!(complaint(&WHOLE), None);
    for (expected, instrument) in &BROKEN {
        assert_eq!(complaint(instrument).as_deref(), Some(*expected));
    }
}

#[test]
fn what_does_not_fit_an_event_is_named_all_at_once() {
    let nudge = SMALL.event("nudge").unwrap();
    let mood = Symbol::new("mood");
    let given =
        |code, item| crate::case::Parameter { code, value: crate::case::Value::Item(Symbol::new(item)) };
    assert!(Event::of(nudge, vec![given(mood, "stern")]).is_ok());
    let misfits =
        Event::of(nudge, vec![given(mood, "angry"), given(Symbol::new("day"), "kind")]).unwrap_err();
    let named: Vec<_> = misfits.iter().map(|misfit| (misfit.parameter.as_str(), misfit.why)).collect();
    assert_eq!(named, [("mood", Why::NotValid), ("day", Why::Foreign)]);
    let twice = Event::of(nudge, vec![given(mood, "kind"), given(mood, "stern")]).unwrap_err();
    assert_eq!(twice[0].why, Why::TooMany);
}

#[test]
fn every_code_is_one_of_the_vocabulary_and_an_instrument_is_found_by_it() {
    for instrument in INSTRUMENTS {
        assert_eq!(Instrument::of_edition(instrument.code, instrument.edition), Some(*instrument));
        let newest = Instrument::of_code(instrument.code).unwrap();
        assert!(newest.edition >= instrument.edition);
        for event in instrument.events {
            assert_eq!(Symbol::of(event.code), Some(event.symbol()));
        }
    }
    assert_eq!(Symbol::of("no_such_code"), None);
    assert_eq!(Instrument::of_edition(INSTRUMENTS[0].code, 999), None);
}

#[test]
fn the_pages_have_a_line_for_every_row() {
    for instrument in INSTRUMENTS {
        assert_eq!(table_markdown(instrument).lines().count(), instrument.rules.len() + 2);
        assert_eq!(clocks_markdown(instrument).lines().count(), instrument.clocks.len() + 2);
    }
    assert!(state_diagram(&eaw::FIRST).contains("arrested --> consented: consent_recorded"));
}
