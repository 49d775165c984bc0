//! Consent: recorded and revoked, in time and too late, where the law of the State allows it and where it does not.

use super::*;

fn consented_in(jurisdiction: &str) -> Story {
    arrested_in(jurisdiction).on(date(2026, 2, 4)).then(COURT, "consent_recorded")
}

fn ordered_with_consent_in(jurisdiction: &str) -> Story {
    consented_in(jurisdiction).on(date(2026, 2, 9)).then(COURT, "execution_ordered")
}

#[test]
fn revoked_consent_leaves_its_days_out_of_the_sixty() {
    let story = consented_in("IE").on(date(2026, 2, 10)).then(COURT, "consent_revoked");
    assert_eq!((state(&story), remark(&story)), ("contested", None));
    // Sixty days from 2 February and the six from 4 to 10 February.
    assert_eq!(due(&story.case(), "T1"), date(2026, 4, 9));
    assert_eq!(status(&story, "T1", date(2026, 4, 1)), Status::Running);
    assert_eq!(status(&story, "T2", date(2026, 12, 1)), Status::Superseded);
    assert_eq!(story.case().value("consent_given"), None);
}

#[test]
fn in_ireland_consent_is_revoked_until_surrender_and_the_order_falls() {
    let ordered = ordered_with_consent_in("IE");
    let due_now = ordered.clone().then(COURT, "decision_final");
    assert_eq!(due(&due_now.case(), "T7"), date(2026, 3, 1));
    for story in [ordered, due_now] {
        let from = state(&story);
        let story = story.on(date(2026, 2, 12)).then(COURT, "consent_revoked");
        let case = story.case();
        assert_eq!((case.state().code, remark(&story)), ("contested", None), "{from}");
        assert_eq!(due(&case, "T1"), date(2026, 4, 11), "{from}");
        let open: Vec<_> =
            case.clocks.iter().filter(|clock| clock.is_open()).map(|clock| clock.definition.code).collect();
        assert_eq!(open, ["T1"], "{from}");
        assert_eq!(story.refused(POLICE, "surrendered").code(), Code::EventNotAllowed);
    }
}

#[test]
fn consent_is_given_and_revoked_while_the_case_is_set_aside() {
    let story = arrested_in("IE")
        .on(date(2026, 2, 3))
        .telling(COURT, "deferred", &[given("reason", item("fundamental_rights"))])
        .on(date(2026, 2, 4))
        .then(COURT, "consent_recorded");
    assert_eq!((state(&story), due(&story.case(), "T2")), ("deferred", date(2026, 2, 14)));
    let story = story.on(date(2026, 2, 10)).then(COURT, "consent_revoked");
    assert_eq!((state(&story), due(&story.case(), "T1")), ("deferred", date(2026, 4, 9)));
    assert_eq!(state(&story.then(COURT, "deferral_ended")), "contested");
}

#[test]
fn where_consent_cannot_be_revoked_its_revocation_is_taken_with_a_remark() {
    for (state, until_order, after_it) in [
        ("NL", Some(Remark::NotRevocable), Some(Remark::NotRevocable)),
        ("FR", Some(Remark::NotRevocable), Some(Remark::NotRevocable)),
        ("DE", Some(Remark::NotRevocable), Some(Remark::NotRevocable)),
        ("BE", None, None),
        ("IE", None, None),
    ] {
        let story = consented_in(state).then(COURT, "consent_revoked");
        assert_eq!((story.case().state().code, remark(&story)), ("contested", until_order), "{state}");
        let story =
            ordered_with_consent_in(state).then(COURT, "decision_final").then(COURT, "consent_revoked");
        assert_eq!(remark(&story), after_it, "{state}");
    }
}

#[test]
fn consent_after_the_sixty_days_leaves_them_late_and_never_replaced() {
    let story = arrested().on(date(2026, 4, 10)).then(COURT, "consent_recorded");
    assert_eq!(status(&story, "T1", date(2026, 4, 11)), Status::Late);
    assert_eq!(due(&story.case(), "T2"), date(2026, 4, 20));
    // Revoking it does not undo that, and the decision is owed still.
    let story = story.on(date(2026, 4, 12)).then(COURT, "consent_revoked");
    assert_eq!(status(&story, "T1", date(2027, 1, 1)), Status::Overdue);
    let decided = story.then(COURT, "execution_ordered").then(COURT, "decision_final");
    assert_eq!(status(&decided, "T1", date(2027, 1, 1)), Status::Late);
}

#[test]
fn consent_in_time_takes_the_place_of_the_sixty_days() {
    let story = consented_in("NL");
    assert_eq!(status(&story, "T1", date(2027, 1, 1)), Status::Superseded);
    // Ten days after 4 February are a Saturday.
    assert_eq!(due(&story.case(), "T2"), date(2026, 2, 16));
}

#[test]
fn only_consent_that_stands_is_revoked_and_an_order_without_it_does_not_fall() {
    let revoked = consented_in("IE").then(COURT, "consent_revoked").then(COURT, "execution_ordered");
    assert_eq!(revoked.refused(COURT, "consent_revoked").code(), Code::EventNotAllowed);
    let of_another = consented_in("IE")
        .then(COURT, "identity_not_confirmed")
        .then(POLICE, "arrested")
        .then(COURT, "no_consent")
        .then(COURT, "execution_ordered");
    assert_eq!(of_another.refused(COURT, "consent_revoked").code(), Code::EventNotAllowed);
    let again = revoked.then(COURT, "appeal_lodged");
    assert_eq!(again.refused(COURT, "consent_revoked").code(), Code::EventNotAllowed);
}
