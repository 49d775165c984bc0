//! Custody that is told in another order than it happened in: who is held, and until when, follows from the instants and not from the order.

use proptest::prelude::*;

use super::*;
use crate::case::Clock;

/// The periods of a code, each with its due date and how it stands on a day, oldest first.
fn all(story: &Story, code: &str, day: Date) -> Vec<(Date, Status)> {
    let case = story.case();
    let of_code = case.clocks.iter().filter(|clock| clock.definition.code == code);
    of_code.map(|clock| (clock.due.unwrap().date, clock.status(noon(day)))).collect()
}

fn house_arrest(story: Story) -> Story {
    story.telling(COURT, "custody_ordered", &[given("kind", item("house_arrest"))])
}

fn days_held(story: &Story, day: Date) -> u32 {
    let calendars = crate::calendar::Calendars::current();
    story.case().custody.days(calendars, story.opening.jurisdiction, noon(day))
}

const FIRST: Date = date(2026, 4, 3);

#[test]
fn an_order_that_is_told_late_holds_nobody_who_was_let_go_after_it() {
    let released = due_in("NL").on(date(2026, 4, 2)).then(PROSECUTOR, "released");
    let late = released.clone().on(date(2026, 3, 30)).then(COURT, "custody_ordered");
    assert_eq!((late.case().custody.is_held(), remark(&late)), (false, Some(Remark::FreeSince)));
    assert_eq!(all(&late, "T7", date(2026, 4, 8)), [(FIRST, Status::Met)]);
    assert_eq!(days_held(&late, date(2026, 6, 1)), 60);
    let again = released.on(date(2026, 4, 20)).then(POLICE, "rearrested");
    let late = house_arrest(again.on(date(2026, 3, 30)));
    let periods: Vec<_> = late.case().custody.periods().iter().map(|one| (one.from, one.until)).collect();
    let at = |month, day| noon(date(2026, month, day));
    assert_eq!(
        periods,
        [(at(2, 2), Some(at(3, 30))), (at(3, 30), Some(at(4, 2))), (at(4, 20), None)],
        "free from 2 to 20 April"
    );
    assert_eq!(
        all(&late, "T7", date(2026, 4, 21)),
        [(FIRST, Status::Met), (date(2026, 4, 30), Status::Running)]
    );
}

#[test]
fn whoever_is_away_or_free_for_good_is_not_held_by_an_order_or_arrest_of_before_that_is_told_late() {
    let offered = due_in("NL").on(date(2026, 3, 25)).telling(
        COURT,
        "temporary_surrender_proposed",
        &[given("day", date(2026, 9, 1))],
    );
    let offer = given("answers", last(&offered));
    let away = offered
        .telling(ISSUER, "temporary_surrender_accepted", &[offer])
        .on(date(2026, 4, 1))
        .then(PROSECUTOR, "temporarily_surrendered");
    let late = away.on(date(2026, 3, 30)).then(COURT, "custody_ordered");
    assert_eq!((late.case().custody.is_held(), remark(&late)), (false, Some(Remark::FreeSince)));
    let ended = contested().on(date(2026, 3, 26)).then(ISSUER, "withdrawn");
    let ended = ended.on(date(2026, 3, 28)).then(COURT, "custody_ended");
    let late = ended.on(date(2026, 3, 27)).then(POLICE, "arrested");
    assert!(
        !late.case().custody.is_held() && late.case().questions.iter().all(|open| open.kind != "release")
    );
    assert_eq!(all(&late, "T12", date(2026, 4, 1)), [(date(2026, 3, 26), Status::Late)]);
    let died = contested().on(date(2026, 3, 26)).then(ISSUER, "withdrawn");
    let died = died.on(date(2026, 3, 28)).then(POLICE, "died");
    assert!(!died.on(date(2026, 3, 27)).then(POLICE, "arrested").case().custody.is_held());
}

#[test]
fn whoever_is_arrested_again_in_the_instant_of_the_release_has_a_period_of_his_own() {
    let again = due_in("NL").on(date(2026, 4, 2)).then(PROSECUTOR, "released").then(POLICE, "rearrested");
    let expected = [(FIRST, Status::Met), (date(2026, 4, 12), Status::Running)];
    assert_eq!(all(&again, "T7", date(2026, 4, 8)), expected);
}

#[test]
fn an_end_between_two_arrests_that_is_told_late_is_judged_as_if_it_had_been_told_in_time() {
    let withdrawn = contested().on(date(2026, 3, 26)).then(ISSUER, "withdrawn");
    let again = withdrawn.on(date(2026, 3, 28)).then(POLICE, "arrested");
    let late = again.on(date(2026, 3, 27)).then(COURT, "custody_ended");
    let expected = [(date(2026, 3, 26), Status::Late), (date(2026, 3, 28), Status::Running)];
    assert_eq!(all(&late, "T12", date(2026, 3, 28)), expected);
    // Before the decision became final, and before the day that both sides agreed.
    let again = due_in("NL").on(date(2026, 4, 10)).then(POLICE, "rearrested");
    let late = again.on(date(2026, 3, 20)).then(COURT, "custody_ended");
    let expected = [(FIRST, Status::Met), (date(2026, 4, 20), Status::Running)];
    assert_eq!(all(&late, "T7", date(2026, 4, 11)), expected);
    let prevented = due_in("NL").on(date(2026, 3, 26)).then(COURT, "force_majeure_found");
    let agreed = agreed(prevented.on(date(2026, 3, 30)), date(2026, 4, 20));
    let again = agreed.on(date(2026, 5, 5)).then(POLICE, "rearrested");
    let late = again.on(date(2026, 4, 10)).then(COURT, "custody_ended");
    let expected =
        [(FIRST, Status::Superseded), (date(2026, 4, 30), Status::Met), (date(2026, 5, 15), Status::Running)];
    assert_eq!(all(&late, "T7", date(2026, 5, 6)), expected);
}

#[test]
fn an_arrest_that_is_told_late_wins_no_day() {
    let free = due_in("NL").on(date(2026, 4, 1)).then(COURT, "custody_ended");
    let again = free.on(date(2026, 4, 10)).then(POLICE, "rearrested");
    let late = again.on(date(2026, 4, 2)).then(POLICE, "rearrested");
    assert_eq!(all(&late, "T7", date(2026, 4, 11)), [(FIRST, Status::Overdue)]);
}

#[test]
fn an_order_against_somebody_else_holds_nobody_who_is_arrested_after_it() {
    let wrong = arrested().on(date(2026, 2, 5)).then(COURT, "identity_not_confirmed");
    let right = wrong.on(date(2026, 2, 20)).then(POLICE, "arrested").on(date(2026, 2, 3));
    for (sender, event) in [(COURT, "custody_ordered"), (POLICE, "rearrested")] {
        let fault = refusal(&right, sender, event, &[]).unwrap_err();
        assert!(matches!(fault, NotAllowed::BeforeItsCause { .. }), "{event}: {fault}");
    }
    assert_eq!(right.case().custody.periods()[0].from, noon(date(2026, 2, 20)));
}

#[test]
fn an_earlier_end_that_is_told_after_a_later_one_counts() {
    let free = due_in("NL").on(date(2026, 4, 10)).then(COURT, "custody_ended");
    assert_eq!(all(&free, "T7", date(2026, 5, 1)), [(FIRST, Status::Late)]);
    let earlier = free.on(date(2026, 4, 1)).then(POLICE, "absconded");
    assert_eq!(all(&earlier, "T7", date(2026, 5, 1)), [(FIRST, Status::Suspended)]);
    assert_eq!(days_held(&earlier, date(2026, 6, 1)), 59);
    let withdrawn = contested().on(date(2026, 2, 9)).then(ISSUER, "withdrawn");
    let free = withdrawn.on(date(2026, 2, 12)).then(COURT, "custody_ended");
    assert_eq!(all(&free, "T12", date(2026, 5, 1)), [(date(2026, 2, 9), Status::Late)]);
    let earlier = free.on(date(2026, 2, 7)).then(POLICE, "absconded");
    assert!(all(&earlier, "T12", date(2026, 5, 1)).is_empty(), "nobody was held when the case ended");
}

#[test]
fn an_end_of_custody_before_the_surrender_is_told_after_it_and_the_custody_of_another_takes_none_of_the_persons()
 {
    let gone = due_in("NL").on(date(2026, 4, 7)).then(POLICE, "surrendered");
    assert_eq!(all(&gone, "T7", date(2026, 5, 1)), [(FIRST, Status::Late)]);
    let told = gone.on(date(2026, 4, 1)).then(COURT, "custody_ended");
    assert_eq!((state(&told), days_held(&told, date(2026, 6, 1))), ("surrendered", 59));
    assert_eq!(all(&told, "T7", date(2026, 5, 1)), [(FIRST, Status::Met)]);
    let bailed = arrested().on(date(2026, 2, 11)).then(COURT, "custody_ended");
    let other = bailed.on(date(2026, 2, 20)).then(POLICE, "rearrested");
    let known = other.on(date(2026, 2, 21)).then(COURT, "identity_not_confirmed");
    assert_eq!(days_held(&known, date(2026, 6, 1)), 10, "2 to 11 February");
}

#[test]
fn an_act_that_is_dated_before_what_it_takes_back_takes_it_back_all_the_same() {
    let consented = arrested().then(COURT, "consent_recorded").on(date(2026, 3, 24));
    let last = consented.then(COURT, "execution_ordered").then(COURT, "decision_final");
    let revoked = last.on(date(2026, 3, 20)).then(COURT, "consent_revoked");
    assert_eq!(
        (state(&revoked), status(&revoked, "T7", date(2026, 5, 1))),
        ("contested", Status::Superseded)
    );
    // The release ends the period that was agreed meanwhile, and whoever is held since has one of his own.
    let prevented = due_in("NL").on(date(2026, 3, 26)).then(COURT, "force_majeure_found");
    let agreed = agreed(prevented.on(date(2026, 3, 30)), date(2026, 4, 20));
    let released = agreed.on(date(2026, 3, 28)).then(PROSECUTOR, "released");
    let again = released.on(date(2026, 4, 5)).then(POLICE, "rearrested");
    let expected =
        [(FIRST, Status::Superseded), (date(2026, 4, 30), Status::Met), (date(2026, 4, 15), Status::Running)];
    assert_eq!(all(&again, "T7", date(2026, 4, 10)), expected);
}

#[test]
fn an_arrest_of_before_an_end_that_was_told_holds_nobody_whatever_else_is_told() {
    let freed = arrested().then(COURT, "no_consent").on(date(2026, 2, 8)).then(COURT, "custody_ended");
    let again = freed.on(date(2026, 2, 3)).then(POLICE, "rearrested");
    assert_eq!((again.case().custody.is_held(), remark(&again)), (false, Some(Remark::FreeSince)));
    let wrong = again.on(date(2026, 2, 5)).then(COURT, "identity_not_confirmed");
    assert!(!wrong.case().custody.is_held());
    let other = [given("kind", item("other_sentence"))];
    let elsewhere = due_in("NL").on(date(2026, 3, 26)).telling(COURT, "custody_ordered", &other);
    let ended = elsewhere.on(date(2026, 3, 29)).then(COURT, "custody_ended");
    assert!(!ended.on(date(2026, 3, 25)).then(POLICE, "rearrested").case().custody.is_held());
    let twice = |days: [u32; 2]| {
        let first = due_in("NL").on(date(2026, 3, days[0] as i8)).then(COURT, "custody_ended");
        let second = first.on(date(2026, 3, 25)).then(POLICE, "rearrested");
        outcome(&second.on(date(2026, 3, days[1] as i8)).then(COURT, "custody_ended"))
    };
    assert_eq!(twice([27, 29]), twice([29, 27]));
}

#[test]
fn an_end_between_two_arrests_that_were_told_in_reverse_can_be_told() {
    let withdrawn = in_state("NL").then(COURT, "registered").on(date(2026, 2, 5)).then(ISSUER, "withdrawn");
    let later = withdrawn.on(date(2026, 2, 20)).then(POLICE, "arrested");
    let earlier = later.on(date(2026, 2, 10)).then(POLICE, "arrested");
    let ended = earlier.on(date(2026, 2, 12)).then(COURT, "custody_ended");
    let expected = [(date(2026, 2, 10), Status::Late), (date(2026, 2, 20), Status::Running)];
    assert_eq!(all(&ended, "T12", date(2026, 2, 20)), expected);
}

#[test]
fn a_day_that_is_agreed_after_force_majeure_was_not_agreed_before_it() {
    let prevented = due_in("NL").on(date(2026, 4, 8)).then(COURT, "force_majeure_found").on(date(2026, 4, 2));
    let day = [given("day", date(2026, 4, 20))];
    let fault = refusal(&prevented, COURT, "surrender_date_proposed", &day).unwrap_err();
    assert!(matches!(fault, NotAllowed::BeforeItsCause { .. }), "{fault}");
}

#[test]
fn a_withdrawal_that_is_dated_before_what_was_told_counts_from_its_own_instant() {
    let consented = arrested().then(COURT, "consent_recorded");
    let revoked = consented.on(date(2026, 3, 20)).then(COURT, "consent_revoked");
    let withdrawn = revoked.on(date(2026, 3, 10)).then(ISSUER, "withdrawn");
    let free = withdrawn.on(date(2026, 3, 15)).then(COURT, "custody_ended");
    assert_eq!(all(&free, "T12", date(2026, 5, 1)), [(date(2026, 3, 10), Status::Late)]);
    let last = due_in("NL").on(date(2026, 3, 22)).then(ISSUER, "withdrawn");
    let free = last.on(date(2026, 3, 23)).then(COURT, "custody_ended");
    assert_eq!(all(&free, "T12", date(2026, 5, 1)), [(date(2026, 3, 22), Status::Late)]);
}

#[test]
fn an_order_that_is_dated_before_the_consent_was_revoked_has_periods_of_its_own() {
    let revoked =
        arrested().then(COURT, "consent_recorded").on(date(2026, 4, 20)).then(COURT, "consent_revoked");
    let ordered = revoked.on(date(2026, 3, 22)).then(COURT, "execution_ordered");
    let last = ordered.on(date(2026, 3, 24)).then(COURT, "decision_final");
    let again = last
        .on(date(2026, 3, 30))
        .then(COURT, "custody_ended")
        .on(date(2026, 4, 8))
        .then(POLICE, "rearrested");
    let expected = [(FIRST, Status::Met), (date(2026, 4, 18), Status::Running)];
    assert_eq!(all(&again, "T7", date(2026, 4, 9)), expected);
}

#[test]
fn nobody_is_held_after_a_death_or_a_surrender_that_moved_no_case_nor_returns_twice() {
    let ended = contested().on(date(2026, 2, 20)).then(ISSUER, "withdrawn");
    let died = ended.on(date(2026, 2, 25)).then(POLICE, "died");
    let told = died.on(date(2026, 2, 28)).then(POLICE, "arrested");
    assert_eq!((told.case().custody.is_held(), remark(&told)), (false, Some(Remark::FreeSince)));
    let due = due_in("NL").on(date(2026, 3, 27));
    let known = due.facts.len();
    let refused = due.telling(COURT, "refused", &[given("ground", item("health"))]);
    let gone = refused.crossing(POLICE, "surrendered", known);
    let ordered = gone.on(date(2026, 3, 28)).then(COURT, "custody_ordered");
    assert!(!ordered.case().custody.is_held());
    let offered =
        postponed().telling(COURT, "temporary_surrender_proposed", &[given("day", date(2026, 9, 1))]);
    let offer = given("answers", last(&offered));
    let away = offered
        .telling(ISSUER, "temporary_surrender_accepted", &[offer])
        .on(date(2026, 4, 1))
        .then(PROSECUTOR, "temporarily_surrendered");
    let back = away.on(date(2026, 4, 20)).then(PROSECUTOR, "returned_from_temporary");
    let withdrawn = back.on(date(2026, 5, 1)).then(ISSUER, "withdrawn");
    let twice = refusal(&withdrawn.on(date(2026, 5, 5)), PROSECUTOR, "returned_from_temporary", &[]);
    assert_eq!(twice.unwrap_err().code(), Code::EventNotAllowed);
}

#[test]
fn the_earlier_of_two_arrests_that_crossed_counts_whether_it_was_told_first_and_though_it_has_ended() {
    let before = in_state("NL").then(COURT, "registered");
    let known = before.facts.len();
    let told =
        before.on(date(2026, 2, 3)).then(COURT, "arrested").on(date(2026, 2, 5)).then(COURT, "custody_ended");
    let both = told.on(date(2026, 2, 2)).crossing(POLICE, "arrested", known);
    let case = both.case();
    let held: Vec<_> = case.custody.periods().iter().map(|one| (one.from, one.until)).collect();
    assert_eq!(held, [(noon(date(2026, 2, 2)), Some(noon(date(2026, 2, 5))))]);
    assert_eq!(clock(&case, "T1").start_day, date(2026, 2, 2));
}

#[test]
fn the_period_for_the_decision_counts_from_the_earliest_arrest_though_it_is_told_last() {
    let ground = [given("ground", item("4(4)"))];
    let refused = in_state("NL").then(COURT, "registered").telling(COURT, "refused", &ground);
    let held = refused.on(date(2026, 2, 20)).then(POLICE, "arrested");
    let again = held
        .on(date(2026, 2, 22))
        .then(COURT, "custody_ended")
        .on(date(2026, 2, 25))
        .then(POLICE, "arrested");
    let earliest = again.on(date(2026, 2, 10)).then(POLICE, "arrested");
    assert_eq!(clock(&earliest.case(), "T1").start_day, date(2026, 2, 10));
}

#[test]
fn an_arrest_that_crossed_the_word_of_another_person_and_was_before_it_says_that_nobody_is_held() {
    let before = in_state("NL").then(COURT, "registered");
    let known = before.facts.len();
    let told = before.on(date(2026, 2, 3)).then(COURT, "arrested").on(date(2026, 2, 5));
    let wrong =
        told.then(COURT, "identity_not_confirmed").on(date(2026, 2, 2)).crossing(POLICE, "arrested", known);
    let remarks: Vec<_> = wrong.case().steps.iter().filter_map(|step| step.remark).collect();
    assert!(!wrong.case().custody.was_ever() && remarks == [Remark::FreeSince], "{remarks:?}");
}

#[test]
fn whoever_is_held_on_a_final_order_that_came_before_any_arrest_has_a_day_of_release_and_none_for_the_decision()
 {
    let wrong = arrested().on(date(2026, 2, 4)).then(COURT, "identity_not_confirmed");
    let refused =
        wrong.telling(COURT, "refused", &[given("ground", item("4(4)"))]).then(PROSECUTOR, "appeal_lodged");
    let last = refused.on(date(2026, 3, 20)).then(COURT, "execution_ordered").then(COURT, "decision_final");
    let held = last.on(date(2026, 4, 20)).then(POLICE, "rearrested");
    assert_eq!(all(&held, "T7", date(2026, 4, 21)).last(), Some(&(date(2026, 4, 30), Status::Running)));
    assert!(held.case().clocks.iter().filter(|one| one.definition.code == "T1").all(|one| !one.is_open()));
}

#[test]
fn custody_on_a_warrant_that_had_ended_before_is_stated_too() {
    let ended = in_state("NL").then(COURT, "registered").on(date(2026, 2, 5)).then(ISSUER, "withdrawn");
    let held = ended.on(date(2026, 2, 10)).then(POLICE, "arrested").on(date(2026, 2, 11));
    let asked = questions(&held.then(COURT, "custody_ended").case());
    assert_eq!(asked, [("custody_statement".to_owned(), Side::Answering)]);
}

/// What is told of a surrender that both sides agree anew after force majeure, that is postponed, is due again, and is not wanted any more.
const ACTS: [(Date, &str, &str); 6] = [
    (date(2026, 3, 26), COURT, "force_majeure_found"),
    (date(2026, 3, 30), COURT, "surrender_date_proposed"),
    (date(2026, 3, 31), ISSUER, "surrender_date_accepted"),
    (date(2026, 5, 2), COURT, "surrender_postponed"),
    (date(2026, 5, 12), COURT, "postponement_ended"),
    (date(2026, 5, 20), ISSUER, "withdrawn"),
];

/// Tells an act, at noon, or an event of custody, six hours after it.
fn telling(story: Story, (day, sender, code): (Date, &str, &str)) -> Story {
    // Nobody is arrested again on a warrant that has ended.
    let code = if code == "rearrested" && story.case().state().is_terminal { "arrested" } else { code };
    let of_custody = !ACTS.iter().any(|(_, _, act)| *act == code);
    let hours = jiff::SignedDuration::from_hours(if of_custody { 6 } else { 0 });
    let offer = story.facts.iter().rev().find(|fact| fact.event.code() == *"surrender_date_proposed");
    let parameters = match code {
        "surrender_date_proposed" => vec![given("day", date(2026, 4, 20))],
        "surrender_date_accepted" => vec![given("answers", offer.unwrap().id)],
        _ => vec![],
    };
    Story { declared: noon(day) + hours, ..story }.telling(sender, code, &parameters)
}

/// Custody by turns from the end of March on: let go, held again, and so on.
fn custody(gaps: &[i32]) -> Vec<(Date, &'static str, &'static str)> {
    let mut day = date(2026, 3, 25);
    let turns = gaps.iter().enumerate().map(|(turn, gap)| {
        day = day.checked_add(jiff::Span::new().days(*gap)).unwrap();
        if turn % 2 == 0 { (day, COURT, "custody_ended") } else { (day, POLICE, "rearrested") }
    });
    turns.collect()
}

/// What follows from the custody: when the person was held, and every period of a release with how it stands.
#[derive(Debug, PartialEq)]
struct Outcome {
    held: Vec<(Timestamp, Option<Timestamp>)>,
    releases: Vec<(Timestamp, Date, Status)>,
}

fn outcome(story: &Story) -> Outcome {
    let case = story.case();
    let stands =
        |clock: &Clock| (clock.started, clock.due.unwrap().date, clock.status(noon(date(2026, 9, 1))));
    Outcome {
        held: case.custody.periods().iter().map(|one| (one.from, one.until)).collect(),
        releases: case.clocks.iter().filter(|clock| clock.definition.while_held).map(stands).collect(),
    }
}

proptest! {
    #[test]
    fn who_is_held_and_until_when_is_the_same_in_whatever_order_and_how_late_it_is_told(
        acts in 0usize..=ACTS.len(),
        gaps in prop::collection::vec(1i32..20, 1..7),
        places in prop::collection::vec(any::<prop::sample::Index>(), 7),
    ) {
        let custody = custody(&gaps);
        let mut in_time: Vec<_> = ACTS[..acts].iter().copied().chain(custody.iter().copied()).collect();
        in_time.sort_by_key(|one| one.0);
        let as_it_happened = in_time.into_iter().fold(due_in("NL"), telling);
        // Each event of custody anywhere among the others.
        let mut shuffled = ACTS[..acts].to_vec();
        for (one, place) in custody.into_iter().zip(places) {
            shuffled.insert(place.index(shuffled.len() + 1), one);
        }
        let told = shuffled.into_iter().fold(due_in("NL"), telling);
        prop_assert_eq!(outcome(&told), outcome(&as_it_happened));
    }
}
