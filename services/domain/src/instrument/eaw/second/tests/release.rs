//! Release: a period of its own beside that for surrender, which no free day moves and which runs only while somebody is held.

use super::*;

#[test]
fn release_is_a_clock_of_its_own_that_no_holiday_moves_while_surrender_moves_over_easter() {
    let story = due_in("NL");
    let case = story.case();
    // Ten days after 24 March 2026 are Good Friday; after Easter Monday follows Tuesday 7 April.
    assert_eq!((due(&case, "T4"), due(&case, "T7")), (date(2026, 4, 7), date(2026, 4, 3)));
    assert_eq!(clock(&case, "T4").last_day_unmoved(), Some(date(2026, 4, 3)));
    assert_eq!(clock(&case, "T7").last_day_unmoved(), None);
    assert!(clock(&case, "T7").rule().contains("an end on a free day stays"));
    assert_eq!(status(&story, "T7", date(2026, 4, 3)), Status::Running);
    assert_eq!(status(&story, "T7", date(2026, 4, 4)), Status::Overdue);
    assert_eq!(status(&story, "T4", date(2026, 4, 4)), Status::Running);
}

#[test]
fn the_duty_to_release_is_told_before_it_falls_due_and_when_it_has() {
    let case = due_in("NL").case();
    let alarms: Vec<_> = case.alarms().filter(|(_, alarm)| alarm.clock == "T7").collect();
    assert_eq!(alarms.len(), 2);
    assert!(
        alarms[0].0 < clock(&case, "T7").due.unwrap().at && alarms[1].0 == clock(&case, "T7").due.unwrap().at
    );
    assert_eq!(case.next_due().unwrap().definition.code, "T7");
}

#[test]
fn release_stands_while_nobody_is_held_and_runs_on_to_the_same_end_when_the_person_is_held_again() {
    let story = due_in("NL").on(date(2026, 3, 26)).then(COURT, "custody_ended");
    assert_eq!(status(&story, "T7", date(2026, 5, 1)), Status::Suspended);
    assert_eq!(status(&story, "T4", date(2026, 5, 1)), Status::Overdue);
    assert!(story.case().alarms().all(|(_, alarm)| alarm.clock != "T7"));
    let story = story.on(date(2026, 3, 30)).then(POLICE, "rearrested");
    assert_eq!(status(&story, "T7", date(2026, 4, 1)), Status::Running);
    assert_eq!(due(&story.case(), "T7"), date(2026, 4, 3));
    let story = story.on(date(2026, 3, 31)).then(POLICE, "absconded");
    assert_eq!(status(&story, "T7", date(2026, 5, 1)), Status::Suspended);
}

#[test]
fn release_stands_from_the_beginning_where_the_person_was_free_when_the_decision_became_final() {
    let story = ordered_in("NL").then(COURT, "custody_ended").then(COURT, "decision_final");
    assert_eq!(status(&story, "T7", date(2026, 5, 1)), Status::Suspended);
    assert_eq!(due(&story.case(), "T7"), date(2026, 4, 3));
    let story = story.then(COURT, "custody_ordered");
    assert_eq!(status(&story, "T7", date(2026, 4, 4)), Status::Overdue);
}

#[test]
fn who_is_released_before_the_period_ran_out_is_released_with_a_remark() {
    let early = due_in("NL").on(date(2026, 3, 26)).then(COURT, "released");
    assert_eq!((state(&early), remark(&early)), ("released_pending", Some(Remark::ReleasedEarly)));
    assert_eq!(status(&early, "T7", date(2026, 5, 1)), Status::Met);
    let in_time = due_in("NL").on(date(2026, 4, 4)).then(PROSECUTOR, "released");
    assert_eq!((state(&in_time), remark(&in_time)), ("released_pending", None));
    assert_eq!(status(&in_time, "T7", date(2026, 5, 1)), Status::Late);
    assert!(!in_time.case().custody.is_held());
}

#[test]
fn before_the_decision_is_final_a_person_is_let_go_without_the_case_being_released() {
    assert_eq!(arrested().refused(COURT, "released").code(), Code::EventNotAllowed);
    let story = arrested().on(date(2026, 2, 4)).then(COURT, "custody_ended");
    assert_eq!((state(&story), story.case().custody.is_held()), ("arrested", false));
    assert_eq!(status(&story, "T1", date(2026, 3, 1)), Status::Running);
    let story = story.then(POLICE, "rearrested");
    assert!(story.case().custody.is_held());
    assert_eq!(story.case().custody.periods().len(), 2);
    assert_eq!(due(&story.case(), "T1"), date(2026, 4, 7));
}

#[test]
fn a_person_who_was_released_can_still_be_surrendered_by_agreement() {
    let story = due_in("NL").on(date(2026, 4, 4)).then(COURT, "released");
    let story = agreed(story, date(2026, 5, 4));
    let next = story.case().next_due().unwrap().definition.code;
    assert_eq!((state(&story), next), ("released_pending", "T13"));
    let story = story.on(date(2026, 5, 4)).then(POLICE, "surrendered");
    assert_eq!(state(&story), "surrendered");
}

#[test]
fn who_is_held_again_after_the_release_is_released_after_ten_days_whatever_is_ordered_meanwhile() {
    let released = || due_in("NL").on(date(2026, 4, 4)).then(COURT, "released").on(date(2026, 5, 4));
    for story in [released().then(COURT, "custody_ordered"), released().then(POLICE, "rearrested")] {
        assert_eq!((state(&story), due(&story.case(), "T7")), ("released_pending", date(2026, 5, 14)));
        assert_eq!(status(&story, "T7", date(2026, 5, 10)), Status::Running);
        // Another kind of custody, or a second order after a break, wins no day.
        let elsewhere = story.on(date(2026, 5, 8)).telling(
            COURT,
            "custody_ordered",
            &[given("kind", item("house_arrest"))],
        );
        let free = elsewhere.clone().on(date(2026, 5, 9)).then(COURT, "custody_ended");
        assert_eq!(status(&free, "T7", date(2026, 5, 20)), Status::Suspended);
        for story in [elsewhere, free.on(date(2026, 5, 11)).then(COURT, "custody_ordered")] {
            assert_eq!(due(&story.case(), "T7"), date(2026, 5, 14));
            assert_eq!(status(&story, "T7", date(2026, 5, 15)), Status::Overdue);
        }
    }
}

#[test]
fn a_person_who_died_leaves_no_clock_and_no_custody() {
    let before = [in_state("NL"), arrested(), due_in("NL"), suspended(), postponed(), deferred("immunity")];
    for story in before {
        let story = story.then(POLICE, "died");
        let case = story.case();
        assert_eq!(case.state().code, "closed_died");
        assert!(case.clocks.iter().all(|clock| !clock.is_open()) && !case.custody.is_held());
    }
}

#[test]
fn an_arrest_of_somebody_else_never_counted_and_the_next_arrest_counts_from_its_own_day() {
    let wrong = contested().on(date(2026, 2, 3)).then(COURT, "identity_not_confirmed");
    assert_eq!((state(&wrong), wrong.case().custody.is_held()), ("under_review", false));
    assert_eq!(status(&wrong, "T1", date(2026, 12, 1)), Status::Void);
    assert_eq!(wrong.refused(COURT, "execution_ordered").code(), Code::EventNotAllowed);
    let right = wrong.on(date(2026, 3, 2)).then(POLICE, "arrested");
    // Sixty days are 1 May and a Friday, but Labour Day is none of the days free in the Netherlands.
    assert_eq!((state(&right), due(&right.case(), "T1")), ("arrested", date(2026, 5, 1)));
    assert_eq!(right.case().clocks.len(), 2);
}

#[test]
fn the_consent_of_somebody_else_is_no_consent_of_the_next_one() {
    let story = arrested()
        .telling(COURT, "consent_recorded", &[given("renounces_speciality", Value::Set)])
        .then(COURT, "identity_not_confirmed");
    assert_eq!(story.case().value("consent_given"), None);
    assert_eq!(story.case().value("speciality_renounced"), None);
    assert_eq!(status(&story, "T2", date(2026, 12, 1)), Status::Void);
    let story = story.on(date(2026, 3, 2)).then(POLICE, "arrested");
    assert_eq!(status(&story, "T1", date(2026, 4, 1)), Status::Running);
}
