//! The life cycle by examples: the story of a usual warrant, each clock, each crossing that matters.

mod agreement;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use uuid::Uuid;

use super::*;
use crate::calendar::Calendars;
use crate::id::{AgencyId, MessageId, ReferralId};
use crate::referral::ReferralType;
use crate::refusal::Code;

const ISSUER: &str = "fr-jirs-marseille";
const EXECUTOR: &str = "nl-om";
const POLICE: &str = "nl-politie";
const COPY: &str = "eu-europol";

fn agency(id: &str) -> AgencyId {
    id.parse().unwrap()
}

fn id(n: u64) -> MessageId {
    MessageId::from_uuid(Uuid::from_u64_pair(0x0192_f0a0_0000_7000, 0x8000_0000_0000_0000 | n)).unwrap()
}

fn noon(day: Date) -> Timestamp {
    Calendars::current().start_of("NL".parse().unwrap(), day) + jiff::SignedDuration::from_hours(12)
}

fn opening() -> OpeningFact {
    let declared = noon(date(2021, 5, 20));
    let parties = vec![(agency(POLICE), Capacity::Police), (agency(COPY), Capacity::Copy)];
    OpeningFact {
        referral: ReferralId::from_uuid(id(0).as_uuid()).unwrap(),
        referral_type: ReferralType::EuropeanArrestWarrant,
        issuing: agency(ISSUER),
        edition: crate::referral::Edition::CURRENT,
        roster_version: 1,
        executing: agency(EXECUTOR),
        parties,
        jurisdiction: "NL".parse().unwrap(),
        declared,
        recorded: declared,
    }
}

/// A case told by its messages, each sent by somebody who knew all before it unless told otherwise.
struct Story {
    facts: Vec<Fact>,
    day: Date,
}

impl Story {
    fn begin() -> Self {
        Self { facts: Vec::new(), day: date(2021, 5, 26) }
    }

    fn on(mut self, day: Date) -> Self {
        self.day = day;
        self
    }

    fn fact(&self, sender: &str, event: Event, known: usize) -> Fact {
        let sender = agency(sender);
        let own = self.facts.iter().filter(|fact| fact.sender == sender).count() as u32;
        let first = if sender.as_str() == ISSUER { 2 } else { 1 };
        let newest = |party: &str| {
            let party = agency(party);
            let opened = u32::from(party.as_str() == ISSUER);
            let sent = self.facts[..known].iter().filter(|fact| fact.sender == party).count() as u32;
            (party, sent + opened)
        };
        Fact {
            id: id(1 + self.facts.len() as u64),
            seen: [ISSUER, EXECUTOR, POLICE].map(newest).into_iter().filter(|(p, _)| *p != sender).collect(),
            sender,
            number: own + first,
            event,
            declared: noon(self.day),
            recorded: noon(self.day),
        }
    }

    fn then(self, sender: &str, event: Event) -> Self {
        let known = self.facts.len();
        self.crossing(sender, event, known)
    }

    fn crossing(mut self, sender: &str, event: Event, known: usize) -> Self {
        let fact = self.fact(sender, event, known);
        assert_eq!(admit(&opening(), &self.facts, &fact), Ok(()), "{:?}", fact.event);
        self.facts.push(fact);
        self
    }

    fn arrested() -> Self {
        Self::begin().then(EXECUTOR, Event::Registered).then(POLICE, Event::Arrested)
    }

    fn due_for_surrender() -> Self {
        Self::arrested()
            .then(EXECUTOR, Event::ConsentRecorded { renounces_speciality: true })
            .on(date(2021, 6, 2))
            .then(EXECUTOR, Event::ExecutionOrdered { offences: Vec::new(), conditions: Vec::new() })
            .then(EXECUTOR, Event::DecisionFinal)
    }

    fn case(&self) -> Case {
        fold(&opening(), &self.facts, Calendars::current())
    }

    fn refused(&self, sender: &str, event: Event) -> NotAllowed {
        admit(&opening(), &self.facts, &self.fact(sender, event, self.facts.len())).unwrap_err()
    }
}

fn clock(case: &Case, id: ClockId) -> &Clock {
    case.clocks.iter().rev().find(|clock| clock.id == id).unwrap()
}

fn due(case: &Case, id: ClockId) -> Date {
    clock(case, id).due.unwrap().date
}

#[test]
fn a_usual_warrant_ends_in_surrender_with_every_clock_met() {
    let story = Story::due_for_surrender()
        .then(EXECUTOR, Event::SurrenderDateProposed { on: date(2021, 6, 8) })
        .then(ISSUER, Event::SurrenderDateAgreed { on: date(2021, 6, 8) })
        .on(date(2021, 6, 8))
        .then(POLICE, Event::Surrendered { custody_days: 13 })
        .then(ISSUER, Event::SurrenderConfirmed);
    let case = story.case();
    assert_eq!(case.state(), State::Surrendered);
    assert_eq!((case.surrender_on, case.custody_days), (Some(date(2021, 6, 8)), Some(13)));
    assert!(case.questions.is_empty() && case.crossings.is_empty() && case.speciality_renounced);
    let now = noon(date(2022, 1, 1));
    let statuses: Vec<_> = case.clocks.iter().map(|clock| (clock.id, clock.status(now))).collect();
    assert_eq!(
        statuses,
        [(ClockId::T1, Status::Superseded), (ClockId::T2, Status::Met), (ClockId::T4, Status::Met)]
    );
}

#[test]
fn arrest_starts_sixty_days_and_a_delay_adds_thirty_once() {
    let story = Story::arrested();
    assert_eq!(due(&story.case(), ClockId::T1), date(2021, 7, 26));
    let story = story.then(EXECUTOR, Event::DelayNotified).then(EXECUTOR, Event::DelayNotified);
    let case = story.case();
    assert_eq!(due(&case, ClockId::T1), date(2021, 8, 24));
    assert_eq!(clock(&case, ClockId::T1).past.len(), 1);
}

#[test]
fn revoked_consent_leaves_the_interval_out_of_the_count() {
    let case = Story::arrested()
        .then(EXECUTOR, Event::ConsentRecorded { renounces_speciality: false })
        .on(date(2021, 6, 1))
        .then(EXECUTOR, Event::ConsentRevoked)
        .case();
    assert_eq!(case.state(), State::Contested);
    // Sixty days from 26 May and the six days between consent and its revocation.
    assert_eq!(due(&case, ClockId::T1), date(2021, 8, 2));
    assert_eq!(clock(&case, ClockId::T1).days, 66);
    assert_eq!(clock(&case, ClockId::T2).status(noon(date(2022, 1, 1))), Status::Superseded);
}

#[test]
fn immunity_stops_the_clock_and_starts_it_anew_but_other_deferrals_let_it_run() {
    let deferred = |reason| {
        Story::arrested()
            .then(EXECUTOR, Event::Deferred { reason })
            .on(date(2021, 7, 1))
            .then(EXECUTOR, Event::DeferralEnded)
            .case()
    };
    let immunity = deferred(DeferralReason::Immunity);
    assert_eq!(immunity.state(), State::Arrested);
    assert_eq!(due(&immunity, ClockId::T1), date(2021, 8, 30));
    assert_eq!(due(&deferred(DeferralReason::FundamentalRights), ClockId::T1), date(2021, 7, 26));
}

#[test]
fn an_overdue_clock_never_changes_the_state() {
    let case = Story::arrested().case();
    let later = noon(date(2022, 1, 1));
    assert_eq!(clock(&case, ClockId::T1).status(later), Status::Overdue);
    assert_eq!(case.state(), State::Arrested);
}

#[test]
fn force_majeure_gives_ten_days_from_the_new_date_more_than_once() {
    let story = Story::due_for_surrender();
    assert_eq!(due(&story.case(), ClockId::T4), date(2021, 6, 14));
    let case = story
        .then(EXECUTOR, Event::ForceMajeureFound)
        .then(EXECUTOR, Event::NewDateAgreed { on: date(2021, 6, 21) })
        .then(EXECUTOR, Event::ForceMajeureFound)
        .then(EXECUTOR, Event::NewDateAgreed { on: date(2021, 6, 30) })
        .case();
    assert_eq!(due(&case, ClockId::T5), date(2021, 7, 12));
    assert_eq!(case.clocks.iter().filter(|clock| clock.is_open()).count(), 1);
}

#[test]
fn suspension_and_postponement_stand_still_and_then_count_anew() {
    let suspended = Story::due_for_surrender().then(EXECUTOR, Event::SurrenderSuspended);
    let later = noon(date(2022, 1, 1));
    assert_eq!(clock(&suspended.case(), ClockId::T4).status(later), Status::Suspended);
    let case = suspended.then(EXECUTOR, Event::SuspensionEnded { on: date(2021, 9, 1) }).case();
    assert_eq!(due(&case, ClockId::T6), date(2021, 9, 13));
    let postponed = Story::due_for_surrender()
        .then(EXECUTOR, Event::SurrenderPostponed)
        .then(EXECUTOR, Event::TemporarilySurrendered { return_on: date(2021, 9, 1) })
        .then(ISSUER, Event::ReturnedFromTemporary)
        .on(date(2021, 10, 1))
        .then(EXECUTOR, Event::PostponementEnded);
    assert_eq!(due(&postponed.case(), ClockId::T4), date(2021, 10, 11));
}

#[test]
fn release_is_due_when_surrender_runs_out_of_time() {
    let story = Story::due_for_surrender();
    assert_eq!(story.case().release_due(noon(date(2021, 6, 14))), None);
    assert!(story.case().release_due(noon(date(2021, 6, 15))).is_some());
    let case = story.on(date(2021, 6, 15)).then(EXECUTOR, Event::Released).case();
    assert_eq!(case.state(), State::ReleasedPending);
    assert_eq!(clock(&case, ClockId::T7).status(noon(date(2021, 6, 15))), Status::Late);
    assert!(case.release_due(noon(date(2021, 7, 1))).is_none());
}

#[test]
fn each_request_has_its_own_clock_and_question() {
    let story = Story::arrested()
        .then(EXECUTOR, Event::InformationRequested { by: Some(date(2021, 6, 5)), copy_of_judgment: false })
        .then(EXECUTOR, Event::InformationRequested { by: None, copy_of_judgment: true });
    let first = story.facts[2].id;
    assert_eq!(story.case().questions.len(), 2);
    // A day that somebody fixed is kept, although 5 June 2021 is a Saturday.
    assert_eq!(story.case().clocks[1].due.unwrap().date, date(2021, 6, 5));
    let unclear = story.fact(ISSUER, Event::InformationSupplied { answers: None }, 4);
    let mut facts = story.facts.clone();
    facts.push(unclear);
    assert_eq!(fold(&opening(), &facts, Calendars::current()).questions.len(), 2);
    let case = story.then(ISSUER, Event::InformationSupplied { answers: Some(first) }).case();
    assert_eq!(case.questions.iter().map(|open| open.asked_by).collect::<Vec<_>>(), [id(4)]);
    assert!(!case.clocks[1].is_open() && case.clocks[2].is_open());
}

#[test]
fn consent_to_other_offences_has_thirty_days_after_surrender() {
    let story = Story::due_for_surrender()
        .then(EXECUTOR, Event::Surrendered { custody_days: 7 })
        .then(ISSUER, Event::SpecialityConsentRequested);
    assert_eq!(due(&story.case(), ClockId::T8), date(2021, 7, 2));
    assert_eq!(story.case().questions.len(), 1);
    let answer = Event::SpecialityConsentAnswered { answers: None, granted: true };
    let case = story.then(EXECUTOR, answer).case();
    assert!(case.questions.is_empty());
    assert_eq!(case.state(), State::Surrendered);
}

#[test]
fn a_withdrawal_that_crosses_an_arrest_withdraws_and_is_shown() {
    let case = Story::begin()
        .then(EXECUTOR, Event::Registered)
        .then(POLICE, Event::Arrested)
        .crossing(ISSUER, Event::Withdrawn { replaced_by: None }, 1)
        .case();
    assert_eq!(case.state(), State::Withdrawn);
    assert_eq!(case.crossings, [Crossing { earlier: id(2), later: id(3), lost: false }]);
    assert!(case.clocks.iter().all(|clock| !clock.is_open()));
}

#[test]
fn a_withdrawal_that_crosses_a_surrender_comes_too_late_and_is_shown() {
    let known = Story::due_for_surrender().facts.len();
    let case = Story::due_for_surrender()
        .then(POLICE, Event::Surrendered { custody_days: 7 })
        .crossing(ISSUER, Event::Withdrawn { replaced_by: None }, known)
        .case();
    assert_eq!(case.state(), State::Surrendered);
    assert_eq!(case.steps.last().unwrap().effect, Effect::CrossedWithoutEffect);
    assert!(case.crossings[0].lost);
}

#[test]
fn an_arrest_during_a_deferral_counts_once_it_ends() {
    let case = Story::begin()
        .then(EXECUTOR, Event::Deferred { reason: DeferralReason::Immunity })
        .crossing(POLICE, Event::Arrested, 0)
        .on(date(2021, 7, 1))
        .then(EXECUTOR, Event::DeferralEnded)
        .case();
    assert_eq!(case.state(), State::Arrested);
    assert_eq!(due(&case, ClockId::T1), date(2021, 8, 30));
}

#[test]
fn the_wrong_actor_state_or_instant_is_refused() {
    let story = Story::arrested();
    assert_eq!(story.refused(ISSUER, Event::Arrested).code(), Code::WrongActor);
    assert_eq!(story.refused(COPY, Event::Registered).code(), Code::WrongActor);
    assert_eq!(story.refused(POLICE, Event::ForceMajeureFound).code(), Code::WrongActor);
    assert_eq!(story.refused(EXECUTOR, Event::DecisionFinal).code(), Code::EventNotAllowed);
    assert_eq!(story.refused("be-fgp", Event::Arrested).code(), Code::NotAParty);
    let mut ahead = story.fact(EXECUTOR, Event::NoConsent, 2);
    ahead.declared = ahead.recorded + jiff::SignedDuration::from_secs(301);
    assert_eq!(admit(&opening(), &story.facts, &ahead).unwrap_err().code(), Code::DeclaredInFuture);
    ahead.declared = ahead.recorded + jiff::SignedDuration::from_secs(300);
    assert_eq!(admit(&opening(), &story.facts, &ahead), Ok(()));
}

#[test]
fn what_a_terminal_case_still_takes_is_little() {
    let case =
        Story::arrested().then(EXECUTOR, Event::Refused { grounds: vec![Ground::NationalOrResident] }).case();
    let allowed: Vec<_> = case.allowed(Capacity::Issuing).collect();
    assert_eq!(allowed, [Kind::Corrected]);
}

#[test]
fn the_ends_of_the_calendar_are_folded_like_any_other_day() {
    for (instant, day) in [(Timestamp::MIN, Date::MIN), (Timestamp::MAX, Date::MAX)] {
        let mut story = Story::due_for_surrender()
            .then(EXECUTOR, Event::ForceMajeureFound)
            .then(EXECUTOR, Event::NewDateAgreed { on: day });
        for fact in &mut story.facts {
            fact.declared = instant;
        }
        assert_eq!(story.case().state(), State::SurrenderDue);
        assert_eq!(story.facts[0].declared, instant);
    }
}

#[test]
fn facts_are_small_and_come_back_the_same() {
    let story = Story::due_for_surrender();
    for fact in &story.facts {
        let bytes = postcard::to_stdvec(fact).unwrap();
        assert!(bytes.len() < 100, "{} bytes", bytes.len());
        assert_eq!(postcard::from_bytes::<Fact>(&bytes).unwrap(), *fact);
    }
    let bytes = postcard::to_stdvec(&opening()).unwrap();
    assert_eq!(postcard::from_bytes::<OpeningFact>(&bytes).unwrap(), opening());
    let case = story.case();
    let bytes = postcard::to_stdvec(&case).unwrap();
    assert_eq!(postcard::from_bytes::<Case>(&bytes).unwrap(), case);
}

#[test]
fn the_words_of_an_event_hold_no_hidden_controls() {
    let rules = |text: &str| match Notice::parse(Event::Registered, text.into()) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(|fault| fault.rule).collect(),
    };
    assert!(rules("One.\nTwo.\tThree.").is_empty());
    for hidden in ["\u{1b}[2J", "\u{9b}2J", "\u{202e}", "\u{2066}", "\u{200b}", "\u{2028}", "\u{e0041}"] {
        assert_eq!(rules(&format!("One.{hidden}")), ["control_character"], "{hidden:?}");
    }
}

#[test]
fn the_table_is_whole() {
    for kind in Kind::ALL {
        let rows: Vec<_> = RULES.iter().filter(|rule| rule.kind == *kind).collect();
        assert!(!rows.is_empty(), "{kind} has no row");
        assert!(rows.iter().all(|row| row.by == rows[0].by), "{kind} has two kinds of actor");
        assert!(!rows.iter().any(|row| row.by.contains(&Capacity::Copy)), "a copy raises nothing");
        for state in State::ALL {
            assert!(rows.iter().filter(|row| row.from.contains(*state)).count() <= 1, "{kind} in {state}");
        }
    }
    for state in State::ALL.iter().filter(|state| state.is_terminal()) {
        assert!(RULES.iter().all(|rule| !rule.from.contains(*state) || rule.next == Next::Stay));
    }
    let reachable = |state| state == State::Received || RULES.iter().any(|rule| rule.next == Next::To(state));
    assert!(State::ALL.iter().all(|state| *state == State::Deferred || reachable(*state)));
    for (position, rule) in CLOCKS.iter().enumerate() {
        assert_eq!(rule.id.rule(), rule);
        assert_eq!(rule.id as usize, position);
    }
}

#[test]
fn the_pages_have_a_line_for_every_row() {
    assert_eq!(table_markdown().lines().count(), RULES.len() + 2);
    assert_eq!(clocks_markdown().lines().count(), CLOCKS.len() + 2);
    assert!(state_diagram().contains("arrested --> consented: consent_recorded"));
}

/// One event of each kind, with every parameter it can have.
pub(super) fn one_event_of_each_kind() -> Vec<Event> {
    let message = id(7);
    let referral = ReferralId::from_uuid(message.as_uuid()).unwrap();
    let on = date(2021, 6, 20);
    let with_parameters = [
        Event::InformationRequested { by: Some(on), copy_of_judgment: true },
        Event::InformationSupplied { answers: Some(message) },
        Event::ConsentRecorded { renounces_speciality: true },
        Event::Deferred { reason: DeferralReason::Immunity },
        Event::GuaranteeRequested { guarantee: Guarantee::Return },
        Event::GuaranteeGiven { answers: Some(message), guarantee: Guarantee::LifeReview },
        Event::ExecutionOrdered { offences: vec![1, 2], conditions: Guarantee::ALL.to_vec() },
        Event::Refused { grounds: Ground::ALL.to_vec() },
        Event::SurrenderDateProposed { on },
        Event::SurrenderDateAgreed { on },
        Event::NewDateAgreed { on },
        Event::SuspensionEnded { on },
        Event::TemporarilySurrendered { return_on: on },
        Event::Surrendered { custody_days: 25 },
        Event::Withdrawn { replaced_by: Some(referral) },
        Event::SpecialityConsentAnswered { answers: Some(message), granted: true },
        Event::OnwardConsentAnswered { answers: Some(message), granted: true },
        Event::Corrected { message },
    ];
    let all: Vec<Event> =
        with_parameters.into_iter().chain(Kind::ALL.iter().filter_map(|kind| Event::plain(*kind))).collect();
    assert_eq!(all.len(), Kind::ALL.len());
    all
}
