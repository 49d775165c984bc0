//! Talk: messages and questions of both sides, in every state, those of an end included; and what a message cannot be.

use super::*;
use crate::calendar::Calendars;
use crate::case::tests::agreement::ways;
use crate::case::{Fact, fold};

/// Where a case was passed on from, nothing is told any more: it goes on in another referral.
fn goes_on_here(story: &Story) -> bool {
    !story.case().is_passed_on()
}

#[test]
fn both_sides_write_and_ask_how_it_stands_in_every_state() {
    let mut count = 0;
    for story in ways(&EAW).into_iter().filter(goes_on_here) {
        let from = state(&story);
        for sender in [ISSUER, ISSUING_CENTRAL, COURT, PROSECUTOR, CENTRAL, POLICE] {
            let wrote = story.clone().then(sender, "free_message");
            assert_eq!(state(&wrote), from, "{sender} in {from}");
        }
        for (asks, tells, waits_for) in
            [(ISSUER, COURT, Side::Answering), (CENTRAL, ISSUING_CENTRAL, Side::Asking)]
        {
            let before = story.case().questions;
            let asked = story.clone().then(asks, "status_asked");
            let question = ("status".to_owned(), waits_for);
            assert!(questions(&asked.case()).contains(&question), "{asks} in {from}");
            let request = last(&asked);
            let told = asked.telling(tells, "status_told", &[given("answers", request)]);
            assert_eq!((state(&told), told.case().questions), (from, before), "{tells} in {from}");
        }
        count += 1;
    }
    assert_eq!(count, EAW.states.len() - 1);
}

#[test]
fn the_issuing_side_supplies_what_nobody_asked_for_in_every_state() {
    for story in ways(&EAW).into_iter().filter(goes_on_here) {
        let from = state(&story);
        assert_eq!(state(&story.then(ISSUING_CENTRAL, "information_supplied")), from);
    }
}

#[test]
fn a_guarantee_that_is_not_given_closes_its_question_only() {
    let which = |code| [given("guarantee", item(code))];
    let story = contested()
        .telling(COURT, "guarantee_requested", &which("return"))
        .telling(COURT, "guarantee_requested", &which("detention_conditions"))
        .telling(ISSUER, "guarantee_refused", &which("return"));
    let open = story.case().questions;
    assert_eq!(open.len(), 1);
    assert!(open[0].item.is_some_and(|item| item == "detention_conditions"));
}

#[test]
fn a_warrant_is_forwarded_within_its_state_and_received_there() {
    let story = in_state("NL").then(CENTRAL, "forwarded");
    assert_eq!(state(&story), "forwarded");
    assert_eq!(
        state(&story.clone().then(COURT, "received_by_competent").then(COURT, "registered")),
        "under_review"
    );
    assert_eq!(state(&story.then(POLICE, "arrested")), "arrested");
}

#[test]
fn a_message_that_comes_twice_counts_once() {
    let story = due_in("NL");
    let mut facts = story.facts.clone();
    facts.extend(story.facts.iter().cloned());
    assert_eq!(fold(&story.opening, &facts, Calendars::current()), story.case());
}

#[test]
fn two_decisions_under_one_id_are_one_and_both_ends_take_the_same() {
    let story = contested();
    let known = story.facts.len();
    let order = story.fact(COURT, story.event("execution_ordered", &[]), known);
    let refused = story.event("refused", &[given("ground", item("4(4)"))]);
    let refusal = Fact { number: order.number + 1, event: refused, ..order.clone() };
    let case_of = |tail: [&Fact; 2]| {
        let facts: Vec<Fact> = story.facts.iter().chain(tail).cloned().collect();
        fold(&story.opening, &facts, Calendars::current())
    };
    let case = case_of([&order, &refusal]);
    assert_eq!(case, case_of([&refusal, &order]));
    assert_eq!((case.state().code, case.steps.len()), ("ordered", known + 1));
}

#[test]
fn a_message_that_comes_before_what_it_follows_counts_once_that_is_there() {
    let story = due_in("NL");
    let mut facts = story.facts.clone();
    let arrest = facts.iter().position(|fact| fact.event.code() == "arrested").unwrap();
    let missing = facts.remove(arrest);
    let without = fold(&story.opening, &facts, Calendars::current());
    assert_eq!((without.state().code, without.clocks.len()), ("under_review", 0));
    // A node that does not know yet what was seen holds nothing against what follows from it.
    for at in arrest..facts.len() {
        assert_eq!(admit(&story.opening, &facts[..at], &facts[at]), Ok(()));
    }
    facts.push(missing);
    assert_eq!(fold(&story.opening, &facts, Calendars::current()), story.case());
}

#[test]
fn nothing_is_declared_for_a_day_to_come() {
    let story = arrested();
    let mut fact = story.fact(COURT, story.event("no_consent", &[]), story.facts.len());
    fact.declared = noon(date(2062, 1, 1));
    assert_eq!(admit(&story.opening, &story.facts, &fact).unwrap_err().code(), Code::DeclaredInFuture);
    // An instant that a peer let through all the same is folded like any other.
    let mut facts = story.facts.clone();
    facts.push(fact);
    let case = fold(&story.opening, &facts, Calendars::current());
    assert_eq!(case.state().code, "contested");
}

#[test]
fn every_day_that_an_event_names_has_bounds_and_a_day_in_another_generation_is_outside_of_them() {
    let far = [given("day", date(2062, 1, 1))];
    for (story, sender, code) in [
        (arrested(), COURT, "information_requested"),
        (due_in("NL"), COURT, "surrender_date_proposed"),
        (postponed(), COURT, "temporary_surrender_proposed"),
    ] {
        let answer = refusal(&story, sender, code, &far).unwrap_err();
        assert!(matches!(answer, NotAllowed::DayOutOfBounds { .. }), "{code}");
        assert_eq!(answer.code(), Code::MalformedMessage, "{code}");
    }
    let days = EAW.events.iter().flat_map(|event| event.parameters);
    for parameter in days.filter(|parameter| matches!(parameter.takes, crate::instrument::Takes::Day)) {
        assert!(parameter.within.is_some(), "{}", parameter.code);
    }
}

#[test]
fn a_party_and_only_a_party_speaks() {
    assert_eq!(arrested().refused("be-fgp", "free_message").code(), Code::NotAParty);
    assert_eq!(id(1), arrested().facts[0].id);
}
