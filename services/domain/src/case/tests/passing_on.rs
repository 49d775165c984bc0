//! A case that is passed on to other agencies goes on as one case: under every instrument that lets it, at any point.

use proptest::prelude::*;

use super::agreement::Federation;
use super::*;
use crate::instrument::INSTRUMENTS;

/// The agency that has the case after it was passed on.
const NEW: &str = "xx-new";

fn can_be_passed_on() -> impl Strategy<Value = &'static Instrument> {
    let all = INSTRUMENTS.iter().copied().filter(|instrument| instrument.passing_on.is_some());
    prop::sample::select(all.collect::<Vec<_>>())
}

/// Every party's message heard by every other one before the next: a case with a history and no crossings.
fn history(instrument: &'static Instrument, acts: &[(usize, prop::sample::Index, i64)]) -> Story {
    let mut federation = Federation::under(instrument);
    for (node, choice, day) in acts {
        federation.raise(*node, choice.index(1000), *day);
        while federation.deliver(0) {}
    }
    let mut story = Story::under(instrument);
    let passes_on = |fact: &&Fact| instrument.passes_on(&fact.event);
    story.facts = federation.facts(0).iter().take_while(|fact| !passes_on(fact)).cloned().collect();
    story
}

/// The same case, passed on behind its first messages to the same agencies under other numbers.
fn passed_on_at(story: &Story, at: usize) -> Story {
    let (before, after) = story.facts.split_at(at);
    let parties = story.opening.parties.clone();
    let by = story.opening.parties[0].0.clone();
    let earlier = Earlier { referral: story.opening.referral, parties, facts: before.to_vec() };
    let passed_on = Some(Box::new(PassedOn { by, earlier: vec![earlier] }));
    let opening = OpeningFact {
        referral: ReferralId::from_uuid(id(0xFFFF).as_uuid()).unwrap(),
        passed_on,
        ..story.opening.clone()
    };
    let opened = |party: &AgencyId| u32::from(party == opening.opener());
    let mut facts: Vec<Fact> = Vec::new();
    for fact in after {
        let sent =
            |party: &AgencyId| facts.iter().filter(|f| f.sender == *party).count() as u32 + opened(party);
        let number = sent(&fact.sender) + 1;
        let seen = fact.seen.iter().map(|(party, _)| (party.clone(), sent(party))).collect();
        facts.push(Fact { number, seen, ..fact.clone() });
    }
    Story { opening, facts, declared: story.declared }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_case_that_is_passed_on_at_any_point_is_the_case_that_it_would_have_been(
        instrument in can_be_passed_on(),
        acts in prop::collection::vec((0usize..4, any::<prop::sample::Index>(), 0i64..60), 1..24),
        at in any::<prop::sample::Index>(),
    ) {
        let story = history(instrument, &acts);
        let passed = passed_on_at(&story, at.index(story.facts.len() + 1));
        let (one, other) = (story.case(), passed.case());
        prop_assert_eq!(one.state().code, other.state().code);
        let dues = |case: &Case| case.clocks.iter().map(|clock| (clock.id, clock.due, clock.run)).collect::<Vec<_>>();
        prop_assert_eq!(dues(&one), dues(&other));
        let steps = |case: &Case| case.steps.iter().map(|step| (step.id, step.effect, step.state)).collect::<Vec<_>>();
        prop_assert_eq!(steps(&one), steps(&other));
        prop_assert_eq!(&one.questions, &other.questions);
        for (place, fact) in passed.facts.iter().enumerate() {
            prop_assert_eq!(admit(&passed.opening, &passed.facts[..place], fact), Ok(()));
        }
    }
}

/// The newest edition of the first instrument.
fn warrant() -> &'static Instrument {
    Instrument::of_code(INSTRUMENTS[0].code).unwrap()
}

/// A warrant that its first court passed on after the arrest to the court of another place.
fn with_another_court() -> Story {
    let before = Story::under(warrant()).then("nl-om", "registered").then("nl-om", "arrested");
    let facts = before.facts.clone();
    let parties = before.opening.parties.clone();
    let new = vec![(agency(NEW), parties[0].1)];
    let earlier = Earlier { referral: before.opening.referral, parties, facts };
    let passed_on = Some(Box::new(PassedOn { by: agency("nl-om"), earlier: vec![earlier] }));
    let opening = OpeningFact { parties: new, passed_on, ..before.opening };
    Story { opening, facts: Vec::new(), declared: before.declared }
}

#[test]
fn who_had_the_case_before_may_do_nothing_in_it_any_more_and_what_it_did_counts() {
    let story = with_another_court();
    assert_eq!((story.case().state().code, story.case().steps.len()), ("arrested", 2));
    assert_eq!(story.refused("nl-om", "no_consent"), NotAllowed::NotAParty);
    let story = story.then(NEW, "no_consent").then("fr-jirs-marseille", "withdrawn");
    assert_eq!(story.case().state().code, "withdrawn");
}

#[test]
fn a_clock_runs_on_from_the_instant_that_was_declared_before_the_case_was_passed_on() {
    let (before, after) = (Story::under(warrant()), with_another_court());
    let before = before.then("nl-om", "registered").then("nl-om", "arrested");
    assert_eq!(clock(&after.case(), "T1").due, clock(&before.case(), "T1").due);
    assert_eq!(clock(&after.case(), "T1").started, before.declared);
}

#[test]
fn whoever_is_still_a_party_corrects_what_it_said_before_the_passing_on_and_nobody_else_does() {
    let mut story = with_another_court();
    story.opening.parties.push((agency("nl-om"), story.opening.parties[0].1));
    let arrested = story.opening.earlier()[0].facts[1].id;
    let start = |story: &Story| clock(&story.case(), "T1").started;
    let corrected_by = |sender: &str| {
        let story = story.clone().on(date(2021, 5, 27));
        let correction =
            story.event("corrected", &[given("corrects", arrested), given("new_instant", Value::Set)]);
        let correction = story.fact(sender, correction, 0);
        Story { facts: vec![correction], ..story }
    };
    assert_eq!(start(&corrected_by("nl-om")), noon(date(2021, 5, 27)));
    assert_eq!(start(&corrected_by(NEW)), start(&story));
}

#[test]
fn what_an_event_names_by_its_number_is_listed_in_the_form() {
    let mut story = Story::under(warrant())
        .then("nl-om", "registered")
        .then("nl-om", "arrested")
        .then("nl-om", "no_consent");
    story.opening.items = 2;
    let ordered = |number: u32| {
        let fact = story.fact(
            "nl-om",
            story.event("execution_ordered", &[given("offence", number)]),
            story.facts.len(),
        );
        admit(&story.opening, &story.facts, &fact)
    };
    assert_eq!(ordered(2), Ok(()));
    let parameter = Symbol::of("offence").unwrap();
    assert_eq!(ordered(9), Err(NotAllowed::NoSuchItem { parameter, items: 2 }));
}
