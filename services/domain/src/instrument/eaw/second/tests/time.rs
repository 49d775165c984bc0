//! When things happened: from when periods run, what is put right later, what cannot have been, and what comes too late.

use jiff::SignedDuration;

use super::*;
use crate::case::{Clock, Fact};
use crate::instrument::{ClockAct, Next, Symbol};

fn due_by_instant(clock: &Clock) -> String {
    clock.due.unwrap().at.to_string()
}

fn corrected(story: Story, sender: &str, what: Value, on: Date) -> Story {
    story.on(on).telling(sender, "corrected", &[given("corrects", what), given("new_instant", Value::Set)])
}

#[test]
fn an_arrest_that_was_told_wrongly_counts_anew_from_when_it_was_and_the_old_date_is_kept() {
    let story = arrested();
    let (arrest, before) = (last(&story), due(&story.case(), "T1"));
    let story = corrected(story, POLICE, arrest, date(2026, 1, 30));
    let case = story.case();
    let t1 = clock(&case, "T1");
    assert_eq!((before, due(&case, "T1")), (date(2026, 4, 7), date(2026, 3, 31)));
    assert_eq!(t1.past.iter().map(|past| past.due.date).collect::<Vec<_>>(), [before]);
    assert_eq!((t1.past[0].why.code(), t1.past[0].by), ("corrected", story.facts.last().unwrap().id));
    assert_eq!((case.state().code, case.custody.periods()[0].from), ("arrested", noon(date(2026, 1, 30))));
}

#[test]
fn the_last_of_two_corrections_counts_and_both_old_dates_are_kept() {
    let story = arrested();
    let arrest = last(&story);
    let story = corrected(story, POLICE, arrest, date(2026, 1, 30));
    let story = corrected(story, POLICE, arrest, date(2026, 1, 31));
    let case = story.case();
    assert_eq!(due(&case, "T1"), date(2026, 4, 1));
    let past: Vec<_> = clock(&case, "T1").past.iter().map(|past| past.due.date).collect();
    assert_eq!(past, [date(2026, 4, 7), date(2026, 3, 31)]);
}

#[test]
fn a_correction_of_a_correction_says_anew_what_that_one_said() {
    let story = arrested();
    let arrest = last(&story);
    let story = corrected(story, POLICE, arrest, date(2026, 1, 30));
    let of_it = last(&story);
    let story = corrected(story, POLICE, of_it, date(2026, 1, 31));
    let case = story.case();
    assert_eq!(
        (due(&case, "T1"), case.custody.periods()[0].from),
        (date(2026, 4, 1), noon(date(2026, 1, 31)))
    );
    let past: Vec<_> = clock(&case, "T1").past.iter().map(|past| past.due.date).collect();
    assert_eq!(past, [date(2026, 4, 7), date(2026, 3, 31)]);
    // And again, over three; while the court, which told none of it, may not.
    let third = last(&story);
    let story = corrected(story, POLICE, third, date(2026, 1, 29));
    assert_eq!(due(&story.case(), "T1"), date(2026, 3, 30));
    let fourth = last(&story);
    let of_police = [given("corrects", fourth), given("new_instant", Value::Set)];
    assert!(matches!(refusal(&story, COURT, "corrected", &of_police), Err(NotAllowed::OfAnother { .. })));
}

#[test]
fn a_correction_that_corrects_itself_or_a_later_one_changes_nothing() {
    let story = arrested();
    let own = id(1 + story.facts.len() as u64);
    let story = corrected(story, POLICE, own.into(), date(2026, 1, 30));
    assert_eq!(due(&story.case(), "T1"), date(2026, 4, 7));
    let later = id(2 + story.facts.len() as u64);
    let story = corrected(story, POLICE, later.into(), date(2026, 1, 30));
    let before = last(&story);
    let story = corrected(story, POLICE, before, date(2026, 1, 29));
    assert_eq!(due(&story.case(), "T1"), date(2026, 4, 7));
}

#[test]
fn nobody_corrects_what_another_agency_told() {
    let story = arrested();
    let arrest = last(&story);
    for sender in [COURT, PROSECUTOR, ISSUER] {
        let other = [given("corrects", arrest), given("new_instant", Value::Set)];
        assert!(matches!(refusal(&story, sender, "corrected", &other), Err(NotAllowed::OfAnother { .. })));
        // A peer whose node lets it pass changes nothing by it.
        let mut passed = story.clone().on(date(2026, 1, 30));
        passed.facts.push(passed.fact(sender, passed.event("corrected", &other), passed.facts.len()));
        let case = passed.case();
        assert_eq!(due(&case, "T1"), date(2026, 4, 7), "{sender}");
        assert!(clock(&case, "T1").past.is_empty(), "{sender}");
    }
}

#[test]
fn a_correction_without_a_new_instant_or_day_changes_no_date() {
    let story = arrested();
    let arrest = last(&story);
    let story = story.on(date(2026, 1, 30)).telling(POLICE, "corrected", &[given("corrects", arrest)]);
    assert_eq!(due(&story.case(), "T1"), date(2026, 4, 7));
}

#[test]
fn a_correction_can_come_after_the_end_and_shows_what_was_late() {
    let story = due_in("NL").on(date(2026, 4, 7)).then(POLICE, "surrendered");
    let handed_over = last(&story);
    assert_eq!(status(&story, "T4", date(2027, 1, 1)), Status::Met);
    let story = corrected(story, POLICE, handed_over, date(2026, 4, 8));
    assert_eq!((state(&story), status(&story, "T4", date(2027, 1, 1))), ("surrendered", Status::Late));
}

#[test]
fn consent_cannot_have_been_given_before_the_arrest() {
    let story = arrested();
    let consent = |minutes: i64| {
        let mut fact: Fact = story.fact(COURT, story.event("consent_recorded", &[]), story.facts.len());
        fact.declared = story.declared - SignedDuration::from_mins(minutes);
        admit(&story.opening, &story.facts, &fact)
    };
    let symbol = |code| Symbol::of(code).unwrap();
    let (event, cause) = (symbol("consent_recorded"), symbol("arrested"));
    assert_eq!(consent(6), Err(NotAllowed::BeforeItsCause { event, cause }));
    assert_eq!(consent(6).unwrap_err().code(), Code::EventNotAllowed);
    assert_eq!(consent(5), Ok(()), "two clocks may differ by as much");
    assert_eq!(consent(0), Ok(()));
}

#[test]
fn a_correction_puts_nothing_before_its_cause_either() {
    let story = arrested().on(date(2026, 2, 4)).then(COURT, "consent_recorded").on(date(2026, 3, 2));
    let (arrest, consent) = (story.facts[1].id, story.facts[2].id);
    let corrected = |sender: &str, of, on: Date| {
        let what = [given("corrects", of), given("new_instant", Value::Set)];
        let mut fact = story.fact(sender, story.event("corrected", &what), story.facts.len());
        fact.declared = noon(on);
        admit(&story.opening, &story.facts, &fact).map_err(NotAllowed::code)
    };
    // The arrest was on 2 February, the consent on 4 February; neither passes the other.
    assert_eq!(corrected(COURT, consent, date(2026, 2, 1)), Err(Code::EventNotAllowed));
    assert_eq!(corrected(POLICE, arrest, date(2026, 2, 5)), Err(Code::EventNotAllowed));
    assert_eq!(corrected(COURT, consent, date(2026, 2, 3)), Ok(()));
    assert_eq!(corrected(POLICE, arrest, date(2026, 2, 3)), Ok(()));
}

#[test]
fn after_the_end_only_what_the_law_keeps_starts() {
    let starts = |act: &ClockAct| match act {
        ClockAct::Start(id) | ClockAct::StartOn(id) => Some(EAW.clocks[id.place()].code),
        _ => None,
    };
    for state in EAW.states.iter().filter(|state| state.is_terminal) {
        let rules = EAW.rules_in(state.code).filter(|rule| rule.next == Next::Stay);
        let started: Vec<_> = rules.flat_map(|rule| rule.clocks).filter_map(starts).collect();
        let kept: &[&str] = if state.code == "surrendered" { &["T8", "T9", "T10"] } else { &[] };
        assert_eq!(started, kept, "{}", state.code);
    }
}

#[test]
fn a_delay_that_is_told_after_the_end_does_not_help() {
    let in_time = contested().on(date(2026, 4, 7)).then(COURT, "delay_notified");
    // Sixty days after 2 February 2026 are Good Friday. Ninety days after it are Sunday 3 May.
    assert_eq!(due(&in_time.case(), "T1"), date(2026, 5, 4));
    let late = contested().on(date(2026, 4, 8)).then(COURT, "delay_notified");
    assert_eq!(due(&late.case(), "T1"), date(2026, 4, 7));
    assert_eq!(status(&late, "T1", date(2026, 4, 20)), Status::Overdue);
    assert_eq!(
        status(&late.then(COURT, "execution_ordered").then(COURT, "decision_final"), "T1", date(2027, 1, 1)),
        Status::Late
    );
}

#[test]
fn a_delay_counts_as_often_as_the_state_extends() {
    for (state, ends) in [
        ("NL", [date(2026, 5, 4), date(2026, 7, 2)]),
        ("IT", [date(2026, 5, 3), date(2026, 5, 3)]),
        ("IE", [date(2026, 4, 3), date(2026, 4, 3)]),
    ] {
        let mut story = arrested_in(state).on(date(2026, 3, 1));
        for end in ends {
            story = story.then(COURT, "delay_notified");
            assert_eq!(due(&story.case(), "T1"), end, "{state}");
        }
    }
}

#[test]
fn where_the_law_counts_from_the_taking_up_of_the_warrant_it_counts_from_there() {
    for (state, end) in [("NL", date(2026, 4, 13)), ("FR", date(2026, 4, 3))] {
        let story = arrested_in(state).on(date(2026, 2, 12)).then(COURT, "taken_up");
        assert_eq!(due(&story.case(), "T1"), end, "{state}");
    }
}

#[test]
fn consent_to_other_offences_and_to_onward_surrender_is_due_thirty_days_from_receipt_once_it_is_told() {
    for (asked, code) in [("speciality_consent_requested", "T8"), ("onward_consent_requested", "T9")] {
        let story = surrendered().on(date(2026, 6, 1)).then(ISSUER, asked);
        assert_eq!(due(&story.case(), code), date(2026, 7, 1), "from the request until then");
        let request = last(&story);
        let story =
            story.on(date(2026, 6, 6)).telling(COURT, "request_received", &[given("answers", request)]);
        let case = story.case();
        assert_eq!(due(&case, code), date(2026, 7, 6));
        assert_eq!(clock(&case, code).past[0].due.date, date(2026, 7, 1));
        // Receipt is told once: telling it again moves nothing.
        let story =
            story.on(date(2026, 6, 20)).telling(COURT, "request_received", &[given("answers", request)]);
        assert_eq!(due(&story.case(), code), date(2026, 7, 6));
        let answered =
            code.replace("T8", "speciality_consent_answered").replace("T9", "onward_consent_answered");
        let case = story.telling(COURT, &answered, &[given("answers", request)]).case();
        assert_eq!(clock(&case, code).status(noon(date(2027, 1, 1))), Status::Met);
        assert!(case.questions.iter().all(|open| open.kind == "custody_statement"));
    }
}

#[test]
fn the_days_to_leave_are_those_of_the_issuing_state_and_no_free_day_moves_their_end() {
    let mut story = surrendered();
    story.opening.opener_jurisdiction = Some("FR".parse().unwrap());
    let case = story.on(date(2026, 11, 10)).then(ISSUER, "finally_discharged").case();
    let t10 = clock(&case, "T10");
    // Forty-five days later is Christmas Day.
    assert_eq!(t10.due.unwrap().date, date(2026, 12, 25));
    assert_eq!((t10.due.unwrap().jurisdiction.to_string(), t10.last_day_unmoved()), ("FR".to_owned(), None));
    assert_eq!(due_by_instant(t10), "2026-12-25T23:00:00Z");
}

#[test]
fn immunity_and_speciality_start_the_period_anew_and_other_reasons_let_it_run() {
    for (reason, end) in [
        ("immunity", date(2026, 4, 30)),
        ("third_state_speciality", date(2026, 4, 30)),
        ("fundamental_rights", date(2026, 4, 7)),
        ("competing_requests", date(2026, 4, 7)),
        ("preliminary_reference", date(2026, 4, 7)),
    ] {
        let story = deferred(reason);
        let stands = end != date(2026, 4, 7);
        assert_eq!(status(&story, "T1", date(2026, 2, 20)) == Status::Suspended, stands, "{reason}");
        let case = story.on(date(2026, 3, 1)).then(COURT, "deferral_ended").case();
        assert_eq!((case.state().code, due(&case, "T1")), ("arrested", end), "{reason}");
    }
}

#[test]
fn after_immunity_and_consent_a_revocation_counts_from_the_end_of_the_immunity_or_of_the_consent() {
    // Immunity from 5 February until 1 March; consent before, during or after it; revoked on 10 March, or while it lasts.
    let immunity = || deferred("immunity");
    let ended = |story: Story| story.on(date(2026, 3, 1)).then(COURT, "deferral_ended");
    let consent = |story: Story, day: Date| story.on(day).then(COURT, "consent_recorded");
    let revoked = |story: Story, day: Date| story.on(day).then(COURT, "consent_revoked");
    let late = date(2026, 3, 10);
    let reason = [given("reason", item("immunity"))];
    let before =
        consent(arrested_in("IT"), date(2026, 2, 3)).on(date(2026, 2, 5)).telling(COURT, "deferred", &reason);
    // Sixty days, none of which had passed when the immunity ended, and none while the consent stood.
    for (name, story, end) in [
        ("before", revoked(ended(before), late), date(2026, 5, 9)),
        ("during", revoked(ended(consent(immunity(), date(2026, 2, 10))), late), date(2026, 5, 11)),
        ("after", revoked(consent(ended(immunity()), date(2026, 3, 6)), late), date(2026, 5, 4)),
        (
            "within",
            ended(revoked(consent(immunity(), date(2026, 2, 10)), date(2026, 2, 20))),
            date(2026, 4, 30),
        ),
    ] {
        let case = story.case();
        assert_eq!((due(&case, "T1"), case.state().code), (end, "contested"), "{name}");
        assert_eq!(status(&story, "T1", date(2026, 4, 1)), Status::Running, "{name}");
        assert_eq!(case.clocks.iter().filter(|clock| clock.is_open()).count(), 1, "{name}");
    }
}

#[test]
fn what_does_not_stop_the_period_does_not_renew_it_when_it_ends() {
    let story = arrested().on(date(2026, 2, 4)).then(COURT, "consent_recorded").on(date(2026, 2, 5));
    let story = story.telling(COURT, "deferred", &[given("reason", item("fundamental_rights"))]);
    let story = story.on(date(2026, 2, 8)).then(COURT, "deferral_ended").on(date(2026, 2, 10));
    // Sixty days from 2 February and the six of the consent end on 9 April.
    assert_eq!(due(&story.then(COURT, "consent_revoked").case(), "T1"), date(2026, 4, 9));
}

#[test]
fn an_overdue_period_never_changes_the_state() {
    for story in [arrested(), due_in("NL"), surrendered().then(ISSUER, "speciality_consent_requested")] {
        let case = story.case();
        assert!(case.clocks.iter().any(|clock| clock.status(noon(date(2030, 1, 1))) == Status::Overdue));
        assert_eq!(case.state().code, state(&story));
    }
}
