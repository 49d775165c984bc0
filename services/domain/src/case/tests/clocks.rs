//! What holds for the clocks of every case under every instrument, whatever its parties tell and in whatever order it arrives.
//! It must not know a due date: the dated examples do.

use std::sync::LazyLock;

use jiff::SignedDuration;
use proptest::prelude::*;

use super::agreement::{Federation, any_instrument, ways};
use super::*;
use crate::calendar::plus_days;
use crate::instrument::{ClockAct, ClockDef, INSTRUMENTS, Length, Next, Rule, Until};

/// Days for which an order does not take effect yet, in the State where it takes longest.
const EFFECT_DAYS_MAX: i64 = 15;

/// A story into every state of every instrument.
static WAYS: LazyLock<Vec<Story>> =
    LazyLock::new(|| INSTRUMENTS.iter().flat_map(|instrument| ways(instrument)).collect());

/// States that count in different ways: by default, off free days, from a later day, with a calendar of a part.
const STATES: [&str; 5] = ["NL", "BE", "IE", "DE-BY", "GR"];

fn is_start_of(act: &ClockAct, clock: &Clock) -> bool {
    match act {
        ClockAct::Start(id)
        | ClockAct::StartFor(_, id)
        | ClockAct::StartOn(id)
        | ClockAct::StartOnce(id)
        | ClockAct::StartIfHeld(id)
        | ClockAct::StartUntil(id, _)
        | ClockAct::Renew(id)
        | ClockAct::Note(id) => *id == clock.id,
        _ => false,
    }
}

/// Whether a row of the table starts a clock: by an act, or by ending what the clock stood for.
fn row_starts(rule: &Rule, clock: &Clock) -> bool {
    let resumes = rule.next == Next::Resume && !clock.definition.stands_for.is_empty();
    resumes || rule.clocks.iter().any(|act| is_start_of(act, clock))
}

/// The row by which a message counted, in the state before it.
fn row_of(case: &Case, table: &Instrument, message: MessageId) -> Option<&'static Rule> {
    let at = case.steps.iter().position(|step| step.id == message)?;
    let step = case.steps[at];
    let before = at.checked_sub(1).map_or(table.states[0].symbol(), |before| case.steps[before].state);
    let event = table.id_of(step.event.as_str())?;
    let row = table.rules_in(before.as_str()).find(|rule| rule.event == event);
    row.filter(|_| matches!(step.effect, Effect::Applied | Effect::Overlay))
}

fn the_table_starts_every_clock(opening: &OpeningFact, case: &Case) {
    let table = opening.instrument;
    for clock in &case.clocks {
        let by_opening = clock.cause == opening.referral.opening()
            && table.opening.iter().any(|act| is_start_of(act, clock));
        let by_row = row_of(case, table, clock.cause).is_some_and(|rule| row_starts(rule, clock));
        // Whoever is held anew while a period of release is in force has one of his own.
        let by_custody = clock.definition.while_held
            && case.steps.iter().any(|step| {
                let holds = table.event(step.event.as_str()).is_some_and(EventDef::holds);
                step.id == clock.cause && step.effect != Effect::Void && holds
            })
            && table.rules.iter().any(|rule| row_starts(rule, clock));
        assert!(by_opening || by_row || by_custody, "{table}: no row starts {}", clock.symbol());
    }
}

/// After an end only what rows of such an end start runs on.
fn an_end_ends_every_clock(opening: &OpeningFact, case: &Case) {
    let (table, state) = (opening.instrument, case.state());
    if !state.is_terminal {
        return;
    }
    for clock in case.clocks.iter().filter(|clock| clock.is_open()) {
        let mut rows = table.rules_in(state.code);
        // A release that was missed before is owed until the person is let go.
        let is_owed = clock.definition.while_held && case.custody.is_held();
        assert!(
            is_owed || clock.definition.outlives_end || rows.any(|rule| row_starts(rule, clock)),
            "{table}: {} runs on in {}",
            clock.symbol(),
            state.code
        );
    }
}

fn release_is_never_later_than_its_days(case: &Case) {
    let is_release = |clock: &ClockDef| matches!(clock.until, Until::After(Length::Custody(_)));
    for clock in case.clocks.iter().filter(|clock| is_release(clock.definition)) {
        let latest = plus_days(clock.start_day, 10 + EFFECT_DAYS_MAX);
        let (due, counting) = (clock.due.unwrap(), clock.counting.unwrap());
        let effect = counting.national.map_or(0, |national| i64::from(national.begins_after));
        assert!(due.date <= latest && due.date <= plus_days(clock.start_day, 10 + effect), "{}", due.date);
        assert_eq!(counting.unmoved, Some(due.date), "an end on a free day stays");
        assert!(!clock.extended && clock.past.iter().all(|past| past.why == Replaced::Corrected));
    }
}

/// Nobody is held on a case without a period that says until when, or a word that it has to end. While surrender is suspended or
/// postponed the law names none.
fn whoever_is_held_has_a_clock(opening: &OpeningFact, case: &Case) {
    let table = opening.instrument;
    let Some((question, _)) = table.release() else { return };
    let has_none = ["suspended", "postponed", "temporarily_surrendered", "passed_on"];
    if !case.custody.is_held() || has_none.contains(&case.state().code) {
        return;
    }
    let bounds = |clock: &&Clock| {
        clock.definition.while_held || clock.definition.national == crate::instrument::National::Decision
    };
    let kind = table.questions[question.place()].code;
    assert!(
        case.clocks.iter().filter(bounds).any(Clock::is_open)
            || case.questions.iter().any(|open| open.kind == *kind),
        "{table}: somebody is held without a clock in {}: {:?}",
        case.state().code,
        case.steps.iter().map(|step| (step.event.as_str(), step.effect)).collect::<Vec<_>>()
    );
}

fn holds(opening: &OpeningFact, case: &Case) {
    whoever_is_held_has_a_clock(opening, case);
    the_table_starts_every_clock(opening, case);
    an_end_ends_every_clock(opening, case);
    release_is_never_later_than_its_days(case);
}

/// The next message of a story: what a party may do there, at an hour of a day.
fn next(mut story: Story, who: usize, choice: usize, hours: i64) -> Story {
    let (case, cast) = (story.case(), cast(&story.opening));
    let sender = cast[who % cast.len()].clone();
    let events: Vec<_> = case.allowed(story.opening.capacity_of(&sender).unwrap()).collect();
    let Some(definition) = events.get(choice % events.len().max(1)) else { return story };
    story.declared += SignedDuration::from_hours(hours);
    let day = Calendars::current().day_of(story.opening.jurisdiction, story.declared);
    let event = sample_in(definition, choice.is_multiple_of(3), day, choice, case.offers());
    let fact = story.fact(sender.as_str(), event, story.facts.len());
    if admit(&story.opening, &story.facts, &fact).is_ok() {
        story.facts.push(fact);
    }
    story
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn whatever_follows_in_any_state_clocks_are_those_of_the_table(
        way in any::<prop::sample::Index>(),
        state in prop::sample::select(&STATES[..]),
        acts in prop::collection::vec((0usize..6, any::<prop::sample::Index>(), 0i64..500), 1..25),
    ) {
        let mut story = way.get::<Story>(&WAYS).clone();
        story.opening.jurisdiction = state.parse().unwrap();
        story.declared = story.facts.last().map_or(story.declared, |fact| fact.declared);
        holds(&story.opening, &story.case());
        for (who, choice, hours) in acts {
            story = next(story, who, choice.index(1000), hours);
            holds(&story.opening, &story.case());
        }
    }

    #[test]
    fn whatever_crosses_clocks_are_those_of_the_table(
        instrument in any_instrument(),
        acts in prop::collection::vec((0usize..9, any::<prop::sample::Index>(), 0i64..400), 1..60),
    ) {
        let mut federation = Federation::under(instrument);
        for (what, choice, day) in acts {
            if what < 6 {
                federation.raise(what, choice.index(1000), day);
            } else {
                federation.deliver(choice.index(1000));
            }
        }
        holds(&federation.opening, &federation.case(0));
        while federation.deliver(0) {}
        holds(&federation.opening, &federation.case(0));
    }
}
